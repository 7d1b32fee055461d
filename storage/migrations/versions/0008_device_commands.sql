-- Commands and settings sent to terminals.
select 1;
