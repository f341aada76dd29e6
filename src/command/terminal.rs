//! What is said on stderr, and how errors are shown.

use std::io::Write;

use anstyle::{AnsiColor, Style};
use anyhow::Error;

use crate::model::{Fault, Faults, Severity};

const ERROR: Style = AnsiColor::Red.on_default().bold();
const WARNING: Style = AnsiColor::Yellow.on_default().bold();

/// Writes a line to stderr. Where that is closed, nobody is there to be told.
pub(super) fn say(text: impl std::fmt::Display) {
    let _ = writeln!(anstream::stderr(), "{text}");
}

/// Writes a warning to stderr.
pub(super) fn warn(text: impl std::fmt::Display) {
    say(format_args!("{WARNING}warning:{WARNING:#} {text}"));
}

/// Writes faults to stderr, one a line.
pub(super) fn say_faults<'a>(faults: impl IntoIterator<Item = &'a Fault>) {
    for fault in faults {
        match fault.severity {
            Severity::Error => say(format_args!("{ERROR}error:{ERROR:#} {fault}")),
            Severity::Warning => warn(fault),
        }
    }
}

/// Shows why a command was refused.
pub fn report_error(error: &Error) {
    match error.downcast_ref::<Faults>() {
        Some(faults) => {
            say_faults(faults.iter());
            let count = faults.errors().count();
            say(format_args!("{count} {}; nothing was sent", if count == 1 { "error" } else { "errors" }));
        }
        None => say(format_args!("{ERROR}error:{ERROR:#} {error:#}")),
    }
}
