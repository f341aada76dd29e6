"""Which promises a run against a server kept. Nothing here does I/O."""

from collections import Counter
from dataclasses import dataclass, field


@dataclass
class Expected:
    """What must come out."""

    exits: list  # of each run, in order; 3 stands for one or more runs that stopped early
    offered_ahead: str = "any"  # or "none"
    deferrals: str = "any"  # or "none"
    takes: str = "the known"  # or "nobody": the server refuses the account, and so nobody is marked


@dataclass
class Outcome:
    """What came out."""

    everybody: list
    unknown: set
    exits: list
    log: list
    mailbox: Counter  # how often a letter to each address lies there
    wire: object
    marked_early: set = field(default_factory=set)  # failed at the end of a run that stopped early
    deferrals: int = 0

    def states(self):
        return Counter(row["state"] for row in self.log)

    def addresses(self, *states):
        return {row["email"] for row in self.log if row["state"] in states}

    def attempts(self):
        return sum(row["attempts"] for row in self.log)

    def doubles(self):
        return sum(times - 1 for times in self.mailbox.values() if times > 1)

    def missing(self):
        """Accepted, and not in the mailbox."""
        return self.addresses("accepted") - set(self.mailbox)


def some(addresses):
    """A few of them, for people."""
    names = sorted(addresses)
    return ", ".join(names[:4]) + (f" and {len(names) - 4} others" if len(names) > 4 else "")


def broken(outcome, expected):
    """Each promise that was broken, as a sentence."""
    known = set(outcome.everybody) - outcome.unknown
    if expected.takes == "nobody":
        if marked := outcome.addresses("accepted", "failed", "bounced", "in-doubt"):
            yield f"{len(marked)} are marked for what the server has against the account: {some(marked)}"
        if squeezed(outcome.exits) != expected.exits:
            yield f"the runs ended with {outcome.exits}, and not with {expected.exits}"
        return
    accepted, failed = outcome.addresses("accepted"), outcome.addresses("failed")

    if len(outcome.log) != len(outcome.everybody):
        yield f"the log has {len(outcome.log)} rows for {len(outcome.everybody)} recipients"
    if squeezed(outcome.exits) != expected.exits:
        yield f"the runs ended with {outcome.exits}, and not with {expected.exits}"
    if doubles := {address for address, times in outcome.mailbox.items() if times > 1}:
        yield f"{outcome.doubles()} letters arrived twice: {some(doubles)}"
    if missing := outcome.missing():
        yield f"{len(missing)} accepted letters are not in the mailbox: {some(missing)}"
    if unheard := set(outcome.mailbox) - accepted:
        yield f"{len(unheard)} letters lie in the mailbox and are not accepted in the log: {some(unheard)}"
    if doubt := outcome.addresses("in-doubt", "attempting"):
        yield f"{len(doubt)} letters are in doubt: {some(doubt)}"
    if wronged := (failed | outcome.marked_early) - outcome.unknown:
        yield f"{len(wronged)} offices that the server knows are marked as failed: {some(wronged)}"
    if spared := outcome.unknown - failed:
        yield f"{len(spared)} unknown addresses are not failed: {some(spared)}"
    if passed := known - accepted:
        yield f"{len(passed)} offices were passed over: {some(passed)}"
    if expected.deferrals == "none" and outcome.deferrals:
        yield f"letters were deferred {outcome.deferrals} times"
    if expected.offered_ahead == "none" and outcome.wire.offered_ahead:
        yield f"{outcome.wire.offered_ahead} letters were offered ahead"


def squeezed(exits):
    """Several runs in a row that stopped early count as one."""
    return [exit for index, exit in enumerate(exits) if not (exit == 3 and exits[index - 1: index] == [3])]
