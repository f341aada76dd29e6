#!/usr/bin/env bash
# What surprises: an address in angle brackets is gone: "Write to <velma@example.org>." is "Write to .". An address behind words in square
# brackets leaves at least its words.
#
# Input: Markdown with an address to write to, as letters have it at their end.
#
# Software: remove-markdown 0.7.0 (npm).
#
# Who meets it: whoever makes the plain part of a letter out of its Markdown: it asks for an answer, and does not say where to.
#
# Right: CommonMark 0.31.2, 6.5 (Autolinks): the text of the link is the address itself.
set -euo pipefail
echo "version remove-markdown 0.7.0 (npm)"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --prefix "$folder" --silent --no-audit --no-fund --ignore-scripts remove-markdown@0.7.0
NODE_PATH="$folder/node_modules" node - <<'JS'
const plain = require("remove-markdown");
const { version } = require("remove-markdown/package.json");
const seen = [plain("Write to <velma@example.org>."), plain("The study: <https://example.org/study>")];
console.log(`remove-markdown ${version}`);
console.log('expected: ["Write to velma@example.org.","The study: https://example.org/study"] (CommonMark, 6.5)');
console.log(`seen: ${JSON.stringify(seen)}`);
if (JSON.stringify(seen) !== '["Write to .","The study: "]') {
  console.log("it is not there any more");
  process.exitCode = 1;
}
JS
