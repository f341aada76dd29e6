// Writes each kind of list with one of JavaScript's libraries: write.cjs KINDS FOLDER LIBRARY...
"use strict";
const fs = require("node:fs");

// A day or moment as a spreadsheet counts it, from 30 December 1899 on.
const serial = (text) => (Date.parse(text.includes("T") ? `${text}Z` : `${text}T00:00:00Z`) - Date.UTC(1899, 11, 30)) / 86_400_000;

const rowsOf = (kind) => kind.rows.map((row, number) => [`row${number + 1}@example.org`, ...row]);

// What a spreadsheet counts as a date must look like one where the kind has no format of its own.
const formatOf = (kind, column, value) => kind.formats[kind.columns[column]] ?? (value?.date ? "yyyy-mm-dd" : undefined);

function sheetjs(kind, path, type) {
  const XLSX = require("xlsx");
  const sheet = XLSX.utils.aoa_to_sheet([kind.columns]);
  rowsOf(kind).forEach((row, line) => row.forEach((value, column) => {
    const stored = value?.date ? serial(value.date) : value;
    const place = XLSX.utils.encode_cell({ r: line + 1, c: column });
    if (value?.formula) {
      sheet[place] = { t: "n", f: value.formula };
      return;
    }
    const cell = { v: stored, t: { string: "s", boolean: "b", number: "n" }[typeof stored] };
    const format = formatOf(kind, column, value);
    if (format) cell.z = format;
    sheet[place] = cell;
  }));
  sheet["!ref"] = XLSX.utils.encode_range({ s: { r: 0, c: 0 }, e: { r: kind.rows.length, c: kind.columns.length - 1 } });
  const book = XLSX.utils.book_new();
  XLSX.utils.book_append_sheet(book, sheet, "Recipients");
  XLSX.writeFile(book, path, { bookType: type });
}

async function exceljs(kind, path) {
  const Excel = require("exceljs");
  const book = new Excel.Workbook();
  const sheet = book.addWorksheet("Recipients");
  sheet.addRow(kind.columns);
  for (const row of rowsOf(kind)) {
    const added = sheet.addRow(row.map((value) => (value?.date ? serial(value.date) : value)));
    row.forEach((value, column) => {
      const format = formatOf(kind, column, value);
      if (format) added.getCell(column + 1).numFmt = format;
    });
  }
  await book.xlsx.writeFile(path);
}

const WRITERS = {
  sheetjs: ["xlsx", (kind, path) => sheetjs(kind, path, "xlsx")],
  "sheetjs-ods": ["ods", (kind, path) => sheetjs(kind, path, "ods")],
  "sheetjs-fods": ["fods", (kind, path) => sheetjs(kind, path, "fods")],
  "sheetjs-csv": ["csv", (kind, path) => sheetjs(kind, path, "csv")],
  exceljs: ["xlsx", exceljs],
};

async function main(kinds, folder, ...libraries) {
  const all = Object.entries(JSON.parse(fs.readFileSync(kinds, "utf8")));
  for (const library of libraries) {
    const [ending, write] = WRITERS[library];
    // What SheetJS makes of a formula without a value in its other formats is another matter.
    const kinds = all.filter(([name]) => name !== "formulas" || ending === "xlsx");
    for (const [name, kind] of kinds) await write(kind, `${folder}/${name.replaceAll(" ", "-")}.${library}.${ending}`);
  }
}

main(...process.argv.slice(2));
