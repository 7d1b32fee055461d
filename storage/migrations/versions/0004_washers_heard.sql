-- What is known of when a washer was heard.

-- A bit for each minute of a day (UTC), the first one leftmost: in `heard` any record of the washer, in `unread` passages
-- of trucks that it could not name or of which it does not say whether they were washed. `changes` counts up with every
-- change, `looked_at` is its value when the day's silences were last looked for (ingest/washer_job.py).
create table washers_heard (
    terminal_no integer not null references terminals,
    day date not null,
    heard bit(1440) not null,
    unread bit(1440) not null,
    changes integer not null default 1,
    looked_at integer not null default 0,
    constraint washers_heard_key primary key (terminal_no, day)
) with (fillfactor = 50); -- room beside each row, so that an update needs no index entry
create index washers_heard_changed on washers_heard (day) where changes > looked_at;

insert into washers_heard (terminal_no, day, heard, unread)
select terminal_no, day, bit_or(minute), bit_or(case when unread then minute else nobody end)
from (
    select
        terminal_no,
        (event_time at time zone 'UTC')::date as day,
        repeat('0', 1440)::bit(1440) as nobody,
        set_bit(
            repeat('0', 1440)::bit(1440), (floor(extract(epoch from event_time))::bigint % 86400 / 60)::integer, 1
        ) as minute,
        type = 'washer_passage' and (
            vehicle_no is null or body ->> 'result' not in ('washed', 'not_washed', 'too_short', 'bypass')
        ) as unread
    from device_events join terminals using (terminal_no)
    where kind = 'washer'
) as known
group by terminal_no, day;
