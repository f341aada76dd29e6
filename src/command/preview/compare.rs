//! Two letters beside each other: what of one is not in the other.

use std::fmt::Write as _;
use std::io::Write as _;

use anstyle::{AnsiColor, Style};
use anyhow::Result;
use similar::{ChangeTag, TextDiff};

use crate::campaign::preview::Letter;
use crate::report::printable;

/// How many lines that are alike are shown around one that is not.
const AROUND: usize = 2;

/// Lines of the first letter alone, of the second alone, and the words in them that differ.
const FIRST: Style = AnsiColor::Red.on_default();
const SECOND: Style = AnsiColor::Green.on_default();

/// Prints what is different in two letters: headers, language, and the text line by line.
pub(super) fn print([one, other]: &[Letter<'_>; 2]) -> Result<()> {
    let (first, second) = (text(one)?, text(other)?);
    let mut out = String::new();
    let _ = writeln!(out, "{FIRST}- {}{FIRST:#}", printable(one.id()));
    let _ = writeln!(out, "{SECOND}+ {}{SECOND:#}", printable(other.id()));
    let (in_one, in_other) = (one.language(), other.language());
    if in_one != in_other {
        let _ = writeln!(out, "the letters are in different languages, {in_one} and {in_other}");
    }
    out.push('\n');
    let diff = TextDiff::from_lines(&first, &second);
    for (n, group) in diff.grouped_ops(AROUND).iter().enumerate() {
        if n > 0 {
            out.push_str("  …\n");
        }
        for change in group.iter().flat_map(|op| diff.iter_inline_changes(op)) {
            let (sign, style) = match change.tag() {
                ChangeTag::Equal => (" ", Style::new()),
                ChangeTag::Delete => ("-", FIRST),
                ChangeTag::Insert => ("+", SECOND),
            };
            let _ = write!(out, "{style}{sign} {style:#}");
            for (differs, words) in change.iter_strings_lossy() {
                let style = if differs { style.bold().underline() } else { style };
                let _ = write!(out, "{style}{}{style:#}", words.trim_end_matches('\n'));
            }
            out.push('\n');
        }
    }
    anstream::stdout().write_all(out.as_bytes())?;
    Ok(())
}

/// The letter with what is to be compared above it.
fn text(letter: &Letter<'_>) -> Result<String> {
    Ok(format!("Language: {}\n{}", letter.language(), letter.text()?))
}
