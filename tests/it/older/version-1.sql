PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
PRAGMA application_id = 1970168947;
PRAGMA user_version = 1;
CREATE TABLE meta (
    key   TEXT PRIMARY KEY,
    value BLOB NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO meta VALUES('token-key',X'8f9b67627b48f6bcf2235b0f8b1150bd0279185e5c9eb97213470aceb42ad86e');
CREATE TABLE campaign (
    id            INTEGER PRIMARY KEY,
    name          TEXT NOT NULL UNIQUE,
    -- When its inbox was last read to the end.
    inbox_read_at INTEGER
) STRICT;
INSERT INTO campaign VALUES(1,'2027-03-delta',1795995530117169);
CREATE TABLE halt (
    campaign INTEGER PRIMARY KEY REFERENCES campaign (id),
    at       INTEGER NOT NULL,
    person   TEXT NOT NULL,
    reason   TEXT
) STRICT;
INSERT INTO halt VALUES(1,1795995530631614,'sam','the law is withdrawn');
CREATE TABLE account (
    id   INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
) STRICT;
INSERT INTO account VALUES(1,'127.0.0.1');
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
INSERT INTO "plan" VALUES(1,1,0,2,'["email","name","cc"]',1795995528717102,NULL,28,0);
INSERT INTO "plan" VALUES(2,1,1,1,'["email","name","cc"]',1795995529904471,NULL,14,0);
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
INSERT INTO list_row VALUES(1099511627790,1,'ana@ana.example','ana@ana.example','ana@ana.example','ana','','accepted before, under another id',2,'["ana@ana.example","ana",""]','[]');
INSERT INTO list_row VALUES(1099511627791,2,'bo@bo.example','bo@bo.example','bo@bo.example','bo','','accepted before, under another id',3,'["bo@bo.example","bo",""]','[]');
INSERT INTO list_row VALUES(1099511627792,3,'cy@cy.example','cy@cy.example','cy@cy.example','cy','','failed before, under another id',4,'["cy@cy.example","cy",""]','[]');
INSERT INTO list_row VALUES(1099511627793,4,'dee@dee.example','dee@dee.example','dee@dee.example','dee','',NULL,5,'["dee@dee.example","dee",""]','[]');
INSERT INTO list_row VALUES(1099511627794,5,'eli@eli.example','eli@eli.example','eli@eli.example','eli','','in-doubt before, under another id',6,'["eli@eli.example","eli",""]','[]');
INSERT INTO list_row VALUES(1099511627795,6,'fay@fay.example','fay@fay.example','fay@fay.example','fay','','accepted before, under another id',7,'["fay@fay.example","fay","copy@fay.example"]','[]');
INSERT INTO list_row VALUES(1099511627796,7,'gus@gus.example','gus@gus.example','gus@gus.example','gus','','accepted before, under another id',8,'["gus@gus.example","gus",""]','[]');
INSERT INTO list_row VALUES(1099511627797,8,'hal@hal.example','hal@hal.example','hal@hal.example','hal','','accepted before, under another id',9,'["hal@hal.example","hal",""]','[]');
INSERT INTO list_row VALUES(1099511627798,9,'ida@ida.example','ida@ida.example','ida@ida.example','ida','','accepted before, under another id',10,'["ida@ida.example","ida",""]','[]');
INSERT INTO list_row VALUES(1099511627799,10,'jo@jo.example','jo@jo.example','jo@jo.example','jo','','suppressed: asked by phone',11,'["jo@jo.example","jo",""]','[]');
INSERT INTO list_row VALUES(1099511627800,11,'kim@kim.example','kim@kim.example','kim@kim.example','kim','','accepted before, under another id',12,'["kim@kim.example","kim",""]','[]');
INSERT INTO list_row VALUES(1099511627801,12,'lou@lou.example','lou@lou.example','lou@lou.example','lou','','accepted before, under another id',13,'["lou@lou.example","lou",""]','[]');
INSERT INTO list_row VALUES(1099511627802,13,'mia@mia.example','mia@mia.example','mia@mia.example','mia','',NULL,14,'["mia@mia.example","mia",""]','[]');
INSERT INTO list_row VALUES(1099511627803,14,'ned@ned.example','ned@ned.example','ned@ned.example','ned','','accepted before, under another id',15,'["ned@ned.example","ned",""]','[]');
INSERT INTO list_row VALUES(2199023255552,NULL,'ana@ana.example','ana@ana.example','ana@ana.example','ana','','away, not due before 2026-12-29',2,'["ana@ana.example","ana",""]','[]');
INSERT INTO list_row VALUES(2199023255553,NULL,'bo@bo.example','bo@bo.example','bo@bo.example','bo','','bounced in round 0',3,'["bo@bo.example","bo",""]','[]');
INSERT INTO list_row VALUES(2199023255554,NULL,'cy@cy.example','cy@cy.example','cy@cy.example','cy','','failed in round 0',4,'["cy@cy.example","cy",""]','[]');
INSERT INTO list_row VALUES(2199023255555,NULL,'dee@dee.example','dee@dee.example','dee@dee.example','dee','','deferred in round 0',5,'["dee@dee.example","dee",""]','[]');
INSERT INTO list_row VALUES(2199023255556,NULL,'eli@eli.example','eli@eli.example','eli@eli.example','eli','','in-doubt in round 0',6,'["eli@eli.example","eli",""]','[]');
INSERT INTO list_row VALUES(2199023255557,NULL,'fay@fay.example','fay@fay.example','fay@fay.example','fay','','answered: replied',7,'["fay@fay.example","fay","copy@fay.example"]','[]');
INSERT INTO list_row VALUES(2199023255558,NULL,'gus@gus.example','gus@gus.example','gus@gus.example','gus','','answered: opted-out',8,'["gus@gus.example","gus",""]','[]');
INSERT INTO list_row VALUES(2199023255559,NULL,'hal@hal.example','hal@hal.example','hal@hal.example','hal','',NULL,9,'["hal@hal.example","hal",""]','[]');
INSERT INTO list_row VALUES(2199023255560,NULL,'ida@ida.example','ida@ida.example','ida@ida.example','ida','',NULL,10,'["ida@ida.example","ida",""]','[]');
INSERT INTO list_row VALUES(2199023255561,NULL,'jo@jo.example','jo@jo.example','jo@jo.example','jo','','skipped in round 0',11,'["jo@jo.example","jo",""]','[]');
INSERT INTO list_row VALUES(2199023255562,NULL,'kim@kim.example','kim@kim.example','kim@kim.example','kim','',NULL,12,'["kim@kim.example","kim",""]','[]');
INSERT INTO list_row VALUES(2199023255563,NULL,'lou@lou.example','lou@lou.example','lou@lou.example','lou','',NULL,13,'["lou@lou.example","lou",""]','[]');
INSERT INTO list_row VALUES(2199023255564,NULL,'mia@mia.example','mia@mia.example','mia@mia.example','mia','',NULL,14,'["mia@mia.example","mia",""]','[]');
INSERT INTO list_row VALUES(2199023255565,NULL,'ned@ned.example','ned@ned.example','ned@ned.example','ned','',NULL,15,'["ned@ned.example","ned",""]','[]');
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
INSERT INTO delivery VALUES(1,1,0,'ana@ana.example',2,0,1099511627790,1,'accepted',NULL,1,1795995527493057,1795995527493057,1794699527499956,NULL,'auto-reply',1795995528000000,'mail','2026-12-29',250,'2.0.0','ok','99c5d5063c8ea7fe8aabb0147a23a5d5@coalition.example','To ana','jykl7esv4x6ickn6',NULL,NULL,'ana@ana.example','ana@ana.example','ana','');
INSERT INTO delivery VALUES(2,1,0,'bo@bo.example',2,1,1099511627791,1,'bounced',NULL,1,1795995527501362,1795995527501362,1794699527504413,NULL,'none',NULL,NULL,NULL,250,'2.0.0','ok','ab1332244bca79878a8968763443064c@coalition.example','To bo','y5u2qjsm4wntkeme','userunknown, 5.1.1, 550 5.1.1 no',NULL,'bo@bo.example','bo@bo.example','bo','');
INSERT INTO delivery VALUES(3,1,0,'cy@cy.example',2,2,1099511627792,0,'failed',NULL,1,1795995527503232,1795995527503232,NULL,NULL,'none',NULL,NULL,NULL,550,'5.1.1','no such user','2a0ee1d7e130fc1bb10a878ed42b43a7@coalition.example','To cy','n64ekp5a2vt2ton5','refused at RCPT',NULL,'cy@cy.example','cy@cy.example','cy','');
INSERT INTO delivery VALUES(4,1,0,'dee@dee.example',2,3,1099511627793,1,'deferred',NULL,1,1795995527505667,1795995527505667,NULL,1795996647130740,'none',NULL,NULL,NULL,450,'4.2.0','come back later','f4c966ac61ba109f5705ac2e052421e3@coalition.example','To dee','wggg7izhz6zimear','refused at RCPT',NULL,'dee@dee.example','dee@dee.example','dee','');
INSERT INTO delivery VALUES(5,1,0,'eli@eli.example',2,4,1099511627794,1,'in-doubt',NULL,1,1795995527508446,1795995527508446,NULL,NULL,'none',NULL,NULL,NULL,NULL,NULL,NULL,'3ced761af469596326d09b225498861b@coalition.example','To eli','gqqtavkcmfqhqpxj','in doubt after the final dot: the server closed the connection',NULL,'eli@eli.example','eli@eli.example','eli','');
INSERT INTO delivery VALUES(6,1,0,'fay@fay.example',2,5,1099511627795,1,'accepted',NULL,1,1795995527510475,1795995527510475,1794699527514760,NULL,'replied',1795995528000000,'mail',NULL,250,'2.0.0','ok','c629561d67a314d8beca462e7cb09aa5@coalition.example','To fay','yawceozekqzhpqkj',NULL,NULL,'fay@fay.example','fay@fay.example','fay','');
INSERT INTO delivery VALUES(7,1,0,'gus@gus.example',2,6,1099511627796,1,'accepted',NULL,1,1795995527514340,1795995527514340,1794699527516246,NULL,'opted-out',1795995528000000,'mail',NULL,250,'2.0.0','ok','0c8e80efb5d49f74b6701c28e94bec06@coalition.example','To gus','54xqniqhqcjps4ss',NULL,NULL,'gus@gus.example','gus@gus.example','gus','');
INSERT INTO delivery VALUES(8,1,0,'hal@hal.example',2,7,1099511627797,1,'accepted',NULL,1,1795995527638791,1795995527638791,1794699527641668,NULL,'replied',1795995530000000,'mail',NULL,250,'2.0.0','ok','c859512abc92cd08f2b08a1502e65a33@coalition.example','To hal','c7wmvaczeefzokkg',NULL,'called on Monday','hal@hal.example','hal@hal.example','hal','');
INSERT INTO delivery VALUES(9,1,0,'ida@ida.example',2,8,1099511627798,1,'accepted','person',1,1795995527642899,1795995527642899,1794699527663226,NULL,'none',NULL,NULL,NULL,250,'2.0.0','ok','104f8df7d0adc72f88c24cca0dc210e2@coalition.example','To ida','gbeboxgsffbisiei','a person said that it did not bounce',NULL,'ida@ida.example','ida@ida.example','ida','');
INSERT INTO delivery VALUES(10,1,0,'jo@jo.example',2,9,1099511627799,0,'skipped',NULL,0,NULL,NULL,NULL,NULL,'none',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'suppressed: asked by phone',NULL,'jo@jo.example','jo@jo.example','jo','');
INSERT INTO delivery VALUES(11,1,0,'kim@kim.example',2,10,1099511627800,1,'bounced',NULL,1,1795995527664308,1795995527664308,1794699527671923,NULL,'none',NULL,NULL,NULL,250,'2.0.0','ok','f4c7b4a0f3aaa3c65d490cd301c18101@coalition.example','To kim','ro4jdr6d2jxjwwa4','mailboxfull, 5.2.2, 550 5.2.2 no',NULL,'kim@kim.example','kim@kim.example','kim','');
INSERT INTO delivery VALUES(12,1,0,'lou@lou.example',2,11,1099511627801,1,'accepted',NULL,1,1795995527672905,1795995527672905,1794699527672905,NULL,'none',NULL,NULL,NULL,NULL,NULL,NULL,'15adbdfe9788d1ed1ff80e8bb678c007@coalition.example','To lou','qm4gmdfrl6ouqwqq','a person said that it arrived',NULL,'lou@lou.example','lou@lou.example','lou','');
INSERT INTO delivery VALUES(13,1,0,'mia@mia.example',2,12,1099511627802,1,'accepted',NULL,2,1795995528731165,1795995528731165,1794699528733433,NULL,'acknowledged',1795995529558908,'person',NULL,250,'2.0.0','ok','dde16ceb1be47631a2964f0709be6d22@coalition.example','To mia','kbbknb4jflba6xul',NULL,NULL,'mia@mia.example','mia@mia.example','mia','');
INSERT INTO delivery VALUES(14,1,0,'ned@ned.example',2,13,1099511627803,1,'accepted',NULL,1,1795995528117995,1795995528117995,1794699528128311,NULL,'none',NULL,NULL,NULL,250,'2.0.0','ok','8a49b15a188dd8387df04bb57d534946@coalition.example','To ned','grhraxpj3fsiago3',NULL,NULL,'ned@ned.example','ned@ned.example','ned','');
INSERT INTO delivery VALUES(15,1,1,'ana@ana.example',1,0,2199023255552,0,'skipped',NULL,0,NULL,NULL,NULL,NULL,'none',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'away, not due before 2026-12-29',NULL,'ana@ana.example','ana@ana.example','ana','');
INSERT INTO delivery VALUES(16,1,1,'bo@bo.example',1,1,2199023255553,0,'skipped',NULL,0,NULL,NULL,NULL,NULL,'none',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'bounced in round 0',NULL,'bo@bo.example','bo@bo.example','bo','');
INSERT INTO delivery VALUES(17,1,1,'cy@cy.example',1,2,2199023255554,0,'skipped',NULL,0,NULL,NULL,NULL,NULL,'none',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'failed in round 0',NULL,'cy@cy.example','cy@cy.example','cy','');
INSERT INTO delivery VALUES(18,1,1,'dee@dee.example',1,3,2199023255555,0,'skipped',NULL,0,NULL,NULL,NULL,NULL,'none',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'deferred in round 0',NULL,'dee@dee.example','dee@dee.example','dee','');
INSERT INTO delivery VALUES(19,1,1,'eli@eli.example',1,4,2199023255556,0,'skipped',NULL,0,NULL,NULL,NULL,NULL,'none',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'in-doubt in round 0',NULL,'eli@eli.example','eli@eli.example','eli','');
INSERT INTO delivery VALUES(20,1,1,'fay@fay.example',1,5,2199023255557,0,'skipped',NULL,0,NULL,NULL,NULL,NULL,'none',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'answered: replied',NULL,'fay@fay.example','fay@fay.example','fay','');
INSERT INTO delivery VALUES(21,1,1,'gus@gus.example',1,6,2199023255558,0,'skipped',NULL,0,NULL,NULL,NULL,NULL,'none',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'answered: opted-out',NULL,'gus@gus.example','gus@gus.example','gus','');
INSERT INTO delivery VALUES(22,1,1,'hal@hal.example',1,7,2199023255559,1,'accepted',NULL,1,1795995529951519,1795995529951519,1795995529975196,NULL,'none',NULL,NULL,NULL,250,'2.0.0','ok','34f51d3d593403f4d68c0e8ef17f701f@coalition.example','Re: To hal','g5q6hoa32pl2qblq',NULL,NULL,'hal@hal.example','hal@hal.example','hal','');
INSERT INTO delivery VALUES(23,1,1,'ida@ida.example',1,8,2199023255560,1,'accepted',NULL,1,1795995529976374,1795995529976374,1795995529993559,NULL,'none',NULL,NULL,NULL,250,'2.0.0','ok','48827eb701b6c2ce6e6772517c21b3b6@coalition.example','Re: To ida','ccwzpffplvfj7eos',NULL,NULL,'ida@ida.example','ida@ida.example','ida','');
INSERT INTO delivery VALUES(24,1,1,'jo@jo.example',1,9,2199023255561,0,'skipped',NULL,0,NULL,NULL,NULL,NULL,'none',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'skipped in round 0',NULL,'jo@jo.example','jo@jo.example','jo','');
INSERT INTO delivery VALUES(25,1,1,'kim@kim.example',1,10,2199023255562,1,'accepted',NULL,1,1795995529992478,1795995529992478,1795995529995613,NULL,'none',NULL,NULL,NULL,250,'2.0.0','ok','a977ad9fb9e08bfd02ed1c1e7bcf1632@coalition.example','Re: To kim','6mmoaajchnfgy5z3',NULL,NULL,'kim@kim.example','kim@kim.example','kim','');
INSERT INTO delivery VALUES(26,1,1,'lou@lou.example',1,11,2199023255563,1,'accepted',NULL,1,1795995529994328,1795995529994328,1795995530003206,NULL,'none',NULL,NULL,NULL,250,'2.0.0','ok','50bb3d5aec91effd8e83c38b740bdc4c@coalition.example','Re: To lou','wazbdekzhd7ng2zf',NULL,NULL,'lou@lou.example','lou@lou.example','lou','');
INSERT INTO delivery VALUES(27,1,1,'mia@mia.example',1,12,2199023255564,1,'accepted',NULL,1,1795995529996757,1795995529996757,1795995530004926,NULL,'none',NULL,NULL,NULL,250,'2.0.0','ok','a98a32c244e9996ba914893ab0a68060@coalition.example','Re: To mia','cxlrepbcz67dyy4o',NULL,NULL,'mia@mia.example','mia@mia.example','mia','');
INSERT INTO delivery VALUES(28,1,1,'ned@ned.example',1,13,2199023255565,1,'accepted',NULL,1,1795995530004112,1795995530004112,1795995530008571,NULL,'declined',1795995530364696,'person',NULL,250,'2.0.0','ok','76505f31beb7b61ce1cf6015adce2678@coalition.example','Re: To ned','zn2nbqrgvyw7gclc',NULL,'by letter','ned@ned.example','ned@ned.example','ned','');
CREATE TABLE tally (
    campaign INTEGER NOT NULL,
    round    INTEGER NOT NULL,
    state    TEXT NOT NULL,
    count    INTEGER NOT NULL CHECK (count >= 0),
    PRIMARY KEY (campaign, round, state),
    FOREIGN KEY (campaign, round) REFERENCES plan (campaign, round)
) STRICT, WITHOUT ROWID;
INSERT INTO tally VALUES(1,0,'accepted',8);
INSERT INTO tally VALUES(1,0,'attempting',0);
INSERT INTO tally VALUES(1,0,'bounced',2);
INSERT INTO tally VALUES(1,0,'deferred',1);
INSERT INTO tally VALUES(1,0,'failed',1);
INSERT INTO tally VALUES(1,0,'in-doubt',1);
INSERT INTO tally VALUES(1,0,'planned',0);
INSERT INTO tally VALUES(1,0,'skipped',1);
INSERT INTO tally VALUES(1,1,'accepted',6);
INSERT INTO tally VALUES(1,1,'attempting',0);
INSERT INTO tally VALUES(1,1,'bounced',0);
INSERT INTO tally VALUES(1,1,'deferred',0);
INSERT INTO tally VALUES(1,1,'failed',0);
INSERT INTO tally VALUES(1,1,'in-doubt',0);
INSERT INTO tally VALUES(1,1,'planned',0);
INSERT INTO tally VALUES(1,1,'skipped',8);
CREATE TABLE content (
    sha256 TEXT PRIMARY KEY,
    bytes  BLOB NOT NULL
) STRICT;
INSERT INTO content VALUES('08b215b01be61b6c89afc906bdebd2c015ed62e80f4da9efe3b634afa4560613',X'6964203d2022323032372d30332d64656c7461220a6e616d65203d20224b656570207468652064656c7461220a5b73656e6465725d0a66726f6d203d20225365637265746172696174203c6c65747465727340636f616c6974696f6e2e6578616d706c653e220a5b6c65747465725d0a74656d706c617465203d202274656d706c617465732f6c65747465722e6d64220a6c616e6775616765203d2022656e220a64617465203d20323032372d30332d32320a5b7369676e61746f726965735d0a5b6c697374735d0a7369676e61746f72696573203d20226c697374732f7369676e61746f726965732e637376220a');
INSERT INTO content VALUES('65b4c0d8dedeafda3e42ea1b7b5ac42f37acde08e628c50549ebbdff7728f449',X'2b2b2b0a7375626a656374203d2022546f207b7b726563697069656e742e6e616d657d7d220a2b2b2b0a0a44656172207b7b726563697069656e742e6e616d657d7d2c0a0a706c65617365206163742e0a0a7b7b3e207369676e61746f726965737d7d0a');
INSERT INTO content VALUES('18a78204e1826da4451d2213874057a5910d3ceea4cff8f475ad782caf9a9809',X'6e616d652c6163726f6e796d0a44656c74612057617463682c44570ac3856c76666f6c6b65742c0a');
INSERT INTO content VALUES('25391b5cbae149bd7943c872846c1edff0d2d1dc167814b19ad8adc2903a2c67',X'6964203d2022323032372d30332d64656c7461220a6e616d65203d20224b656570207468652064656c7461220a5b73656e6465725d0a66726f6d203d20225365637265746172696174203c6c65747465727340636f616c6974696f6e2e6578616d706c653e220a5b6c65747465725d0a74656d706c617465203d202274656d706c617465732f666f6c6c6f772d75702e6d64220a6c616e6775616765203d2022656e220a64617465203d20323032372d30332d32320a5b7369676e61746f726965735d0a5b6c697374735d0a7369676e61746f72696573203d20226c697374732f7369676e61746f726965732e637376220a');
INSERT INTO content VALUES('cc8c5238794e5ff4b851e0f6f767a9737ae9fe6fe383e16a71dbcec1355a318d',X'2b2b2b0a2b2b2b0a0a44656172207b7b726563697069656e742e6e616d657d7d2c206f6e6365206d6f72652e0a');
CREATE TABLE snapshot (
    id       INTEGER PRIMARY KEY,
    campaign INTEGER NOT NULL REFERENCES campaign (id),
    round    INTEGER NOT NULL,
    at       INTEGER NOT NULL
) STRICT;
INSERT INTO snapshot VALUES(1,1,0,1795995527476641);
INSERT INTO snapshot VALUES(2,1,1,1795995529919306);
CREATE TABLE snapshot_file (
    snapshot INTEGER NOT NULL REFERENCES snapshot (id),
    place    INTEGER NOT NULL,
    path     TEXT NOT NULL,
    sha256   TEXT NOT NULL REFERENCES content (sha256),
    PRIMARY KEY (snapshot, place)
) STRICT, WITHOUT ROWID;
INSERT INTO snapshot_file VALUES(1,0,'campaign.toml (sender and letter)','08b215b01be61b6c89afc906bdebd2c015ed62e80f4da9efe3b634afa4560613');
INSERT INTO snapshot_file VALUES(1,1,'templates/letter.md','65b4c0d8dedeafda3e42ea1b7b5ac42f37acde08e628c50549ebbdff7728f449');
INSERT INTO snapshot_file VALUES(1,2,'lists/signatories.csv','18a78204e1826da4451d2213874057a5910d3ceea4cff8f475ad782caf9a9809');
INSERT INTO snapshot_file VALUES(2,0,'campaign.toml (sender and letter)','25391b5cbae149bd7943c872846c1edff0d2d1dc167814b19ad8adc2903a2c67');
INSERT INTO snapshot_file VALUES(2,1,'templates/follow-up.md','cc8c5238794e5ff4b851e0f6f767a9737ae9fe6fe383e16a71dbcec1355a318d');
INSERT INTO snapshot_file VALUES(2,2,'lists/signatories.csv','18a78204e1826da4451d2213874057a5910d3ceea4cff8f475ad782caf9a9809');
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
INSERT INTO attempt VALUES(1,1,1,1,1,1,'ana.example',1,1795995527493057,1795995527499956,1795995527499956,'accepted',250,'2.0.0','ok',NULL);
INSERT INTO attempt VALUES(2,2,1,1,1,1,'bo.example',1,1795995527501362,1795995527504413,1795995527504413,'accepted',250,'2.0.0','ok',NULL);
INSERT INTO attempt VALUES(3,3,1,1,1,1,'cy.example',1,1795995527503232,1795995527505238,1795995527505238,'failed',550,'5.1.1','no such user','refused at RCPT');
INSERT INTO attempt VALUES(4,4,1,1,1,1,'dee.example',1,1795995527505667,1795995527507420,1795995527507420,'deferred',450,'4.2.0','come back later','refused at RCPT');
INSERT INTO attempt VALUES(5,5,1,1,1,1,'eli.example',1,1795995527508446,1795995527511123,1795995527511123,'in-doubt',NULL,NULL,NULL,'in doubt after the final dot: the server closed the connection');
INSERT INTO attempt VALUES(6,6,1,1,1,1,'fay.example',2,1795995527510475,1795995527514760,1795995527514760,'accepted',250,'2.0.0','ok',NULL);
INSERT INTO attempt VALUES(7,7,1,1,1,1,'gus.example',1,1795995527514340,1795995527516246,1795995527516246,'accepted',250,'2.0.0','ok',NULL);
INSERT INTO attempt VALUES(8,8,1,1,1,1,'hal.example',1,1795995527638791,1795995527641668,1795995527641668,'accepted',250,'2.0.0','ok',NULL);
INSERT INTO attempt VALUES(9,9,1,1,1,1,'ida.example',1,1795995527642899,1795995527663226,1795995527663226,'accepted',250,'2.0.0','ok',NULL);
INSERT INTO attempt VALUES(10,11,1,1,1,1,'kim.example',1,1795995527664308,1795995527671923,1795995527671923,'accepted',250,'2.0.0','ok',NULL);
INSERT INTO attempt VALUES(11,12,1,1,1,1,'lou.example',1,1795995527672905,1795995527692052,1795995527692052,'in-doubt',NULL,NULL,NULL,'in doubt after the final dot: the server closed the connection');
INSERT INTO attempt VALUES(12,13,1,1,1,1,'mia.example',1,1795995527825727,1795995527837754,1795995527837754,'in-doubt',NULL,NULL,NULL,'in doubt after the final dot: the server closed the connection');
INSERT INTO attempt VALUES(13,14,1,1,1,1,'ned.example',1,1795995528117995,1795995528128311,1795995528128311,'accepted',250,'2.0.0','ok',NULL);
INSERT INTO attempt VALUES(14,13,2,2,1,1,'mia.example',1,1795995528731165,1795995528733433,1795995528733436,'accepted',250,'2.0.0','ok',NULL);
INSERT INTO attempt VALUES(15,22,1,3,2,1,'hal.example',1,1795995529951519,1795995529975196,1795995529975203,'accepted',250,'2.0.0','ok',NULL);
INSERT INTO attempt VALUES(16,23,1,3,2,1,'ida.example',1,1795995529976374,1795995529993559,1795995529993566,'accepted',250,'2.0.0','ok',NULL);
INSERT INTO attempt VALUES(17,25,1,3,2,1,'kim.example',1,1795995529992478,1795995529995613,1795995529995620,'accepted',250,'2.0.0','ok',NULL);
INSERT INTO attempt VALUES(18,26,1,3,2,1,'lou.example',1,1795995529994328,1795995530003206,1795995530003213,'accepted',250,'2.0.0','ok',NULL);
INSERT INTO attempt VALUES(19,27,1,3,2,1,'mia.example',1,1795995529996757,1795995530004926,1795995530004933,'accepted',250,'2.0.0','ok',NULL);
INSERT INTO attempt VALUES(20,28,1,3,2,1,'ned.example',1,1795995530004112,1795995530008571,1795995530008578,'accepted',250,'2.0.0','ok',NULL);
CREATE TABLE boot (
    id         TEXT PRIMARY KEY,
    -- When that was, in the ledger's time.
    started_at INTEGER NOT NULL,
    -- When a run last wrote this row: in the ledger's time, and by the wall clock.
    seen_at    INTEGER NOT NULL,
    wall_at    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO boot VALUES('96841fb0-b6e8-4636-9770-5905f6240821',1795994282098994,1795995530010363,1795995530010401);
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
INSERT INTO event VALUES(1,1,1795995527271696,NULL,NULL,'suppressed','person sam','{"address":"jo@jo.example","reason":"asked by phone"}');
INSERT INTO event VALUES(2,1,1795995527317298,NULL,NULL,'suppressed','person sam','{"address":"@nowhere.example","reason":null}');
INSERT INTO event VALUES(3,1,1795995527471459,NULL,NULL,'planned','run desk/13574','{"round":0,"rows":14,"planned":13,"skipped":1}');
INSERT INTO event VALUES(4,1,1795995527476641,NULL,NULL,'frozen','run desk/13574','{"round":0,"files":[{"path":"campaign.toml (sender and letter)","sha256":"08b215b01be61b6c89afc906bdebd2c015ed62e80f4da9efe3b634afa4560613"},{"path":"templates/letter.md","sha256":"65b4c0d8dedeafda3e42ea1b7b5ac42f37acde08e628c50549ebbdff7728f449"},{"path":"lists/signatories.csv","sha256":"18a78204e1826da4451d2213874057a5910d3ceea4cff8f475ad782caf9a9809"}]}');
INSERT INTO event VALUES(5,1,1795995527493057,0,'ana@ana.example','attempting','run desk/13574','{"attempt":1}');
INSERT INTO event VALUES(6,1,1795995527499956,0,'ana@ana.example','accepted','server','{"attempt":1,"reply":{"code":250,"enhanced":"2.0.0","text":"ok"}}');
INSERT INTO event VALUES(7,1,1795995527501362,0,'bo@bo.example','attempting','run desk/13574','{"attempt":1}');
INSERT INTO event VALUES(8,1,1795995527503232,0,'cy@cy.example','attempting','run desk/13574','{"attempt":1}');
INSERT INTO event VALUES(9,1,1795995527504413,0,'bo@bo.example','accepted','server','{"attempt":1,"reply":{"code":250,"enhanced":"2.0.0","text":"ok"}}');
INSERT INTO event VALUES(10,1,1795995527505238,0,'cy@cy.example','failed','server','{"attempt":1,"reply":{"code":550,"enhanced":"5.1.1","text":"no such user"},"reason":"refused at RCPT"}');
INSERT INTO event VALUES(11,1,1795995527505667,0,'dee@dee.example','attempting','run desk/13574','{"attempt":1}');
INSERT INTO event VALUES(12,1,1795995527507420,0,'dee@dee.example','deferred','server','{"attempt":1,"reply":{"code":450,"enhanced":"4.2.0","text":"come back later"},"reason":"refused at RCPT","next_attempt_at":"2026-11-29T23:57:27.13074062Z"}');
INSERT INTO event VALUES(13,1,1795995527508446,0,'eli@eli.example','attempting','run desk/13574','{"attempt":1}');
INSERT INTO event VALUES(14,1,1795995527510475,0,'fay@fay.example','attempting','run desk/13574','{"attempt":1}');
INSERT INTO event VALUES(15,1,1795995527511123,0,'eli@eli.example','in-doubt','run desk/13574','{"attempt":1,"reason":"in doubt after the final dot: the server closed the connection"}');
INSERT INTO event VALUES(16,1,1795995527514340,0,'gus@gus.example','attempting','run desk/13574','{"attempt":1}');
INSERT INTO event VALUES(17,1,1795995527514760,0,'fay@fay.example','accepted','server','{"attempt":1,"reply":{"code":250,"enhanced":"2.0.0","text":"ok"}}');
INSERT INTO event VALUES(18,1,1795995527516246,0,'gus@gus.example','accepted','server','{"attempt":1,"reply":{"code":250,"enhanced":"2.0.0","text":"ok"}}');
INSERT INTO event VALUES(19,1,1795995527638791,0,'hal@hal.example','attempting','run desk/13574','{"attempt":1}');
INSERT INTO event VALUES(20,1,1795995527641668,0,'hal@hal.example','accepted','server','{"attempt":1,"reply":{"code":250,"enhanced":"2.0.0","text":"ok"}}');
INSERT INTO event VALUES(21,1,1795995527642899,0,'ida@ida.example','attempting','run desk/13574','{"attempt":1}');
INSERT INTO event VALUES(22,1,1795995527663226,0,'ida@ida.example','accepted','server','{"attempt":1,"reply":{"code":250,"enhanced":"2.0.0","text":"ok"}}');
INSERT INTO event VALUES(23,1,1795995527664308,0,'kim@kim.example','attempting','run desk/13574','{"attempt":1}');
INSERT INTO event VALUES(24,1,1795995527671923,0,'kim@kim.example','accepted','server','{"attempt":1,"reply":{"code":250,"enhanced":"2.0.0","text":"ok"}}');
INSERT INTO event VALUES(25,1,1795995527672905,0,'lou@lou.example','attempting','run desk/13574','{"attempt":1}');
INSERT INTO event VALUES(26,1,1795995527692052,0,'lou@lou.example','in-doubt','run desk/13574','{"attempt":1,"reason":"in doubt after the final dot: the server closed the connection"}');
INSERT INTO event VALUES(27,1,1795995527825727,0,'mia@mia.example','attempting','run desk/13574','{"attempt":1}');
INSERT INTO event VALUES(28,1,1795995527837754,0,'mia@mia.example','in-doubt','run desk/13574','{"attempt":1,"reason":"in doubt after the final dot: the server closed the connection"}');
INSERT INTO event VALUES(29,1,1795995528117995,0,'ned@ned.example','attempting','run desk/13574','{"attempt":1}');
INSERT INTO event VALUES(30,1,1795995528128311,0,'ned@ned.example','accepted','server','{"attempt":1,"reply":{"code":250,"enhanced":"2.0.0","text":"ok"}}');
INSERT INTO event VALUES(31,1,1795995528372478,0,'lou@lou.example','resolved','person sam','{"resolution":"accepted","state":"accepted"}');
INSERT INTO event VALUES(32,1,1795995528507950,0,'mia@mia.example','resolved','person sam','{"resolution":"not-sent","state":"deferred"}');
INSERT INTO event VALUES(33,1,1795995528717102,NULL,NULL,'planned','run desk/13619','{"round":0,"rows":14,"accepted":9,"deferred":2,"failed":1,"in-doubt":1,"skipped":1}');
INSERT INTO event VALUES(34,1,1795995528731165,0,'mia@mia.example','attempting','run desk/13619','{"attempt":2}');
INSERT INTO event VALUES(35,1,1795995528733433,0,'mia@mia.example','accepted','server','{"attempt":2,"reply":{"code":250,"enhanced":"2.0.0","text":"ok"}}');
INSERT INTO event VALUES(36,1,1795995529136454,0,'ana@ana.example','answer','mail answer-ana@ana.example','{"kind":"auto-reply","by":"thread","effect":"auto-reply","from":"ana@ana.example","subject":"Re: To Ana","returns_on":"2026-12-29","written_at":"2026-11-29T23:38:48Z","said":"auto-reply","before":"none","answer":"auto-reply"}');
INSERT INTO event VALUES(37,1,1795995529207814,0,'bo@bo.example','bounced','mail failed-5.1.1-bo@bo.example@mx.example.org','{"kind":"report","by":"returned letter","effect":"bounced","from":"MAILER-DAEMON@mx.example.org","subject":"Undelivered Mail Returned to Sender","address":"bo@bo.example","action":"failed","permanence":"hard","status":"5.1.1","reason":"userunknown","diagnostic":"550 5.1.1 no","written_at":"2026-11-29T23:38:48Z"}');
INSERT INTO event VALUES(38,1,1795995529207814,0,'bo@bo.example','suppressed','mail failed-5.1.1-bo@bo.example@mx.example.org','{"address":"bo@bo.example","reason":"bounced: userunknown, 5.1.1, 550 5.1.1 no"}');
INSERT INTO event VALUES(39,1,1795995529215561,0,'ida@ida.example','bounced','mail failed-5.1.1-ida@ida.example@mx.example.org','{"kind":"report","by":"returned letter","effect":"bounced","from":"MAILER-DAEMON@mx.example.org","subject":"Undelivered Mail Returned to Sender","address":"ida@ida.example","action":"failed","permanence":"hard","status":"5.1.1","reason":"userunknown","diagnostic":"550 5.1.1 no","written_at":"2026-11-29T23:38:48Z"}');
INSERT INTO event VALUES(40,1,1795995529215561,0,'ida@ida.example','suppressed','mail failed-5.1.1-ida@ida.example@mx.example.org','{"address":"ida@ida.example","reason":"bounced: userunknown, 5.1.1, 550 5.1.1 no"}');
INSERT INTO event VALUES(41,1,1795995529219581,0,'kim@kim.example','mail','mail delayed-4.4.1-kim@kim.example@mx.example.org','{"kind":"report","by":"returned letter","effect":"noted","from":"MAILER-DAEMON@mx.example.org","subject":"Undelivered Mail Returned to Sender","address":"kim@kim.example","action":"delayed","permanence":"soft","status":"4.4.1","reason":"expired","diagnostic":"450 4.4.1 no","written_at":"2026-11-29T23:38:48Z"}');
INSERT INTO event VALUES(42,1,1795995529231767,0,'fay@fay.example','answer','mail answer-fay@fay.example','{"kind":"message","by":"thread","effect":"replied","from":"fay@fay.example","subject":"Re: To Ana","written_at":"2026-11-29T23:38:48Z","said":"replied","before":"none","answer":"replied"}');
INSERT INTO event VALUES(43,1,1795995529243511,0,'gus@gus.example','answer','mail answer-gus@gus.example','{"kind":"message","by":"thread","effect":"opted-out","from":"gus@gus.example","subject":"Re: To Ana","written_at":"2026-11-29T23:38:48Z","said":"opted-out","before":"none","answer":"opted-out"}');
INSERT INTO event VALUES(44,1,1795995529243511,0,'gus@gus.example','suppressed','mail answer-gus@gus.example','{"address":"gus@gus.example","reason":"asked not to be written to"}');
INSERT INTO event VALUES(45,1,1795995529247236,0,'hal@hal.example','answer','mail answer-hal@hal.example','{"kind":"auto-reply","by":"thread","effect":"auto-reply","from":"hal@hal.example","subject":"Re: To Ana","written_at":"2026-11-29T23:38:48Z","said":"auto-reply","before":"none","answer":"auto-reply"}');
INSERT INTO event VALUES(46,1,1795995529265549,0,'mia@mia.example','answer','mail away-mia@mia.example','{"kind":"auto-reply","by":"thread","effect":"auto-reply","from":"mia@mia.example","subject":"Re: To Ana","returns_on":"2026-12-29","written_at":"2026-11-29T23:38:48Z","said":"auto-reply","before":"none","answer":"auto-reply"}');
INSERT INTO event VALUES(47,1,1795995529356033,0,'ida@ida.example','resolved','person sam','{"state":"accepted","before":"bounced"}');
INSERT INTO event VALUES(48,1,1795995529356033,0,'ida@ida.example','lifted','person sam','{"address":"ida@ida.example"}');
INSERT INTO event VALUES(49,1,1795995529460713,0,'hal@hal.example','note','person sam','{"said":null,"before":"auto-reply","answer":"auto-reply","note":"called on Monday"}');
INSERT INTO event VALUES(50,1,1795995529558908,0,'mia@mia.example','answer','person sam','{"said":"acknowledged","before":"auto-reply","answer":"acknowledged"}');
INSERT INTO event VALUES(51,1,1795995529904471,NULL,NULL,'planned','run desk/13670','{"round":1,"rows":14,"planned":6,"skipped":8}');
INSERT INTO event VALUES(52,1,1795995529919306,NULL,NULL,'frozen','run desk/13670','{"round":1,"files":[{"path":"campaign.toml (sender and letter)","sha256":"25391b5cbae149bd7943c872846c1edff0d2d1dc167814b19ad8adc2903a2c67"},{"path":"templates/follow-up.md","sha256":"cc8c5238794e5ff4b851e0f6f767a9737ae9fe6fe383e16a71dbcec1355a318d"},{"path":"lists/signatories.csv","sha256":"18a78204e1826da4451d2213874057a5910d3ceea4cff8f475ad782caf9a9809"}]}');
INSERT INTO event VALUES(53,1,1795995529951519,1,'hal@hal.example','attempting','run desk/13670','{"attempt":1}');
INSERT INTO event VALUES(54,1,1795995529975196,1,'hal@hal.example','accepted','server','{"attempt":1,"reply":{"code":250,"enhanced":"2.0.0","text":"ok"}}');
INSERT INTO event VALUES(55,1,1795995529976374,1,'ida@ida.example','attempting','run desk/13670','{"attempt":1}');
INSERT INTO event VALUES(56,1,1795995529992478,1,'kim@kim.example','attempting','run desk/13670','{"attempt":1}');
INSERT INTO event VALUES(57,1,1795995529993559,1,'ida@ida.example','accepted','server','{"attempt":1,"reply":{"code":250,"enhanced":"2.0.0","text":"ok"}}');
INSERT INTO event VALUES(58,1,1795995529994328,1,'lou@lou.example','attempting','run desk/13670','{"attempt":1}');
INSERT INTO event VALUES(59,1,1795995529995613,1,'kim@kim.example','accepted','server','{"attempt":1,"reply":{"code":250,"enhanced":"2.0.0","text":"ok"}}');
INSERT INTO event VALUES(60,1,1795995529996757,1,'mia@mia.example','attempting','run desk/13670','{"attempt":1}');
INSERT INTO event VALUES(61,1,1795995530003206,1,'lou@lou.example','accepted','server','{"attempt":1,"reply":{"code":250,"enhanced":"2.0.0","text":"ok"}}');
INSERT INTO event VALUES(62,1,1795995530004112,1,'ned@ned.example','attempting','run desk/13670','{"attempt":1}');
INSERT INTO event VALUES(63,1,1795995530004926,1,'mia@mia.example','accepted','server','{"attempt":1,"reply":{"code":250,"enhanced":"2.0.0","text":"ok"}}');
INSERT INTO event VALUES(64,1,1795995530008571,1,'ned@ned.example','accepted','server','{"attempt":1,"reply":{"code":250,"enhanced":"2.0.0","text":"ok"}}');
INSERT INTO event VALUES(65,1,1795995530245273,0,'kim@kim.example','bounced','mail late-5.2.2-kim@kim.example@mx.example.org','{"kind":"report","by":"returned letter","effect":"bounced","from":"MAILER-DAEMON@mx.example.org","subject":"Undelivered Mail Returned to Sender","address":"kim@kim.example","action":"failed","permanence":"soft","status":"5.2.2","reason":"mailboxfull","diagnostic":"550 5.2.2 no","written_at":"2026-11-29T23:38:50Z"}');
INSERT INTO event VALUES(66,1,1795995530267311,0,'hal@hal.example','answer','mail second-hal@hal.example','{"kind":"message","by":"thread","effect":"replied","from":"hal@hal.example","subject":"Re: To Ana","written_at":"2026-11-29T23:38:50Z","said":"replied","before":"auto-reply","answer":"replied"}');
INSERT INTO event VALUES(67,1,1795995530364696,1,'ned@ned.example','answer','person sam','{"said":"declined","before":"none","answer":"declined","note":"by letter"}');
INSERT INTO event VALUES(68,1,1795995530448653,NULL,NULL,'stopped','person sam','{"reason":"the minister resigned"}');
INSERT INTO event VALUES(69,1,1795995530537599,NULL,NULL,'resumed','person sam','{"reason":"the minister resigned"}');
INSERT INTO event VALUES(70,1,1795995530631614,NULL,NULL,'stopped','person sam','{"reason":"the law is withdrawn"}');
CREATE TABLE erasure (
    id     INTEGER PRIMARY KEY CHECK (id = 1),
    at     INTEGER NOT NULL,
    source TEXT NOT NULL
) STRICT;
CREATE TABLE suppression (
    key      TEXT PRIMARY KEY,
    reason   TEXT,
    at       INTEGER NOT NULL,
    source   TEXT NOT NULL,
    -- The delivery whose recipient opted out: another answer there lifts it. NULL where somebody suppressed it as such.
    delivery INTEGER
) STRICT, WITHOUT ROWID;
INSERT INTO suppression VALUES('@nowhere.example',NULL,1795995527317298,'person sam',NULL);
INSERT INTO suppression VALUES('bo@bo.example','bounced: userunknown, 5.1.1, 550 5.1.1 no',1795995529207814,'mail failed-5.1.1-bo@bo.example@mx.example.org',NULL);
INSERT INTO suppression VALUES('gus@gus.example','asked not to be written to',1795995529243511,'mail answer-gus@gus.example',7);
INSERT INTO suppression VALUES('jo@jo.example','asked by phone',1795995527271696,'person sam',NULL);
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
INSERT INTO mail VALUES(1,'0dc661032db44c9cd906e89e50b50ea1','inbox.mbox, mail 1',1795995529136454,'auto-reply','ana@ana.example','Re: To Ana',1,'[]',NULL);
INSERT INTO mail VALUES(2,'9479fdd56e1d79b12b0186e39c9a071a','inbox.mbox, mail 2',1795995529207814,'report','MAILER-DAEMON@mx.example.org','Undelivered Mail Returned to Sender',1,'[]',NULL);
INSERT INTO mail VALUES(3,'7cb99f01f7c801e83550bb31d9261acd','inbox.mbox, mail 3',1795995529215561,'report','MAILER-DAEMON@mx.example.org','Undelivered Mail Returned to Sender',1,'[]',NULL);
INSERT INTO mail VALUES(4,'b05105fb6715d656a96d8f935259e115','inbox.mbox, mail 4',1795995529219581,'report','MAILER-DAEMON@mx.example.org','Undelivered Mail Returned to Sender',1,'[]',NULL);
INSERT INTO mail VALUES(5,'133dba25667db4fe2294ee224a9ebda0','inbox.mbox, mail 5',1795995529231767,'message','fay@fay.example','Re: To Ana',1,'[]',NULL);
INSERT INTO mail VALUES(6,'2981a8b153fc81a46108242562ffc854','inbox.mbox, mail 6',1795995529243511,'message','gus@gus.example','Re: To Ana',1,'[]',NULL);
INSERT INTO mail VALUES(7,'372907a0c6f9772df4f4f0e400261924','inbox.mbox, mail 7',1795995529247236,'auto-reply','hal@hal.example','Re: To Ana',1,'[]',NULL);
INSERT INTO mail VALUES(8,'afbb15e65d82fb50e13ff870c542583f','inbox.mbox, mail 8',1795995529251293,'message','zoe@elsewhere.example','Re: To Ana',0,'[]','it is about no letter of ours');
INSERT INTO mail VALUES(9,'0b06a42d8f4269e73e3bec95aa573ee8','inbox.mbox, mail 9',1795995529263364,'message','mia@mia.example','Re: To Ana',0,'[{"campaign":"2027-03-delta","round":0,"recipient":"mia@mia.example","why":"address","confirm":["mark","mia@mia.example","replied"]}]','a person has to say so');
INSERT INTO mail VALUES(10,'6583e62688f94845a150e251ddd03495','inbox.mbox, mail 10',1795995529265549,'auto-reply','mia@mia.example','Re: To Ana',1,'[]',NULL);
INSERT INTO mail VALUES(11,'5774996ee5673a99b351d53593d1da02','inbox.mbox, mail 1',1795995530245273,'report','MAILER-DAEMON@mx.example.org','Undelivered Mail Returned to Sender',1,'[]',NULL);
INSERT INTO mail VALUES(12,'e5e6993e8d638e50e87b0e0b23906738','inbox.mbox, mail 2',1795995530267311,'message','hal@hal.example','Re: To Ana',1,'[]',NULL);
CREATE TABLE mailbox (
    name         TEXT PRIMARY KEY,
    uid_validity INTEGER NOT NULL,
    last_uid     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE lease (
    campaign INTEGER PRIMARY KEY REFERENCES campaign (id),
    number   INTEGER NOT NULL UNIQUE,
    host     TEXT,
    pid      INTEGER,
    since    INTEGER NOT NULL,
    deadline INTEGER NOT NULL
) STRICT;
INSERT INTO lease VALUES(1,3,NULL,NULL,1795995529805624,1795995530039411);
CREATE UNIQUE INDEX delivery_of_recipient ON delivery (campaign, recipient, round);
CREATE UNIQUE INDEX delivery_to_address ON delivery (campaign, round, email_key) WHERE holds_address = 1;
CREATE INDEX delivery_in_order ON delivery (campaign, round, place);
CREATE INDEX delivery_open ON delivery (campaign, round, place, next_attempt_at) WHERE state IN ('planned', 'deferred');
CREATE INDEX delivery_deferred ON delivery (campaign, round, next_attempt_at) WHERE state = 'deferred';
CREATE INDEX delivery_apart ON delivery (campaign, round, place, state)
    WHERE state <> 'planned' AND state <> 'attempting' AND state <> 'accepted';
CREATE INDEX delivery_answered ON delivery (campaign, round, answer) WHERE answer <> 'none';
CREATE INDEX snapshot_of_round ON snapshot (campaign, round);
CREATE INDEX snapshot_file_content ON snapshot_file (sha256);
CREATE INDEX attempt_of_account ON attempt (account, counted_from);
CREATE TRIGGER event_stays_as_it_is BEFORE UPDATE ON event
WHEN NOT EXISTS (SELECT 1 FROM erasure)
BEGIN
    SELECT RAISE(ABORT, 'an event is never changed');
END;
CREATE TRIGGER event_stays BEFORE DELETE ON event
BEGIN
    SELECT RAISE(ABORT, 'an event is never deleted');
END;
CREATE TRIGGER event_tells_a_return AFTER INSERT ON event
WHEN NEW.kind = 'answer' AND NEW.detail ->> 'returns_on' IS NOT NULL
BEGIN
    -- The last of several days, in whatever order they are told.
    UPDATE delivery SET returns_on = max(coalesce(returns_on, ''), NEW.detail ->> 'returns_on')
    WHERE campaign = NEW.campaign AND recipient = NEW.recipient AND round = NEW.round;
END
;
CREATE INDEX mail_unmatched ON mail (id) WHERE matched = 0;
COMMIT;
