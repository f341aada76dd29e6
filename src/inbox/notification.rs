//! What Amazon SES tells by SNS: a JSON object as the text of a mail ("Amazon SNS notification contents for Amazon
//! SES").

use std::borrow::Cow;
use std::cell::LazyCell;

use serde_json::Value;

use super::complaint::is_complaint;
use super::diagnosis::{Evidence, settle};
use super::structure::Mail;
use super::{Action, Kind, Reading, Reason, ReportedRecipient, Rule};

/// How many recipients are taken from one notification.
const MAX_RECIPIENTS: usize = 1000;

/// Reads a notification, if the mail is one.
pub(super) fn read(mail: &Mail<'_>, reading: &mut Reading) -> bool {
    if !mail.text().trim_start().starts_with('{') {
        return false;
    }
    // Sendmail breaks lines that are too long with `!` and a blank at the front of the next.
    let text = mail.text().replace("!\n ", "");
    // SNS puts a text of its own behind the object.
    let Some(Ok(json)) = serde_json::Deserializer::from_str(&text).into_iter::<Value>().next() else { return false };
    let Some(kind) = json["notificationType"].as_str().or_else(|| json["eventType"].as_str()) else { return false };
    let (kind, action, list) = match kind {
        "Bounce" => (Kind::Report, Some(Action::Failed), &json["bounce"]["bouncedRecipients"]),
        "Delivery" => (Kind::Report, Some(Action::Delivered), &json["delivery"]["recipients"]),
        "DeliveryDelay" => (Kind::Report, Some(Action::Delayed), &json["deliveryDelay"]["delayedRecipients"]),
        "Complaint" => {
            let is_none = json["complaint"]["complaintFeedbackType"].as_str().is_some_and(|it| !is_complaint(it));
            let kind = if is_none { Kind::Receipt } else { Kind::Complaint };
            (kind, None, &json["complaint"]["complainedRecipients"])
        }
        _ => return false,
    };
    for one in list.as_array().into_iter().flatten().take(MAX_RECIPIENTS) {
        let Some(written) = one.as_str().or_else(|| one["emailAddress"].as_str()) else { continue };
        // As a name and an address in angle brackets, too.
        let address = written.rsplit_once('<').map_or(written, |(_, rest)| rest.trim_end().trim_end_matches('>'));
        let mut recipient = ReportedRecipient::new(address);
        recipient.action = action;
        if action.is_some() {
            let said = one["diagnosticCode"].as_str().or_else(|| json["delivery"]["smtpResponse"].as_str());
            let diagnostic = said.unwrap_or_default();
            let diagnostic = diagnostic.split_once(';').map_or(diagnostic, |(_, words)| words).trim();
            let status = one["status"].as_str().or_else(|| status_of(&json["bounce"]));
            let status = status.and_then(|status| status.parse().ok());
            let context = LazyCell::new(Box::new(|| Cow::Borrowed("")) as Box<_>);
            settle(&mut recipient, &Evidence { status, comment: "", diagnostic, context });
            recipient.note_timeout();
        } else {
            recipient.reason = Some(Reason::Feedback);
        }
        reading.add(recipient);
    }
    let header = &json["mail"]["commonHeaders"];
    reading.original_message_id = header["messageId"].as_str().map(|id| id.trim_matches(['<', '>', ' ']).to_owned());
    reading.original_subject = header["subject"].as_str().map(str::to_owned);
    reading.kind = kind;
    reading.rules.push(Rule::SesNotification);
    true
}

/// What the kind of a bounce means as a status, where the server gave none ("Bounce types", Amazon SES).
fn status_of(bounce: &Value) -> Option<&'static str> {
    Some(match (bounce["bounceType"].as_str()?, bounce["bounceSubType"].as_str().unwrap_or_default()) {
        ("Permanent", "NoEmail") => "5.1.1",
        ("Permanent", _) => "5.1.0",
        ("Transient", "MailboxFull") => "4.2.2",
        ("Transient", "MessageTooLarge") => "5.3.4",
        ("Transient", "ContentRejected" | "AttachmentRejected") => "5.6.0",
        ("Transient", _) => "4.0.0",
        _ => return None,
    })
}
