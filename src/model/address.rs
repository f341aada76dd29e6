//! E-mail addresses: as a person writes them, and as SMTP needs them.

use std::borrow::Cow;
use std::fmt;

use icu::normalizer::ComposingNormalizerBorrowed;
use icu::properties::CodePointMapData;
use icu::properties::props::GeneralCategory;

/// An address that can be written to: `local@domain` (RFC 5321, 4.1.2, with RFC 6531 for what is not ASCII).
///
/// The domain is kept as a person reads it and as DNS has it (punycode, RFC 5891).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct EmailAddress {
    local: String,
    /// Lowercase ASCII.
    domain: String,
    /// As it is read, in Unicode.
    shown: String,
}

impl EmailAddress {
    /// Reads an address without display name and comments. This is the one place that decides what can be written to:
    /// whatever it takes can stand in a header and in an envelope.
    ///
    /// Accents that are written apart from their letters are put together (NFC), so that one address is never two.
    ///
    /// # Errors
    /// Says what is wrong with the text, and what an address needs.
    pub fn parse(text: &str) -> Result<Self, AddressError> {
        use AddressError as E;
        if let Some(c) = text.chars().find(|c| c.is_control()) {
            return Err(E::Control(c));
        }
        if text.is_empty() {
            return Err(E::Empty);
        }
        if text.contains(['<', '>']) {
            return Err(E::Brackets);
        }
        // A blank may stand in quotes, which are not taken whatever is in them.
        if text.starts_with('"') && text.contains("\"@") {
            return Err(E::Exotic);
        }
        if text.chars().any(char::is_whitespace) {
            return Err(E::Space);
        }
        let Some((local, domain)) = text.rsplit_once('@') else {
            return Err(E::NoAt);
        };
        let local = composed(local);
        check_local(&local)?;
        let (domain, shown) = check_domain(domain)?;
        if local.len() + 1 + domain.len() > 254 {
            return Err(E::TooLong("the address", 254));
        }
        Ok(Self { local: local.into_owned(), domain, shown })
    }

    /// The part before the `@`, as it is written.
    #[must_use]
    pub fn local(&self) -> &str {
        &self.local
    }

    /// The domain in lowercase ASCII, as DNS and SMTP have it.
    #[must_use]
    pub fn domain(&self) -> &str {
        &self.domain
    }

    /// The domain as a person reads it, in Unicode.
    #[must_use]
    pub fn shown_domain(&self) -> &str {
        &self.shown
    }

    /// The address as SMTP needs it.
    #[must_use]
    pub fn to_ascii(&self) -> String {
        format!("{}@{}", self.local, self.domain)
    }

    /// The form in which two addresses are compared: no mail system of today tells `Ana@` from `ana@`.
    #[must_use]
    pub fn key(&self) -> String {
        format!("{}@{}", self.folded(), self.domain)
    }

    /// The part before the `@`, without case. Putting letters in lowercase may take accents off them again.
    fn folded(&self) -> String {
        let lower = self.local.to_lowercase();
        if lower.is_ascii() { lower } else { composed(&lower).into_owned() }
    }

    /// As [`key`](EmailAddress::key), with the domain as a person reads it: a recipient's name in the ledger, where the
    /// list has none.
    #[must_use]
    pub fn shown_key(&self) -> String {
        format!("{}@{}", self.folded(), self.shown)
    }

    /// Whether the server must offer SMTPUTF8 (RFC 6531): the part before the `@` is not ASCII.
    #[must_use]
    pub fn needs_smtputf8(&self) -> bool {
        !self.local.is_ascii()
    }

    /// The address with all but its first character and its domain hidden: for diagnostics.
    #[must_use]
    pub fn masked(&self) -> String {
        let first = self.local.chars().next().unwrap_or('*');
        format!("{first}***@{}", self.shown)
    }
}

impl fmt::Display for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.local, self.shown)
    }
}

/// The form in which what a person typed is looked for among ids and addresses: an address as [`EmailAddress::key`],
/// anything else as it is.
#[must_use]
pub fn lookup_key(text: &str) -> String {
    EmailAddress::parse(text).map_or_else(|_| text.to_owned(), |address| address.key())
}

/// A text in which every address is masked: what a server says often names whom it speaks of.
#[must_use]
pub fn mask_addresses(text: &str) -> String {
    let of_local = |c: char| c.is_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(c);
    let mut masked = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('@') {
        let (before, after) = rest.split_at(at);
        let start = before
            .rfind(|c| !of_local(c))
            .map_or(0, |place| place + before[place..].chars().next().map_or(1, char::len_utf8));
        masked.push_str(&before[..start]);
        let local = &before[start..];
        if let Some(first) = local.chars().next() {
            masked.push(first);
            masked.push_str("***");
        }
        masked.push('@');
        rest = &after[1..];
    }
    masked + rest
}

