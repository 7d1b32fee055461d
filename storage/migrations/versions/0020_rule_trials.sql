-- Limits tried on the past before they are in force: what was asked, and what it would have changed.

create table rule_trials (
    trial_id uuid primary key,
    asked_by text not null,
    asked_at timestamptz not null,
    limits jsonb not null,
    from_time timestamptz not null,
    to_time timestamptz not null check (to_time > from_time),
    kinds text[] not null, -- empty: all
    status text not null default 'waiting' check (status in ('waiting', 'running', 'done', 'failed')),
    started_at timestamptz,
    ended_at timestamptz,
    result jsonb,
    error text
);
create index rule_trials_newest on rule_trials (asked_at desc, trial_id desc);
