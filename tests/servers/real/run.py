#!/usr/bin/env python3
"""Sends campaigns to real servers, one and eight letters at once, and says for each whether every promise was kept.

    run.py [-s SUITE] [--slow] [--connections N,N] [--servers DIR] [--port N] [--out DIR] [--results FILE]
           PROGRAM [CASE…]

PROGRAM is a release build of `undersigned`, CASE the name of a case, or of several (`'exim-rate*'`); all but the slow
ones where none is named. The servers are those that prepare.sh unpacked, in $UNDERSIGNED_SERVERS, or else in
~/.cache/undersigned-servers. It needs root. Everything stays on loopback: the servers take port 2700 and the next one
(`--port`). Each case leaves its campaign, what went over the wire and the server's logs in a folder of its own under
`--out` (`results` beside the servers). Two calls at once need different servers and different ports.

Each letter that the log calls accepted must lie once in the server's mailbox, each unknown address be failed and nobody
else, nobody be in doubt and nobody be passed over. What else must come out stands in cases.py.

Exit status: 0 every promise was kept, 1 one was broken, 2 usage or a server that cannot be run.
"""

import argparse
import fnmatch
import os
import shutil
import signal
import sys
import time
from dataclasses import replace
from pathlib import Path

sys.dont_write_bytecode = True  # the clone stays clean
from campaign import Campaign, offices
from cases import CASES
from judge import Outcome, broken
from wire import Wire

COLUMNS = ["server", "version", "connections", "letters", "accepted", "failed", "in doubt", "attempts", "deferrals",
           "doubles", "missing", "runs", "ahead", "seconds", "what the server said most", "verdict"]
MOST_RUNS = 20


def settled(server, expected, seconds=60):
    """The mailbox, once the server has brought what it took, and a little later: a second copy would be there too."""
    end = time.monotonic() + seconds
    while sum(server.letters().values()) < expected and time.monotonic() < end:
        time.sleep(0.5)
    time.sleep(2)
    return server.letters()


def send(case, campaign, wire, addresses, unknown, received):
    """One campaign, in as many runs as it takes: what came out, and how long it took."""
    begin = time.monotonic()
    exits, marked_early = [], set()
    while len(exits) < MOST_RUNS:
        exits.append(campaign.send(case.patience))
        if exits[-1] != 3 or case.expected.exits[0] != 3 or case.expected.exits[-1] == 3:
            break
        marked_early |= {row["email"] for row in campaign.log() if row["state"] == "failed"}
        time.sleep(case.pause)
    took = time.monotonic() - begin
    log = campaign.log()
    accepted = sum(row["state"] == "accepted" for row in log)
    outcome = Outcome(addresses, unknown, exits, log, received(accepted), wire.account, marked_early - unknown,
                      campaign.deferrals())
    return outcome, took


def row_of(name, version, connections, outcome, took, faults):
    states = outcome.states()
    said = outcome.wire.most_said()
    words = f"{said[1]} × {said[0][0]}: {said[0][1]}" if said else ""
    return [name, version, connections, len(outcome.everybody),
            states["accepted"], states["failed"], states["in-doubt"], outcome.attempts(), outcome.deferrals, outcome.doubles(), len(outcome.missing()), len(outcome.exits),
            outcome.wire.offered_ahead, f"{took:.0f}", words, "; ".join(faults) or "kept"]


def try_case(case, connections, options):
    """Rows for the table: one for each campaign."""
    server = case.server(options.servers, options.suite)
    if not server.is_there():
        raise RuntimeError(f"{server.root} is missing: prepare.sh unpacks it")
    folder = options.out / f"{case.name}-{connections}"
    shutil.rmtree(folder, ignore_errors=True)
    campaign = Campaign(options.program, folder / "campaign")
    addresses, unknown = offices(case.letters, case.unknown_stand)
    known = [address for address in addresses if address not in unknown]
    server.start(options.port, known, case.settings, folder / "server.log")
    # The program knows a server by its port: it stays the same for the second campaign.
    wire = Wire(options.port)
    try:
        before = None
        for round_name in ["", " again"] if case.again else [""]:
            wire.begin(folder / f"wire{round_name.replace(' ', '-')}.txt")

            def received(accepted):
                # Letters of the campaign before are none of this one's.
                whole = settled(server, accepted + (before.total() if before else 0))
                return whole - before if before else whole

            # By the second campaign the ledger knows what the server does not take.
            expected = replace(case.expected, offered_ahead="none") if round_name else case.expected
            campaign.write(f"river{round_name.replace(' ', '-')}", addresses, wire.port, connections, case.first_after)
            outcome, took = send(case, campaign, wire, addresses, unknown, received)
            faults = list(broken(outcome, expected))
            yield row_of(case.name + round_name, server.version(), connections, outcome, took, faults)
            before = server.letters()
    finally:
        wire.close()
        server.stop()
        for log in server.logs():
            if log.is_file():
                shutil.copy(log, folder)


def table(rows):
    """In Markdown."""
    lines = ["| " + " | ".join(COLUMNS) + " |", "|" + "---|" * len(COLUMNS)]
    lines += ["| " + " | ".join(str(cell).replace("|", "\\|") for cell in row) + " |" for row in rows]
    return "\n".join(lines)


def read_options():
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", type=Path)
    parser.add_argument("case", nargs="*")
    parser.add_argument("-s", "--suite", default="trixie")
    parser.add_argument("--slow", action="store_true")
    parser.add_argument("--connections", type=lambda text: [int(number) for number in text.split(",")])
    parser.add_argument("--port", type=int, default=2700)
    parser.add_argument("--servers", type=Path,
                        default=os.environ.get("UNDERSIGNED_SERVERS") or cache / "undersigned-servers")
    parser.add_argument("--out", type=Path)
    parser.add_argument("--results", type=Path)
    options = parser.parse_args()
    options.program = options.program.resolve()
    options.servers = options.servers.resolve()
    options.out = (options.out or options.servers / "results").resolve()
    if not os.access(options.program, os.X_OK):
        parser.error(f"`{options.program}` is no program")
    return options


def chosen(options):
    if not options.case:
        return [case for case in CASES if options.slow or not case.slow]
    return [case for case in CASES if case.name in options.case or
            (options.slow or not case.slow) and any(fnmatch.fnmatch(case.name, name) for name in options.case)]


def main():
    options = read_options()
    cases = chosen(options)
    if not cases:
        print(f"run.py: no case is called so; there are {', '.join(case.name for case in CASES)}", file=sys.stderr)
        return 2
    # An end by a signal stops the servers too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    rows, status = [], 0
    for case in cases:
        for connections in options.connections or case.connections:
            try:
                for row in try_case(case, connections, options):
                    rows.append(row)
                    print(" | ".join(str(cell) for cell in row), flush=True)
                    status = max(status, row[-1] != "kept")
            except (RuntimeError, OSError) as error:
                print(f"{case.name}: {error}", file=sys.stderr, flush=True)
                status = 2
    print()
    print(table(rows))
    if options.results:
        options.results.write_text(table(rows) + "\n")
    return int(status)


if __name__ == "__main__":
    sys.exit(main())