/// What is wrong with an address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AddressError {
    /// Nothing there.
    #[error("it is empty")]
    Empty,
    /// CR, LF, NUL or another control character.
    #[error("it has the control character `{}`, which could change the message; write it anew", .0.escape_default())]
    Control(char),
    /// A blank inside.
    #[error("it has a blank; separate several addresses with `,` or `;`")]
    Space,
    /// `Name <address>`.
    #[error("write the bare address, and the name in the column `name`")]
    Brackets,
    /// No `@`.
    #[error("it has no @")]
    NoAt,
    /// Nothing before the `@`.
    #[error("it has nothing before the @")]
    NoLocal,
    /// Nothing after the `@`.
    #[error("it ends after the @")]
    NoDomain,
    /// Dots at the ends, or two together, before the `@`.
    #[error("before the @, a dot stands at an end or beside another dot")]
    Dots,
    /// A quotation mark that a text program made of an apostrophe.
    #[error("`{0}` is not the apostrophe of an address: write `'`")]
    Apostrophe(char),
    /// A character that cannot stand before the `@`.
    #[error("`{}` cannot stand before the @", .0.escape_default())]
    LocalCharacter(char),
    /// Quoted local parts and address literals: legal, and in letters always a mistake.
    #[error("quoted names and address literals in brackets are not accepted")]
    Exotic,
    /// The domain has no dot.
    #[error("the domain `{0}` has no dot; write it whole, such as `{0}.org`")]
    OneLabel(String),
    /// The domain breaks a rule of DNS or IDNA.
    #[error("the domain `{0}` is not valid: {1}")]
    Domain(String, &'static str),
    /// Longer than SMTP allows (RFC 5321, 4.5.3.1).
    #[error("{0} is longer than {1} characters")]
    TooLong(&'static str, usize),
}

fn check_local(local: &str) -> Result<(), AddressError> {
    use AddressError as E;
    if local.is_empty() {
        return Err(E::NoLocal);
    }
    if local.starts_with('"') {
        return Err(E::Exotic);
    }
    if local.len() > 64 {
        return Err(E::TooLong("the part before the @", 64));
    }
    if local.starts_with('.') || local.ends_with('.') || local.contains("..") {
        return Err(E::Dots);
    }
    let mut before = None;
    for c in local.chars() {
        if matches!(c, '\u{2018}' | '\u{2019}' | '\u{201b}' | '\u{2bc}' | '\u{b4}' | '\u{2032}' | '\u{ff07}') {
            return Err(E::Apostrophe(c));
        }
        if !stands_after(before, c) {
            return Err(E::LocalCharacter(c));
        }
        before = Some(c);
    }
    Ok(())
}

/// Whether a character can stand in a local part: atext of RFC 5322, 3.2.3, and of what is not ASCII (RFC 6531, 3.3)
/// the letters, digits and marks of any script, as in the user names of RFC 8265, 3.3. A mark needs what it stands on.
fn stands_after(before: Option<char>, c: char) -> bool {
    use GeneralCategory as G;
    if c.is_ascii() {
        return c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(c);
    }
    match CodePointMapData::<GeneralCategory>::new().get(c) {
        G::UppercaseLetter
        | G::LowercaseLetter
        | G::TitlecaseLetter
        | G::ModifierLetter
        | G::OtherLetter
        | G::DecimalNumber
        | G::LetterNumber
        | G::OtherNumber => true,
        G::NonspacingMark | G::SpacingMark => before.is_some_and(|before| before != '.'),
        _ => false,
    }
}

/// A text in which letters and accents are one (NFC).
fn composed(text: &str) -> Cow<'_, str> {
    if text.is_ascii() { Cow::Borrowed(text) } else { ComposingNormalizerBorrowed::new_nfc().normalize(text) }
}

