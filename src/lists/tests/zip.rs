//! Spreadsheets as small as they can be, written by hand.

use std::io::{Cursor, Write};

use zip::write::{SimpleFileOptions, ZipWriter};

/// A zip file of named parts.
pub(super) fn zip(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        writer.start_file(*name, SimpleFileOptions::default()).unwrap();
        writer.write_all(content).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// An Excel workbook with the rows of one sheet, as XML; style 1 is a date, 2 a date with a time, 3 a time.
pub(super) fn xlsx(rows: &str) -> Vec<u8> {
    let sheet = format!(
        r#"<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{rows}</sheetData></worksheet>"#
    );
    xlsx_parts(&sheet)
}

pub(super) fn xlsx_parts(sheet: &str) -> Vec<u8> {
    xlsx_book(sheet, r#"<xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="22"/><xf numFmtId="20"/>"#, &[], "")
}

/// An Excel workbook with a number format for each style from 1 on; `settings` stands before the names of its sheets.
pub(super) fn xlsx_formatted(rows: &str, codes: &[&str], settings: &str) -> Vec<u8> {
    let sheet = format!(
        r#"<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{rows}</sheetData></worksheet>"#
    );
    let styles: Vec<String> = (0..codes.len()).map(|at| format!(r#"<xf numFmtId="{}"/>"#, 164 + at)).collect();
    xlsx_book(&sheet, &format!(r#"<xf numFmtId="0"/>{}"#, styles.concat()), codes, settings)
}

fn xlsx_book(sheet: &str, styles: &str, codes: &[&str], settings: &str) -> Vec<u8> {
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let package = "http://schemas.openxmlformats.org/package/2006/relationships";
    let book = format!(
        r#"<workbook xmlns="{main}" xmlns:r="{office}">{settings}<sheets><sheet name="Hidden" sheetId="1" state="hidden" r:id="rId3"/><sheet name="Recipients" sheetId="2" r:id="rId1"/><sheet name="Other" sheetId="3" r:id="rId3"/></sheets></workbook>"#
    );
    let relations = format!(
        r#"<Relationships xmlns="{package}"><Relationship Id="rId1" Type="{office}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId3" Type="{office}/worksheet" Target="worksheets/sheet2.xml"/><Relationship Id="rId2" Type="{office}/styles" Target="styles.xml"/></Relationships>"#
    );
    let format = |(at, code): (usize, &&str)| {
        let code = code.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;");
        format!(r#"<numFmt numFmtId="{}" formatCode="{code}"/>"#, 164 + at)
    };
    let formats: Vec<String> = codes.iter().enumerate().map(format).collect();
    let styles = format!(
        r#"<styleSheet xmlns="{main}"><numFmts>{}</numFmts><cellXfs>{styles}</cellXfs></styleSheet>"#,
        formats.concat()
    );
    let root = format!(
        r#"<Relationships xmlns="{package}"><Relationship Id="rId1" Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>"#
    );
    let types = r#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>"#;
    let other = format!(r#"<worksheet xmlns="{main}"><sheetData/></worksheet>"#);
    zip(&[
        ("[Content_Types].xml", types.as_bytes()),
        ("_rels/.rels", root.as_bytes()),
        ("xl/workbook.xml", book.as_bytes()),
        ("xl/_rels/workbook.xml.rels", relations.as_bytes()),
        ("xl/styles.xml", styles.as_bytes()),
        ("xl/worksheets/sheet1.xml", sheet.as_bytes()),
        ("xl/worksheets/sheet2.xml", other.as_bytes()),
    ])
}

/// An ODF spreadsheet with the rows of one table, as XML.
pub(super) fn ods(rows: &str) -> Vec<u8> {
    ods_parts(&format!(
        r#"<office:document-content xmlns:office="o" xmlns:table="t" xmlns:text="x"><office:body><office:spreadsheet><table:table table:name="Recipients">{rows}</table:table></office:spreadsheet></office:body></office:document-content>"#
    ))
}

pub(super) fn ods_parts(content: &str) -> Vec<u8> {
    zip(&[
        ("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"),
        ("META-INF/manifest.xml", br#"<manifest:manifest xmlns:manifest="m"/>"#),
        ("content.xml", content.as_bytes()),
    ])
}

/// A row of text cells of an ODF table.
pub(super) fn ods_row(cells: &[&str]) -> String {
    let cell = |text: &&str| {
        format!(r#"<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>"#)
    };
    let cells: Vec<String> = cells.iter().map(cell).collect();
    format!("<table:table-row>{}</table:table-row>", cells.concat())
}

/// A row of text cells of an Excel sheet; `row` counts from 1.
pub(super) fn xlsx_row(row: u32, cells: &[&str]) -> String {
    let columns = "ABCDEFGHIJ".chars();
    let cell =
        |(column, text): (char, &&str)| format!(r#"<c r="{column}{row}" t="inlineStr"><is><t>{text}</t></is></c>"#);
    let cells: Vec<String> = columns.zip(cells).map(cell).collect();
    format!(r#"<row r="{row}">{}</row>"#, cells.concat())
}

/// An Excel workbook with sheets by their names, each with its rows as XML; `more` stands at the end of the workbook.
pub(super) fn book(sheets: &[(&str, &str)], more: &str) -> Vec<u8> {
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let package = "http://schemas.openxmlformats.org/package/2006/relationships";
    let (mut names, mut relations, mut parts) = (String::new(), String::new(), Vec::new());
    for (at, (name, rows)) in sheets.iter().enumerate() {
        names.extend([format!(r#"<sheet name="{name}" sheetId="{at}" r:id="rId{at}"/>"#)]);
        // Some programs write the whole path.
        let target = format!("/xl/worksheets/{at}.xml");
        relations.extend([format!(r#"<Relationship Id="rId{at}" Type="{office}/worksheet" Target="{target}"/>"#)]);
        let sheet = format!(r#"<worksheet xmlns="{main}"><sheetData>{rows}</sheetData></worksheet>"#);
        parts.push((format!("xl/worksheets/{at}.xml"), sheet));
    }
    let workbook = format!(r#"<workbook xmlns="{main}" xmlns:r="{office}"><sheets>{names}</sheets>{more}</workbook>"#);
    parts.push(("xl/workbook.xml".to_owned(), workbook));
    let relations = format!(r#"<Relationships xmlns="{package}">{relations}</Relationships>"#);
    parts.push(("xl/_rels/workbook.xml.rels".to_owned(), relations));
    let parts: Vec<(&str, &[u8])> = parts.iter().map(|(name, text)| (name.as_str(), text.as_bytes())).collect();
    zip(&parts)
}
