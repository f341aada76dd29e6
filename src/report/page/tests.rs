use jiff::Timestamp;

use super::*;
use crate::ledger::{Delivery, DeliveryId};
use crate::model::{MessageId, RecipientId, Reply, Round};

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// A delivery in which everything that nobody else may see is there.
fn delivery(recipient: &str, state: DeliveryState, answer: Answer) -> Delivery {
    let accepted = (state == DeliveryState::Accepted).then(|| at("2027-03-22T09:00:00Z"));
    Delivery {
        id: DeliveryId(1),
        round: Round(0),
        recipient: RecipientId::new(recipient),
        email: format!("{recipient}@example.org"),
        name: format!("Name of {recipient} <b>"),
        organisation: "Secret Office".to_owned(),
        state,
        reason: Some(format!("{recipient}@example.org is suppressed")),
        attempts: 1,
        first_attempt_at: accepted,
        last_attempt_at: accepted,
        accepted_at: accepted,
        reply: Some(Reply::new(550, ["5.1.1 no such user, says the server"])),
        message_id: Some(MessageId::from_text("secret-id@example.org")),
        answer,
        answered_at: (answer != Answer::None).then(|| at("2027-03-24T09:00:00Z")),
        next_attempt_at: None,
        note: Some("called her at home".to_owned()),
    }
}

fn article() -> Article {
    Article {
        subject: "Keep <it>".to_owned(),
        preheader: String::new(),
        html: "<p>Dear Ministers,</p>\n".to_owned(),
        header: None,
        is_right_to_left: false,
        signatories: vec![2],
    }
}

fn page(language: &str, audience: Audience) -> String {
    let mut account = Account::default();
    account.add(&delivery("ana", DeliveryState::Accepted, Answer::Declined), Some("France"), None);
    account.add(&delivery("bo", DeliveryState::Failed, Answer::None), Some("<script>"), None);
    account.add(&delivery("cy", DeliveryState::Skipped, Answer::None), Some(""), None);
    let article = article();
    report_page(&ReportFacts {
        name: "The \"delta\" & more",
        sender: "Coalition",
        language: &language.parse().unwrap(),
        account: &account,
        by: Some("country"),
        article: Some(&article),
        signatories: 1_234,
        zone: &TimeZone::get("Europe/Brussels").unwrap(),
        audience,
        table: None,
    })
}

#[test]
fn everybody_sees_numbers_and_the_letter_and_nothing_of_a_person() {
    let page = page("en", Audience::Everybody);
    let page = page.split("</style>").nth(1).unwrap();
    for private in
        ["@", "Name of", "Secret Office", "suppressed", "no such user", "secret-id", "called her", "declined", "550"]
    {
        assert!(!page.contains(private), "{private}: {page}");
    }
    for public in [
        "<dt>Recipients</dt><dd>3",
        "<dt>Answered</dt><dd>1 <small>33 %",
        "France",
        "Keep &lt;it&gt;",
        "1,234",
        "Not delivered",
    ] {
        assert!(page.contains(public), "{public}: {page}");
    }
}

#[test]
fn insiders_see_who_what_and_why_and_no_value_is_markup() {
    let page = page("en", Audience::Insiders);
    for part in [
        "ana@example.org",
        "Name of ana &lt;b&gt;",
        "called her at home",
        "declined, <span class=\"day\">24 Mar 2027</span>",
        "&lt;script&gt;",
        "The &quot;delta&quot; &amp; more",
        "Address does not exist (550 5.1.1 no such user, says the server)",
        "cy@example.org is suppressed",
        "noindex",
        "22 March 2027, 10:00 (Europe/Brussels)".replace("22", "24").as_str(),
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert!(!page.contains("<script") && !page.contains("http:") && !page.contains("https:"), "{page}");
}

#[test]
fn a_report_speaks_the_language_of_its_campaign_with_its_numbers_dates_and_direction() {
    for (language, parts) in [
        ("fr", &["<html lang=\"fr\" dir=\"ltr\">", "<dt>Destinataires</dt><dd>3", "1\u{202f}234", "24 mars 2027"][..]),
        ("de-AT", &["<html lang=\"de-AT\"", "<dt>Beantwortet</dt>", "24. März 2027"]),
        ("ar", &["<html lang=\"ar\" dir=\"rtl\">", "المرسل إليهم"]),
        // Whose words are not known is told in English, and says so.
        ("eo", &["<html lang=\"en\" dir=\"ltr\">", "<dt>Recipients</dt>", "<div lang=\"eo\" dir=\"ltr\">"]),
    ] {
        let page = page(language, Audience::Everybody);
        for part in parts {
            assert!(page.contains(part), "{language}, {part}: {page}");
        }
    }
    for language in Words::known() {
        assert!(page(language, Audience::Insiders).contains(&format!("<html lang=\"{language}\"")), "{language}");
    }
}
