use std::fs;
use std::sync::Arc;

use mail_parser::{MessageParser, MimeHeaders, PartType};
use proptest::prelude::*;
use tempfile::TempDir;

use super::*;
use crate::letter::{LetterFacts, Letters};
use crate::model::{Columns, Fields, NamedFile, Place, RollStyle, Signatory, SignatoryKind};
use crate::workspace::Workspace;

const LETTER: &str = "+++\nsubject = \"An appeal to {{recipient.name}}: protect the Ousel delta, its birds and the people who live there\"\n+++\n\
    Dear {{recipient.salutation}},\n\nthe delta — *all* of it — is dying. From here on, [read on](https://example.org/delta?a=1&b=2).\n\n\
    {{> signatories}}\n";

fn recipient(name: &str, salutation: &str) -> Recipient {
    let columns = Arc::new(Columns::new(["email", "name", "salutation"]));
    Recipient {
        id: RecipientId::new("ana"),
        line: 2,
        to: EmailAddress::parse("ana@bücher.example").unwrap(),
        cc: vec![EmailAddress::parse("office@example.org").unwrap()],
        bcc: vec![EmailAddress::parse("archive@example.org").unwrap()],
        lang: None,
        tags: vec![],
        attachments: vec![],
        further: 0,
        opted_out: None,
        fields: Fields::new(columns, vec!["ana@bücher.example".into(), name.into(), salutation.into()]),
    }
}

fn signatory(name: &str) -> Signatory {
    Signatory {
        line: 2,
        name: name.into(),
        names: vec![],
        kind: SignatoryKind::Organisation,
        title: None,
        affiliation: None,
        acronym: None,
        country: None,
        url: None,
        logo: None,
        representative: None,
        representative_title: None,
        publish: true,
        signed_at: None,
        order: None,
        fields: Fields::default(),
    }
}

fn campaign() -> CampaignId {
    CampaignId::parse("2024-06-delta").unwrap()
}

fn sender() -> Sender {
    let text = "id = \"c\"\n[sender]\nfrom = \"Joint Letter Secretariat <letters@coalition.example>\"\n\
        reply_to = \"replies+{token}@coalition.example\"\nbounce_to = \"bounces+{token}@coalition.example\"\n\
        list_unsubscribe = \"mailto:stop+{token}@coalition.example\"\n";
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("campaign.toml"), text).unwrap();
    crate::config::Settings::load(&Workspace::open(folder.path()).unwrap(), "campaign.toml").unwrap().0.sender
}

fn compose(recipient: &Recipient, attachments: &[&Attachment]) -> Composed {
    compose_and_estimate(recipient, attachments).0
}

fn compose_and_estimate(recipient: &Recipient, attachments: &[&Attachment]) -> (Composed, u64) {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("letter.md"), LETTER).unwrap();
    compose_in(&folder, &[signatory("Médecins du Delta"), signatory("Åland Bird Society")], recipient, attachments)
}

fn compose_in(
    folder: &TempDir,
    signatories: &[Signatory],
    recipient: &Recipient,
    attachments: &[&Attachment],
) -> (Composed, u64) {
    let id = campaign();
    let facts = LetterFacts {
        campaign_id: &id,
        campaign_name: "The delta",
        sender_name: None,
        sender_email: "letters@coalition.example",
        date: jiff::civil::date(2024, 6, 12),
        language: "en".parse().unwrap(),
        round: Round(0),
        continues: false,
        recipients_path: "lists/recipients.csv",
        signatories_path: "lists/signatories.csv",
        columns: recipient.fields.columns(),
        signatories,
        roll: &RollStyle::default(),
        header: None,
        show: &[],
        html: &[],
    };
    let letters = Letters::load(&Workspace::open(folder.path()).unwrap(), "letter.md", None, &facts).unwrap();
    let letter = letters.choose(None).letter;
    let merged = letter.merge(recipient, None).unwrap();
    let composer = Composer::new(id.clone(), Round(0), &sender(), TokenKey::new([1; 32])).unwrap();
    let at = "2024-06-12T08:00:00Z".parse().unwrap();
    let draft = Draft {
        recipient,
        id: &recipient.id,
        known_as: None,
        merged: &merged,
        language: letter.language(),
        attachments,
        thread: &[],
        at,
    };
    (composer.compose(&draft).unwrap(), estimate(&merged, attachments))
}

