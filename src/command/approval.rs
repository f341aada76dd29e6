//! `approval`: what colleagues must agree to before a letter is sent, and who did.

use std::io::{IsTerminal, Write};

use anyhow::{Context as _, Result};

use super::output::{Form, stdout};
use super::person::said;
use super::runtime::wait_for;
use super::terminal::{say, say_warnings};
use super::{Context, Exit};
use crate::campaign::begin_private_file;
use crate::campaign::review::{ForApproval, agree, for_approval, withdraw};
use crate::cli;
use crate::model::Round;

pub(super) fn run(context: &Context, args: &cli::Approval) -> Result<Exit> {
    if let Some(person) = &args.agreed {
        if args.undo {
            let approval = wait_for(withdraw(&context.folder(false)?, person, &said(context)))??;
            if !context.quiet {
                say(format_args!("{} agreed to version {}: that is taken back", approval.person, approval.version));
            }
        } else {
            let campaign = context.campaign(Round(0))?;
            let version = wait_for(agree(&campaign, person, args.note.clone(), &said(context)))??;
            if !context.quiet {
                say(format_args!(
                    "{} agrees to version {version}; `undersigned status` shows who agreed",
                    person.trim()
                ));
            }
        }
        return Ok(Exit::Done);
    }
    let ForApproval { page, version, warnings } = for_approval(context.campaign(Round(0))?, &context.clock)?;
    if !context.quiet {
        say_warnings(context, &warnings);
    }
    // A page is nothing for a terminal.
    let usual = || context.directory().join("approval.html");
    let out = args.out.clone().or_else(|| std::io::stdout().is_terminal().then(usual));
    let Some(path) = out else {
        let mut out = stdout(Form::Data);
        out.write_all(page.as_bytes())?;
        out.flush()?;
        return Ok(Exit::Done);
    };
    let written = begin_private_file(&path).and_then(|mut file| file.write_all(page.as_bytes()));
    written.with_context(|| format!("`{}` cannot be written", path.display()))?;
    if !context.quiet {
        say(format_args!(
            "version {version} is in {}; hand it round, and note who agrees with `undersigned approval --agreed NAME`",
            path.display()
        ));
    }
    Ok(Exit::Done)
}
