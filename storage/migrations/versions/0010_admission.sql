-- Devices admitted, suspended and revoked: who did what, and which certificates were issued and revoked.
-- What a device may do stands in terminals.status: provisioned, active, suspended or revoked; ingest accepts active ones.

create table device_certificates (
    serial text primary key check (serial ~ '^[0-9a-f]{1,40}$'),
    terminal_id text not null,
    issued_at timestamptz not null default now(),
    valid_to timestamptz not null,
    revoked_at timestamptz
);
create index device_certificates_terminal on device_certificates (terminal_id, valid_to desc);

-- Append-only. The device by its name: also attempts on names that the registry does not hold are written down.
create table device_audit (
    audit_no bigint generated always as identity primary key,
    at timestamptz not null default now(),
    who text not null check (who <> ''),
    what text not null check (what in ('added', 'activated', 'suspended', 'revoked', 'certificate_issued')),
    terminal_id text not null,
    from_status text,
    to_status text,
    detail jsonb not null default '{}'
);
create index device_audit_terminal on device_audit (terminal_id, audit_no);

create function refuse_to_change_device_audit() returns trigger language plpgsql as $$
begin
    raise exception 'expected device_audit to be appended to only, got %', tg_op
        using errcode = 'integrity_constraint_violation';
end $$;
create trigger device_audit_append_only
    before update or delete or truncate on device_audit
    for each statement execute function refuse_to_change_device_audit();
