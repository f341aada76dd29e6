//! What Microsoft and Google publish of their refusals: each is said in words, with what to do, and marks nobody.
//!
//! Sources, seen in November 2026: Microsoft's pages "Authenticated client SMTP submission", "Fix issues with printers,
//! scanners and apps that send email" and "Microsoft Entra authentication error codes"; Google's "SMTP errors and codes"
//! and "XOAUTH2 Protocol". Names and numbers of servers are left out.

use undersigned::transport::sandbox::{Act, At, Encryption, Fault, When};

use super::{USER, desk, here};
use crate::harness::Campaign;
use crate::office::{Authority, FROM_ENVIRONMENT, SECRET, campaign, office};

const OF_TENANT: &str = "535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant. Visit https://aka.ms/smtp_auth_disabled for more information.";
const OF_MAILBOX: &str = "535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Mailbox. Visit https://aka.ms/smtp_auth_disabled for more information.";
const OF_A_RULE: &str = "535 5.7.139 Authentication unsuccessful, the request did not meet the criteria to be authenticated successfully. Contact your administrator.";
const NOT_ACCEPTED: &str = "535-5.7.8 Username and Password not accepted. For more information, go to\n535 5.7.8  https://support.google.com/mail/?p=BadCredentials";

/// A campaign with a password, at a server that refuses the login so.
fn refused(said: &str) -> Campaign {
    let authority = Authority::new();
    let mut options = office(Encryption::Implicit(authority.server("localhost", 2999)), &["LOGIN", "PLAIN"]);
    options.script = vec![Fault::always(When::Always, At::Auth, Act::Reply(said.to_owned()))];
    campaign(options, &authority, FROM_ENVIRONMENT)
}

#[test]
fn each_refusal_of_a_password_says_what_to_do_and_marks_nobody() {
    for (said, advice) in [
        (OF_TENANT, "Set-TransportConfig -SmtpClientAuthenticationDisabled $false"),
        (OF_MAILBOX, "Authenticated SMTP"),
        (OF_A_RULE, "Conditional Access"),
        (
            "535 5.7.139 Authentication unsuccessful, basic authentication is disabled.",
            "sign in with `auth = \"oauth\"`",
        ),
        ("550 5.7.30 Basic authentication is not supported for Client Submission.", "sign in with `auth = \"oauth\"`"),
        ("535 5.7.3 Authentication unsuccessful", "check the user, `password` and `auth`"),
        (NOT_ACCEPTED, "make an app password"),
        (
            "534-5.7.9 Application-specific password required. For more information, go to\n534 5.7.9  https://support.google.com/mail/?p=InvalidSecondFactor",
            "make an app password",
        ),
        (
            "534-5.7.9 Please log in with your web browser and then try again. For more\n534 5.7.9 information, go to https://support.google.com/mail/?p=WebLoginRequired",
            "in a browser",
        ),
    ] {
        let campaign = refused(said);
        let ran = campaign.run(&["send", "--yes", "-vv"]).exits(3).says(advice).prints("3 planned");
        assert!(!ran.stderr.contains(SECRET), "{ran:#?}");
        assert!(campaign.log().iter().all(|row| row["attempts"] == 0), "{said}");
        assert_eq!(campaign.received().len(), 0);
    }
}

#[test]
fn too_many_logins_are_waited_for_and_refuse_nobody() {
    let campaign = refused("454 4.7.0 Too many login attempts, please try again later.");
    campaign.run(&["send", "--yes", "--no-wait"]).exits(3).prints("3 planned");
    assert!(campaign.log().iter().all(|row| row["attempts"] == 0));
}

