-- The ledger, version 1.
-- Times are microseconds since 1970-01-01 UTC by the clock of the run that wrote them, where nothing else is said. States and answers are the words of the contract.

CREATE TABLE meta (
    key   TEXT PRIMARY KEY,
    value BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE campaign (
    id            INTEGER PRIMARY KEY,
    name          TEXT NOT NULL UNIQUE,
    -- When its inbox was last read to the end.
    inbox_read_at INTEGER
) STRICT;

-- Campaigns that a person stopped: nothing of them is sent.
CREATE TABLE halt (
    campaign INTEGER PRIMARY KEY REFERENCES campaign (id),
    at       INTEGER NOT NULL,
    person   TEXT NOT NULL,
    reason   TEXT
) STRICT;

-- Whose rolling windows an attempt counts in: the name under which a run logs in.
CREATE TABLE account (
    id   INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE plan (
    id            INTEGER PRIMARY KEY,
    campaign      INTEGER NOT NULL REFERENCES campaign (id),
    round         INTEGER NOT NULL CHECK (round >= 0),
    -- Goes up with each finished plan; a delivery that has another one is not in the plan.
    generation    INTEGER NOT NULL DEFAULT 0,
    -- The list's header, a JSON array; NULL before the first plan is finished.
    header        TEXT,
    finished_at   INTEGER,
    -- The header of the plan that is being made, the number of its first row in `list_row`, and how many it has so far.
    staged_header TEXT,
    staged_from   INTEGER NOT NULL DEFAULT 0,
    staged_rows   INTEGER NOT NULL DEFAULT 0,
    UNIQUE (campaign, round)
) STRICT;

-- The rows of recipients lists as they were planned. They are written once: whatever becomes of a letter does not touch them.
-- The key is `plan.id << 40 | number`: they are read by plan and in its order without an index.
CREATE TABLE list_row (
    id           INTEGER PRIMARY KEY,
    -- The delivery to this recipient, where there was one before the row was planned.
    delivery     INTEGER,
    recipient    TEXT NOT NULL,
    email        TEXT NOT NULL,
    email_key    TEXT NOT NULL,
    name         TEXT NOT NULL,
    organisation TEXT NOT NULL,
    skip         TEXT,
    line         INTEGER NOT NULL,
    -- JSON arrays of text.
    cells        TEXT NOT NULL,
    left_out     TEXT NOT NULL
) STRICT;

-- The row that a letter was sent with, where the list has another one now, or none.
CREATE TABLE sent_row (
    delivery INTEGER PRIMARY KEY,
    -- The header of the list of then, and the cells: JSON arrays.
    header   TEXT NOT NULL,
    line     INTEGER NOT NULL,
    cells    TEXT NOT NULL
) STRICT;

CREATE TABLE delivery (
    id               INTEGER PRIMARY KEY,
    campaign         INTEGER NOT NULL,
    round            INTEGER NOT NULL,
    recipient        TEXT NOT NULL,
    generation       INTEGER NOT NULL,
    place            INTEGER NOT NULL,
    -- Its row in `list_row`.
    list_row         INTEGER NOT NULL,
    -- 1 where the letter is to be sent, or may have left: nobody else in the round may have its address then. It stays as it is
    -- while a letter is sent, and so does the index by address.
    holds_address    INTEGER NOT NULL CHECK (holds_address IN (0, 1)),
    -- Written with OR: for an IN of many words, SQLite makes a table of them at each change.
    state            TEXT NOT NULL CHECK (state = 'planned' OR state = 'attempting' OR state = 'accepted' OR state = 'deferred'
        OR state = 'failed' OR state = 'in-doubt' OR state = 'bounced' OR state = 'skipped'),
    -- A person said that it did not bounce: no report changes that.
    state_by         TEXT CHECK (state_by = 'person'),
    attempts         INTEGER NOT NULL DEFAULT 0,
    first_attempt_at INTEGER,
    last_attempt_at  INTEGER,
    accepted_at      INTEGER,
    next_attempt_at  INTEGER,
    answer           TEXT NOT NULL DEFAULT 'none' CHECK (answer IN (
        'none', 'auto-reply', 'acknowledged', 'replied', 'declined', 'opted-out')),
    answered_at      INTEGER,
    -- Whose word the answer is: no mail changes what a person said.
    answer_by        TEXT CHECK (answer_by IN ('person', 'mail')),
    -- When somebody whose machine answered is back: a date such as 2024-07-01.
    returns_on       TEXT,
    smtp_code        INTEGER,
    smtp_enhanced    TEXT,
    smtp_text        TEXT,
    message_id       TEXT,
    -- As it was sent.
    subject          TEXT,
    token            TEXT,
    reason           TEXT,
    note             TEXT,
    email            TEXT NOT NULL,
    email_key        TEXT NOT NULL,
    name             TEXT NOT NULL,
    organisation     TEXT NOT NULL,
    FOREIGN KEY (campaign, round) REFERENCES plan (campaign, round),
    CHECK (holds_address = 1 OR state = 'planned' OR state = 'deferred' OR state = 'failed' OR state = 'skipped'),
    CHECK ((answer = 'none') = (answer_by IS NULL)),
    CHECK ((state = 'deferred') = (next_attempt_at IS NOT NULL)),
    CHECK (state <> 'accepted' OR accepted_at IS NOT NULL)
) STRICT;

-- One letter for each recipient in each round, whatever the program does. In this order, a recipient's rounds stand together.
CREATE UNIQUE INDEX delivery_of_recipient ON delivery (campaign, recipient, round);
-- And one letter for each address in each round, under whatever id: what may have left is never sent again.
CREATE UNIQUE INDEX delivery_to_address ON delivery (campaign, round, email_key) WHERE holds_address = 1;

-- The order in which deliveries are read. Sending changes none of its columns.
CREATE INDEX delivery_in_order ON delivery (campaign, round, place);
-- What is still to be sent, in its order; a letter that is sent leaves it.
CREATE INDEX delivery_open ON delivery (campaign, round, place, next_attempt_at) WHERE state IN ('planned', 'deferred');
-- When the next deferred one is due.
CREATE INDEX delivery_deferred ON delivery (campaign, round, next_attempt_at) WHERE state = 'deferred';

-- What is neither on its way nor accepted, and so is looked for: few, however many letters were sent.
CREATE INDEX delivery_apart ON delivery (campaign, round, place, state)
    WHERE state <> 'planned' AND state <> 'attempting' AND state <> 'accepted';

-- Who has answered: looked for among few, and touched by nothing else.
CREATE INDEX delivery_answered ON delivery (campaign, round, answer) WHERE answer <> 'none';

-- How many deliveries of a round are in each state, so that nobody has to count them.
CREATE TABLE tally (
    campaign INTEGER NOT NULL,
    round    INTEGER NOT NULL,
    state    TEXT NOT NULL,
    count    INTEGER NOT NULL CHECK (count >= 0),
    PRIMARY KEY (campaign, round, state),
    FOREIGN KEY (campaign, round) REFERENCES plan (campaign, round)
) STRICT, WITHOUT ROWID;

-- What is kept of the files a round is sent with: each content once, whoever uses it.
CREATE TABLE content (
    sha256 TEXT PRIMARY KEY,
    bytes  BLOB NOT NULL
) STRICT;

-- A round's files as they were at the start of a run. The last one counts; earlier ones stay where letters were sent with them.
CREATE TABLE snapshot (
    id       INTEGER PRIMARY KEY,
    campaign INTEGER NOT NULL REFERENCES campaign (id),
    round    INTEGER NOT NULL,
    at       INTEGER NOT NULL
) STRICT;

CREATE INDEX snapshot_of_round ON snapshot (campaign, round);

CREATE TABLE snapshot_file (
    snapshot INTEGER NOT NULL REFERENCES snapshot (id),
    place    INTEGER NOT NULL,
    path     TEXT NOT NULL,
    sha256   TEXT NOT NULL REFERENCES content (sha256),
    PRIMARY KEY (snapshot, place)
) STRICT, WITHOUT ROWID;

CREATE INDEX snapshot_file_content ON snapshot_file (sha256);

CREATE TABLE attempt (
    id            INTEGER PRIMARY KEY,
    delivery      INTEGER NOT NULL REFERENCES delivery (id),
    -- 1 for the first attempt of the delivery.
    number        INTEGER NOT NULL,
    -- The number of the lease under which it was made: one run's attempts share it.
    lease         INTEGER NOT NULL,
    snapshot      INTEGER REFERENCES snapshot (id),
    account       INTEGER NOT NULL REFERENCES account (id),
    domain        TEXT NOT NULL,
    weight        INTEGER NOT NULL,
    started_at    INTEGER NOT NULL,
    ended_at      INTEGER,
    -- `ended_at` in the ledger's own time: from here on it counts in a rolling window for as long as that is.
    counted_from  INTEGER,
    outcome       TEXT CHECK (outcome = 'accepted' OR outcome = 'deferred' OR outcome = 'failed' OR outcome = 'in-doubt'),
    smtp_code     INTEGER,
    smtp_enhanced TEXT,
    smtp_text     TEXT,
    reason        TEXT,
    UNIQUE (delivery, number),
    CHECK ((ended_at IS NULL) = (outcome IS NULL)),
    CHECK ((ended_at IS NULL) = (counted_from IS NULL))
) STRICT;

-- Those under way first (NULL sorts before all), then by their end: what a rolling window counts.
CREATE INDEX attempt_of_account ON attempt (account, counted_from);

-- The ledger's own time, in which rolling windows are counted: it goes on steadily, whatever is done to the clocks. One row for each
-- start of a machine on which runs were made.
CREATE TABLE boot (
    id         TEXT PRIMARY KEY,
    -- When that was, in the ledger's time.
    started_at INTEGER NOT NULL,
    -- When a run last wrote this row: in the ledger's time, and by the wall clock.
    seen_at    INTEGER NOT NULL,
    wall_at    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Everything that happened. The recipient is named by value, so that an event tells its story by itself.
CREATE TABLE event (
    id        INTEGER PRIMARY KEY,
    campaign  INTEGER NOT NULL REFERENCES campaign (id),
    at        INTEGER NOT NULL,
    round     INTEGER,
    recipient TEXT,
    kind      TEXT NOT NULL,
    source    TEXT NOT NULL,
    -- A JSON object.
    detail    TEXT NOT NULL,
    CHECK ((round IS NULL) = (recipient IS NULL))
) STRICT;

-- The one door through which an event may be changed, for erasing a person's data: a row here, in the same transaction, says who
-- asked. Whoever opens it blanks `recipient` and `detail`, writes an event about it, and removes the row before the commit.
-- An event is never deleted.
CREATE TABLE erasure (
    id     INTEGER PRIMARY KEY CHECK (id = 1),
    at     INTEGER NOT NULL,
    source TEXT NOT NULL
) STRICT;

CREATE TRIGGER event_stays_as_it_is BEFORE UPDATE ON event
WHEN NOT EXISTS (SELECT 1 FROM erasure)
BEGIN
    SELECT RAISE(ABORT, 'an event is never changed');
END;

CREATE TRIGGER event_stays BEFORE DELETE ON event
BEGIN
    SELECT RAISE(ABORT, 'an event is never deleted');
END;

-- What a mail says of a return is looked for at each planning of a follow-up: it stands with the delivery too.
CREATE TRIGGER event_tells_a_return AFTER INSERT ON event
WHEN NEW.kind = 'answer' AND NEW.detail ->> 'returns_on' IS NOT NULL
BEGIN
    -- The last of several days, in whatever order they are told.
    UPDATE delivery SET returns_on = max(coalesce(returns_on, ''), NEW.detail ->> 'returns_on')
    WHERE campaign = NEW.campaign AND recipient = NEW.recipient AND round = NEW.round;
END;

-- An address as `EmailAddress::key` gives it, or `@domain` in lowercase ASCII.
CREATE TABLE suppression (
    key      TEXT PRIMARY KEY,
    reason   TEXT,
    at       INTEGER NOT NULL,
    source   TEXT NOT NULL,
    -- The delivery whose recipient opted out: another answer there lifts it. NULL where somebody suppressed it as such.
    delivery INTEGER
) STRICT, WITHOUT ROWID;

-- Every mail that was read, so that each counts once, whatever it was and in however many mailboxes it lies.
CREATE TABLE mail (
    id          INTEGER PRIMARY KEY,
    -- A digest of what does not change on the way: Message-ID, date, sender, subject and body.
    fingerprint TEXT NOT NULL UNIQUE,
    -- Where it lay when it was read.
    place       TEXT NOT NULL,
    read_at     INTEGER NOT NULL,
    kind        TEXT NOT NULL,
    sender      TEXT,
    subject     TEXT,
    -- How many deliveries it is about, and those it may be about: a JSON array.
    matched     INTEGER NOT NULL CHECK (matched >= 0),
    suggestions TEXT NOT NULL,
    -- Why it is about none.
    reason      TEXT
) STRICT;

CREATE INDEX mail_unmatched ON mail (id) WHERE matched = 0;

-- How far a mailbox on a server was read (RFC 9051, 2.3.1.1).
CREATE TABLE mailbox (
    name         TEXT PRIMARY KEY,
    uid_validity INTEGER NOT NULL,
    last_uid     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Who may send a campaign. The number goes up with each holder, over all campaigns; a lease that was given back has no host.
CREATE TABLE lease (
    campaign INTEGER PRIMARY KEY REFERENCES campaign (id),
    number   INTEGER NOT NULL UNIQUE,
    host     TEXT,
    pid      INTEGER,
    since    INTEGER NOT NULL,
    deadline INTEGER NOT NULL
) STRICT;
