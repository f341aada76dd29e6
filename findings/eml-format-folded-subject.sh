#!/usr/bin/env bash
# What surprises: a subject that goes on in a second line ends with the first; of two recipients the one with a comma in the name becomes
# two; an attachment whose name is written by RFC 2231 has none.
#
# Input: a short mail with the subject "Otevřený dopis", folded between its two encoded words, as most mail programs do it.
#
# Software: eml-format 0.6.1 (npm).
#
# Who meets it: whoever reads answers from files: half a subject, and a recipient `"Novak`.
#
# Right: RFC 5322, 2.2.3 (a folded field is one field) and 3.2.4 (a comma in quotation marks is text); RFC 2047, 6.2; RFC 2231, 4.
set -euo pipefail
echo "version eml-format 0.6.1 (npm)"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --prefix "$folder" --silent --no-audit --no-fund --ignore-scripts eml-format@0.6.1
NODE_PATH="$folder/node_modules" node - <<'JS'
const { read } = require("eml-format");
const { version } = require("eml-format/package.json");
const mail = [
  "From: Ana Lima <ana@example.net>",
  'To: Bo Lind <bo@example.org>, "Novak, Cy" <cy@example.org>',
  "Subject: =?utf-8?q?Otev=C5=99en=C3=BD?=",
  " =?utf-8?q?_dopis?=",
  "MIME-Version: 1.0",
  'Content-Type: multipart/mixed; boundary="part"',
  "",
  "--part",
  "Content-Type: text/plain; charset=utf-8",
  "",
  "We agree.",
  "--part",
  "Content-Type: application/pdf",
  "Content-Disposition: attachment; filename*=utf-8''p%C5%99%C3%ADloha.pdf",
  "Content-Transfer-Encoding: base64",
  "",
  "JVBERi0=",
  "--part--",
  "",
].join("\r\n");
read(mail, (error, data) => {
  const seen = JSON.stringify([data.subject, data.to.map(({ name, email }) => [name ?? "", email]), data.attachments.map(({ name }) => name ?? "")]);
  console.log(`eml-format ${version}`);
  console.log('expected: ["Otevřený dopis",[["Bo Lind","bo@example.org"],["Novak, Cy","cy@example.org"]],["příloha.pdf"]]');
  console.log(`seen: ${seen}`);
  if (seen !== '["Otevřený",[["Bo Lind","bo@example.org"],["","\\"Novak"],["Cy","cy@example.org"]],[""]]') {
    console.log("it is not there any more");
    process.exitCode = 1;
  }
});
JS
