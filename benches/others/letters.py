#!/usr/bin/env python3
"""Writes the letter of a bench's campaign in the form in which other programs take it.

    benches/others/letters.py UNDERSIGNED CAMPAIGN FOLDER PORT ROWS

For mailmerge: a Jinja template in Markdown, a CSV of ROWS recipients, and the server. For nodemailer: the text and the HTML as templates of
Handlebars, which are what `preview` shows to a recipient whose name is `{{name}}`.
"""

import csv
import itertools
import subprocess
import sys
import tempfile
from pathlib import Path

NAMES = ["name", "salutation", "title", "organisation"]


def main(program, campaign, folder, port, rows):
    folder.mkdir()
    mailmerge(campaign, folder, port, rows)
    nodemailer(program, campaign, folder)


def mailmerge(campaign, folder, port, rows):
    body = (campaign / "templates/letter.md").read_text(encoding="utf-8").split("+++", 2)[2].strip()
    with open(campaign / "lists/signatories.csv", encoding="utf-8", newline="") as file:
        signatories = list(csv.DictReader(file))
    block = "\n".join(f"- [{row['name']}]({row['url']}) ({row['acronym']})" for row in signatories)
    for old, new in [("{{date letter.date}}", "22 March 2027"), ("{{signatory_count}}", str(len(signatories))),
                     ("{{> signatories}}", block), *((f"{{{{recipient.{name}}}}}", f"{{{{{name}}}}}") for name in NAMES)]:
        body = body.replace(old, new)
    head = ("TO: {{email}}\nSUBJECT: Joint public letter to {{organisation}}: keep the delta alive\n"
            "FROM: Letter Secretariat <letters@coalition.example>\nCONTENT-TYPE: text/markdown\n\n")
    (folder / "mailmerge_template.txt").write_text(head + body + "\n", encoding="utf-8")
    with (open(campaign / "lists/recipients.csv", encoding="utf-8", newline="") as source,
          open(folder / "mailmerge_database.csv", "w", encoding="utf-8", newline="") as database):
        csv.writer(database).writerows(itertools.islice(csv.reader(source), rows + 1))
    (folder / "mailmerge_server.conf").write_text(f"[smtp_server]\nhost = 127.0.0.1\nport = {port}\n", encoding="utf-8")


def nodemailer(program, campaign, folder):
    with tempfile.TemporaryDirectory() as one:
        one = Path(one) / "one"
        subprocess.run(["cp", "-r", campaign, one], check=True)
        with open(one / "lists/recipients.csv", "w", encoding="utf-8", newline="") as file:
            rows = csv.writer(file)
            rows.writerow(["email", *NAMES])
            rows.writerow(["one@d.example", *(f"{{{{{name}}}}}" for name in NAMES)])
        for form in ("text", "html"):
            shown = subprocess.run([program, "-C", one, "-q", "preview", "--format", form],
                                   check=True, capture_output=True, text=True).stdout
            # The text is shown under its headers.
            letter = shown.split("\n\n", 1)[1] if form == "text" else shown
            (folder / f"letter.{form}").write_text(letter, encoding="utf-8")
    (folder / "recipients.csv").write_bytes((campaign / "lists/recipients.csv").read_bytes())


if __name__ == "__main__":
    if len(sys.argv) != 6:
        sys.exit(__doc__)
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]), int(sys.argv[4]), int(sys.argv[5]))
