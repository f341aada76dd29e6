//! TLS and logins: what a server must prove before anything secret is said to it, and where the secret comes from.

use std::sync::Arc;

use undersigned::transport::sandbox::{Act, At, Command, Encryption, Fault, When};

use crate::harness::{Campaign, Ran};
use crate::office::{Authority, FROM_ENVIRONMENT, SECRET, USER, campaign, office, ways};

const ALL: [&str; 3] = ["ana@example.org", "bo@example.org", "cy@example.org"];

/// What the server was told.
fn commands(campaign: &Campaign) -> Vec<Command> {
    campaign.sandbox().connections().into_iter().flat_map(|connection| connection.commands).collect()
}

/// Checks that nothing was said without TLS but what leads to it.
#[track_caller]
fn only_tls_was_asked_for_in_the_open(campaign: &Campaign) {
    for command in commands(campaign) {
        let harmless = command.text.starts_with("EHLO ") || command.text == "STARTTLS";
        assert!(command.encrypted || harmless, "{command:?}");
    }
}

/// Checks that the secret is neither in what the program said nor in a file of the workspace.
#[track_caller]
fn nowhere_is_the_secret(campaign: &Campaign, ran: &Ran, secret: &str) {
    for form in secret_forms(USER, secret) {
        assert!(!ran.stdout.contains(&form) && !ran.stderr.contains(&form), "{ran:#?}");
        assert_eq!(campaign.files_with(&form), [""; 0]);
    }
}

/// A secret as it may turn up: in clear, and as each mechanism writes it.
fn secret_forms(user: &str, secret: &str) -> Vec<String> {
    let encode = |text: String| data_encoding::BASE64.encode(text.as_bytes());
    vec![
        secret.to_owned(),
        encode(secret.to_owned()),
        encode(format!("\0{user}\0{secret}")),
        encode(format!("user={user}\x01auth=Bearer {secret}\x01\x01")),
    ]
}

/// Sends where it must not succeed: the run stops, nobody got anything, nobody is marked, and the secret stays where it
/// is.
#[track_caller]
fn stops(campaign: &Campaign, said: &str, advice: &str) {
    let ran = campaign.run(&["send", "--yes", "-vv"]).exits(3).says(said).says(advice).says("3 left");
    assert!(campaign.received().is_empty());
    assert_eq!(campaign.states().into_values().collect::<Vec<_>>(), ["planned"; 3]);
    assert!(campaign.log().iter().all(|row| row["attempts"] == 0));
    only_tls_was_asked_for_in_the_open(campaign);
    nowhere_is_the_secret(campaign, &ran, SECRET);
}

#[test]
fn letters_go_under_tls_both_ways_with_each_login() {
    let authority = Authority::new();
    let config = authority.server("localhost", 2999);
    for (auth, offered, expected) in [
        ("auto", &["LOGIN", "PLAIN"][..], "AUTH PLAIN …"),
        ("plain", &["PLAIN"], "AUTH PLAIN …"),
        ("login", &["PLAIN", "LOGIN"], "AUTH LOGIN"),
        ("xoauth2", &["PLAIN", "XOAUTH2"], "AUTH XOAUTH2 …"),
    ] {
        for encryption in ways(Arc::clone(&config)) {
            let settings = format!("auth = \"{auth}\"\n{FROM_ENVIRONMENT}");
            let campaign = campaign(office(encryption, offered), &authority, &settings);
            let ran = campaign.run(&["send", "--yes", "-vv"]).exits(0).prints("3 accepted");
            assert_eq!(campaign.reached(), ALL);
            let commands = commands(&campaign);
            assert!(commands.iter().any(|command| command.text == expected), "{auth}: {commands:?}");
            only_tls_was_asked_for_in_the_open(&campaign);
            nowhere_is_the_secret(&campaign, &ran, SECRET);
        }
    }
}

#[test]
fn a_certificate_that_does_not_prove_the_server_stops_the_run() {
    let authority = Authority::new();
    let (stranger, namesake) = (Authority::named("nobody's authority"), Authority::new());
    for (issuer, name, until, said, advice) in [
        (&authority, "localhost", 2001, "has expired", "must renew it"),
        (&authority, "other.example", 2999, "is for another name", "write the name that it is for in `url`"),
        (&stranger, "localhost", 2999, "an authority that is not trusted", "this machine's list of authorities"),
        (&namesake, "localhost", 2999, "an authority that is not trusted", "this machine's list of authorities"),
    ] {
        for encryption in ways(issuer.server(name, until)) {
            let campaign = campaign(office(encryption, &["PLAIN"]), &authority, FROM_ENVIRONMENT);
            stops(&campaign, said, advice);
            assert!(!commands(&campaign).iter().any(|command| command.encrypted), "no handshake came to its end");
        }
    }
}

