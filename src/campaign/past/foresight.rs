//! The letters before those of a round, as they would be sent now: for whoever has none yet.

use jiff::Timestamp;

use super::withdrawn::names_gone;
use super::{earlier, edition};
use crate::campaign::error::Result;
use crate::campaign::load::Campaign;
use crate::dispatch::LetterMaker;
use crate::ledger::ReadLedger;
use crate::letter::Letters;
use crate::message::Composer;
use crate::model::{
    Answer, DeliveryState, Fault, Faults, History, MadeOf, Past, Recipient, RecipientId, Round, TokenKey,
};

/// The letters before those of a round.
#[derive(Default)]
pub(crate) struct Foresight {
    /// Those of round 0, 1, …; what is wrong with them matters where one of them was not sent yet.
    makers: Vec<Result<LetterMaker, Faults>>,
    now: Timestamp,
    /// What is worth a look.
    pub(crate) warning: Option<Fault>,
}

impl Foresight {
    /// Reads the letters of all rounds before one.
    ///
    /// # Errors
    /// Where the ledger cannot be read.
    pub(crate) fn before(
        round: Round,
        campaign: &Campaign,
        ledger: Option<&impl ReadLedger>,
        key: &TokenKey,
        now: Timestamp,
    ) -> Result<Self> {
        let (mut makers, mut warning) = (Vec::new(), None);
        for round in (0..round.0).map(Round) {
            let mut earlier = earlier::read(campaign, round, ledger)?;
            if let Some(quote) = &mut earlier.quote {
                warning = names_gone(&campaign.folder.settings.lists.signatories, &quote.gone);
                edition::add_unsent(campaign, ledger, quote)?;
            }
            let settings = &campaign.folder.settings;
            // Their attachments are not looked at.
            let composer = Composer::new(settings.id.clone(), round, &settings.sender, key.clone())?;
            let (workspace, columns) = (campaign.folder.workspace.clone(), campaign.columns.clone());
            let list = &settings.lists.recipients;
            makers.push(campaign.letters_of(round).map(|letters| {
                LetterMaker::new(workspace, list, columns, letters, composer, Vec::new()).with_earlier(earlier)
            }));
        }
        Ok(Self { makers, now, warning })
    }

    /// The letters of the follow-ups among them, as far as they can be read.
    pub(crate) fn follow_ups(&self) -> impl Iterator<Item = &Letters> {
        self.makers.iter().skip(1).flatten().map(LetterMaker::letters)
    }

    /// Adds to what went to a recipient before what did not go yet, as if it had been sent now. Gives how many letters
    /// these are.
    ///
    /// # Errors
    /// Where one of them cannot be made for this recipient.
    pub(crate) fn complete(
        &self,
        id: &RecipientId,
        recipient: &Recipient,
        history: &mut History,
    ) -> Result<usize, Faults> {
        let mut added = 0;
        for (round, maker) in (0..).map(Round).zip(&self.makers) {
            let at = history.rounds.partition_point(|past| past.round < round);
            match history.rounds.get(at).filter(|past| past.round == round).map(|past| past.state) {
                Some(DeliveryState::Accepted | DeliveryState::Bounced) => continue,
                Some(_) => drop(history.rounds.remove(at)),
                None => {}
            }
            let maker = maker.as_ref().map_err(Clone::clone)?;
            let before = History { rounds: history.rounds[..at].to_vec(), continued: history.continued.clone() };
            let merged = maker.merge(recipient, &before, self.now)?;
            let made_of = MadeOf {
                snapshot: None,
                at: self.now,
                header: recipient.fields.columns().names().to_vec(),
                line: recipient.line,
                cells: recipient.fields.cells().to_vec(),
            };
            let letter = Past {
                round,
                state: DeliveryState::Accepted,
                answer: Answer::None,
                returns_on: None,
                accepted_at: Some(self.now),
                failed_copies: Vec::new(),
                message_id: Some(maker.message_id(id)),
                subject: Some(merged.subject),
                made_of: Some(Box::new(made_of)),
            };
            history.rounds.insert(at, letter);
            added += 1;
        }
        Ok(added)
    }
}
