"""The campaign that is sent to a server: offices of a few reserved domains, a tenth of them unknown there."""

import csv
import json
import os
import random
import subprocess
import time
from pathlib import Path

DOMAINS = ["ministry.test", "council.test", "parliament.test", "commission.test", "press.test"]

LETTER = """+++
subject = "A joint letter to {{recipient.name}}"
+++

Dear {{recipient.name}},

we, the {{signatory_count}} undersigned, ask you to keep the river as it is.

.. This line begins with two dots, and so each server has a dot to take away.

{{> signatories}}
"""

SETTINGS = """id = "{id}"
name = "The river"

[sender]
from = "Letters <letters@coalition.test>"

[letter]
template = "letter.md"
date = 2026-11-30
language = "en"

[lists]
recipients = "recipients.csv"
signatories = "signatories.csv"

[smtp]
url = "smtp+plain://127.0.0.1:{port}"

[pace]
connections = {connections}

[retry]
first_after = "{first_after}"
give_up_after = "1h"
"""


def offices(number, unknown_stand):
    """Who is written to, and which of them the server does not know: (all, unknown). The same at each call.

    These stand `anywhere` in the list, or `first`, or `last`.
    """
    unknown_rows = {
        "anywhere": set(random.Random(number).sample(range(number), number // 10)),
        "first": set(range(number // 10)),
        "last": set(range(number - number // 10, number)),
    }[unknown_stand]
    everybody, unknown = [], set()
    for row in range(number):
        address = f"{'gone' if row in unknown_rows else 'office'}{row:03}@{DOMAINS[row % len(DOMAINS)]}"
        everybody.append(address)
        if row in unknown_rows:
            unknown.add(address)
    return everybody, unknown


class Campaign:
    """A workspace in a folder of its own, and the program that sends it."""

    def __init__(self, program, folder):
        self.program = program
        self.folder = Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.runs = 0
        # What the machine remembers of a ledger stays with the case.
        self.environment = {**os.environ, "XDG_STATE_HOME": str(self.folder.parent / "state")}

    def write(self, identity, addresses, port, connections, first_after):
        """Writes the campaign anew; a ledger that lies here stays, and knows of the one before."""
        self.identity = identity
        (self.folder / "letter.md").write_text(LETTER)
        (self.folder / "campaign.toml").write_text(
            SETTINGS.format(id=identity, port=port, connections=connections, first_after=first_after))
        with open(self.folder / "recipients.csv", "w", newline="") as file:
            rows = csv.writer(file)
            rows.writerow(["email", "name"])
            rows.writerows((address, address.split("@")[0]) for address in addresses)
        (self.folder / "signatories.csv").write_text("name\nFriends of the River\nHouse of Eels\n")

    def send(self, patience):
        """One run, ended after so many seconds: its exit status, or none where it had to be ended."""
        self.runs += 1
        with open(self.folder / f"run-{self.runs}.txt", "w") as said:
            said.write(f"{time.strftime('%H:%M:%S')} send --yes\n")
            said.flush()
            run = subprocess.Popen([self.program, "-C", self.folder, "send", "--yes"], stdin=subprocess.DEVNULL,
                                   env=self.environment, stdout=said, stderr=subprocess.STDOUT)
            try:
                return run.wait(patience)
            except subprocess.TimeoutExpired:
                run.terminate()
                try:
                    run.wait(30)
                except subprocess.TimeoutExpired:
                    pass
                return None
            finally:
                run.kill()
                run.wait()

    def log(self):
        """The rows of the log, as a script reads them."""
        result = subprocess.run([self.program, "-C", self.folder, "log", "--format", "json"], stdin=subprocess.DEVNULL,
                                env=self.environment, capture_output=True, text=True)
        (self.folder / "log.json").write_text(result.stdout)
        return json.loads(result.stdout or "[]")

    def deferrals(self):
        """How often a letter of the campaign was put off, as the log of events has it."""
        result = subprocess.run([self.program, "-C", self.folder, "log", "--events"], stdin=subprocess.DEVNULL,
                                env=self.environment, capture_output=True, text=True)
        (self.folder / "events.jsonl").write_text(result.stdout)
        events = (json.loads(line) for line in result.stdout.splitlines())
        return sum(event["event"] == "deferred" and event["campaign"] == self.identity for event in events)
