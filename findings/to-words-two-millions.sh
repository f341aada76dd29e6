#!/usr/bin/env bash
# What surprises: in Italian, two millions are "Milioni", without the two, and 1001 is "Mila Uno"; in German a million is "Eins Million"; in
# Ukrainian and Polish five thousand are "П'ять Тисяча" and "Pięć Tysiąc", with the word for one thousand.
#
# Input: round numbers, as the sentence "… people have signed" has them.
#
# Software: to-words 5.7.0 (npm), "Convert numbers and currency amounts into words across 135 locales".
#
# Who meets it: whoever has a letter say in words how many have signed it, or what a petition costs.
#
# Right: Treccani, "due milioni", "milleuno"; Duden, "eine Million"; Unicode CLDR, the rules for plurals: in uk and pl, 5 is "many" (тисяч, tysięcy).
set -euo pipefail
echo "version to-words 5.7.0 (npm)"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --prefix "$folder" --silent --no-audit --no-fund --ignore-scripts to-words@5.7.0
NODE_PATH="$folder/node_modules" node - <<'JS'
const { toWords } = require("to-words");
const cases = [
  ["it-IT", 3000000, "Tre Milioni", "Tre Milioni"],
  ["it-IT", 2000000, "Due Milioni", "Milioni"],
  ["it-IT", 1001, "Mille Uno", "Mila Uno"],
  ["de-DE", 1000000, "Eine Million", "Eins Million"],
  ["uk-UA", 5000, "П'ять Тисяч", "П'ять Тисяча"],
  ["pl-PL", 5000, "Pięć Tysięcy", "Pięć Tysiąc"],
];
for (const [localeCode, number, right, wrong] of cases) {
  const seen = toWords(number, { localeCode });
  console.log(`${localeCode} ${number}: expected "${right}", seen "${seen}"`);
  if (seen !== wrong) {
    console.log("it is not there any more");
    process.exitCode = 1;
  }
}
JS
