#!/usr/bin/env bash
# What surprises: "del 9 al 20 de noviembre" is one day, 20 November, and that day is its *beginning*. Its end is missing. The same span in
# Portuguese, Italian, French and English is a beginning and an end.
#
# Input: "I shall be away from 9 to 20 November" in five languages.
#
# Software: chrono-node 2.10.3 (npm).
#
# Who meets it: whoever asks when a person who wrote in Spanish is away: not at all until the 20th, and from then on for no known time.
#
# Right: a span has its first day as beginning (chrono's page: `start` and `end` of a result), as in chrono's own results for the same words
# in the neighbours; "del 9 al 20 de noviembre" is the plain way to write it in Spanish.
set -euo pipefail
echo "version chrono-node 2.10.3 (npm)"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --prefix "$folder" --silent --no-audit --no-fund --ignore-scripts chrono-node@2.10.3
NODE_PATH="$folder/node_modules" node - <<'JS'
const chrono = require("chrono-node");
const { version } = JSON.parse(require("fs").readFileSync(process.env.NODE_PATH + "/chrono-node/package.json"));
const sentences = {
  es: "Estaré ausente del 9 al 20 de noviembre.", pt: "Estarei ausente de 9 a 20 de novembro.", it: "Sarò assente dal 9 al 20 novembre.",
  fr: "Je serai absente du 9 au 20 novembre.", en: "I am away from 9 to 20 November.",
};
const day = (part) => (part ? part.get("day") : "none");
const seen = Object.entries(sentences).map(([language, text]) => {
  const [span] = chrono[language].parse(text, new Date(2026, 10, 2, 10));
  return `${language} ${day(span.start)} to ${day(span.end)}`;
});
console.log(`chrono-node ${version}`);
console.log("expected: 9 to 20 in each language");
console.log(`seen: ${seen.join("; ")}`);
if (seen.join("; ") !== "es 20 to none; pt 9 to 20; it 9 to 20; fr 9 to 20; en 9 to 20") {
  console.log("it is not there any more");
  process.exitCode = 1;
}
JS