fn text(composed: &Composed) -> &str {
    std::str::from_utf8(&composed.bytes).unwrap()
}

fn headers(composed: &Composed) -> String {
    text(composed).split_once("\r\n\r\n").unwrap().0.to_owned()
}

#[test]
fn a_message_has_its_headers_and_none_that_hides_answers() {
    let composed = compose(&recipient("Ana Roe", "Ms Roe"), &[]);
    let headers = headers(&composed);
    for header in [
        "From: \"Joint Letter Secretariat\" <letters@coalition.example>",
        "To: \"Ana Roe\" <ana@xn--bcher-kva.example>",
        "Cc: office@example.org",
        "Date: Wed, 12 Jun 2024 08:00:00 +0000",
        "Content-Language: en",
        "MIME-Version: 1.0",
        &format!("Message-ID: {}", composed.message_id),
        &format!("Reply-To: replies+{}@coalition.example", composed.token),
    ] {
        assert!(headers.contains(header), "{header} in\n{headers}");
    }
    for header in ["Bcc", "archive@", "Precedence", "Auto-Submitted"] {
        assert!(!headers.contains(header), "{header} in\n{headers}");
    }
    assert_eq!(composed.envelope.recipients(), 3);
    assert_eq!(composed.envelope.from.to_string(), format!("bounces+{}@coalition.example", composed.token));
}

#[test]
fn the_same_draft_gives_the_same_bytes() {
    let recipient = recipient("Ana Roe", "Ms Roe");
    assert_eq!(compose(&recipient, &[]), compose(&recipient, &[]));
}

#[test]
fn no_line_is_long_and_every_line_ends_with_crlf() {
    let name = "Véronique Łukasiewicz-Ångström von und zu der Hohen Straße am Großen Fluß, Ministerin für Umwelt";
    let composed = compose(
        &recipient(name, &"very ".repeat(100)),
        &[&Attachment::new("files/Übersicht der Auen.pdf", &[0; 5_000])],
    );
    for line in text(&composed).split("\r\n") {
        assert!(line.len() <= 78, "{} characters: {line}", line.len());
        assert!(!line.contains(['\r', '\n']), "{line}");
    }
    assert!(composed.bytes.is_ascii());
}

#[test]
fn another_parser_reads_back_what_was_put_in() {
    let file = Attachment::new("files/Übersicht (final) \"2024\".csv", b"a,b\r\n1,2\r\n");
    let composed = compose(&recipient("Roe, Ána \"Nan\"", "Ms Ró=e"), &[&file]);
    let message = MessageParser::default().parse(&composed.bytes).unwrap();
    let to = message.to().unwrap().first().unwrap();
    assert_eq!((to.name(), to.address()), (Some("Roe, Ána \"Nan\""), Some("ana@xn--bcher-kva.example")));
    let subject = "An appeal to Roe, Ána \"Nan\": protect the Ousel delta, its birds and the people who live there";
    assert_eq!(message.subject(), Some(subject));
    assert!(message.body_text(0).unwrap().contains("Dear Ms Ró=e,"));
    assert!(message.body_text(0).unwrap().contains("Åland Bird Society"));
    assert!(message.body_html(0).unwrap().contains("https://example.org/delta?a=1&amp;b=2"));
    let attachment = message.attachments().next().unwrap();
    assert_eq!(attachment.attachment_name(), Some("Übersicht (final) \"2024\".csv"));
    assert!(
        matches!(&attachment.body, PartType::Text(text) if text.as_bytes() == b"a,b\r\n1,2\r\n")
            || attachment.contents() == b"a,b\r\n1,2\r\n"
    );
    assert_eq!(message.parts.iter().filter(|part| part.is_encoding_problem).count(), 0);
}

