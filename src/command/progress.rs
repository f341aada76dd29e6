//! What a run says while it sends: a bar on a terminal, plain lines otherwise.

use std::fmt::Write;
use std::io::IsTerminal;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};
use jiff::tz::TimeZone;

use super::terminal::{say, warn};
use crate::campaign::send::{Course, Forecast, Happening, Outlook, on_the_clock};
use crate::clock::Clock;
use crate::model::{DeliveryState, mask_addresses};
use crate::report::printable;

/// A run of so many letters is told letter by letter.
const FEW: u64 = 50;
/// How often a long run says where it stands.
const PERIOD: Duration = Duration::from_secs(10);

/// When it will be done is reckoned anew this often.
const TOLD: Duration = Duration::from_secs(1);

/// Follows a run.
pub(super) struct Progress {
    quiet: bool,
    total: u64,
    bar: Option<ProgressBar>,
    clock: Clock,
    outlook: Outlook,
    forecast: Forecast,
    last_line: Instant,
    begun: Instant,
    /// When it was last said when it will be done.
    told_at: Option<Instant>,
    course: Course,
    /// Why there are fewer connections than there were to be.
    fewer_for: Option<String>,
}

impl Progress {
    /// Follows a run of `total` letters.
    pub(super) fn new(total: u64, quiet: bool, clock: Clock, outlook: Outlook) -> Self {
        let bar = (!quiet && total > 0 && std::io::stderr().is_terminal()).then(|| {
            let bar = ProgressBar::with_draw_target(Some(total), ProgressDrawTarget::stderr_with_hz(10));
            let template = "{bar:30} {pos}/{len}  {rate}{prefix}\n{msg}";
            if let Ok(style) = ProgressStyle::with_template(template) {
                let rate = |state: &ProgressState, out: &mut dyn Write| {
                    // A bar that cannot be drawn harms nobody.
                    let _ = write!(out, "{:.1} a second", state.per_sec());
                };
                bar.set_style(style.with_key("rate", rate));
            }
            bar.set_message("connecting");
            bar
        });
        let forecast = Forecast::new(outlook.clone(), total, clock.now());
        let now = Instant::now();
        let course = Course::default();
        Self {
            quiet,
            total,
            bar,
            clock,
            outlook,
            forecast,
            last_line: now,
            begun: now,
            told_at: None,
            course,
            fewer_for: None,
        }
    }

    /// Takes in what happened.
    pub(super) fn observe(&mut self, happening: &Happening) {
        self.course.observe(happening);
        self.forecast.observe(happening);
        match happening {
            Happening::Attempted { recipient, state, reply, reason } => {
                let said = [reply.as_ref().map(ToString::to_string), reason.clone()].into_iter().flatten();
                let said = said.collect::<Vec<_>>().join("; ");
                if self.total <= FEW || *state != DeliveryState::Accepted || reason.is_some() {
                    self.line(&format!("{:<9} {}  {said}", state.as_str(), recipient));
                }
            }
            Happening::Copied { recipient, state, reply, reason } => {
                let said = reply.as_ref().map(ToString::to_string).or_else(|| reason.clone()).unwrap_or_default();
                self.line(&format!("{:<9} {recipient}, a copy  {said}", state.as_str()));
            }
            Happening::Decided { recipient, state, reply, reason } => {
                let said = reply.as_ref().map_or_else(|| reason.clone(), |reply| format!("{reply}; {reason}"));
                self.line(&format!("{:<9} {}  {said}", state.as_str(), recipient));
            }
            Happening::Withheld { recipient, state } => {
                self.line(&format!("not sent: {recipient} is {state} now"));
            }
            Happening::Unmade { recipient, why } => self.line(&format!("not made: {recipient}: {why}")),
            Happening::Waiting { until, cause } => {
                let left = self.total.saturating_sub(self.course.done());
                let wait = self.outlook.wait(*cause, Some(*until), left);
                self.line(&format!("{wait} (Ctrl-C stops; `send` goes on later)"));
            }
            Happening::Unreachable { error, again_at } => {
                let wait = crate::clock::until(self.clock.now(), *again_at).as_secs_f32().round();
                self.line(&format!("{error}; trying again in {wait} s"));
            }
            // Those that cannot connect fail alike, one after another.
            Happening::FewerConnections { error, .. } if self.fewer_for.as_ref() == Some(error) => {}
            Happening::FewerConnections { error, .. } => {
                self.line(&format!("going on with fewer connections: {error}"));
                self.fewer_for = Some(error.clone());
            }
            Happening::Draining { on_the_wire } => {
                self.line(&format!("stopping: finishing {on_the_wire} on the wire; once more stops at once"));
            }
        }
        self.refresh();
    }

    fn refresh(&mut self) {
        let done = self.course.done();
        if let Some(bar) = &self.bar {
            let (now, zone) = (self.clock.now(), TimeZone::system());
            let waits = self.forecast.waits(now, &zone).map(|waits| format!("; {waits}")).unwrap_or_default();
            bar.set_message(format!("{}{waits}", self.course));
            bar.set_position(done);
            // Reckoning with a pace takes a while where many letters are left.
            if self.told_at.is_none_or(|at| at.elapsed() >= TOLD) {
                self.told_at = Some(Instant::now());
                let ends = self.forecast.done_at(done, now).map(|at| on_the_clock(at, now, &zone));
                bar.set_prefix(ends.map(|ends| format!("  done about {ends}")).unwrap_or_default());
            }
        } else if !self.quiet && self.total > FEW && self.last_line.elapsed() >= PERIOD {
            self.last_line = Instant::now();
            let rate = done / self.begun.elapsed().as_secs().max(1);
            say(format_args!("{done} of {}: {}; {rate} a second", self.total, self.course));
        }
    }

    fn line(&self, text: &str) {
        if self.quiet {
            return;
        }
        // What is said on the way may end up in a mail or a screenshot.
        let text = mask_addresses(&printable(text));
        match &self.bar {
            Some(bar) => bar.suspend(|| say(&text)),
            None => say(&text),
        }
    }

    /// Takes the bar away, and says what a glance at the totals would miss.
    pub(super) fn finish(self) {
        if let Some(bar) = self.bar {
            bar.finish_and_clear();
        }
        self.course.notes().iter().for_each(warn);
    }
}
