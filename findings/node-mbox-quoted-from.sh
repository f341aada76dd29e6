#!/usr/bin/env bash
# What surprises: a line of the letter that begins with "From " comes out with the sign that the mailbox has put before it, ">From now on
# we sign", which in a mail is a quotation; and each message has an empty line more than it had.
#
# Input: a mailbox of one message with two such lines, as mboxrd has them: >From, and >>From for a line that was quoted already.
#
# Software: node-mbox 2.0.0 (npm), whose page names qmail's mbox(5) as the description that it follows; mbox-reader 1.2.0 (npm) reads
# them.
#
# Who meets it: whoever looks for answers in an exported mailbox: a sentence of the answer counts as a quotation of ours, and a signature
# over the text (DKIM) does not verify any more.
#
# Right: qmail's mbox(5), "How a message is read": the reader takes one > away from each quoted line that goes on with From, and the empty
# line at the end of a message.
set -euo pipefail
echo "version node-mbox 2.0.0 and mbox-reader 1.2.0 (npm)"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --prefix "$folder" --silent --no-audit --no-fund --ignore-scripts node-mbox@2.0.0 mbox-reader@1.2.0
NODE_PATH="$folder/node_modules" node - <<'JS'
const { Readable } = require("node:stream");
const { MboxStream } = require("node-mbox");
const { mboxReader } = require("mbox-reader");
const lines = ["From ana@example.net Mon Nov  2 10:00:00 2026", "Subject: Velma", "", ">From now on we sign.", ">>From a letter.", "", ""];
const mailbox = () => Readable.from([Buffer.from(lines.join("\n"))]);
(async () => {
  const body = (message) => JSON.stringify(String(message).split("\n\n").slice(1).join("\n\n"));
  const expected = [];
  for await (const { content } of mboxReader(mailbox())) expected.push(body(content));
  const seen = await new Promise((resolve) => MboxStream(mailbox(), {}).on("data", (message) => resolve(body(message))));
  console.log(`expected: ${expected[0]} (mbox-reader; mbox(5))`);
  console.log(`seen: ${seen}`);
  if (seen !== String.raw`">From now on we sign.\n>>From a letter.\n\n"`) {
    console.log("it is not there any more");
    process.exitCode = 1;
  }
})();
JS
