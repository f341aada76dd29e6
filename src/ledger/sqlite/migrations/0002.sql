-- The ledger, version 2.

-- The day of a return is a field of what a mail says, and is written with its other effects: nothing reads it back out of an event.
DROP TRIGGER event_tells_a_return;
