//! Everything that follows the language of a recipient: letter, subject, date, attachments, and what is said of those
//! for whom there is none.

use crate::harness::{Campaign, Ran, text};
use crate::session::Session;

const FRENCH: &str = "+++\nsubject = \"À {{recipient.name}}\"\n+++\n\nBonjour, le {{date letter.date}}.\n";

fn campaign(rows: &str) -> Campaign {
    Campaign::new()
        .recipients(&format!("email,name,lang\n{rows}"))
        .file("templates/letter.fr.md", FRENCH)
        .settings("[letter]\ndate = 2027-03-22\nattachments = [\"files/annex.pdf\"]\n")
        .file("files/annex.pdf", "%PDF-1.7 plain")
        .file("files/annex.fr.pdf", "%PDF-1.7 en français")
        .file("files/annex.de.pdf", "%PDF-1.7 auf Deutsch")
        .file("files/annex.v2.pdf", "%PDF-1.7 of nobody")
}

/// The letter that the server took for somebody.
fn message(campaign: &Campaign, to: &str) -> String {
    let letters = campaign.received();
    String::from_utf8(letters.into_iter().find(|letter| letter.recipients == [to]).unwrap().message).unwrap()
}

#[test]
fn letter_subject_date_and_attachment_follow_the_reader() {
    let campaign =
        campaign("ana@example.org,Ana,fr-BE\nbo@example.org,Bo,de\ncy@example.org,Cy,\ndi@example.org,Di,nl\n")
            .server([]);
    campaign.run(&["send", "--yes"]).exits(0);
    for (to, language, said, annex) in [
        ("ana@example.org", "fr", "22 mars 2027", "annex.fr.pdf"),
        ("bo@example.org", "en", "Dear Bo", "annex.de.pdf"),
        ("cy@example.org", "en", "Dear Cy", "annex.pdf"),
        ("di@example.org", "en", "Dear Di", "annex.pdf"),
    ] {
        let message = message(&campaign, to);
        assert!(message.contains(&format!("Content-Language: {language}\r\n")), "{message}");
        assert!(message.contains(said), "{message}");
        assert!(message.contains(&format!("filename=\"{annex}\"")), "{message}");
        assert_eq!(message.matches("Content-Disposition: attachment").count(), 1, "{message}");
    }
    assert!(message(&campaign, "ana@example.org").contains("Subject: =?utf-8?b?"), "a subject in French");
}

#[test]
fn an_attachment_in_another_language_is_frozen_with_the_letter() {
    let campaign = campaign("ana@example.org,Ana,fr\nbo@example.org,Bo,\n").server([]);
    campaign.run(&["send", "--yes", "--limit", "1"]);
    campaign.write("files/annex.fr.pdf", "%PDF-1.7 changed");
    campaign.run(&["send", "--yes"]).exits(2).says("files/annex.fr.pdf");
}

#[test]
fn check_says_who_gets_a_letter_in_another_language() {
    let session = Session::begin();
    let campaign = campaign(
        "a@example.org,A,de\nb@example.org,B,nl\nc@example.org,C,de-AT\nd@example.org,D,de\ne@example.org,E,de\nf@example.org,F,de\ng@example.org,G,fr\n",
    );
    let said = campaign
        .run(&["check"])
        .exits(0)
        .prints("(6 in en, 1 in fr)")
        .says("lists/recipients.csv:2:17: there is no letter in `de`: 4 get the one in `en`: `a@example.org` (line 2), `d@example.org` (line 5), `e@example.org` (line 6) and 1 more, whom `check -v` names")
        .says("lists/recipients.csv:4:17: there is no letter in `de-AT`: `c@example.org` (line 4) gets the one in `en`")
        .says("lists/recipients.csv:3:17: there is no letter in `nl`: `b@example.org` (line 3) gets the one in `en`")
        .stderr;
    assert!(!said.contains("g@example.org"), "{said}");
    campaign.run(&["-v", "check"]).exits(0).says("`e@example.org` (line 6), `f@example.org` (line 7)");
    session.reads("check-languages");
}

