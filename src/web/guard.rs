//! What every request passes before a page sees it, and every response after: whoever has no right to be here changes
//! and learns nothing.

use std::sync::{Arc, LazyLock};

use axum::RequestExt as _;
use axum::body::Body;
use axum::extract::{FromRequest as _, Request, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, COOKIE, HOST, HeaderName, HeaderValue, LOCATION, ORIGIN, REFERRER_POLICY,
    SET_COOKIE, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

use super::assets::STYLE_HASH;
use super::desk::Desk;
use super::form::{FORM_TOKEN, Fields, Form, LONGEST_VALUE};
use super::problem::{Problem, refuse};
use super::tongue::Tongue;

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
const SEC_FETCH_MODE: HeaderName = HeaderName::from_static("sec-fetch-mode");
const SEC_FETCH_DEST: HeaderName = HeaderName::from_static("sec-fetch-dest");

/// What a page of the desk lets a browser do (CSP Level 3): its own style, script, pictures and forms, and nothing
/// else.
static POLICY: LazyLock<String> = LazyLock::new(|| {
    let style = STYLE_HASH.as_str();
    format!(
        "default-src 'none'; style-src {style}; script-src 'self'; img-src 'self' data:; connect-src 'self'; \
        form-action 'self'; frame-src 'self'; frame-ancestors 'none'; base-uri 'none'"
    )
});

/// Lets a request in, or refuses it.
pub(super) async fn watch(State(desk): State<Arc<Desk>>, request: Request, next: Next) -> Response {
    let tongue = Tongue::wanted(request.headers());
    let mut response = match admit(&desk, &request) {
        Admission::Welcome(path) => welcome(&desk, &path),
        Admission::Refused => refuse(StatusCode::FORBIDDEN, Problem::NoEntry, tongue),
        Admission::Enter if matches!(*request.method(), Method::GET | Method::HEAD) => next.run(request).await,
        Admission::Enter => match read_form(&desk, request).await {
            Ok(request) => next.run(request).await,
            Err((status, problem)) => refuse(status, problem, tongue),
        },
    };
    protect(response.headers_mut());
    response
}

/// What becomes of a request.
enum Admission {
    /// It has the cookie.
    Enter,
    /// It has the token: it gets the cookie, and goes on to this path without the token.
    Welcome(String),
    /// It has neither, or comes from elsewhere.
    Refused,
}

fn admit(desk: &Desk, request: &Request) -> Admission {
    let headers = request.headers();
    let gate = &desk.gate;
    let is_here = all(headers, &HOST, |host| gate.is_host(host))
        && headers.contains_key(HOST)
        && request.uri().authority().is_none_or(|authority| gate.is_host(authority.as_str()))
        && all(headers, &ORIGIN, |origin| gate.is_origin(origin))
        && (is_of_the_desk(headers) || is_visit(request));
    if !is_here {
        return Admission::Refused;
    }
    if let Some(token) = token(request.uri())
        && request.method() == Method::GET
    {
        let is_right = gate.knows_token(&token);
        return if is_right { Admission::Welcome(without_token(request.uri())) } else { Admission::Refused };
    }
    let has_cookie = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    if has_cookie.into_iter().any(|cookie| gate.knows_cookie(cookie)) { Admission::Enter } else { Admission::Refused }
}

/// Whether a browser says that nobody else's page asks (W3C's "Fetch Metadata Request Headers"). To a browser, all
/// ports of this machine are one site: it sends the cookie along whoever asks, and `SameSite` keeps nobody of them out.
fn is_of_the_desk(headers: &HeaderMap) -> bool {
    all(headers, &SEC_FETCH_SITE, |site| matches!(site, "same-origin" | "none"))
}

/// Whether somebody comes to a page by a link, which another page may have: it learns nothing of what they see.
fn is_visit(request: &Request) -> bool {
    let headers = request.headers();
    let is_document = |name: &HeaderName, word: &str| headers.get(name).is_some_and(|value| value == word);
    request.method() == Method::GET
        && is_document(&SEC_FETCH_MODE, "navigate")
        && is_document(&SEC_FETCH_DEST, "document")
}

/// Whether all values of a header are right; one that is no text is not.
fn all(headers: &HeaderMap, name: &HeaderName, is_right: impl Fn(&str) -> bool) -> bool {
    headers.get_all(name).iter().all(|value| value.to_str().is_ok_and(&is_right))
}

/// The token in an address.
fn token(uri: &Uri) -> Option<String> {
    let fields = Fields::of_query(uri.query().unwrap_or_default());
    fields.one("token").map(str::to_owned)
}

/// The path of an address, and its query without the token.
fn without_token(uri: &Uri) -> String {
    let rest: Vec<&str> =
        uri.query().unwrap_or_default().split('&').filter(|pair| !pair.starts_with("token=")).collect();
    // Two slashes would name another machine.
    let path = format!("/{}", uri.path().trim_start_matches('/'));
    if rest.is_empty() { path } else { format!("{path}?{}", rest.join("&")) }
}

fn welcome(desk: &Desk, path: &str) -> Response {
    let gate = &desk.gate;
    let cookie = format!("{}={}; HttpOnly; SameSite=Strict; Path=/", gate.cookie_name(), gate.cookie());
    match (HeaderValue::from_str(&cookie), HeaderValue::from_str(path)) {
        (Ok(cookie), Ok(path)) => (StatusCode::SEE_OTHER, [(SET_COOKIE, cookie), (LOCATION, path)]).into_response(),
        _ => StatusCode::BAD_REQUEST.into_response(),
    }
}

/// Reads a form and makes sure that it is one of the desk's own; the page finds it as a [`Form`].
async fn read_form(desk: &Desk, request: Request) -> Result<Request, (StatusCode, Problem)> {
    if request.method() != Method::POST {
        return Ok(request);
    }
    if desk.is_read_only() {
        return Err((StatusCode::FORBIDDEN, Problem::ReadOnly));
    }
    let (parts, body) = request.with_limited_body().into_parts();
    let submitted = Request::from_parts(parts.clone(), body);
    let sent = axum::Form::<Vec<(String, String)>>::from_request(submitted, &()).await;
    let Ok(axum::Form(sent)) = sent else { return Err((StatusCode::FORBIDDEN, Problem::NoForm)) };
    let fields = Fields::new(sent);
    let path = parts.uri.path();
    if !fields.one(FORM_TOKEN).is_some_and(|token| desk.gate.knows_form(path, token, desk.clock.now())) {
        return Err((StatusCode::FORBIDDEN, Problem::NoForm));
    }
    if fields.longest() > LONGEST_VALUE {
        return Err((StatusCode::UNPROCESSABLE_ENTITY, Problem::TooLong));
    }
    let mut request = Request::from_parts(parts, Body::empty());
    request.extensions_mut().insert(Form::checked(fields));
    Ok(request)
}

/// What every response says to the browser.
fn protect(headers: &mut HeaderMap) {
    let own = |value: &'static str| HeaderValue::from_static(value);
    if let Ok(policy) = HeaderValue::from_str(&POLICY) {
        headers.entry(CONTENT_SECURITY_POLICY).or_insert(policy);
    }
    headers.entry(X_FRAME_OPTIONS).or_insert(own("DENY"));
    headers.entry(CACHE_CONTROL).or_insert(own("no-store"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, own("nosniff"));
    headers.insert(REFERRER_POLICY, own("no-referrer"));
    headers.insert("cross-origin-opener-policy", own("same-origin"));
    headers.insert("cross-origin-resource-policy", own("same-origin"));
}
