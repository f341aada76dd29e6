//! The campaign at a glance.

use std::collections::BTreeMap;
use std::fmt;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;

use super::account::Numbers;
use super::copies::copies_left;
use super::status_parts::{OverdueStatus, RunStatus};
use crate::ledger::{Approval, Holder, Running, Tally};
use crate::model::count::counted;
use crate::model::{Answer, CampaignId, DeliveryState, Round};

/// Where a campaign stands.
#[derive(Debug, Clone, Serialize)]
pub struct Status {
    /// The campaign's id.
    pub campaign: String,
    /// Its name.
    pub name: String,
    /// Who sends it at this moment, on this machine.
    pub sending: Option<String>,
    /// The run on another machine that did not end, as far as this ledger knows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unfinished: Option<String>,
    /// The runs that send it at this moment, where several may: which machine sends what, since when, how fast.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub runs: Vec<RunStatus>,
    /// Who stopped it, when and why, where a person did.
    pub stopped: Option<String>,
    /// That its people were erased, where they were: it is over for good.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expired: Option<String>,
    /// The campaigns of its ledger that are overdue, and what erases them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub overdue: Vec<OverdueStatus>,
    /// That its ledger was handed over, to whom and when, where it was; and what goes on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub handed_over: Option<String>,
    /// When its inbox was last read to the end.
    pub inbox_read_at: Option<Timestamp>,
    /// Who agreed to the letter before it was sent.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub approvals: Vec<Approval>,
    /// Which version the letter is now, where somebody agreed to one: an approval of another one does not hold for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// How many mails the server has and does not give: what they say is not known.
    #[serde(skip_serializing_if = "is_zero")]
    pub withheld: u64,
    /// How many mails may be about letters, and wait for a person to say so.
    #[serde(skip_serializing_if = "is_zero")]
    pub waiting: u64,
    /// All people together, whatever rounds they have letters of; where there are several rounds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub people: Option<Numbers>,
    /// Its rounds, first the first.
    pub rounds: Vec<RoundStatus>,
    /// How many addresses and domains the ledger suppresses, in all its campaigns.
    pub suppressions: usize,
    /// By which clock people are told times; scripts are told UTC.
    #[serde(skip)]
    pub zone: TimeZone,
}

/// Where one round stands.
#[derive(Debug, Clone, Serialize)]
pub struct RoundStatus {
    /// The round.
    pub round: u32,
    /// All its deliveries.
    pub total: u64,
    /// How many stand where, by the words of the states.
    pub states: serde_json::Map<String, serde_json::Value>,
    /// When the next deferred one is tried again.
    pub next_attempt_at: Option<Timestamp>,
    /// How many answered what, by the words of the answers.
    pub answers: serde_json::Map<String, serde_json::Value>,
    /// How many copies of its letters stand where, by the words of the states; nothing, where none has gone.
    #[serde(skip_serializing_if = "serde_json::Map::is_empty")]
    pub copies: serde_json::Map<String, serde_json::Value>,
    /// How many of those to whom a letter is still to be sent are not in the list any more: no plan names them.
    #[serde(skip_serializing_if = "is_zero")]
    pub not_listed: u64,
    /// How many have what before them, by the words of the log's column `follow_up`.
    pub follow_up: BTreeMap<String, u64>,
    #[serde(skip)]
    tally: Tally,
    #[serde(skip)]
    copied: Tally,
    #[serde(skip)]
    answered: Vec<(Answer, u64)>,
}

impl RoundStatus {
    /// The status of a round: of its deliveries, and of their copies.
    #[must_use]
    pub fn new(
        round: Round,
        (tally, copied): (Tally, Tally),
        next_attempt_at: Option<Timestamp>,
        answered: Vec<(Answer, u64)>,
        next: impl IntoIterator<Item = (impl ToString, u64)>,
    ) -> Self {
        let mut follow_up = BTreeMap::new();
        for (what, count) in next {
            *follow_up.entry(what.to_string()).or_default() += count;
        }
        let by_state = |tally: &Tally| {
            DeliveryState::ALL.iter().map(|state| (state.to_string(), tally.of(*state).into())).collect()
        };
        let states = by_state(&tally);
        let copies = if copied.total() > 0 { by_state(&copied) } else { serde_json::Map::new() };
        let count = |answer| answered.iter().find(|(known, _)| *known == answer).map_or(0, |(_, count)| *count);
        let kinds = Answer::ALL.into_iter().filter(|answer| *answer != Answer::None);
        let answers = kinds.map(|answer| (answer.to_string(), count(answer).into())).collect();
        Self {
            round: round.0,
            total: tally.total(),
            states,
            next_attempt_at,
            answers,
            copies,
            not_listed: 0,
            follow_up,
            tally,
            copied,
            answered,
        }
    }
}

