#!/usr/bin/env bash
# What surprises: the server refuses a recipient whose local part has a space or an @ in quotes, `501 Error: Bad recipient address
# syntax`; a quoted local part without them is taken.
#
# Input: RCPT TO:<"ana lima"@example.net>.
#
# Software: smtp-server 3.21.6 (npm), which servers for tests are made of.
#
# Who meets it: whoever tests a sender against it: the test says that the address, or the sender, is wrong, while the standard has both
# right.
#
# Right: RFC 5321, section 4.1.2: Local-part = Dot-string / Quoted-string, and a Quoted-string may hold spaces and an @; section 2.3.11:
# nobody but the host that the domain names may judge a local part.
set -euo pipefail
echo "version smtp-server 3.21.6 (npm)"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --prefix "$folder" --silent --no-audit --no-fund --ignore-scripts smtp-server@3.21.6
NODE_PATH="$folder/node_modules" node - <<'JS'
const { SMTPServer } = require("smtp-server");
const { version } = require("smtp-server/package.json");
const lines = ["EHLO client.example.org", "MAIL FROM:<letters@example.org>", "RCPT TO:<ana@example.net>", 'RCPT TO:<"ana lima"@example.net>', "QUIT"];
const server = new SMTPServer({ authOptional: true, disabledCommands: ["STARTTLS"], disableReverseLookup: true });
server.listen(0, "127.0.0.1", () => {
  const socket = require("net").connect(server.server.address().port, "127.0.0.1");
  const replies = [];
  require("readline").createInterface({ input: socket }).on("line", (line) => {
    if (line[3] === "-") return;
    replies.push(line);
    if (lines.length) socket.write(lines.shift() + "\r\n");
  });
  socket.on("close", () => {
    server.close();
    console.log(`smtp-server ${version}`);
    console.log("expected: 250 for both recipients (RFC 5321, section 4.1.2)");
    console.log(`seen: ${replies[3]} / ${replies[4]}`);
    if (!(replies[3].startsWith("250") && replies[4].startsWith("501"))) {
      console.log("it is not there any more");
      process.exitCode = 1;
    }
  });
});
JS
