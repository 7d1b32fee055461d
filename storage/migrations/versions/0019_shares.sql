-- Links with an expiry: whoever has one sees one case, or where one truck was in a time range, as its maker sees it now.

create table shares (
    share_id uuid primary key default gen_random_uuid(),
    share_no bigint generated always as identity unique, -- order of a person's list
    token_hash bytea not null unique, -- SHA-256: who reads the database can open none
    owner_no integer not null references users,
    key_id text references api_keys, -- made by a program: ends with its key
    kind text not null check (kind in ('case', 'playback')),
    case_id uuid,
    vehicle_id text,
    start_time timestamptz,
    end_time timestamptz,
    created_at timestamptz not null default now(),
    expires_at timestamptz not null,
    revoked_at timestamptz,
    constraint what_its_kind_needs check (
        (kind = 'case') = (case_id is not null)
        and (kind = 'playback') = (num_nonnulls(vehicle_id, start_time, end_time) = 3)
        and num_nonnulls(vehicle_id, start_time, end_time) in (0, 3)
    )
);
create index shares_owner on shares (owner_no, share_no);
