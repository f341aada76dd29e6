#!/usr/bin/env bash
# What surprises: the subject is encoded, and the recipients' names are not: ř stands in the header as it is, where only ASCII may; a nickname in
# quotation marks ends the name, and what follows is no address any more.
#
# Input: letters to Jiří Novák and to Ana "Velma" Lima.
#
# Software: @mailchain/message-composer 0.31.0 (npm), "MIME message composer. RFC-5322 compliant".
#
# Who meets it: whoever writes letters to people with such names: servers without SMTPUTF8 refuse them, or make signs of the letters.
#
# Right: RFC 5322, 2.2 and 3.2.4: a header is of US-ASCII, and a quotation mark inside a quoted string has a backslash before it; RFC 2047,
# 5: other letters of a name are an encoded word.
set -euo pipefail
echo "version @mailchain/message-composer 0.31.0 (npm)"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --prefix "$folder" --silent --no-audit --no-fund --ignore-scripts @mailchain/message-composer@0.31.0
NODE_PATH="$folder/node_modules" node - <<'JS'
const { createMessageComposer } = require("@mailchain/message-composer");
async function write(name) {
  const composer = createMessageComposer();
  composer.id("1@example.org");
  composer.subject("Jiří");
  composer.from({ name: "Velma", address: "office@example.org" });
  composer.recipients("To", { name, address: "person@example.net" });
  composer.date(new Date("2026-11-09T10:00:00Z"));
  composer.message("plain", Buffer.from("Hello"));
  return (await composer.build()).forSender.toString().split("\r\n");
}
async function main() {
  const [accented, nickname] = [await write("Jiří Novák"), await write('Ana "Velma" Lima')];
  const field = (lines, name) => lines.find((line) => line.startsWith(`${name}:`));
  const seen = [field(accented, "Subject"), field(accented, "To"), field(nickname, "To")];
  console.log('expected: To: =?UTF-8?B?SmnFmcOtIE5vdsOhaw==?= <person@example.net> and To: "Ana \\"Velma\\" Lima" <person@example.net> (RFC 2047, 5)');
  console.log(`seen: ${seen.join("\nseen: ")}`);
  const still = /^Subject: =\?/.test(seen[0]) && seen[1] === 'To: "Jiří Novák" <person@example.net>' && seen[2] === 'To: "Ana "Velma" Lima" <person@example.net>';
  if (!still) {
    console.log("it is not there any more");
    process.exitCode = 1;
  }
}
main();
JS
