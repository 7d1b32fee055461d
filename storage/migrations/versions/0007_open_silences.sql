-- Trucks that are silent now, looked at every few seconds: the open events alone, and a truck's last one that is over.
create index events_open_silence on events (vehicle_no)
    where kind = 'offline' and closing is null and withdrawn_at is null;
create index events_silence_over on events (vehicle_no, end_time)
    where kind = 'offline' and closing is not null and withdrawn_at is null;
