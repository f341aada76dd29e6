//! `check`: everything that would go wrong, found before anything is sent.

use std::io::Write;

use anyhow::Result;

use super::output::{Form, stdout};
use super::terminal::say_warnings;
use super::{Context, Exit};
use crate::campaign;
use crate::campaign::check::{Naming, examine};
use crate::cli::Check;
use crate::model::Round;
use crate::report::refusal_json;

pub(super) fn run(context: &Context, args: &Check) -> Result<Exit> {
    let naming = if context.verbose { Naming::All } else { Naming::First };
    let examined = context.campaign(Round(0)).and_then(|campaign| examine(campaign, naming, &context.clock));
    let mut out = stdout(if args.json { Form::Json } else { Form::Text });
    match examined {
        Ok(findings) if args.json => {
            writeln!(out, "{:#}", findings.json())?;
            Ok(Exit::Done)
        }
        Ok(findings) => {
            say_warnings(context, &findings.warnings);
            write!(out, "{findings}")?;
            Ok(Exit::Done)
        }
        Err(campaign::Error::Faults(faults)) if args.json => {
            writeln!(out, "{:#}", refusal_json(&faults))?;
            Ok(Exit::Refused)
        }
        Err(error) => Err(error.into()),
    }
}
