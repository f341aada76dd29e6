-- The ledger on PostgreSQL, version 3: campaigns whose people's data was erased.

CREATE TABLE expired (
    campaign   bigint PRIMARY KEY REFERENCES campaign (id),
    at         bigint NOT NULL,
    last_event bigint NOT NULL
);
