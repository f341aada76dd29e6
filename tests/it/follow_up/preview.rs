//! Follow-ups before they are sent: `preview --round` and `check`.

use super::*;

const LETTERS: &str = "+++\nsubject = \"{{previous.subject}}, {{recipient.name}}\"\n+++\n\nAfter {{previous.subject}}, {{previous.days_ago}} days ago.\n";

fn two_rounds() -> Campaign {
    let second = "[[follow_up]]\nafter = \"7 days\"\ntemplate = \"templates/second.md\"\nquote = true\n";
    let rule = RULE.replace("[[follow_up]]", "[[follow_up]]\nquote = true");
    Campaign::new()
        .file("templates/follow-up.md", FOLLOW_UP)
        .file("templates/second.md", LETTERS)
        .settings(&rule)
        .settings(second)
        .server([])
}

/// A message without its date.
fn undated(message: &str) -> String {
    let lines = message.split_inclusive("\r\n").filter(|line| !line.starts_with("Date: "));
    lines.collect()
}

#[test]
fn a_preview_of_a_round_is_what_the_round_sends() {
    let campaign = two_rounds();
    let compare = |round: &str, with: &str| {
        for to in ["ana", "bo", "cy"] {
            let sent = message(&campaign, to, with);
            let address = format!("{to}@example.org");
            let shown = campaign.run(&["-q", "preview", "--round", round, "--format", "eml", &address]).exits(0).stdout;
            assert_eq!(undated(&shown), undated(&sent), "round {round}");
            assert_ne!(shown, undated(&shown));
        }
    };
    campaign.run(&["send", "--yes"]).exits(0);
    compare("0", "please act");
    campaign.days_go_by(14);
    let before = campaign.run(&["preview", "--round", "1", "--format", "text"]).exits(0);
    assert!(!before.stderr.contains("as if"), "{before:?}");
    campaign.write("lists/signatories.csv", "name,acronym\nDelta Watch,DW\nReed Union,\nÅlvfolket,\n");
    follow_up(&campaign).exits(0);
    compare("1", "14 days ago");
    campaign.days_go_by(7);
    follow_up(&campaign).exits(0);
    compare("2", "After Re: To");
}

#[test]
fn a_round_before_its_time_is_shown_as_if_those_before_it_were_sent_today() {
    let campaign = two_rounds();
    let out = campaign.path("out");
    campaign
        .run(&["preview", "--round", "2", "bo@example.org"])
        .exits(0)
        .says("1 recipient has no letter of the round before yet")
        .prints("Subject: Re: To Bo, Bo\n")
        .prints("After Re: To Bo, 0 days ago.\n")
        .prints("\n> please act.\n");
    campaign
        .run(&["preview", "--round", "1", "--out", out.to_str().unwrap()])
        .exits(0)
        .says("3 recipients have no letter of the round before yet")
        .says("3 letters are in");
    let before = std::fs::read_to_string(out.join("0001-ana@example.org.eml")).unwrap();
    campaign.run(&["send", "--yes"]).exits(0);
    let first = message(&campaign, "ana", "please act");
    assert_ne!(
        header(&before, "In-Reply-To"),
        header(&first, "Message-ID"),
        "nobody can know it before there is a key"
    );
    let eml = campaign.run(&["-q", "preview", "--round", "1", "--format", "eml", "ana@example.org"]).exits(0).stdout;
    assert_eq!(header(&eml, "In-Reply-To"), header(&first, "Message-ID"));
    assert_eq!(header(&eml, "References"), header(&first, "Message-ID"));
    assert!(!campaign.path("logs/sandbox").exists());
    campaign.run(&["preview", "--round", "3"]).exits(2).says("there is no round 3");
}

#[test]
fn a_first_letter_that_is_broken_since_it_was_sent_stands_in_nobodys_way() {
    let campaign = two_rounds();
    campaign.run(&["send", "--yes"]).exits(0);
    campaign.write("templates/letter.md", "+++\nsubject = \"Broken\"\n+++\n\n{{recipient.nme}}\n");
    campaign.run(&["preview", "--round", "1", "ana@example.org"]).exits(0).prints("> please act.");
    campaign.run(&["preview", "--round", "2", "ana@example.org"]).exits(0).prints("> please act.");
    campaign.days_go_by(14);
    follow_up(&campaign).exits(0).prints("3 accepted");
}

#[test]
fn who_gets_no_follow_up_has_none_in_the_folder() {
    let campaign = sent();
    answered(&campaign, "bo", "replied");
    campaign.run(&["suppress", "cy@example.org"]).exits(0);
    let out = campaign.path("out");
    campaign.run(&["preview", "--round", "1", "--out", out.to_str().unwrap()]).exits(0).says("1 letter is in");
    campaign
        .run(&["preview", "--round", "1", "bo@example.org"])
        .exits(0)
        .says("it is not to be sent: answered: replied");
    let index = std::fs::read_to_string(out.join("index.html")).unwrap();
    assert!(index.contains("no letter: answered: replied") && index.contains("no letter: suppressed"), "{index}");
}

#[test]
fn check_tries_follow_ups_out_before_anything_is_sent() {
    let check = |body: &str| {
        let campaign = Campaign::new()
            .file("templates/follow-up.md", format!("+++\n+++\n\n{body}\n"))
            .recipients("email,name,since\nana@example.org,Ana,2024-01-01\nbo@example.org,Bo,soon\n")
            .settings(RULE)
            .server([]);
        let said = campaign.run(&["check"]).exits(2).stderr;
        assert_eq!(campaign.received().len(), 0);
        said
    };
    assert!(check("Dear {{recipient.nme}}").contains("templates/follow-up.md:4:8: `recipient.nme`"));
    assert!(check("{{previous.sent}}").contains("templates/follow-up.md:4:3: `previous.sent` is not known"));
    let of_row = check("{{date recipient.since}}");
    assert!(of_row.contains("lists/recipients.csv:3") && of_row.contains("`soon` is not a date"), "{of_row}");
    assert!(of_row.contains("it is used at templates/follow-up.md:4:1"), "{of_row}");
}
