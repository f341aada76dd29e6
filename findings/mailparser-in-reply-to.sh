#!/usr/bin/env bash
# What surprises: the id that an answer answers gets a `>` behind the words that stand after it, so it equals no id that was ever sent;
# in References the words become ids of their own.
#
# Input: In-Reply-To: <1.a@example.org> (Letters' message of "Mon, 2 Nov 2026"). Emacs (message-mode) writes such a comment.
#
# Software: mailparser 3.14.2 (npm, Nodemailer's parser).
#
# Who meets it: whoever looks up the letter that an answer belongs to. The answer is nobody's, and a follow-up goes to a person who has
# answered.
#
# Right: RFC 5322, section 3.6.4: msg-id = [CFWS] "<" id-left "@" id-right ">" [CFWS]; a comment may stand there and is no part of the id.
set -euo pipefail
echo "version mailparser 3.14.2"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --prefix "$folder" --silent --no-audit --no-fund --ignore-scripts mailparser@3.14.2
NODE_PATH="$folder/node_modules" node - <<'JS'
const { simpleParser } = require("mailparser");
const { version } = require("mailparser/package.json");
const comment = `(Letters' message of "Mon, 2 Nov 2026")`;
const answer = [
  "From: ana@example.net", "To: letters@example.org", `In-Reply-To: <1.a@example.org> ${comment}`,
  "References: <0.a@example.org> (first) <1.a@example.org>", "", "Yes.", "",
].join("\r\n");
simpleParser(answer).then(({ inReplyTo, references }) => {
  console.log(`mailparser ${version}`);
  console.log("expected: <1.a@example.org>, and <0.a@example.org> <1.a@example.org> (RFC 5322, section 3.6.4)");
  console.log(`seen: ${inReplyTo}, and ${references.join(" ")}`);
  if (!(inReplyTo === `<1.a@example.org> ${comment}>` && references.includes("<(first)>"))) {
    console.log("it is not there any more");
    process.exitCode = 1;
  }
});
JS
