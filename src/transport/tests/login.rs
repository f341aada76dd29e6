//! Logging in, each way.

use super::certificates::Authority;
use super::*;
use crate::config::{Secret, SecretSource};
use crate::transport::sandbox::Encryption;
use crate::workspace::Workspace;
use secrecy::SecretString;

const SECRET: &str = "p\u{e4}ss w\u{f6}rd";

struct Office {
    sandbox: Sandbox,
    server: Server,
}

/// A server under TLS with one user.
async fn office(mechanisms: &[&str], auth: AuthMethod, secret: &str, script: Vec<Fault>) -> Office {
    let authority = Authority::new();
    let mut options = Options {
        encryption: Encryption::Implicit(authority.server("localhost", 2999)),
        logins: vec![("letters".to_owned(), SECRET.to_owned())],
        script,
        ..Options::default()
    };
    options.offers.auth = mechanisms.iter().map(|name| (*name).to_owned()).collect();
    let sandbox = Sandbox::start(options).await.unwrap();
    let server = Server {
        host: "localhost".to_owned(),
        trust: Trust::Roots(vec![authority.root()]),
        login: Some(Login { user: "letters".to_owned(), secret: SecretString::from(secret).into(), auth }),
        ..sandbox.server()
    };
    Office { sandbox, server }
}

const WAYS: [(&str, AuthMethod); 3] =
    [("PLAIN", AuthMethod::Plain), ("LOGIN", AuthMethod::Login), ("XOAUTH2", AuthMethod::Xoauth2)];

#[tokio::test]
async fn each_way_of_logging_in_works() {
    for (name, auth) in WAYS {
        let office = office(&[name], auth, SECRET, vec![]).await;
        let mut connection = Connection::open(&office.server).await.unwrap();
        let attempt = connection.attempt(&ana(), MESSAGE).await;
        assert_eq!(verdict(&attempt.outcome), Verdict::Accepted, "{name}");
        let commands = said(&office.sandbox);
        assert!(commands[0].starts_with(&format!("AUTH {name}")), "{commands:?}");
        assert!(office.sandbox.connections()[0].commands.iter().all(|command| command.encrypted));
    }
}

#[tokio::test]
async fn the_best_way_is_taken_by_itself_and_a_token_only_when_asked_for() {
    for (offered, expected) in [(&["LOGIN", "PLAIN"][..], "AUTH PLAIN …"), (&["XOAUTH2", "LOGIN"], "AUTH LOGIN")] {
        let office = office(offered, AuthMethod::Auto, SECRET, vec![]).await;
        Connection::open(&office.server).await.unwrap();
        assert_eq!(said(&office.sandbox)[0], expected);
    }
    let office = office(&["XOAUTH2", "CRAM-MD5"], AuthMethod::Auto, SECRET, vec![]).await;
    let error = Connection::open(&office.server).await.unwrap_err();
    assert!(error.to_string().contains("XOAUTH2, CRAM-MD5"), "{error}");
    assert_eq!(said(&office.sandbox), [""; 0]);
}

#[tokio::test]
async fn a_refused_login_is_the_runs_failure_and_never_shows_the_secret() {
    for (name, auth) in WAYS {
        let office = office(&[name], auth, "wrong-secret", vec![]).await;
        let error = Connection::open(&office.server).await.unwrap_err();
        let OpenError::LoginRefused(reply) = &error else { panic!("{name}: {error}") };
        assert_eq!(reply.code, 535);
        assert!(!error.is_transient());
        let shown = format!("{error} {error:?} {:?} {:?}", office.server, office.sandbox.connections());
        let encoded = data_encoding::BASE64.encode(b"wrong-secret");
        assert!(!shown.contains("wrong-secret") && !shown.contains(&encoded), "{shown}");
    }
}

#[tokio::test]
async fn a_login_that_fails_for_now_may_be_tried_again() {
    let script = vec![fault(At::Auth, reply("454 4.7.0 temporary failure"))];
    let office = office(&["PLAIN"], AuthMethod::Plain, SECRET, script).await;
    let error = Connection::open(&office.server).await.unwrap_err();
    assert!(matches!(error, OpenError::LoginRefused(_)) && error.is_transient());
}

#[tokio::test]
async fn a_server_that_is_silent_or_gone_at_the_login_is_an_error_of_its_own() {
    for (act, timed_out) in [(Act::Silence, true), (Act::Close, false)] {
        let office = office(&["PLAIN"], AuthMethod::Plain, SECRET, vec![fault(At::Auth, act)]).await;
        let limits = Limits { command: Duration::from_millis(500), ..Limits::default() };
        let error = Connection::open_within(&office.server, limits).await.unwrap_err();
        match error {
            OpenError::TimedOut { step: Step::Auth, .. } => assert!(timed_out),
            OpenError::Broken { step: Step::Auth, .. } => assert!(!timed_out),
            other => panic!("{other}"),
        }
    }
}

#[tokio::test]
async fn a_secret_with_a_control_character_is_not_sent() {
    for secret in ["a\0b", "a\r\nb", "a\x01b"] {
        let office = office(&["PLAIN"], AuthMethod::Plain, secret, vec![]).await;
        assert_eq!(Connection::open(&office.server).await.unwrap_err(), OpenError::LoginCharacters);
        assert_eq!(said(&office.sandbox), [""; 0]);
    }
}

#[tokio::test]
async fn a_secret_that_is_not_to_be_had_any_more_is_an_error_of_its_own_and_nobody_is_connected_to() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("token"), SECRET).unwrap();
    let source = SecretSource::File("token".to_owned());
    let mut office = office(&["PLAIN"], AuthMethod::Plain, "", vec![]).await;
    let login = office.server.login.as_mut().unwrap();
    login.secret = Secret::fetch(&source, &Workspace::open(folder.path()).unwrap()).unwrap();
    Connection::open(&office.server).await.unwrap();
    std::fs::remove_file(folder.path().join("token")).unwrap();
    let error = Connection::open(&office.server).await.unwrap_err();
    assert!(matches!(error, OpenError::Secret(_)) && !error.is_transient());
    let shown = error.to_string();
    assert!(shown.contains("the file `token`") && shown.ends_with("; check `password` in `[smtp]`"), "{shown}");
    assert_eq!(office.sandbox.connections().len(), 1);
}

#[tokio::test]
async fn without_a_login_a_server_that_wants_one_stops_the_run() {
    let mut office = office(&["PLAIN"], AuthMethod::Plain, SECRET, vec![]).await;
    office.server.login = None;
    let mut connection = Connection::open(&office.server).await.unwrap();
    let attempt = connection.attempt(&ana(), MESSAGE).await;
    assert!(matches!(verdict(&attempt.outcome), Verdict::Stop(StopReason::LoginRefused(_))));
    assert_eq!(office.sandbox.count(), 0);
}
