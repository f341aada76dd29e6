#!/usr/bin/env python3
"""What became slower since the last release: two builds do the same work in turn, and their processor time is compared.

    benches/quick.py [-b BASE] [-s SECONDS] [BINARY]

BASE (target/bench/last-release) is the build that was kept when the last version was released: `just bench-keep` keeps one. BINARY is
the build of now (target/dist/undersigned). Each piece of work is done by both, one right after the other, in turn first, until SECONDS
(150) are over, three times at least. What counts is the median of the ratios of such pairs: it holds on a machine that does other things
too, where neither time is worth anything by itself. Time is what the processor spent on the program, its threads and the system on
its behalf; the server's is not in it.

A piece of work became slower where the median is more than 5 % above 1 and so are three of four pairs. Then the exit status is 1.

It needs `smtp-sink` (Debian: postfix). BENCH_DIR is where the campaigns and their ledgers stand (a folder under target).
"""

import argparse
import os
import resource
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
SLOWER = 1.05
LEAST = 3  # pairs
LIMIT = 60  # seconds for one run


class Work:
    """A piece of work: the same command over a campaign, in a copy of its own where it writes."""

    def __init__(self, name, campaign, *command, writes=False):
        self.name, self.campaign, self.command, self.writes = name, campaign, command, writes
        self.pairs = []

    def time(self, program, work):
        """Seconds of the processor for one run of a program."""
        folder = self.campaign
        if self.writes:
            folder = work / "run"
            shutil.rmtree(folder, ignore_errors=True)
            shutil.copytree(self.campaign, folder)
        # Each run has a memory of its own of the ledgers that it has seen.
        state = tempfile.mkdtemp(dir=work)
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        ran = subprocess.run(
            [program, "-C", folder, "-q", *self.command], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, timeout=LIMIT,
            env={**os.environ, "XDG_STATE_HOME": state}, check=False,
        )
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        if ran.returncode != 0:
            sys.exit(f"{program} {' '.join(self.command)} ended with {ran.returncode}: {ran.stderr.decode(errors='replace')}")
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    def compare(self, base, now, work):
        """Lets both do it, whoever was last the time before first."""
        order = [base, now] if len(self.pairs) % 2 == 0 else [now, base]
        took = {program: self.time(program, work) for program in order}
        self.pairs.append((took[base], took[now]))

    def verdict(self):
        """The median of the ratios, and whether it became slower."""
        ratios = [now / base for base, now in self.pairs]
        median = statistics.median(ratios)
        return median, median > SLOWER and sum(ratio > SLOWER for ratio in ratios) * 4 >= len(ratios) * 3


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("-b", "--base", type=Path, default=PLACE / "last-release")
    options.add_argument("-s", "--seconds", type=float, default=150)
    options.add_argument("binary", type=Path, nargs="?", default=TARGET / "dist" / "undersigned")
    given = options.parse_args()
    if SINK is None:
        sys.exit("quick.py needs `smtp-sink` (Debian: postfix)")
    for program, how in ((given.base, "just bench-keep"), (given.binary, "cargo build --profile dist")):
        if not program.is_file():
            sys.exit(f"there is no {program}: make it with `{how}`")
    PLACE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="quick.", dir=PLACE) as folder, socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))
        port = reserved.getsockname()[1]
        reserved.close()
        sink = subprocess.Popen([SINK, "-u", "nobody", "-m", "200", f"127.0.0.1:{port}", "1000"], stderr=subprocess.DEVNULL)
        try:
            wait_for(port)
            sys.exit(measure(given.base, given.binary, Path(folder), port, given.seconds))
        finally:
            sink.kill()


def wait_for(port):
    """Waits until the server answers."""
    end = time.monotonic() + LIMIT
    while time.monotonic() < end:
        try:
            return socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
    sys.exit("smtp-sink does not answer")


def campaign(folder, port, letters, size, signatories):
    """A campaign of so many letters, of so many bytes of Markdown each."""
    subprocess.run(
        [sys.executable, ROOT / "benches" / "campaign.py", folder, "--port", str(port), "--letters", str(letters), "--bytes", str(size),
         "--signatories", str(signatories), "--connections", "32"],
        check=True,
    )
    return folder


def measure(base, now, work, port, seconds):
    """Compares both until the time is over, prints what was found, and gives the exit status."""
    small, large = campaign(work / "small", port, 10_000, 1_400, 12), campaign(work / "large", port, 3_000, 8_192, 150)
    many, sent = campaign(work / "many", port, 50_000, 1_400, 12), shutil.copytree(work / "small", work / "sent")
    # Sent once by the older build: what the newer one cannot read any more is no regression of speed.
    subprocess.run([base, "-C", sent, "-q", "send", "--yes"], check=True, stdout=subprocess.DEVNULL, timeout=LIMIT,
                   env={**os.environ, "XDG_STATE_HOME": str(work / "sent.state")})
    works = [
        Work("check, 10,000 recipients", small, "check"),
        Work("plan, 50,000 recipients", many, "plan"),
        Work("send, 10,000 letters of 8 KB", small, "send", "--yes", writes=True),
        Work("send, 3,000 letters of 56 KB", large, "send", "--yes", writes=True),
        Work("log of 10,000 letters as CSV", sent, "log", "--format", "csv", writes=True),
        Work("status after 10,000 letters", sent, "status", writes=True),
    ]
    end = time.monotonic() + seconds
    while len(works[0].pairs) < LEAST or time.monotonic() < end:
        for each in works:
            each.compare(base, now, work)
    print(f"{'':32} {'last release':>13} {'now':>9} {'ratio':>7}   ({len(works[0].pairs)} pairs, seconds of the processor)")
    slower = []
    for each in works:
        ratio, is_slower = each.verdict()
        then, today = (statistics.median(side) for side in zip(*each.pairs))
        print(f"{each.name:32} {then:13.3f} {today:9.3f} {ratio:7.2f}{'   slower' if is_slower else ''}")
        slower += [each.name] if is_slower else []
    for name in slower:
        print(f"slower by more than 5 %: {name}", file=sys.stderr)
    return 1 if slower else 0


if __name__ == "__main__":
    main()
