//! What a form or the query of an address says.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::request::Parts;

use super::desk::Desk;

/// The field in which a form has its token.
pub(super) const FORM_TOKEN: &str = "form";

/// No field of a form takes more characters.
pub(super) const LONGEST_VALUE: usize = 4_000;

/// Names and values, in the order in which they were sent.
#[derive(Debug, Clone, Default)]
pub(super) struct Fields(Vec<(String, String)>);

impl Fields {
    pub(super) fn new(fields: Vec<(String, String)>) -> Self {
        Self(fields)
    }

    /// The fields of a query.
    pub(super) fn of_query(query: &str) -> Self {
        Self(url::form_urlencoded::parse(query.as_bytes()).into_owned().collect())
    }

    /// The first value of a field, without the spaces around it; `None` where there is none or it is empty.
    pub(super) fn one(&self, name: &str) -> Option<&str> {
        let value = self.0.iter().find(|(known, _)| known == name)?.1.trim();
        (!value.is_empty()).then_some(value)
    }

    /// The first value of a field as it was sent, where the form has the field.
    pub(super) fn whole(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// All values of a field that are not empty.
    pub(super) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(known, value)| known == name && !value.is_empty()).map(|(_, value)| value.as_str())
    }

    /// How many characters the longest value has.
    pub(super) fn longest(&self) -> usize {
        self.0.iter().map(|(_, value)| value.chars().count()).max().unwrap_or_default()
    }
}

/// A form that was sent from one of the desk's own pages: its token was found right, and changes are allowed. A handler
/// that changes something takes it, and nothing else makes one.
#[derive(Debug, Clone)]
pub(super) struct Form {
    pub(super) fields: Fields,
}

impl Form {
    /// What `guard` has found right.
    pub(super) fn checked(fields: Fields) -> Self {
        Self { fields }
    }
}

impl FromRequestParts<Arc<Desk>> for Form {
    type Rejection = StatusCode;

    async fn from_request_parts(parts: &mut Parts, _: &Arc<Desk>) -> Result<Self, StatusCode> {
        parts.extensions.remove::<Self>().ok_or(StatusCode::FORBIDDEN)
    }
}
