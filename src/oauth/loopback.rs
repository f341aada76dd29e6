//! Where the browser comes back to (RFC 8252, 7.3): a port of this machine, open for as long as one question is. What
//! comes is looked at with suspicion: any page in any browser can ask here.

use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::Duration;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use oauth2::{CsrfToken, RedirectUrl};
use secrecy::SecretString;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::timeout;
use url::{Url, form_urlencoded};

use super::error::SignInError;
use crate::config::ProviderKind;

/// How long a person has for their consent.
const PATIENCE: Duration = Duration::from_mins(15);
/// How long a browser may take for a request.
const REQUEST: Duration = Duration::from_secs(10);
/// The most bytes of a request's head.
const LONGEST: usize = 32 * 1024;
/// So many connections are open at once at the most.
const MOST: usize = 32;

/// A port that a browser comes back to.
pub(super) struct Loopback {
    listener: TcpListener,
    host: String,
    pub(super) redirect: RedirectUrl,
}

/// What a provider sent back by the browser.
#[derive(Debug)]
pub(super) enum Answer {
    /// A code, for which it gives a token.
    Code(SecretString),
    /// Its code for a refusal, and its words.
    No { code: String, description: String },
}

impl Loopback {
    /// Opens a port.
    pub(super) async fn open(kind: ProviderKind) -> Result<Self, SignInError> {
        let failed = |why| SignInError::File { doing: "no port of this machine can be opened for the browser", why };
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.map_err(failed)?;
        let port = listener.local_addr().map_err(failed)?.port();
        // Microsoft takes any port of `localhost`, and of `127.0.0.1` only where its manifest is edited by hand:
        // https://learn.microsoft.com/en-us/entra/identity-platform/reply-url (seen in November 2026).
        let name = if kind == ProviderKind::Microsoft { "localhost" } else { "127.0.0.1" };
        let host = format!("{name}:{port}");
        let redirect =
            RedirectUrl::new(format!("http://{host}/")).map_err(|error| SignInError::Broken(error.to_string()))?;
        Ok(Self { listener, host, redirect })
    }

    /// Waits for the browser that brings the state. Whoever brings another is told so, and waited on no longer.
    pub(super) async fn wait(self, state: &CsrfToken) -> Result<Answer, SignInError> {
        let (tell, mut told) = mpsc::channel(1);
        let expected = Arc::new(Expected { host: self.host, state: state.secret().as_bytes().to_vec(), tell });
        let listener = self.listener;
        let serve = async {
            let mut open = JoinSet::new();
            loop {
                tokio::select! {
                    accepted = listener.accept(), if open.len() < MOST => {
                        if let Ok((socket, _)) = accepted {
                            let expected = Arc::clone(&expected);
                            open.spawn(async move { timeout(REQUEST, expected.hear(socket)).await });
                        }
                    }
                    Some(_) = open.join_next() => {}
                    Some(answer) = told.recv() => {
                        // The browser is to read its page to the end.
                        while open.join_next().await.is_some() {}
                        return answer;
                    }
                }
            }
        };
        timeout(PATIENCE, serve).await.map_err(|_| SignInError::NoConsent(PATIENCE))
    }
}

/// What the browser has to bring.
struct Expected {
    host: String,
    state: Vec<u8>,
    tell: mpsc::Sender<Answer>,
}

impl Expected {
    /// Hears one request, and answers it.
    async fn hear(&self, mut socket: TcpStream) {
        let Some(head) = head(&mut socket).await else { return };
        let (status, words, answer) = match self.read(&head) {
            Ok(answer @ Answer::Code(_)) => {
                ("200 OK", "Done here. The terminal says whether it worked; this window can be closed.", Some(answer))
            }
            Ok(answer @ Answer::No { .. }) => {
                ("200 OK", "The sign-in was refused. The terminal says why; this window can be closed.", Some(answer))
            }
            Err(Wrong::Elsewhere) => ("404 Not Found", "There is nothing here.", None),
            Err(Wrong::State) => {
                tracing::warn!("a browser came back with an answer to another question; it was not taken");
                ("400 Bad Request", "This answers another question. Begin again with `undersigned login`.", None)
            }
        };
        let page = format!(
            "HTTP/1.1 {status}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: {}\r\n\
             Cache-Control: no-store\r\nReferrer-Policy: no-referrer\r\nX-Content-Type-Options: nosniff\r\n\
             Content-Security-Policy: default-src 'none'\r\nConnection: close\r\n\r\n{words}",
            words.len()
        );
        // Whether the page arrives changes nothing.
        let _ = socket.write_all(page.as_bytes()).await;
        let _ = socket.shutdown().await;
        if let Some(answer) = answer {
            let _ = self.tell.try_send(answer);
        }
    }

