//! How a run ended, and what that means.

use super::outlook::Outlook;
use crate::campaign::error::{Error, Result};
use crate::campaign::note::Note;
use crate::campaign::realm::Realm;
use crate::dispatch::{End, Finished};
use crate::ledger::{LedgerError, Tally};
use crate::model::count::counted;
use crate::model::{DeliveryState, Round};

/// What a run came to.
#[derive(Debug)]
pub struct Concluded {
    /// The round.
    pub round: Round,
    /// How many letters were handed over or tried.
    pub attempts: u64,
    /// How it ended.
    pub end: End,
    /// How many deliveries of the round stand where; nothing, where the ledger cannot be read any more.
    pub tally: Option<Tally>,
    /// How many copies of its letters stand where.
    pub copies: Tally,
    /// What went wrong after the last letter: the ledger cannot be read, or the log not be written.
    pub trouble: Vec<Error>,
    /// Why the lease could not be given back, where that is so.
    pub kept: Option<Note>,
    /// That copies of letters do not lie in the Sent folder yet, where that is so.
    pub unfiled: Option<Note>,
    /// Which list kept the run from going on, where one did: it was told to stop then.
    pub changed: Option<String>,
    pub(super) reach: Reach,
    pub(super) outlook: Outlook,
}

/// Which letters of a round a run was to send.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    /// All.
    All,
    /// So many, or to some recipients.
    Some,
}

/// What a run came to, in a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Everything that was to be sent was sent.
    Done,
    /// Nothing is left, and some deliveries failed or are in doubt.
    WithFailures,
    /// Work is left.
    Stopped,
}

impl Concluded {
    /// Concludes from how a run finished, where the deliveries and their copies stand, and whether the log was written.
    ///
    /// # Errors
    /// Where nothing was handed over and the run as a whole failed: then it was refused.
    pub(super) fn of(
        finished: Finished,
        round: Round,
        (reach, outlook): (Reach, Outlook),
        tally: Result<(Tally, Tally)>,
        written: Result<()>,
    ) -> Result<Self> {
        let Finished { attempts, end } = finished;
        let end = if attempts == 0 { refused(end)? } else { end };
        // A run that had nothing to do has nothing to tell but what went wrong.
        let (written, tally) = match end {
            End::Done if attempts == 0 => (Ok(written?), Ok(tally?)),
            _ => (written, tally),
        };
        let mut trouble = Vec::new();
        let tally = tally.map_err(|error| trouble.push(error)).ok();
        trouble.extend(written.err());
        let (tally, copies) = tally.map_or((None, Tally::default()), |(tally, copies)| (Some(tally), copies));
        Ok(Self {
            round,
            attempts,
            end,
            tally,
            copies,
            trouble,
            kept: None,
            unfiled: None,
            changed: None,
            reach,
            outlook,
        })
    }

    /// How many letters of the round, and copies of them, are still to be sent; nothing, where the ledger cannot be
    /// read any more.
    #[must_use]
    pub fn left(&self) -> Option<u64> {
        let open = [DeliveryState::Planned, DeliveryState::Deferred];
        let of = |tally: &Tally| open.into_iter().map(|state| tally.of(state)).sum::<u64>();
        self.tally.as_ref().map(|tally| of(tally) + of(&self.copies))
    }

    /// What it came to. Nothing that is still open passes for done.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        let in_trouble = |tally: &Tally| tally.of(DeliveryState::Failed) + tally.of(DeliveryState::InDoubt);
        let Some(tally) = self.tally.as_ref().filter(|_| self.trouble.is_empty()) else { return Verdict::Stopped };
        match self.end {
            End::Done if self.left() > Some(0) && self.reach == Reach::All => Verdict::Stopped,
            End::Done if in_trouble(tally) + in_trouble(&self.copies) > 0 => Verdict::WithFailures,
            End::Done => Verdict::Done,
            End::Unmade { count, .. } if self.left() <= Some(count) || self.reach == Reach::Some => {
                Verdict::WithFailures
            }
            End::Ledger(_) | End::Letter(_) => Verdict::Stopped,
            // It ended early, and there was nothing more to send.
            _ if self.left() == Some(0) && in_trouble(tally) + in_trouble(&self.copies) > 0 => Verdict::WithFailures,
            _ if self.left() == Some(0) => Verdict::Done,
            _ => Verdict::Stopped,
        }
    }

    /// Why it ended before it was through, and where work is left, what goes on with it; nothing, where it did not.
    #[must_use]
    pub fn why(&self, realm: Realm) -> Option<String> {
        let command = if self.round == Round(0) { "send" } else { "follow-up" };
        let goes_on = |why: String| {
            Some(if self.left() == Some(0) { why } else { format!("{why}; `undersigned {command}` goes on") })
        };
        match &self.end {
            // Nothing that is still open may pass for done.
            End::Done if self.left() > Some(0) && self.reach == Reach::All => goes_on("no reason is known".to_owned()),
            End::Done => None,
            End::NoWait { cause, until } => goes_on(self.outlook.wait(*cause, *until, self.left().unwrap_or_default())),
            End::Signal => goes_on(self.changed.clone().unwrap_or_else(|| "by a signal".to_owned())),
            End::Server(error) => goes_on(error.to_string()),
            End::Refused(reason) => goes_on(reason.to_string()),
            End::Unclear(unclear) => goes_on(unclear.to_string()),
            End::Streak(streak) => goes_on(streak.to_string()),
            End::TooLarge { largest, size } => goes_on(Error::TooLarge { largest: *largest, size: *size }.to_string()),
            End::Letter(error) => goes_on(format!("letters cannot be made: {error}")),
            End::Unmade { count, why } => {
                let letters = counted(*count, "letter", "letters");
                goes_on(format!("{letters} could not be made, and the others went: {why}; mend that"))
            }
            End::Ledger(error @ LedgerError::Halted(_)) => Some(format!("{error}; {}", realm.lets_go_on())),
            // The next run must wait until a person has put the ledger right.
            End::Ledger(error @ (LedgerError::Displaced { .. } | LedgerError::Unusable { .. })) => {
                Some(error.to_string())
            }
            End::Ledger(error) => goes_on(error.to_string()),
        }
    }
}

/// What makes a run that handed nothing over one that was refused.
fn refused(end: End) -> Result<End> {
    match end {
        End::Ledger(error) if !matches!(error, LedgerError::Halted(_)) => Err(error.into()),
        End::Letter(error) => Err(error.into()),
        End::Unmade { count, why } => Err(Error::Unmade { count, why }),
        End::TooLarge { largest, size } => Err(Error::TooLarge { largest, size }),
        end => Ok(end),
    }
}
