-- Passages of washers and gates that name no known truck.
select 1;