    /// Reads the answer in a request's head.
    fn read(&self, head: &str) -> Result<Answer, Wrong> {
        let mut lines = head.split("\r\n");
        let line: Vec<&str> = lines.next().unwrap_or_default().split(' ').collect();
        let ["GET", target, "HTTP/1.1" | "HTTP/1.0"] = line[..] else { return Err(Wrong::Elsewhere) };
        let hosts: Vec<&str> = lines.filter_map(|line| header(line, "host")).collect();
        let Some(query) = target.strip_prefix("/?").filter(|_| hosts == [self.host.as_str()]) else {
            return Err(Wrong::Elsewhere);
        };
        let parameters: Vec<_> = form_urlencoded::parse(query.as_bytes()).collect();
        // What stands there twice may mean either (RFC 6749, 3.1).
        let one = |name: &str| {
            let mut found = parameters.iter().filter(|(key, _)| key == name).map(|(_, value)| value.as_ref());
            found.next().filter(|value| !value.is_empty() && found.next().is_none())
        };
        let state = one("state").unwrap_or_default();
        if verify_slices_are_equal(state.as_bytes(), &self.state).is_err() {
            return Err(Wrong::State);
        }
        match (one("code"), one("error")) {
            (Some(code), None) => Ok(Answer::Code(SecretString::from(code))),
            (_, error) => Ok(Answer::No {
                code: error.unwrap_or("an answer without a code").to_owned(),
                description: one("error_description").unwrap_or_default().to_owned(),
            }),
        }
    }
}

/// Why a request is not the answer.
enum Wrong {
    /// It is about something else.
    Elsewhere,
    /// It is an answer to somebody else's question.
    State,
}

/// The head of a request; `None` where none comes.
async fn head(socket: &mut TcpStream) -> Option<String> {
    let mut bytes = Vec::new();
    loop {
        let read = socket.read_buf(&mut bytes).await.ok()?;
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            bytes.truncate(end);
            return String::from_utf8(bytes).ok();
        }
        if read == 0 || bytes.len() > LONGEST {
            return None;
        }
    }
}

fn header<'a>(line: &'a str, name: &str) -> Option<&'a str> {
    let (key, value) = line.split_once(':')?;
    key.eq_ignore_ascii_case(name).then(|| value.trim())
}

/// Whether a browser may be sent to a URL that a provider names.
pub(super) fn is_of_the_web(url: &str) -> bool {
    Url::parse(url).is_ok_and(|url| url.scheme() == "https")
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn asked(port: u16, request: &str) -> String {
        let mut socket = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.unwrap();
        socket.write_all(request.as_bytes()).await.unwrap();
        let mut said = String::new();
        socket.read_to_string(&mut said).await.unwrap();
        said
    }

    #[tokio::test]
    async fn only_the_answer_with_the_state_is_taken_and_what_else_comes_ends_nothing() {
        let loopback = Loopback::open(ProviderKind::Other).await.unwrap();
        let (host, redirect) = (loopback.host.clone(), loopback.redirect.to_string());
        assert_eq!(redirect, format!("http://{host}/"));
        let port: u16 = host.rsplit(':').next().unwrap().parse().unwrap();
        let state = CsrfToken::new("the-state".to_owned());
        let waiting = tokio::spawn(async move { loopback.wait(&state).await });
        // A browser opens connections ahead, and says nothing on them.
        let _idle = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.unwrap();
        let right = format!("Host: {host}\r\n\r\n");
        for (request, status) in [
            (format!("GET /favicon.ico HTTP/1.1\r\n{right}"), "404"),
            (format!("GET /?code=evil&state=other HTTP/1.1\r\n{right}"), "400"),
            (format!("GET /?code=evil HTTP/1.1\r\n{right}"), "400"),
            (format!("GET /?code=evil&state=the-state&state=the-state HTTP/1.1\r\n{right}"), "400"),
            (format!("POST /?code=evil&state=the-state HTTP/1.1\r\n{right}"), "404"),
            (format!("GET /other?code=evil&state=the-state HTTP/1.1\r\n{right}"), "404"),
            ("GET /?code=evil&state=the-state HTTP/1.1\r\nHost: evil.example\r\n\r\n".to_owned(), "404"),
            ("GET /?code=evil&state=the-state HTTP/1.1\r\n\r\n".to_owned(), "404"),
            ("nonsense\r\n\r\n".to_owned(), "404"),
        ] {
            let said = asked(port, &request).await;
            assert!(said.starts_with(&format!("HTTP/1.1 {status}")), "{request}: {said}");
        }
        assert!(!waiting.is_finished());
        let said = asked(port, &format!("GET /?code=the%2Fcode&state=the-state HTTP/1.1\r\n{right}")).await;
        assert!(
            said.starts_with("HTTP/1.1 200") && !said.contains("the-state") && !said.contains("the/code"),
            "{said}"
        );
        let answer = waiting.await.unwrap().unwrap();
        assert!(matches!(answer, Answer::Code(code) if secrecy::ExposeSecret::expose_secret(&code) == "the/code"));
    }

    #[tokio::test]
    async fn a_refusal_comes_back_in_the_providers_words() {
        let loopback = Loopback::open(ProviderKind::Microsoft).await.unwrap();
        assert!(loopback.redirect.as_str().starts_with("http://localhost:"));
        let host = loopback.host.clone();
        let port: u16 = host.rsplit(':').next().unwrap().parse().unwrap();
        let state = CsrfToken::new("s".to_owned());
        let waiting = tokio::spawn(async move { loopback.wait(&state).await });
        let query = "error=access_denied&error_description=not+today&state=s";
        asked(port, &format!("GET /?{query} HTTP/1.1\r\nhost: {host}\r\n\r\n")).await;
        let answer = waiting.await.unwrap().unwrap();
        assert!(
            matches!(answer, Answer::No { code, description } if code == "access_denied" && description == "not today")
        );
    }
}
