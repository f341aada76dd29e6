//! Read receipts: a reader's program says what was done with a letter (RFC 8098).

use super::fields::groups;
use super::original::Original;
use super::structure::{Mail, Role};
use super::{Kind, Reading, ReportedRecipient, Rule, address};

/// Reads a receipt, if the mail is one.
pub(super) fn read(mail: &Mail<'_>, reading: &mut Reading) -> bool {
    let mut found = Vec::new();
    for part in mail.with_role(Role::Disposition) {
        found.extend(groups(&part.bytes()));
    }
    if mail.report_type != "disposition-notification" && !found.iter().any(|group| group.value("disposition").is_some())
    {
        return false;
    }
    let value = |name: &str| found.iter().find_map(|group| group.value(name));
    let named = value("final-recipient").or_else(|| value("original-recipient")).and_then(address::typed);
    if let Some(named) = named {
        let mut recipient = ReportedRecipient::new(named);
        recipient.original_address = value("original-recipient")
            .and_then(address::typed)
            .filter(|original| !address::same(original, &recipient.address));
        recipient.diagnostic = value("disposition").map(str::to_owned);
        reading.recipients.push(recipient);
    }
    reading.kind = Kind::Receipt;
    reading.rules.push(Rule::Disposition);
    reading.original_message_id = value("original-message-id").map(|id| id.trim_matches(['<', '>', ' ']).to_owned());
    reading.take_original(Original::of(mail, ""));
    true
}
