#!/usr/bin/env bash
# What surprises: ana_maria_lima@example.net becomes anamarialima@example.net, somebody else's address; all between "5 < 6" and the next ">" is
# gone, paragraphs with it.
#
# Input: an address, the name of a file and two paragraphs with a sign for "less" and one for "more".
#
# Software: @excalidraw/markdown-to-text 0.1.2 (npm), "Parse the markdown and returns a string".
#
# Who meets it: whoever makes the plain part of a letter out of Markdown: readers answer to an address that is not there.
#
# Right: CommonMark 0.31.2, 6.2, rules 2 and 6: an underscore inside a word neither opens nor closes emphasis; 6.6: < before a space begins no tag.
set -euo pipefail
echo "version @excalidraw/markdown-to-text 0.1.2 (npm), commonmark 0.31.2 (npm)"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --prefix "$folder" --silent --no-audit --no-fund --ignore-scripts @excalidraw/markdown-to-text@0.1.2 commonmark@0.31.2
NODE_PATH="$folder/node_modules" node - <<'JS'
const { removeMarkdown } = require("@excalidraw/markdown-to-text");
const commonmark = require("commonmark");
const texts = ["Write to ana_maria_lima@example.net", "5 < 6 members agree.\n\nKeep the delta alive.\n\n7 > 6 is more."];
const right = texts.map((text) => {
  const words = [];
  const walker = new commonmark.Parser().parse(text).walker();
  for (let step = walker.next(); step; step = walker.next()) words.push(step.node.literal ?? (step.node.type === "paragraph" ? " " : ""));
  return words.join("").replace(/\s+/g, " ").trim();
});
const seen = texts.map((text) => removeMarkdown(text).replace(/\s+/g, " ").trim());
right.forEach((one, at) => console.log(`expected: ${one} (commonmark; CommonMark, 6.2 and 6.6)\nseen: ${seen[at]}`));
if (seen[0] !== "Write to anamarialima@example.net" || seen[1] !== "5 6 is more.") {
  console.log("it is not there any more");
  process.exitCode = 1;
}
JS
