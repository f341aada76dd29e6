//! How far a long task is that sends nothing: a bar on a terminal, a line now and then otherwise.

use std::io::IsTerminal;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::terminal::say;

/// So few steps are done before anybody asks.
const FEW: u64 = 500;
/// How often a long task says where it stands.
const PERIOD: Duration = Duration::from_secs(10);

/// Follows a task of so many steps.
pub(super) struct Steps {
    what: &'static str,
    total: u64,
    done: u64,
    bar: Option<ProgressBar>,
    is_told: bool,
    last_line: Instant,
}

impl Steps {
    /// Follows a task of `total` steps; `what` they are.
    pub(super) fn new(what: &'static str, total: u64, quiet: bool) -> Self {
        let is_told = !quiet && total > FEW;
        let bar = (is_told && std::io::stderr().is_terminal()).then(|| {
            let bar = ProgressBar::with_draw_target(Some(total), ProgressDrawTarget::stderr_with_hz(10));
            if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} {msg}  {eta} left") {
                bar.set_style(style);
            }
            bar.set_message(what);
            bar
        });
        Self { what, total, done: 0, bar, is_told, last_line: Instant::now() }
    }

    /// Takes note of a step.
    pub(super) fn step(&mut self) {
        self.done += 1;
        if let Some(bar) = &self.bar {
            bar.set_position(self.done);
        } else if self.is_told && self.last_line.elapsed() >= PERIOD {
            self.last_line = Instant::now();
            say(format_args!("{} of {} {}", self.done, self.total, self.what));
        }
    }

    /// Takes the bar away.
    pub(super) fn finish(self) {
        if let Some(bar) = self.bar {
            bar.finish_and_clear();
        }
    }
}
