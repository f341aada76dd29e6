#!/usr/bin/env bash
# What surprises: the public holiday "Καθαρά Δευτέρα", Clean *Monday*, is a Tuesday in Cyprus, every year; its real day is a mere observance.
# In Greece, in the same library, it is the Monday.
#
# Input: the public holidays of Cyprus and Greece from 2024 to 2028.
#
# Software: date-holidays 3.37.0 (npm).
#
# Who meets it: whoever counts working days to a follow-up, or sends at office hours: offices in Nicosia are written to on the holiday, and
# the Tuesday after it is not counted.
#
# Right: it is the Monday 48 days before Orthodox Easter, 23 February in 2026 (Cyprus, list of bank and public holidays of the Central Bank:
# "Green Monday"). The library counts 47 days.
set -euo pipefail
echo "version date-holidays 3.37.0 (npm)"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --prefix "$folder" --silent --no-audit --no-fund --ignore-scripts date-holidays@3.37.0
NODE_PATH="$folder/node_modules" node - <<'JS'
const Holidays = require("date-holidays");
const { version } = require("date-holidays/package.json");
const weekday = new Intl.DateTimeFormat("en", { weekday: "long", timeZone: "UTC" });
const days = (country) =>
  [2024, 2025, 2026, 2027, 2028].map((year) => {
    const holiday = new Holidays(country).getHolidays(year).find(({ name, type }) => name === "Καθαρά Δευτέρα" && type === "public");
    const day = holiday.date.slice(0, 10);
    return `${weekday.format(new Date(day))} ${day}`;
  });
const [cyprus, greece] = [days("CY"), days("GR")];
console.log(`date-holidays ${version}`);
console.log(`expected: ${greece.join(", ")} (as it has them for Greece)`);
console.log(`seen for Cyprus: ${cyprus.join(", ")}`);
if (!(cyprus.every((day) => day.startsWith("Tuesday")) && greece.every((day) => day.startsWith("Monday")))) {
  console.log("it is not there any more");
  process.exitCode = 1;
}
JS
