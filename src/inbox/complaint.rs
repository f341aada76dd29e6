//! Abuse reports: somebody told their provider that a letter is unwanted (RFC 5965).

use super::fields::groups;
use super::header::Headers;
use super::original::Original;
use super::structure::{Mail, Role};
use super::{Kind, Reading, Reason, ReportedRecipient, Rule, address};

/// How many recipients are taken from one complaint.
const MAX_RECIPIENTS: usize = 1000;

/// Whether the mail has the form of an abuse report.
pub(super) fn is_feedback(mail: &Mail<'_>) -> bool {
    mail.report_type == "feedback-report" || mail.with_role(Role::Feedback).next().is_some()
}

/// Reads an abuse report, if the mail is one.
pub(super) fn read(mail: &Mail<'_>, reading: &mut Reading) -> bool {
    let text = mail.text();
    let rule = if is_feedback(mail) {
        Rule::FeedbackReport
    } else if is_feedback_text(mail, text) {
        Rule::FeedbackText
    } else {
        return false;
    };
    let original = Original::of(mail, text);
    let mut named: Vec<String> = Vec::new();
    for part in mail.with_role(Role::Feedback) {
        for group in groups(part.bytes()) {
            // RFC 5965, 3.2; the second is what Yahoo's and others' opt-out reports say.
            for name in ["original-rcpt-to", "removal-recipient"] {
                named.extend(group.values(name).filter_map(address::typed));
            }
        }
    }
    if named.is_empty() {
        let list = if original.delivered_to.is_empty() { &original.to } else { &original.delivered_to };
        named.clone_from(list);
    }
    for one in named.into_iter().take(MAX_RECIPIENTS) {
        if !reading.recipients.iter().any(|known| address::same(&known.address, &one)) {
            let mut recipient = ReportedRecipient::new(one);
            recipient.reason = Some(Reason::Feedback);
            reading.recipients.push(recipient);
        }
    }
    let types: Vec<String> = mail
        .with_role(Role::Feedback)
        .flat_map(|part| groups(part.bytes()))
        .filter_map(|group| group.values("feedback-type").next().map(|it| it.trim().to_lowercase()))
        .collect();
    if types.is_empty() || types.iter().any(|it| is_complaint(it)) {
        reading.kind = Kind::Complaint;
        reading.rules.push(rule);
    } else {
        // Such as `not-spam`, which says the contrary (RFC 6430, 2), and `auth-failure` (RFC 6591, 3.1).
        reading.kind = Kind::Receipt;
        reading.rules.push(Rule::FeedbackNoComplaint);
    }
    reading.take_original(original);
    true
}

/// Whether a type of feedback says that somebody does not want a letter (RFC 5965, 7.3; `opt-out` is what Yahoo and
/// others write).
pub(super) fn is_complaint(feedback_type: &str) -> bool {
    matches!(feedback_type, "abuse" | "fraud" | "opt-out" | "opt-out-list")
}

/// Microsoft's feedback programme returns the letter in a plain mail, with a field of its own at its front (JMRP);
/// others introduce it in words.
fn is_feedback_text(mail: &Mail<'_>, text: &str) -> bool {
    mail.with_role(Role::Message).any(|part| {
        let letter = part.message();
        Headers::split(letter).0.has("x-hmxmroriginalrecipient")
    }) || (mail.with_role(Role::Message).next().is_some()
        && (text.contains("mail Feedback Report for IP") || text.contains("mail abuse report for")))
}
