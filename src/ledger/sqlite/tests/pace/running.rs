//! A run of one campaign: the coordinator's part.

use super::world::World;
use super::*;

/// A letter on the wire.
pub(super) struct Flight {
    pub(super) delivery: DeliveryId,
    pub(super) attempt: AttemptId,
    pub(super) arrival: Arrival,
    pub(super) ends_at: u64,
}

/// A run of one campaign.
pub(super) struct Running {
    pub(super) ledger: SqliteLedger,
    pub(super) lease: Lease,
    pub(super) clock: Clock,
    pub(super) pacer: Pacer,
    pub(super) pending: VecDeque<DeliveryId>,
    pub(super) place: Option<u64>,
    pub(super) next: Option<Letter>,
    pub(super) aside: BTreeMap<usize, VecDeque<u32>>,
    pub(super) flights: Vec<Flight>,
    /// When to look again, by the clock of the run.
    pub(super) hold: Option<Timestamp>,
    pub(super) renews_at: u64,
    pub(super) drains: bool,
}

impl Running {
    /// As the queue of the dispatcher: letters to full domains step aside.
    pub(super) fn next_letter(&mut self, random: &mut fastrand::Rng, weather: Weather) -> Option<Letter> {
        let mut earliest: Option<Timestamp> = None;
        let mut may_go = |letter: Letter| match self.pacer.start(&domain_name(letter.domain), letter.weight) {
            Ok(()) => Ok(()),
            Err(Hold::NotBefore(until) | Hold::Hours(until) | Hold::Spacing(until)) => Err((Some(until), false)),
            Err(Hold::Window(full)) => Err((full.until, full.domain_only)),
        };
        for (domain, weights) in &mut self.aside {
            let Some(weight) = weights.front().copied() else { continue };
            let letter = Letter { domain: *domain, weight };
            match may_go(letter) {
                Ok(()) => {
                    weights.pop_front();
                    return Some(letter);
                }
                Err((until, true)) => earliest = earliest.into_iter().chain(until).min(),
                Err((until, false)) => {
                    self.hold = until;
                    return None;
                }
            }
        }
        while self.aside.values().map(VecDeque::len).sum::<usize>() < ASIDE {
            let letter = self.next.take().unwrap_or_else(|| letter(random, weather));
            match may_go(letter) {
                Ok(()) => return Some(letter),
                Err((until, true)) => {
                    earliest = earliest.into_iter().chain(until).min();
                    self.aside.entry(letter.domain).or_default().push_back(letter.weight);
                }
                Err((until, false)) => {
                    self.next = Some(letter);
                    self.hold = until;
                    return None;
                }
            }
        }
        self.hold = earliest;
        None
    }

    pub(super) async fn next_delivery(&mut self, campaign: usize) -> DeliveryId {
        if self.pending.is_empty() {
            let due =
                self.ledger.due(&World::campaign(campaign), FIRST, self.place, self.clock.now(), 200).await.unwrap();
            self.place = due.last().map(|due| due.place);
            self.pending.extend(due.iter().map(|due| due.id));
        }
        self.pending.pop_front().expect("there is always work")
    }
}
