use super::{Desk, signatory};

/// The faults of a letter with this body; the body begins on line 4.
fn faults(body: &str) -> Vec<String> {
    let mut desk = Desk::with(body);
    desk.signatories = vec![signatory(2, "Alder")];
    desk.faults()
}

#[track_caller]
fn refused(body: &str, message: &str) {
    assert_eq!(faults(body), [format!("templates/letter.md:{message}")], "{body}");
}

#[test]
fn an_unknown_name_is_refused_at_its_place_with_the_nearest_known_one() {
    refused(
        "Dear {{recipient.nmae}},\n",
        "4:8: `recipient.nmae`: lists/recipients.csv has no column `nmae`; did you mean `recipient.name`?",
    );
    refused(
        "a\n\n{{#if recipient.nmae}}x{{/if}}\n",
        "6:7: `recipient.nmae`: lists/recipients.csv has no column `nmae`; did you mean `recipient.name`?",
    );
    refused(
        "{{recipient.jobtitel}}\n",
        "4:3: `recipient.jobtitel`: lists/recipients.csv has no column `jobtitel`; did you mean `recipient.[Job Title]`?",
    );
    refused(
        "{{recipient.organisation}}\n",
        "4:3: `recipient.organisation`: lists/recipients.csv has no column `organisation`; add it to the list, or leave it out here",
    );
    refused(
        "{{recipient.shoe_size}}\n",
        "4:3: `recipient.shoe_size`: lists/recipients.csv has no column `shoe_size`; it has `email`, `name`, `salutation`, `country`, `Job Title`, `url`, `tags`",
    );
    refused("{{recipent.name}}\n", "4:3: `recipent` is not known; did you mean `recipient`?");
    refused("{{letter.dat}}\n", "4:3: `letter.dat` is not known; did you mean `date`?");
    refused("{{campaign.owner}}\n", "4:3: `campaign.owner` is not known; known are `id`, `name`");
    refused("{{date leter.date}}\n", "4:8: `leter` is not known; did you mean `letter`?");
    refused("{{#each signatorys}}{{name}}{{/each}}\n", "4:9: `signatorys` is not known; did you mean `signatories`?");
    refused(
        "{{#if round}}{{else if (eq recipient.nam \"x\")}}{{/if}}\n",
        "4:28: `recipient.nam`: lists/recipients.csv has no column `nam`; did you mean `recipient.name`?",
    );
}

#[test]
fn a_text_has_no_names_in_it() {
    refused(
        "{{recipient.name.first}}\n",
        "4:3: `recipient.name` is a text and has no `first`; write `recipient.name` alone",
    );
    refused(
        "{{signatories.name}}\n",
        "4:3: `signatories` is a list and has no `name`; go through it with `{{#each signatories}}`",
    );
    refused("{{recipient}}\n", "4:3: `recipient` has several values; name one, such as `recipient.name`");
    refused(
        "{{recipient.tags}}\n",
        "4:1: `recipient.tags` is a list; print it with `{{list recipient.tags}}`, or go through it with `{{#each recipient.tags}}`",
    );
    refused(
        "{{#each recipient.name}}x{{/each}}\n",
        "4:9: `recipient.name` is no list; `{{#each}}` goes through `signatories` or `recipient.tags`",
    );
    for object in ["recipient", "sender", "campaign", "letter"] {
        refused(
            &format!("{{{{#each {object}}}}}x{{{{/each}}}}\n"),
            &format!("4:9: `{object}` is no list; `{{{{#each}}}}` goes through `signatories` or `recipient.tags`"),
        );
    }
    refused(
        "{{#each signatories}}{{this}}{{/each}}\n",
        "4:24: `this` is a signatory; name a value of it, such as `this.name`",
    );
}

#[test]
fn names_of_a_block_are_known_in_it_only() {
    refused(
        "{{name}}\n",
        "4:3: `name` is not known; known are `recipient`, `signatories`, `signatory_count`, `letter`, `campaign`, `sender`, `round`, `previous`",
    );
    refused(
        "{{#each signatories}}{{recipient.name}}{{/each}}\n",
        "4:24: `recipient.name` is not known in this block; write `../recipient.name`",
    );
    refused(
        "{{#each signatories}}{{../../round}}{{/each}}\n",
        "4:24: `../../round` leads out of the letter; it has more `../` than there are blocks around it",
    );
    refused("{{@index}}\n", "4:3: `@index` is known inside `{{#each}}` only");
    refused(
        "{{#each signatories}}{{@key}}{{/each}}\n",
        "4:24: `@key` is not known; known are `@index`, `@first`, `@last`",
    );
    refused("{{previous.subject}}\n", "4:3: `previous` is known in a follow-up only; this is the first letter");
}

#[test]
fn a_signatorys_other_columns_are_private() {
    refused(
        "{{#each signatories}}{{contact}}{{/each}}\n",
        "4:24: `contact` is private: a letter shows of a signatory only `name`, `acronym`, `country`, `url`, `person`, `title`, `affiliation`, `representative`, `representative_title`, `signed_at`, and what `show` names in [letter]",
    );
    refused(
        "{{#each signatories as |s|}}{{s.contact}}{{/each}}\n",
        "4:31: `s.contact` is private: a letter shows of a signatory only `name`, `acronym`, `country`, `url`, `person`, `title`, `affiliation`, `representative`, `representative_title`, `signed_at`, and what `show` names in [letter]",
    );
}

