#!/usr/bin/env bash
# What surprises: "Hearing: Velma delta" is "Hearing"; a link to the call is "https". "The 50% question" refuses the whole calendar.
#
# Input: appointments with a colon in their name, a link as their place, and a percent sign.
#
# Software: ics-to-json 2.0.2 (npm), "A tool to convert ICS calendars to JSON".
#
# Who meets it: whoever takes the hearings out of a parliament's calendar.
#
# Right: RFC 5545, 3.1: the first colon that is not in quotation marks begins the value, and all behind it is the value; 3.3.11: a colon in a
# text is not escaped. Nothing there is percent-encoded.
set -euo pipefail
echo "version ics-to-json 2.0.2 (npm)"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --prefix "$folder" --silent --no-audit --no-fund --ignore-scripts ics-to-json@2.0.2
NODE_PATH="$folder/node_modules" node - <<'JS'
const { icsToJson } = require("ics-to-json");
const calendar = (...lines) =>
  ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Velma//EN", "BEGIN:VEVENT", "UID:1@example.org", "DTSTAMP:20261101T100000Z", "DTSTART:20261109T100000Z"]
    .concat(lines, "END:VEVENT", "END:VCALENDAR", "").join("\r\n");
const [hearing] = icsToJson(calendar("SUMMARY:Hearing: Velma delta", "LOCATION:https://velma.example/call"));
let third;
try {
  third = icsToJson(calendar("SUMMARY:The 50% question"))[0].summary;
} catch (error) {
  third = error.name;
}
console.log("expected: Hearing: Velma delta | https://velma.example/call | The 50% question (RFC 5545, 3.1)");
console.log(`seen: ${hearing.summary} | ${hearing.location} | ${third}`);
if (hearing.summary !== "Hearing" || hearing.location !== "https" || third !== "URIError") {
  console.log("it is not there any more");
  process.exitCode = 1;
}
JS
