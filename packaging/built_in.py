#!/usr/bin/env python3
"""Says which libraries are in the program that is handed out, and under which terms.

  packaging/built_in.py notices [-t TARGET] [-f FEATURES] OUT   the notices that their licences ask for, as one text
  packaging/built_in.py bill [-t TARGET] [-f FEATURES] BILL     takes out of a bill of materials (CycloneDX) what is not in the program

A library is in the program if it is linked: what build scripts and procedural macros alone need, is not. The texts are those that the
libraries bring along. One that brings none gets the text of its licence as another library has it, with its authors; where neither is
known, nothing is written, and the library is named.
"""

import argparse
import html.parser
import json
import os
import re
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NAMES = re.compile(r"(licen[sc]es?|copying|notices?|copyright|unlicense|ofl|patents)([-_. ].*)?$", re.IGNORECASE)
# What stands there is no part of a library.
NOT_BUILT = {"tests", "test", "benches", "bench", "fuzz", "examples", "wasm", "resources", "scripts", ".github", "docs"}
# What tells the text of a licence from any other.
KNOWN = {
    "Apache-2.0": ("Apache License Version 2.0, January 2004", "limitations under the License."),
    "MPL-2.0": ("Mozilla Public License Version 2.0", "as defined by the Mozilla Public License, v. 2.0."),
}
ZERO_BSD = """Permission to use, copy, modify, and/or distribute this software for any purpose with or without fee is hereby granted.

THE SOFTWARE IS PROVIDED "AS IS" AND THE AUTHOR DISCLAIMS ALL WARRANTIES WITH REGARD TO THIS SOFTWARE INCLUDING ALL IMPLIED WARRANTIES OF
MERCHANTABILITY AND FITNESS. IN NO EVENT SHALL THE AUTHOR BE LIABLE FOR ANY SPECIAL, DIRECT, INDIRECT, OR CONSEQUENTIAL DAMAGES OR ANY
DAMAGES WHATSOEVER RESULTING FROM LOSS OF USE, DATA OR PROFITS, WHETHER IN AN ACTION OF CONTRACT, NEGLIGENCE OR OTHER TORTIOUS ACTION,
ARISING OUT OF OR IN CONNECTION WITH THE USE OR PERFORMANCE OF THIS SOFTWARE."""
MIT = """Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation files (the
"Software"), to deal in the Software without restriction, including without limitation the rights to use, copy, modify, merge, publish,
distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the Software is furnished to do so, subject to
the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF
MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR
ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH
THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE."""


def said(*command):
    return subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout


def built_in(target, features):
    """The packages that are linked, as cargo knows them, in the order of their names."""
    chosen = ["--features", features] if features else []
    tree = said(
        "cargo", "tree", "--locked", "--quiet", "--edges", "normal,no-proc-macro", "--prefix", "none", "--target", target, "--format", "{p}", *chosen
    )
    linked = {tuple(line.split()[:2]) for line in tree.splitlines() if line.strip()}
    packages = json.loads(said("cargo", "metadata", "--locked", "--quiet", "--format-version", "1", *chosen))["packages"]
    known = {(package["name"], "v" + package["version"]): package for package in packages}
    return [known[key] for key in sorted(linked) if key[0] != "undersigned"]


def own_texts(package):
    """The texts of licences and notices that a package brings along: those of its top before those of what it has in it."""
    folder = Path(package["manifest_path"]).parent
    found = []
    for place, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if name not in NOT_BUILT)
        found += [Path(place) / name for name in sorted(files) if NAMES.match(name) and not name.endswith((".rs", ".html"))]
    found.sort(key=lambda path: (len(path.parts), path))
    texts = (path.read_text(encoding="utf-8", errors="replace") for path in found)
    return [text.replace("\r\n", "\n").strip("\n") for text in texts if text.strip()]


def plain(text):
    return " ".join(text.split())


