//! `check`: everything that would go wrong, found before anything is sent.

use std::io::Write;

use anyhow::Result;

use super::name_server::name_server;
use super::output::{Form, stdout};
use super::runtime::wait_for;
use super::terminal::say_warnings;
use super::{Context, Exit};
use crate::campaign;
use crate::campaign::check::{Asking, Naming, examine, look_online};
use crate::cli::Check;
use crate::model::Round;
use crate::report::{Findings, refusal_json};

pub(super) fn run(context: &Context, args: &Check) -> Result<Exit> {
    let naming = if context.verbose { Naming::All } else { Naming::First };
    let examined = context.campaign(Round(0)).and_then(|campaign| examine(campaign, naming, &context.clock));
    let examined = match examined {
        Ok(findings) if args.online => Ok(ask(context, findings)?),
        examined => examined,
    };
    let mut out = stdout(if args.json { Form::Json } else { Form::Text });
    match examined {
        Ok(findings) if args.json => {
            writeln!(out, "{:#}", findings.json())?;
            Ok(ended(&findings))
        }
        Ok(findings) => {
            say_warnings(context, &findings.warnings);
            write!(out, "{findings}")?;
            Ok(ended(&findings))
        }
        Err(campaign::Error::Faults(faults)) if args.json => {
            writeln!(out, "{:#}", refusal_json(&faults))?;
            Ok(Exit::Refused)
        }
        Err(error) => Err(error.into()),
    }
}

/// Looks for what can be known only by asking.
fn ask(context: &Context, findings: Findings) -> Result<Findings> {
    let names = name_server()?;
    let asking = Asking { largest: findings.largest, names };
    let online = wait_for(look_online(&context.folder(false)?, asking))??;
    Ok(Findings { online: Some(online), ..findings })
}

fn ended(findings: &Findings) -> Exit {
    if findings.is_sound() { Exit::Done } else { Exit::Refused }
}
