//! What is said on stderr, and how errors are shown.

use std::fmt::Display;
use std::io::Write;

use anstyle::{AnsiColor, Style};
use anyhow::Error;

use super::Context;
use crate::campaign::{self, Note};
use crate::model::{Fault, Faults, Severity, printable};

const ERROR: Style = AnsiColor::Red.on_default().bold();
const WARNING: Style = AnsiColor::Yellow.on_default().bold();

/// Writes a line to stderr. Where that is closed, nobody is there to be told. Whatever others put into the text, it
/// stays on its line and steers no terminal.
pub(super) fn say(text: impl Display) {
    let _ = writeln!(anstream::stderr(), "{}", printable(&text.to_string()));
}

/// Writes a warning to stderr.
pub(super) fn warn(text: impl Display) {
    say_after("warning:", WARNING, text);
}

/// Writes an error to stderr, as it is told.
fn err(text: impl Display) {
    say_after("error:", ERROR, text);
}

fn say_after(word: &str, style: Style, text: impl Display) {
    let _ = writeln!(anstream::stderr(), "{style}{word}{style:#} {}", printable(&text.to_string()));
}

/// Writes faults to stderr, one a line.
pub(super) fn say_faults<'a>(faults: impl IntoIterator<Item = &'a Fault>) {
    for fault in faults {
        match fault.severity {
            Severity::Error => err(fault),
            Severity::Warning => warn(fault),
        }
    }
}

/// Writes warnings to stderr: each with `-v`, else what many rows have in common in one line.
pub(super) fn say_warnings(context: &Context, warnings: &Faults) {
    if context.verbose { say_faults(warnings.iter()) } else { say_faults(&warnings.folded()) }
}

/// Writes an error to stderr, with what lies behind it.
pub(super) fn say_error(error: &(dyn std::error::Error + 'static)) {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        text.extend([": ", &inner.to_string()]);
        cause = inner.source();
    }
    err(text);
}

/// Says a note, unless nothing but results and errors is wanted. Warnings of the run itself are said in any case.
pub(super) fn say_note(context: &Context, note: Note) {
    match note {
        Note::Row(fault) => {
            if !context.quiet {
                say_faults([&fault]);
            }
        }
        other => warn(other),
    }
}

/// The faults that an error is made of, where it is made of faults.
pub(super) fn faults_in(error: &Error) -> Option<&Faults> {
    match error.downcast_ref::<campaign::Error>() {
        Some(campaign::Error::Faults(faults)) => Some(faults),
        _ => error.downcast_ref::<Faults>(),
    }
}

/// Shows why a command was refused.
pub fn report_error(error: &Error) {
    match faults_in(error) {
        Some(faults) => {
            say_faults(&faults.folded());
            let count = faults.errors().count();
            say(format_args!("{count} {}; nothing was sent", if count == 1 { "error" } else { "errors" }));
        }
        None => err(format_args!("{error:#}")),
    }
}
