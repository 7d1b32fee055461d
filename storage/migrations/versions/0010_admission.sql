-- Devices admitted, suspended and revoked.
select 1;
