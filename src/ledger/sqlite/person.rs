//! What a person says, on its way to the thread that writes.

use std::future::Future;

use super::{SqliteLedger, answer, bounce, halt, resolve, suppress};
use crate::ledger::{Halt, Mark, Marked, PersonLedger, Resolution, Result, Unbounced, Word};
use crate::model::{RecipientId, Round, Suppression, Target};

impl PersonLedger for SqliteLedger {
    fn mark(&self, recipient: &RecipientId, mark: Mark, word: &Word) -> impl Future<Output = Result<Marked>> + Send {
        self.ask(answer::MarkRecipient { recipient: recipient.clone(), mark, word: word.clone() })
    }

    fn unbounce(&self, recipient: &RecipientId, word: &Word) -> impl Future<Output = Result<Unbounced>> + Send {
        self.ask(bounce::Unbounce { recipient: recipient.clone(), word: word.clone() })
    }

    fn resolve(
        &self,
        round: Round,
        recipient: &RecipientId,
        resolution: Resolution,
        word: &Word,
    ) -> impl Future<Output = Result<()>> + Send {
        self.ask(resolve::Resolve { round, recipient: recipient.clone(), resolution, word: word.clone() })
    }

    fn suppress(
        &self,
        suppression: Suppression,
        word: &Word,
    ) -> impl Future<Output = Result<Option<Suppression>>> + Send {
        self.ask(suppress::Suppress { suppression, word: word.clone() })
    }

    fn lift(&self, target: Target, word: &Word) -> impl Future<Output = Result<Option<Suppression>>> + Send {
        self.ask(suppress::Lift { target, word: word.clone() })
    }

    fn stop(&self, reason: Option<String>, word: &Word) -> impl Future<Output = Result<Option<Halt>>> + Send {
        self.ask(halt::HaltCampaign { reason, word: word.clone() })
    }

    fn resume(&self, word: &Word) -> impl Future<Output = Result<Option<Halt>>> + Send {
        self.ask(halt::ResumeCampaign { word: word.clone() })
    }
}
