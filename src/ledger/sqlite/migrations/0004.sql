-- The ledger, version 4.

-- Who is believed: what mails say of deliveries, what of it took effect, and what waits for a person.

ALTER TABLE mail ADD COLUMN first_line TEXT;
-- Its Message-ID, or what stands for one.
ALTER TABLE mail ADD COLUMN name TEXT;
-- When it was written, where it says so.
ALTER TABLE mail ADD COLUMN said_at INTEGER;

-- What mails said of deliveries. A person confirms one by its number.
CREATE TABLE mention (
    id        INTEGER PRIMARY KEY,
    mail      INTEGER NOT NULL REFERENCES mail (id),
    delivery  INTEGER NOT NULL REFERENCES delivery (id),
    -- What it does: a JSON object.
    says      TEXT NOT NULL,
    -- What speaks for it, where it is a suggestion.
    why       TEXT,
    -- Why it waits, where it is none.
    hold      TEXT CHECK (hold IN ('many-letters', 'old-id')),
    standing  TEXT NOT NULL CHECK (standing IN ('waits', 'counts', 'taken-back')),
    -- The place in which it took effect among all of them, and who vouches for it.
    counted   INTEGER UNIQUE,
    vouched   TEXT CHECK (vouched IN ('person', 'mail')),
    -- Where the delivery stood before that: a JSON object.
    before    TEXT,
    CHECK ((standing = 'waits') = (counted IS NULL) OR standing = 'taken-back')
) STRICT;

CREATE INDEX mention_of_mail ON mention (mail);
CREATE INDEX mention_of_delivery ON mention (delivery, counted);
CREATE INDEX mention_waiting ON mention (mail, hold) WHERE standing = 'waits';

-- The mail for which an address is suppressed: taken back with it.
ALTER TABLE suppression ADD COLUMN mail INTEGER;
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
