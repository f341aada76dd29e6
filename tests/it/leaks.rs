//! What must not get out: a login that a server repeats, what ties a letter to its answers, and characters of others
//! that would steer a terminal.

#[cfg(unix)]
mod crash;
mod terminal;

use undersigned::transport::sandbox::{Act, At, Encryption, Fault, When};

use crate::harness::{Campaign, Ran};
use crate::imap::Office;
use crate::imap::server;
use crate::office::{Authority, FROM_ENVIRONMENT, SECRET, USER, campaign, office};

/// The login in the forms in which it is said.
fn forms() -> [String; 4] {
    let encode = |text: String| data_encoding::BASE64.encode(text.as_bytes());
    [
        SECRET.to_owned(),
        encode(SECRET.to_owned()),
        encode(format!("\0{USER}\0{SECRET}")),
        encode(format!("user={USER}\x01auth=Bearer {SECRET}\x01\x01")),
    ]
}

/// Checks that no piece of the login is printed, and that no file has it.
#[track_caller]
fn shows_nothing(campaign: &Campaign, ran: &Ran) {
    for form in forms() {
        for piece in form.as_bytes().windows(10).map(String::from_utf8_lossy) {
            assert!(!ran.stdout.contains(&*piece) && !ran.stderr.contains(&*piece), "{piece}: {ran:#?}");
        }
        // Its end has the secret, wherever it was divided.
        let end = &form[form.len() - 14..];
        assert_eq!(campaign.files_with(end), [""; 0], "{end}");
    }
}

/// The login in the forms in which a server may repeat it, over one line or two. `CODE` stands before each line.
fn repeated() -> Vec<String> {
    let encode = |text: String| data_encoding::BASE64.encode(text.as_bytes());
    let plain = encode(format!("\0{USER}\0{SECRET}"));
    let blob = encode(format!("user={USER}\x01auth=Bearer {SECRET}\x01\x01"));
    let (head, tail) = plain.split_at(plain.len() / 2);
    vec![
        format!("CODE 5.7.8 not you: AUTH PLAIN {plain}"),
        format!("CODE 5.7.8 not you: {USER} with {SECRET}"),
        format!("CODE 5.7.8 not you: {}", encode(SECRET.to_owned())),
        format!("CODE 5.7.8 not you: AUTH XOAUTH2 {blob}"),
        format!("CODE-5.7.8 not you: {head}\nCODE 5.7.8 {tail}"),
        format!("CODE 5.7.8 not you: \"{}\"", plain.trim_end_matches('=').to_lowercase()),
    ]
}

#[test]
fn a_server_that_repeats_the_login_does_not_get_it_printed() {
    let authority = Authority::new();
    let mechanisms = [("plain", "PLAIN"), ("login", "LOGIN"), ("xoauth2", "XOAUTH2")];
    for (n, said) in repeated().into_iter().enumerate() {
        let (auth, mechanism) = mechanisms[n % mechanisms.len()];
        let mut options = office(Encryption::Implicit(authority.server("localhost", 2999)), &[mechanism]);
        options.script = vec![Fault::always(When::Always, At::Auth, Act::Reply(said.replace("CODE", "535")))];
        let campaign = campaign(options, &authority, &format!("auth = \"{auth}\"\n{FROM_ENVIRONMENT}"));
        let ran = campaign.run(&["send", "--yes", "-vvv"]).exits(3).says("not you: ").says("***");
        shows_nothing(&campaign, &ran);
    }
}

#[test]
fn neither_does_one_that_repeats_it_later_or_where_no_reply_is_due() {
    let authority = Authority::new();
    for said in repeated() {
        let mut options = office(Encryption::Implicit(authority.server("localhost", 2999)), &["PLAIN"]);
        let no = said.replace("CODE", "550").replace("5.7.8", "5.1.1");
        let nonsense = format!("what? {}\r\n", said.replace("CODE", "").replace('\n', " "));
        options.script = vec![
            Fault::always(When::Recipient("ana@example.org".into()), At::Rcpt, Act::Reply(no)),
            Fault::always(When::Recipient("bo@example.org".into()), At::FinalDot, Act::Raw(nonsense.into_bytes())),
        ];
        let campaign = campaign(options, &authority, FROM_ENVIRONMENT);
        let ran = campaign.run(&["send", "--yes", "-vvv", "--no-wait"]).says("***");
        shows_nothing(&campaign, &ran);
        shows_nothing(&campaign, &campaign.run(&["log", "--events"]).exits(0));
    }
}

#[test]
fn nor_does_the_server_of_the_inbox() {
    let authority = Authority::new();
    for (auth, offered) in [("plain", "AUTH=PLAIN"), ("login", "IDLE"), ("xoauth2", "AUTH=XOAUTH2")] {
        for said in repeated() {
            let encryption = Encryption::Implicit(authority.server("localhost", 2999));
            let office = Office::with(&authority, encryption, offered, &format!("auth = \"{auth}\"\n"));
            let said = said.replace("CODE-5.7.8", "").replace("CODE 5.7.8", "").replace('\n', " ");
            let command = if auth == "login" { "LOGIN " } else { "AUTHENTICATE" };
            office.server.order(command, 1, server::Act::Say(format!("TAG NO {said}\r\n")));
            let ran = office.campaign.run(&["sync", "-vvv"]).exits(3).says("not you: ").says("***");
            shows_nothing(&office.campaign, &ran);
            office.server.order("UID SEARCH", 1, server::Act::Say(format!("* BYE {said}\r\n")));
            shows_nothing(&office.campaign, &office.campaign.run(&["sync", "-vvv"]));
        }
    }
}

#[test]
fn no_trace_tells_an_address_or_a_token() {
    let verp = "reply_to = \"replies+{token}@coalition.example\"\nbounce_to = \"bounces+{token}@coalition.example\"\n";
    let mut options = undersigned::transport::sandbox::Options::default();
    options.offers.dsn = true;
    let campaign = Campaign::new().server_with(options);
    let settings = std::fs::read_to_string(campaign.path("campaign.toml")).unwrap();
    campaign.write("campaign.toml", settings.replace("[sender]\n", &format!("[sender]\n{verp}")));
    let ran = campaign.run(&["send", "--yes", "-vvv"]).exits(0).says("ENVID=***").says("RCPT TO:<a***@example.org>");
    let letters = campaign.received();
    assert_eq!(letters.len(), 3);
    for letter in letters {
        let token = letter.from.split(['+', '@']).nth(1).unwrap();
        assert_eq!(token.len(), 16);
        assert!(!ran.stderr.contains(token), "{ran:#?}");
    }
}

#[cfg(unix)]
#[test]
fn a_password_that_others_may_read_is_a_warning() {
    use std::os::unix::fs::PermissionsExt as _;
    let authority = Authority::new();
    let options = office(Encryption::Implicit(authority.server("localhost", 2999)), &["PLAIN"]);
    let campaign = campaign(options, &authority, "password = { file = \"pass word\" }").file("pass word", SECRET);
    let said = "others on this machine may read `pass word`; `chmod 600 'pass word'` keeps it yours";
    for (mode, warns) in [(0o644, true), (0o640, true), (0o604, true), (0o600, false)] {
        std::fs::set_permissions(campaign.path("pass word"), std::fs::Permissions::from_mode(mode)).unwrap();
        for arguments in [&["check"][..], &["send", "--yes", "--only", "ana@example.org"]] {
            let ran = campaign.run(arguments).exits(0);
            assert_eq!(ran.stderr.contains(said), warns, "{mode:o} {ran:#?}");
        }
    }
}
