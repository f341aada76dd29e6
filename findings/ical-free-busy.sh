#!/usr/bin/env bash
# What surprises: a time at which somebody is busy, written as a beginning and a length, ends at "PT8H"; of several such times on one line
# only the first is there, and the second is glued to its end.
#
# Input: FREEBUSY:20261109T080000Z/PT8H,20261110T080000Z/20261110T160000Z: two days, each from eight to four.
#
# Software: ical 0.8.0 (npm), "a tolerant, minimal icalendar parser"; node-ical 0.27.2 (npm), which has grown out of it, reads both times.
#
# Who meets it: whoever looks when an office can be called: calendar servers answer with either form, and with several times on a line.
#
# Right: RFC 5545, 3.8.2.6 (one or more periods, separated by commas) and 3.3.9 (a period has an end, or a duration); its example is
# 19970308T160000Z/PT3H,19970308T200000Z/PT1H.
set -euo pipefail
echo "version ical 0.8.0 and node-ical 0.27.2 (npm)"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --prefix "$folder" --silent --no-audit --no-fund --ignore-scripts ical@0.8.0 node-ical@0.27.2
NODE_PATH="$folder/node_modules" node - <<'JS'
const calendar = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Velma//EN", "BEGIN:VFREEBUSY", "UID:1@example.org", "DTSTAMP:20261101T100000Z",
  "FREEBUSY:20261109T080000Z/PT8H,20261110T080000Z/20261110T160000Z", "END:VFREEBUSY", "END:VCALENDAR", ""].join("\r\n");
const show = ({ start, end }) => `${start.toISOString()} to ${end?.toISOString?.() ?? end}`;
const read = (events) => events["1@example.org"].freebusy.map(show).join("; ");
const seen = read(require("ical").parseICS(calendar));
console.log(`expected: ${read(require("node-ical").sync.parseICS(calendar))} (node-ical; RFC 5545, 3.8.2.6)`);
console.log(`seen: ${seen}`);
if (seen !== "2026-11-09T08:00:00.000Z to PT8H,20261110T080000Z") {
  console.log("it is not there any more");
  process.exitCode = 1;
}
JS
