-- The ledger, version 3.

-- Witnesses: what was sent is also known outside of this file, in logs. Up to this length, the ledger knows what stands in them.
CREATE TABLE witness (
    file   TEXT PRIMARY KEY,
    length INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Handing over: who goes on with a ledger, and where.
--
-- The machine of a campaign's last run (a name that stays, and the one that people know), who ran it there, and when it gave the lease back:
-- NULL where it never did. `host` and `pid` say who holds the lease.
ALTER TABLE lease ADD COLUMN machine TEXT;
ALTER TABLE lease ADD COLUMN machine_name TEXT;
ALTER TABLE lease ADD COLUMN person TEXT;
ALTER TABLE lease ADD COLUMN ended_at INTEGER;

-- Each time that somebody handed the ledger over. While nothing became of the last one, the file that it names is locked, and a copy is not.
CREATE TABLE hand_over (
    id           INTEGER PRIMARY KEY,
    at           INTEGER NOT NULL,
    person       TEXT NOT NULL,
    recipient    TEXT,
    machine      TEXT NOT NULL,
    machine_name TEXT NOT NULL,
    -- The ledger's file: its path, and what the file system knows it by.
    path         TEXT NOT NULL,
    file         TEXT,
    ended_at     INTEGER,
    ended_by     TEXT,
    ended        TEXT CHECK (ended = 'taken-back' OR ended = 'taken-over'),
    CHECK ((ended IS NULL) = (ended_at IS NULL))
) STRICT;

-- Machines on which a person said that the ledger is used there from now on, whatever ran elsewhere up to this lease.
CREATE TABLE taken_over (
    machine TEXT PRIMARY KEY,
    lease   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Copies: what became of each address in Cc and Bcc.

-- The copies of each letter that was accepted, or is in doubt after its final dot. A copy that was put off has attempts of its own,
-- which stand in `attempt` behind those of its letter.
CREATE TABLE copy (
    id               INTEGER PRIMARY KEY,
    delivery         INTEGER NOT NULL REFERENCES delivery (id),
    address          TEXT NOT NULL,
    address_key      TEXT NOT NULL,
    state            TEXT NOT NULL CHECK (state IN ('attempting', 'accepted', 'deferred', 'failed', 'in-doubt', 'skipped')),
    attempts         INTEGER NOT NULL,
    first_attempt_at INTEGER NOT NULL,
    last_attempt_at  INTEGER NOT NULL,
    next_attempt_at  INTEGER,
    -- Its last attempt of its own.
    attempt          INTEGER REFERENCES attempt (id),
    smtp_code        INTEGER,
    smtp_enhanced    TEXT,
    smtp_text        TEXT,
    reason           TEXT,
    UNIQUE (delivery, address_key),
    CHECK ((state = 'deferred') = (next_attempt_at IS NOT NULL))
) STRICT;

-- What is still to be sent, and what is under way: few.
CREATE INDEX copy_deferred ON copy (next_attempt_at) WHERE state = 'deferred';
CREATE INDEX copy_under_way ON copy (attempt) WHERE state = 'attempting';

-- The letters of which a copy is still to be sent, as they left.
CREATE TABLE kept_letter (
    delivery INTEGER PRIMARY KEY REFERENCES delivery (id),
    -- Of the envelope.
    sender   TEXT NOT NULL,
    message  BLOB NOT NULL
) STRICT;

-- Refusals, and what is known of a server and an account.

-- What runs have learned of a server: a name and a port.
CREATE TABLE server (
    name       TEXT PRIMARY KEY,
    -- When it last did not take what was offered ahead of its reply to a message.
    forgot_at  INTEGER,
    -- How many letters it took over one connection, and when it last said so.
    letters    INTEGER CHECK (letters > 0),
    letters_at INTEGER,
    CHECK ((letters IS NULL) = (letters_at IS NULL))
) STRICT, WITHOUT ROWID;
