"""Writes each kind of list with one of Python's libraries: write.py KINDS FOLDER LIBRARY..."""

import datetime
import json
import pathlib
import sys


class Formula(str):
    """A formula, without the sign before it; the libraries do not work it out."""


def value_of(cell):
    """A cell of the kinds as Python has it."""
    if not isinstance(cell, dict):
        return cell
    if "formula" in cell:
        return Formula(cell["formula"])
    text = cell["date"]
    return datetime.datetime.fromisoformat(text) if "T" in text else datetime.date.fromisoformat(text)


def table_of(kind):
    """The header and the rows, each with an address."""
    rows = [[f"row{number}@example.org", *map(value_of, row)] for number, row in enumerate(kind["rows"], 1)]
    return kind["columns"], rows


def write_openpyxl(kind, path):
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    header, rows = table_of(kind)
    sheet.append(header)
    for line, row in enumerate(rows, 2):
        for column, value in enumerate(row, 1):
            cell = sheet.cell(line, column)
            cell.value = f"={value}" if isinstance(value, Formula) else value
            if not isinstance(value, Formula) and isinstance(value, str) and value.startswith("="):
                cell.data_type = "s"
            code = kind["formats"].get(header[column - 1])
            if code:
                cell.number_format = code
    book.save(path)


def write_xlsxwriter(kind, path):
    import xlsxwriter

    book = xlsxwriter.Workbook(path, {"strings_to_formulas": False, "strings_to_numbers": False})
    sheet = book.add_worksheet()
    header, rows = table_of(kind)
    sheet.write_row(0, 0, header)
    formats = {name: book.add_format({"num_format": code}) for name, code in kind["formats"].items()}
    for line, row in enumerate(rows, 1):
        for column, value in enumerate(row):
            if isinstance(value, Formula):
                sheet.write_formula(line, column, f"={value}")
            else:
                sheet.write(line, column, value, formats.get(header[column]))
    book.close()


def frame_of(kind):
    import pandas

    header, rows = table_of(kind)
    return pandas.DataFrame(rows, columns=header)


def write_pandas(kind, path):
    frame_of(kind).to_excel(path, index=False, engine="xlsxwriter")


def write_pandas_ods(kind, path):
    frame_of(kind).to_excel(path, index=False, engine="odf")


def write_pandas_csv(kind, path):
    frame_of(kind).to_csv(path, index=False)


def write_odfpy(kind, path):
    from odf.opendocument import OpenDocumentSpreadsheet
    from odf.table import Table, TableCell, TableRow
    from odf.text import P

    book = OpenDocumentSpreadsheet()
    sheet = Table(name="Recipients")
    header, rows = table_of(kind)
    for row in [header, *rows]:
        line = TableRow()
        for value in row:
            if isinstance(value, Formula):
                cell, texts = TableCell(valuetype="string", formula=f"of:={value.replace(',', ';')}"), []
            elif isinstance(value, bool):
                cell = TableCell(valuetype="boolean", booleanvalue="true" if value else "false")
                texts = ["TRUE" if value else "FALSE"]
            elif isinstance(value, (int, float)):
                cell = TableCell(valuetype="float", value=value)
                texts = [f"{value:.15g}"]
            elif isinstance(value, datetime.date):
                cell = TableCell(valuetype="date", datevalue=value.isoformat())
                texts = [value.isoformat()]
            else:
                cell = TableCell(valuetype="string")
                texts = value.split("\n")
            for text in texts:
                cell.addElement(P(text=text))
            line.addElement(cell)
        sheet.addElement(line)
    book.spreadsheet.addElement(sheet)
    book.save(path)


WRITERS = {
    "openpyxl": (write_openpyxl, "xlsx"),
    "xlsxwriter": (write_xlsxwriter, "xlsx"),
    "pandas": (write_pandas, "xlsx"),
    "pandas-ods": (write_pandas_ods, "ods"),
    "pandas-csv": (write_pandas_csv, "csv"),
    "odfpy": (write_odfpy, "ods"),
}


def main(kinds, folder, *libraries):
    kinds = json.loads(pathlib.Path(kinds).read_text(encoding="utf-8"))
    for library in libraries:
        writer, ending = WRITERS[library]
        for name, kind in kinds.items():
            # pandas writes no formulas, and takes for one what begins as one.
            if name in ("formulas", "signs") and library.startswith("pandas"):
                continue
            writer(kind, f"{folder}/{name.replace(' ', '-')}.{library}.{ending}")


if __name__ == "__main__":
    main(*sys.argv[1:])
