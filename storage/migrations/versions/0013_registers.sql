-- Registers that people edit, with their history.
select 1;
