-- The ledger, version 7.

-- Whose a letter is, where several people share a mailbox and a person chose that each of them gets one: the words of the name.
-- Empty for all others: those are their mailbox's.
ALTER TABLE list_row ADD COLUMN person TEXT NOT NULL DEFAULT '';
ALTER TABLE delivery ADD COLUMN person TEXT NOT NULL DEFAULT '';
ALTER TABLE former_address ADD COLUMN person TEXT NOT NULL DEFAULT '';

-- One letter for each address in each round, under whatever id; for each person there, where that was chosen.
DROP INDEX delivery_to_address;
CREATE UNIQUE INDEX delivery_to_address ON delivery (campaign, round, email_key, person) WHERE holds_address = 1;

-- The letters to single people at mailboxes: few.
CREATE INDEX delivery_to_person ON delivery (campaign, round, email_key) WHERE person <> '';