def lent_texts(package, texts):
    """What stands for the text that a package does not bring along; nothing where none is known."""
    licence = package["license"] or ""
    authors = ", ".join(re.sub(r" *<[^>]*>", "", author) for author in package["authors"]) or f"the authors of {package['name']}"
    names = re.split(r"[ /()]+", licence)
    for name, text in (("MIT", MIT), ("0BSD", ZERO_BSD)):
        if name in names:
            return [f"Copyright (c) {authors}\n\n{text}"]
    for name, (begins, ends) in KNOWN.items():
        if name in names:
            # The shortest that is whole is the licence itself.
            of_it = sorted((text for text in texts if begins in plain(text)[:400] and ends in plain(text)), key=len)
            if of_it:
                return of_it[:1]
    return []


class Words(html.parser.HTMLParser):
    """The words of a page."""

    def __init__(self):
        super().__init__()
        self.parts = []

    def handle_data(self, data):
        self.parts.append(data)


def standard_library():
    """What the standard library says of itself and of what it is made of."""
    page = Path(said("rustc", "--print", "sysroot").strip()) / "share/doc/rust/COPYRIGHT-library.html"
    if not page.exists():
        return "The Rust standard library is licensed under Apache-2.0 or MIT: https://github.com/rust-lang/rust/blob/master/COPYRIGHT"
    words = Words()
    body = page.read_text(encoding="utf-8").split("<body>", 1)[-1]
    words.feed(body)
    return re.sub(r"\n\s*\n\s*", "\n\n", "".join(words.parts)).strip()


def notices(packages):
    texts = {package["id"]: own_texts(package) for package in packages}
    everything = [text for of_one in texts.values() for text in of_one]
    nameless = []
    for package in packages:
        texts[package["id"]] = texts[package["id"]] or lent_texts(package, everything)
        if not texts[package["id"]]:
            nameless.append(f"{package['name']} {package['version']} ({package['license']})")
    if nameless:
        sys.exit("built_in.py: no text of a licence is known for " + ", ".join(nameless))

    rule = "=" * 100
    lines = [
        "What is built into undersigned, and under which terms",
        "",
        "undersigned itself is licensed under the AGPL 3.0 or later. These libraries are built into it; each is available under that name and",
        "version, with its sources, from https://crates.io/crates/NAME/VERSION. Below the list is each text that they bring along.",
        "",
    ]
    lines += [f"{package['name']} {package['version']}: {package['license'] or 'see its text below'}" for package in packages]
    users = defaultdict(list)
    first = {}
    for package in packages:
        for text in texts[package["id"]]:
            # Lines are broken in many ways; the words count.
            users[plain(text)].append(package["name"])
            first.setdefault(plain(text), text)
    for words, names in users.items():
        lines += ["", rule, "Of " + ", ".join(dict.fromkeys(names)) + ":", "", first[words]]
    lines += ["", rule, "Of the standard library of Rust:", "", standard_library(), ""]
    return "\n".join(line.rstrip() for line in "\n".join(lines).splitlines()) + "\n"


def shortened(bill, packages):
    """A bill of materials without what is not in the program."""
    linked = {(package["name"], package["version"]) for package in packages}
    found = {(part["name"], part["version"]) for part in bill["components"]}
    missing = sorted(linked - found)
    if missing:
        sys.exit(f"built_in.py: the bill of materials lacks {missing}")
    bill["components"] = [part for part in bill["components"] if (part["name"], part["version"]) in linked]
    kept = {part["bom-ref"] for part in bill["components"]} | {bill["metadata"]["component"]["bom-ref"]}
    of_kept = [one for one in bill["dependencies"] if one["ref"] in kept]
    bill["dependencies"] = [{**one, "dependsOn": [ref for ref in one.get("dependsOn", []) if ref in kept]} for one in of_kept]
    return bill


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("what", choices=["notices", "bill"])
    options.add_argument("-t", "--target")
    options.add_argument("-f", "--features", default="pdf")
    options.add_argument("file", type=Path)
    given = options.parse_args()
    own = re.search(r"^host: (.*)$", said("rustc", "-vV"), re.MULTILINE)[1]
    packages = built_in(given.target or own, given.features)
    if given.what == "notices":
        given.file.write_text(notices(packages), encoding="utf-8")
    else:
        bill = shortened(json.loads(given.file.read_text(encoding="utf-8")), packages)
        given.file.write_text(json.dumps(bill, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
