#!/usr/bin/env bash
# What surprises: an answer that begins "Am Montag schrieb ich Ihnen:" is empty, all of it being taken for a quotation; of a form that was
# filled in, what stands behind a line to write on is gone.
#
# Input: two answers without any quotation in them.
#
# Software: planer 1.2.0 (npm), which ports Mailgun's talon.
#
# Who meets it: whoever shows or counts answers to a letter: an empty one, or half of one.
#
# Right: its own page: "Remove reply quotations from emails". Neither has one.
set -euo pipefail
echo "version planer 1.2.0 (npm)"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --prefix "$folder" --silent --no-audit --no-fund --ignore-scripts planer@1.2.0
NODE_PATH="$folder/node_modules" node - <<'JS'
const { extractFrom } = require("planer");
const { version } = require("planer/package.json");
const answers = ["Am Montag schrieb ich Ihnen:\nwir stimmen zu.\n\nAna Lima", "Name: ____________\nDate: ____________\nWe agree.\n"];
const seen = answers.map((answer) => extractFrom(answer, "text/plain"));
console.log(`planer ${version}`);
console.log(`expected: ${JSON.stringify(answers.map((answer) => answer.trim()))}`);
console.log(`seen: ${JSON.stringify(seen)}`);
if (JSON.stringify(seen) !== '["","Name: ____________"]') {
  console.log("it is not there any more");
  process.exitCode = 1;
}
JS
