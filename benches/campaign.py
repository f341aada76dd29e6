#!/usr/bin/env python3
"""Writes a campaign for a bench: so many letters, of so many bytes of Markdown, signed by so many.

    benches/campaign.py FOLDER --port PORT [--letters N] [--bytes N] [--signatories N] [--connections N] [--toml LINES]

What it writes is the same each time. The server is on loopback, without TLS.
"""

import argparse
import csv
from pathlib import Path

SETTINGS = """id = "bench"
name = "Bench"

[sender]
from = "Letter Secretariat <letters@coalition.example>"

[letter]
template = "templates/letter.md"
date = 2027-03-22
language = "en"

[lists]
recipients = "lists/recipients.csv"
signatories = "lists/signatories.csv"
suppressions = "lists/suppressions.csv"

[smtp]
url = "smtp+plain://127.0.0.1:{port}"

[pace]
connections = {connections}
"""

HEAD = """+++
subject = "Joint public letter to {{recipient.organisation}}: keep the delta alive"
preheader = "We ask you to suspend the licence"
+++

{{recipient.title}} {{recipient.name}}, {{recipient.organisation}}

{{date letter.date}}

{{recipient.salutation}},

We, the {{signatory_count}} undersigned, write to you about a river.

"""

FOOT = """Yours sincerely,

{{> signatories}}
"""

PARAGRAPHS = [
    "A delta cannot be rebuilt. What the river took six thousand years to lay down, a dredger removes in two summers – "
    "and [the independent review](https://example.org/velma/review) finds that the sea would reach the wells.",
    "- **Suspend the licence** until its effects are known, {{recipient.name}};\n- **publish the figures**, all of them;\n"
    "- **hear those who live there**, before anything is decided.",
    "People spoke up, ministers listened, and children learn to swim there now: “it is remembered who helped”, as they say "
    "in Sankt Orm, where some forty thousand live from fishing, reed and salt meadows.",
]

COLUMNS = ["email", "name", "salutation", "title", "organisation", "country", "tags"]


def recipient(number):
    """The cells of one recipient."""
    return [f"office{number}@d{number % 500}.example", f"Ána Recipient {number}", f"Dear Dr Recipient {number}", "Dr",
            f"Office No. {number}, Ministry of Water & Forests", "BE", "minister"]


def signatory(number):
    """The cells of one signatory."""
    return [f"Société des rivières n° {number}", f"SR{number}", "FR", f"https://s{number}.example"]


def letter(size):
    """A template of this many bytes, or a paragraph more."""
    body, turn = "", 0
    while len((HEAD + body + FOOT).encode()) < size:
        body += PARAGRAPHS[turn % len(PARAGRAPHS)] + "\n\n"
        turn += 1
    return HEAD + body + FOOT


def write_list(path, header, rows):
    """Writes a CSV row by row, so that a list may be of any length."""
    with open(path, "w", encoding="utf-8", newline="") as file:
        lines = csv.writer(file)
        lines.writerow(header)
        lines.writerows(rows)


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("folder", type=Path)
    options.add_argument("--port", type=int, required=True)
    options.add_argument("--letters", type=int, default=1)
    options.add_argument("--bytes", type=int, default=8192)
    options.add_argument("--signatories", type=int, default=150)
    options.add_argument("--connections", type=int, default=32)
    options.add_argument("--toml", default="", help="more lines of campaign.toml; they begin under [pace]")
    given = options.parse_args()
    for name in ("templates", "lists", "logs"):
        (given.folder / name).mkdir(parents=True, exist_ok=True)
    settings = SETTINGS.format(port=given.port, connections=given.connections)
    (given.folder / "campaign.toml").write_text(settings + given.toml + "\n", encoding="utf-8")
    (given.folder / "templates/letter.md").write_text(letter(given.bytes), encoding="utf-8")
    write_list(given.folder / "lists/recipients.csv", COLUMNS, map(recipient, range(given.letters)))
    write_list(given.folder / "lists/signatories.csv", ["name", "acronym", "country", "url"],
               map(signatory, range(given.signatories)))
    write_list(given.folder / "lists/suppressions.csv", ["email", "reason"], [])


if __name__ == "__main__":
    main()
