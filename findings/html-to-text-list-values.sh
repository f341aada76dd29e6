#!/usr/bin/env bash
# What surprises: a numbered list whose items have numbers of their own is numbered anew, from 1, in the plain text. Where the whole list
# starts later (`start`), the number is kept.
#
# Input: an ordered list with <li value="7">, as converters of office documents write a list that goes on after a paragraph.
#
# Software: html-to-text 10.0.1 (npm).
#
# Who meets it: whoever makes the plain text of a letter out of its HTML: "demand 7" is demand 1 to half of the readers.
#
# Right: HTML, 4.4.8 (the `value` of an li element is its ordinal, and the next ones count on from it).
set -euo pipefail
echo "version html-to-text 10.0.1 (npm)"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --prefix "$folder" --silent --no-audit --no-fund --ignore-scripts html-to-text@10.0.1
NODE_PATH="$folder/node_modules" node - <<'JS'
const { htmlToText } = require("html-to-text");
const { version } = require("html-to-text/package.json");
const seen = htmlToText('<ol><li value="7">Publish the study.</li><li>Stop the works.</li></ol>');
console.log(`html-to-text ${version}`);
console.log('expected: " 7. Publish the study.\\n 8. Stop the works." (HTML, 4.4.8)');
console.log(`seen: ${JSON.stringify(seen)}`);
if (seen !== " 1. Publish the study.\n 2. Stop the works.") {
  console.log("it is not there any more");
  process.exitCode = 1;
}
JS
