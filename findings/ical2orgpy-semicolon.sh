#!/usr/bin/env bash
# What surprises: "Hearing; vote" stands in the agenda as "Hearing\; vote", while "Hearing, vote" is right. An appointment with a place and
# without a name stops all.
#
# Input: two appointments of tomorrow, "Hearing; vote" and "Hearing, vote"; and one with a place alone.
#
# Software: ical2orgpy 0.5 (PyPI), which "converts an ical calendar into an org-mode document".
#
# Who meets it: whoever plans calls to offices by their calendars.
#
# Right: RFC 5545, 3.3.11: in a text a semicolon and a comma are written with a backslash in front of them, which is no part of the text;
# 3.6.1: SUMMARY is optional.
set -euo pipefail
echo "version ical2orgpy 0.5 (PyPI)"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check ical2orgpy==0.5 icalendar==7.3.2 recurring-ical-events==3.8.2
day=$(date --utc --date tomorrow +%Y%m%d)
event() { printf '%s\r\n' BEGIN:VEVENT "UID:$1@example.org" "DTSTAMP:${day}T080000Z" "DTSTART:${day}T100000Z" "DTEND:${day}T110000Z" "$2" END:VEVENT; }
calendar() { printf '%s\r\n' BEGIN:VCALENDAR VERSION:2.0 PRODID:-//Velma//EN; cat; printf '%s\r\n' END:VCALENDAR; }
{ event 1 'SUMMARY:Hearing\; vote'; event 2 'SUMMARY:Hearing\, vote'; } | calendar >"$folder/both.ics"
event 3 'LOCATION:Room 4' | calendar >"$folder/place.ics"
"$folder/venv/bin/ical2orgpy" --timezone UTC "$folder/both.ics" "$folder/both.org"
seen=$(grep '^\*' "$folder/both.org" | sort | paste -sd'|')
last=$("$folder/venv/bin/ical2orgpy" --timezone UTC "$folder/place.ics" "$folder/place.org" 2>&1 | tail -1) || true
echo "expected: * Hearing, vote|* Hearing; vote (RFC 5545, 3.3.11)"
echo "seen: $seen"
echo "seen: a place without a name: $last"
[ "$seen" = '* Hearing, vote|* Hearing\; vote' ] && [ "${last%%:*}" = TypeError ] || { echo "it is not there any more"; exit 1; }
