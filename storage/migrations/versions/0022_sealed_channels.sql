-- Addresses and secrets of channels are kept encrypted. `url` and `secret` hold what `storage.sealing` wrote; rows from
-- before are sealed by the first process that has the key: `muckline db-upgrade`, `api` or `work`.

-- What may be shown of an address: what kind of receiver it is, and enough to tell one's channels apart.
alter table channels add scheme text, add shown text;
comment on column channels.url is 'sealed';
comment on column channels.secret is 'sealed';

-- Reports of districts are kept like those of the city and of companies: whose they are, as a JSON list of ids in order.
alter table reports add districts text not null default ''; -- empty: not narrowed to districts
alter table reports drop constraint reports_key;
alter table reports add constraint reports_key primary key (period, first_day, company_id, districts);
