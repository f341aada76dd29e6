#!/usr/bin/env bash
# What surprises: of two lines of categories the second takes the place of the first: an absence of the category "OUT OF OFFICE" is only
# "PRIVATE".
#
# Input: an event with CATEGORIES:VACATION,OUT OF OFFICE and CATEGORIES:PRIVATE. Of two ATTENDEE lines both are kept.
#
# Software: ts-ics 2.4.6 (npm).
#
# Who meets it: whoever looks into calendars for those who are away, and finds nobody.
#
# Right: RFC 5545, 3.6.1: categories is one of the properties of an event that may occur more than once; 3.8.1.2.
set -euo pipefail
echo "version ts-ics 2.4.6 (npm)"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --prefix "$folder" --silent --no-audit --no-fund --ignore-scripts ts-ics@2.4.6
NODE_PATH="$folder/node_modules" node - <<'JS'
const { convertIcsCalendar } = require("ts-ics");
const calendar = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Velma//EN", "BEGIN:VEVENT", "UID:1@example.org", "DTSTAMP:20261101T100000Z",
  "DTSTART;VALUE=DATE:20261109", "SUMMARY:Away", "ATTENDEE:mailto:ana@example.net", "ATTENDEE:mailto:bo@example.net",
  "CATEGORIES:VACATION,OUT OF OFFICE", "CATEGORIES:PRIVATE", "END:VEVENT", "END:VCALENDAR", ""].join("\r\n");
const [event] = convertIcsCalendar(undefined, calendar).events;
const seen = event.categories.join();
console.log(`attendees: ${event.attendees.length}`);
console.log("expected: VACATION,OUT OF OFFICE,PRIVATE (RFC 5545, 3.6.1)");
console.log(`seen: ${seen}`);
if (seen !== "PRIVATE" || event.attendees.length !== 2) {
  console.log("it is not there any more");
  process.exitCode = 1;
}
JS
