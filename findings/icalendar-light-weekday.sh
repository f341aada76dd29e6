#!/usr/bin/env bash
# What surprises: an absence every Monday is one every Tuesday when it is asked for on a Tuesday: the weekday is that of today, whatever the
# calendar says.
#
# Input: a weekly day off, FREQ=WEEKLY, whose first day was a week before tomorrow.
#
# Software: icalendar-light 1.0.0 (PyPI), "Light and easy iCalendar event reader". Its iter_events_upcoming yields "recurrent events automatically".
# recurring-ical-events 3.8.2 (PyPI) reads the same calendar.
#
# Who meets it: whoever asks on which days an office is to be called.
#
# Right: RFC 5545, 3.8.5.3: DTSTART defines the first instance of the recurrence; 3.3.10: what a rule does not say is taken from DTSTART, the day
# of the week too.
set -euo pipefail
echo "version icalendar-light 1.0.0, recurring-ical-events 3.8.2 and icalendar 7.3.2 (PyPI)"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check icalendar-light==1.0.0 recurring-ical-events==3.8.2 icalendar==7.3.2
first=$(date --utc --date '6 days ago' +%Y%m%d)
printf '%s\r\n' BEGIN:VCALENDAR VERSION:2.0 PRODID:-//Velma//EN BEGIN:VEVENT UID:1@example.org DTSTAMP:20261101T100000Z "DTSTART:${first}T100000Z" \
  "DTEND:${first}T160000Z" RRULE:FREQ=WEEKLY 'SUMMARY:Day off' END:VEVENT END:VCALENDAR >"$folder/office.ics"
TZ=UTC "$folder/venv/bin/python" -W ignore - "$folder/office.ics" <<'PY'
import sys
from datetime import datetime, timedelta, timezone
from importlib.metadata import version
import recurring_ical_events
from icalendar import Calendar
from icalendar_light.toolbox import Calendar as Light

print("icalendar-light", version("icalendar-light"))
now = datetime.now(timezone.utc)
with open(sys.argv[1], "rb") as file:
    right = {event.start.strftime("%A") for event in recurring_ical_events.of(Calendar.from_ical(file.read())).between(now, now + timedelta(days=20))}
seen = {event.dt_start.strftime("%A") for event in Light.iter_events_from_file(sys.argv[1], upcoming_days=20)}
print(f"expected: {', '.join(right)} (recurring-ical-events; RFC 5545, 3.8.5.3)\nseen: {', '.join(seen)}")
still = right == {(now + timedelta(days=1)).strftime("%A")} and seen == {now.strftime("%A")}
sys.exit(0 if still else "it is not there any more")
PY
