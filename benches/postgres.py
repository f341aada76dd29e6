#!/usr/bin/env python3
"""A ledger on PostgreSQL beside one in a file, and three runs that share a campaign beside one.

    benches/postgres.py [-n LETTERS] [-l LETTERS] [-c CONNECTIONS] [-d MS] [-r RUNS] [BINARY]

First, LETTERS (-n, 20000) letters of 8 KB go to `smtp-sink` on loopback over 32 connections, RUNS (3) times with the ledger in a file
and RUNS times with it on a PostgreSQL server of this machine, in turn: the medians and their ratio are the result. Then LETTERS (-l, 3000)
go over CONNECTIONS (8) a run to a server whose every reply comes MS (20) milliseconds late, once by one run and once by three at once
in folders of their own, on the same server. After each run, the sink's counter must say that every letter arrived.

BINARY is `target/dist/undersigned` without it. It needs `smtp-sink` (Debian: postfix) and Debian's `postgresql`, whose server is a
throw-away one (`tests/servers/postgres.sh`); what it flushes lies in the folder for temporary files. BENCH_DIR is where the campaigns and
their ledgers stand (a folder under target): the disk matters.
"""

import argparse
import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
PLACE = Path(os.environ.get("BENCH_DIR", TARGET / "bench"))
SINK = shutil.which("smtp-sink", path=f"{os.environ['PATH']}:/usr/sbin")
LIMIT = 600  # seconds for one run


def free_port():
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return listening.getsockname()[1]


def answers(port):
    """Waits until somebody listens."""
    for _ in range(200):
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1):
                return
        except OSError:
            time.sleep(0.05)
    sys.exit(f"nobody listens on port {port}")


class Sink:
    """`smtp-sink`, which counts what it takes, and a proxy before it that makes it late."""

    def __init__(self, work, milliseconds):
        self.port, self.counted = free_port(), work / "sink.log"
        with self.counted.open("wb") as log:
            user = ["-u", "nobody"] if os.geteuid() == 0 else []
            self.processes = [subprocess.Popen([SINK, *user, "-c", f"127.0.0.1:{self.port}", "4096"], stdout=log, stderr=log)]
        answers(self.port)
        if milliseconds:
            entry = free_port()
            self.processes.append(subprocess.Popen([sys.executable, ROOT / "benches/delay.py", str(entry), str(self.port), str(milliseconds)]))
            answers(entry)
            self.port = entry

    def end(self):
        """How many letters it took."""
        for process in self.processes:
            process.terminate()
            process.wait()
        told = re.findall(rb"mesg=(\d+)", self.counted.read_bytes())
        return int(told[-1]) if told else None


class Postgres:
    """A server for as long as this program runs."""

    def __init__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="undersigned-bench."))
        shutil.rmtree(self.folder)
        self.process = subprocess.Popen([ROOT / "tests/servers/postgres.sh", self.folder], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        if self.process.stdout.readline().strip() != b"ready":
            sys.exit("no PostgreSQL server could be started; Debian's package is `postgresql`")

    def ledger(self, schema):
        return f'[ledger]\nurl = "postgres://ledger@/ledger?host={self.folder}&schema={schema}"\n'

    def end(self):
        self.process.stdin.close()
        self.process.wait()


def send(program, work, letters, given):
    """Sends one campaign by `runs` runs at once; gives the letters a second, from the first command to the last one's end."""
    connections, milliseconds, runs, toml = given
    sink = Sink(work, milliseconds)
    folders = [work / f"run{number}" for number in range(runs)]
    for folder in folders:
        subprocess.run([sys.executable, ROOT / "benches/campaign.py", folder, "--port", str(sink.port), "--letters", str(letters),
                        "--bytes", "1400", "--signatories", "12", "--connections", str(connections), "--toml", toml], check=True)
    environment = {**os.environ, "XDG_STATE_HOME": str(work / "state")}
    began = time.monotonic()
    sending = [subprocess.Popen([program, "-C", folder, "-q", "send", "--yes"], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                                env=environment) for folder in folders]
    try:
        for run in sending:
            said = run.communicate(timeout=LIMIT)[1].decode(errors="replace")
            if run.returncode != 0:
                sys.exit(f"a run ended with {run.returncode}: {said}")
        took = time.monotonic() - began
    finally:
        for run in sending:
            run.kill()
        counted = sink.end()
    if counted is not None and counted != letters:
        sys.exit(f"{counted} letters arrived, and not {letters}")
    return letters / took


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("-n", "--letters", type=int, default=20_000)
    options.add_argument("-l", "--late-letters", type=int, default=3_000)
    options.add_argument("-c", "--connections", type=int, default=8)
    options.add_argument("-d", "--delay", type=int, default=20)
    options.add_argument("-r", "--runs", type=int, default=3)
    options.add_argument("binary", nargs="?", default=TARGET / "dist/undersigned")
    given = options.parse_args()
    program = str(given.binary)
    if SINK is None:
        sys.exit("`smtp-sink` is missing; apt-get install --no-install-recommends postfix postgresql")
    PLACE.mkdir(parents=True, exist_ok=True)
    server, schemas = Postgres(), iter(range(1_000_000))

    def measure(letters, connections, milliseconds, runs, on_server):
        toml = server.ledger(f"s{next(schemas)}") if on_server else ""
        with tempfile.TemporaryDirectory(prefix="postgres.", dir=PLACE) as work:
            return send(program, Path(work), letters, (connections, milliseconds, runs, toml))

    try:
        rates = {"file": [], "server": []}
        for _ in range(given.runs):
            rates["file"].append(measure(given.letters, 32, 0, 1, False))
            rates["server"].append(measure(given.letters, 32, 0, 1, True))
        file, on_server = (statistics.median(rates[kind]) for kind in ("file", "server"))
        print(f"{given.letters} letters, one run: in a file {file:,.0f}/s, on PostgreSQL {on_server:,.0f}/s, ratio {on_server / file:.2f}", flush=True)
        one, three = (measure(given.late_letters, given.connections, given.delay, runs, True) for runs in (1, 3))
        print(f"{given.late_letters} letters, replies {given.delay} ms late, {given.connections} connections a run: "
              f"one run {one:,.0f}/s, three {three:,.0f}/s, ratio {three / one:.2f}", flush=True)
    finally:
        server.end()


if __name__ == "__main__":
    main()
