//! Signing in by OAuth: once, by a browser or a code; then tokens are renewed by themselves, in a run and in several, and
//! nothing secret shows anywhere.

#[cfg(unix)]
mod everything;
mod known;
mod published;

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Stdio};

use undersigned::transport::sandbox::{Act, At, Encryption, Fault, Options, When};
use url::Url;

use crate::harness::{Campaign, Ran};
use crate::imap::Office;
use crate::office::{Authority, SECRET, USER, campaign, office};
use crate::provider::Provider;

const ALL: [&str; 3] = ["ana@example.org", "bo@example.org", "cy@example.org"];
const KEY: &str = "a key of many words";

/// A campaign, its server and its provider.
struct Desk {
    campaign: Campaign,
    provider: Provider,
}

/// The server takes the provider's first tokens, and ends these connections after a letter each.
fn desk(length: usize, short: &[usize], options: impl FnOnce(&mut Options, &Provider)) -> Desk {
    let authority = Authority::new();
    let provider = Provider::start(authority.server("localhost", 2999));
    provider.long(length);
    let mut server = office(Encryption::Implicit(authority.server("localhost", 2999)), &["XOAUTH2"]);
    server.logins = (1..=40).map(|number| (USER.to_owned(), provider.token(number))).collect();
    server.offers.pipelining = false;
    let ends = |connection: &usize| {
        let bye = Act::Followed(b"421 4.3.2 that is enough\r\n".to_vec());
        Fault::always(When::Connection(*connection), At::FinalDot, bye)
    };
    server.script = short.iter().map(ends).collect();
    options(&mut server, &provider);
    let campaign = campaign(server, &authority, &format!("auth = \"oauth\"\n{}", provider.settings()));
    Desk { campaign: here(campaign), provider }
}

/// A campaign that has a key for the file of a sign-in, and no keyring.
fn here(campaign: Campaign) -> Campaign {
    campaign.environment("SIGN_IN_KEY", KEY).environment("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent")
}

impl Desk {
    /// Signs in: the test is the browser.
    fn sign_in(&self) -> Ran {
        log_in(&self.campaign, &self.provider)
    }

    /// Checks that nothing secret is in what the program said, or in any file that it wrote.
    #[track_caller]
    fn shows_nothing(&self, ran: &Ran) {
        let encode = |text: &str| data_encoding::BASE64.encode(text.as_bytes());
        for secret in self.provider.secrets().into_iter().chain([KEY.to_owned()]) {
            for form in [secret.clone(), encode(&secret)] {
                assert!(!ran.stdout.contains(&form) && !ran.stderr.contains(&form), "{form}: {ran:#?}");
                assert_eq!(self.campaign.files_with(&form), [""; 0], "{form}");
                assert_eq!(self.campaign.kept_with(&form), [""; 0], "{form}");
            }
        }
    }
}

fn log_in(campaign: &Campaign, provider: &Provider) -> Ran {
    let child = campaign.start(&["login", "--no-open", "-vv"]);
    with_browser(child, |page| {
        let said = visit(&provider.consent(page));
        assert!(said.starts_with("HTTP/1.1 200"), "{said}");
    })
}

/// Hears the page to open, lets the browser do something with it, and waits for the end.
fn with_browser(mut child: Child, browse: impl FnOnce(&str)) -> Ran {
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    let mut page = String::new();
    stdout.read_line(&mut page).unwrap();
    if !page.is_empty() {
        browse(page.trim_end());
    }
    let mut ran = Ran::new(child.wait_with_output().unwrap());
    stdout.read_to_string(&mut page).unwrap();
    ran.stdout = page;
    ran
}

/// A browser goes to a page of this machine.
fn visit(url: &Url) -> String {
    let address = (url.host_str().unwrap(), url.port().unwrap());
    let mut socket = TcpStream::connect(address).unwrap();
    let target = format!("{}?{}", url.path(), url.query().unwrap_or_default());
    write!(socket, "GET {target} HTTP/1.1\r\nHost: {}:{}\r\n\r\n", address.0, address.1).unwrap();
    let mut said = String::new();
    socket.read_to_string(&mut said).unwrap();
    said
}

#[test]
fn who_has_signed_in_once_sends_and_nothing_secret_shows_anywhere() {
    let desk = desk(0, &[], |_, _| {});
    let ran = desk.sign_in().exits(0).says("signing in at localhost as `letters@coalition.example`");
    let ran = ran.says("signed in as `letters@coalition.example`; it is kept in ");
    desk.shows_nothing(&ran);
    let ran = desk.campaign.run(&["send", "--yes", "-vvv"]).exits(0).prints("3 accepted");
    assert_eq!(desk.campaign.reached(), ALL);
    desk.shows_nothing(&ran);
    let [asked] = &desk.provider.asked("refresh_token")[..] else { panic!("renewed once") };
    assert_eq!(asked["client_id"], crate::provider::CLIENT);
    #[cfg(unix)]
    for (path, mode) in desk.campaign.kept() {
        let expected = if path.is_dir() { 0o700 } else { 0o600 };
        assert_eq!(mode & 0o777, expected, "{}", path.display());
    }
}