#[test]
fn each_refusal_of_a_token_says_what_to_do_and_marks_nobody() {
    let google = "{\"status\":\"400\",\"schemes\":\"Bearer\",\"scope\":\"https://mail.google.com/\"}";
    for (challenge, said, advice) in [
        (google, NOT_ACCEPTED, "somebody else than the user in `url`"),
        ("", OF_TENANT, "Set-CASMailbox -Identity ADDRESS"),
        ("", OF_MAILBOX, "Authenticated SMTP"),
        ("", OF_A_RULE, "Conditional Access"),
        ("", "535 5.7.3 Authentication unsuccessful", "check that the user in `url` is who signed in"),
    ] {
        let desk = desk(0, &[], |options, _| {
            options.logins = vec![(USER.to_owned(), "another".to_owned())];
            options.challenge = challenge.to_owned();
            options.script = vec![Fault::always(When::Always, At::Auth, Act::Reply(said.to_owned()))];
        });
        desk.sign_in().exits(0);
        let ran = desk.campaign.run(&["send", "--yes", "-vv"]).exits(3).says(advice).prints("3 planned");
        desk.shows_nothing(&ran);
        assert!(desk.campaign.log().iter().all(|row| row["attempts"] == 0), "{said}");
    }
}

#[test]
fn each_refusal_to_renew_a_token_says_what_to_do() {
    for (error, description, advice) in [
        (
            "invalid_grant",
            "AADSTS700082: The refresh token has expired due to inactivity. The token was issued on 2026-08-01 and was inactive for 90.00:00:00.",
            "sign in again with `undersigned login`",
        ),
        (
            "invalid_grant",
            "AADSTS50173: The provided grant has expired due to it being revoked, a fresh auth token is needed.",
            "the account's password is another now: sign in again",
        ),
        (
            "interaction_required",
            "AADSTS50076: Due to a configuration change made by your administrator, or because you moved to a new location, you must use multi-factor authentication.",
            "a second factor",
        ),
        (
            "invalid_grant",
            "AADSTS65001: The user or administrator has not consented to use the application.",
            "an administrator of the organisation",
        ),
        (
            "invalid_grant",
            "AADSTS53003: Access has been blocked by Conditional Access policies.",
            "a rule of the organisation",
        ),
        ("invalid_grant", "AADSTS50057: The user account is disabled.", "switched off"),
        ("invalid_client", "AADSTS7000215: Invalid client secret provided.", "the secret's value, not its id"),
        (
            "invalid_client",
            "AADSTS7000222: The provided client secret keys are expired.",
            "has expired: make a new one",
        ),
        (
            "unauthorized_client",
            "AADSTS700016: Application with identifier 'application-7' was not found.",
            "check `client_id` and `tenant`",
        ),
        ("invalid_grant", "Token has been expired or revoked.", "sign in again with `undersigned login`"),
        ("invalid_client", "The OAuth client was not found.", "check `client_id` and `client_secret`"),
    ] {
        let desk = desk(0, &[], |_, _| {});
        desk.sign_in().exits(0);
        let body = format!(
            "{{\"error\":\"{error}\",\"error_description\":\"{description}\\r\\nTrace ID: 1\\r\\nCorrelation ID: 2\"}}"
        );
        desk.provider.answers(&[(400, &body)]);
        let ran = desk.campaign.run(&["send", "--yes", "-vv"]).exits(2).says(error).says(advice);
        assert!(!ran.stderr.contains("Trace ID"), "{ran:#?}");
        desk.shows_nothing(&ran);
    }
}

#[test]
fn what_the_inbox_says_of_a_token_is_said_with_what_to_do() {
    let authority = Authority::new();
    let provider = crate::provider::Provider::start(authority.server("localhost", 2999));
    let encryption = Encryption::Implicit(authority.server("localhost", 2999));
    let mut office = crate::imap::Office::with(&authority, encryption, "AUTH=XOAUTH2", "auth = \"oauth\"\n");
    office.campaign = here(office.campaign);
    let config = std::fs::read_to_string(office.campaign.path("campaign.toml")).unwrap();
    let config = config.replace("password = { env = \"INBOX_PASSWORD\" }\n", "") + &provider.settings();
    office.campaign.write("campaign.toml", config);
    super::log_in(&office.campaign, &provider).exits(0);
    office.server.order(
        "AUTHENTICATE",
        1,
        crate::imap::server::Act::Say("TAG NO User is authenticated but not connected.\r\n".to_owned()),
    );
    office.campaign.run(&["sync"]).exits(3).says("IMAP is on for this user");
}