#[test]
fn a_server_without_starttls_gets_nothing() {
    let authority = Authority::new();
    let mut options = office(Encryption::StartTls(authority.server("localhost", 2999)), &["PLAIN", "LOGIN"]);
    options.offers.starttls = false;
    let campaign = campaign(options, &authority, FROM_ENVIRONMENT);
    stops(&campaign, "does not offer STARTTLS", "use smtps://");
    assert!(commands(&campaign).iter().all(|command| command.text.starts_with("EHLO ")));
}

#[test]
fn a_refused_starttls_is_not_gone_past() {
    let authority = Authority::new();
    let mut options = office(Encryption::StartTls(authority.server("localhost", 2999)), &["PLAIN"]);
    options.script = vec![Fault::always(When::Always, At::StartTls, Act::Reply("502 5.5.1 not here".into()))];
    let campaign = campaign(options, &authority, FROM_ENVIRONMENT);
    stops(&campaign, "refused STARTTLS: `502 5.5.1 not here`", "`undersigned send` goes on");
}

#[test]
fn what_is_put_behind_the_reply_to_starttls_stops_the_run() {
    let authority = Authority::new();
    let injected = b"250-localhost\r\n250 AUTH PLAIN\r\n235 2.7.0 welcome\r\n".to_vec();
    let mut options = office(Encryption::StartTls(authority.server("localhost", 2999)), &["PLAIN"]);
    options.script = vec![Fault::always(When::Always, At::StartTls, Act::Followed(injected))];
    let campaign = campaign(options, &authority, FROM_ENVIRONMENT);
    stops(&campaign, "which could be an attack", "use smtps://");
    assert!(!commands(&campaign).iter().any(|command| command.encrypted));
}

#[test]
fn a_refused_login_stops_the_run_and_marks_nobody() {
    let authority = Authority::new();
    let config = authority.server("localhost", 2999);
    for (auth, mechanism) in [("plain", "PLAIN"), ("login", "LOGIN"), ("xoauth2", "XOAUTH2")] {
        for encryption in ways(Arc::clone(&config)) {
            let settings = format!("auth = \"{auth}\"\n{FROM_ENVIRONMENT}");
            let campaign = campaign(office(encryption, &[mechanism]), &authority, &settings)
                .environment("SMTP_PASSWORD", "bassoon-amber-17");
            stops(&campaign, "refused the login: `535 ", "check the user, `password` and `auth` in `[smtp]`");
            let ran = campaign.run(&["send", "--yes", "-vv"]).exits(3);
            nowhere_is_the_secret(&campaign, &ran, "bassoon-amber-17");

            // With the right password the same campaign goes on.
            let campaign = campaign.environment("SMTP_PASSWORD", SECRET);
            campaign.run(&["send", "--yes"]).exits(0).prints("3 accepted");
            assert_eq!(campaign.reached(), ALL);
        }
    }
}

#[test]
fn a_wrong_password_is_tried_once_however_many_connections_the_pace_allows() {
    let authority = Authority::new();
    for encryption in ways(authority.server("localhost", 2999)) {
        let campaign = campaign(
            office(encryption, &["PLAIN"]),
            &authority,
            &format!("{FROM_ENVIRONMENT}\n[pace]\nconnections = 8"),
        )
        .many_recipients(40)
        .environment("SMTP_PASSWORD", "bassoon-amber-17");
        campaign.run(&["send", "--yes"]).exits(3).says("refused the login").prints("40 planned");
        let logins = commands(&campaign).iter().filter(|command| command.text.starts_with("AUTH")).count();
        assert_eq!(logins, 1);
    }
}

#[test]
fn a_server_without_a_suitable_login_is_told_no_password() {
    let authority = Authority::new();
    for encryption in ways(authority.server("localhost", 2999)) {
        let campaign = campaign(office(encryption, &["CRAM-MD5", "XOAUTH2"]), &authority, FROM_ENVIRONMENT);
        stops(&campaign, "it offers CRAM-MD5, XOAUTH2", "set `auth` in `[smtp]`");
        assert!(!commands(&campaign).iter().any(|command| command.text.starts_with("AUTH")));
    }
}

