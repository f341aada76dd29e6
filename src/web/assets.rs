//! The style and the script of all pages.

use std::sync::LazyLock;

use axum::http::HeaderValue;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};
use data_encoding::BASE64;
use sha2::{Digest as _, Sha256};

/// The style. It stands in each page, so that one request is enough to show it.
pub(super) const STYLE: &str = include_str!("desk.css");

/// By what a browser knows the style: the policy of the pages lets in this one alone (CSP Level 3, `hash-source`).
pub(super) static STYLE_HASH: LazyLock<String> =
    LazyLock::new(|| format!("'sha256-{}'", BASE64.encode(&Sha256::digest(STYLE))));

/// Where the script lies. Every page works without it.
pub(super) const SCRIPT_PATH: &str = "/desk.js";

/// The script. It holds nothing of the campaign: a browser may keep it for a while.
pub(super) async fn script() -> Response {
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static("text/javascript; charset=utf-8")),
        (CACHE_CONTROL, HeaderValue::from_static("private, max-age=600")),
    ];
    (headers, include_str!("desk.js")).into_response()
}
