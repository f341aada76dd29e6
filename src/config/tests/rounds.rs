//! What holds for one round or another.

use super::*;

#[test]
fn what_a_round_was_sent_with_can_be_read_again() {
    for lines in [
        "[letter]\ndate = 2024-06-12\nshow = [\"region\"]\nhtml = [\"sub\"]\npdf = \"all\"",
        "[signatories]\nheading = { en = \"Signed \\\"by\\\"\", sr-Latn = \"x\" }\ngroup_by = \"country\"\ncolumns = 2\nlogos = false",
        "[signatories]\nheading = true\nignore_articles = true",
    ] {
        let campaign = load(&format!("name = 'A \"name\"'\n{MINIMAL}{lines}\n")).unwrap().0;
        let record = campaign.letter_settings(Round(0));
        let (again, faults) = load(&record).unwrap_or_else(|faults| panic!("{faults}\n{record}"));
        assert!(faults.is_empty(), "{faults}");
        assert_eq!(again.letter_settings(Round(0)), record);
        assert_eq!((again.name, again.sender), (campaign.name, campaign.sender));
        assert_eq!((again.letter.date, again.letter.html), (campaign.letter.date, campaign.letter.html));
    }
}

#[test]
fn a_pdf_is_set_for_each_round_or_for_all() {
    let follow_up = |pdf: &str| format!("[[follow_up]]\nafter = \"1 days\"\ntemplate = \"f.md\"\n{pdf}\n");
    let rounds = |letter: &str, pdf: &str| {
        let text = format!("{MINIMAL}[letter]\ndate = 2027-03-22\n{letter}\n{}", follow_up(pdf));
        let settings = load(&text).unwrap().0;
        [0, 1].map(|round| settings.pdf(Round(round)).map(|(pdf, _)| *pdf))
    };
    assert_eq!(rounds("pdf = true", ""), [Some(PdfFor::Each), Some(PdfFor::Each)]);
    assert_eq!(rounds("pdf = true", "pdf = false"), [Some(PdfFor::Each), None]);
    assert_eq!(rounds("", "pdf = \"all\""), [None, Some(PdfFor::All)]);
    let files = |own: &str| {
        let text = format!("{MINIMAL}[letter]\nattachments = [\"a.pdf\"]\n{}", follow_up(own));
        let settings = load(&text).unwrap().0;
        [0, 1].map(|round| settings.attachments(Round(round)).iter().map(|(path, _)| path.clone()).collect::<Vec<_>>())
    };
    assert_eq!(files(""), [["a.pdf"], ["a.pdf"]]);
    assert_eq!(files("attachments = []"), [vec!["a.pdf".to_owned()], Vec::new()]);
}

#[test]
fn a_follow_up_that_quotes_needs_the_letters_date() {
    let follow_up = "[[follow_up]]\nafter = \"1 days\"\ntemplate = \"f.md\"\nquote = true\n";
    assert!(
        refused(&format!("{MINIMAL}{follow_up}")).starts_with("campaign.toml:7:9: `quote` needs `date` in [letter]")
    );
    let campaign = load(&format!("{MINIMAL}[letter]\ndate = 2024-06-12\n{follow_up}")).unwrap().0;
    assert_eq!([0, 1, 2].map(|round| campaign.quotes(Round(round))), [false, true, false]);
    let plain =
        load(&format!("{MINIMAL}[letter]\ndate = 2024-06-12\n{}", follow_up.replace("true", "false"))).unwrap().0;
    assert_ne!(campaign.letter_settings(Round(1)), plain.letter_settings(Round(1)));
    assert_eq!(campaign.letter_settings(Round(0)), plain.letter_settings(Round(0)));
}

#[test]
fn when_a_follow_up_is_due_is_checked() {
    let follow_up =
        |after: &str| refused(&format!("{MINIMAL}[[follow_up]]\ntemplate = \"t.md\"\nafter = \"{after}\"\n"));
    for after in ["0 days", "two weeks", "10 working", "9999 days"] {
        assert!(
            follow_up(after).contains(&format!("campaign.toml:6:9: `after = \"{after}\"`")),
            "{}",
            follow_up(after)
        );
    }
    assert!(refused(&format!("{MINIMAL}[calendar]\nweekend = \"Mon-Sun\"\n")).contains("a week needs a working day"));
    assert!(refused(&format!("{MINIMAL}[calendar]\ntimezone = \"Mars/Base\"\n")).contains("is not a time zone"));
    let own = refused(&MINIMAL.replace("id = \"c\"", "id = \"c\"\ncontinues = \"c\""));
    assert!(own.contains("campaign.toml:2:13: `continues` names this campaign"), "{own}");
}