/// The lines of a part behind a place, up to the end of the message.
fn behind<'m>(message: &'m str, mark: &str) -> &'m str {
    &message[message.find(mark).unwrap()..]
}

#[test]
fn a_mail_goes_along_as_it_is() {
    let plain = "Subject: The river\nContent-Transfer-Encoding: base64\n\nQQ==\n";
    let composed = compose(&recipient("Ana Roe", "Ms Roe"), &[&Attachment::new("earlier.eml", plain.as_bytes())]);
    let part = behind(text(&composed), "Content-Disposition: attachment; filename=\"earlier.eml\"").to_owned();
    let head = behind(text(&composed), "Content-Type: message/rfc822");
    assert!(head.split("\r\n\r\n").next().unwrap().contains("Content-Transfer-Encoding: 7bit"), "{head}");
    assert!(part.contains("\r\n\r\nSubject: The river\r\nContent-Transfer-Encoding: base64\r\n\r\nQQ==\r\n\r\n--"));
    assert!(!text(&composed).contains("Content-Transfer-Encoding: 8bit"));

    let beyond_ascii = "Subject: Der Fluß\r\n\r\nSchöne Grüße\r\n";
    let file = Attachment::new("früher.eml", beyond_ascii.as_bytes());
    let composed = compose(&recipient("Ana Roe", "Ms Roe"), &[&file]);
    let message = MessageParser::default().parse(&composed.bytes).unwrap();
    let PartType::Message(inner) = &message.attachments().next().unwrap().body else { panic!("no mail within") };
    assert_eq!((inner.subject(), inner.body_text(0).as_deref()), (Some("Der Fluß"), Some("Schöne Grüße\r\n")));
    let whole = std::str::from_utf8(&composed.bytes).unwrap();
    let head = whole.split("\r\n\r\n").next().unwrap();
    assert!(head.contains("multipart/mixed") && head.contains("\r\nContent-Transfer-Encoding: 8bit"), "{head}");
}

#[test]
fn a_mail_that_has_the_letters_own_boundary_does_not_end_it() {
    let recipient = recipient("Ana Roe", "Ms Roe");
    let sent = compose(&recipient, &[&Attachment::new("annex.csv", b"a\n")]);
    let composed = compose(&recipient, &[&Attachment::new("sent.eml", &sent.bytes), &Attachment::new("b.csv", b"b\n")]);
    let message = MessageParser::default().parse(&composed.bytes).unwrap();
    let names: Vec<_> = message.attachments().filter_map(|part| part.attachment_name()).collect();
    assert_eq!(names, ["sent.eml", "b.csv"]);
}

#[test]
fn plain_text_comes_before_html() {
    let composed = compose(&recipient("Ana Roe", "Ms Roe"), &[]);
    let plain = text(&composed).find("Content-Type: text/plain; charset=utf-8").unwrap();
    let html = text(&composed).find("Content-Type: text/html; charset=utf-8").unwrap();
    assert!(plain < html && text(&composed).contains("Content-Type: multipart/alternative"));
}

#[test]
fn the_size_is_estimated_from_above_and_not_far() {
    let file = Attachment::new("annex.pdf", &vec![7; 100_000]);
    let recipient = recipient("Ana Roe", "Ms Roe");
    let (composed, estimated) = compose_and_estimate(&recipient, &[&file]);
    let size = composed.bytes.len() as u64;
    assert!((size..size + 2_048).contains(&estimated), "{estimated} for {size}");
}

