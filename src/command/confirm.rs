//! The question before anything is sent.

use std::io::{self, BufRead, IsTerminal};

use anyhow::{Result, bail};

use super::terminal::say;

/// Asks for the number of letters to be typed in.
///
/// # Errors
/// Where nobody is there to be asked, or where another answer came: nothing is sent.
pub(super) fn ask(letters: u64) -> Result<()> {
    if !io::stdin().is_terminal() {
        bail!("nobody is there to be asked; look at the plan, and send with `--yes`");
    }
    let noun = if letters == 1 { "letter" } else { "letters" };
    say(format_args!("Type {letters} to send {letters} {noun}, anything else to stop:"));
    let mut answer = String::new();
    io::stdin().lock().read_line(&mut answer)?;
    if answer.trim() == letters.to_string() {
        return Ok(());
    }
    bail!("not confirmed; nothing was sent")
}
