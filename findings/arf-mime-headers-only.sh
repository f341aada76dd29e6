#!/usr/bin/env bash
# What surprises: a complaint that returns only the headers of the letter has no original message: None, and an empty object in the JSON.
#
# Input: a report of abuse about a letter, with the letter as message/rfc822, and the same with its headers as text/rfc822-headers.
#
# Software: arf-mime 1.1.0 (PyPI), which reads such reports.
#
# Who meets it: whoever has to find out whose letter was complained about, by its Message-ID: providers often return the headers alone.
#
# Right: RFC 5965, 2, (d): the third part is either "message/rfc822", with the whole message, or "text/rfc822-headers".
set -euo pipefail
echo "version arf-mime 1.1.0 (PyPI)"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check arf-mime==1.1.0
"$folder/venv/bin/python" - <<'PY'
import sys
from importlib.metadata import version
from arf import ARFMessage

report = """From: reports@example.net
To: letters@example.org
Subject: FW: A letter
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="part"

--part
Content-Type: text/plain

This is a report of abuse.
--part
Content-Type: message/feedback-report

Feedback-Type: abuse
User-Agent: Reports/1.0
Version: 1

--part
Content-Type: {}

From: letters@example.org
To: ana@example.net
Subject: A letter
Message-ID: <letter-1@example.org>

--part--
"""
read = lambda kind: dict(ARFMessage(report.format(kind)).get_original_message_headers() or {}).get("Message-ID")
seen = [read("message/rfc822"), read("text/rfc822-headers")]
print("arf-mime", version("arf-mime"))
print("expected: ['<letter-1@example.org>', '<letter-1@example.org>'] (RFC 5965, 2)")
print(f"seen: {seen}")
sys.exit(0 if seen == ["<letter-1@example.org>", None] else "it is not there any more")
PY