impl Status {
    /// The status of a campaign.
    #[must_use]
    pub fn new(
        campaign: &CampaignId,
        name: &str,
        holder: Option<&Holder>,
        rounds: Vec<RoundStatus>,
        suppressions: usize,
    ) -> Self {
        let (here, elsewhere) = holder
            .map_or((None, None), |holder| if holder.is_here { (Some(holder), None) } else { (None, Some(holder)) });
        let sending = here.map(|holder| format!("process {} on {}", holder.pid, holder.host));
        let unfinished = elsewhere.map(ToString::to_string);
        Self {
            campaign: campaign.to_string(),
            name: name.to_owned(),
            sending,
            unfinished,
            runs: Vec::new(),
            stopped: None,
            expired: None,
            overdue: Vec::new(),
            handed_over: None,
            inbox_read_at: None,
            approvals: Vec::new(),
            version: None,
            withheld: 0,
            waiting: 0,
            people: None,
            rounds,
            suppressions,
            zone: TimeZone::UTC,
        }
    }

    /// The same, with the runs that send it, where several may.
    #[must_use]
    pub fn sent_by(mut self, runs: Vec<Running>) -> Self {
        if !runs.is_empty() {
            self.runs = runs.into_iter().map(RunStatus::from).collect();
            let named = self.runs.iter().map(|run| format!("process {} on {}", run.process, run.host));
            self.sending = Some(named.collect::<Vec<_>>().join(", "));
            self.unfinished = None;
        }
        self
    }

    fn write_who_sends(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for run in &self.runs {
            writeln!(f, "{}", self.run(run))?;
        }
        if let Some(sending) = self.sending.as_ref().filter(|_| self.runs.is_empty()) {
            writeln!(f, "being sent by {sending}")?;
        }
        if let Some(unfinished) = &self.unfinished {
            writeln!(f, "{unfinished}, as far as this ledger knows")?;
        }
        Ok(())
    }

    /// What a run does, for people.
    fn run(&self, run: &RunStatus) -> String {
        let RunStatus { host, process, person, since, round, on_the_wire, attempts, last_minute } = run;
        let by = person.as_ref().map(|person| format!(" by {person}")).unwrap_or_default();
        let does = match round {
            None => "makes its plan".to_owned(),
            Some(round) => format!(
                "round {round}, {}, {last_minute} of them in the last minute, {on_the_wire} on the wire",
                counted(*attempts, "attempt", "attempts")
            ),
        };
        format!("being sent on {host}{by} (process {process}) since {}: {does}", self.time(*since))
    }

    /// A time for people.
    fn time(&self, at: Timestamp) -> String {
        at.to_zoned(self.zone.clone()).strftime("%Y-%m-%d %H:%M").to_string()
    }

    /// Its day.
    fn day(&self, at: Timestamp) -> String {
        at.to_zoned(self.zone.clone()).strftime("%Y-%m-%d").to_string()
    }

