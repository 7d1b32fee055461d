-- The feed for other bureaux and their inbox.
select 1;
