-- Letters that people sent to themselves, to see them: they are no deliveries, and count in the windows of the account.
CREATE TABLE test_letter (
    id           INTEGER PRIMARY KEY,
    campaign     INTEGER NOT NULL REFERENCES campaign (id),
    account      INTEGER NOT NULL REFERENCES account (id),
    domain       TEXT NOT NULL,
    lease        INTEGER NOT NULL,
    -- In the ledger's own time, as in `attempt`: the latest end that it can have, and once it has ended, that.
    counted_from INTEGER NOT NULL
) STRICT;

CREATE INDEX test_letter_of_account ON test_letter (account, counted_from);
