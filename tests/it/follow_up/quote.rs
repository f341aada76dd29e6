//! Follow-ups that quote the first letter, as it was sent to each recipient.

use super::*;

const QUOTING: &str = "[calendar]\ntimezone = \"UTC\"\n[[follow_up]]\nafter = \"14 days\"\ntemplate = \"templates/follow-up.md\"\nquote = true\n";
const REMINDER: &str = "+++\n+++\n\nOnce more, {{recipient.name}}, days ago.\n";

/// A campaign whose follow-up quotes the first letter; nothing was sent.
fn quoting() -> Campaign {
    Campaign::new().file("templates/follow-up.md", REMINDER).settings(QUOTING).server([])
}

/// The plain text of a message.
fn text_of(message: &str) -> String {
    let parsed = mail_parser::MessageParser::new().parse(message.as_bytes()).unwrap();
    parsed.body_text(0).unwrap().replace("\r\n", "\n")
}

fn html_of(message: &str) -> String {
    mail_parser::MessageParser::new().parse(message.as_bytes()).unwrap().body_html(0).unwrap().into_owned()
}

/// What stands behind `> ` in the reminder to a recipient.
fn quotation(campaign: &Campaign, to: &str) -> String {
    let text = text_of(&message(campaign, to, "days ago"));
    let quoted = text.lines().filter_map(|line| line.strip_prefix('>'));
    quoted.flat_map(|line| [line.strip_prefix(' ').unwrap_or(line), "\n"]).collect()
}

/// The first letter to a recipient, as it was sent.
fn first(campaign: &Campaign, to: &str) -> String {
    let sent = campaign.received().into_iter().filter(|letter| letter.recipients == [format!("{to}@example.org")]);
    let mut sent = sent.map(|letter| String::from_utf8(letter.message).unwrap());
    text_of(&sent.find(|message| header(message, "In-Reply-To").is_empty()).unwrap())
}

#[test]
fn a_follow_up_quotes_what_was_sent_whatever_changed_since() {
    let campaign = quoting().recipients("id,email,name,lang\n1,ana@example.org,Ana,\n2,bo@example.org,Bo,fr\n").file(
        "templates/letter.fr.md",
        "+++\nsubject = \"À {{recipient.name}}\"\n+++\n\nBonjour {{recipient.name}},\n\nagissez.\n",
    );
    campaign.run(&["send", "--yes"]).exits(0);
    // The list is planned again with other names, languages and columns.
    campaign.write(
        "lists/recipients.csv",
        "city,id,email,name,lang\nX,1,ana@example.org,Anna,fr\nY,2,bo@example.org,Bob,en\n",
    );
    campaign.run(&["send", "--yes"]).exits(0);
    campaign.days_go_by(14);
    campaign.write("lists/signatories.csv", "name,acronym\nReed Union,\nDelta Watchers,DW\nÅlvfolket,\n");
    campaign.write("templates/letter.md", "+++\nsubject = \"Other\"\n+++\n\nAnother letter.\n");
    campaign.write("templates/letter.fr.md", "+++\nsubject = \"Other\"\n+++\n\nUne autre lettre.\n");
    follow_up(&campaign).exits(0).prints("2 accepted");
    for to in ["ana", "bo"] {
        assert_eq!(quotation(&campaign, to), first(&campaign, to), "{to}");
    }
    let day = jiff::Zoned::now().with_time_zone(jiff::tz::TimeZone::UTC).date() - jiff::Span::new().days(14);
    let above = format!("Secretariat ({})\n\n> Dear Ana,", day.strftime("%-d %B %Y"));
    let text = text_of(&message(&campaign, "ana", "days ago"));
    assert!(text.contains(&above), "{above}\n{text}");
    assert!(quotation(&campaign, "ana").contains("Dear Ana,\n\nplease act.\n\nÅlvfolket\nDelta Watch (DW)\n"));
    let reminder = message(&campaign, "bo", "days ago");
    assert!(text_of(&reminder).starts_with("Once more, Bob, days ago.\n\nSecretariat ("), "{reminder}");
    assert!(html_of(&reminder).contains("<blockquote lang=\"fr\" dir=\"ltr\""), "{reminder}");
}

#[test]
fn who_got_a_changed_letter_has_that_one_quoted() {
    let campaign = quoting();
    campaign.run(&["send", "--yes", "--limit", "1"]).exits(0);
    campaign.write("templates/letter.md", "+++\nsubject = \"To {{recipient.name}}\"\n+++\n\nThe new text.\n");
    campaign.run(&["send", "--yes", "--accept-changes"]).exits(0);
    campaign.days_go_by(14);
    follow_up(&campaign).exits(0).prints("3 accepted");
    for to in ["ana", "bo", "cy"] {
        assert_eq!(quotation(&campaign, to), first(&campaign, to), "{to}");
    }
    assert!(quotation(&campaign, "ana").contains("please act"));
    assert_eq!(quotation(&campaign, "bo"), "The new text.\n");
}

#[test]
fn a_quotation_has_no_pictures() {
    let campaign = quoting()
        .file("lists/signatories.csv", "name,logo\nDelta Watch,logos/1.png\n")
        .file("logos/1.png", crate::browser::drawing::logo(1));
    campaign.run(&["send", "--yes"]).exits(0);
    campaign.days_go_by(14);
    follow_up(&campaign).exits(0);
    let pictures = |message: &str| message.matches("\r\nContent-ID: ").count();
    assert_eq!(pictures(&message(&campaign, "ana", "\r\nSubject: To Ana")), 1);
    let reminder = message(&campaign, "ana", "days ago");
    assert_eq!(pictures(&reminder), 0);
    assert!(html_of(&reminder).contains("Delta Watch</li>"), "{reminder}");
}

