//! A provider of sign-ins on this machine, under TLS: it asks for PKCE, hands out a new refresh token each time, takes an
//! old one for stolen, and does what a test has ordered.

use std::collections::{BTreeMap, HashSet, VecDeque};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use data_encoding::BASE64URL_NOPAD;
use sha2::{Digest as _, Sha256};
use tokio_rustls::rustls::{ServerConfig, ServerConnection, StreamOwned};
use url::{Url, form_urlencoded};

/// The application.
pub const CLIENT: &str = "application-7";

type Form = BTreeMap<String, String>;

/// A provider. It ends with the program.
pub struct Provider {
    pub port: u16,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    /// How long an access token lasts, in seconds.
    lasts: u64,
    /// How long its text is, at the least.
    length: usize,
    /// The next tokens, where a test has chosen them.
    chosen: VecDeque<String>,
    issued: usize,
    /// What is answered instead, to the next questions for a token: a status and a body.
    orders: VecDeque<(u16, String)>,
    /// The challenge of PKCE, and the place to come back to, of each code.
    codes: BTreeMap<String, (String, String)>,
    refresh: Option<String>,
    used: HashSet<String>,
    /// The end of each path that was asked for, and with what.
    asked: Vec<(String, Form)>,
    /// The whole paths.
    paths: Vec<String>,
    revoked: bool,
}

impl Provider {
    pub fn start(tls: Arc<ServerConfig>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let state = Arc::new(Mutex::new(State { lasts: 3600, ..State::default() }));
        let shared = Arc::clone(&state);
        thread::spawn(move || {
            for socket in listener.incoming().map_while(Result::ok) {
                let (tls, shared) = (Arc::clone(&tls), Arc::clone(&shared));
                // Whoever breaks off hears nothing.
                thread::spawn(move || serve(socket, tls, &shared));
            }
        });
        Self { port, state }
    }

    fn url(&self, path: &str) -> String {
        format!("https://localhost:{}/{path}", self.port)
    }

    /// `[oauth]` for it.
    pub fn settings(&self) -> String {
        format!(
            "[oauth]\nclient_id = \"{CLIENT}\"\nkey = {{ env = \"SIGN_IN_KEY\" }}\nprovider = {{ authorization_url = \"{}\", \
             token_url = \"{}\", device_url = \"{}\", revocation_url = \"{}\", scopes = [\"offline_access\", \"mail\"] }}\n",
            self.url("authorize"),
            self.url("token"),
            self.url("device"),
            self.url("revoke"),
        )
    }

    /// Access tokens last so many seconds.
    pub fn lasting(&self, seconds: u64) {
        self.state.lock().unwrap().lasts = seconds;
    }

    /// Access tokens have so many characters at the least.
    pub fn long(&self, length: usize) {
        self.state.lock().unwrap().length = length;
    }

    /// The next access tokens are these.
    pub fn chooses(&self, tokens: &[&str]) {
        self.state.lock().unwrap().chosen.extend(tokens.iter().map(|token| (*token).to_owned()));
    }

    /// The next questions for a token are answered so.
    pub fn answers(&self, orders: &[(u16, &str)]) {
        let orders = orders.iter().map(|(status, body)| (*status, (*body).to_owned()));
        self.state.lock().unwrap().orders.extend(orders);
    }

    /// The consent is withdrawn.
    pub fn withdraw(&self) {
        self.state.lock().unwrap().refresh = None;
    }

    /// Whether the program has given the consent back.
    pub fn is_revoked(&self) -> bool {
        self.state.lock().unwrap().revoked
    }

    /// The questions for tokens of a kind.
    pub fn asked(&self, grant: &str) -> Vec<Form> {
        let state = self.state.lock().unwrap();
        let of_kind = |(path, form): &&(String, Form)| path == "/token" && form["grant_type"].ends_with(grant);
        state.asked.iter().filter(of_kind).map(|(_, form)| form.clone()).collect()
    }

    /// The paths that were asked for, in their order.
    pub fn paths(&self) -> Vec<String> {
        self.state.lock().unwrap().paths.clone()
    }

    /// The access token of this number.
    pub fn token(&self, number: usize) -> String {
        access(number, self.state.lock().unwrap().length)
    }

    /// All that nobody may read: tokens, codes and verifiers.
    pub fn secrets(&self) -> Vec<String> {
        let state = self.state.lock().unwrap();
        let access = (1..=state.issued).map(|number| access(number, state.length));
        let asked = state.asked.iter().flat_map(|(_, form)| {
            ["code", "code_verifier", "refresh_token", "device_code"]
                .into_iter()
                .filter_map(|key| form.get(key).cloned())
        });
        access.chain(asked).chain(state.refresh.clone()).chain(state.codes.keys().cloned()).collect()
    }

    /// A person gives consent on the page of this URL; gives where the browser goes then.
    pub fn consent(&self, page: &str) -> Url {
        self.consent_to(page, "offline_access mail")
    }

