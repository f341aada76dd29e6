-- The ledger, version 6.

-- What happened to one recipient, beside the attempts at letters and their success: those stand in `attempt` too. So a letter that is sent
-- and taken writes nothing here.
CREATE INDEX event_of_recipient ON event (campaign, recipient, id)
    WHERE recipient IS NOT NULL AND kind <> 'attempting' AND kind <> 'accepted';
