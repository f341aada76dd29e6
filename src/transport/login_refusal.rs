//! Why a server refuses a login, and what to do about that: what it says in the challenge that holds the error
//! (RFC 7628, 3.2.2), and the words that Microsoft and Google have for what an administrator has switched off.

use data_encoding::BASE64;
use serde_json::Value;

/// Something that an administrator, or the owner of the mailbox, has switched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Switch {
    /// SMTP AUTH of a whole Microsoft 365 organisation.
    SmtpAuthOfTenant,
    /// SMTP AUTH of one mailbox of Microsoft 365.
    SmtpAuthOfMailbox,
    /// Passwords, where tokens are taken still.
    Passwords,
    /// A rule about who may sign in from where.
    AccessRule,
    /// IMAP, or the mailbox has none.
    NoMailbox,
    /// Passwords but for those of one application.
    AppPassword,
    /// Programs, until the user has signed in in a browser.
    Browser,
}

/// Each with words of which some are in the server's, in small letters. Sources, seen in November 2026: Microsoft's
/// pages on authenticated client SMTP submission and on fixing what devices and applications meet there; Google's list
/// of SMTP errors, <https://support.google.com/a/answer/3726730>.
const SAID: [(Switch, &[&str]); 7] = [
    (Switch::SmtpAuthOfTenant, &["smtpclientauthentication is disabled for the tenant"]),
    (Switch::SmtpAuthOfMailbox, &["smtpclientauthentication is disabled for the mailbox"]),
    (Switch::Passwords, &["basic authentication is disabled", "basic authentication is not supported"]),
    (Switch::AccessRule, &["did not meet the criteria to be authenticated", "security defaults policy"]),
    (Switch::NoMailbox, &["authenticated but not connected", "imap access is disabled"]),
    (Switch::AppPassword, &["application-specific password required", "username and password not accepted"]),
    (Switch::Browser, &["log in via your web browser", "log in with your web browser"]),
];

impl Switch {
    /// The one that a server speaks of.
    #[must_use]
    pub fn in_words(said: &str) -> Option<Self> {
        let said = said.to_lowercase();
        SAID.iter().find(|(_, words)| words.iter().any(|words| said.contains(words))).map(|(switch, _)| *switch)
    }

    /// What to do.
    #[must_use]
    pub fn advice(self) -> &'static str {
        match self {
            Self::SmtpAuthOfTenant => {
                "SMTP AUTH is switched off for the whole organisation: an administrator of Microsoft 365 switches it on, for the mailbox alone \
                 by `Set-CASMailbox -Identity ADDRESS -SmtpClientAuthenticationDisabled $false`, or for all by `Set-TransportConfig \
                 -SmtpClientAuthenticationDisabled $false`"
            }
            Self::SmtpAuthOfMailbox => {
                "SMTP AUTH is switched off for this mailbox: an administrator of Microsoft 365 switches it on, in the admin center under the \
                 user's Mail, Manage email apps, Authenticated SMTP, or by `Set-CASMailbox -Identity ADDRESS \
                 -SmtpClientAuthenticationDisabled $false`"
            }
            Self::Passwords => {
                "passwords are switched off there: sign in with `auth = \"oauth\"`, `[oauth]` and `undersigned login`"
            }
            Self::AccessRule => {
                "a rule of the organisation (Conditional Access, or the security defaults) does not let it in: ask an administrator"
            }
            Self::NoMailbox => {
                "the sign-in is right, but not for a mailbox that it may open: check that IMAP is on for this user, that they have a mailbox, \
                 and that the url names who signed in"
            }
            Self::AppPassword => {
                "the account's own password is not taken there: make an app password in the account's security settings and check how it is \
                 written, or sign in with `auth = \"oauth\"`, `[oauth]` and `undersigned login`"
            }
            Self::Browser => {
                "the provider wants this user to sign in on its page first: do so in a browser on this machine, and run it again"
            }
        }
    }
}

/// What a server holds against an access token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenRefusal {
    /// Somebody switched something off.
    Switched(Switch),
    /// It is for something else than this.
    Scope,
    /// It has expired, was withdrawn, or is somebody else's.
    Invalid,
    /// It does not say.
    Unsaid,
}

