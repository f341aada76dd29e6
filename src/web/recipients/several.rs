//! What a person says of several recipients at once, or that a letter goes to them alone.

use std::sync::Arc;

use axum::response::{IntoResponse as _, Redirect};
use url::form_urlencoded::Serializer;

use super::one::seat;
use super::say::remark;
use crate::campaign::desk::{self, whose};
use crate::campaign::person::{self, Recorded, Remark, Resolution, ResolvedAll, Which, Whom};
use crate::campaign::{Error, Folder, Note};
use crate::web::desk::Desk;
use crate::web::form::Fields;
use crate::web::notice::Notice;
use crate::web::problem::in_lines;
use crate::web::read::{Answered, read};
use crate::web::said::lead_to;
use crate::web::visit::Visit;
use crate::web::words::Counted;

/// So many reasons are told why something was not recorded.
const TOLD: usize = 20;

/// Somebody who was chosen.
struct Chosen {
    /// Their id.
    id: String,
    /// The address of their last letter.
    email: String,
}

/// What was recorded, of how many, and what of others was not.
#[derive(Default)]
struct Done {
    count: u64,
    refused: Vec<Error>,
    note: Option<Note>,
}

/// What is to be done with all that are chosen.
enum Wish {
    Mark(crate::model::Answer),
    Resolve(Resolution),
    Suppress,
}

impl Wish {
    fn read(word: &str) -> Option<Self> {
        match (word, remark(word)) {
            ("accepted", _) => Some(Self::Resolve(Resolution::Accepted)),
            ("not-sent", _) => Some(Self::Resolve(Resolution::NotSent)),
            ("suppress", _) => Some(Self::Suppress),
            (_, Some(Remark::Answered(answer))) => Some(Self::Mark(answer)),
            _ => None,
        }
    }
}

/// Records the same of all that were chosen, one after another. What cannot be recorded of one keeps none of the others
/// from it. Or leads to the plan of a letter to them alone.
pub(super) async fn say(desk: &Arc<Desk>, visit: &Visit, fields: &Fields, back: &str) -> Answered {
    let words = visit.tongue.words();
    let keys: Vec<String> = fields.all("pick").map(str::to_owned).collect();
    if fields.one("send").is_some() && !keys.is_empty() {
        let mut query = Serializer::new(String::new());
        query.extend_pairs(keys.iter().map(|key| ("only", key)));
        return Ok(Redirect::to(&format!("/run?{}", query.finish())).into_response());
    }
    let wish = Wish::read(fields.one("status").unwrap_or_default()).filter(|_| !keys.is_empty());
    let Some(wish) = wish else { return Ok(lead_to(desk, back, Notice::refused(words.choose_some.to_owned()))) };
    let (folder, chosen) = read(desk, move |folder| Ok((folder.clone(), chosen(folder, keys)?))).await?;
    let counted = if matches!(wish, Wish::Suppress) { words.suppressed_several } else { words.recorded_counted };
    let done = done(desk, &folder, wish, chosen).await?;
    Ok(lead_to(desk, back, notice(visit, &counted, done)))
}

/// Who was chosen, each once.
fn chosen(folder: &Folder, keys: Vec<String>) -> crate::campaign::Result<Vec<Chosen>> {
    let mut chosen: Vec<Chosen> = Vec::new();
    for key in keys {
        let Some(seat) = seat(folder, &key)? else { continue };
        let Some(id) = whose(folder, seat)?.map(|id| id.to_string()) else { continue };
        if chosen.iter().any(|known| known.id == id) {
            continue;
        }
        let last = desk::person(folder, seat)?.and_then(|person| person.deliveries.last().cloned());
        chosen.push(Chosen { id, email: last.map(|delivery| delivery.email).unwrap_or_default() });
    }
    Ok(chosen)
}

async fn done(desk: &Desk, folder: &Folder, wish: Wish, chosen: Vec<Chosen>) -> crate::campaign::Result<Done> {
    let ids: Vec<String> = chosen.iter().map(|chosen| chosen.id.clone()).collect();
    let mut done = Done::default();
    match wish {
        Wish::Mark(answer) => {
            let Recorded { what, note } = person::mark_several(folder, &ids, answer, &desk.said()).await?;
            let (marked, refused): (Vec<_>, Vec<_>) = what.into_iter().partition(Result::is_ok);
            done.count = marked.len() as u64;
            done.refused = refused.into_iter().filter_map(Result::err).collect();
            done.note = note;
        }
        Wish::Resolve(resolution) => {
            match person::resolve(folder, &Which::Named(ids), None, resolution, &desk.said(), &desk.clock).await {
                Ok(Recorded { what: ResolvedAll { resolved, refused }, note }) => {
                    done = Done { count: resolved.len() as u64, refused, note };
                }
                Err(error) => done.refused.push(error),
            }
        }
        Wish::Suppress => {
            for Chosen { email, .. } in chosen {
                let suppressed = async {
                    let whom = Whom::read(&email)?;
                    person::suppress(folder, &whom, None, &desk.said()).await
                };
                match suppressed.await {
                    Ok(Recorded { note, .. }) => {
                        done.count += 1;
                        done.note = note.or(done.note);
                    }
                    Err(error) => done.refused.push(error),
                }
            }
        }
    }
    Ok(done)
}

fn notice(visit: &Visit, counted: &Counted, done: Done) -> Notice {
    let mut text = visit.tongue.counted(done.count, counted);
    done.refused.iter().take(TOLD).for_each(|why| text.extend(["\n", &in_lines(why).join("; ")]));
    text.extend(done.note.map(|note| format!("\n{note}")));
    if done.count > 0 { Notice::done(text) } else { Notice::refused(text) }
}
