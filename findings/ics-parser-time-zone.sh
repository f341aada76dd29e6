#!/usr/bin/env bash
# What surprises: ten o'clock in Brussels is ten o'clock wherever the program runs: on a server in UTC the hearing is an hour late, on one in
# Tokyo eight hours early. The organiser's name keeps its quotation marks.
#
# Input: DTSTART;TZID=Europe/Brussels:20261109T100000, with the zone's own description in the file.
#
# Software: ics-parser 0.1.5 (npm), "Parse iCalendar files". icalendar 7.3.2 (PyPI) reads the zone.
#
# Who meets it: whoever takes the hearings out of a parliament's calendar.
#
# Right: RFC 5545, 3.3.5, form 3: the time is that of the zone that TZID names; 3.2: quotation marks around a parameter's value are no part
# of it.
set -euo pipefail
echo "version ics-parser 0.1.5 (npm), icalendar 7.3.2 (PyPI)"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --prefix "$folder" --silent --no-audit --no-fund --ignore-scripts ics-parser@0.1.5
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check icalendar==7.3.2
printf '%s\r\n' BEGIN:VCALENDAR VERSION:2.0 PRODID:-//Velma//EN BEGIN:VTIMEZONE TZID:Europe/Brussels BEGIN:STANDARD DTSTART:19701025T030000 \
  TZOFFSETFROM:+0200 TZOFFSETTO:+0100 'RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU' END:STANDARD BEGIN:DAYLIGHT DTSTART:19700329T020000 \
  TZOFFSETFROM:+0100 TZOFFSETTO:+0200 'RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU' END:DAYLIGHT END:VTIMEZONE BEGIN:VEVENT UID:1@example.org \
  DTSTAMP:20261101T100000Z 'DTSTART;TZID=Europe/Brussels:20261109T100000' SUMMARY:Hearing 'ORGANIZER;CN="Lima, Ana":mailto:ana@example.net' \
  END:VEVENT END:VCALENDAR >"$folder/hearing.ics"
read_in() {
  TZ=$1 NODE_PATH="$folder/node_modules" node -e 'const event = require("ics-parser")(require("node:fs").readFileSync(process.argv[1], "utf8")).find(({ type }) => type === "VEVENT");
    console.log(event.startDate.toISOString(), event.organizer.name);' "$folder/hearing.ics"
}
right=$("$folder/venv/bin/python" -c 'import sys
from datetime import timezone
from icalendar import Calendar
event = Calendar.from_ical(open(sys.argv[1], "rb").read()).walk("VEVENT")[0]
print(event["dtstart"].dt.astimezone(timezone.utc).isoformat(), event["organizer"].params["CN"])' "$folder/hearing.ics")
seen="$(read_in UTC) | $(read_in Asia/Tokyo)"
echo "expected: $right, everywhere (icalendar; RFC 5545, 3.3.5)"
echo "seen: $seen"
[ "$seen" = '2026-11-09T10:00:00.000Z "Lima, Ana" | 2026-11-09T01:00:00.000Z "Lima, Ana"' ] || { echo "it is not there any more"; exit 1; }
