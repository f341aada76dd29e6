#!/usr/bin/env bash
# What surprises: a name with a comma and a colon is written without quotation marks: whoever reads the invitation sees Lima and Ana
# as two names, and " MEP:mailto:ana@example.net" as the address. The moment ten o'clock UTC is a time without a zone, that of the machine.
#
# Input: the organiser "Lima, Ana: MEP", and a moment, written in Brussels.
#
# Software: immutable-ics 0.4.0 (npm), "Immutable iCalendar document creation". icalendar 7.3.2 (PyPI) reads it.
#
# Who meets it: whoever invites to a hearing; guests in another zone come at another time.
#
# Right: RFC 5545, 3.2: values of parameters that hold a colon, a semicolon or a comma MUST be in quotation marks; 3.8.7.2: DTSTAMP MUST be in
# UTC, with its Z (3.3.5).
set -euo pipefail
echo "version immutable-ics 0.4.0 (npm), icalendar 7.3.2 (PyPI)"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --prefix "$folder" --silent --no-audit --no-fund --ignore-scripts immutable-ics@0.4.0
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check icalendar==7.3.2
TZ=Europe/Brussels NODE_PATH="$folder/node_modules" node - >"$folder/hearing.ics" <<'JS'
const { Component, Property } = require("immutable-ics");
const properties = [
  new Property({ name: "UID", value: "1@example.org" }),
  new Property({ name: "DTSTAMP", value: new Date("2026-11-09T10:00:00Z") }),
  new Property({ name: "ORGANIZER", parameters: { CN: "Lima, Ana: MEP" }, value: "mailto:ana@example.net" }),
];
process.stdout.write(new Component({ name: "VEVENT", properties }).toString());
JS
seen=$(grep -E '^(DTSTAMP|ORGANIZER)' "$folder/hearing.ics" | tr -d '\r' | paste -sd' ')
reader=$("$folder/venv/bin/python" -W ignore -c 'import sys
from icalendar import Event
try:
    organizer = Event.from_ical(open(sys.argv[1], "rb").read())["ORGANIZER"]
    print(organizer.params.get("CN"), "and", organizer)
except Exception as error:
    print(type(error).__name__, error)' "$folder/hearing.ics")
echo 'expected: DTSTAMP:20261109T100000Z ORGANIZER;CN="Lima, Ana: MEP":mailto:ana@example.net (RFC 5545, 3.2 and 3.8.7.2)'
echo "seen: $seen"
echo "icalendar reads: $reader"
[ "$seen" = 'DTSTAMP:20261109T110000 ORGANIZER;CN=Lima, Ana: MEP:mailto:ana@example.net' ] || { echo "it is not there any more"; exit 1; }
