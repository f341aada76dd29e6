#!/usr/bin/env bash
# What surprises: points that begin with two dashes are taken for a signature, with all that stands behind the first of them: "We ask two
# things:" is the whole answer. So is what stands behind a line of dashes.
#
# Input: an answer of two points, in plain text.
#
# Software: node-email-reply-parser 0.1.4 (npm), asked for the visible text.
#
# Who meets it: whoever reads answers by it: the conditions under which somebody agrees are gone.
#
# Right: RFC 3676, 4.3: the line that begins a signature is two dashes and a space, and nothing else.
set -euo pipefail
echo "version node-email-reply-parser 0.1.4 (npm)"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --prefix "$folder" --silent --no-audit --no-fund --ignore-scripts node-email-reply-parser@0.1.4
NODE_PATH="$folder/node_modules" node - <<'JS'
const parse = require("node-email-reply-parser");
const { version } = require("node-email-reply-parser/package.json");
const answers = ["We ask two things:\n-- stop the works\n-- answer us\n\nAna", "We agree, on conditions.\n\n---\n\nStop the works first.\nAna"];
const seen = answers.map((answer) => parse(answer, true).trim());
console.log(`node-email-reply-parser ${version}`);
console.log(`expected: ${JSON.stringify(answers)} (RFC 3676, 4.3)`);
console.log(`seen: ${JSON.stringify(seen)}`);
if (JSON.stringify(seen) !== '["We ask two things:","We agree, on conditions."]') {
  console.log("it is not there any more");
  process.exitCode = 1;
}
JS
