-- Exports that take longer than a request, and what a live map asks every second.

-- What goes on now: few rows, whatever the tables hold.
create index events_going_on on events (vehicle_no)
    where closing is null and withdrawn_at is null and vehicle_no is not null;
create index trips_newest on trips (start_time) where withdrawn_at is null;

-- An export that somebody ordered. Its file lies in `export_chunks` until it expires: whichever process made it, any
-- other can give it out, and a backup of the database holds no more than two days of it.
create table exports (
    export_id uuid primary key default gen_random_uuid(),
    user_no integer not null references users,
    what text not null,
    format text not null,
    query jsonb not null,
    asked_at timestamptz not null default now(),
    status text not null default 'waiting' check (status in ('waiting', 'running', 'done', 'failed')),
    started_at timestamptz,
    beaten_at timestamptz,  -- when its maker last said that it lives
    ended_at timestamptz,
    expires_at timestamptz,
    row_count bigint not null default 0,
    expected_rows bigint,
    size_bytes bigint not null default 0,
    file_name text,
    problem text,
    constraint done_has_a_file check ((status = 'done') = (file_name is not null))
);
create index exports_of_user on exports (user_no, asked_at desc);
create index exports_open on exports (asked_at) where status in ('waiting', 'running');

create table export_chunks (
    export_id uuid not null references exports on delete cascade,
    chunk_no integer not null,
    bytes bytea not null,
    constraint export_chunks_key primary key (export_id, chunk_no)
);
-- Workbooks and Parquet are compressed already.
alter table export_chunks alter bytes set storage external;