#[test]
fn a_run_of_many_token_lifetimes_goes_on_and_the_refresh_token_that_comes_with_each_is_kept() {
    let desk = desk(0, &[1, 2], |_, _| {});
    desk.sign_in().exits(0);
    // Each token is too old at once.
    desk.provider.lasting(0);
    let ran = desk.campaign.run(&["send", "--yes", "-vv"]).exits(0).prints("3 accepted");
    assert_eq!(desk.campaign.sandbox().connections().len(), 3);
    let renewed = desk.provider.asked("refresh_token");
    assert_eq!(renewed.len(), 4, "once before the run, and for each connection: {ran:#?}");
    let tokens: Vec<&String> = renewed.iter().map(|form| &form["refresh_token"]).collect();
    let expected: Vec<String> = (1..=4).map(|number| format!("refresh-{number}-of-the-provider")).collect();
    assert_eq!(tokens, expected.iter().collect::<Vec<_>>());
    desk.shows_nothing(&ran);
}

#[test]
fn a_token_that_is_refused_is_renewed_once_and_where_the_next_is_too_the_run_stops_with_what_to_do() {
    let without = |numbers: &'static [usize]| {
        move |options: &mut Options, provider: &Provider| {
            let refused: Vec<String> = numbers.iter().map(|number| provider.token(*number)).collect();
            options.logins.retain(|(_, token)| !refused.contains(token));
        }
    };
    let desk_once = desk(0, &[], without(&[2]));
    desk_once.sign_in().exits(0);
    let ran = desk_once.campaign.run(&["send", "--yes", "-vv"]).exits(0).prints("3 accepted");
    assert_eq!(desk_once.provider.asked("refresh_token").len(), 2);
    desk_once.shows_nothing(&ran);

    let desk_twice = desk(0, &[], without(&[2, 3]));
    desk_twice.sign_in().exits(0);
    let ran = desk_twice.campaign.run(&["send", "--yes", "-vv"]).exits(3).prints("3 planned");
    let ran = ran.says("refused the access token: `535 5.7.8").says("`undersigned login`");
    assert_eq!(desk_twice.campaign.sandbox().connections().len(), 2);
    desk_twice.shows_nothing(&ran);
    assert!(desk_twice.campaign.log().iter().all(|row| row["attempts"] == 0));
}

#[test]
fn a_consent_that_is_withdrawn_in_the_middle_stops_the_run_marks_nobody_and_the_next_sign_in_goes_on() {
    let desk = desk(0, &[1], |_, _| {});
    desk.sign_in().exits(0);
    desk.provider.lasting(0);
    // Before the run and for the first connection; then the consent is gone.
    let given = |number: usize| {
        format!("{{\"token_type\":\"Bearer\",\"access_token\":\"{}\",\"expires_in\":0}}", desk.provider.token(number))
    };
    let gone = "{\"error\":\"invalid_grant\",\"error_description\":\"the user has withdrawn consent\"}";
    desk.provider.answers(&[(200, &given(20)), (200, &given(21)), (400, gone)]);
    let ran = desk.campaign.run(&["send", "--yes", "-vv"]).exits(3).prints("2 planned, 1 accepted");
    let ran =
        ran.says("localhost refuses: `invalid_grant: the user has withdrawn consent`").says("`undersigned login`");
    desk.shows_nothing(&ran);
    assert!(desk.campaign.log().iter().filter(|row| row["state"] == "planned").all(|row| row["attempts"] == 0));
    desk.provider.withdraw();
    desk.campaign.run(&["send", "--yes"]).exits(2).says("sign in again with `undersigned login`");
    desk.provider.lasting(3600);
    desk.sign_in().exits(0);
    desk.campaign.run(&["send", "--yes"]).exits(0).prints("3 accepted");
    assert_eq!(desk.campaign.reached(), ALL);
}

#[test]
fn a_provider_that_is_away_for_a_moment_ends_no_run() {
    let desk = desk(0, &[1], |_, _| {});
    desk.sign_in().exits(0);
    let given = |number: usize| {
        format!("{{\"token_type\":\"Bearer\",\"access_token\":\"{}\",\"expires_in\":0}}", desk.provider.token(number))
    };
    desk.provider.answers(&[(200, &given(20)), (200, &given(21)), (503, "<h1>busy</h1>"), (200, "<h1>log in</h1>")]);
    desk.campaign.run(&["send", "--yes", "-vv"]).exits(0).prints("3 accepted").says("it answers with status 503");
    assert_eq!(desk.campaign.reached(), ALL);
}

