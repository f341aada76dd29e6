//! Faults between the greeting and the first letter where there is TLS and a login: STARTTLS, the handshake, AUTH.

use std::sync::Arc;
use std::time::Duration;

use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::server::ResolvesServerCertUsingSni;
use undersigned::transport::sandbox::{Act, At, Encryption, Fault, When};

use super::{comes, each};
use crate::harness::Campaign;
use crate::office::{Authority, FROM_ENVIRONMENT, campaign, office, spoiled_campaign};
use crate::proxy::{How, Point, Spoil};

const PLANNED: &str = "planned planned planned";

/// `[smtp]` beside the url.
fn waiting(timeout: &str) -> String {
    format!("timeout = \"{timeout}\"\n{FROM_ENVIRONMENT}")
}

#[test]
fn a_server_that_fails_at_starttls_or_the_login_stops_the_run_and_marks_nobody() {
    let authority = Authority::new();
    let config = authority.server("localhost", 2999);
    let reply = |text: &str| Act::Reply(text.to_owned());
    let cases: Vec<(&str, At, Act, &str)> = vec![
        ("a silent STARTTLS", At::StartTls, Act::Silence, "no answer at STARTTLS within 1 second"),
        ("half a reply to STARTTLS", At::StartTls, Act::Half, "no answer at STARTTLS within 1 second"),
        ("a STARTTLS that hangs up", At::StartTls, Act::Close, "at STARTTLS: the server closed the connection"),
        ("a STARTTLS for later", At::StartTls, reply("454 4.7.0 TLS not available"), "`454 4.7.0 TLS not available`"),
        ("a silent login", At::Auth, Act::Silence, "no answer at the login within 1 second"),
        ("half a reply to the login", At::Auth, Act::Half, "no answer at the login within 1 second"),
        ("a login that drips too slowly", At::Auth, Act::Trickle(Duration::from_millis(300)), "no answer at the login"),
        ("a login that hangs up", At::Auth, Act::Close, "broken off at the login: the server closed the connection"),
        ("a login for later", At::Auth, reply("454 4.7.0 later"), "refused the login: `454 4.7.0 later`"),
        ("a login that closes", At::Auth, reply("421 4.7.0 too many"), "refused the login: `421 4.7.0 too many`"),
        ("a login that is no reply", At::Auth, Act::Raw(b"what?\r\n".to_vec()), "`what?` is not an SMTP reply"),
    ];
    each(&cases, |(name, at, act, said)| {
        let mut options = office(Encryption::StartTls(Arc::clone(&config)), &["PLAIN"]);
        options.script = vec![Fault::always(When::Always, *at, act.clone())];
        comes(name, &campaign(options, &authority, &waiting("1s")), (PLANNED, 3, said));
    });
}

#[test]
fn a_handshake_that_fails_stops_the_run_and_marks_nobody() {
    let authority = Authority::new();
    let config = authority.server("localhost", 2999);
    // The first bytes of the client are its hello; it is longer than a hundred. The server's answer is, too.
    let cases = [
        (
            "silence after the client's hello",
            Point::Asked(100),
            How::Stall,
            "no answer in the TLS handshake within 1 second",
        ),
        (
            "silence in the server's answer",
            Point::Answered(100),
            How::Stall,
            "no answer in the TLS handshake within 1 second",
        ),
        (
            "a reset after the client's hello",
            Point::Asked(100),
            How::Reset,
            "in the TLS handshake: the server closed the connection",
        ),
        (
            "a reset in the server's answer",
            Point::Answered(100),
            How::Reset,
            "in the TLS handshake: the server closed the connection",
        ),
        (
            "an end in the server's answer",
            Point::Answered(100),
            How::Close,
            "in the TLS handshake: the server closed the connection",
        ),
    ];
    each(&cases, |(name, point, how, said)| {
        let options = office(Encryption::Implicit(Arc::clone(&config)), &["PLAIN"]);
        let campaign = spoiled_campaign(options, Spoil::Cut(1, *point, *how), &authority, &waiting("1s"));
        comes(name, &campaign, (PLANNED, 3, said));
    });
}

/// A server that has no certificate to show.
fn speechless() -> Arc<ServerConfig> {
    let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_cert_resolver(Arc::new(ResolvesServerCertUsingSni::new()));
    Arc::new(config)
}

#[test]
fn an_alert_of_the_server_stops_the_run_and_marks_nobody() {
    let authority = Authority::new();
    for (name, config, said) in [
        ("no certificate for the name", speechless(), "no TLS with `localhost`: received fatal alert"),
        (
            "a certificate of ours is wanted",
            authority.demanding_server("localhost"),
            "received fatal alert: CertificateRequired",
        ),
    ] {
        for encryption in [Encryption::Implicit(Arc::clone(&config)), Encryption::StartTls(config)] {
            let options = office(encryption, &["PLAIN"]);
            comes(name, &campaign(options, &authority, &waiting("5s")), (PLANNED, 3, said));
        }
    }
}

#[test]
fn a_handshake_that_breaks_once_the_server_was_reached_is_tried_again() {
    let authority = Authority::new();
    let options = office(Encryption::Implicit(authority.server("localhost", 2999)), &["PLAIN"]);
    let spoil = Spoil::Cut(2, Point::Answered(100), How::Reset);
    let campaign = spoiled_campaign(options, spoil, &authority, &waiting("5s")).many_recipients(102);
    let ran = campaign.run(&["send", "--yes"]).exits(0).prints("102 accepted");
    ran.says("in the TLS handshake").says("trying again in");
    super::arrived_as_recorded("handshake", &campaign);
}

/// A hundred letters go over one connection, and then it is opened anew.
#[test]
fn a_login_that_is_refused_after_a_hundred_letters_stops_the_run_and_fails_nobody() {
    let authority = Authority::new();
    let options = || office(Encryption::Implicit(authority.server("localhost", 2999)), &["PLAIN"]);
    let login = |act: Act| Fault::always(When::Connection(2), At::Auth, act);
    let again = |campaign: &Campaign| {
        campaign.run(&["send", "--yes"]).exits(0).prints("103 accepted");
        assert_eq!(campaign.reached().len(), 103);
    };

    let refused = Act::Reply("535 5.7.8 the password has expired".into());
    let mut options_with = options();
    options_with.script = vec![login(refused)];
    let stopped = campaign(options_with, &authority, &waiting("5s")).many_recipients(103);
    let ran = stopped.run(&["send", "--yes"]).exits(3).prints("3 planned, 100 accepted");
    ran.says("with 3 left").says("refused the login: `535 5.7.8 the password has expired`").says("check the user");
    super::arrived_as_recorded("535", &stopped);
    again(&stopped);

    // A refusal for now is waited out.
    let mut options_with = options();
    options_with.script = vec![login(Act::Reply("454 4.7.0 the directory does not answer".into()))];
    let patient = campaign(options_with, &authority, &waiting("5s")).many_recipients(103);
    let ran = patient.run(&["send", "--yes"]).exits(0).prints("103 accepted");
    ran.says("454 4.7.0 the directory does not answer").says("trying again in");
    assert_eq!(patient.reached().len(), 103);
}