/// A letter with the logo of one of its signatories.
fn with_logo() -> Composed {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("letter.md"), LETTER).unwrap();
    let mut logo = std::io::Cursor::new(Vec::new());
    image::RgbImage::from_fn(120, 48, |x, y| image::Rgb([x.to_le_bytes()[0], y.to_le_bytes()[0], 0]))
        .write_to(&mut logo, image::ImageFormat::Png)
        .unwrap();
    fs::write(folder.path().join("Åland Bird Society – confidential.png"), logo.into_inner()).unwrap();
    let file = NamedFile { path: "Åland Bird Society – confidential.png".into(), place: Place::file("list") };
    let signatories =
        [signatory("Médecins du Delta"), Signatory { logo: Some(file), ..signatory("Åland Bird Society") }];
    let recipient = recipient("Ana Roe", "Ms Roe");
    compose_in(&folder, &signatories, &recipient, &[&Attachment::new("annex.csv", b"a\n")]).0
}

#[test]
fn pictures_are_related_to_the_page_and_named_by_their_content_alone() {
    let composed = with_logo();
    let message = MessageParser::default().parse(&composed.bytes).unwrap();
    let kinds: Vec<String> = message
        .parts
        .iter()
        .filter_map(|part| part.content_type())
        .map(|kind| format!("{}/{}", kind.ctype(), kind.subtype().unwrap_or_default()))
        .collect();
    let page = ["multipart/related", "text/html", "image/png"];
    assert_eq!(kinds, [&["multipart/mixed", "multipart/alternative", "text/plain"], &page[..], &["text/csv"]].concat());
    let related =
        message.parts.iter().find_map(|part| part.content_type().filter(|kind| kind.subtype() == Some("related")));
    assert_eq!(related.and_then(|kind| kind.attribute("type")), Some("text/html"));
    let picture = message.parts.iter().find(|part| part.content_id().is_some()).unwrap();
    let id = picture.content_id().unwrap();
    assert!(message.body_html(0).unwrap().contains(&format!("src=\"cid:{id}\"")));
    assert_eq!(image::load_from_memory(picture.contents()).unwrap().width(), 120);
    assert_eq!(picture.content_disposition().map(mail_parser::ContentType::ctype), Some("inline"));
    assert_eq!(picture.attachment_name(), None);
    assert!(!text(&composed).contains("confidential"));
    assert!(text(&composed).split("\r\n").all(|line| line.len() <= 78));
}

#[test]
fn without_pictures_nothing_is_related() {
    assert!(!text(&compose(&recipient("Ana Roe", "Ms Roe"), &[])).contains("related"));
}

/// Local parts with every kind of character that a list may have.
const LOCAL: &str = "[a-z.+'’ʼ´\\u{301}\\u{94d}\\u{e31}क-ह ا-ي가-각a-ż!-~\\u{200d}😀²Ⅷ–]{0,12}|\\PC{0,12}";

proptest! {
    #[test]
    fn whatever_is_taken_for_an_address_can_be_written_to(
        local in LOCAL, domain in "[a-zäक-ह.-]{1,9}\\.(org|example|ελ)", name in proptest::option::of("\\PC{0,20}"),
    ) {
        let Ok(address) = EmailAddress::parse(&format!("{local}@{domain}")) else { return Ok(()) };
        let mut recipient = recipient(name.as_deref().unwrap_or_default(), "Ms Roe");
        (recipient.to, recipient.cc, recipient.bcc) = (address.clone(), vec![address.clone()], vec![address.clone()]);
        let composed = compose(&recipient, &[]);
        prop_assert_eq!(composed.envelope.recipients(), 3);
        let sender = Sender { address: address.clone(), name: name.clone(), ..sender() };
        prop_assert!(Composer::new(campaign(), Round(0), &sender, TokenKey::new([1; 32])).is_ok());
        // It stands in the header as it is, and nowhere breaks it.
        let headers = headers(&composed);
        prop_assert!(headers.contains(&address.to_ascii()), "{headers}");
        for line in headers.split("\r\n") {
            prop_assert!(line.starts_with(' ') || line.split_once(": ").is_some_and(|(field, _)| field.is_ascii()), "{line}");
        }
    }
}
