-- The ledger, version 4.

-- Mails that a server has and did not give, under the numbers of their mailbox: they are asked for again.
CREATE TABLE withheld (
    mailbox      TEXT NOT NULL,
    uid_validity INTEGER NOT NULL,
    uid          INTEGER NOT NULL,
    since        INTEGER NOT NULL,
    asked_at     INTEGER NOT NULL,
    -- As it was said the last time.
    why          TEXT NOT NULL,
    -- What is known of it.
    sender       TEXT,
    subject      TEXT,
    written_at   INTEGER,
    size         INTEGER,
    PRIMARY KEY (mailbox, uid)
) STRICT, WITHOUT ROWID;

-- The mails of a mailbox that were read: digests of their headers. By them they are known again where a server numbers them anew.
CREATE TABLE mail_known (
    mailbox TEXT NOT NULL,
    digest  BLOB NOT NULL,
    PRIMARY KEY (mailbox, digest)
) STRICT, WITHOUT ROWID;
