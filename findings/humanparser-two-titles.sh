#!/usr/bin/env bash
# What surprises: whoever has two titles has the second one for a first name: "Prof. Dr. Ana Lima" is Mr or Ms "Dr."
#
# Input: "Prof. Dr. Ana Lima", the usual form in German, Dutch and other languages; and "Ana Lima, MEP", which becomes the first name "MEP".
#
# Software: humanparser 2.7.0 (npm): "Parse a human name string into salutation, first name, middle name, last name, suffix."
#
# Who meets it: whoever greets people by their first name, or sorts a list of signatories by it: "Dear Dr.," and "Dear MEP,".
#
# Right: both words are titles to the library when they stand alone ("Dr. Ana Lima", "Prof. Ana Lima" are read rightly). Several titles are
# written one after the other: DIN 5008, on salutations and addresses ("Herrn Prof. Dr. …").
set -euo pipefail
echo "version humanparser 2.7.0 (npm)"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --prefix "$folder" --silent --no-audit --no-fund --ignore-scripts humanparser@2.7.0
NODE_PATH="$folder/node_modules" node - <<'JS'
const { parseName } = require("humanparser");
const { version } = require("humanparser/package.json");
const names = ["Dr. Ana Lima", "Prof. Ana Lima", "Prof. Dr. Ana Lima", "Ana Lima, MEP"];
const seen = names.map((name) => parseName(name).firstName);
console.log(`humanparser ${version}`);
console.log("expected: Ana, four times");
names.forEach((name, at) => console.log(`seen: ${seen[at]} from "${name}"`));
if (seen.join(" ") !== "Ana Ana Dr. MEP") {
  console.log("it is not there any more");
  process.exitCode = 1;
}
JS
