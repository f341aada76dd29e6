#!/usr/bin/env bash
# What surprises: ten o'clock in Greenwich is nine o'clock there when the program runs in Brussels, and three in the afternoon when it runs in
# New York. The offset in the Date of a mail is not read at all.
#
# Input: 2026-11-09T10:00:00Z, and Mon, 9 Nov 2026 10:00:00 +0530, in three zones.
#
# Software: any-date-parser 2.2.4 (npm), whose page lists "timezone offsets". Its tests, says the page, run in UTC.
#
# Who meets it: whoever sorts answers by their time, or asks whether one came before a deadline.
#
# Right: RFC 3339, 4.1 and 5.8, and RFC 5322, 3.3: the offset says which moment it is, wherever it is read.
set -euo pipefail
echo "version any-date-parser 2.2.4 (npm)"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --prefix "$folder" --silent --no-audit --no-fund --ignore-scripts any-date-parser@2.2.4
seen=""
for zone in UTC Europe/Brussels America/New_York; do
  seen+=$(TZ=$zone NODE_PATH="$folder/node_modules" node -e 'const { fromString } = require("any-date-parser");
    console.log(["2026-11-09T10:00:00Z", "Mon, 9 Nov 2026 10:00:00 +0530"].map((text) => fromString(text).toISOString().slice(11, 16)).join(" and "));')"; "
done
echo "expected: 10:00 and 04:30, in each zone (RFC 3339, 5.8; RFC 5322, 3.3)"
echo "seen: $seen"
[ "$seen" = "10:00 and 10:00; 09:00 and 09:00; 15:00 and 15:00; " ] || { echo "it is not there any more"; exit 1; }
