#!/usr/bin/env python3
"""How much of `per_second` a run uses, and that it never uses more.

    benches/pace.py [-s SECONDS] [-d MS] [-c CONNECTIONS] [RATE ...]

For each RATE (1 5 20 50 100 200) a campaign of SECONDS (30) times as many letters is sent with `per_second = RATE` to a server of this
script on loopback, over CONNECTIONS (2), whose every reply comes MS (0) milliseconds late. The server writes down when each letter begins
(MAIL) and when it is taken (its last dot is read). "used" is the letters after the first, for each second between the first and the
last one taken, as a part of RATE. "most" is the most that began, or that were taken, in any stretch of one second: never more than RATE.

UNDERSIGNED names the binary, `target/dist/undersigned` without it. BENCH_DIR is where the campaigns stand: the disk matters.
"""

import argparse
import asyncio
import os
import subprocess
import sys
import tempfile
import time
from bisect import bisect_left
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))


class Sink:
    """An SMTP server that takes everything, and remembers when."""

    def __init__(self, delay):
        self.delay, self.begun, self.taken = delay, [], []

    async def serve(self, reader, writer):
        async def say(*lines):
            if self.delay:
                await asyncio.sleep(self.delay)
            writer.write("".join(line + "\r\n" for line in lines).encode())
            await writer.drain()

        await say("220 sink.example")
        try:
            while line := await reader.readline():
                word = line[:4].upper()
                if word == b"EHLO":
                    await say("250-sink.example", "250-PIPELINING", "250 8BITMIME")
                elif word == b"DATA":
                    await say("354 go on")
                    await reader.readuntil(b"\r\n.\r\n")
                    self.taken.append(time.monotonic())
                    await say("250 taken")
                elif word == b"QUIT":
                    await say("221 bye")
                    break
                else:
                    if word == b"MAIL":
                        self.begun.append(time.monotonic())
                    await say("250 ok")
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        writer.close()


def most_in_a_second(times):
    """The most of these in any stretch of one second."""
    times = sorted(times)
    return max(bisect_left(times, at + 1) - place for place, at in enumerate(times))


async def measure(program, place, rate, given):
    """One run: what part of the rate is used, the most in a second by begin and by end, and how long it took."""
    sink = Sink(given.delay / 1000)
    server = await asyncio.start_server(sink.serve, "127.0.0.1", 0, limit=1 << 20)
    port = server.sockets[0].getsockname()[1]
    letters = rate * given.seconds
    with tempfile.TemporaryDirectory(prefix="pace.", dir=place) as work:
        campaign = Path(work) / "campaign"
        subprocess.run([sys.executable, ROOT / "benches/campaign.py", campaign, "--port", str(port), "--letters", str(letters),
                        "--bytes", "1500", "--signatories", "12", "--connections", str(given.connections),
                        "--toml", f"per_second = {rate}"], check=True)
        environment = {**os.environ, "XDG_STATE_HOME": str(Path(work) / "state")}
        run = await asyncio.create_subprocess_exec(program, "-q", "-C", campaign, "send", "--yes", env=environment,
                                                   stdout=subprocess.PIPE)
        said, _ = await run.communicate()
    server.close()
    if run.returncode != 0 or len(sink.taken) != letters:
        sys.exit(f"{len(sink.taken)} of {letters} letters arrived: {said.decode()}")
    took = max(sink.taken) - min(sink.taken)
    return (letters - 1) / took / rate, most_in_a_second(sink.begun), most_in_a_second(sink.taken)


async def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("-s", "--seconds", type=int, default=30)
    options.add_argument("-d", "--delay", type=float, default=0)
    options.add_argument("-c", "--connections", type=int, default=2)
    options.add_argument("rates", type=int, nargs="*", default=[1, 5, 20, 50, 100, 200])
    given = options.parse_args()
    program = os.environ.get("UNDERSIGNED", str(TARGET / "dist" / "undersigned"))
    place = Path(os.environ.get("BENCH_DIR", TARGET / "bench"))
    place.mkdir(parents=True, exist_ok=True)
    for rate in given.rates:
        used, begun, taken = await measure(program, place, rate, given)
        print(f"{rate:4} a second: {used * 100:5.1f} % used, most in a second: {begun} begun, {taken} taken", flush=True)
        if begun > rate or taken > rate:
            sys.exit("too many")


if __name__ == "__main__":
    asyncio.run(main())