#[test]
fn a_long_token_goes_after_the_servers_question_and_a_short_one_with_the_command() {
    for (length, command) in [(2_000, "AUTH XOAUTH2"), (0, "AUTH XOAUTH2 …")] {
        let desk = desk(length, &[], |_, _| {});
        desk.sign_in().exits(0);
        let ran = desk.campaign.run(&["send", "--yes", "-vvv"]).exits(0).prints("3 accepted");
        let connections = desk.campaign.sandbox().connections();
        assert!(connections[0].commands.iter().any(|said| said.text == command), "{length}: {connections:#?}");
        desk.shows_nothing(&ran);
    }
}

#[test]
fn what_a_server_holds_against_a_token_is_said_in_words_with_what_to_do() {
    let tenant = "535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant. Visit https://aka.ms/smtp_auth_disabled for more information.";
    let usual = "535 5.7.8 no";
    for (mechanism, challenge, said, advice) in [
        (
            "OAUTHBEARER",
            "{\"status\":\"insufficient_scope\",\"scope\":\"mail\"}",
            usual,
            "consent was given for something else",
        ),
        (
            "OAUTHBEARER",
            "{\"status\":\"invalid_token\"}",
            usual,
            "sign in again, as that user, with `undersigned login`",
        ),
        ("XOAUTH2", "{\"status\":\"400\",\"schemes\":\"Bearer\"}", usual, "somebody else than the user in `url`"),
        ("XOAUTH2", "nonsense", usual, "check that the user in `url` is who signed in"),
        ("XOAUTH2", "", tenant, "Set-TransportConfig -SmtpClientAuthenticationDisabled $false"),
    ] {
        let desk = desk(0, &[], |options, _| {
            options.offers.auth = vec![mechanism.to_owned()];
            options.logins = vec![(USER.to_owned(), "another".to_owned())];
            options.challenge = challenge.to_owned();
            options.script = vec![Fault::always(When::Always, At::Auth, Act::Reply(said.to_owned()))];
        });
        desk.sign_in().exits(0);
        let ran = desk.campaign.run(&["send", "--yes", "-vv"]).exits(3).says(advice).prints("3 planned");
        desk.shows_nothing(&ran);
    }
    // The other mechanism is taken where the server has it alone.
    let desk = desk(0, &[], |options, _| options.offers.auth = vec!["OAUTHBEARER".to_owned()]);
    desk.sign_in().exits(0);
    desk.campaign.run(&["send", "--yes"]).exits(0).prints("3 accepted");
}

#[test]
fn several_processes_at_once_renew_one_after_another_and_none_shows_an_old_refresh_token() {
    let desk = desk(0, &[], |_, _| {});
    desk.sign_in().exits(0);
    let running: Vec<Child> = (0..4).map(|_| desk.campaign.start(&["send", "--yes"])).collect();
    let ran: Vec<Ran> = running.into_iter().map(|child| Ran::new(child.wait_with_output().unwrap())).collect();
    assert!(ran.iter().any(|ran| ran.status == Some(0)), "{ran:#?}");
    assert!(!ran.iter().any(|ran| ran.stderr.contains("invalid_grant")), "{ran:#?}");
    let renewed = desk.provider.asked("refresh_token");
    let tokens: std::collections::BTreeSet<&String> = renewed.iter().map(|form| &form["refresh_token"]).collect();
    assert!(renewed.len() >= 4 && tokens.len() == renewed.len(), "{renewed:#?}");
    desk.campaign.run(&["send", "--yes"]).exits(0);
    assert_eq!(desk.campaign.reached(), ALL);
}

#[test]
fn consent_is_given_by_a_code_on_another_device_as_slowly_as_the_provider_wants() {
    let desk = desk(0, &[], |_, _| {});
    let (wait, slowly) = ("{\"error\":\"authorization_pending\"}", "{\"error\":\"slow_down\"}");
    desk.provider.answers(&[(400, wait), (400, wait), (400, slowly)]);
    let ran = desk.campaign.run(&["login", "--device", "-vv"]).exits(0);
    let ran = ran.prints("https://login.example/device\nWDJB-MJHT\n").says("type in this code").says("signed in as");
    assert_eq!(desk.provider.asked("device_code").len(), 4);
    desk.shows_nothing(&ran);
    desk.campaign.run(&["send", "--yes"]).exits(0).prints("3 accepted");

    desk.provider.answers(&[(400, "{\"error\":\"expired_token\"}")]);
    desk.campaign.run(&["login", "--device"]).exits(2).says("the code has expired; run `undersigned login` again");
}

