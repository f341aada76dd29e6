//! What `check` found, as people and scripts read it.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::{Value, json};

use crate::model::count::{bytes, counted};
use crate::model::{Fault, Faults, Severity};
use crate::plan::Totals;

use super::online::{Discovery, Weight};

/// How long it takes to send a round by its pace.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Takes {
    /// At the least.
    pub seconds: u64,
    /// In words, such as `takes about 72 minutes: …`.
    pub words: String,
}

/// What was found in a campaign that can be sent.
#[derive(Debug)]
pub struct Findings {
    /// The campaign's name and id.
    pub campaign: String,
    /// How many rows the recipients list has.
    pub rows: u64,
    /// What would be sent.
    pub totals: Totals,
    /// How many signatories the letter prints.
    pub signatories: usize,
    /// How each list was read: its path, and the form in which it was found.
    pub origins: Vec<(String, String)>,
    /// How many letters there are in each language.
    pub languages: BTreeMap<String, u64>,
    /// The largest message, in bytes; 0 where there is none.
    pub largest: u64,
    /// How long it takes to send them.
    pub takes: Takes,
    /// What is worth a look and stops nothing.
    pub warnings: Faults,
    /// What was found by asking, where that was wished.
    pub online: Option<Vec<Discovery>>,
    /// Through which server letters go, where one is named.
    pub server: Option<String>,
}

impl Findings {
    /// As `check --json` gives it.
    #[must_use]
    pub fn json(&self) -> Value {
        let list = |(path, origin): &(String, String)| json!({ "path": path, "read_as": origin });
        let mut all = json!({
            "ok": self.is_sound(),
            "recipients": self.rows,
            "to_send": self.totals.to_send,
            "skipped": self.totals.skipped(),
            "signatories": self.signatories,
            "lists": self.origins.iter().map(list).collect::<Vec<_>>(),
            "languages": self.languages,
            "largest_message": self.largest,
            "takes_seconds": self.takes.seconds,
            "findings": faults_json(&self.warnings),
        });
        if let Some(online) = &self.online {
            all["online"] = online.iter().map(Discovery::json).collect();
        }
        all
    }

    /// Whether nothing that was found by asking keeps letters or answers from arriving.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        !self.online.iter().flatten().any(|one| one.weight == Weight::Error)
    }
}

/// What `check --json` gives where the campaign cannot be sent.
#[must_use]
pub fn refusal_json(faults: &Faults) -> Value {
    json!({ "ok": false, "findings": faults_json(faults) })
}

pub(super) fn faults_json(faults: &Faults) -> Vec<Value> {
    faults.iter().map(fault_json).collect()
}

fn fault_json(fault: &Fault) -> Value {
    let severity = match fault.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    let cell = fault.place.cell.as_ref();
    json!({
        "severity": severity,
        "file": fault.place.file,
        "line": fault.place.line,
        "column": fault.place.column,
        "sheet": cell.and_then(|cell| cell.sheet.as_deref()),
        "row": cell.map_or(fault.place.line, |cell| Some(cell.row)),
        "cell": cell.filter(|cell| cell.column.is_some()).map(|cell| cell.name()),
        "message": fault.message,
    })
}

impl fmt::Display for Findings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.campaign)?;
        for (path, origin) in &self.origins {
            writeln!(f, "  {path}: read as {origin}")?;
        }
        let languages: Vec<String> =
            self.languages.iter().map(|(language, count)| format!("{count} in {language}")).collect();
        let recipients = counted(self.rows, "recipient", "recipients");
        let letters = counted(self.totals.to_send, "letter", "letters");
        let languages = if languages.is_empty() { String::new() } else { format!(" ({})", languages.join(", ")) };
        let settled = self.totals.settled;
        let settled = if settled > 0 { format!(", {settled} settled before") } else { String::new() };
        writeln!(f, "  {recipients}, {letters} to send{languages}{settled}")?;
        let skipped = self.totals.skipped();
        if skipped > 0 {
            let Totals { suppressed, duplicates, answered, .. } = self.totals;
            write!(
                f,
                "  {skipped} skipped: {suppressed} suppressed, {}, {answered} answered",
                counted(duplicates, "duplicate", "duplicates")
            )?;
            let Totals { shared, opted_out, no_address, .. } = self.totals;
            let rarer = [
                (shared, "with the address of somebody else"),
                (opted_out, "opted out"),
                (no_address, "without an address"),
            ];
            for (count, what) in rarer.into_iter().filter(|(count, _)| *count > 0) {
                write!(f, ", {count} {what}")?;
            }
            writeln!(f)?;
        }
        writeln!(f, "  {} in the letter", counted(self.signatories as u64, "signatory", "signatories"))?;
        if self.largest > 0 {
            writeln!(f, "  the largest message has about {}", bytes(self.largest))?;
        }
        if self.totals.to_send > 0 {
            writeln!(f, "  {}", self.takes.words)?;
        }
        if let Some(server) = &self.server {
            writeln!(f, "  to be sent through {server}")?;
        }
        for one in self.online.iter().flatten() {
            writeln!(f, "  {one}")?;
        }
        if !self.is_sound() {
            return writeln!(f, "not ready to send: see the errors above");
        }
        let online = self.online.iter().flatten().filter(|one| one.weight == Weight::Warning).count();
        match (self.warnings.iter().count() + online) as u64 {
            0 => writeln!(f, "nothing wrong was found"),
            warnings => {
                // What was sent already is not to be got ready any more.
                let is_over = self.totals.to_send == 0 && self.totals.settled > 0;
                let what = if is_over { "nothing is left to send" } else { "ready to send" };
                writeln!(f, "{what}; {}", counted(warnings, "warning", "warnings"))
            }
        }
    }
}
