//! How an access token is shown to a server: XOAUTH2, as Google and Microsoft describe it, and OAUTHBEARER (RFC 7628).

use secrecy::zeroize::Zeroizing;

/// A way of showing an access token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenForm {
    /// XOAUTH2.
    Xoauth2,
    /// OAUTHBEARER.
    Oauthbearer,
}

impl TokenForm {
    /// The mechanism's name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Xoauth2 => "XOAUTH2",
            Self::Oauthbearer => "OAUTHBEARER",
        }
    }

    /// What a client says, before it is put into base64.
    #[must_use]
    pub fn response(self, user: &str, token: &str) -> Zeroizing<String> {
        Zeroizing::new(match self {
            Self::Xoauth2 => format!("user={user}\x01auth=Bearer {token}\x01\x01"),
            Self::Oauthbearer => {
                // A comma and an equals sign would end the name (RFC 5801, 4).
                let user = user.replace('=', "=3D").replace(',', "=2C");
                format!("n,a={user},\x01auth=Bearer {token}\x01\x01")
            }
        })
    }

    /// What a client says to the challenge that holds the error, in base64: only then does the server refuse.
    #[must_use]
    pub fn after_the_error(self) -> &'static str {
        match self {
            Self::Xoauth2 => "",
            // One ^A (RFC 7628, 3.2.3).
            Self::Oauthbearer => "AQ==",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_shown_in_the_form_that_was_agreed_on() {
        let shown = |form: TokenForm| form.response("a,b=c@example.org", "t").to_string();
        assert_eq!(shown(TokenForm::Xoauth2), "user=a,b=c@example.org\x01auth=Bearer t\x01\x01");
        assert_eq!(shown(TokenForm::Oauthbearer), "n,a=a=2Cb=3Dc@example.org,\x01auth=Bearer t\x01\x01");
    }
}
