use super::{Desk, only, previous, signatory};
use crate::letter::Piece;
use crate::model::Round;

#[test]
fn a_value_stands_in_text_and_html() {
    let desk = Desk::with("Dear {{recipient.name}},\n\nwe write **to {{recipient.country}}**.\n");
    let cells = [("name", "Ana & Bo"), ("country", "BE")];
    assert_eq!(desk.text(&cells), "Dear Ana & Bo,\n\nwe write to BE.\n");
    assert_eq!(desk.html(&cells), "<p>Dear Ana &amp; Bo,</p>\n<p>we write <strong>to BE</strong>.</p>\n");
}

#[test]
fn a_value_that_is_empty_leaves_no_blank_at_the_beginning_of_a_line() {
    let desk = Desk::with(
        "{{recipient.country}} {{recipient.name}}\\\n{{recipient.country}} you\n\n- {{recipient.country}} item\n",
    );
    assert_eq!(desk.text(&[("name", "Ana")]), "Ana\nyou\n\n- item\n");
}

#[test]
fn two_recipients_who_take_different_branches_get_different_letters() {
    let desk = Desk::with(
        "{{#if (eq recipient.country \"BE\")}}\nBelgium\n{{else if recipient.country}}\nAbroad: {{recipient.country}}\n{{else}}\nNowhere\n{{/if}}\n",
    );
    let letters = desk.letters();
    let text = |country| {
        let recipient = desk.recipient(&[("country", country)]);
        only(&letters).merge(&recipient, None).unwrap().text.to_text()
    };
    assert_eq!(text("BE"), "Belgium\n");
    assert_eq!(text("FR"), "Abroad: FR\n");
    assert_eq!(text("DE"), "Abroad: DE\n");
    assert_eq!(text(""), "Nowhere\n");
    assert_eq!(text("BE"), "Belgium\n");
}

#[test]
fn each_and_with_and_unless_do_what_handlebars_does() {
    let mut desk = Desk::with(
        "{{#each signatories as |s|}}\n- {{@index}} {{name}} {{s.acronym}} {{#unless @last}}and{{/unless}} {{../recipient.name}}\n{{/each}}\n\n{{#with recipient}}{{name}}/{{this.country}}/{{../round}}{{/with}} {{#each recipient.tags}}{{this}}{{#unless @last}}+{{/unless}}{{/each}}\n",
    );
    desk.signatories = vec![signatory(2, "Alder"), signatory(3, "Birch")];
    desk.signatories[0].acronym = Some("AL".into());
    let text = desk.text(&[("name", "Ana"), ("country", "BE"), ("tags", "x;y")]);
    assert_eq!(text, "- 0 Alder AL and Ana\n- 1 Birch   Ana\n\nAna/BE/0 x+y\n");
}

#[test]
fn one_list_is_made_of_items_from_each() {
    let mut desk = Desk::with("{{#each signatories}}\n- {{name}}\n{{/each}}\n");
    desk.signatories = vec![signatory(2, "Alder"), signatory(3, "Birch")];
    assert_eq!(desk.html(&[]), "<ul>\n<li>Alder</li>\n<li>Birch</li>\n</ul>\n");
}

#[test]
fn the_block_of_signatories_lists_them_and_links_them() {
    let mut desk = Desk::with("Signed:\n{{> signatories}}\nThe end\n");
    desk.signatories = vec![signatory(2, "Birch & Sons"), signatory(3, "Alder"), signatory(4, "Hidden")];
    desk.signatories[0].acronym = Some("B&S".into());
    desk.signatories[1].url = Some("https://alder.example/?a=1&b=2".into());
    desk.signatories[2].publish = false;
    assert_eq!(desk.text(&[]), "Signed:\n\nAlder\nBirch & Sons (B&S)\n\nThe end\n");
    assert_eq!(
        desk.html(&[]),
        "<p>Signed:</p>\n<ul class=\"signatories\">\n<li><a href=\"https://alder.example/?a=1&amp;b=2\">Alder</a></li>\n<li>Birch &amp; Sons (B&amp;S)</li>\n</ul>\n<p>The end</p>\n"
    );
}

#[test]
fn the_block_of_signatories_stands_in_a_quote_and_in_an_item() {
    let mut desk =
        Desk::with("> {{> signatories}}\n\n1. {{> signatories}}\n2. next\n\n- a\n  {{> signatories}}\n- b\n");
    desk.signatories = vec![signatory(2, "Alder"), signatory(3, "Birch")];
    assert_eq!(desk.text(&[]), "> Alder\n> Birch\n\n1. Alder\n   Birch\n2. next\n\n- a\n\n  Alder\n  Birch\n\n- b\n");
}

#[test]
fn signatories_with_an_order_come_first() {
    let mut desk = Desk::with("{{> signatories}}\n");
    desk.signatories = vec![signatory(2, "Alder"), signatory(3, "Birch"), signatory(4, "Cedar")];
    desk.signatories[2].order = Some(1);
    assert_eq!(desk.text(&[]), "Cedar\nAlder\nBirch\n");
}

