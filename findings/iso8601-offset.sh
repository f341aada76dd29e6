#!/usr/bin/env bash
# What surprises: a time an hour ahead of Greenwich is taken for one four days earlier: 2026-11-09T10:00:00+01:00 is the 5th of November, six
# o'clock, and with +05:30 the 19th of October. In UTC it is right.
#
# Input: the same morning with Z, +01:00, -05:00 and +05:30.
#
# Software: iso8601 1.1.1 (npm), "Parse and print ISO8601 dates".
#
# Who meets it: whoever reads the days of absences or of hearings from another program: all who live outside of UTC are back long before.
#
# Right: ISO 8601; RFC 3339, 5.8: 1996-12-19T16:39:57-08:00 is 39 minutes and 57 seconds after the 16th hour, eight hours behind UTC.
set -euo pipefail
echo "version iso8601 1.1.1 (npm)"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --prefix "$folder" --silent --no-audit --no-fund --ignore-scripts iso8601@1.1.1
TZ=UTC NODE_PATH="$folder/node_modules" node - <<'JS'
const { toDate } = require("iso8601");
const times = ["Z", "+01:00", "-05:00", "+05:30"].map((zone) => `2026-11-09T10:00:00${zone}`);
const seen = times.map((time) => toDate(time).toISOString().slice(0, 16));
times.forEach((time, at) => console.log(`${time}: expected ${new Date(time).toISOString().slice(0, 16)} (RFC 3339, 5.8), seen ${seen[at]}`));
if (seen.join(" ") !== "2026-11-09T10:00 2026-11-05T06:00 2026-11-30T06:00 2026-10-19T13:30") {
  console.log("it is not there any more");
  process.exitCode = 1;
}
JS
