//! What the files that go along with letters tell besides what they show.

use std::collections::BTreeMap;

use crate::attachment::{Kind, Looked, Trace, judge, traces};
use crate::campaign::load::Campaign;
use crate::letter::{Letters, Variants};
use crate::model::{Fault, Place, Round};
use crate::plan::Row;
use crate::workspace::Workspace;

/// How many traces of one file a warning names.
const MOST_NAMED: usize = 6;

/// The files that go along, each with the place that names it first.
#[derive(Debug)]
pub(super) struct Enclosed {
    workspace: Workspace,
    list: String,
    files: BTreeMap<String, (Place, With)>,
}

/// Which letters a file goes with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum With {
    /// The first ones: whatever keeps it from going is an error that others say.
    First,
    /// A follow-up, before which nobody looks at it.
    FollowUp,
}

impl Enclosed {
    /// Those of the campaign and of its letters, follow-ups among them.
    pub(super) fn of(campaign: &Campaign, follow_ups: &[(Round, Letters)]) -> Self {
        let settings = &campaign.folder.settings;
        let workspace = campaign.folder.workspace.clone();
        let mut files = BTreeMap::new();
        for round in (0..=settings.last_round().0).map(Round) {
            let with = if round == Round(0) { With::First } else { With::FollowUp };
            for (path, place) in settings.attachments(round) {
                let variants = Variants::of(&workspace, path).known.into_iter().map(|(_, path)| path);
                for path in variants.chain([path.clone()]) {
                    files.entry(path).or_insert_with(|| (place.clone(), with));
                }
            }
        }
        let of_follow_ups = follow_ups.iter().map(|(_, letters)| (letters, With::FollowUp));
        for (letters, with) in [(&campaign.letters, With::First)].into_iter().chain(of_follow_ups) {
            for letter in letters.iter() {
                for path in letter.attachments() {
                    files.entry(path.clone()).or_insert_with(|| (Place::file(letter.path()), with));
                }
            }
        }
        Self { workspace, list: settings.lists.recipients.clone(), files }
    }

    /// Takes note of a row's own files.
    pub(super) fn see(&mut self, row: &Row) {
        let Row::Entry(entry) = row else { return };
        let recipient = &entry.recipient;
        for path in &recipient.attachments {
            if !self.files.contains_key(path) {
                self.files.insert(path.clone(), (recipient.place(&self.list, "attachments"), With::First));
            }
        }
    }

    /// What each of them tells, and what keeps one of a follow-up from going along.
    pub(super) fn warnings(&self) -> Vec<Fault> {
        self.files.iter().filter_map(|(path, (place, with))| self.warning(path, place, *with)).collect()
    }

    fn warning(&self, path: &str, place: &Place, with: With) -> Option<Fault> {
        let warning = |message: String| Some(Fault::warning(place.clone(), message));
        let judged = match self.workspace.read(path) {
            Ok(content) => judge(path, &content).map(|()| content).map_err(|unfit| unfit.to_string()),
            Err(error) => Err(error.to_string()),
        };
        let content = match judged {
            Ok(content) => content,
            Err(_) if with == With::First => return None,
            Err(why) => return warning(format!("attachment {why}; a follow-up is to go with it")),
        };
        let looked = traces(&content);
        if let Some(why) = looked.closed.filter(|_| looked.traces.is_empty()) {
            return warning(format!(
                "what `{path}` tells of its author cannot be looked up: {why}; look at its properties yourself, or send it \
                 as a new PDF"
            ));
        }
        (!looked.traces.is_empty()).then(|| warning(in_words(path, &looked))).flatten()
    }
}

fn in_words(path: &str, looked: &Looked) -> String {
    let named: Vec<String> = looked
        .traces
        .iter()
        .take(MOST_NAMED)
        .map(|Trace { subject, field, value }| format!("{subject} `{value}` ({field})"))
        .collect();
    let more = match looked.traces.len().saturating_sub(MOST_NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let advice = match looked.kind {
        Kind::Picture => "save a copy without them: `exiftool -all= FILE`, or export it anew without its metadata",
        Kind::Pdf => "empty them in the document's properties in the program that made it, and export it anew",
        Kind::Office => {
            "remove them (Word: File > Info > Inspect Document; LibreOffice: File > Properties > Reset Properties), or \
             send a PDF without them"
        }
        Kind::Other => "remove them in the programs that made the files within",
    };
    format!("`{path}` tells every reader more than it shows: {}{more}; {advice}", named.join(", "))
}