/// The domain in ASCII, and as a person reads it.
fn check_domain(domain: &str) -> Result<(String, String), AddressError> {
    use AddressError as E;
    let wrong = |why| E::Domain(domain.to_owned(), why);
    if domain.is_empty() {
        return Err(E::NoDomain);
    }
    if domain.starts_with('[') {
        return Err(E::Exotic);
    }
    if domain.starts_with('.') || domain.ends_with('.') || domain.contains("..") {
        return Err(wrong("a dot stands at an end or beside another dot"));
    }
    let ascii = idna::domain_to_ascii_strict(domain)
        .map_err(|_| wrong("a label has characters that a host name cannot have, or is too long"))?;
    let Some((_, last)) = ascii.rsplit_once('.') else {
        return Err(E::OneLabel(ascii));
    };
    if last.bytes().all(|b| b.is_ascii_digit()) {
        return Err(wrong("it is a number, not a name"));
    }
    let (shown, read) = idna::domain_to_unicode(&ascii);
    read.map_err(|_| wrong("it is not valid punycode"))?;
    Ok((ascii, shown))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ordinary_address_is_read_as_it_is_written() {
        let address = EmailAddress::parse("Ana.Roe+eu@Example.ORG").unwrap();
        assert_eq!(address.to_string(), "Ana.Roe+eu@example.org");
        assert_eq!(address.key(), "ana.roe+eu@example.org");
        assert_eq!(address.masked(), "A***@example.org");
    }

    #[test]
    fn a_unicode_domain_is_punycode_for_smtp_and_readable_for_people() {
        for text in ["kontakt@bücher.example", "kontakt@xn--bcher-kva.example"] {
            let address = EmailAddress::parse(text).unwrap();
            assert_eq!(address.to_ascii(), "kontakt@xn--bcher-kva.example");
            assert_eq!(address.to_string(), "kontakt@bücher.example");
            assert!(!address.needs_smtputf8());
        }
        assert!(EmailAddress::parse("żółw@example.org").unwrap().needs_smtputf8());
    }

    #[test]
    fn an_accent_that_is_written_apart_is_the_same_address() {
        let (apart, together) = ("Jose\u{301}@example.org", "jos\u{e9}@example.org");
        let [apart, together] = [apart, together].map(|text| EmailAddress::parse(text).unwrap());
        assert_eq!(apart.key(), together.key());
        assert_eq!(apart.to_ascii(), "Jos\u{e9}@example.org");
        // In lowercase this letter has its dot apart.
        assert_eq!(
            EmailAddress::parse("\u{130}@example.org").unwrap().key(),
            EmailAddress::parse("i\u{307}@example.org").unwrap().key()
        );
    }

    #[test]
    fn the_letters_of_every_script_can_stand_before_the_at() {
        for local in ["राम.शर्मा", "สมชาย.ใจดี", "żółw", "محمد", "李明", "Ἀθηνᾶ", "o'brien", "x²"]
        {
            let address = EmailAddress::parse(&format!("{local}@example.org")).expect(local);
            assert_eq!(address.local(), local);
        }
        for (local, why) in [
            ("o\u{2019}brien", "`\u{2019}` is not the apostrophe of an address: write `'`"),
            ("o\u{2bc}brien", "write `'`"),
            ("a\u{2013}b", "`\\u{2013}` cannot stand before the @"),
            ("\u{1f600}", "cannot stand before the @"),
            ("\u{301}a", "`\\u{301}` cannot stand"),
            ("a.\u{94d}b", "`\\u{94d}` cannot stand"),
            ("a\u{200d}b", "`\\u{200d}` cannot stand"),
            ("a\u{e000}", "cannot stand"),
            ("\u{ad}", "cannot stand"),
        ] {
            let error = EmailAddress::parse(&format!("{local}@example.org")).expect_err(local).to_string();
            assert!(error.contains(why), "{local}: {error}");
        }
    }

    #[test]
    fn an_address_within_a_text_is_masked() {
        assert_eq!(
            mask_addresses("5.1.1 <ana.roe@example.org>: no such user"),
            "5.1.1 <a***@example.org>: no such user"
        );
        assert_eq!(mask_addresses("„ö@x“ and é@ü.example, a@b@c @"), "„ö***@x“ and é***@ü.example, a***@b***@c @");
        assert_eq!(mask_addresses("queued as 7F"), "queued as 7F");
    }

    #[test]
    fn every_kind_of_wrong_address_is_refused_with_its_reason() {
        for (text, why) in [
            ("", "it is empty"),
            ("ana", "it has no @"),
            ("@example.org", "it has nothing before the @"),
            ("ana@", "it ends after the @"),
            ("ana roe@example.org", "it has a blank"),
            ("Ana <ana@example.org>", "write the bare address"),
            (".ana@example.org", "a dot stands"),
            ("a..b@example.org", "a dot stands"),
            ("ana@exa_mple.org", "is not valid"),
            ("ana@-example.org", "is not valid"),
            ("ana@example..org", "is not valid"),
            ("ana@example.org.", "is not valid"),
            ("ana@localhost", "has no dot"),
            ("ana@127.0.0.1", "it is a number"),
            ("ana@[127.0.0.1]", "literals"),
            ("\"ana roe\"@example.org", "quoted names"),
            ("\"ana\"@example.org", "quoted names"),
            ("a,b@example.org", "`,` cannot stand"),
            ("ana@@example.org", "`@` cannot stand"),
            ("ana@example.org\r\nBcc: eve@example.net", "control character"),
            ("ana\0@example.org", "control character"),
            (&format!("{}@example.org", "a".repeat(65)), "longer than 64"),
            (&format!("ana@{}.org", "a".repeat(64)), "too long"),
        ] {
            let error = EmailAddress::parse(text).expect_err(text).to_string();
            assert!(error.contains(why), "{text:?}: {error}");
        }
    }
}
