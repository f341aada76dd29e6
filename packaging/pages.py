#!/usr/bin/env python3
"""Writes the README, the licence and the guide as they lie in a package, where each link leads somewhere.

  packaging/pages.py OUT

A link to a page that does not go along (how the program is built, how fast it is) becomes its words alone. One that leads nowhere ends it.
"""

import re
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LINK = re.compile(r"(!?)\[((?:[^\[\]]|\[[^\]]*\])*)\]\(([^()\s]+)\)")


def place(name):
    """Where a link's target is, without its heading; nothing where it is on the web or on the same page."""
    return None if "://" in name or name.startswith(("#", "mailto:")) else name.split("#")[0]


def along(text, page, out):
    """A page's text with those links alone whose target goes along."""

    def link(found):
        mark, words, name = found.groups()
        file = place(name)
        if file is None or (out / page.parent / file).exists():
            return found[0]
        if mark or not (ROOT / page.parent / file).exists():
            sys.exit(f"pages.py: {page}: {name} is not there")
        return f"{words} (in the sources)" if words == name else words

    return LINK.sub(link, text)


def write(out):
    shutil.copytree(ROOT / "docs", out / "docs", dirs_exist_ok=True)
    shutil.copyfile(ROOT / "LICENSE", out / "LICENSE")
    (out / "README.md").touch()
    for page in [Path("README.md"), *sorted(path.relative_to(ROOT) for path in (ROOT / "docs").glob("**/*.md"))]:
        (out / page).write_text(along((ROOT / page).read_text(encoding="utf-8"), page, out), encoding="utf-8")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    write(Path(sys.argv[1]))
