//! Recipients for whom there is no letter in their language.

use std::collections::BTreeMap;

use crate::letter::Letters;
use crate::model::{Fault, Faults, Language, Place};
use crate::plan::Entry;

/// How many are named for each language, unless all are asked for.
const NAMED: usize = 3;

/// Of many recipients, who is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Naming {
    /// The first few for each language.
    #[default]
    First,
    /// All.
    All,
}

/// Who wants a language in which there is no letter, by language.
#[derive(Default)]
pub(in crate::campaign) struct Fallbacks {
    naming: Naming,
    wanted: BTreeMap<Language, Wanted>,
}

struct Wanted {
    count: usize,
    /// The cell of the first.
    place: Place,
    named: Vec<String>,
}

impl Fallbacks {
    /// None so far.
    pub(in crate::campaign) fn new(naming: Naming) -> Self {
        Self { naming, wanted: BTreeMap::new() }
    }

    /// Takes note of a recipient of this list who is to get a letter.
    pub(in crate::campaign) fn note(&mut self, letters: &Letters, entry: &Entry, list: &str) {
        let recipient = &entry.recipient;
        let Some(language) = recipient.lang.as_ref().filter(|lang| letters.choose(Some(lang)).fell_back) else {
            return;
        };
        let wanted = self.wanted.entry(language.clone()).or_insert_with(|| Wanted {
            count: 0,
            place: recipient.place(list, "lang"),
            named: Vec::new(),
        });
        wanted.count += 1;
        if self.naming == Naming::All || wanted.count <= NAMED {
            wanted.named.push(format!("`{}` ({})", recipient.id, recipient.list_line()));
        }
    }

    /// What is said of them: a warning for each language, at its first recipient.
    pub(in crate::campaign) fn warnings(&self, letters: &Letters) -> Faults {
        let mut warnings = Faults::new();
        for (language, Wanted { count, place, named }) in &self.wanted {
            let given = letters.choose(Some(language)).letter.language();
            let who = named.join(", ");
            let more = count - named.len();
            let message = match (count, more) {
                (1, _) => format!("there is no letter in `{language}`: {who} gets the one in `{given}`"),
                (_, 0) => format!("there is no letter in `{language}`: {count} get the one in `{given}`: {who}"),
                _ => format!(
                    "there is no letter in `{language}`: {count} get the one in `{given}`: {who} and {more} more, whom `check -v` names"
                ),
            };
            // Who writes `se` for Sweden means Swedish, where there is a letter in it.
            let meant = language.of_country_with_its_code();
            let meant = meant.filter(|meant| letters.iter().any(|letter| letter.language().is_written_as(meant)));
            let hint = meant.map(|meant| format!("; did you mean `{meant}`?")).unwrap_or_default();
            warnings.push(Fault::warning(place.clone(), message + &hint));
        }
        warnings
    }
}