#[test]
fn the_password_comes_from_the_environment_a_file_or_a_command() {
    let authority = Authority::new();
    let config = authority.server("localhost", 2999);
    for source in [
        "env = \"SMTP_PASSWORD\"",
        "file = \"secrets/smtp\"",
        "command = [\"cat\", \"secrets/smtp\"]",
        "command = [\"sh\", \"-c\", \"printf '%s\\\\r\\\\nuser: letters\\\\n' \\\"$SMTP_PASSWORD\\\"\"]",
    ] {
        let [encryption, _] = ways(Arc::clone(&config));
        let campaign = campaign(office(encryption, &["PLAIN"]), &authority, &format!("password = {{ {source} }}"))
            .file("secrets/smtp", format!("{SECRET}\nuser: letters\n"));
        let ran = campaign.run(&["send", "--yes", "-vv"]).exits(0).prints("3 accepted");
        assert_eq!(campaign.reached(), ALL);
        std::fs::remove_file(campaign.path("secrets/smtp")).unwrap();
        nowhere_is_the_secret(&campaign, &ran, SECRET);
    }
}

#[test]
fn a_password_that_is_not_to_be_had_is_refused_by_the_name_of_its_place() {
    let authority = Authority::new();
    let config = authority.server("localhost", 2999);
    for (source, place, why) in [
        ("env = \"NO_SUCH_PASSWORD\"", "the environment variable `NO_SUCH_PASSWORD`", "not set"),
        ("env = \"EMPTY_PASSWORD\"", "the environment variable `EMPTY_PASSWORD`", "it is empty"),
        ("file = \"secrets/none\"", "the file `secrets/none`", "secrets/none"),
        ("file = \"secrets/empty\"", "the file `secrets/empty`", "it is empty"),
        ("file = \"secrets/latin\"", "the file `secrets/latin`", "not UTF-8"),
        ("file = \"../outside\"", "../outside", "workspace"),
        ("command = [\"no-such-program\", \"show\"]", "the command `no-such-program`", "No such file"),
        // What a command that fails has printed may be the secret, and so may its arguments.
        ("command = [\"sh\", \"-c\", \"echo trombone-violet-42; exit 3\"]", "the command `sh`", "exit status: 3"),
        ("command = [\"true\"]", "the command `true`", "it is empty"),
    ] {
        let [encryption, _] = ways(Arc::clone(&config));
        let campaign = campaign(office(encryption, &["PLAIN"]), &authority, &format!("password = {{ {source} }}"))
            .environment("EMPTY_PASSWORD", "")
            .file("secrets/empty", "")
            .file("secrets/latin", [SECRET.as_bytes(), b"\xe9\n"].concat());
        let ran = campaign.run(&["send", "--yes", "-vv"]).exits(2).says(place).says(why);
        assert!(!ran.stderr.contains(SECRET) && !ran.stdout.contains(SECRET), "{ran:#?}");
        assert_eq!(campaign.sandbox().connections(), []);
        assert!(!campaign.path("logs/ledger.db").exists());
    }
}

#[test]
fn a_password_in_the_settings_is_refused_and_not_repeated() {
    let authority = Authority::new();
    let [encryption, _] = ways(authority.server("localhost", 2999));
    let campaign = campaign(office(encryption, &["PLAIN"]), &authority, FROM_ENVIRONMENT);
    let port = campaign.sandbox().address().port();
    let campaign = [
        format!("url = \"smtps://letters@localhost:{port}\"\npassword = \"{SECRET}\""),
        format!("url = \"smtps://letters:{SECRET}@localhost:{port}\"\n{FROM_ENVIRONMENT}"),
        format!("url = \"smtps://letters@localhost:{port}\"\npassword = {{ value = \"{SECRET}\" }}"),
        format!("url = \"smtp+plain://letters:{SECRET}@127.0.0.1:{port}\""),
    ]
    .into_iter()
    .fold(campaign, |campaign, smtp| {
        let campaign = campaign.smtp(&smtp);
        let ran = campaign.run(&["send", "--yes", "-vv"]).exits(2).says("campaign.toml:");
        assert!(!ran.stderr.contains(SECRET) && !ran.stdout.contains(SECRET), "{ran:#?}");
        campaign
    });
    assert_eq!(campaign.sandbox().connections(), []);
}

#[test]
fn without_tls_there_is_no_login() {
    let authority = Authority::new();
    let campaign = campaign(office(Encryption::None, &["PLAIN"]), &authority, "");
    let port = campaign.sandbox().address().port();
    for smtp in [
        format!("url = \"smtp+plain://letters@127.0.0.1:{port}\"\n{FROM_ENVIRONMENT}"),
        format!("url = \"smtp+plain://127.0.0.1:{port}\"\n{FROM_ENVIRONMENT}"),
        format!("url = \"smtp+plain://letters@127.0.0.1:{port}\""),
    ] {
        let settings = std::fs::read_to_string(campaign.path("campaign.toml")).unwrap();
        let (head, _) = settings.split_once("[smtp]").unwrap();
        campaign.write("campaign.toml", format!("{head}[smtp]\n{smtp}\n"));
        campaign.run(&["send", "--yes"]).exits(2).says("smtp+plain://");
    }
    assert_eq!(campaign.sandbox().connections(), []);
}