    /// The same, where it is asked for these scopes.
    pub fn consent_to(&self, page: &str, scopes: &str) -> Url {
        let page = Url::parse(page).unwrap();
        let asked: Form = page.query_pairs().into_owned().collect();
        assert_eq!((asked["response_type"].as_str(), asked["client_id"].as_str()), ("code", CLIENT));
        assert_eq!(asked["code_challenge_method"], "S256");
        assert_eq!(asked["scope"], scopes);
        let mut state = self.state.lock().unwrap();
        let code = format!("code/{}-of-the-browser", state.codes.len());
        state.codes.insert(code.clone(), (asked["code_challenge"].clone(), asked["redirect_uri"].clone()));
        let mut back = Url::parse(&asked["redirect_uri"]).unwrap();
        back.query_pairs_mut().append_pair("code", &code).append_pair("state", &asked["state"]);
        back
    }
}

fn access(number: usize, length: usize) -> String {
    let token = format!("access-{number}-of-the-provider-");
    let rest = length.saturating_sub(token.len());
    token + &"x".repeat(rest)
}

impl State {
    fn answer(&mut self, path: &str, form: &Form) -> (u16, String) {
        let no = |code: &str| (400, format!("{{\"error\":\"{code}\",\"error_description\":\"no: {code}\"}}"));
        let ordered = if path == "/token" { self.orders.pop_front() } else { None };
        if let Some(order) = ordered {
            return order;
        }
        match (path, form.get("grant_type").map_or("", String::as_str)) {
            ("/device" | "/devicecode", _) => {
                let page = "https://login.example/device";
                let asked = "\"device_code\":\"the-code-of-the-device\",\"user_code\":\"WDJB-MJHT\"";
                (200, format!("{{{asked},\"verification_uri\":\"{page}\",\"expires_in\":600,\"interval\":0}}"))
            }
            ("/revoke", _) => {
                self.revoked = form.get("token") == self.refresh.as_ref();
                self.refresh = None;
                (200, String::new())
            }
            ("/token", "authorization_code") => {
                let Some((challenge, redirect)) = self.codes.remove(&form["code"]) else { return no("invalid_grant") };
                let proof = BASE64URL_NOPAD.encode(&Sha256::digest(form["code_verifier"].as_bytes()));
                if proof == challenge && form["redirect_uri"] == redirect { self.give() } else { no("invalid_grant") }
            }
            ("/token", "refresh_token") => {
                let token = form["refresh_token"].clone();
                if self.refresh.as_ref() == Some(&token) {
                    self.used.insert(token);
                    return self.give();
                }
                // One that was used before is stolen: nobody has the consent any more.
                if self.used.contains(&token) {
                    self.refresh = None;
                }
                no("invalid_grant")
            }
            ("/token", "urn:ietf:params:oauth:grant-type:device_code") => self.give(),
            _ => no("invalid_request"),
        }
    }

    fn give(&mut self) -> (u16, String) {
        self.issued += 1;
        let token = self.chosen.pop_front().unwrap_or_else(|| access(self.issued, self.length));
        let refresh = format!("refresh-{}-of-the-provider", self.issued);
        self.refresh = Some(refresh.clone());
        let body = format!(
            "{{\"token_type\":\"Bearer\",\"access_token\":\"{token}\",\"refresh_token\":\"{refresh}\",\"expires_in\":{}}}",
            self.lasts
        );
        (200, body)
    }
}

fn serve(socket: TcpStream, tls: Arc<ServerConfig>, state: &Mutex<State>) -> Option<()> {
    let stream = StreamOwned::new(ServerConnection::new(tls).ok()?, socket);
    let mut stream = BufReader::new(stream);
    let mut line = String::new();
    stream.read_line(&mut line).ok()?;
    let whole = line.split(' ').nth(1)?.to_owned();
    let path = format!("/{}", whole.rsplit('/').next()?);
    let mut length = 0;
    loop {
        let mut header = String::new();
        stream.read_line(&mut header).ok()?;
        let header = header.trim_end().to_lowercase();
        if header.is_empty() {
            break;
        }
        if let Some(value) = header.strip_prefix("content-length:") {
            length = value.trim().parse().ok()?;
        }
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).ok()?;
    let form: Form = form_urlencoded::parse(&body).into_owned().collect();
    let (status, body) = {
        let mut state = state.lock().unwrap();
        state.paths.push(whole);
        state.asked.push((path.clone(), form.clone()));
        state.answer(&path, &form)
    };
    let head = format!("HTTP/1.1 {status} x\r\nContent-Type: application/json\r\nContent-Length: {}\r\n", body.len());
    let stream = stream.get_mut();
    stream.write_all(format!("{head}Connection: close\r\n\r\n{body}").as_bytes()).ok()?;
    stream.conn.send_close_notify();
    stream.flush().ok()
}
