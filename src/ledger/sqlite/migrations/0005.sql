-- The ledger, version 5.

-- Addresses to which a letter left and came back, and whose row was mended since: the letter has another address now. Nobody gets it at
-- one of these again, and a late report about one of them says nothing of the letter that went to the new address.
CREATE TABLE former_address (
    delivery  INTEGER NOT NULL REFERENCES delivery (id),
    email_key TEXT NOT NULL,
    -- How often the letter was attempted by then.
    attempts  INTEGER NOT NULL,
    PRIMARY KEY (delivery, email_key)
) STRICT, WITHOUT ROWID;

CREATE INDEX former_address_key ON former_address (email_key);

-- People whom the ledger was told to forget: a keyed hash of the address of each. Nobody writes to them. In the place of their data stand
-- `#` and this hash as the address' key, and `forgotten-…`, a keyed hash, as the recipient.
CREATE TABLE forgotten (
    mark TEXT PRIMARY KEY,
    at   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
