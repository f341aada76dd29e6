#!/usr/bin/env bash
# What surprises: the text of a letter goes out as it is under "Content-Transfer-Encoding: 7bit", accents and all; and the name of an
# attachment ends at the first quotation mark in it.
#
# Input: a line in Czech, and an attachment Letter "Velma".pdf.
#
# Software: mimetext 3.0.28 (npm); the names are read with Python's email.
#
# Who meets it: whoever hands the message to a service or a server as the bytes it is: one that goes by the label takes the accents for a
# fault, and the attachment arrives without its ending.
#
# Right: RFC 2045, 6.2 and 2.7 (7bit: no octet above 127); RFC 5322, 3.2.4 (a quotation mark within quotation marks is written \"). Its own
# page: "this library aims to be fully compliant with RFC-5322".
set -euo pipefail
echo "version mimetext 3.0.28 (npm)"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --prefix "$folder" --silent --no-audit --no-fund --ignore-scripts mimetext@3.0.28
cat >"$folder/letter.mjs" <<'JS'
import { createMimeMessage } from "mimetext";
const message = createMimeMessage();
message.setSender("letters@example.org");
message.setRecipient("ana@example.net");
message.setSubject("A letter");
message.addMessage({ contentType: "text/plain", data: "Vážená paní poslankyně," });
message.addAttachment({ filename: 'Letter "Velma".pdf', contentType: "application/pdf", data: "JVBERi0=" });
process.stdout.write(message.asRaw());
JS
node "$folder/letter.mjs" >"$folder/letter.eml"
python3 - "$folder/letter.eml" <<'PY'
import email, sys
from email import policy

message = email.message_from_binary_file(open(sys.argv[1], "rb"), policy=policy.default)
text, attachment = message.iter_parts()
label, name = text["Content-Transfer-Encoding"], attachment.get_filename()
plain = text.as_bytes(policy=policy.default).isascii()
print("expected: quoted-printable, base64 or 8bit for the accents (RFC 2045, 6.2); the name Letter \"Velma\".pdf (RFC 5322, 3.2.4)")
print(f"seen: {label}, {'only' if plain else 'not only'} octets below 128; the name {name.strip()}")
sys.exit(0 if label == "7bit" and not plain and name.strip() == "Letter" else "it is not there any more")
PY
