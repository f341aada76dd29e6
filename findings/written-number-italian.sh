#!/usr/bin/env bash
# What surprises: in Italian, 200 is "due cento", 2000 "due mila" and 1100 "mille cento", in two words; 1 is "un", as it stands before a noun
# only. In Spanish, 21,000 is "veintiuno mil".
#
# Input: numbers as the sentence "… organizzazioni hanno firmato" has them.
#
# Software: written-number 0.11.1 (npm), "Convert numbers to words - their written form"; Italian and Spanish are among its languages.
#
# Who meets it: whoever has a letter say in words how many have signed it.
#
# Right: Accademia della Crusca, on the spelling of numbers: one word, duecento, duemila, millecento. Real Academia Española, Diccionario
# panhispánico de dudas, "cardinales": veintiún mil, shortened before mil.
set -euo pipefail
echo "version written-number 0.11.1 (npm)"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --prefix "$folder" --silent --no-audit --no-fund --ignore-scripts written-number@0.11.1
NODE_PATH="$folder/node_modules" node - <<'JS'
const written = require("written-number");
const seen = [1, 200, 201, 1100, 2000].map((number) => written(number, { lang: "it" }));
seen.push(written(21000, { lang: "es" }));
console.log("expected: uno, duecento, duecentouno, millecento, duemila, veintiún mil (Crusca; RAE)");
console.log(`seen: ${seen.join(", ")}`);
if (seen.join(", ") !== "un, due cento, duecentuno, mille cento, due mila, veintiuno mil") {
  console.log("it is not there any more");
  process.exitCode = 1;
}
JS
