//! What an `.xlsx` workbook says of itself: its sheets, and how their cells are to be read (ECMA-376 part 1, 18.2).

use std::collections::HashMap;

use quick_xml::events::Event;

use super::archive::Archive;
use super::formats::Formats;
use super::limits::SheetError;
use super::number_format::Epoch;
use super::sheets::SheetName;
use super::strings::Strings;
use super::xml::{attribute, flag};

/// A workbook: all but the cells of its sheets.
pub(super) struct Workbook {
    /// Its worksheets in their order, each with the name of its part.
    pub(super) sheets: Worksheets,
    /// Whether whoever opens it is to work its formulas out.
    pub(super) stale: bool,
    pub(super) formats: Formats,
    pub(super) strings: Strings,
}

/// How a part refers to another.
struct Relation {
    id: String,
    /// The last word of its type, such as `worksheet`: the words before it differ between editions of the standard.
    kind: String,
    target: String,
}

impl Workbook {
    /// Reads the workbook of a file.
    pub(super) fn read(archive: &mut Archive) -> Result<Self, SheetError> {
        let root = relations(archive, "")?.into_iter().find(|relation| relation.kind == "officeDocument");
        let part = root.map_or_else(|| "xl/workbook.xml".to_owned(), |relation| relation.target);
        let relations = relations(archive, &part)?;
        let of_kind = |kind: &str| relations.iter().find(|relation| relation.kind == kind);
        let (sheets, stale, epoch) = read_book(archive, &part, &relations)?;
        let mut formats = match of_kind("styles") {
            Some(styles) if archive.has(&styles.target) => read_styles(archive, &styles.target)?,
            _ => Formats::default(),
        };
        formats.epoch = epoch;
        let strings = match of_kind("sharedStrings") {
            Some(strings) if archive.has(&strings.target) => Strings::read(&mut archive.xml(&strings.target)?)?,
            _ => Strings::default(),
        };
        Ok(Self { sheets, stale, formats, strings })
    }
}

/// What a part refers to; the names of the parts from the root of the file. The root has no name.
fn relations(archive: &mut Archive, part: &str) -> Result<Vec<Relation>, SheetError> {
    let (folder, name) = part.rsplit_once('/').unwrap_or(("", part));
    let path = if folder.is_empty() { format!("_rels/{name}.rels") } else { format!("{folder}/_rels/{name}.rels") };
    if !archive.has(&path) {
        return Ok(Vec::new());
    }
    let mut relations = Vec::new();
    let mut xml = archive.xml(&path)?;
    loop {
        match xml.next()? {
            Event::Start(element) if element.local_name().as_ref() == "Relationship" => {
                let text = |name| attribute(&element, name).map(Option::unwrap_or_default);
                let kind = text("Type")?.rsplit('/').next().unwrap_or_default().to_owned();
                relations.push(Relation { id: text("Id")?, kind, target: resolve(folder, &text("Target")?) });
            }
            Event::Eof => return Ok(relations),
            _ => {}
        }
    }
}

/// The name of a part from the root of the file: `../a.xml`, seen from a folder, or `/xl/a.xml`.
fn resolve(folder: &str, target: &str) -> String {
    let target = target.replace('\\', "/");
    let (base, rest) = match target.strip_prefix('/') {
        Some(rest) => ("", rest),
        None => (folder, target.as_str()),
    };
    let mut steps: Vec<&str> = base.split('/').filter(|step| !step.is_empty()).collect();
    for step in rest.split('/') {
        match step {
            "" | "." => {}
            ".." => {
                steps.pop();
            }
            step => steps.push(step),
        }
    }
    steps.join("/")
}

/// Worksheets, each with the name of its part.
type Worksheets = Vec<(SheetName, String)>;

/// The worksheets, whether the formulas are to be worked out, and the day from which dates are counted.
fn read_book(
    archive: &mut Archive,
    part: &str,
    relations: &[Relation],
) -> Result<(Worksheets, bool, Epoch), SheetError> {
    let mut xml = archive.xml(part)?;
    let (mut sheets, mut stale, mut epoch) = (Vec::new(), false, Epoch::Since1900);
    loop {
        match xml.next()? {
            Event::Start(element) => match element.local_name().as_ref() {
                "workbookPr" if flag(&element, "date1904")? => epoch = Epoch::Since1904,
                "calcPr" => stale = flag(&element, "fullCalcOnLoad")?,
                "sheet" => {
                    let id = attribute(&element, "id")?.unwrap_or_default();
                    let hidden = attribute(&element, "state")?.is_some_and(|state| state != "visible");
                    let name = attribute(&element, "name")?.unwrap_or_default();
                    // What is no worksheet, such as a sheet that is all chart, has no cells.
                    let target = relations.iter().find(|relation| relation.id == id && relation.kind == "worksheet");
                    sheets.extend(target.map(|found| (SheetName { name, hidden }, found.target.clone())));
                }
                _ => {}
            },
            Event::Eof => return Ok((sheets, stale, epoch)),
            _ => {}
        }
    }
}

/// The number formats of the cells' styles (18.8).
fn read_styles(archive: &mut Archive, part: &str) -> Result<Formats, SheetError> {
    let mut xml = archive.xml(part)?;
    let mut codes = HashMap::new();
    let mut styles = Vec::new();
    let mut of_cells = false;
    loop {
        match xml.next()? {
            Event::Start(element) => match element.local_name().as_ref() {
                "numFmt" => {
                    let id = attribute(&element, "numFmtId")?.and_then(|id| id.parse().ok());
                    codes.extend(id.zip(attribute(&element, "formatCode")?));
                }
                "cellXfs" => of_cells = true,
                "xf" if of_cells => {
                    let id = attribute(&element, "numFmtId")?.and_then(|id| id.parse().ok());
                    styles.push(id.unwrap_or_default());
                }
                _ => {}
            },
            Event::End(element) if element.local_name().as_ref() == "cellXfs" => of_cells = false,
            Event::Eof => return Ok(Formats::new(&codes, &styles)),
            _ => {}
        }
    }
}