#[test]
fn helpers_say_what_they_need() {
    refused("{{dat letter.date}}\n", "4:3: `dat` is not a helper; did you mean `date`?");
    refused(
        "{{lookup recipient \"name\"}}\n",
        "4:3: `lookup` is not a helper; known are `date`, `list`, `plural`, `eq`, `default`",
    );
    refused("{{log \"x\"}}\n", "4:3: `log` is not a helper; known are `date`, `list`, `plural`, `eq`, `default`");
    refused("{{date}}\n", "4:3: `date` takes a date and a style, as in `{{date letter.date \"long\"}}`");
    refused(
        "{{date letter.date \"huge\"}}\n",
        "4:3: `huge` is not a style of `date`; known are `short`, `medium`, `long`, `full`",
    );
    refused("{{date letter.date stile=\"long\"}}\n", "4:20: `date` takes no `stile=`; did you mean `style`?");
    refused(
        "{{date campaign.name}}\n",
        "4:1: `campaign.name`: `A river & its people` is not a date; write it as `2024-06-12`",
    );
    refused(
        "{{list recipient.name}}\n",
        "4:3: `recipient.name` is no list; `list` takes `signatories` or `recipient.tags`",
    );
    refused("{{list recipient.tags type=\"nor\"}}\n", "4:3: `nor` is not a type of `list`; known are `and`, `or`");
    refused(
        "{{plural signatory_count one=\"x\"}}\n",
        "4:3: `plural` has no `other=`, which every language needs; the forms are `zero`, `one`, `two`, `few`, `many`, `other`",
    );
    let mut polish = Desk::with("{{plural round one=\"list\" other=\"listu\"}} {{plural round other=\"#\"}}\n");
    polish.language = "pl";
    assert_eq!(
        polish.faults(),
        ["templates/letter.md:4:3: `plural` has no `many=`, which the language `pl` needs for a number such as 0"]
    );
    refused(
        "{{plural signatory_count one=round other=\"x\"}}\n",
        "4:26: `one=` of `plural` is a text in quotes, such as `one=\"…\"`",
    );
    refused("{{eq round 0}}\n", "4:1: `eq` is a condition; use it as `{{#if (eq …)}}`");
    refused("{{#if (eq round)}}{{/if}}\n", "4:8: `eq` takes two values, as in `{{#if (eq recipient.country \"BE\")}}`");
    refused(
        "{{default recipient.name}}\n",
        "4:3: `default` takes two values or more, as in `{{default recipient.salutation \"Dear Sir or Madam\"}}`",
    );
    refused(
        "{{#if recipient.name recipient.country}}{{/if}}\n",
        "4:1: `{{#if}}` takes one value; compare with `(eq one other)`",
    );
    refused("{{#iff round}}{{recipient.nmae}}{{/iff}}\n", "4:1: `iff` is not a block; did you mean `if`?");
    refused("{{#date round}}{{/date}}\n", "4:1: `date` is no block; write `{{date …}}`");
    refused("{{if round}}\n", "4:3: `if` is a block; write `{{#if …}}` and `{{/if}}`");
}

#[test]
fn tags_that_do_not_match_are_refused_at_their_places() {
    refused("{{#if round}}\nx\n", "4:1: `{{#if round}}` is not closed; add `{{/if}}`");
    refused("x\n{{#if round}}\nx{{/each}}\n", "6:2: `{{/each}}` closes `{{#if}}` one line above; write `{{/if}}`");
    refused("x{{/if}}\n", "4:2: `{{/if}}` closes nothing; add `{{#if …}}` before it");
    refused("{{else}}\n", "4:1: `{{else}}` stands in no block; it belongs between `{{#if …}}` and `{{/if}}`");
    refused("Dear {{recipient.name\n\nand {{round}}\n", "4:6: `{{` begins a tag that does not end; close it with `}}`");
    refused(
        "a {{recipient name here}}\n",
        "4:5: `recipient` is not a helper; known are `date`, `list`, `plural`, `eq`, `default`",
    );
    refused(
        "a {{recipient.}}\n",
        "4:3: `{{recipient.}}` cannot be read; a tag is a name, or a helper and its arguments, such as `{{date letter.date}}`",
    );
    refused("a {{! note\n", "4:3: `{{!` begins a comment that does not end; close it with `}}`");
}

