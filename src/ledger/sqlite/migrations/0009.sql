-- Letters that are to lie in the sender's own Sent folder, kept as they left until they are known to lie there.
CREATE TABLE unfiled (
    delivery INTEGER PRIMARY KEY REFERENCES delivery (id),
    message  BLOB NOT NULL
) STRICT;
