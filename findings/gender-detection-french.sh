#!/usr/bin/env bash
# What surprises: with the language `fr`, which is to make it better, Pierre, Jean, Michel, René, André and José are female. Without a
# language they are male.
#
# Input: some of the most frequent given names of men in France.
#
# Software: gender-detection-from-name 1.11.5 (npm).
#
# Who meets it: whoever chooses between "Monsieur le Député" and "Madame la Députée" by the given name, as the list has no column for it.
#
# Right: its own page: "An optional language parameter can be specified to improve the detection". INSEE's file of given names (fichier des
# prénoms) has each of them as a name of men, hundreds of thousands for Pierre, Jean, Michel, André and René.
set -euo pipefail
echo "version gender-detection-from-name 1.11.5 (npm)"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --prefix "$folder" --silent --no-audit --no-fund --ignore-scripts gender-detection-from-name@1.11.5
NODE_PATH="$folder/node_modules" node - <<'JS'
const { getGender } = require("gender-detection-from-name");
const { version } = require("gender-detection-from-name/package.json");
const names = ["Pierre", "Jean", "Michel", "André", "René", "José"];
console.log(`gender-detection-from-name ${version}`);
let still = true;
for (const name of names) {
  const seen = getGender(name, "fr");
  console.log(`${name}: expected male; seen in French ${seen}, without a language ${getGender(name)}`);
  still = still && seen === "female" && getGender(name) === "male";
}
if (!still) {
  console.log("it is not there any more");
  process.exitCode = 1;
}
JS
