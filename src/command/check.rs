//! `check`: everything that would go wrong, found before anything is sent.

use std::io::Write;

use anyhow::Result;
use serde_json::json;

use super::terminal::say_faults;
use super::{Context, Exit};
use crate::campaign;
use crate::campaign::check::{Findings, Naming, examine};
use crate::cli::Check;
use crate::model::{Fault, Round};
use crate::plan::Totals;
use crate::report::{bytes, counted};

pub(super) fn run(context: &Context, args: &Check) -> Result<Exit> {
    let naming = if context.verbose { Naming::All } else { Naming::First };
    let examined = context.campaign(Round(0)).and_then(|campaign| examine(campaign, naming, &context.clock));
    match examined {
        Ok(findings) => {
            if args.json {
                writeln!(anstream::stdout(), "{}", serde_json::to_string_pretty(&findings.json())?)?;
            } else {
                say_faults(findings.warnings.iter());
                write!(anstream::stdout(), "{findings}")?;
            }
            Ok(Exit::Done)
        }
        Err(campaign::Error::Faults(faults)) if args.json => {
            let found = json!({ "ok": false, "findings": faults.iter().map(fault_json).collect::<Vec<_>>() });
            writeln!(anstream::stdout(), "{}", serde_json::to_string_pretty(&found)?)?;
            Ok(Exit::Refused)
        }
        Err(error) => Err(error.into()),
    }
}

impl Findings {
    fn json(&self) -> serde_json::Value {
        json!({
            "ok": true,
            "recipients": self.rows,
            "to_send": self.totals.to_send,
            "skipped": self.totals.skipped(),
            "signatories": self.signatories,
            "lists": self.origins.iter().map(|(path, origin)| json!({ "path": path, "read_as": origin })).collect::<Vec<_>>(),
            "languages": self.languages,
            "largest_message": self.largest,
            "findings": self.warnings.iter().map(fault_json).collect::<Vec<_>>(),
        })
    }
}

fn fault_json(fault: &Fault) -> serde_json::Value {
    let severity = match fault.severity {
        crate::model::Severity::Error => "error",
        crate::model::Severity::Warning => "warning",
    };
    json!({
        "severity": severity,
        "file": fault.place.file,
        "line": fault.place.line,
        "column": fault.place.column,
        "message": fault.message,
    })
}

impl std::fmt::Display for Findings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "{}", self.campaign)?;
        for (path, origin) in &self.origins {
            writeln!(f, "  {path}: read as {origin}")?;
        }
        let languages: Vec<String> =
            self.languages.iter().map(|(language, count)| format!("{count} in {language}")).collect();
        let recipients = counted(self.rows, "recipient", "recipients");
        let letters = counted(self.totals.to_send, "letter", "letters");
        let languages = if languages.is_empty() { String::new() } else { format!(" ({})", languages.join(", ")) };
        writeln!(f, "  {recipients}, {letters} to send{languages}")?;
        if self.totals.skipped() > 0 {
            let Totals { suppressed, duplicates, answered, .. } = self.totals;
            writeln!(
                f,
                "  {} skipped: {suppressed} suppressed, {duplicates} duplicates, {answered} answered",
                self.totals.skipped()
            )?;
        }
        writeln!(f, "  {} in the letter", counted(self.signatories as u64, "signatory", "signatories"))?;
        if self.largest > 0 {
            writeln!(f, "  the largest message has about {}", bytes(self.largest))?;
        }
        if let Some(server) = &self.server {
            writeln!(f, "  to be sent through {server}")?;
        }
        if self.warnings.is_empty() {
            writeln!(f, "nothing wrong was found")
        } else {
            writeln!(
                f,
                "nothing stands in the way; {} to look at",
                counted(self.warnings.iter().count() as u64, "thing", "things")
            )
        }
    }
}
