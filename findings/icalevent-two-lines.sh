#!/usr/bin/env bash
# What surprises: a description of two lines makes a file that is no calendar: the second line stands where a property should. Commas
# and semicolons stand in all texts as they are, and the moment of writing has no zone.
#
# Input: an event with the description "Agenda" and, on a second line, "vote, then questions".
#
# Software: icalevent 0.3.2 (npm), which makes "an ics formatted string". icalendar 7.3.2 (PyPI) reads it.
#
# Who meets it: whoever invites the signatories of a letter to a call: half of the agenda is gone, or the file is refused.
#
# Right: RFC 5545, 3.3.11: a line break in a text is \n, and a comma, a semicolon and a backslash have a backslash before them; 3.8.7.2:
# DTSTAMP MUST be in UTC, with its Z.
set -euo pipefail
echo "version icalevent 0.3.2 (npm), icalendar 7.3.2 (PyPI)"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --prefix "$folder" --silent --no-audit --no-fund --ignore-scripts icalevent@0.3.2
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check icalendar==7.3.2
NODE_PATH="$folder/node_modules" node - >"$folder/call.ics" <<'JS'
const Event = require("icalevent");
const event = new (Event.default ?? Event)({
  uid: 1, offset: 0, method: "request", status: "confirmed", start: "2026-11-09T10:00:00", end: "2026-11-09T11:00:00", timezone: "Europe/Brussels",
  summary: "Call; vote", description: "Agenda\nvote, then questions", organizer: { name: "Velma", email: "office@example.org" },
});
process.stdout.write(event.toFile());
JS
seen=$(grep -A1 '^DESCRIPTION' "$folder/call.ics" | tr -d '\r' | paste -sd'|')
verdict=$("$folder/venv/bin/python" -W ignore -c 'import sys
from icalendar import Calendar
try:
    event = Calendar.from_ical(open(sys.argv[1], "rb").read()).walk("VEVENT")[0]
    print("description:", event.get("description"), "errors:", [str(error) for _, error in event.errors])
except ValueError as error:
    print("refused:", error)' "$folder/call.ics")
echo 'expected: DESCRIPTION:Agenda\nvote\, then questions (RFC 5545, 3.3.11)'
echo "seen: $seen; $(grep '^DTSTAMP' "$folder/call.ics")"
echo "icalendar: $verdict"
[ "$seen" = 'DESCRIPTION:Agenda|vote, then questions' ] && ! grep -q '^DTSTAMP:.*Z' "$folder/call.ics" || { echo "it is not there any more"; exit 1; }
