-- The ledger on PostgreSQL, version 2: several runs share a campaign.

-- The server's time, in microseconds since 1970-01-01 UTC.
CREATE FUNCTION ledger_now() RETURNS bigint LANGUAGE sql VOLATILE AS
    'SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint';

-- The runs, also those that are over. `deadline` and `ended_at` are by the server's clock, `since` is by the run's own. A run whose
-- deadline has passed is closed by whichever other run sees it first: until then it may go on. `lock` names the file that its process
-- has locked on its machine.
CREATE TABLE run (
    number   bigint PRIMARY KEY,
    campaign bigint NOT NULL REFERENCES campaign (id),
    round    bigint,
    host     text COLLATE "C" NOT NULL,
    pid      bigint NOT NULL,
    machine  text COLLATE "C",
    person   text COLLATE "C",
    lock     text COLLATE "C" NOT NULL,
    since    bigint NOT NULL,
    began_at bigint NOT NULL,
    deadline bigint NOT NULL,
    ended_at bigint
);

CREATE INDEX run_that_stands ON run (campaign) WHERE ended_at IS NULL;

INSERT INTO run (number, campaign, host, pid, machine, person, lock, since, began_at, deadline, ended_at)
    SELECT number, campaign, coalesce(machine_name, host, 'unknown'), coalesce(pid, 0), machine, person, '', since, since, 0,
        CASE WHEN host IS NULL THEN coalesce(ended_at, deadline) END
    FROM lease;

DROP TABLE lease;

-- The last run of each campaign, in the form in which a ledger in a file has it; one that is not over comes before all others.
CREATE VIEW lease AS
    SELECT DISTINCT ON (campaign) campaign, number, CASE WHEN ended_at IS NULL THEN host END AS host,
        CASE WHEN ended_at IS NULL THEN pid END AS pid, since, deadline, machine, host AS machine_name, person, ended_at
    FROM run ORDER BY campaign, ended_at IS NOT NULL, number DESC;

-- The run that makes a plan, and the run that a letter which is to be sent is reserved for: it counts for as long as that run stands.
ALTER TABLE plan ADD COLUMN staged_by bigint;
ALTER TABLE delivery ADD COLUMN reserved_by bigint;
