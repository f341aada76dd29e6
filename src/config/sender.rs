//! `[sender]`: in whose name letters go, and where answers and reports come back to.

use std::fmt;

use super::section::Section;
use crate::model::{EmailAddress, Token};

/// In whose name letters go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sender {
    /// The name people see.
    pub name: Option<String>,
    /// The address people see.
    pub address: EmailAddress,
    /// Where answers go.
    pub reply_to: Option<AddressPattern>,
    /// The envelope sender, where reports go; the sender's address, where it is not given.
    pub bounce_to: Option<AddressPattern>,
    /// `List-Unsubscribe` (RFC 2369): a `mailto:` or `https:` URL, which may hold `{token}`.
    pub list_unsubscribe: Option<String>,
}

/// An address in which `{token}` may stand before the `@`, for what ties an answer to its delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddressPattern {
    before: String,
    after: String,
    has_token: bool,
}

const TOKEN: &str = "{token}";

impl fmt::Display for AddressPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let token = if self.has_token { TOKEN } else { "" };
        write!(f, "{}{token}{}", self.before, self.after)
    }
}

impl AddressPattern {
    fn parse(text: &str) -> Result<Self, String> {
        let (before, after, has_token) = match text.split_once(TOKEN) {
            Some((before, after)) => (before, after, true),
            None => (text, "", false),
        };
        if after.contains(TOKEN) || (has_token && !after.contains('@')) {
            return Err("`{token}` may stand once, before the @".to_owned());
        }
        let pattern = Self { before: before.to_owned(), after: after.to_owned(), has_token };
        // A token of the real length shows whether the address stays within what SMTP allows.
        EmailAddress::parse(&pattern.text("abcdefghijklmnop")).map_err(|error| error.to_string())?;
        Ok(pattern)
    }

    fn text(&self, token: &str) -> String {
        format!("{}{}{}", self.before, if self.has_token { token } else { "" }, self.after)
    }

    /// The address for one delivery.
    #[must_use]
    pub fn with(&self, token: &Token) -> Option<EmailAddress> {
        EmailAddress::parse(&self.text(token.as_str())).ok()
    }

    /// The token in an address of this pattern; `None` where it has no place for one, or the address is another. Mail
    /// systems change the case of an address, and a token has none.
    #[must_use]
    pub fn token_in(&self, address: &str) -> Option<String> {
        let (address, before, after) = (address.to_lowercase(), self.before.to_lowercase(), self.after.to_lowercase());
        let token = address.strip_prefix(&before)?.strip_suffix(&after)?;
        (self.has_token && !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_alphanumeric()))
            .then(|| token.to_owned())
    }

    /// Whether an address is of this pattern, with whatever token.
    #[must_use]
    pub fn is_of(&self, address: &str) -> bool {
        self.token_in(address).is_some() || (!self.has_token && address.eq_ignore_ascii_case(&self.before))
    }

    /// Whether it has a place for a token.
    #[must_use]
    pub fn has_token(&self) -> bool {
        self.has_token
    }

    /// As it is written in the file.
    #[must_use]
    pub fn written(&self) -> String {
        self.text(TOKEN)
    }
}

impl Sender {
    pub(super) fn read(section: &Section<'_>) -> Option<Self> {
        let from = section.parsed("from", read_mailbox);
        let from = section.required("from", from);
        let pattern = |key| section.parsed(key, AddressPattern::parse).map(|found| found.value);
        let reply_to = pattern("reply_to");
        let bounce_to = pattern("bounce_to");
        let list_unsubscribe = section.parsed("list_unsubscribe", read_unsubscribe).map(|found| found.value);
        let (name, address) = from?.value;
        Some(Self { name, address, reply_to, bounce_to, list_unsubscribe })
    }
}

/// Reads `Name <address>`, `"Name" <address>` or a bare address.
fn read_mailbox(text: &str) -> Result<(Option<String>, EmailAddress), String> {
    if let Some(c) = text.chars().find(|c| c.is_control()) {
        return Err(format!("it has the control character `{}`", c.escape_default()));
    }
    let (name, address) = match text.strip_suffix('>').and_then(|text| text.rsplit_once('<')) {
        Some((name, address)) => (unquoted(name.trim()), address.trim()),
        None => (String::new(), text),
    };
    let address = EmailAddress::parse(address).map_err(|error| error.to_string())?;
    Ok(((!name.is_empty()).then_some(name), address))
}

