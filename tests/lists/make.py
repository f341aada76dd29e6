"""Makes lists with the programs that people make theirs with, and writes down what LibreOffice shows of each.

    make.py FOLDER [--programs FOLDER]

Beside each list there is a file `NAME.json`: the rows of cells as a person sees them. A day is written as 2024-06-12,
whatever it looks like; several blanks are one, since formats pad with them. Where an OpenDocument file itself has another
text for a cell than LibreOffice shows, the cell is the list of both. Formulas that nobody has worked out are the object
`{"unknown": [ROW, ...]}` in place of the rows. `skipped` names the programs that are not
there. Python's libraries are those of the interpreter that runs this; JavaScript's are below `--programs`.
"""

import csv
import importlib.util
import itertools
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
import xml.etree.ElementTree as xml

HERE = pathlib.Path(__file__).parent
KINDS = HERE / "kinds.json"

OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"

# What writes formulas and no values; XlsxWriter writes a zero, and that whoever opens the book is to work it out.
NEVER_WORKED_OUT = {"openpyxl", "xlsxwriter", "odfpy", "sheetjs", "exceljs"}

# Commas, UTF-8, quotes where they are needed, and cells as they are shown.
CSV_AS_SHOWN = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,true"


def run(*command, **more):
    """Runs a program; what it says is of use only where it fails."""
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, **more)
    if done.returncode != 0:
        sys.exit(f"{command[0]} failed: {done.stderr or done.stdout}")


def convert(office, home, target, out, sources):
    """Has LibreOffice convert files; it is started once."""
    out.mkdir(exist_ok=True)
    profile = f"-env:UserInstallation=file://{home}/profile"
    run(office, profile, "--headless", "--convert-to", target, "--outdir", str(out), *map(str, sources))


def paragraph(element):
    """The text of a paragraph: blanks and line breaks have elements of their own."""
    text = element.text or ""
    for child in element:
        if child.tag == TEXT + "s":
            text += " " * int(child.get(TEXT + "c", "1"))
        elif child.tag == TEXT + "line-break":
            text += "\n"
        elif child.tag == TEXT + "tab":
            text += "\t"
        else:
            text += paragraph(child)
        text += child.tail or ""
    return text


def is_day(shown):
    """Whether a date shows its day: not so `June 2024`, which is no date to anybody."""
    return len(re.findall(r"\d+", shown)) > 1 and not re.fullmatch(r"\D+[ -]\d{2,4}", shown)


def seen(cell):
    """What a person sees of a cell of a flat OpenDocument file."""
    shown = "\n".join(paragraph(each) for each in cell.findall(TEXT + "p"))
    kind, date = cell.get(OFFICE + "value-type"), cell.get(OFFICE + "date-value", "")
    if kind == "boolean":
        return cell.get(OFFICE + "boolean-value")
    if kind == "date" and is_day(shown):
        day, _, time = date.partition("T")
        time = re.sub(r"(\d\d:\d\d):00(\.0*)?$", r"\1", time.partition(".")[0])
        if day < "1900" or ":" not in shown:
            return day if day >= "1900" else time or "00:00"
        return day if time in ("", "00:00") else f"{day} {time}"
    return shown


def rows_of(flat):
    """The rows of the first sheet of an OpenDocument file's content, without empty cells at their ends."""
    sheet = next(xml.parse(flat).iter(TABLE + "table"))
    rows = []
    for row in sheet.iter(TABLE + "table-row"):
        cells = []
        for cell in row:
            times = int(cell.get(TABLE + "number-columns-repeated", "1"))
            text = seen(cell)
            cells += [text] * (times if text else min(times, 50))
        while cells and not cells[-1]:
            cells.pop()
        if cells:
            rows.append(cells)
    return rows


def as_seen(text):
    """A cell without the blanks of its format."""
    return re.sub(" +", " ", text).strip()


