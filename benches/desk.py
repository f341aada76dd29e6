#!/usr/bin/env python3
"""How long the desk takes for a page of a large ledger, and what a send costs while it serves.

    benches/desk.py BINARY [--letters N] [--requests N] [--folder FOLDER]
    benches/desk.py BINARY --beside-a-send [--letters N] [--runs N]

A campaign to N (1,000,000) is planned into a new ledger by `send --limit 1`, to a server of this script. Then all its
letters are made accepted by SQL, but for one in a hundred that failed and one in fifty that was answered: what a send
would take minutes for. `serve` is started five times, and asked for each page as often as is said (500), one request
after another, in an order that is mixed. Times are those of the whole request over loopback, and the CPU time of the
server's threads for it, which a busy machine changes less; memory is the peak of the process. A folder that is named is
kept, and taken again the next time.

With --beside-a-send, N (20,000) letters are sent to that server in turn with and without a desk that is followed: its
page of the run tells of it twice a second, and the overview and the recipients are loaded every two seconds.
"""

import argparse
import os
import random
import re
import resource
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

HERE = Path(__file__).parent
MICROSECONDS = 1_000_000


def sink(listener):
    """Takes every letter."""
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        threading.Thread(target=take, args=(connection,), daemon=True).start()


def take(connection):
    with connection, connection.makefile("rb") as lines:
        connection.sendall(b"220 sink\r\n")
        in_data = False
        for line in lines:
            if in_data:
                in_data = line != b".\r\n"
                if not in_data:
                    connection.sendall(b"250 2.0.0 taken\r\n")
            elif line.upper().startswith(b"DATA"):
                in_data = True
                connection.sendall(b"354 go on\r\n")
            elif line.upper().startswith(b"QUIT"):
                connection.sendall(b"221 bye\r\n")
                break
            else:
                connection.sendall(b"250 2.1.0 fine\r\n")


def server():
    listener = socket.create_server(("127.0.0.1", 0), backlog=128)
    threading.Thread(target=sink, args=(listener,), daemon=True).start()
    return listener.getsockname()[1]


def campaign(folder, letters, port):
    command = [sys.executable, HERE / "campaign.py", folder, "--letters", str(letters), "--port", str(port)]
    subprocess.run(command, check=True)


def make(folder, binary, letters):
    campaign(folder, letters, server())
    begun = time.perf_counter()
    subprocess.run([binary, "-C", folder, "-q", "send", "--yes", "--limit", "1"], check=False, stdout=subprocess.DEVNULL)
    print(f"the plan into a new ledger: {time.perf_counter() - begun:.1f} s")
    ledger = sqlite3.connect(folder / "logs/ledger.db")
    now = int(time.time()) * MICROSECONDS
    # Ten days, evenly.
    at = f"({now} - (id % 864000) * {MICROSECONDS})"
    ledger.executescript(f"""
        UPDATE delivery SET state = 'accepted', attempts = 1, first_attempt_at = {at}, last_attempt_at = {at}, accepted_at = {at},
            smtp_code = 250, smtp_enhanced = '2.0.0', smtp_text = 'taken', message_id = id || '@coalition.example'
            WHERE state = 'planned';
        UPDATE delivery SET state = 'failed', accepted_at = NULL, smtp_code = 550, smtp_text = 'no such user' WHERE id % 100 = 7;
        UPDATE delivery SET answer = 'replied', answer_by = 'mail', answered_at = {at} + 60000000 WHERE id % 50 = 3;
        DELETE FROM tally;
        INSERT INTO tally (campaign, round, state, count) SELECT campaign, round, state, count(*) FROM delivery GROUP BY 1, 2, 3;
        PRAGMA wal_checkpoint(TRUNCATE);
    """)
    ledger.close()