#[test]
fn plan_shows_the_language_of_each_and_what_it_stands_for() {
    let session = Session::begin();
    let campaign = campaign("a@example.org,A,de\nb@example.org,B,fr-BE\nc@example.org,C,\n");
    campaign.run(&["plan"]).exits(0).prints("en, for want of de").prints("fr ");
    let plan: serde_json::Value = serde_json::from_str(&campaign.run(&["plan", "--json"]).exits(0).stdout).unwrap();
    let rows: Vec<_> = plan["deliveries"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| (text(&row["language"]), text(&row["wanted_language"]), row["fell_back"].as_bool()))
        .collect();
    let row = |language: &str, wanted: &str, fell_back| (language.to_owned(), wanted.to_owned(), Some(fell_back));
    assert_eq!(rows, [row("en", "de", true), row("fr", "fr-BE", false), row("en", "", false)]);
    session.reads("plan-languages");
}

#[test]
fn a_language_that_is_none_is_told_at_its_place_with_what_was_meant() {
    let session = Session::begin();
    campaign("a@example.org,A,fr\nb@example.org,B,gr\nc@example.org,C,french\nd@example.org,D,fr_FR.UTF-8\n")
        .run(&["check"])
        .exits(2)
        .says("lists/recipients.csv:3:17: `gr` is not a language tag; did you mean `el`?")
        .says("lists/recipients.csv:4:17: `french` is not a language tag; did you mean `fr`?")
        .says("lists/recipients.csv:5:17: `fr_FR.UTF-8` is not a language tag; did you mean `fr-FR`?");
    Campaign::new()
        .settings("[letter]\ndate = 2027-03-22\nlanguage = \"cz\"\n")
        .run(&["check"])
        .exits(2)
        .says("`language = \"cz\"`: `cz` is not a language tag; did you mean `cs`?");
    campaign("a@example.org,A,se\n")
        .file("templates/letter.dk.md", FRENCH)
        .file("templates/letter.xx-YY-zz.md", FRENCH)
        .file("templates/letter.sv.md", FRENCH)
        .run(&["check"])
        .exits(0)
        .says("templates/letter.dk.md: nobody gets this letter: `dk` is not a language tag; did you mean `da`?")
        .says("templates/letter.xx-YY-zz.md: nobody gets this letter: `xx-YY-zz` is not a language tag")
        .says("there is no letter in `se`: `a@example.org` (line 2) gets the one in `en`; did you mean `sv`?");
    session.reads("bad-languages");
}

#[test]
fn a_script_is_kept_where_there_is_a_letter_in_it() {
    let campaign = Campaign::new().recipients(
        "email,name,lang\na@example.org,A,zh-TW\nb@example.org,B,zh-CN\nc@example.org,C,nb\nd@example.org,D,sr-ME\n",
    );
    for language in ["zh", "zh-Hant", "no", "sr", "sr-Latn"] {
        campaign.write(&format!("templates/letter.{language}.md"), FRENCH);
    }
    let plan: serde_json::Value = serde_json::from_str(&campaign.run(&["plan", "--json"]).exits(0).stdout).unwrap();
    let languages: Vec<String> =
        plan["deliveries"].as_array().unwrap().iter().map(|row| text(&row["language"])).collect();
    assert_eq!(languages, ["zh-Hant", "zh", "no", "sr-Latn"]);
}

#[test]
fn the_sample_letter_in_each_language() {
    let preview = |id: &str, format: &str| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_undersigned"));
        command.args(["-C", env!("CARGO_MANIFEST_DIR"), "preview", id, "--format", format]);
        Ran::new(command.output().unwrap()).exits(0).stdout
    };
    for (language, id) in [("en", "minister@environment.example"), ("fr", "cabinet@eaux-et-forets.example")] {
        for format in ["text", "html"] {
            insta::assert_snapshot!(format!("sample-{language}-{format}"), preview(id, format));
        }
    }
}
