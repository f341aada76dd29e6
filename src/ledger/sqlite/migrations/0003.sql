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

-- Refusals, and what is known of a server and an account.

