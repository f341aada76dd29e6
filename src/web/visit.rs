//! Who asks for a page, and how they are to be answered.

use std::convert::Infallible;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;

use super::desk::Desk;
use super::form::Fields;
use super::tongue::Tongue;

/// A request for a page, or for a change.
#[derive(Debug, Clone)]
pub(super) struct Visit {
    /// The language, the numbers and the dates of the browser.
    pub(super) tongue: Tongue,
    /// What stands behind the `?`.
    pub(super) query: Fields,
}

impl FromRequestParts<Arc<Desk>> for Visit {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &Arc<Desk>) -> Result<Self, Infallible> {
        let query = Fields::of_query(parts.uri.query().unwrap_or_default());
        Ok(Self { tongue: Tongue::wanted(&parts.headers), query })
    }
}