class Desk:
    def __init__(self, folder, binary):
        begun = time.perf_counter()
        self.process = subprocess.Popen([binary, "-C", folder, "serve", "--no-open"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.host, first = re.match(r"http://([^/]*)(/.*)", self.process.stdout.readline()).groups()
        self.started = time.perf_counter() - begun
        self.connection = HTTPConnection(self.host)
        self.connection.request("GET", first)
        answer = self.connection.getresponse()
        answer.read()
        self.cookie = answer.getheader("set-cookie").split(";")[0]

    def cpu(self):
        """Nanoseconds that the threads have run."""
        tasks = Path(f"/proc/{self.process.pid}/task").iterdir()
        return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks)

    def get(self, path):
        before = self.cpu()
        begun = time.perf_counter()
        self.connection.request("GET", path, headers={"Cookie": self.cookie})
        answer = self.connection.getresponse()
        body = answer.read()
        took = time.perf_counter() - begun
        if answer.status != 200:
            sys.exit(f"{path}: {answer.status}")
        return took, (self.cpu() - before) / 1e9, body

    def peak(self):
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmHWM:\s+(\d+)", status).group(1)) / 1024

    def close(self):
        self.process.terminate()
        self.process.wait()


def turned(desk, path, times):
    """The page that is come to by turning so often, or the last one."""
    for _ in range(times):
        _, _, body = desk.get(path)
        found = re.search(rb'href="([^"]*)" rel="next"', body)
        if not found:
            break
        path = found.group(1).decode().replace("&amp;", "&")
    return path


def needed(desk, path):
    """What a page needs beside itself before it can be painted: pictures, and styles and scripts that block."""
    _, _, body = desk.get(path)
    wanted = re.findall(rb'<(?:link [^>]*rel="stylesheet"|img )[^>]*|<script src="[^"]*"(?! defer)', body)
    return [text for text in wanted if b"data:" not in text]


def pages_of(desk, last):
    key = re.search(rb'href="(/recipients/[a-z0-9]{26})"', desk.get("/recipients")[2]).group(1).decode()
    address = re.search(rb"<bdi>([^<]*@[^<]*)</bdi>", desk.get(key)[2]).group(1).decode()
    return {
        "overview": ["/"],
        "recipients": ["/recipients"],
        "recipients, any page": [f"/recipients?page={random.randrange(1, last)}" for _ in range(200)],
        "failed": ["/recipients?state=failed"],
        "failed, page 20, turned to": [turned(desk, "/recipients?state=failed", 19)],
        "answered": ["/recipients?answer=replied"],
        "answered, by last answer": ["/recipients?answer=replied&sort=answered"],
        "a word that many have": ["/recipients?q=org"],
        "a word that nobody has": ["/recipients?q=zzzzzz"],
        "a word that nobody has, further": [turned(desk, "/recipients?q=zzzzzz", 1)],
        "an address": [f"/recipients?q={address}"],
        "a country, no answer": ["/recipients?country=France&answer=none"],
        "by name": ["/recipients?sort=name"],
        "one recipient": [key],
        "log": ["/log"],
        "log, a column": ["/log?column=name&value=Nobody"],
        "inbox": ["/inbox"],
    }


WHOLE = {
    "by name, however long": ["/recipients?sort=name&all=yes"],
    "a word that nobody has, however long": ["/recipients?q=zzzzzz&all=yes"],
}


def measure(folder, binary, given):
    starts = []
    for _ in range(5):
        desk = Desk(folder, binary)
        starts.append(desk.started)
        desk.close()
    desk = Desk(folder, binary)
    print(f"start: {sorted(starts)[2] * 1000:.0f} ms")
    print(f"the first overview: {desk.get('/')[0] * 1000:.0f} ms; beside the page it needs {needed(desk, '/') or 'nothing'}")
    time.sleep(8)
    pages = pages_of(desk, given.letters // 50)
    queue = [name for name in pages for _ in range(given.requests)]
    random.seed(7)
    random.shuffle(queue)
    took, weight = {name: [] for name in {**pages, **WHOLE}}, {}
    ask(desk, queue, pages, took, weight)
    # The peak of what a page shows without being told to take its time.
    peak = desk.peak()
    ask(desk, [name for name in WHOLE for _ in range(min(given.requests, 3))], WHOLE, took, weight)
    for name, times in took.items():
        wall, cpu = sorted(one for one, _ in times), sorted(one for _, one in times)
        at = lambda times, part: times[min(len(times) - 1, int(len(times) * part))] * 1000
        print(
            f"{name:36} median {at(wall, .5):7.1f} ms  p99 {at(wall, .99):7.1f} ms  CPU median {at(cpu, .5):7.1f} ms  p99 {at(cpu, .99):7.1f} ms"
            f"  {weight[name] / 1000:5.1f} KB  ({len(times)})"
        )
    print(f"peak memory: {peak:.1f} MB; after all were looked through and put in order: {desk.peak():.1f} MB")
    begun, length = time.perf_counter(), 0
    desk.connection.request("GET", "/log.csv", headers={"Cookie": desk.cookie})
    answer = desk.connection.getresponse()
    while piece := answer.read(1 << 16):
        length += len(piece)
    print(f"log.csv: {length / 1e6:.0f} MB in {time.perf_counter() - begun:.1f} s; peak memory then {desk.peak():.1f} MB")
    desk.close()


def ask(desk, queue, pages, took, weight):
    for name in queue:
        seconds, cpu, body = desk.get(random.choice(pages[name]))
        took[name].append((seconds, cpu))
        weight[name] = max(weight.get(name, 0), len(body))


def follow(desk, over):
    """Looks at a run as a person's browser does."""
    host = urlsplit(f"http://{desk.host}")
    with socket.create_connection((host.hostname, host.port)) as events:
        events.sendall(f"GET /run/events HTTP/1.1\r\nHost: {desk.host}\r\nCookie: {desk.cookie}\r\n\r\n".encode())
        threading.Thread(target=drink, args=(events,), daemon=True).start()
        while not over.wait(2):
            desk.get("/")
            desk.get("/recipients")


def drink(events):
    try:
        while events.recv(1 << 16):
            pass
    except OSError:
        pass


def send(binary, letters, port, is_followed):
    """Sends a campaign; gives the seconds that it took, and its seconds of CPU."""
    folder = Path(tempfile.mkdtemp(dir=HERE.parent / "target"))
    campaign(folder, letters, port)
    desk = Desk(folder, binary) if is_followed else None
    over = threading.Event()
    if desk:
        threading.Thread(target=follow, args=(desk, over), daemon=True).start()
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    begun = time.perf_counter()
    done = subprocess.run([binary, "-C", folder, "-q", "send", "--yes"], check=False, stdout=subprocess.DEVNULL)
    wall = time.perf_counter() - begun
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    over.set()
    if desk:
        time.sleep(0.1)
        desk.close()
    shutil.rmtree(folder)
    if done.returncode != 0:
        sys.exit(f"send ended with {done.returncode}")
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def beside_a_send(binary, letters, runs):
    port = server()
    took = {False: [], True: []}
    for run in range(runs):
        # Each goes first as often as the other.
        for is_followed in (False, True) if run % 2 == 0 else (True, False):
            took[is_followed].append(send(binary, letters, port, is_followed))
    middle = lambda times: sorted(times)[len(times) // 2]
    for name, at in ("wall", 0), ("CPU", 1):
        alone, followed = (middle([one[at] for one in took[which]]) for which in (False, True))
        print(f"{name}: alone {alone:.2f} s, while it is followed {followed:.2f} s: {(followed / alone - 1) * 100:+.1f} %")
    print(f"load of the machine: {os.getloadavg()[0]:.1f}")


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("binary", type=Path)
    arguments.add_argument("--letters", type=int)
    arguments.add_argument("--requests", type=int, default=500)
    arguments.add_argument("--folder", type=Path)
    arguments.add_argument("--beside-a-send", action="store_true")
    arguments.add_argument("--runs", type=int, default=6)
    given = arguments.parse_args()
    binary = given.binary.resolve()
    if given.beside_a_send:
        beside_a_send(binary, given.letters or 20_000, given.runs)
        return
    given.letters = given.letters or 1_000_000
    folder = given.folder or Path(tempfile.mkdtemp(dir=HERE.parent / "target"))
    if not (folder / "logs/ledger.db").exists():
        make(folder, binary, given.letters)
    measure(folder, binary, given)
    print(f"load of the machine: {os.getloadavg()[0]:.1f}")
    if not given.folder:
        shutil.rmtree(folder)


main()
