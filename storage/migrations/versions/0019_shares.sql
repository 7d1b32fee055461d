-- Links with an expiry.
select 1;