    fn tell_round(&self, round: &RoundStatus, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "\nround {}: {}", round.round, counted(round.total, "recipient", "recipients"))?;
        for state in DeliveryState::ALL {
            let count = round.tally.of(state);
            if count > 0 {
                let share = percent(count, round.total);
                writeln!(f, "  {:<11}{count:>9}  {share:>4}{}", state.as_str(), hint(Round(round.round), state))?;
            }
        }
        if let Some(at) = round.next_attempt_at {
            writeln!(f, "  the next deferred one is due at {}", self.time(at))?;
        }
        if round.not_listed > 0 {
            let command = if round.round == 0 { "plan" } else { "plan --round N" };
            let who = counted(round.not_listed, "of them is", "of them are");
            writeln!(f, "  {who} not in the list any more, and get nothing; `undersigned {command}` says who")?;
        }
        for line in copies_left(&round.copied) {
            writeln!(f, "  {line}")?;
        }
        let answers = round.answered.iter().map(|(answer, count)| format!("{count} {answer}"));
        let answers: Vec<String> = answers.collect();
        if !answers.is_empty() {
            writeln!(f, "  answers: {}", answers.join(", "))?;
        }
        if !round.follow_up.is_empty() {
            let parts = round.follow_up.iter().map(|(what, count)| format!("{count} {what}"));
            writeln!(f, "  follow-up: {}", parts.collect::<Vec<_>>().join(", "))?;
        }
        Ok(())
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} ({})", self.name, self.campaign)?;
        self.write_who_sends(f)?;
        if let Some(stopped) = &self.stopped {
            writeln!(f, "{stopped}; `undersigned stop --undo` lets it go on")?;
        }
        if let Some(expired) = &self.expired {
            writeln!(f, "{expired}: the numbers are kept, and nothing is sent or recorded in it any more")?;
        }
        for overdue in &self.overdue {
            writeln!(f, "{}", overdue.text)?;
        }
        if let Some(handed_over) = &self.handed_over {
            writeln!(f, "{handed_over}")?;
        }
        if let Some(at) = self.inbox_read_at {
            writeln!(f, "inbox last read at {}", self.time(at))?;
        }
        for approval in &self.approvals {
            let Approval { person, version, at, note, .. } = approval;
            let note = note.as_ref().map(|note| format!(": {note}")).unwrap_or_default();
            let holds = match &self.version {
                Some(now) if now == version => String::new(),
                Some(now) => format!("; not to the letter as it is now, version {now}"),
                None => {
                    "; whether the letter is still that one cannot be told: `undersigned check` says why".to_owned()
                }
            };
            writeln!(f, "{person} agreed to version {version} on {}{note}{holds}", self.day(*at))?;
        }
        if self.withheld > 0 {
            let mails = counted(self.withheld, "mail", "mails");
            writeln!(f, "{mails} that the server does not give; `undersigned sync --unmatched` lists them")?;
        }
        if self.waiting > 0 {
            let mails = counted(self.waiting, "mail that may be an answer waits", "mails that may be answers wait");
            writeln!(f, "{mails} for you; `undersigned sync --unmatched` lists what each suggests")?;
        }
        if self.rounds.is_empty() {
            return writeln!(f, "nothing was sent yet; `undersigned plan` shows what would be");
        }
        if let Some(Numbers { people, sent, answered }) = self.people {
            let recipients = counted(people, "recipient", "recipients");
            writeln!(f, "{recipients} in all rounds: {sent} got a letter, {answered} answered")?;
        }
        for round in &self.rounds {
            self.tell_round(round, f)?;
        }
        if self.suppressions > 0 {
            let count = counted(self.suppressions as u64, "address or domain", "addresses or domains");
            writeln!(f, "\nnot written to in any campaign: {count}; `undersigned suppress` lists them")?;
        }
        Ok(())
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for it")]
fn is_zero(count: &u64) -> bool {
    *count == 0
}

/// A share in whole percent. What is not all is never shown as all, and what is not nothing never as nothing.
fn percent(count: u64, total: u64) -> String {
    match (count * 200 + total) / (total.max(1) * 2) {
        0 if count > 0 => "<1 %".to_owned(),
        rounded if count < total => format!("{} %", rounded.min(99)),
        rounded => format!("{rounded} %"),
    }
}

fn hint(round: Round, state: DeliveryState) -> &'static str {
    let is_first = round == Round(0);
    match state {
        DeliveryState::Planned if is_first => "  `undersigned send` goes on",
        DeliveryState::Deferred if is_first => "  `undersigned send` tries again",
        DeliveryState::Planned => "  `undersigned follow-up` goes on",
        DeliveryState::Deferred => "  `undersigned follow-up` tries again",
        DeliveryState::Attempting => "  on the wire, or left by a run that died",
        DeliveryState::Failed => "  `undersigned log --state failed` says why",
        DeliveryState::InDoubt => "  ask the recipient or the server's log, then `undersigned resolve`",
        DeliveryState::Accepted | DeliveryState::Bounced | DeliveryState::Skipped => "",
    }
}

#[cfg(test)]
mod tests;
