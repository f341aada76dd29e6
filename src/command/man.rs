//! `man` and `completions`: the command line, written down.

use std::io::Write;

use anyhow::Result;
use clap::CommandFactory;

use super::Exit;
use crate::cli::{Cli, Completions};

/// Prints the manual page, with a section for each subcommand.
pub(super) fn page() -> Result<Exit> {
    let mut page = Vec::new();
    let command = Cli::command();
    clap_mangen::Man::new(command.clone()).render(&mut page)?;
    for subcommand in command.get_subcommands().filter(|command| command.get_name() != "help") {
        let name = format!("undersigned {}", subcommand.get_name());
        let man = clap_mangen::Man::new(subcommand.clone().bin_name(&name).display_name(name.as_str()));
        writeln!(page, ".SH {}", name.to_uppercase())?;
        man.render_synopsis_section(&mut page)?;
        man.render_description_section(&mut page)?;
        man.render_options_section(&mut page)?;
    }
    // The sections of a subcommand's own page become subsections of this one.
    let mut below = false;
    let mut out = anstream::stdout();
    for line in String::from_utf8_lossy(&page).lines() {
        below |= line.starts_with(".SH UNDERSIGNED ");
        let inner = below && [".SH SYNOPSIS", ".SH DESCRIPTION", ".SH OPTIONS"].contains(&line);
        writeln!(out, "{}", if inner { line.replacen(".SH", ".SS", 1) } else { line.to_owned() })?;
    }
    Ok(Exit::Done)
}

/// Prints a shell's completions.
pub(super) fn completions(args: &Completions) -> Result<Exit> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "undersigned", &mut script);
    anstream::stdout().write_all(&script)?;
    Ok(Exit::Done)
}
