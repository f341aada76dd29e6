#!/usr/bin/env bash
# What surprises: "ab Montag, dem 9. November" gives today's Monday, 2 November, as its first date, and 9 November as a second one. With
# "den" in place of "dem" it is one date and right; so are "Montag, 9. November" and "lundi 9 novembre".
#
# Input: the date of return in a German out-of-office reply, read on Monday 2 November 2026; and its English sister, "on Monday, the 9th
# of November".
#
# Software: chrono-node 2.10.3 (npm), parseDate of its German and English readers.
#
# Who meets it: whoever takes the day of return from such a reply: it is a week too early, today.
#
# Right: a weekday with a comma before a date belongs to that date. Duden, on dates (Datumsangaben), has "dem 9." and "den 9." behind the
# weekday as equally right, so the case of the article cannot make another day of it.
set -euo pipefail
echo "version chrono-node 2.10.3 (npm)"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --prefix "$folder" --silent --no-audit --no-fund --ignore-scripts chrono-node@2.10.3
NODE_PATH="$folder/node_modules" node - <<'JS'
const chrono = require("chrono-node");
const { version } = JSON.parse(require("fs").readFileSync(process.env.NODE_PATH + "/chrono-node/package.json"));
const read = (language, text) => {
  const day = chrono[language].parseDate(text, new Date(2026, 10, 2, 10));
  return `${day.getDate()}.${day.getMonth() + 1}.${day.getFullYear()}`;
};
const seen = [
  ["de", "Ich bin ab Montag, dem 9. November, wieder da."],
  ["en", "I am back on Monday, the 9th of November."],
  ["de", "Ich bin ab Montag, den 9. November, wieder da."],
].map(([language, text]) => [text, read(language, text)]);
console.log(`chrono-node ${version}`);
console.log("expected: 9.11.2026 from each");
for (const [text, day] of seen) console.log(`seen: ${day} from "${text}"`);
if (seen.map(([, day]) => day).join(" ") !== "2.11.2026 2.11.2026 9.11.2026") {
  console.log("it is not there any more");
  process.exitCode = 1;
}
JS
