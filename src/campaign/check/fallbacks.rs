//! Recipients for whom there is no letter in their language, or whose language nobody said.

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
    /// How many rows say their language, and those that do not.
    said: usize,
    unsaid: Option<Wanted>,
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
        Self { naming, ..Self::default() }
    }

    /// Takes note of a recipient of this list who is to get a letter.
    pub(in crate::campaign) fn note(&mut self, letters: &Letters, entry: &Entry, list: &str) {
        let recipient = &entry.recipient;
        let none = || Wanted { count: 0, place: recipient.place(list, "lang"), named: Vec::new() };
        self.said += usize::from(recipient.lang.is_some());
        let wanted = match &recipient.lang {
            None => self.unsaid.get_or_insert_with(none),
            Some(language) if letters.choose(Some(language)).fell_back => {
                self.wanted.entry(language.clone()).or_insert_with(none)
            }
            Some(_) => return,
        };
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
        warnings.extend(self.of_unsaid(letters));
        warnings
    }

    /// What is said of rows without a language among those with one, where the letter is there in several. Where most
    /// say none, that is on purpose.
    fn of_unsaid(&self, letters: &Letters) -> Option<Fault> {
        let Wanted { count, place, named } = self.unsaid.as_ref()?;
        if *count >= self.said || letters.iter().count() < 2 {
            return None;
        }
        let given = letters.choose(None).letter.language();
        let (rows, get) =
            if *count == 1 { ("1 row has".to_owned(), "gets") } else { (format!("{count} rows have"), "get") };
        let who = named.join(", ");
        let more = match count - named.len() {
            0 => String::new(),
            more => format!(" and {more} more, whom `check -v` names"),
        };
        let message = format!("{rows} no `lang`, while most have one, and {get} the letter in `{given}`: {who}{more}");
        Some(Fault::warning(place.clone(), message))
    }
}
