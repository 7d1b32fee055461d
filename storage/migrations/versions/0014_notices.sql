-- Subscriptions, deliveries and the queue of work. The queue itself stands in the schema `queue`: 0014_notices.py.

-- How each background process is, said by itself every few seconds.
create table worker_status (
    worker_id text primary key,
    seen_at timestamptz not null
);

-- How far a reader of changes has come; taken with a lock, so that two workers do not tell the same twice.
create table read_positions (
    name text primary key,
    change_no bigint not null
);

-- Where messages go. `url` and `secret` are never answered and never logged.
create table channels (
    channel_id uuid primary key,
    owner_no integer not null references users,
    kind text not null check (kind in ('robot', 'webhook')),
    name text not null,
    url text not null,
    secret text,
    per_minute integer not null check (per_minute between 1 and 600),
    document_types text[] not null default '{}', -- of a webhook: what is pushed to it
    min_severity smallint not null default 0,
    positions jsonb not null default '{}', -- how far each document type has been pushed
    shared boolean not null default false, -- colleagues may name it in their chains of escalation
    created_at timestamptz not null default clock_timestamp(),
    disabled_at timestamptz,
    recent timestamptz[] not null default '{}', -- when messages of the last minute were sent
    busy_until timestamptz, -- a message is being sent; the process that does may have died
    paused_until timestamptz, -- the receiver failed; the others wait with the one that did
    failures integer not null default 0,
    constraint secret_of_its_kind check ((kind = 'webhook') = (secret is not null))
);
create index channels_owner on channels (owner_no);

create table subscriptions (
    subscription_id uuid primary key,
    owner_no integer not null references users,
    name text not null,
    language text not null check (language in ('zh', 'en')),
    kinds text[], -- NULL: every kind; likewise below
    min_severity smallint not null,
    district_ids text[],
    company_ids text[],
    reasons text[] not null,
    channel_ids uuid[] not null,
    quiet_from time,
    quiet_to time,
    quiet_passes smallint not null, -- from this severity on, quiet hours do not hold back
    digest_over integer not null,
    levels jsonb not null, -- who is told when nobody acknowledges: [{after_s, channel_ids}]
    repeats integer not null, -- how often the last level is told again
    repeat_every_s integer not null,
    enabled boolean not null default true,
    created_at timestamptz not null default clock_timestamp(),
    updated_at timestamptz not null default clock_timestamp(),
    constraint quiet_as_a_whole check ((quiet_from is null) = (quiet_to is null))
);
create index subscriptions_owner on subscriptions (owner_no);

-- What one subscription is to be told of one case; its key makes telling it twice impossible.
create table notices (
    notice_no bigint generated always as identity primary key,
    subscription_id uuid not null references subscriptions on delete cascade,
    case_id uuid not null,
    reason text not null,
    nth integer not null,
    channel_ids uuid[] not null,
    severity smallint not null,
    title text not null,
    line text not null,
    created_at timestamptz not null,
    told_at timestamptz,
    told_in uuid, -- the message: several notices share a digest
    lapsed_at timestamptz, -- nobody needed to be told any more
    constraint notices_key unique (subscription_id, case_id, reason, nth)
);
create index notices_case on notices (case_id);
create index notices_pending on notices (subscription_id) where told_at is null and lapsed_at is null;
create index notices_told on notices (subscription_id, told_at);

create table deliveries (
    delivery_no bigint generated always as identity primary key,
    delivery_id uuid not null unique,
    channel_id uuid not null references channels on delete cascade,
    about text not null, -- notice, digest, test, or the type of a document
    object_id text not null,
    title text not null,
    body text not null, -- text of a robot, JSON of a webhook
    status text not null check (status in ('waiting', 'delivered', 'dead')),
    attempts integer not null default 0,
    created_at timestamptz not null,
    next_at timestamptz,
    ended_at timestamptz,
    resent_from uuid
);
create index deliveries_channel on deliveries (channel_id, delivery_no);
create index deliveries_waiting on deliveries (next_at) where status = 'waiting';
-- What a channel sends next is found without reading what it has sent in half a year.
create index deliveries_next on deliveries (channel_id, delivery_no) where status = 'waiting';

create table delivery_attempts (
    delivery_no bigint not null references deliveries on delete cascade,
    attempt_no integer not null,
    at timestamptz not null,
    took_ms integer not null,
    outcome text not null,
    http_status integer,
    detail text not null,
    constraint delivery_attempts_key primary key (delivery_no, attempt_no)
);