#[test]
fn a_consent_that_is_refused_or_cannot_be_renewed_is_none() {
    let desk = desk(0, &[], |_, _| {});
    let child = desk.campaign.start(&["login", "--no-open"]);
    let ran = with_browser(child, |page| {
        let mut back = desk.provider.consent(page);
        let state: String = back.query_pairs().find(|(key, _)| key == "state").unwrap().1.into_owned();
        back.query_pairs_mut().clear().append_pair("error", "access_denied").append_pair("state", &state);
        visit(&back);
    });
    ran.exits(2).says("localhost refuses: `access_denied`").says("did not give consent");
    desk.provider.answers(&[(200, "{\"token_type\":\"Bearer\",\"access_token\":\"access-1\",\"expires_in\":3600}")]);
    desk.sign_in().exits(2).says("a token that cannot be renewed");
    desk.campaign.run(&["send", "--yes"]).exits(2).says("nobody has signed in as `letters@coalition.example`");
}

#[test]
fn who_signs_out_is_forgotten_here_and_at_the_provider() {
    let desk = desk(0, &[], |_, _| {});
    desk.sign_in().exits(0);
    let ran = desk.campaign.run(&["logout", "-vv"]).exits(0).says("is signed out at localhost, and forgotten here");
    desk.shows_nothing(&ran);
    assert!(desk.provider.is_revoked());
    desk.campaign.run(&["logout"]).exits(0).says("nobody was signed in");
    desk.campaign.run(&["send", "--yes"]).exits(2).says("nobody has signed in").says("`undersigned login` does");
}

#[test]
fn another_key_does_not_open_the_file_and_says_so() {
    let desk = desk(0, &[], |_, _| {});
    desk.sign_in().exits(0);
    let other = desk.campaign.command(&["send", "--yes"]).env("SIGN_IN_KEY", "another").output().unwrap();
    Ran::new(other).exits(2).says("does not open with `key` of [oauth]");
    desk.campaign.run(&["send", "--yes"]).exits(0);
}

#[test]
fn a_machine_without_a_keyring_says_so_before_anybody_is_asked() {
    let desk = desk(0, &[], |_, _| {});
    let config = std::fs::read_to_string(desk.campaign.path("campaign.toml")).unwrap();
    desk.campaign.write("campaign.toml", config.replace("key = { env = \"SIGN_IN_KEY\" }\n", ""));
    let ran = desk.campaign.run(&["login", "--no-open"]).exits(2);
    let ran = ran.says("the keyring cannot be used").says("key = { command = [\"pass\", \"show\", \"undersigned\"] }");
    assert_eq!(ran.stdout, "");
}

#[test]
fn a_password_account_says_where_its_password_is_or_that_there_is_no_keyring_for_it() {
    let authority = Authority::new();
    let server = || office(Encryption::Implicit(authority.server("localhost", 2999)), &["PLAIN"]);
    let from_environment = here(campaign(server(), &authority, "password = { env = \"SMTP_PASSWORD\" }"));
    let said = "the password for [smtp] comes from the environment variable `SMTP_PASSWORD`";
    from_environment.run(&["login"]).exits(0).says(said).says("there is nothing to sign in");
    let in_keyring = here(campaign(server(), &authority, "password = { keyring = true }"));
    let mut child = in_keyring.command(&["login"]);
    let mut child = child.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // It may be refused before it is read.
    let _ = child.stdin.take().unwrap().write_all(format!("{SECRET}\n").as_bytes());
    let ran = Ran::new(child.wait_with_output().unwrap()).exits(2).says("this machine has no keyring that can be used");
    assert!(!ran.stderr.contains(SECRET) && !ran.stdout.contains(SECRET), "{ran:#?}");
    Campaign::new().run(&["login"]).exits(2).says("there is no server to sign in to");
}

#[test]
fn the_inbox_is_read_with_the_same_consent_and_a_refused_token_is_renewed_once() {
    let authority = Authority::new();
    let provider = Provider::start(authority.server("localhost", 2999));
    let encryption = Encryption::Implicit(authority.server("localhost", 2999));
    let mut office = Office::with(&authority, encryption, "AUTH=XOAUTH2", "auth = \"oauth\"\n");
    office.campaign = here(office.campaign);
    let config = std::fs::read_to_string(office.campaign.path("campaign.toml")).unwrap();
    let config = config.replace("password = { env = \"INBOX_PASSWORD\" }\n", "") + &provider.settings();
    office.campaign.write("campaign.toml", config);
    log_in(&office.campaign, &provider).exits(0).says("for [inbox]");
    provider.chooses(&["old", SECRET]);
    let ran = office.campaign.run(&["sync", "-vv"]).exits(0);
    assert_eq!(provider.asked("refresh_token").len(), 2);
    assert!(!ran.stderr.contains(SECRET), "{ran:#?}");
    provider.chooses(&["old", "older"]);
    let ran = office.campaign.run(&["sync"]).exits(3);
    ran.says("the server of [inbox] refused the access token").says("`undersigned login`");
}