def expectation(path, flat):
    """What a list holds, by what LibreOffice shows of it."""
    shown = [[as_seen(cell) for cell in row] for row in rows_of(flat)]
    kind, writer, _ = path.name.split(".")
    if kind == "formulas" and writer in NEVER_WORKED_OUT:
        return {"unknown": list(range(2, len(shown) + 1))}
    if path.suffix == ".xlsx":
        return shown
    with zipfile.ZipFile(path).open("content.xml") if path.suffix == ".ods" else path.open("rb") as content:
        own = [[as_seen(cell) for cell in row] for row in rows_of(content)]
    # A text that is missing from the file is none: what LibreOffice shows is what a person sees.
    both = lambda pair: pair[0] if pair[0] == pair[1] or not pair[1] else list(pair)
    return [list(map(both, itertools.zip_longest(*rows, fillvalue=""))) for rows in zip(shown, own)]


def write_down(path, held):
    path.with_name(f"{path.name}.json").write_text(json.dumps(held, ensure_ascii=False), encoding="utf-8")


def write_with_libraries(folder, programs):
    """Writes lists with the libraries that are there; gives the names of those that are not."""
    missing = []
    wanted = {"openpyxl": ["openpyxl"], "xlsxwriter": ["xlsxwriter"], "odfpy": ["odf"]}
    wanted |= {name: ["pandas", "xlsxwriter", "odf"] for name in ("pandas", "pandas-ods", "pandas-csv")}
    there = [name for name, needs in wanted.items() if all(map(importlib.util.find_spec, needs))]
    missing += [name for name in wanted if name not in there]
    if there:
        run(sys.executable, str(HERE / "write.py"), str(KINDS), str(folder), *there)
    modules = programs / "node_modules"
    for package, names in (("xlsx", ["sheetjs", "sheetjs-ods", "sheetjs-fods", "sheetjs-csv"]), ("exceljs", ["exceljs"])):
        if shutil.which("node") and (modules / package).is_dir():
            environment = {**os.environ, "NODE_PATH": str(modules)}
            run("node", str(HERE / "write.cjs"), str(KINDS), str(folder), *names, env=environment)
        else:
            missing += names
    return missing


def save_anew(folder, office, home):
    """Has the two spreadsheet programs save what openpyxl wrote, in their own formats."""
    missing = []
    sources = sorted(folder.glob("*.openpyxl.xlsx"))
    for target in ("xlsx", "ods", "fods", CSV_AS_SHOWN):
        ending = target.partition(":")[0]
        convert(office, home, target, home / ending, sources)
        for made in (home / ending).iterdir():
            kind = made.name.partition(".")[0]
            made.rename(folder / f"{kind}.libreoffice-{ending}.{ending}")
    calc = shutil.which("ssconvert")
    if calc:
        for source in sources:
            kind = source.name.partition(".")[0]
            for ending in ("xlsx", "ods"):
                run(calc, str(source), str(folder / f"{kind}.gnumeric-{ending}.{ending}"))
    else:
        missing.append("gnumeric")
    return missing


def main(folder, programs):
    folder.mkdir(parents=True, exist_ok=True)
    office = shutil.which("soffice") or shutil.which("libreoffice")
    missing = write_with_libraries(folder, programs)
    if office is None:
        missing.append("libreoffice")
        shutil.rmtree(folder)
        folder.mkdir()
    else:
        with tempfile.TemporaryDirectory() as home:
            home = pathlib.Path(home)
            if list(folder.glob("*.openpyxl.xlsx")):
                missing += save_anew(folder, office, home)
            lists = [path for path in sorted(folder.iterdir()) if path.suffix in (".xlsx", ".ods", ".fods")]
            for ending in (".xlsx", ".ods", ".fods"):
                some = [path for path in lists if path.suffix == ending]
                convert(office, home, "fods", home / f"seen{ending}", some)
                for path in some:
                    write_down(path, expectation(path, home / f"seen{ending}" / f"{path.stem}.fods"))
        for path in folder.glob("*.csv"):
            with path.open(encoding="utf-8-sig", newline="") as text:
                write_down(path, [[as_seen(cell) for cell in row] for row in csv.reader(text) if any(row)])
    (folder / "skipped").write_text("".join(f"{name}\n" for name in missing), encoding="utf-8")
    made = len(list(folder.glob("*.json")))
    print(f"{made} lists in {folder}; not there: {', '.join(missing) or 'none'}")


if __name__ == "__main__":
    arguments = sys.argv[1:]
    below = arguments[arguments.index("--programs") + 1] if "--programs" in arguments else "."
    main(pathlib.Path(arguments[0]).resolve(), pathlib.Path(below).resolve())
