-- A link may be for the public: it then shows no whole plate, no company and no id of a truck, whoever made it.

alter table shares add column masked boolean not null default false;
