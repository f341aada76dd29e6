//! `status`: the campaign at a glance.

use std::io::Write;

use anyhow::Result;
use jiff::tz::TimeZone;

use super::output::{Form, stdout};
use super::terminal::warn;
use super::{Context, Exit};
use crate::campaign::review::{Glance, Review};
use crate::campaign::{OverdueCampaign, overdue};
use crate::cli;
use crate::report::OverdueStatus;

/// What is said of a campaign that is overdue.
fn told(overdue: &OverdueCampaign) -> OverdueStatus {
    let text = overdue.to_string();
    OverdueStatus { campaign: overdue.found.campaign.to_string(), last_event: overdue.found.last_event, text }
}

pub(super) fn run(context: &Context, args: &cli::Status) -> Result<Exit> {
    let folder = context.folder(args.sandbox)?;
    let Glance { mut status, next_unknown } = Review::open(&folder)?.glance()?;
    status.zone = TimeZone::system();
    status.overdue = overdue(&folder, context.clock.now())?.iter().map(told).collect();
    if let Some(error) = next_unknown {
        let error = anyhow::Error::from(error);
        warn(format_args!("who is due next cannot be said: {error:#}"));
    }
    if let Some(shared) = folder.shared_ledger()? {
        warn(shared);
    }
    let mut out = stdout(if args.json { Form::Json } else { Form::Text });
    if args.json {
        writeln!(out, "{}", serde_json::to_string_pretty(&status)?)?;
    } else {
        write!(out, "{status}")?;
    }
    Ok(Exit::Done)
}
