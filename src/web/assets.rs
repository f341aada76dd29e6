//! The style and the script of all pages.

use axum::http::HeaderValue;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};

/// Where the style lies.
pub(super) const STYLE_PATH: &str = "/desk.css";

/// Where the script lies. Every page works without it.
pub(super) const SCRIPT_PATH: &str = "/desk.js";

/// The style.
pub(super) async fn style() -> Response {
    file("text/css; charset=utf-8", include_str!("desk.css"))
}

/// The script.
pub(super) async fn script() -> Response {
    file("text/javascript; charset=utf-8", include_str!("desk.js"))
}

/// Neither holds anything of the campaign: a browser may keep it for a while.
fn file(kind: &'static str, content: &'static str) -> Response {
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static(kind)),
        (CACHE_CONTROL, HeaderValue::from_static("private, max-age=600")),
    ];
    (headers, content).into_response()
}
