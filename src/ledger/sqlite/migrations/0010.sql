-- The ledger, version 10.

-- Campaigns whose people's data was erased, since nothing had happened in them for long. Nothing is sent or recorded in them any more.
CREATE TABLE expired (
    campaign   INTEGER PRIMARY KEY REFERENCES campaign (id),
    at         INTEGER NOT NULL,
    -- When the last of it had happened by then.
    last_event INTEGER NOT NULL
) STRICT;
