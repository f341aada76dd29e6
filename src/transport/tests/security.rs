//! TLS, STARTTLS, and what is refused before anything secret is said.

use super::certificates::Authority;
use super::*;
use crate::transport::sandbox::Encryption;
use secrecy::SecretString;

async fn encrypted(encryption: Encryption, script: Vec<Fault>) -> Sandbox {
    let mut options = Options { encryption, script, ..Options::default() };
    options.offers.starttls = true;
    Sandbox::start(options).await.unwrap()
}

fn server(sandbox: &Sandbox, authority: &Authority) -> Server {
    Server { host: "localhost".to_owned(), trust: Trust::Roots(vec![authority.root()]), ..sandbox.server() }
}

fn ways(authority: &Authority, name: &str, until: i32) -> [Encryption; 2] {
    let config = authority.server(name, until);
    [Encryption::Implicit(config.clone()), Encryption::StartTls(config)]
}

#[tokio::test]
async fn letters_go_under_tls_both_ways() {
    let authority = Authority::new();
    for encryption in ways(&authority, "localhost", 2999) {
        let sandbox = encrypted(encryption, vec![]).await;
        let mut connection = Connection::open(&server(&sandbox, &authority)).await.unwrap();
        assert!(!connection.capabilities().starttls);
        let message = b"Subject: large\r\n\r\n0123456789\r\n".repeat(20_000);
        for _ in 0..2 {
            let attempt = connection.attempt(&ana(), &message).await;
            assert_eq!(verdict(&attempt.outcome), Verdict::Accepted);
            assert!(connection.is_usable());
        }
        connection.close().await;
        assert!(sandbox.received()[1].message == message);
        for command in &sandbox.connections()[0].commands {
            let before = matches!(command.text.as_str(), "EHLO localhost" | "STARTTLS");
            assert!(command.encrypted || before, "{command:?}");
        }
    }
}

#[tokio::test]
async fn an_address_can_be_the_name_of_a_certificate() {
    let authority = Authority::new();
    let [encryption, _] = ways(&authority, "127.0.0.1", 2999);
    let sandbox = encrypted(encryption, vec![]).await;
    let mut server = server(&sandbox, &authority);
    server.host = "127.0.0.1".to_owned();
    assert!(Connection::open(&server).await.is_ok());
}

#[tokio::test]
async fn a_bad_certificate_says_what_is_wrong_with_it() {
    let authority = Authority::new();
    for (name, until, issuer, expected) in [
        ("localhost", 2001, &authority, CertificateFlaw::Expired),
        ("other.example", 2999, &authority, CertificateFlaw::WrongName),
        ("localhost", 2999, &Authority::named("nobody's authority"), CertificateFlaw::UnknownAuthority),
    ] {
        for encryption in ways(issuer, name, until) {
            let sandbox = encrypted(encryption, vec![]).await;
            let error = Connection::open(&server(&sandbox, &authority)).await.unwrap_err();
            let OpenError::Certificate { flaw, .. } = &error else { panic!("{error}") };
            assert_eq!(*flaw, expected);
            assert!(!error.is_transient());
            for connection in sandbox.connections() {
                assert!(connection.texts().iter().all(|text| *text == "EHLO localhost" || *text == "STARTTLS"));
            }
        }
    }
}

