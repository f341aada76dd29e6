//! Microsoft and Google, by their own URLs: what the browser is sent to, and what is asked of them. A tunnel on this
//! machine stands before them, so that nothing goes to their real ones.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::{io, thread};

use undersigned::transport::sandbox::Encryption;

use super::{ALL, Desk, here, visit, with_browser};
use crate::office::{Authority, USER, campaign, office};
use crate::provider::{CLIENT, Provider};

/// The application's secret, and the variable that has it.
const SECRET_OF_APPLICATION: &str = "secret-of-the-application";

/// A tunnel (RFC 9110, 9.3.6) that leads to one port of this machine, whoever was asked for.
struct Tunnel {
    port: u16,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Tunnel {
    fn to(target: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let asked: Arc<Mutex<Vec<String>>> = Arc::default();
        let heard = Arc::clone(&asked);
        thread::spawn(move || {
            for socket in listener.incoming().map_while(Result::ok) {
                let heard = Arc::clone(&heard);
                thread::spawn(move || carry(socket, target, &heard));
            }
        });
        Self { port, asked }
    }

    /// The hosts that were asked for, in their order, each once.
    fn hosts(&self) -> Vec<String> {
        let mut hosts = self.asked.lock().unwrap().clone();
        hosts.dedup();
        hosts
    }
}

fn carry(socket: TcpStream, target: u16, heard: &Mutex<Vec<String>>) -> io::Result<()> {
    let mut client = BufReader::new(socket.try_clone()?);
    let mut line = String::new();
    client.read_line(&mut line)?;
    heard.lock().unwrap().push(line.split(' ').nth(1).unwrap_or_default().to_owned());
    while line.trim_end() != "" {
        line.clear();
        client.read_line(&mut line)?;
    }
    let mut server = TcpStream::connect(("127.0.0.1", target))?;
    (&socket).write_all(b"HTTP/1.1 200 go on\r\n\r\n")?;
    let (mut back, mut to_client) = (server.try_clone()?, socket);
    thread::spawn(move || {
        let _ = io::copy(&mut back, &mut to_client);
        to_client.shutdown(Shutdown::Write)
    });
    io::copy(&mut client, &mut server)?;
    server.shutdown(Shutdown::Write)
}

/// A campaign whose `[oauth]` is that of a provider that is known, and the tunnel by which it gets there.
fn desk(provider: &str, hosts: &[&str]) -> (Desk, Tunnel) {
    let authority = Authority::new();
    let encryption = Encryption::Implicit(authority.server("localhost", 2999));
    let there = Provider::start(authority.server_of(hosts));
    let tunnel = Tunnel::to(there.port);
    let mut server = office(encryption, &["XOAUTH2"]);
    server.logins = (1..=9).map(|number| (USER.to_owned(), there.token(number))).collect();
    let settings = format!(
        "auth = \"oauth\"\n[oauth]\nprovider = \"{provider}\"\nclient_id = \"{CLIENT}\"\nkey = {{ env = \"SIGN_IN_KEY\" }}\n{}",
        if provider == "google" {
            "client_secret = { env = \"OF_APPLICATION\" }\n"
        } else {
            "tenant = \"coalition.example\"\n"
        }
    );
    let campaign = here(campaign(server, &authority, &settings))
        .environment("OF_APPLICATION", SECRET_OF_APPLICATION)
        .environment("ALL_PROXY", format!("http://127.0.0.1:{}", tunnel.port))
        .environment("NO_PROXY", "");
    (Desk { campaign, provider: there }, tunnel)
}

/// Signs in; gives the page that the browser was sent to.
fn signed_in(desk: &Desk, scopes: &str) -> url::Url {
    let mut seen = None;
    let ran = with_browser(desk.campaign.start(&["login", "--no-open", "-vv"]), |page| {
        seen = Some(page.parse().unwrap());
        let said = visit(&desk.provider.consent_to(page, scopes));
        assert!(said.starts_with("HTTP/1.1 200"), "{said}");
    });
    desk.shows_nothing(&ran.exits(0).says("signed in as `letters@coalition.example`"));
    seen.unwrap()
}

/// What a page is asked with, without what differs each time: that is looked at here.
#[track_caller]
fn asked_of(page: &url::Url, host: &str) -> Vec<(String, String)> {
    let mut asked: Vec<(String, String)> = page.query_pairs().into_owned().collect();
    let mut take = |name: &str| {
        let at = asked.iter().position(|(key, _)| key == name).unwrap_or_else(|| panic!("{name} in {page}"));
        asked.remove(at).1
    };
    // As many as 32 bytes have in base64 (RFC 7636, 4.2), and a state that nobody can guess.
    assert_eq!(take("code_challenge").len(), 43, "{page}");
    assert!(take("state").len() >= 22, "{page}");
    let redirect = take("redirect_uri");
    let port = redirect.strip_prefix(&format!("http://{host}:")).and_then(|rest| rest.strip_suffix('/'));
    assert!(port.is_some_and(|port| port.parse::<u16>().is_ok()), "{redirect}");
    asked.sort();
    asked
}

fn pairs(of: &[(&str, &str)]) -> Vec<(String, String)> {
    of.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}

#[test]
fn google_is_asked_for_a_lasting_consent_by_its_own_page_and_its_tokens_are_used() {
    let scope = "https://mail.google.com/";
    let (desk, tunnel) = desk("google", &["oauth2.googleapis.com"]);
    let page = signed_in(&desk, scope);
    assert!(page.as_str().starts_with("https://accounts.google.com/o/oauth2/v2/auth?"), "{page}");
    let expected = pairs(&[
        ("access_type", "offline"),
        ("client_id", CLIENT),
        ("code_challenge_method", "S256"),
        ("login_hint", USER),
        ("prompt", "consent"),
        ("response_type", "code"),
        ("scope", scope),
    ]);
    assert_eq!(asked_of(&page, "127.0.0.1"), expected);
    let [code] = &desk.provider.asked("authorization_code")[..] else { panic!("one question") };
    // The secret is in the body, and the verifier is that of the challenge: the provider has looked.
    assert_eq!((code["client_id"].as_str(), code["client_secret"].as_str()), (CLIENT, SECRET_OF_APPLICATION));
    assert_eq!(code["code_verifier"].len(), 43);
    desk.campaign.run(&["send", "--yes", "-vv"]).exits(0).prints("3 accepted");
    assert_eq!(desk.campaign.reached(), ALL);
    assert_eq!(desk.provider.asked("refresh_token")[0]["client_secret"], SECRET_OF_APPLICATION);
    desk.campaign.run(&["logout"]).exits(0).says("is signed out at Google");
    assert!(desk.provider.is_revoked());
    assert_eq!(tunnel.hosts(), ["oauth2.googleapis.com:443"]);
    assert_eq!(desk.provider.paths(), ["/token", "/token", "/revoke"]);
    assert_eq!(desk.campaign.files_with(SECRET_OF_APPLICATION), [""; 0]);
    desk.campaign.run(&["login", "--device"]).exits(2).says("Google");
    // Nothing of a question is used again.
    let again = signed_in(&desk, scope);
    let values = |page: &url::Url, name: &str| page.query_pairs().find(|(key, _)| key == name).unwrap().1.into_owned();
    for once in ["state", "code_challenge"] {
        assert_ne!(values(&page, once), values(&again, once), "{once}");
    }
}

#[test]
fn microsoft_is_asked_at_the_organisations_own_page_and_its_tokens_are_used() {
    let scopes = "offline_access https://outlook.office.com/IMAP.AccessAsUser.All https://outlook.office.com/SMTP.Send";
    let (desk, tunnel) = desk("microsoft", &["login.microsoftonline.com"]);
    let page = signed_in(&desk, scopes);
    let at = "/coalition.example/oauth2/v2.0";
    assert!(page.as_str().starts_with(&format!("https://login.microsoftonline.com{at}/authorize?")), "{page}");
    let expected = pairs(&[
        ("client_id", CLIENT),
        ("code_challenge_method", "S256"),
        ("login_hint", USER),
        ("response_type", "code"),
        ("scope", scopes),
    ]);
    assert_eq!(asked_of(&page, "localhost"), expected);
    let [code] = &desk.provider.asked("authorization_code")[..] else { panic!("one question") };
    assert!(code["client_id"] == CLIENT && !code.contains_key("client_secret"), "{code:?}");
    desk.campaign.run(&["send", "--yes", "-vv"]).exits(0).prints("3 accepted");
    assert_eq!(desk.campaign.reached(), ALL);
    let ran = desk.campaign.run(&["login", "--device"]).exits(0).prints("WDJB-MJHT");
    desk.shows_nothing(&ran);
    assert_eq!(tunnel.hosts(), ["login.microsoftonline.com:443"]);
    let asked = ["token", "token", "devicecode", "token"].map(|end| format!("{at}/{end}"));
    assert_eq!(desk.provider.paths(), asked);
    // There is no way to give a consent back there.
    desk.campaign.run(&["logout"]).exits(0).says("Microsoft");
    assert!(!desk.provider.is_revoked());
}
