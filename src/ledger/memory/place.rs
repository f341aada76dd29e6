//! Where the ledger in memory is used. A disk has one file, and no copies.

use std::future::Future;

use super::super::rules::place::{Remembered, Spot, elsewhere, is_original};
use super::super::{Elsewhere, HandOver, LedgerError, Machine, PlaceLedger, Result, Word};
use super::disk::Disk;
use super::record::Process;
use super::{MemoryLedger, lock};
use crate::model::CampaignId;

impl PlaceLedger for MemoryLedger {
    fn handed_over(&self) -> Result<Option<HandOver>> {
        Ok(lock(&self.disk).handed_over(&self.process))
    }

    fn elsewhere(&self, campaign: &CampaignId) -> Result<Option<Elsewhere>> {
        Ok(lock(&self.disk).ran_elsewhere(&self.process, campaign))
    }

    fn hand_over(&self, to: Option<String>, word: &Word) -> impl Future<Output = Result<HandOver>> + Send {
        let (process, word) = (self.process.clone(), word.clone());
        self.ask(move |disk| disk.hand_over(&process, to, &word))
    }

    fn take_back(&self, _word: &Word) -> impl Future<Output = Result<HandOver>> + Send {
        let process = self.process.clone();
        self.ask_anywhere(move |disk| disk.take_back(&process))
    }

    fn take_over(&self, _word: &Word) -> impl Future<Output = Result<()>> + Send {
        let process = self.process.clone();
        self.ask(move |disk| {
            disk.take_over(&process);
            Ok(())
        })
    }
}

/// The machine of a process. Machines have nothing but names here.
fn machine(process: &Process) -> Machine {
    Machine { id: process.host.clone(), name: process.host.clone() }
}

fn spot(process: &Process) -> Spot {
    Spot { machine: process.host.clone(), path: "memory".to_owned(), file: None }
}

impl Disk {
    pub(super) fn refuse_handed_over(&self, process: &Process) -> Result<()> {
        match self.handed_over(process).filter(|handed| handed.is_here) {
            Some(handed) => Err(LedgerError::HandedOver(handed)),
            None => Ok(()),
        }
    }

    pub(super) fn refuse_elsewhere(&self, process: &Process, campaign: &CampaignId) -> Result<()> {
        self.ran_elsewhere(process, campaign).map_or(Ok(()), |elsewhere| Err(LedgerError::Elsewhere(elsewhere)))
    }

    fn handed_over(&self, process: &Process) -> Option<HandOver> {
        let (handed, from) = self.handed_over.as_ref()?;
        Some(HandOver { is_here: is_original(from, &spot(process)), ..handed.clone() })
    }

    fn ran_elsewhere(&self, process: &Process, campaign: &CampaignId) -> Option<Elsewhere> {
        let last = self.leases.get(campaign).or_else(|| self.leases.values().max_by_key(|held| held.number));
        let last = last.map(|held| Remembered {
            lease: held.number,
            machine: Some(held.last.host.clone()),
            run: held.last.clone(),
        });
        let taken_over = self.taken_over.get(&process.host).copied();
        elsewhere(&machine(process), (self.handed_over(process), self.taken_back.clone()), last, taken_over)
    }

    fn hand_over(&mut self, process: &Process, to: Option<String>, word: &Word) -> Result<HandOver> {
        self.leases.keys().try_for_each(|campaign| self.is_free(process, campaign, word.at))?;
        let (person, host) = (word.by.name().to_owned(), process.host.clone());
        let handed = HandOver { at: word.at, person, to, host, is_here: true };
        self.handed_over = Some((handed.clone(), spot(process)));
        self.taken_back = None;
        Ok(handed)
    }

    fn take_back(&mut self, process: &Process) -> Result<HandOver> {
        match self.handed_over(process) {
            Some(handed) if handed.is_here => {
                self.handed_over = None;
                self.taken_back = Some(handed.clone());
                Ok(handed)
            }
            other => Err(LedgerError::NotHandedOver(other)),
        }
    }

    fn take_over(&mut self, process: &Process) {
        self.handed_over = None;
        self.taken_back = None;
        let last = self.leases.values().map(|held| held.number).max().unwrap_or(0);
        self.taken_over.insert(process.host.clone(), last);
    }
}
