//! What comes next for those in the log: the column `follow_up`.

use std::collections::{BTreeMap, HashSet};

use anyhow::Result;

use super::campaign::read_calendar;
use crate::config::Campaign;
use crate::ledger::{self, Delivery, ReadLedger};
use crate::model::{Addressee, Columns, DeliveryState, Faults, Round, Thread, lookup_key};
use crate::plan::follow_up::{self, FollowUp, Rule};
use crate::workspace::Workspace;

/// Knows when which follow-up is due.
pub(super) struct Upcoming<'a, L> {
    ledger: &'a L,
    thread: Thread,
    /// For round 1, 2, ….
    rules: Vec<Rule>,
    /// The header of each round's list.
    columns: BTreeMap<Round, Columns>,
    suppressed: HashSet<String>,
}

impl<'a, L: ReadLedger> Upcoming<'a, L> {
    /// Reads the rules of a campaign.
    ///
    /// # Errors
    /// The faults of its list of holidays, and where the ledger cannot be read.
    pub(super) fn read(workspace: &Workspace, campaign: &Campaign, ledger: &'a L) -> Result<Self> {
        let mut found = Faults::new();
        let calendar = read_calendar(workspace, campaign, &mut found);
        if found.has_errors() {
            return Err(found.into());
        }
        let mut columns = BTreeMap::new();
        for round in ledger.rounds(&campaign.id)? {
            columns.extend(ledger.columns(&campaign.id, round)?.map(|columns| (round, columns)));
        }
        let rule = |(round, after)| Rule { round: Round(round), after, calendar: calendar.clone() };
        Ok(Self {
            ledger,
            thread: Thread { campaign: campaign.id.clone(), before: Round(0), continues: None },
            rules: (1..).zip(campaign.follow_ups.iter().map(|spec| spec.after)).map(rule).collect(),
            columns,
            suppressed: ledger.suppressions()?.into_iter().map(|suppression| suppression.target.as_key()).collect(),
        })
    }

    /// What comes after a delivery: `due 2024-07-01`, `sent`, `stopped: replied` …; nothing, while it is not known what becomes of it.
    pub(super) fn after(&self, delivery: &Delivery, cells: Option<&[String]>) -> ledger::Result<String> {
        let ended = matches!(delivery.state, DeliveryState::Accepted | DeliveryState::Bounced | DeliveryState::Failed);
        let Some(rule) = self.rules.get(delivery.round.0 as usize).filter(|_| ended) else {
            return Ok(String::new());
        };
        let address = lookup_key(&delivery.email);
        let domain = address.rfind('@').map_or("", |at| &address[at..]);
        let is_suppressed = self.suppressed.contains(&address) || self.suppressed.contains(domain);
        let to = Addressee { id: delivery.recipient.clone(), address: address.clone(), name: delivery.name.clone() };
        let thread = Thread { before: Round(rule.round.0 + 1), ..self.thread.clone() };
        let history = self.ledger.histories(&thread, &[to])?.into_iter().next().unwrap_or_default();
        let next = history.rounds.iter().find(|past| past.round == rule.round).map(|past| past.state);
        let columns = self.columns.get(&delivery.round);
        let country = columns.zip(cells).and_then(|(columns, cells)| cells.get(columns.position("country")?));
        Ok(match next {
            Some(state) if state.may_have_left() => "sent".to_owned(),
            Some(DeliveryState::Failed) => format!("stopped: failed in round {}", rule.round),
            _ => match follow_up::due(&history.rounds, rule, country.map(String::as_str)) {
                FollowUp::Stopped(stop) => format!("stopped: {stop}"),
                _ if is_suppressed => "stopped: suppressed".to_owned(),
                FollowUp::Due(date) | FollowUp::DueOnReturn(date) => format!("due {date}"),
            },
        })
    }
}
