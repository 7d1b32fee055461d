-- Commands and settings sent to terminals: what was asked, what became of it, and who did what when.

create table device_commands (
    command_no bigint generated always as identity primary key,
    command_id text not null unique check (length(command_id) between 1 and 64),
    terminal_no integer not null references terminals,
    channel text not null check (channel in ('command', 'config')),
    kind text not null,
    body jsonb not null,
    created_by text not null check (created_by <> ''),
    reason text,
    created_at timestamptz not null,
    expires_at timestamptz not null check (expires_at > created_at),
    status text not null default 'pending'
        check (status in ('pending', 'delivered', 'accepted', 'refused', 'expired')),
    sends integer not null default 0,
    last_sent_at timestamptz,
    due_at timestamptz,  -- when it is to be sent next; NULL once it has ended
    delivered_at timestamptz,
    ended_at timestamptz,
    result text,
    is_retained boolean not null default false  -- may stand on the broker as the retained settings of its terminal
);
-- What the sender asks every second, and what a batch asks when a terminal comes back.
create index device_commands_open on device_commands (due_at) where status in ('pending', 'delivered');
create index device_commands_expiring on device_commands (expires_at) where status in ('pending', 'delivered');
create index device_commands_retained on device_commands (command_no) where is_retained;  -- in their order
create index device_commands_terminal on device_commands (terminal_no, command_no desc);

-- Append-only: every transition of a command, and every different answer of a terminal.
create table device_command_audit (
    audit_no bigint generated always as identity primary key,
    command_no bigint not null references device_commands,
    at timestamptz not null,
    who text not null,
    what text not null check (what in ('created', 'sent', 'reply', 'expired', 'replaced')),
    from_status text,
    to_status text not null,
    detail text not null default ''
);
create index device_command_audit_command on device_command_audit (command_no, audit_no);

create function refuse_to_change_device_command_audit() returns trigger language plpgsql as $$
begin
    raise exception 'expected device_command_audit to be appended to only, got %', tg_op
        using errcode = 'integrity_constraint_violation';
end $$;
create trigger device_command_audit_append_only
    before update or delete or truncate on device_command_audit
    for each statement execute function refuse_to_change_device_command_audit();

-- Answers that name no command of their terminal: kept and shown, as they may tell of a restored database or a forger.
create table device_stray_replies (
    stray_no bigint generated always as identity primary key,
    terminal_no integer not null references terminals,
    command_id text not null,
    status text not null,
    result text not null,
    received_at timestamptz not null,
    last_received_at timestamptz not null
);
-- By its digest: a result of 1,000 characters does not fit into an index.
create unique index device_stray_replies_key
    on device_stray_replies (terminal_no, command_id, status, md5(result));
