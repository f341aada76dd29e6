#!/usr/bin/env bash
# What surprises: in a zone half an hour off the full hour and east of Greenwich, a date is written with an hour too much: in Mumbai, at +0530,
# ten o'clock is "10:00:00 +0630". Who reads it takes the letter for an hour older than it is.
#
# Input: the 9th of November 2026, 10 o'clock, in Mumbai, Kathmandu, St John's and Berlin.
#
# Software: rfc822-date 0.0.3 (npm), "Convert dates to rfc822 format".
#
# Who meets it: whoever writes the Date of a letter, or of a feed, in India, Nepal, Iran or the middle of Australia.
#
# Right: RFC 5322, 3.3: the date and the time of day express local time, and the zone is its offset from Coordinated Universal Time, hhmm.
set -euo pipefail
echo "version rfc822-date 0.0.3 (npm)"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --prefix "$folder" --silent --no-audit --no-fund --ignore-scripts rfc822-date@0.0.3
seen=""
for zone in Asia/Kolkata Asia/Kathmandu America/St_Johns Europe/Berlin; do
  written=$(TZ=$zone NODE_PATH="$folder/node_modules" node -e 'console.log(require("rfc822-date")(new Date(2026, 10, 9, 10)))')
  echo "expected in $zone: $(TZ=$zone date --date '2026-11-09 10:00' '+%a, %d %b %Y %T %z') (RFC 5322, 3.3); seen: $written"
  seen+="${written##* } "
done
[ "$seen" = "+0630 +0645 -0330 +0100 " ] || { echo "it is not there any more"; exit 1; }