#[test]
fn what_would_print_a_value_as_markup_is_refused() {
    refused(
        "{{{recipient.name}}}\n",
        "4:1: `{{{recipient.name}}}` would put a value into the Markdown unescaped; write `{{recipient.name}}`",
    );
    refused(
        "{{& recipient.name}}\n",
        "4:1: `{{& recipient.name}}` would put a value into the Markdown unescaped; write `{{recipient.name}}`",
    );
    refused(
        "{{#*inline \"x\"}}y{{/inline}}\n",
        "4:1: `{{#*inline \"x\"}}` is a decorator, which a letter may not have; put the text into a file of its own and print it with `{{> name}}`",
    );
    refused(
        "{{{{raw}}}}x{{{{/raw}}}}\n",
        "4:1: `{{{{` begins a raw block, which a letter may not have; write the text as it is, and `\\{{` for two braces",
    );
    refused("a <b> bold\n", "4:3: `<b>` is HTML, which a letter may not have; write Markdown, or `\\<` for a `<`");
    refused(
        "<div>\nx\n</div>\n",
        "4:1: `<div>` is HTML, which a letter may not have; write Markdown, or `\\<` for a `<`",
    );
    refused(
        "| a | b |\n|---|---|\n| 1 | 2 |\n",
        "4:1: a letter may not have tables, which its plain text cannot show; write a list, or attach a file",
    );
    refused(
        "![x](https://example.org/x.png)\n",
        "4:1: a letter may not have images, which would be fetched when it is read; attach the file, or write a link",
    );
    refused("x\u{E000}\n", "4:2: the character U+E000 may not stand in a letter, since no font has it; take it out");
    refused("x &#xE001;\n", "4:3: the character U+E001 may not stand in a letter, since no font has it; take it out");
}

#[test]
fn comments_are_left_out() {
    let desk = Desk::with("{{! not for {{readers }}<!-- nor\nthis -->\n\nText <!-- nor this -->here.\n");
    assert_eq!(desk.text(&[]), "Text here.\n");
    assert!(!desk.merge(&[]).html.to_text().contains("nor"));
}

#[test]
fn links_lead_to_the_web_a_mailbox_or_a_telephone() {
    for url in [
        "javascript:alert(1)",
        "data:text/html,x",
        "ftp://example.org",
        "/relative",
        "#here",
        "https://",
        "file:///etc/passwd",
    ] {
        let shown = format!(
            "4:3: `{url}` is not a link that a letter may have; a link begins with `https://`, `http://`, `mailto:` or `tel:`"
        );
        refused(&format!("a [x]({url})\n"), &shown);
        refused(&format!("a [x][y]\n\n[y]: {url}\n"), &shown);
    }
    refused(
        "{{#if round}}\n[x](ftp://a.example)\n{{/if}}\n",
        "5:1: `ftp://a.example` is not a link that a letter may have; a link begins with `https://`, `http://`, `mailto:` or `tel:`",
    );
    refused(
        "[x](java{{recipient.name}}:y)\n",
        "4:1: `java` is not a link that a letter may have; a link begins with `https://`, `http://`, `mailto:` or `tel:`",
    );
}

#[test]
fn partials_are_checked_like_the_letter() {
    refused("{{> closng}}\n", "4:1: there is no partial `closng`; write it in `templates/closng.md`");
    refused("{{> signatorys}}\n", "4:1: there is no partial `signatorys`; did you mean `signatories`?");
    refused(
        "{{> signatories x=1}}\n",
        "4:1: `{{> signatories}}` takes no arguments; a partial sees every name that is known where it stands",
    );
    refused("{{> ../secret}}\n", "4:1: `templates/../secret.en.md` is outside the workspace: it may not have `..`");
    refused("Signed {{> signatories}}\n", "4:1: `{{> signatories}}` prints a block; write it on a line of its own");
    refused("# {{> signatories}}\n", "4:3: `{{> signatories}}` prints a block; write it on a line of its own");
    let desk = Desk::with("{{> one}}\n\n{{> one}}\n");
    desk.file("templates/one.md", "a\nb {{recipient.nmae}}\n{{> one}}\n");
    assert_eq!(
        desk.faults(),
        [
            "templates/one.md:2:5: `recipient.nmae`: lists/recipients.csv has no column `nmae`; did you mean `recipient.name`?",
            "templates/one.md:3:1: `{{> one}}` prints itself without end; take it out",
        ]
    );
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig { cases: 1_500, failure_persistence: None, ..Default::default() })]
    #[test]
    fn no_template_makes_the_check_panic(parts in proptest::collection::vec(proptest::sample::select(vec![
        "{{", "}}", "{{{", "}}}", "{{{{", "#", "/", "^", "else", "if", "each", "with", "~", ">", "!", "--", "(", ")", "\"", "'", "\\", "=", "|", "as", "this", "..",
        ".", "@", "@index", "recipient.name", "signatories", "round", "date", "plural", "other=\"x\"", "[", "]", " ", "\n", "é", "<b>", "<!--", "-->", "1", "-1", "true",
        "{{#if round}}", "{{/if}}", "{{else}}", "{{#each signatories}}", "{{/each}}", "{{> signatories}}", "{{recipient.name}}", "](", "https://", "&#57344;", "*", "_", "`", "> ", "- ",
    ]), 0..14)) {
        let mut desk = Desk::with(&parts.concat());
        desk.signatories = vec![signatory(2, "Alder")];
        if let Ok(letters) = desk.load() {
            let _ = super::only(&letters).merge(&desk.recipient(&[]), None);
        }
    }
}
