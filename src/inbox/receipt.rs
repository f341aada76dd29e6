//! Read receipts: a reader's program says what was done with a letter (RFC 8098).

use super::fields::groups;
use super::original::Original;
use super::sign::{self, Sign};
use super::structure::{Mail, Role};
use super::{Action, Kind, Permanence, Reading, Reason, ReportedRecipient, Rule, address};

/// How much of a refusal's words is kept.
const MAX_DIAGNOSTIC: usize = 500;

/// Reads a receipt, if the mail is one.
pub(super) fn read(mail: &Mail<'_>, reading: &mut Reading) -> bool {
    let mut found = Vec::new();
    for part in mail.with_role(Role::Disposition) {
        found.extend(groups(part.bytes()));
    }
    if mail.report_type != "disposition-notification" && !found.iter().any(|group| group.value("disposition").is_some())
    {
        return is_in_words(mail, reading);
    }
    let value = |name: &str| found.iter().find_map(|group| group.value(name));
    let is_refusal = is_refusal(mail, value("disposition").unwrap_or_default());
    let named = value("final-recipient").or_else(|| value("original-recipient")).and_then(address::typed);
    if let Some(named) = named {
        let mut recipient = ReportedRecipient::new(named);
        recipient.original_address = value("original-recipient")
            .and_then(address::typed)
            .filter(|original| !address::same(original, &recipient.address));
        recipient.diagnostic = value("disposition").map(str::to_owned);
        reading.recipients.push(recipient);
    }
    if is_refusal {
        for recipient in &mut reading.recipients {
            let mut words = mail.text().split_whitespace().collect::<Vec<_>>().join(" ");
            words.truncate(words.floor_char_boundary(MAX_DIAGNOSTIC));
            recipient.action = Some(Action::Failed);
            recipient.reason = Some(Reason::Filtered);
            recipient.permanence = Some(Permanence::Soft);
            recipient.diagnostic = Some(words);
        }
    }
    reading.kind = if is_refusal { Kind::Report } else { Kind::Receipt };
    reading.rules.push(if is_refusal { Rule::SieveReject } else { Rule::Disposition });
    reading.original_message_id = value("original-message-id").map(|id| id.trim_matches(['<', '>', ' ']).to_owned());
    reading.take_original(Original::of(mail, ""));
    true
}

/// What Outlook and Exchange put before a subject when a letter was read, or deleted without that, in the languages of
/// most offices.
const READ_OR_NOT: [&str; 38] = [
    "read",
    "not read",
    "gelesen",
    "ungelesen",
    "nicht gelesen",
    "lu",
    "non lu",
    "leído",
    "leido",
    "no leído",
    "letto",
    "non letto",
    "lido",
    "lida",
    "não lido",
    "não lida",
    "gelezen",
    "niet gelezen",
    "przeczytane",
    "nieprzeczytane",
    "přečteno",
    "nepřečteno",
    "prečítané",
    "neprečítané",
    "läst",
    "oläst",
    "læst",
    "ulæst",
    "lest",
    "ulest",
    "luettu",
    "lukematon",
    "elolvasva",
    "olvasatlan",
    "citit",
    "necitit",
    "прочетено",
    "διαβάστηκε",
];

/// The most words of such a receipt: the letter's subject and date, and what was done with it.
const SHORT: usize = 60;

/// Reads a receipt without fields: the mark of one before the letter's own subject, and a text of a few lines with the
/// letter's fields in them, of which nobody writes one.
fn is_in_words(mail: &Mail<'_>, reading: &mut Reading) -> bool {
    let subject = reading.subject.clone().unwrap_or_default();
    let is_marked =
        subject.split_once(':').is_some_and(|(mark, _)| READ_OR_NOT.contains(&mark.trim().to_lowercase().as_str()));
    let text = mail.text();
    let is_short = text.split_whitespace().take(SHORT + 1).count() <= SHORT;
    let has_fields = || text.lines().filter(|line| is_field(line)).count() >= 2;
    if !is_marked || !is_short || !has_fields() {
        return false;
    }
    reading.kind = Kind::Receipt;
    reading.rules.push(Rule::ReceiptText);
    true
}

/// Whether a line is one of the letter's fields: `   To: Ana Roe`.
fn is_field(line: &str) -> bool {
    let field = line.trim().split_once(':');
    field.is_some_and(|(name, value)| {
        let is_name = name.chars().all(|c| c.is_alphabetic() || c == ' ' || c == '\u{a0}');
        is_name && (1..=12).contains(&name.trim().chars().count()) && !value.trim().is_empty()
    })
}

/// Whether a filter refused the letter: Sieve's `reject` may answer so (RFC 5429, 2.1.2). A reader's program that
/// deletes a letter says so too, but not that it was rejected.
fn is_refusal(mail: &Mail<'_>, disposition: &str) -> bool {
    let disposition = disposition.to_ascii_lowercase();
    disposition.starts_with("automatic-action")
        && disposition.contains("deleted")
        && (mail.headers.lower("auto-submitted").contains("reject")
            || sign::shows(Sign::Refused, mail.text())
            || sign::shows(Sign::Refused, &mail.headers.text("subject").unwrap_or_default())
            || mail.headers.lower("subject").contains("reject"))
}
