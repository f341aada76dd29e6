#!/usr/bin/env bash
# What surprises: in Hebrew, 10,000 is nothing at all, 12,000 is "two thousand", 21,000 and a million are "a thousand", and 1,200,000 ends with
# "undefined". In Ukrainian the letter і is a Latin i: the words look right, and no search finds them.
#
# Input: numbers as the sentence "… people have signed" has them.
#
# Software: rosaenlg-n2words 3.3.0 (npm), "Convert numbers to words, in multiple languages"; Hebrew and Ukrainian are among them.
#
# Who meets it: whoever has a letter say in words how many have signed it.
#
# Right: the numbers themselves; Unicode CLDR, the letters of Ukrainian (uk: U+0456), in which there is no letter of the Latin script.
set -euo pipefail
echo "version rosaenlg-n2words 3.3.0 (npm)"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --prefix "$folder" --silent --no-audit --no-fund --ignore-scripts rosaenlg-n2words@3.3.0
NODE_PATH="$folder/node_modules" node - <<'JS'
const words = require("rosaenlg-n2words");
const numbers = [1000, 2000, 10000, 12000, 21000, 1000000, 1200000];
const hebrew = numbers.map((number) => words(number, { lang: "he" }).trim());
const latin = words(8000000, { lang: "uk" }).match(/\p{Script=Latin}/gu) ?? [];
console.log("expected: seven different numbers; no letter of the Latin script");
numbers.forEach((number, at) => console.log(`seen: ${number} is "${hebrew[at]}"`));
console.log(`seen: in the Ukrainian words of 8000000, Latin letters: ${latin.join("")}`);
const [thousand, two] = hebrew;
const still = hebrew[2] === "" && hebrew[3] === two && hebrew[4] === thousand && hebrew[5] === thousand && hebrew[6].endsWith("undefined");
if (!still || latin.join("") !== "iiii") {
  console.log("it is not there any more");
  process.exitCode = 1;
}
JS
