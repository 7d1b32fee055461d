-- Signing keys and what was signed; reports.
select 1;
