#!/usr/bin/env bash
# What surprises: where a quotation is format=flowed, the mark of its second line lands in the middle of the sentence:
# "> We ask you to support the > proposal." The line no longer is one quoted paragraph, and a search for our own words in it fails.
#
# Input: an answer of type text/plain; format=flowed that quotes one flowed paragraph of the letter. Thunderbird and others write so.
#
# Software: postal-mime 4.0.0 (npm), the parser that mail handlers in workers and browsers use. mailparser 3.14.2 reads it rightly.
#
# Who meets it: whoever cuts the quotation off an answer, or compares it with the letter that was sent.
#
# Right: RFC 3676, section 4.5 (count and take off the quote marks before joining lines; lines of the same depth are one paragraph).
set -euo pipefail
echo "version postal-mime 4.0.0 (npm)"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --prefix "$folder" --silent --no-audit --no-fund --ignore-scripts postal-mime@4.0.0
NODE_PATH="$folder/node_modules" node - <<'JS'
const PostalMime = require("postal-mime").default;
const { version } = JSON.parse(require("fs").readFileSync(process.env.NODE_PATH + "/postal-mime/package.json"));
const answer = [
  "From: ana@example.net", "To: letters@example.org", "Subject: Re: Open letter", "MIME-Version: 1.0",
  "Content-Type: text/plain; charset=utf-8; format=flowed", "",
  "> We ask you to support the ", "> proposal.", "", "We do, and will ", "vote for it.", "",
].join("\r\n");
new PostalMime().parse(answer).then(({ text }) => {
  const [quoted] = text.split("\n");
  console.log(`postal-mime ${version}`);
  console.log("expected: > We ask you to support the proposal. (RFC 3676, section 4.5)");
  console.log(`seen: ${quoted}`);
  if (!(quoted === "> We ask you to support the > proposal." && text.includes("We do, and will vote for it."))) {
    console.log("it is not there any more");
    process.exitCode = 1;
  }
});
JS
