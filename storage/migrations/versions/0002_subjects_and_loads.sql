-- Events of devices and places, the life of every load, and daily balances.

-- What an event is about: a truck, or a device or place by its id.
alter table events
    alter vehicle_no drop not null,
    alter lat_deg drop not null,
    alter lon_deg drop not null,
    add subject_kind text not null default 'vehicle'
        check (subject_kind in ('vehicle', 'washer', 'gate', 'site', 'dump_point')),
    add subject_id text,
    add constraint one_subject check (
        (subject_kind = 'vehicle') = (vehicle_no is not null) and (vehicle_no is null) = (subject_id is not null)
    );
create index events_subject on events (subject_kind, subject_id, start_time) where vehicle_no is null;
