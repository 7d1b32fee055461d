-- Two more of the world's documents. The city is one object: a row for each member, as with limits.

create table roads (
    road_id text primary key,
    feature jsonb not null
);

create table city (
    member text primary key,
    value jsonb not null
);
