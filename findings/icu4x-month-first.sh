#!/usr/bin/env bash
# What surprises: a short date in Maltese has the month before the day, 06/12/2024 for 12 June; a date in Portuguese of Portugal with
# its weekday has figures where the long one has a name; a long date in Slovenian has a zero before its day.
#
# Input: 12 June and 1 June 2024, as the fields year, month and day (and weekday), in the lengths "short" and "long".
#
# Software: icu 2.3.2 (npm), which is ICU4X; its 2.4 in Rust gives the same.
#
# Who meets it: whoever writes dates in letters. The Maltese one is read as 6 December.
#
# Right: CLDR's own patterns for whole dates (dateFormats of the Gregorian calendar): dd/MM/y, EEEE, d 'de' MMMM 'de' y, and d. MMMM y.
# ICU4C, by Intl of the Node that runs this, has them. ICU4X puts its dates together from CLDR's patterns for single fields.
set -euo pipefail
echo "version icu 2.3.2 (npm)"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --prefix "$folder" --silent --no-audit --no-fund --ignore-scripts icu@2.3.2
cat >"$folder/dates.mjs" <<'JS'
import { DateFormatter, DateTimeLength, IsoDate, Locale } from "icu";
const { Short, Long } = DateTimeLength;
const dates = [
  ["mt", "short", 12, (locale) => DateFormatter.createYmd(locale, Short)],
  ["pt-PT", "full", 12, (locale) => DateFormatter.createYmde(locale, Long)],
  ["sl", "long", 1, (locale) => DateFormatter.createYmd(locale, Long)],
];
console.log(`ICU4C ${process.versions.icu}`);
const seen = [];
for (const [tag, dateStyle, day, formatter] of dates) {
  const expected = new Intl.DateTimeFormat(tag, { dateStyle, timeZone: "UTC" }).format(Date.UTC(2024, 5, day));
  const found = formatter(Locale.fromString(tag)).formatIso(new IsoDate(2024, 6, day));
  console.log(`expected: ${expected} (${tag}, ${dateStyle})`);
  console.log(`seen: ${found}`);
  seen.push(found);
}
if (seen.join(" | ") !== "06/12/2024 | quarta-feira, 12/06/2024 | 01. junij 2024") {
  console.log("it is not there any more");
  process.exitCode = 1;
}
JS
node "$folder/dates.mjs"
