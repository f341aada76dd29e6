//! `plan`: who gets what, who is skipped and why. Writes nothing, sends nothing.

use std::io::BufWriter;

use anyhow::Result;

use super::output::{Form, stdout};
use super::terminal::{say, say_warnings, warn};
use super::{Context, Exit};
use crate::campaign::Realm;
use crate::campaign::plan::Plan;
use crate::cli;
use crate::model::Round;
use crate::report::last_read;

pub(super) fn run(context: &Context, args: &cli::Plan) -> Result<Exit> {
    let mut plan = Plan::read(context.campaign(Round(args.round))?, context.clock.now())?;
    if let Some(halt) = &plan.halt {
        warn(format_args!("the campaign was {halt}; {}", Realm::Real.lets_go_on()));
    }
    if !context.quiet {
        say_warnings(context, &plan.warnings);
        if plan.depends_on_inbox() {
            let last = last_read(plan.inbox_read_at);
            say(format_args!("the inbox is not read for this: {last}; `undersigned sync` reads it"));
        }
    }
    let out = BufWriter::new(stdout(if args.json { Form::Json } else { Form::Text }));
    if args.json {
        plan.write_json(out)?;
    } else {
        let stumbled = plan.write_table(out)?;
        if !context.quiet {
            say_warnings(context, &stumbled);
        }
    }
    Ok(Exit::Done)
}
