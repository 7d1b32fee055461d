-- What companies apply for (申报): papers beside the register of permits, which they change only once approved.

create table permit_applications (
    application_id uuid primary key,
    application_no text not null unique,
    kind text not null check (kind in ('new', 'change', 'extension')),
    status text not null check (status in ('draft', 'submitted', 'returned', 'approved', 'rejected', 'withdrawn')),
    version integer not null default 1,
    company_id text not null,
    permit_id text, -- which is to be changed, or what came of it
    base jsonb, -- the permit as it was when its change was submitted
    content jsonb not null, -- as the company writes at it
    submitted jsonb, -- as it was sent in last; NULL: nobody but the company sees it
    submitted_at timestamptz,
    since timestamptz not null, -- sent in last, or begun: what lists are sorted by
    created_at timestamptz not null,
    updated_at timestamptz not null,
    constraint permit_of_a_change check (kind = 'new' or permit_id is not null)
);
create index permit_applications_company on permit_applications (company_id, since);
create index permit_applications_since on permit_applications (since, application_id);
create index permit_applications_permit on permit_applications (permit_id) where permit_id is not null;
-- Two changes of one permit at the same time would undo each other.
create unique index permit_applications_one_change on permit_applications (permit_id)
    where kind <> 'new' and status in ('draft', 'submitted', 'returned');

create table permit_application_steps (
    application_id uuid not null references permit_applications,
    step_no integer not null,
    at timestamptz not null,
    user_no integer,
    by_name text not null,
    by_display_name text not null,
    step text not null check (step in ('create', 'submit', 'send_back', 'approve', 'reject', 'withdraw')),
    from_status text,
    to_status text not null,
    comment text,
    content jsonb, -- what was sent in
    detail jsonb not null default '{}',
    constraint permit_application_steps_key primary key (application_id, step_no)
);
create trigger permit_application_steps_append_only before update or delete or truncate on permit_application_steps
    for each statement execute function refuse_to_change_register_history();
create trigger permit_applications_are_kept before delete or truncate on permit_applications
    for each statement execute function refuse_to_change_register_history();

create table permit_application_numbers (
    year integer primary key,
    last integer not null
);
create function next_permit_application_no(year_of_application integer) returns text language sql as $$
    insert into permit_application_numbers (year, last) values (year_of_application, 1)
    on conflict (year) do update set last = permit_application_numbers.last + 1
    returning year || '-' || lpad(last::text, greatest(6, length(last::text)), '0')
$$;

-- A permit's own steps tell of changes that were applied for.
alter table permit_steps drop constraint permit_steps_step_check;
alter table permit_steps add constraint permit_steps_step_check
    check (step in ('apply', 'approve', 'reject', 'suspend', 'resume', 'cancel', 'change', 'extend'));
