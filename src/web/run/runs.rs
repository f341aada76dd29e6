//! The runs that send a campaign at once, where several may.

use crate::campaign::desk::{Holder, Running};
use crate::web::overview::round_name;
use crate::web::tongue::Tongue;
use crate::web::words::fill;

/// Which machine sends what, since when, and how fast: a line for each run.
pub(super) fn runs_shown(tongue: Tongue, runs: &[Running]) -> Vec<String> {
    let words = tongue.words();
    let line = |run: &Running| {
        let Holder { host, pid, since, person, .. } = &run.holder;
        let machine = person.as_ref().map_or_else(|| host.clone(), |person| format!("{host} ({person})"));
        let letter = run.round.map(|round| round_name(tongue, round)).unwrap_or_default();
        let [attempts, minute, wire] =
            [run.attempts, run.last_minute, run.on_the_wire].map(|count| tongue.number(count));
        let values = [
            ("machine", machine.as_str()),
            ("process", &pid.to_string()),
            ("when", &tongue.moment(*since)),
            ("letter", &letter),
            ("attempts", &attempts),
            ("minute", &minute),
            ("wire", &wire),
        ];
        fill(if run.round.is_some() { words.run_sends } else { words.run_plans }, &values)
    };
    runs.iter().map(line).collect()
}
