//! A whole letter, as a reviewed snapshot.

use super::{Desk, signatory};

const LETTER: &str = r##"+++
subject    = 'Keep the Lume free – a letter from {{plural signatory_count one="# organisation" other="# organisations"}}'
preheader  = "Three points before the summer, {{recipient.name}}"
+++
To the attention of:\
{{recipient.name}}{{#if recipient.job_title}}, {{recipient.job_title}}{{/if}}

{{date letter.date}}

{{default recipient.salutation "Dear Sir or Madam"}},

We, the undersigned, write to you about the **river Lume**. Its valley has been farmed for a thousand years, and its
[commons](https://lume.example/commons) have outlived every plan that was made for them.

## What we ask

1. Let the river **run free** from the spring to the weir.
2. Hear the people of the valley{{#if (eq recipient.country "BE")}}, in Brussels too{{/if}}.
   - Publish what they say.

> “A river is not a pipe.” – the elders of Upper Lume

{{!-- The closing is shared with the follow-ups. --}}
{{> closing}}

{{> signatories}}
"##;

fn desk() -> Desk {
    let mut desk = Desk::new();
    desk.file("templates/letter.md", LETTER);
    desk.file("templates/closing.md", "Yours sincerely,\n");
    let mut rows = vec![signatory(2, "Zander Union"), signatory(3, "Friends of the Lume"), signatory(4, "Äsche e. V.")];
    rows[0].acronym = Some("ZU".into());
    rows[1].url = Some("https://friends.example/?lang=en&page=1".into());
    desk.signatories = rows;
    desk
}

const CELLS: [(&str, &str); 3] =
    [("name", "Ana Roe & Bo Lind"), ("job title", "Members of the <River> Board"), ("country", "BE")];

#[test]
fn a_whole_letter_as_text() {
    insta::assert_snapshot!(desk().text(&CELLS));
}

#[test]
fn a_whole_letter_as_html() {
    insta::assert_snapshot!(desk().merge(&CELLS).html.to_text());
}

#[test]
fn the_subject_of_a_whole_letter() {
    assert_eq!(desk().merge(&CELLS).subject, "Keep the Lume free – a letter from 3 organisations");
}

#[test]
fn real_letters_pass_through_whole() {
    let Some(folder) = std::env::var_os("UNDERSIGNED_LETTERS").map(std::path::PathBuf::from) else {
        assert!(std::env::var_os("CI").is_none_or(|ci| ci != "true"), "UNDERSIGNED_LETTERS is not set");
        println!("skipped: UNDERSIGNED_LETTERS is not set");
        return;
    };
    let squeezed = |text: &str| text.split_whitespace().collect::<String>();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "txt") {
            let letter = std::fs::read_to_string(&path).unwrap().replace("\r\n", "\n");
            let text = Desk::with(&letter.replace("(#)", "(https://example.org/)")).text(&[]);
            let letter = letter
                .replace("](#)", " <https://example.org/>")
                .replace("that \"[t]", "that \"(t]")
                .replace(['[', '*'], "")
                .replace("(t]", "[t]");
            assert_eq!(squeezed(&text), squeezed(&letter), "{}", path.display());
        }
    }
}
