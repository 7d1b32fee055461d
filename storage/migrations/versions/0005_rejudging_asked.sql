-- Re-judgements that somebody asked for.

-- What has changed of a truck's past lies between from_time and to_time: records that came late, or a world in force for
-- them that is another now. Later findings are judged again only as far as the difference reaches, and not at all from
-- where the carry is again what it had been; with no end, all of them are.
alter table rejudge_queue add column to_time timestamptz not null default 'infinity';
