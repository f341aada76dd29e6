//! Letters that are made to bring the program down: each ends with exit status 2 and says why.

use crate::bad_input::letter;
use crate::harness::Campaign;
use crate::session::Session;

/// What `check` says, and that it stops there.
#[track_caller]
fn refused(campaign: &Campaign, said: &[&str]) {
    let mut ran = campaign.run(&["check"]).exits(2);
    for text in said {
        ran = ran.says(text);
    }
}

/// A text so many times.
fn times(text: &str, count: usize) -> String {
    text.repeat(count)
}

#[test]
fn a_letter_of_ten_megabytes_is_refused_with_the_limit() {
    let session = Session::begin();
    refused(&letter(&times("A long letter. ", 700_000)), &["bytes, and a letter's file may have 262144"]);
    refused(
        &letter("{{> terms}}").file("templates/terms.md", times("term ", 2_000_000)),
        &["templates/terms.md: it has 10000000 bytes, and a letter's file may have 262144"],
    );
    session.reads("bad-letter-size");
}

#[test]
fn a_value_of_ten_megabytes_is_refused_with_its_row_and_the_limit() {
    let session = Session::begin();
    let list = |value: &str| format!("email,name,words\nana@example.org,Ana,few\nbo@example.org,Bo,{value}\n");
    let value = times("word ", 2_000_000);
    refused(&Campaign::new().recipients(&list(&value)), &["lists/recipients.csv:3: the row is longer than 1024 KiB"]);
    let value = times("word ", 40_000);
    refused(
        &letter(&times("{{recipient.words}}\n\n", 50)).recipients(&list(&value)),
        &["lists/recipients.csv:3", "the letter becomes longer than 4194304 bytes", "templates/letter.md:45:1"],
    );
    session.reads("bad-letter-value");
}

#[test]
fn markdown_that_is_nested_a_thousand_deep_is_refused_at_its_line() {
    let session = Session::begin();
    let deep = "this stands in 20 quotes, lists or emphases";
    for body in [
        times("> ", 1_000) + "x",
        times(">", 1_000) + "x",
        times("- ", 1_000) + "x",
        (0..200).map(|n| times("  ", n) + "- x\n").collect(),
        times("**a ", 1_000) + &times(" b**", 1_000),
        times("*a _b ", 1_000) + &times("c_ d*", 1_000),
    ] {
        refused(&letter(&body), &["templates/letter.md:", deep]);
    }
    let layout = |deep: usize| format!("<html><body>{}{{{{content}}}}</body></html>", times("<div>", deep));
    refused(
        &letter("x").file("templates/layout.html", layout(20_000)),
        &["templates/layout.html:1:2503: the layout has more than 500 tags before this"],
    );
    letter("x").file("templates/layout.html", layout(490)).run(&["send", "--sandbox", "--yes"]).exits(0);
    refused(&letter(&format!("A line.\n\n{}x", times("> ", 1_000))), &["templates/letter.md:7:"]);
    session.reads("bad-letter-markdown");
}

#[test]
fn handlebars_that_is_nested_a_thousand_deep_is_refused_at_its_line() {
    let session = Session::begin();
    let blocks = "stands in 100 blocks, and in no more may it stand";
    refused(&letter(&(times("{{#if round}}", 1_000) + &times("{{/if}}", 1_000))), &["templates/letter.md:5:", blocks]);
    refused(&letter(&format!("{{{{#if round}}}}{}{{{{/if}}}}", times("{{else if round}}\n", 1_000))), &[blocks]);
    refused(
        &letter(&format!("{{{{default {}1{}}}}}", times("(default ", 1_000), times(" 1)", 1_000))),
        &["templates/letter.md:5:1", "has more than 10 brackets in each other"],
    );
    session.reads("bad-letter-handlebars");
}

#[test]
fn markup_that_readers_are_slow_at_comes_to_an_end() {
    let many = 10_000;
    // None of it means anything in Markdown: it is a letter, however odd.
    for body in [
        times("[", many),
        times("[a](", many),
        times("![a](<b", many),
        times("*a_", many),
        times("*a **", many),
        times("a**b*c* ", many),
        times("`a``", many),
        (0..600).map(|n| times("`", n) + " ").collect(),
        times("<", many),
        times("a<![CDATA[", many),
        times("a <?", many),
        times("&#1", many),
    ] {
        letter(&body).run(&["check"]).exits(0);
    }
    for (body, said) in [
        (times("<u>", many), "`<u>` is HTML"),
        (times("<!--", many), "is HTML"),
        (times("{{ ", many), "`{{` begins a tag that does not end"),
        (times("{{recipient.x}}", many), "the text has more than 5000 tags before this"),
        (times("\\", many), "more than 100 backslashes stand here"),
        (times("{{{{a}}}}", many), "begins a raw block"),
        (times("|a", many) + "\n" + &times("|-", many) + "\n", "a letter may not have tables"),
    ] {
        refused(&letter(&body), &["templates/letter.md:5:", said]);
    }
}

#[test]
fn a_letter_that_multiplies_itself_is_refused() {
    let rows: Vec<String> = (0..500).map(|n| format!("Signatory {n}\n")).collect();
    let nested =
        "{{#each signatories}}{{#each ../signatories}}{{#each ../../signatories}}{{name}}{{/each}}{{/each}}{{/each}}";
    refused(
        &letter(nested).file("lists/signatories.csv", format!("name\n{}", rows.concat())),
        &["templates/letter.md:5:", "the letter becomes longer than 4194304 bytes"],
    );
    let ten = |name: &str| times(&format!("{{{{> {name}}}}}\n"), 200);
    refused(
        &letter(&ten("a"))
            .file("templates/a.md", ten("b"))
            .file("templates/b.md", ten("c"))
            .file("templates/c.md", ten("d"))
            .file("templates/d.md", "x"),
        &["makes the letter's partials longer than 1048576 bytes; print fewer"],
    );
    let mut chain = letter("{{> p0}}");
    for n in 0..20 {
        chain = chain.file(&format!("templates/p{n}.md"), format!("{{{{> p{}}}}}", n + 1));
    }
    refused(&chain, &["templates/p4.md:1:1: `{{> p5}}` stands in 5 partials"]);
}