#[tokio::test]
async fn the_platform_does_not_trust_an_authority_of_our_own() {
    let authority = Authority::new();
    let [encryption, _] = ways(&authority, "localhost", 2999);
    let sandbox = encrypted(encryption, vec![]).await;
    let mut server = server(&sandbox, &authority);
    server.trust = Trust::Platform;
    match Connection::open(&server).await {
        // A machine may have no list of authorities at all.
        Err(OpenError::Certificate { .. } | OpenError::Trust(_)) => {}
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn without_starttls_nothing_is_sent() {
    let authority = Authority::new();
    let [_, encryption] = ways(&authority, "localhost", 2999);
    let mut options = Options { encryption, ..Options::default() };
    options.offers.starttls = false;
    options.offers.auth = vec!["PLAIN".to_owned()];
    let sandbox = Sandbox::start(options).await.unwrap();
    let mut server = server(&sandbox, &authority);
    server.login = Some(Login {
        user: "letters".to_owned(),
        secret: SecretString::from("hunter2").into(),
        auth: AuthMethod::Auto,
    });
    assert_eq!(Connection::open(&server).await.unwrap_err(), OpenError::StartTlsMissing);
    assert_eq!(sandbox.connections()[0].texts(), ["EHLO localhost"]);
}

#[tokio::test]
async fn what_follows_the_reply_to_starttls_in_plaintext_is_an_attack() {
    let authority = Authority::new();
    for bytes in [&b"250-evil\r\n250 AUTH PLAIN\r\n"[..], b"2", b"\r\n"] {
        let [_, encryption] = ways(&authority, "localhost", 2999);
        let sandbox = encrypted(encryption, vec![fault(At::StartTls, Act::Followed(bytes.to_vec()))]).await;
        let error = Connection::open(&server(&sandbox, &authority)).await.unwrap_err();
        assert_eq!(error, OpenError::StartTlsInjected);
    }
}

#[tokio::test]
async fn a_refused_starttls_is_not_gone_past() {
    let authority = Authority::new();
    for (text, transient) in [("454 4.7.0 later", true), ("502 no", false), ("250 ok", false)] {
        let [_, encryption] = ways(&authority, "localhost", 2999);
        let sandbox = encrypted(encryption, vec![fault(At::StartTls, reply(text))]).await;
        let error = Connection::open(&server(&sandbox, &authority)).await.unwrap_err();
        assert!(matches!(error, OpenError::StartTlsRefused(_)), "{error}");
        assert_eq!(error.is_transient(), transient);
        assert_eq!(sandbox.connections()[0].texts(), ["EHLO localhost", "STARTTLS"]);
    }
}

#[tokio::test]
async fn each_step_of_opening_has_its_error() {
    for (at, step) in [(At::Greeting, Step::Greeting), (At::Ehlo, Step::Ehlo)] {
        for (act, expected) in [
            (reply("554 5.3.2 no"), None),
            (reply("421 4.3.2 later"), None),
            (Act::Close, Some(OpenError::Broken { step, cause: Cause::Closed })),
            (Act::HalfAndClose, Some(OpenError::Broken { step, cause: Cause::Closed })),
            (Act::Silence, Some(OpenError::TimedOut { step, limit: SILENCE })),
            (Act::Half, Some(OpenError::TimedOut { step, limit: SILENCE })),
        ] {
            let sandbox = sandbox(vec![fault(at, act.clone())]).await;
            let mut limits = patient();
            if matches!(act, Act::Silence | Act::Half) {
                *match at {
                    At::Greeting => &mut limits.greeting,
                    _ => &mut limits.command,
                } = SILENCE;
            }
            let error = Connection::open_within(&sandbox.server(), limits).await.unwrap_err();
            if let Some(expected) = expected {
                assert_eq!(error, expected, "{act:?}");
                assert!(error.is_transient());
                continue;
            }
            let refused = match at {
                At::Greeting => matches!(error, OpenError::GreetingRefused(_)),
                _ => matches!(error, OpenError::EhloRefused(_)),
            };
            assert!(refused, "{error}");
            assert_eq!(error.is_transient(), error.reply().unwrap().code == 421);
        }
    }
}

#[tokio::test]
async fn a_server_that_does_not_speak_tls_or_nothing_at_all_is_an_error() {
    let sandbox = sandbox(vec![fault(At::Greeting, Act::Silence)]).await;
    let mut server = sandbox.server();
    server.security = Security::Implicit;
    server.trust = Trust::Roots(vec![Authority::new().root()]);
    let impatient = Limits { tls: SILENCE, ..patient() };
    let error = Connection::open_within(&server, impatient).await.unwrap_err();
    assert_eq!(error, OpenError::TimedOut { step: Step::Tls, limit: SILENCE });

    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    server.port = listener.local_addr().unwrap().port();
    drop(listener);
    let error = Connection::open_within(&server, patient()).await.unwrap_err();
    assert!(matches!(error, OpenError::Unreachable { .. }) && error.is_transient(), "{error}");

    server.host = "smtp..example".to_owned();
    let error = Connection::open_within(&server, patient()).await.unwrap_err();
    assert!(matches!(error, OpenError::NotFound { .. }), "{error}");
}

#[tokio::test]
async fn plain_is_for_this_machine_and_never_with_a_login() {
    let sandbox = sandbox(vec![]).await;
    let mut server = sandbox.server();
    server.host = "192.0.2.1".to_owned();
    let error = Connection::open_within(&server, patient()).await.unwrap_err();
    assert!(matches!(error, OpenError::PlainRemote(_)), "{error}");
    server = sandbox.server();
    server.login = Some(Login {
        user: "letters".to_owned(),
        secret: SecretString::from("hunter2").into(),
        auth: AuthMethod::Plain,
    });
    assert_eq!(Connection::open(&server).await.unwrap_err(), OpenError::PlainLogin);
    assert_eq!(sandbox.connections(), []);
}

#[tokio::test]
async fn the_name_for_ehlo_cannot_smuggle_a_command() {
    let sandbox = sandbox(vec![]).await;
    for hello in ["", "a b", "a\r\nMAIL FROM:<x@example.org>"] {
        let mut server = sandbox.server();
        server.hello = hello.to_owned();
        let error = Connection::open(&server).await.unwrap_err();
        assert!(matches!(error, OpenError::Hello(_)), "{error}");
    }
}