#[test]
fn a_follow_up_knows_the_letter_before_it() {
    let mut desk = Desk::with(
        "We wrote {{previous.days_ago}} days ago, on {{date previous.sent_at}}: {{previous.subject}}.\n\n{{#each previous.new_signatories}}\n- {{name}}\n{{else}}\nNobody new.\n{{/each}}\n",
    );
    desk.round = Round(1);
    desk.signatories = vec![signatory(2, "Alder"), signatory(3, "Birch"), signatory(4, "Cedar")];
    let letters = desk.letters();
    let merge = |lines: &[u64]| {
        let merged = only(&letters).merge(&desk.recipient(&[]), Some(&previous(lines)));
        merged.unwrap().text.to_text()
    };
    let first = "We wrote 11 days ago, on 1 June 2030: The first letter.\n\n";
    assert_eq!(merge(&[2, 4]), format!("{first}- Alder\n- Cedar\n"));
    assert_eq!(merge(&[]), format!("{first}Nobody new.\n"));
    let none = only(&letters).merge(&desk.recipient(&[]), None).unwrap_err().to_string();
    assert!(none.starts_with("lists/recipients.csv:14: this recipient was sent no letter before; put it between `{{#if previous}}` and `{{/if}}`; it is used at templates/letter.md:4:10"), "{none}");
}

#[test]
fn helpers_print_what_they_say() {
    let mut desk = Desk::with(
        "{{date letter.date}}, {{date letter.date \"short\"}}, {{date letter.date style=\"full\"}}\n\n{{list recipient.tags}}; {{list recipient.tags type=\"or\"}}; {{list signatories}}\n\n{{plural signatory_count one=\"# organisation\" other=\"# organisations\"}}\n\n{{default recipient.salutation \"Dear *Sir* or Madam\"}}, {{default recipient.salutation (date letter.date)}}\n",
    );
    desk.signatories = vec![signatory(2, "Alder"), signatory(3, "Birch")];
    assert_eq!(
        desk.text(&[("tags", "a;b;c")]),
        "12 June 2030, 12/06/2030, Wednesday, 12 June 2030\n\na, b and c; a, b or c; Alder and Birch\n\n2 organisations\n\nDear *Sir* or Madam, 12 June 2030\n"
    );
}

#[test]
fn partials_stand_as_if_they_were_written_there() {
    let desk = Desk::with("- a\n  {{> partials/closing}}\n\nEnd {{> word}}.\n");
    desk.file("templates/partials/closing.md", "Yours,\n{{recipient.name}}\n");
    desk.file("templates/word.md", "*now*\n");
    assert_eq!(desk.text(&[("name", "Ana")]), "- a Yours, Ana\n\nEnd now.\n");
    assert_eq!(desk.letters().sources().len(), 3);
}

#[test]
fn what_has_no_value_in_it_is_shared_by_all_letters_of_a_shape() {
    let desk = Desk::with("Fixed.\n\nDear {{recipient.name}},\n\n- one\n- two\n");
    let letters = desk.letters();
    let merge = |name| only(&letters).merge(&desk.recipient(&[("name", name)]), None).unwrap();
    let (one, other) = (merge("Ana"), merge("Bo"));
    let shared = |merged: &crate::letter::Merged| {
        let pieces = merged.text.pieces();
        let fixed = pieces.filter_map(|piece| match piece {
            Piece::Fixed(fixed) => Some(std::ptr::from_ref(fixed)),
            Piece::Filled(_) => None,
        });
        fixed.collect::<Vec<_>>()
    };
    assert_eq!(shared(&one), shared(&other));
    assert_eq!(shared(&one).len(), 2);
    for piece in one.html.pieces().chain(one.text.pieces()) {
        assert!(piece.text().ends_with('\n'), "{piece:?}");
    }
}

#[test]
fn many_threads_merge_one_letter() {
    let desk = Desk::with("{{#if (eq recipient.country \"BE\")}}B{{/if}} {{recipient.name}} {{date letter.date}}\n");
    let letters = desk.letters();
    std::thread::scope(|scope| {
        for n in 0..4 {
            let (letters, desk) = (&letters, &desk);
            scope.spawn(move || {
                let name = format!("N{n}");
                let recipient = desk.recipient(&[("name", &name), ("country", if n % 2 == 0 { "BE" } else { "FR" })]);
                for _ in 0..50 {
                    let text = only(letters).merge(&recipient, None).unwrap().text.to_text();
                    assert!(text.contains(&name) && text.starts_with('B') == (n % 2 == 0), "{text}");
                }
            });
        }
    });
}

#[test]
fn a_piece_is_encoded_once() {
    let desk = Desk::with("Fixed.\n");
    let merged = desk.merge(&[]);
    let mut times = 0;
    for _ in 0..2 {
        for piece in merged.text.pieces() {
            if let Piece::Fixed(fixed) = piece {
                fixed.encoded(|text, encoded| {
                    times += 1;
                    encoded.extend_from_slice(text.as_bytes());
                });
            }
        }
    }
    assert_eq!(times, 1);
}