#[test]
fn every_round_quotes_the_first_letter_and_no_reminder() {
    let second = "[[follow_up]]\nafter = \"7 days\"\ntemplate = \"templates/second.md\"\nquote = true\n";
    let campaign = quoting().settings(second).file("templates/second.md", "+++\n+++\n\nA last word, days ago.\n");
    campaign.run(&["send", "--yes"]).exits(0);
    campaign.days_go_by(30);
    follow_up(&campaign).exits(0).says("round 1");
    campaign.days_go_by(7);
    follow_up(&campaign).exits(0).says("round 2");
    let last = message(&campaign, "ana", "A last word");
    let quoted: String = text_of(&last).lines().filter_map(|line| line.strip_prefix('>')).collect();
    assert!(quoted.contains("please act.") && !quoted.contains("Once more"), "{last}");
    assert_eq!(header(&last, "References").split(' ').count(), 2);
}

#[test]
fn a_letter_that_continues_a_campaign_is_quoted_with_what_it_said_of_the_last_one() {
    let campaign = quoting();
    campaign.run(&["send", "--yes"]).exits(0);
    campaign.days_go_by(30);
    campaign.write("templates/letter.md", "+++\nsubject = \"Once more\"\n+++\n\n{{#if previous}}{{previous.days_ago}} days since \"{{previous.subject}}\"{{else}}First{{/if}}.\n");
    let config = std::fs::read_to_string(campaign.path("campaign.toml")).unwrap();
    let config = config.replace("id = \"2027-03-delta\"", "id = \"2028-01-delta\"\ncontinues = \"2027-03-delta\"");
    campaign.write("campaign.toml", config);
    campaign.write("lists/recipients.csv", "email,name\nana@example.org,Ana\ndo@example.org,Do\n");
    campaign.run(&["send", "--yes"]).exits(0);
    let moved = "UPDATE attempt SET started_at = started_at - 14 * 86400000000";
    sql(&campaign).execute(moved, []).unwrap();
    campaign.days_go_by(14);
    follow_up(&campaign).exits(0).prints("2 accepted");
    assert_eq!(quotation(&campaign, "ana"), "30 days since \"To Ana\".\n");
    assert_eq!(quotation(&campaign, "do"), "First.\n");
}

#[test]
fn what_cannot_be_quoted_stops_the_follow_up_before_anything_is_sent() {
    let sent = || {
        let campaign = quoting();
        campaign.run(&["send", "--yes"]).exits(0);
        campaign.days_go_by(14);
        campaign
    };
    let campaign = sent();
    sql(&campaign).execute_batch("PRAGMA foreign_keys = OFF; DELETE FROM snapshot_file; DELETE FROM snapshot").unwrap();
    let says = "the ledger does not have the first letter of 2027-03-delta as it was sent";
    campaign.run(&["check"]).exits(2).says(says);
    follow_up(&campaign).exits(2).says(says);
    assert_eq!(campaign.received().len(), 3);

    let campaign = sent();
    sql(&campaign).execute_batch("PRAGMA foreign_keys = OFF; UPDATE attempt SET snapshot = NULL WHERE id = 2").unwrap();
    follow_up(&campaign).exits(2).says("lists/recipients.csv:3: the first letter cannot be quoted");
    assert_eq!(campaign.received().len(), 3);
}

#[test]
fn quoting_needs_a_date_and_is_frozen_with_the_round() {
    let campaign = quoting().settings("[letter]\nlanguage = \"en\"\n");
    campaign.run(&["check"]).exits(2).says("`quote` needs `date` in [letter]");
    let campaign = quoting();
    campaign.run(&["send", "--yes"]).exits(0);
    campaign.days_go_by(14);
    campaign.run(&["follow-up", "--yes", "--limit", "1"]).exits(0);
    let config = std::fs::read_to_string(campaign.path("campaign.toml")).unwrap();
    campaign.write("campaign.toml", config.replace("quote = true\n", ""));
    follow_up(&campaign).exits(2).says("changed since the first letter left: campaign.toml");
}

#[test]
fn a_follow_up_that_quotes_nothing_has_no_quotation() {
    let campaign = sent();
    campaign.days_go_by(14);
    follow_up(&campaign).exits(0);
    let reminder = message(&campaign, "ana", "days ago");
    assert!(!text_of(&reminder).contains('>') && !html_of(&reminder).contains("<blockquote"), "{reminder}");
}

#[test]
fn whoever_withdrew_after_the_first_letter_is_not_named_by_its_quotation() {
    for now in ["name,acronym,publish\nÅlvfolket,,no\nDelta Watch,DW,yes\n", "name,acronym\nDelta Watch,DW\n"] {
        let campaign = quoting();
        campaign.run(&["send", "--yes"]).exits(0);
        campaign.days_go_by(14);
        campaign.write("lists/signatories.csv", now);
        let before = campaign.received().len();
        campaign.run(&["check"]).exits(0).says("the first letter named `Ålvfolket`");
        campaign.run(&["plan", "--round", "1"]).exits(0).says("the first letter named `Ålvfolket`");
        follow_up(&campaign).exits(2).says("the first letter named `Ålvfolket`").says("take `quote` out");
        assert_eq!(campaign.received().len(), before, "{now}");
        let settings =
            std::fs::read_to_string(campaign.path("campaign.toml")).unwrap().replace("quote = true", "quote = false");
        campaign.write("campaign.toml", settings);
        follow_up(&campaign).exits(0).prints("3 accepted");
        let reminder = message(&campaign, "ana", "days ago");
        assert!(!text_of(&reminder).contains("Ålvfolket"), "{reminder}");
    }
}