impl TokenRefusal {
    /// Reads what a server said at the end, and in the challenge before, as it came: base64 of a JSON object.
    #[must_use]
    pub fn read(said: &str, challenge: Option<&str>) -> Self {
        // Google says of a token, too, that user and password are not accepted.
        if let Some(switch) = Switch::in_words(said).filter(|switch| *switch != Switch::AppPassword) {
            return Self::Switched(switch);
        }
        let told = challenge.and_then(|text| BASE64.decode(text.trim().as_bytes()).ok());
        let told: Option<Value> = told.and_then(|bytes| serde_json::from_slice(&bytes).ok());
        let status = told.as_ref().and_then(|told| told.get("status"));
        let status = status.map(|status| status.as_str().map_or_else(|| status.to_string(), str::to_lowercase));
        match status.as_deref() {
            // The first is what RFC 7628 wants, the number what Google and Microsoft say.
            Some("insufficient_scope" | "403") => Self::Scope,
            Some("invalid_token" | "400" | "401") => Self::Invalid,
            _ => Self::Unsaid,
        }
    }

    /// What to do.
    #[must_use]
    pub fn advice(self) -> &'static str {
        match self {
            Self::Switched(switch) => switch.advice(),
            Self::Scope => {
                "the consent was given for something else than this: check the application's permissions at the provider and `scopes` in \
                 [oauth], then sign in again with `undersigned login`"
            }
            Self::Invalid => {
                "the token has expired, the consent was withdrawn, or somebody else than the user in `url` gave it: sign in again, as that \
                 user, with `undersigned login`"
            }
            Self::Unsaid => {
                "check that the user in `url` is who signed in, and that the application may read and send mail; then sign in again with \
                 `undersigned login`"
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_microsoft_and_google_say_is_known_and_names_what_to_do() {
        for (said, advice) in [
            (
                "Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant. Visit https://aka.ms/smtp_auth_disabled for more information.",
                "Set-TransportConfig -SmtpClientAuthenticationDisabled $false",
            ),
            (
                "Authentication unsuccessful, SmtpClientAuthentication is disabled for the Mailbox. Visit https://aka.ms/smtp_auth_disabled for more information.",
                "Authenticated SMTP",
            ),
            ("Authentication unsuccessful, basic authentication is disabled.", "`auth = \"oauth\"`"),
            ("Basic authentication is not supported for Client Submission.", "`auth = \"oauth\"`"),
            (
                "Authentication unsuccessful, the request did not meet the criteria to be authenticated successfully. Contact your administrator.",
                "Conditional Access",
            ),
            ("Application-specific password required.", "app password"),
            ("NO User is authenticated but not connected.", "IMAP is on"),
        ] {
            let switch = Switch::in_words(said).unwrap_or_else(|| panic!("{said}"));
            assert!(switch.advice().contains(advice), "{said}: {}", switch.advice());
            let of_a_token =
                if switch == Switch::AppPassword { TokenRefusal::Unsaid } else { TokenRefusal::Switched(switch) };
            assert_eq!(TokenRefusal::read(said, None), of_a_token);
        }
        assert_eq!(Switch::in_words("Authentication unsuccessful"), None);
    }

    #[test]
    fn the_challenge_is_read_as_it_comes_and_what_is_none_says_nothing() {
        let read = |json: &str| TokenRefusal::read("no", Some(&BASE64.encode(json.as_bytes())));
        for (json, refusal) in [
            (r#"{"status":"401","schemes":"bearer mac","scope":"https://mail.google.com/"}"#, TokenRefusal::Invalid),
            (r#"{"status":"400","schemes":"Bearer","scope":"https://mail.google.com/"}"#, TokenRefusal::Invalid),
            (r#"{"status":401}"#, TokenRefusal::Invalid),
            (r#"{"status":"invalid_token","openid-configuration":"https://login.example"}"#, TokenRefusal::Invalid),
            (r#"{"status":"insufficient_scope","scope":"mail"}"#, TokenRefusal::Scope),
            (r#"{"status":"invalid_request"}"#, TokenRefusal::Unsaid),
            (r#"["status"]"#, TokenRefusal::Unsaid),
            ("not JSON", TokenRefusal::Unsaid),
        ] {
            assert_eq!(read(json), refusal, "{json}");
        }
        assert_eq!(TokenRefusal::read("no", Some("%%%")), TokenRefusal::Unsaid);
        assert_eq!(TokenRefusal::read("no", None), TokenRefusal::Unsaid);
    }
}
