//! A person asks to be forgotten: their address is typed, since there is no way back.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;

use super::say::{Meant, meant, page_of};
use crate::campaign::person::{self, Forgot, Recorded};
use crate::model::EmailAddress;
use crate::web::desk::Desk;
use crate::web::form::{Fields, Form};
use crate::web::notice::Notice;
use crate::web::said::{Said, told};
use crate::web::tongue::Tongue;
use crate::web::visit::Visit;
use crate::web::words::fill;

/// So many places that name them still are told.
const PLACES: usize = 50;

/// Forgets somebody.
pub(in crate::web) async fn forget(
    State(desk): State<Arc<Desk>>,
    Path(key): Path<String>,
    visit: Visit,
    form: Form,
) -> Response {
    let said = forgotten(&desk, visit.tongue, &key, &form.fields).await;
    told(&desk, &visit, &page_of(&key), said)
}

async fn forgotten(desk: &Arc<Desk>, tongue: Tongue, key: &str, fields: &Fields) -> Said {
    let words = tongue.words();
    let Meant { folder, email, .. } = meant(desk, key).await?;
    let typed = EmailAddress::parse(fields.one("typed").unwrap_or_default());
    let address = match (EmailAddress::parse(&email), typed) {
        (Ok(address), Ok(typed)) if address.key() == typed.key() => address,
        _ => return Ok(Notice::refused(words.not_that_address.to_owned())),
    };
    let Recorded { what, note } = person::forget(&folder, &address, &desk.said()).await?;
    let Forgot { elsewhere, left, .. } = what;
    let mut lines = vec![words.is_forgotten.to_owned()];
    let places = left.iter().chain(&elsewhere).take(PLACES);
    lines.extend(places.map(|place| fill(words.names_them_still, &[("place", place)])));
    lines.push(words.not_reached.to_owned());
    lines.extend(note.map(|note| note.to_string()));
    let text = lines.join("\n");
    Ok(if left.is_empty() { Notice::done(text) } else { Notice::refused(text) })
}
