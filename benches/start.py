#!/usr/bin/env python3
"""How long it takes from the start of `undersigned send` to its first byte on the wire, and to the first byte of a letter.

    benches/start.py [-r RUNS]

RUNS (20) times the sample campaign, as `init` makes it, is sent to a server of this script on loopback, which answers at once; each
time with a ledger that does not exist yet, and with one that does. Once over plain SMTP and once over TLS from the first byte, with a
certificate that is trusted beside those of the system. The clock starts before the program is executed; the median counts.

UNDERSIGNED names the binary, `target/dist/undersigned` without it. BENCH_DIR is where the campaign stands: the disk matters.
TLS needs `openssl`.
"""

import argparse
import os
import shutil
import socket
import ssl
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
SYSTEM = Path("/etc/ssl/certs/ca-certificates.crt")
LIMIT = 30  # seconds for one run


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("-r", "--runs", type=int, default=20)
    runs = options.parse_args().runs
    program = os.environ.get("UNDERSIGNED", str(TARGET / "dist" / "undersigned"))
    place = Path(os.environ.get("BENCH_DIR", TARGET / "bench"))
    place.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="start.", dir=place) as work:
        work = Path(work)
        campaign = work / "campaign"
        subprocess.run([program, "-q", "init", campaign], check=True)
        tls, environment = certificate(work)
        print(f"{'':28} {'first byte':>12} {'first letter':>13}")
        for name, context in (("plain", None), ("TLS", tls)):
            for ledger in ("no ledger yet", "ledger is there"):
                figures = [run(program, campaign, context, environment, ledger) for _ in range(runs)]
                hello, letter = (statistics.median(figure) * 1000 for figure in zip(*figures))
                print(f"{name + ', ' + ledger:28} {hello:9.1f} ms {letter:10.1f} ms")


def certificate(work):
    """A server's certificate for localhost, and the environment in which it is trusted beside the system's."""
    key, cert, trusted = work / "key.pem", work / "cert.pem", work / "trusted.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
         "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-addext", "basicConstraints=CA:FALSE",
         "-keyout", key, "-out", cert],
        check=True, capture_output=True,
    )
    system = SYSTEM.read_bytes() if SYSTEM.exists() else b""
    trusted.write_bytes(system + cert.read_bytes())
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    return context, {**os.environ, "SSL_CERT_FILE": str(trusted)}


def run(program, campaign, tls, environment, ledger):
    """One run, until its first letter begins: the seconds to the first byte and to the first byte of the letter."""
    if ledger == "no ledger yet":
        shutil.rmtree(campaign / "logs", ignore_errors=True)
    else:
        time.sleep(1)  # the sample's pace is five letters a second, whatever campaign they are of
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(LIMIT)
        url = f"{'smtps' if tls else 'smtp+plain'}://localhost:{listener.getsockname()[1]}"
        write_settings(campaign, url)
        start = time.perf_counter()
        child = subprocess.Popen([program, "-C", campaign, "-q", "send", "--yes", "--limit", "1"],
                                 env=environment, stdout=subprocess.DEVNULL)
        try:
            client, _ = listener.accept()
            client.settimeout(LIMIT)
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return tuple(at - start for at in converse(client, tls))
        finally:
            child.wait(LIMIT)


def write_settings(campaign, url):
    """The sample's settings, with this server in place of its own."""
    sample = (ROOT / "campaign.toml").read_text(encoding="utf-8")
    lines = []
    for line in sample.splitlines():
        if line.startswith("url = "):
            line = f'url = "{url}"'
        elif line.startswith("password = "):
            continue
        elif line.startswith("id = "):
            line = f'id = "start-{time.time_ns()}"'
        lines.append(line)
    (campaign / "campaign.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")


def converse(client, tls):
    """Plays the server for one letter; gives the times of the first byte and of the letter's first."""
    if tls:
        # The first byte that comes is the TLS greeting.
        client.recv(1, socket.MSG_PEEK)
        first = time.perf_counter()
        client = tls.wrap_socket(client, server_side=True)
        client.sendall(b"220 localhost\r\n")
        received = client.recv(65536)
    else:
        client.sendall(b"220 localhost\r\n")
        received = client.recv(65536)
        first = time.perf_counter()
    letter = None
    in_letter = False
    while received:
        if in_letter:
            letter = letter or time.perf_counter()
            if received.endswith(b"\r\n.\r\n"):
                client.sendall(b"250 2.0.0 ok\r\n")
                in_letter = False
        else:
            for line in received.split(b"\r\n")[:-1]:
                if line.upper().startswith(b"EHLO"):
                    client.sendall(b"250-localhost\r\n250 PIPELINING\r\n")
                elif line.upper() == b"DATA":
                    client.sendall(b"354 go on\r\n")
                    in_letter = True
                elif line.upper() == b"QUIT":
                    client.sendall(b"221 2.0.0 bye\r\n")
                else:
                    client.sendall(b"250 2.0.0 ok\r\n")
        received = client.recv(65536)
    client.close()
    if letter is None:
        sys.exit("start.py: no letter came")
    return first, letter


if __name__ == "__main__":
    main()
