#!/usr/bin/env bash
# What surprises: "Ms Vi Lind" has the given name "Lind", no surname, and the suffix "Vi", as if she were the sixth; "Anh Do" has no surname
# either, since "Do" is a degree; "Ana Hon" neither, since "Hon" is a title.
#
# Input: given names and surnames of two or three letters, in their usual order and spelling.
#
# Software: another-name-parser 0.1.0 (npm).
#
# Who meets it: whoever makes salutations out of one column: "Dear Ms ,".
#
# Right: a suffix stands behind the surname, as its own example has it ("Gordon, Sr."), and a title before the name; where nothing is left
# for a surname, the word was one. VI and DO are written in capitals.
set -euo pipefail
echo "version another-name-parser 0.1.0 (npm)"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --prefix "$folder" --silent --no-audit --no-fund --ignore-scripts another-name-parser@0.1.0
NODE_PATH="$folder/node_modules" node - <<'JS'
const parse = require("another-name-parser");
const { version } = require("another-name-parser/package.json");
const cases = [["Ms Bo Lind", "Bo", "Lind"], ["Ms Vi Lind", "Vi", "Lind"], ["Anh Do", "Anh", "Do"], ["Ana Hon", "Ana", "Hon"]];
const seen = cases.map(([name, first, last]) => {
  const found = parse(name);
  console.log(`${name}: expected ${first} and ${last}; seen ${found.first} and ${found.last}`);
  return `${found.first} ${found.last}`;
});
console.log(`another-name-parser ${version}`);
if (seen.join() !== "Bo Lind,Lind null,Anh null,Ana null") {
  console.log("it is not there any more");
  process.exitCode = 1;
}
JS
