//! What a provider says when it refuses, as it may be shown, and what to do about it.

use secrecy::SecretString;

use super::error::SignInError;
use crate::config::{Provider, ProviderKind, Redaction};
use crate::model::printable;

/// So much is shown of what a provider says.
const LONGEST: usize = 300;

/// A refusal by a provider's code for it (RFC 6749, 4.1.2.1 and 5.2; RFC 8628, 3.5; `OpenID` Connect) and its words,
/// which may repeat what was sent.
pub(super) fn refused(provider: &Provider, code: &str, description: &str, secrets: &[&SecretString]) -> SignInError {
    // Microsoft goes on for several lines, with numbers for its support.
    let first = description.lines().next().unwrap_or_default();
    let mut said = if first.is_empty() { code.to_owned() } else { format!("{code}: {first}") };
    for secret in secrets {
        said = Redaction::of("", secret).hidden_in(&said);
    }
    let said = printable(&said).chars().take(LONGEST).collect::<String>();
    SignInError::Refused {
        provider: provider.name.clone(),
        said: format!("`{said}`"),
        advice: advice(provider.kind, code, description),
        passes: matches!(code, "server_error" | "temporarily_unavailable" | "slow_down"),
    }
}

/// The number of an error of Microsoft's that a description begins with, such as 700082.
fn number_of(description: &str) -> &str {
    let behind = description.split_once("AADSTS").map_or("", |(_, behind)| behind);
    let end = behind.find(|sign: char| !sign.is_ascii_digit()).unwrap_or(behind.len());
    &behind[..end]
}

fn advice(kind: ProviderKind, code: &str, description: &str) -> &'static str {
    by_number(number_of(description)).unwrap_or_else(|| by_code(kind, code))
}

/// By Microsoft's numbers: <https://learn.microsoft.com/en-us/entra/identity-platform/reference-error-codes>, seen in
/// November 2026.
fn by_number(number: &str) -> Option<&'static str> {
    Some(match number {
        "7000218" => {
            "the application is registered as a confidential one: allow public client flows in its registration, or give its `client_secret` in \
             [oauth]"
        }
        "7000215" => {
            "the application's `client_secret` in [oauth] is not the right one: it is the secret's value, not its id"
        }
        "7000222" => {
            "the application's `client_secret` has expired: make a new one in its registration, and give that in [oauth]"
        }
        "50011" | "500113" => {
            "register `http://localhost` as a redirect URI of the application, under the platform for mobile and desktop applications"
        }
        "700016" | "90002" => {
            "the organisation does not know this application: check `client_id` and `tenant` in [oauth]"
        }
        "50020" | "50034" => {
            "the organisation does not know this user: check the user in `url` and `tenant` in [oauth]"
        }
        "50057" => "this user's account is switched off: ask an administrator of the organisation",
        "50072" | "50074" | "50076" | "50078" | "50079" => {
            "the organisation wants a second factor of this user: sign in again with `undersigned login`"
        }
        "90094" | "65001" => "an administrator of the organisation has to give consent to the application first",
        "53000" | "53001" | "53002" | "53003" | "50105" => {
            "a rule of the organisation does not let this user in by this application: ask an administrator"
        }
        _ => return None,
    })
}

fn by_code(kind: ProviderKind, code: &str) -> &'static str {
    match code {
        "invalid_grant" if kind == ProviderKind::Google => {
            "the consent has expired or was withdrawn (an application in testing has it for 7 days): sign in again with `undersigned login`"
        }
        "invalid_grant" | "interaction_required" | "consent_required" | "login_required" => {
            "the consent has expired or was withdrawn, or the account's password is another now: sign in again with `undersigned login`"
        }
        "invalid_client" | "unauthorized_client" => {
            "check `client_id` and `client_secret` in [oauth], and that the application is registered as one for the desktop"
        }
        "invalid_scope" => {
            "the application may not ask for this: check its permissions at the provider, and `scopes` in [oauth]"
        }
        "access_denied" => "whoever was asked did not give consent; run `undersigned login` again when they will",
        "admin_policy_enforced" | "org_internal" => {
            "the organisation does not let this application in: an administrator has to allow it"
        }
        "expired_token" => "the code has expired; run `undersigned login` again",
        "redirect_uri_mismatch" => {
            "register the application as one for the desktop, whose redirect URI is on this machine"
        }
        "server_error" | "temporarily_unavailable" | "slow_down" => "try again a little later",
        _ => "ask whoever registered the application at the provider",
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::provider;
    use super::*;

    #[test]
    fn a_refusal_is_said_in_words_with_what_to_do_and_repeats_no_secret() {
        let secret = SecretString::from("0.refresh-token-9817");
        let provider = provider("https://login.example/token");
        for (code, description, advice) in [
            ("invalid_grant", "AADSTS70000: the grant 0.refresh-token-9817 is wrong\r\nTrace ID: 1", "sign in again"),
            ("invalid_grant", "AADSTS65001: The user or administrator has not consented", "administrator"),
            ("invalid_client", "AADSTS7000218: The request body must contain: client_secret", "public client flows"),
            ("access_denied", "", "did not give consent"),
            ("odd", "\u{1b}[2Jodd", "whoever registered"),
        ] {
            let shown = refused(&provider, code, description, &[&secret]).to_string();
            assert!(shown.starts_with(&format!("login.example refuses: `{code}")), "{shown}");
            assert!(shown.contains(advice) && !shown.contains("9817") && !shown.contains('\u{1b}'), "{shown}");
            assert!(!shown.contains("Trace"), "{shown}");
        }
        assert!(refused(&provider, "temporarily_unavailable", "", &[]).is_transient());
        assert!(!refused(&provider, "invalid_grant", "", &[]).is_transient());
    }
}
