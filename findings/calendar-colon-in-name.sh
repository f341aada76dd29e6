#!/usr/bin/env bash
# What surprises: a colon in the name of whoever invites breaks the address: Lima, Ana: MEP is "Lima, Ana", and her address ends up as
# part of something else. In one of the two readers the second attendee takes the place of the first.
#
# Input: ORGANIZER;CN="Lima, Ana: MEP":mailto:ana@example.net in an event with two attendees.
#
# Software: cal-parser 1.0.2 (npm) and jicson 1.0.2 (PyPI). icalendar 7.3.2 (PyPI) reads them.
#
# Who meets it: whoever takes names and addresses out of invitations. Offices write "Cabinet: Ana Lima".
#
# Right: RFC 5545, 3.1 and 3.2: a value of a parameter in quotation marks may hold colons, semicolons and commas, for which the marks are
# there; 3.8.4.1: one line for each attendee.
set -euo pipefail
echo "version cal-parser 1.0.2 (npm), jicson 1.0.2 and icalendar 7.3.2 (PyPI)"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --prefix "$folder" --silent --no-audit --no-fund --ignore-scripts cal-parser@1.0.2
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check jicson==1.0.2 icalendar==7.3.2
printf '%s\r\n' BEGIN:VCALENDAR VERSION:2.0 PRODID:-//Velma//EN BEGIN:VEVENT UID:1@example.org DTSTAMP:20261101T100000Z DTSTART:20261109T100000Z \
  SUMMARY:Hearing 'ORGANIZER;CN="Lima, Ana: MEP":mailto:ana@example.net' ATTENDEE:mailto:bo@example.net ATTENDEE:mailto:cy@example.net \
  END:VEVENT END:VCALENDAR >"$folder/hearing.ics"
first=$(NODE_PATH="$folder/node_modules" node - "$folder/hearing.ics" <<'JS'
const [{ organizer, attendee }] = require("cal-parser").parseString(require("node:fs").readFileSync(process.argv[2], "utf8")).events;
console.log(`${organizer.params.cn}|${organizer.value}|${JSON.stringify(attendee.value ?? attendee)}`);
JS
)
read="import sys; text = open(sys.argv[1], newline='').read()"
right=$("$folder/venv/bin/python" -c "$read
from icalendar import Calendar
event = Calendar.from_ical(text).walk('VEVENT')[0]
print(event['organizer'].params['CN'], event['organizer'], *event['attendee'], sep='|')" "$folder/hearing.ics")
second=$("$folder/venv/bin/python" -c "$read
import jicson
event = jicson.fromText(text)['VCALENDAR'][0]['VEVENT'][0]
print(*(f'{key}|{value}' for key, value in event.items() if key.startswith('ORGANIZER')))" "$folder/hearing.ics")
echo "expected: $right (icalendar; RFC 5545, 3.2)"
echo "seen: $first (cal-parser)"
echo "seen: $second (jicson)"
[ "$first" = '"Lima, Ana| MEP":mailto:ana@example.net|"mailto:cy@example.net"' ] && [ "$second" = 'ORGANIZER;CN="Lima, Ana| MEP":mailto:ana@example.net' ] ||
  { echo "it is not there any more"; exit 1; }
