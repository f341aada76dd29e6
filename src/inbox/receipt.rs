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
        return false;
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
