#!/usr/bin/env bash
# What surprises: in a text of the format "flowed", a line that the writer ended with a space, which nobody sees, runs into the next one; so
# does a point of a list.
#
# Input: a salutation with a space behind its comma, and two points of which the first ends with a space.
#
# Software: emailjs-mime-builder 2.0.5 (npm), in which format=flowed is a setting of the text part.
#
# Who meets it: whoever writes by it: the reader's program shows "Dear Ana, we ask:" and both points in one line.
#
# Right: RFC 3676, 4.2: a generating agent trims the spaces before a line break that the writer made; 4.1: a line that ends with a space goes
# on in the next.
set -euo pipefail
echo "version emailjs-mime-builder 2.0.5 (npm)"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --prefix "$folder" --silent --no-audit --no-fund --ignore-scripts emailjs-mime-builder@2.0.5
NODE_PATH="$folder/node_modules" node - <<'JS'
const { version } = require("emailjs-mime-builder/package.json");
const Node = require("emailjs-mime-builder").default;
const letter = new Node("text/plain; format=flowed");
letter.setContent("Dear Ana, \nwe ask:\n- Stop the works. \n- Answer us.\n");
const seen = letter.build().split("\r\n\r\n")[1].trimEnd().split("\r\n");
console.log(`emailjs-mime-builder ${version}`);
console.log('expected: ["Dear Ana,","we ask:","- Stop the works.","- Answer us."] (RFC 3676, 4.2)');
console.log(`seen: ${JSON.stringify(seen)}`);
if (JSON.stringify(seen) !== '["Dear Ana, ","we ask:","- Stop the works. ","- Answer us."]') {
  console.log("it is not there any more");
  process.exitCode = 1;
}
JS
