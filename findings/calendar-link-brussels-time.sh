#!/usr/bin/env bash
# What surprises: an appointment at ten o'clock in Brussels is a link to one at ten in Greenwich: who follows the link of Google has it in the
# calendar at eleven. An appointment of a whole day takes no day at all in the .ics file.
#
# Input: the 9th of November 2026, 10 to 11 o'clock, in the zone Europe/Brussels; and the whole day, written as its page has it.
#
# Software: calendar-link 0.3.0 (PyPI), "Generate calendar links and ICS files for Google, Apple, Yahoo, AOL, Microsoft 365, and more". Its page
# promises "Support for timezone handling". The .ics file of the first is right.
#
# Who meets it: whoever invites the signatories of a letter to a call.
#
# Right: RFC 5545, 3.3.5: a Z behind the time says that it is UTC, so 20261109T090000Z; 3.6.1: the end is not a part of the event, so one day
# ends on the next.
set -euo pipefail
echo "version calendar-link 0.3.0 (PyPI)"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check calendar-link==0.3.0 tzdata
"$folder/venv/bin/python" -W ignore - <<'PY'
import sys
from datetime import datetime
from importlib.metadata import version
from urllib.parse import parse_qs, urlparse
from zoneinfo import ZoneInfo
from calendar_link import CalendarEvent, CalendarGenerator

print("calendar-link", version("calendar-link"))
brussels = ZoneInfo("Europe/Brussels")
make = CalendarGenerator()
call = CalendarEvent(title="Call", start_time=datetime(2026, 11, 9, 10, tzinfo=brussels), end_time=datetime(2026, 11, 9, 11, tzinfo=brussels), timezone="Europe/Brussels")
link = parse_qs(urlparse(make.generate_link(call, "google")).query)["dates"][0]
print(f"expected: 20261109T090000Z/20261109T100000Z (RFC 5545, 3.3.5)\nseen: {link}")
day = CalendarEvent(title="Day", start_time=datetime(2026, 11, 9), end_time=datetime(2026, 11, 9), all_day=True, timezone="Europe/Brussels")
lines = [line for line in make.generate_ics(day).splitlines() if line.startswith(("DTSTART", "DTEND"))]
print(f"expected: 20261109 and 20261110 (RFC 5545, 3.6.1)\nseen: {' and '.join(lines)}")
still = link == "20261109T100000Z/20261109T110000Z" and lines == ["DTSTART;VALUE=DATE:20261109", "DTEND;VALUE=DATE:20261109"]
sys.exit(0 if still else "it is not there any more")
PY
