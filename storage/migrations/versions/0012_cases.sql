-- Alerts, cases and their steps.
select 1;
