//! The inbox is read from the desk, as `sync` reads it.

use super::job::{Outcome, Report};
use super::send::say;
use crate::campaign::sync::{News, Source, take_in};
use crate::campaign::{Folder, Retained};
use crate::clock::Clock;
use crate::model::mask_addresses;
use crate::web::tongue::Tongue;

/// Reads it, and says what came of that.
pub(super) async fn sync(folder: Folder, tongue: Tongue, clock: Clock, report: Report) -> Outcome {
    let source = match Source::inbox(&folder) {
        Ok(source) => source,
        Err(error) => return Outcome::Refused(super::in_full(&error)),
    };
    let mut watch = |news: News<'_>| {
        match news {
            News::Note(note) => say(&report, &note.to_string()),
            News::Mail(came) => say(&report, &format!("{} {}", came.kind, came.subject.as_deref().unwrap_or_default())),
        }
        Ok(())
    };
    let synced = match take_in(&folder, source, &clock, &mut watch).await {
        Ok(synced) => synced,
        Err(error) => return Outcome::Refused(super::in_full(&error)),
    };
    let mut text = synced.found.to_string();
    text.extend(synced.note.map(|note| format!("\n{note}")));
    let retained = synced.retained.iter().flat_map(Retained::lines);
    text.extend(retained.map(|line| format!("\n{line}")));
    match synced.unread {
        None if synced.withheld.is_empty() && synced.held.is_empty() => Outcome::Done(text),
        None => {
            if !synced.held.is_empty() {
                text.push('\n');
                text.push_str(tongue.words().mails_are_held);
            }
            Outcome::Stopped(text)
        }
        Some(unread) => Outcome::Stopped(format!("{text}\n{unread}: {}", mask_addresses(&super::in_full(&unread.0)))),
    }
}
