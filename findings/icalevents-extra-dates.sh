#!/usr/bin/env bash
# What surprises: the further dates of an event (RDATE) are not there: of three meetings one is found. An absence of a whole day that
# comes again each week is not found by who asks during such a day; one that comes once is.
#
# Input: an event on 9 November with RDATE on the 16th and 18th, and one of a whole day, once and each week, looked for from 8 to 18
# o'clock.
#
# Software: icalevents 0.3.1 (PyPI).
#
# Who meets it: whoever asks a calendar when a committee meets, or who is away now.
#
# Right: RFC 5545, 3.8.5.2 (RDATE: its dates belong to the recurrence set) and 3.6.1 (an event whose DTSTART is a date lasts one day,
# where nothing else is said). Its own list for a single day.
set -euo pipefail
echo "version icalevents 0.3.1 (PyPI)"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check icalevents==0.3.1
"$folder/venv/bin/python" - <<'PY'
import sys
from datetime import date, datetime, timezone
from icalevents.icalparser import parse_events


def calendar(*lines, first="20261109"):
    start = f"DTSTART;VALUE=DATE:{first}"
    event = ["BEGIN:VEVENT", "UID:1@example.org", "DTSTAMP:20261101T100000Z", start, *lines, "SUMMARY:Away", "END:VEVENT"]
    return "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Velma//EN", *event, "END:VCALENDAR", ""])


def days(text, start, end):
    return [event.start.day for event in parse_events(text, start=start, end=end)]


day = [datetime(2026, 11, 16, hour, tzinfo=timezone.utc) for hour in (8, 18)]
seen = [
    days(calendar("RDATE;VALUE=DATE:20261116,20261118"), date(2026, 11, 1), date(2026, 11, 30)),
    days(calendar(first="20261116"), *day),
    days(calendar("RRULE:FREQ=WEEKLY;COUNT=2"), *day),
]
print("expected: [[9, 16, 18], [16], [16]] (RFC 5545, 3.8.5.2 and 3.6.1)")
print(f"seen: {seen}")
sys.exit(0 if seen == [[9], [16], []] else "it is not there any more")
PY
