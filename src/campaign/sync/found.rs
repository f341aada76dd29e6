//! What was found in a mailbox, in numbers.

use std::fmt;

use crate::model::Effect;
use crate::model::count::counted;

/// How many mails there were, and what they did.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Found {
    /// Mails that were not counted before.
    pub new: u64,
    /// Which effects these had, and how often.
    pub effects: Vec<(Effect, u64)>,
    /// How many of them are about no letter for sure.
    pub unmatched: u64,
    /// What they say of letters, and waits for a person.
    pub waiting: u64,
    /// Mails that ask for a proof that a person wrote, which only a person can give.
    pub asking: u64,
    /// Mails that were counted before.
    pub before: u64,
    /// Mails about letters that are on the wire: they are met again the next time.
    pub too_early: u64,
    /// Mails that the server has and does not give, also those of earlier runs.
    pub withheld: u64,
}

impl Found {
    /// Counts an effect.
    pub(super) fn add(&mut self, effect: Effect) {
        match self.effects.iter_mut().find(|(known, _)| *known == effect) {
            Some((_, count)) => *count += 1,
            None => self.effects.push((effect, 1)),
        }
    }
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&counted(self.new, "new mail", "new mails"))?;
        let mut effects: Vec<(&str, u64)> =
            self.effects.iter().map(|(effect, count)| (effect.as_str(), *count)).collect();
        effects.sort_unstable();
        let effects: Vec<String> = effects.iter().map(|(effect, count)| format!("{count} {effect}")).collect();
        if !effects.is_empty() {
            write!(f, " ({})", effects.join(", "))?;
        }
        if self.unmatched > 0 {
            let listed = "`undersigned sync --unmatched` lists them";
            write!(f, ", {} about no letter for sure ({listed})", self.unmatched)?;
        }
        if self.waiting > 0 {
            write!(f, ", {} for a person to confirm", counted(self.waiting, "thing", "things"))?;
        }
        if self.asking > 0 {
            let mails = counted(self.asking, "asks", "ask");
            write!(f, ", {mails} for a proof that a person wrote: a person has to answer")?;
        }
        if self.before > 0 {
            write!(f, ", {} counted before", self.before)?;
        }
        if self.withheld > 0 {
            write!(f, ", {} that the server does not give", self.withheld)?;
        }
        if self.too_early > 0 {
            write!(f, ", {} about letters on the wire, left for the next time", self.too_early)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Answer;

    #[test]
    fn what_was_found_is_one_line() {
        assert_eq!(Found::default().to_string(), "0 new mails");
        let mut found = Found { new: 4, unmatched: 1, before: 2, too_early: 3, ..Found::default() };
        for effect in [Effect::Answered(Answer::Replied), Effect::Bounced, Effect::Answered(Answer::Replied)] {
            found.add(effect);
        }
        assert_eq!(
            found.to_string(),
            "4 new mails (1 bounced, 2 replied), 1 about no letter for sure (`undersigned sync --unmatched` lists them), \
             2 counted before, 3 about letters on the wire, left for the next time"
        );
    }
}
