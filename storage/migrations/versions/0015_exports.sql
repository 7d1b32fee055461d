-- Exports that take longer than a request.
select 1;
