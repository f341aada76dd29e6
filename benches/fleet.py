#!/usr/bin/env python3
"""What many machines that share one ledger on PostgreSQL would do: a simulation, from figures that were measured.

    benches/fleet.py [--machines 1,3,10,100,1000] [--recipients 100000000] [--help]

Each machine has so many connections to its mail server. A letter is claimed, is under way for the time that the server takes, and is settled.
A machine gathers what its connections have to tell the ledger into one transaction at a time; a transaction waits for the writers' lock of the
campaign, holds it for its round trips, its commit and its letters, and lets it go. Nothing else is simulated: what a machine's processor, its
network and the mail server can do is taken as enough, so that each rate is an upper bound.

Printed are, for each number of machines: letters a second; how much of the time the lock is held; how long a claim waits at the median and at
the 99th of a hundred; how long the recipients take; and what is the limit. `--per-second` is what all accounts allow together.

The defaults are what `benches/postgres.py` came to on a busy day (`benches/README.md`): half a millisecond of the server's for a letter, with its
share of the transaction.
"""

import argparse
import heapq
import itertools
import sys


class Machine:
    """A machine: what waits for its next transaction, and whether one is under way."""

    def __init__(self):
        self.waiting = []
        self.is_busy = False


def simulate(machines, options):
    """Letters a second, the part of the time that the lock is held, and how long claims waited, in seconds."""
    fleet = [Machine() for _ in range(machines)]
    numbers = itertools.count()
    events = []
    lock = {"holder": None, "queue": [], "held": 0.0}
    waits = []
    settled = 0

    def at(when, what, *args):
        heapq.heappush(events, (when, next(numbers), what, args))

    def begin(now, machine):
        """Takes what waits into a transaction, which waits for the lock."""
        if machine.is_busy or not machine.waiting:
            return
        machine.is_busy = True
        lock["queue"].append(machine)
        grant(now)

    def grant(now):
        if lock["holder"] is not None or not lock["queue"]:
            return
        machine = lock["queue"].pop(0)
        batch = machine.waiting[: options.batch]
        del machine.waiting[: options.batch]
        held = options.round_trips * options.distance / 1e3 + options.commit / 1e3 + len(batch) * options.letter / 1e6
        lock["holder"] = machine
        lock["held"] += held
        at(now + held, committed, machine, batch)

    def committed(now, machine, batch):
        nonlocal settled
        lock["holder"] = None
        machine.is_busy = False
        for asked in batch:
            if now > options.warm_up:
                waits.append(now - asked)
                settled += 1
            at(now + options.reply / 1e3, arrived, machine)
        grant(now)
        begin(now, machine)

    def arrived(now, machine):
        """A letter is out: it is settled, and the next one claimed, in one go."""
        machine.waiting.append(now)
        begin(now, machine)

    # The connections of a fleet do not all begin at the same moment.
    for number in range(machines * options.connections):
        at((number * 0.618) % 1 * options.reply / 1e3, arrived, fleet[number % machines])
    end = options.warm_up + options.seconds
    while events and events[0][0] < end:
        now, _, what, args = heapq.heappop(events)
        what(now, *args)
    waits.sort()
    return settled / options.seconds, min(lock["held"] / end, 1.0), waits


def limit(rate, held, machines, options):
    """What keeps the rate from being higher, in words."""
    if options.per_second and rate >= options.per_second:
        return "the accounts' quota"
    if held > 0.95:
        return "the writers' lock"
    alone = machines * options.connections * 1e3 / options.reply
    return "the connections" if rate > 0.8 * alone else "the way to the ledger"


def duration(seconds):
    """A time as a person says it."""
    for unit, size in (("days", 86400), ("hours", 3600), ("minutes", 60)):
        if seconds >= 2 * size:
            return f"{seconds / size:,.1f} {unit}"
    return f"{seconds:,.0f} s"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--machines", default="1,3,10,100,1000", help="numbers of machines, with commas between them")
    parser.add_argument("--recipients", type=int, default=100_000_000, help="how many get a letter")
    parser.add_argument("--connections", type=int, default=8, help="connections of a machine")
    parser.add_argument("--reply", type=float, default=100.0, help="how long the mail server takes for a letter, in ms")
    parser.add_argument("--distance", type=float, default=0.1, help="a round trip to the database, in ms")
    parser.add_argument("--round-trips", type=float, default=3, help="round trips of a transaction while it holds the lock")
    parser.add_argument("--commit", type=float, default=0.3, help="what a transaction takes besides, in ms")
    parser.add_argument("--letter", type=float, default=480.0, help="what each letter in it takes, in µs")
    parser.add_argument("--batch", type=int, default=512, help="letters of a transaction at most")
    parser.add_argument("--bytes", type=int, default=1_200, help="what a letter takes in the database")
    parser.add_argument("--per-second", type=float, default=0, help="what the accounts allow together; 0: nothing known")
    parser.add_argument("--seconds", type=float, default=20, help="how long it is simulated")
    parser.add_argument("--warm-up", type=float, default=2, help="what is left out at the beginning, in s")
    options = parser.parse_args()
    print(f"{'machines':>8} {'letters/s':>10} {'lock held':>9} {'claim p50':>9} {'p99':>9}  {'all recipients in':<18} limit")
    for machines in (int(number) for number in options.machines.split(",")):
        rate, held, waits = simulate(machines, options)
        if not waits:
            sys.exit(f"{machines} machines settle nothing within {options.seconds} s")
        allowed = min(rate, options.per_second or rate)
        percentile = lambda part: f"{waits[min(int(len(waits) * part), len(waits) - 1)] * 1e3:,.1f} ms"
        print(
            f"{machines:>8} {allowed:>10,.0f} {held:>9.0%} {percentile(0.5):>9} {percentile(0.99):>9}  "
            f"{duration(options.recipients / allowed):<18} {limit(rate, held, machines, options)}"
        )
    print(f"the ledger has {options.recipients * options.bytes / 1e9:,.0f} GB then")


if __name__ == "__main__":
    main()
