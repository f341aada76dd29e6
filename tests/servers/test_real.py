"""What judges the runs against real servers must see each fault: python3 -m unittest discover -s tests/servers"""

import sys
import unittest
from collections import Counter
from pathlib import Path

sys.dont_write_bytecode = True  # the clone stays clean
sys.path.insert(0, str(Path(__file__).parent / "real"))
from judge import Expected, Outcome, broken
from wire import Account, Conversation, wording


def row(email, state, attempts=1):
    return {"email": email, "state": state, "attempts": attempts}


class Judge(unittest.TestCase):
    def outcome(self, **changes):
        """Two offices that got their letter, and one that does not exist."""
        kept = {
            "everybody": ["ana@a.test", "bo@b.test", "gone@a.test"],
            "unknown": {"gone@a.test"},
            "exits": [1],
            "log": [row("ana@a.test", "accepted"), row("bo@b.test", "accepted"), row("gone@a.test", "failed")],
            "mailbox": Counter(["ana@a.test", "bo@b.test"]),
            "wire": Account(),
        }
        return Outcome(**{**kept, **changes})

    def faults(self, expected=Expected([1]), **changes):
        return list(broken(self.outcome(**changes), expected))

    def log(self, email, state):
        return [row(email, state) if old["email"] == email else old for old in self.outcome().log]

    def test_all_is_well(self):
        self.assertEqual(self.faults(), [])
        self.assertEqual(self.faults(Expected([3, 1]), exits=[3, 3, 1]), [])

    def test_a_letter_arrived_twice(self):
        mailbox = Counter(["ana@a.test", "ana@a.test", "bo@b.test"])
        self.assertEqual(self.faults(mailbox=mailbox), ["1 letters arrived twice: ana@a.test"])

    def test_an_accepted_letter_is_missing(self):
        self.assertEqual(self.faults(mailbox=Counter(["ana@a.test"])),
                         ["1 accepted letters are not in the mailbox: bo@b.test"])

    def test_a_letter_that_arrived_is_in_doubt(self):
        self.assertEqual(self.faults(log=self.log("bo@b.test", "in-doubt")), [
            "1 letters lie in the mailbox and are not accepted in the log: bo@b.test",
            "1 letters are in doubt: bo@b.test",
            "1 offices were passed over: bo@b.test",
        ])

    def test_an_office_is_marked_for_what_is_not_its_own(self):
        self.assertIn("1 offices that the server knows are marked as failed: bo@b.test",
                      self.faults(log=self.log("bo@b.test", "failed"), mailbox=Counter(["ana@a.test"])))
        # Also where a later run sent it after all.
        self.assertEqual(self.faults(marked_early={"bo@b.test"}),
                         ["1 offices that the server knows are marked as failed: bo@b.test"])

    def test_an_unknown_address_is_not_failed(self):
        self.assertEqual(self.faults(log=self.log("gone@a.test", "deferred")),
                         ["1 unknown addresses are not failed: gone@a.test"])

    def test_a_row_is_lost(self):
        self.assertIn("the log has 2 rows for 3 recipients", self.faults(log=self.outcome().log[:2]))

    def test_the_runs_end_otherwise(self):
        self.assertEqual(self.faults(exits=[3, 1]), ["the runs ended with [3, 1], and not with [1]"])
        self.assertEqual(self.faults(exits=[None]), ["the runs ended with [None], and not with [1]"])
        self.assertEqual(self.faults(Expected([3, 1])), ["the runs ended with [1], and not with [3, 1]"])

    def test_a_server_that_refuses_the_account(self):
        nobody = Expected([3], takes="nobody")
        planned = [row(old["email"], "planned") for old in self.outcome().log]
        self.assertEqual(self.faults(nobody, exits=[3], log=planned, mailbox=Counter()), [])
        self.assertEqual(self.faults(nobody, log=[row("ana@a.test", "failed")], mailbox=Counter()), [
            "1 are marked for what the server has against the account: ana@a.test",
            "the runs ended with [1], and not with [3]",
        ])

    def test_what_one_case_alone_asks_for(self):
        account = Account()
        account.offered_ahead = 4
        self.assertEqual(self.faults(wire=account, deferrals=2), [])
        self.assertEqual(self.faults(Expected([1], offered_ahead="none", deferrals="none"), wire=account, deferrals=2),
                         ["letters were deferred 2 times", "4 letters were offered ahead"])


class Talk(unittest.TestCase):
    def talk(self, *steps):
        """The account of a conversation; what the client says is bytes, and what the server says is text."""
        account = Account()
        conversation = Conversation(account)
        for step in ("220 mx\r\n", *steps):
            if isinstance(step, str):
                conversation.from_server(step.encode())
            else:
                conversation.from_client(step)
        conversation.ended()
        return account

    def test_one_letter_after_another(self):
        account = self.talk(b"EHLO a\r\n", "250-mx\r\n250 PIPELINING\r\n",
                            b"MAIL FROM:<a@a.test>\r\nRCPT TO:<b@b.test>\r\nDATA\r\n", "250 ok\r\n250 ok\r\n354 go\r\n",
                            b"Subject: MAIL\r\n\r\nMAIL FROM:<no>\r\n..\r\n.", b"\r\n", "250 taken\r\n",
                            b"MAIL FROM:<a@a.test>\r\n", "250 ok\r\n", b"QUIT\r\n", "221 bye\r\n")
        self.assertEqual((account.taken, account.offered_ahead, account.unanswered), (1, 0, Counter()))
        self.assertEqual(account.refusals, Counter())

    def test_a_letter_offered_ahead(self):
        begin = [b"MAIL FROM:<a@a.test>\r\nRCPT TO:<b@b.test>\r\nDATA\r\n", "250 ok\r\n250 ok\r\n354 go\r\n"]
        ahead = b"x\r\n.\r\nMAIL FROM:<a@a.test>\r\nRCPT TO:<c@b.test>\r\nDATA\r\n"
        account = self.talk(*begin, ahead, "250 taken\r\n503 Bad sequence\r\n503 Bad sequence\r\n503 Bad sequence\r\n")
        self.assertEqual((account.taken, account.offered_ahead, account.unanswered), (1, 1, Counter()))
        self.assertEqual(account.most_said(), (("MAIL", "503 Bad sequence"), 1))
        # Thrown away without a word.
        account = self.talk(*begin, ahead, "250 taken\r\n")
        self.assertEqual(account.unanswered, Counter(["MAIL", "RCPT", "DATA"]))

    def test_an_empty_body(self):
        account = self.talk(b"DATA\r\n", "354 go\r\n", b".\r\n", "250 taken\r\n", b"NOOP\r\n", "250 ok\r\n")
        self.assertEqual((account.taken, account.unanswered), (1, Counter()))

    def test_what_follows_from_a_refusal_is_none_of_its_own(self):
        account = self.talk(b"MAIL FROM:<a@a.test>\r\nRCPT TO:<b@b.test>\r\nDATA\r\n",
                            "250 ok\r\n550 who?\r\n503 no recipients\r\n")
        self.assertEqual(account.refusals, Counter({("RCPT", "550 who?"): 1}))

    def test_refusals_are_counted_without_what_differs(self):
        self.assertEqual(wording(550, "5.1.1 <ana@a.test>: unknown"), wording(550, "5.1.1 <bo@b.test>: unknown"))
        self.assertEqual(wording(550, "rate 20.9 / 20s"), wording(550, "rate 21.4 / 20s"))


if __name__ == "__main__":
    unittest.main()
