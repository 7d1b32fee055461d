-- Subscriptions, deliveries and the queue of work.
select 1;