/// A name without its quotation marks, and without the backslashes that keep characters within them as they are
/// (RFC 5322, 3.2.4).
fn unquoted(name: &str) -> String {
    let Some(inside) = name.strip_prefix('"').and_then(|name| name.strip_suffix('"')) else { return name.to_owned() };
    let mut plain = String::with_capacity(inside.len());
    let mut characters = inside.chars();
    while let Some(character) = characters.next() {
        plain.extend(if character == '\\' { characters.next() } else { Some(character) });
    }
    plain.trim().to_owned()
}

fn read_unsubscribe(text: &str) -> Result<String, String> {
    let url = url::Url::parse(text).map_err(|error| error.to_string())?;
    if !matches!(url.scheme(), "mailto" | "https")
        || text.chars().any(|c| c.is_control() || c.is_whitespace() || "<>".contains(c))
    {
        return Err("write a `mailto:` or `https:` URL".to_owned());
    }
    if !text.is_ascii() {
        let ascii = url.as_str().replace("%7Btoken%7D", "{token}");
        return Err(format!("a header has it in ASCII alone (RFC 2369, 2); write it as `{ascii}`"));
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{CampaignId, RecipientId, Round, TokenKey};

    #[test]
    fn a_name_in_quotation_marks_is_what_stands_within_them() {
        for (text, name) in [
            (r#""Ana \"Velma\" Lima" <ana@coalition.example>"#, r#"Ana "Velma" Lima"#),
            (r#""Lima, Ana" <ana@coalition.example>"#, "Lima, Ana"),
            (r#""a \\ b" <ana@coalition.example>"#, r"a \ b"),
            (r#"Alliance "Velma" <ana@coalition.example>"#, r#"Alliance "Velma""#),
        ] {
            assert_eq!(read_mailbox(text).unwrap().0.as_deref(), Some(name), "{text}");
        }
    }

    #[test]
    fn a_link_to_unsubscribe_is_in_ascii() {
        let error = read_unsubscribe("https://żaba.example/stop?t={token}").unwrap_err();
        assert!(error.ends_with("write it as `https://xn--aba-22a.example/stop?t={token}`"), "{error}");
        let url = "mailto:replies+{token}@coalition.example?subject=unsubscribe";
        assert_eq!(read_unsubscribe(url).as_deref(), Ok(url));
    }

    #[test]
    fn a_pattern_makes_an_address_for_each_delivery() {
        let token = |recipient: &str| {
            Token::of(&TokenKey::new([7; 32]), &CampaignId::parse("c").unwrap(), Round(0), &RecipientId::new(recipient))
        };
        let pattern = AddressPattern::parse("replies+{token}@coalition.example").unwrap();
        assert_ne!(pattern.with(&token("a")), pattern.with(&token("b")));
        assert_eq!(pattern.written(), "replies+{token}@coalition.example");
        let address = pattern.with(&token("a")).unwrap().to_string();
        assert_eq!(pattern.token_in(&address.to_uppercase()).as_deref(), Some(token("a").as_str()));
        assert_eq!(pattern.token_in("replies+@coalition.example"), None);
        assert_eq!(pattern.token_in("replies@coalition.example"), None);
        let plain = AddressPattern::parse("replies@coalition.example").unwrap();
        assert_eq!(plain.with(&token("a")).unwrap().to_string(), "replies@coalition.example");
        assert!(pattern.is_of(&address) && plain.is_of("Replies@coalition.example"));
        assert!(!pattern.is_of("replies@coalition.example") && !plain.is_of(&address));
    }

    #[test]
    fn a_pattern_that_is_no_address_is_refused() {
        for text in ["", "replies", "{token}{token}@example.org", "replies@{token}.example", "a b+{token}@example.org"]
        {
            assert!(AddressPattern::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_mailbox_is_read_with_and_without_a_name() {
        assert_eq!(read_mailbox("\"Roe, Ana\" <ana@example.org>").unwrap().0.as_deref(), Some("Roe, Ana"));
        assert_eq!(read_mailbox("ana@example.org").unwrap().0, None);
        assert!(read_mailbox("Ana\r\nBcc: x <ana@example.org>").is_err());
    }
}
