-- Passages of washers and gates, also those that name no known truck.

create index device_events_passages on device_events (event_time desc, terminal_no, epoch, seq)
    where type in ('washer_passage', 'gate_passage');
-- What is looked through again when a truck is registered.
create index device_events_unmatched on device_events (event_time desc)
    where vehicle_no is null and type in ('washer_passage', 'gate_passage');
