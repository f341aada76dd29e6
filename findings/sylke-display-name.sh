#!/usr/bin/env bash
# What surprises: the name of "Lima, Ana" <ana@example.net> is `"Lima, Ana"`, with the marks that only hold it together. An address in angle
# brackets without a name, as many programs write it, is refused.
#
# Input: a name in quotation marks, one with a quoted mark in it, and <ana@example.net>.
#
# Software: @sylke/email-validation 1.0.0 (npm), which "strictly follows RFC standards", with display names.
#
# Who meets it: whoever makes a salutation from the sender of an answer: Dear "Lima, Ana".
#
# Right: RFC 5322, 3.2.4: neither the quotation marks nor the backslashes of a quoted-string are semantically part of it; 3.4: name-addr =
# [display-name] angle-addr, so the name may be missing.
set -euo pipefail
echo "version @sylke/email-validation 1.0.0 (npm)"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --prefix "$folder" --silent --no-audit --no-fund --ignore-scripts @sylke/email-validation@1.0.0
NODE_PATH="$folder/node_modules" node - <<'JS'
const { isValid, parse } = require("@sylke/email-validation");
const names = ['"Lima, Ana" <ana@example.net>', '"Ana \\"Velma\\" Lima" <ana@example.net>'].map((field) => parse(field).displayName);
const alone = isValid("<ana@example.net>");
console.log('expected: Lima, Ana and Ana "Velma" Lima; <ana@example.net> is valid (RFC 5322, 3.2.4 and 3.4)');
console.log(`seen: ${names.join(" and ")}; ${alone}`);
if (names.join("|") !== '"Lima, Ana"|"Ana \\"Velma\\" Lima"' || alone !== false) {
  console.log("it is not there any more");
  process.exitCode = 1;
}
JS
