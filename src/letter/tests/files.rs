//! What is checked of the files that a letter is made of.

use super::Desk;
use crate::model::Round;

#[test]
fn front_matter_is_checked() {
    let faults = |text: &str| {
        let desk = Desk::new();
        desk.file("templates/letter.md", text);
        desk.faults()
    };
    let at = |text: &str, message: &str| assert_eq!(faults(text), [format!("templates/letter.md:{message}")], "{text}");
    at("Hello\n", "1:1: a letter begins with a line `+++`, then `subject = \"…\"`, then another line `+++`");
    at("+++\nsubject = \"x\"\n", "1:1: the front matter is not closed; end it with a line `+++`");
    at("+++\n+++\n", "1:1: the front matter has no `subject`; add `subject = \"…\"`");
    at(
        "+++\nsubject = \"x\"\nprehader = \"y\"\n+++\n",
        "3:1: `prehader` is not a key of the front matter; did you mean `preheader`?",
    );
    at("+++\nsubject = 3\n+++\n", "2:11: `subject` is not a text; write it in quotes");
    at("+++\nsubject = \"\"\n+++\n", "2:11: `subject` is empty; write what the reader is to see in the inbox");
    at(
        "+++\nsubject = \"a\\nb\"\n+++\n",
        "2:11: `subject` has the control character `\\n`; write it on one line, without tabs",
    );
    at(
        "+++\nsubject = \"a {{round}} {{recipient.nmae}}\"\n+++\n",
        "2:26: `recipient.nmae`: lists/recipients.csv has no column `nmae`; did you mean `recipient.name`?",
    );
    at(
        "+++\nsubject = \"a\"\npreheader = \"{{> signatories}}\"\n+++\n",
        "3:14: `{{> signatories}}` prints a block and cannot stand in the preheader",
    );
    at("+++\nsubject = \"a\"\nattachments = [\"no.pdf\"]\n+++\n", "3:16: `no.pdf` does not exist in the workspace");
    at(
        "+++\nsubject = \"a\"\nattachments = \"x\"\n+++\n",
        "3:15: `attachments` is not a list; write it as `[\"files/annex.pdf\"]`",
    );
    assert!(
        faults("+++\nsubject = \"a\n+++\n")[0].starts_with("templates/letter.md:2:"),
        "{:?}",
        faults("+++\nsubject = \"a\n+++\n")
    );
}

#[test]
fn everything_that_is_wrong_is_told_at_once() {
    let desk = Desk::with("{{a}}\n{{b}} {{#each recipient.c}}{{unjudged}}{{/each}}\n");
    desk.file("templates/letter.fr.md", "+++\nsujet = \"x\"\n+++\n{{recipient.nmae}}\n");
    let faults = desk.faults();
    let places: Vec<&str> = faults.iter().map(|fault| fault.split(": ").next().unwrap()).collect();
    assert_eq!(
        places,
        [
            "templates/letter.fr.md:1:1",
            "templates/letter.fr.md:2:1",
            "templates/letter.md:4:3",
            "templates/letter.md:5:3",
            "templates/letter.md:5:15",
        ]
    );
}

#[test]
fn a_file_that_cannot_be_read_is_named() {
    let desk = Desk::new();
    assert_eq!(desk.faults(), ["templates/letter.md: `templates/letter.md` does not exist in the workspace"]);
}

#[test]
fn whatever_fetches_or_runs_something_is_refused_however_it_is_written() {
    let mut desk = Desk::with("Dear all,\n");
    desk.layout = Some("templates/layout.html");
    for (written, column, refused) in [
        ("<p ONLOAD=\"fetch('/')\">", 4, "`onload=`"),
        ("<p onmouseover='f()'>", 4, "`onmouseover=`"),
        ("<p/onfocus=f()>", 4, "`onfocus=`"),
        ("<video width=1>", 1, "`<video`"),
        ("<track src = \"https://example.org\">", 8, "`src=`"),
        ("<table background =\"https://example.org\">", 8, "`background=`"),
        ("<a ping=\"https://example.org\">", 4, "`ping=`"),
        ("<button formaction=x>", 9, "`formaction=`"),
        ("<p action=x>", 4, "`action=`"),
        ("<meta HTTP-EQUIV=refresh>", 7, "`http-equiv=`"),
        ("<p style=\"background: u\\72l('x')\">", 4, "`\\`"),
        ("<p style=\"background: u&#114;l('x')\">", 4, "`&#114`"),
        ("<p style=\"background: url&lpar;'x')\">", 4, "`&lpar`"),
        ("<style>p { color: u\\72l('x') }</style>", 20, "`\\`"),
        ("<style>p { color: u{{preheader}}rl('x') }</style>", 20, "`{{preheader}}`"),
        ("<style>p { color: image-set('x' 1x) }</style>", 19, "`image-set(`"),
        ("<style>p { color: src('x') }</style>", 19, "`src(`"),
        ("<a href=\"java&#115;cript:f()\">", 4, "`&#115`"),
        ("<a href=\"javascript&colon;f()\">", 4, "`&colon`"),
        ("<a href=\" java\tscript:f()\">", 4, "`java script:f()`"),
        ("<!-- <a title=\" --><p onclick=f()><a title=\" -->", 23, "`onclick=`"),
        ("<im{{header}}g>", 4, "`{{header}}`"),
    ] {
        desk.file("templates/layout.html", &format!("{{{{content}}}}\n{written}\n"));
        let faults = desk.faults();
        let begins = format!("templates/layout.html:2:{column}: {refused} ");
        assert!(matches!(&faults[..], [fault] if fault.starts_with(&begins)), "{written}: {faults:#?}");
    }
    desk.file("templates/layout.html", "{{content}}\n<input type=image src\n=x>\n");
    assert!(desk.faults()[0].starts_with("templates/layout.html:2:19: `src=` may not"), "{:?}", desk.faults());
    desk.file(
        "templates/layout.html",
        "<p style=\"font-family: &quot;Times&quot;\" title='one = 1, onload'>{{header}}{{content}}</p>\n\
         <a href=\"https://example.org/?a=1&amp;b=2&c=3\">only</a> C:\\letters",
    );
    assert_eq!(desk.faults(), [""; 0]);
}

#[test]
fn a_layout_fetches_nothing_and_has_the_content_once() {
    let mut desk = Desk::with("Hello\n");
    desk.layout = Some("templates/layout.html");
    desk.file(
        "templates/layout.html",
        "<html><body>\n<img src=\"https://tracker.example/x.gif\">\n{{contents}}\n<SCRIPT>x</SCRIPT></body></html>\n",
    );
    assert_eq!(
        desk.faults(),
        [
            "templates/layout.html:1:1: the layout has no `{{content}}`; put it where the letter is to stand",
            "templates/layout.html:2:1: `<img` may not stand in a layout: it would be fetched when the letter is read; take it out",
            "templates/layout.html:2:6: `src=` may not stand in a layout: it would be fetched when the letter is read; take it out",
            "templates/layout.html:3:1: `{{contents}}` is not a placeholder of a layout; did you mean `content`?",
            "templates/layout.html:4:1: `<script` may not stand in a layout: a letter may run nothing; take it out",
        ]
    );
}

#[test]
fn previous_is_checked_in_a_follow_up() {
    let mut desk = Desk::with("{{previous.subjct}}\n");
    desk.round = Round(2);
    assert_eq!(desk.faults(), ["templates/letter.md:4:3: `previous.subjct` is not known; did you mean `subject`?"]);
}
