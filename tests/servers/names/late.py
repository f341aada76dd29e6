#!/usr/bin/env python3
"""How long `check --online` takes for 1,000 recipients at 300 domains where each answer of DNS is 20 ms late.

    tests/servers/names/late.py target/release/undersigned

A server of names in this script knows all domains; nothing leaves the machine. The servers of mail are the campaign's own on
loopback: none answers, which is said in no time. RESULTS.md has the last result."""

import os
import pathlib
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time

LATE = 0.02
SETTINGS = """id = "late"
name = "Late"
[sender]
from = "letters@coalition.example"
[letter]
date = 2027-03-22
[smtp]
url = "smtp+plain://127.0.0.1:1"
"""


def answer(query):
    """An MX for whatever is asked about one, and nothing else."""
    kind = struct.unpack(">H", query[query.index(b"\0", 12) + 1 :][:2])[0]
    end = query.index(b"\0", 12) + 5
    record = b"\xc0\x0c\x00\x0f\x00\x01\x00\x00\x00\x3c\x00\x07\x00\x0a\x02mx\xc0\x0c"
    found = kind == 15
    head = query[:2] + b"\x85\x80" + struct.pack(">HHHH", 1, int(found), 0, 0)
    return head + query[12:end] + (record if found else b"")


def serve(server):
    while True:
        query, sender = server.recvfrom(4096)
        threading.Timer(LATE, server.sendto, [answer(query), sender]).start()


def main():
    program = pathlib.Path(sys.argv[1]).resolve()
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind(("127.0.0.1", 0))
    threading.Thread(target=serve, args=[server], daemon=True).start()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for part in ["lists", "templates"]:
            (folder / part).mkdir()
        rows = "".join(f"r{n}@d{n % 300}.example.org,R {n}\n" for n in range(1000))
        (folder / "lists/recipients.csv").write_text("email,name\n" + rows)
        (folder / "lists/signatories.csv").write_text("name\nDelta Watch\n")
        (folder / "templates/letter.md").write_text('+++\nsubject = "To you"\n+++\n\nDear {{recipient.name}},\n\n{{> signatories}}\n')
        (folder / "campaign.toml").write_text(SETTINGS)
        names = f"127.0.0.1:{server.getsockname()[1]}"
        took = []
        for _ in range(5):
            begun = time.monotonic()
            run = subprocess.run(
                [program, "-C", folder, "check", "--online"],
                env={**os.environ, "UNDERSIGNED_DNS": names},
                capture_output=True,
                text=True,
            )
            took.append(time.monotonic() - begun)
            assert "mail goes somewhere at 300 domains" in run.stdout, run
        print(f"{sorted(took)[2]:.2f} s in the middle of five, {max(took):.2f} s at the most")


if __name__ == "__main__":
    main()
