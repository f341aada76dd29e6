//! The block of signatories, and what a letter may name of them.

use super::{Desk, content, signatory};
use crate::model::{Columns, Fields, Heading, Place, RollColumns, Signatory, SignatoryKind, Sorting};

const BLOCK: &str = "Yours,\n\n{{> signatories}}\n";

fn names(names: &[&str]) -> Vec<Signatory> {
    names.iter().zip(2..).map(|(name, line)| signatory(line, name)).collect()
}

fn person(line: u64, name: &str, title: &str, affiliation: &str) -> Signatory {
    let filled = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    let kind = SignatoryKind::Person;
    Signatory { kind, title: filled(title), affiliation: filled(affiliation), ..signatory(line, name) }
}

/// A signatory with a column by which the list is grouped.
fn grouped(line: u64, name: &str, column: &str, value: &str) -> Signatory {
    let columns = Columns::new(["name", column]);
    let fields = Fields::new(columns.into(), vec![name.to_owned(), value.to_owned()]);
    Signatory { fields, ..signatory(line, name) }
}

fn place() -> Place {
    Place::at("campaign.toml", 9, 12)
}

fn heading(own: &[(&str, &str)]) -> Heading {
    let own = own.iter().map(|(tag, text)| (tag.parse().unwrap(), (*text).to_owned()));
    Heading::Words { own: own.collect(), place: place() }
}

#[test]
fn organisations_stand_first_and_persons_after_with_title_and_affiliation() {
    let mut desk = Desk::with(BLOCK);
    desk.signatories = vec![
        person(2, "Ana Roe", "Professor", "University of Korda"),
        signatory(3, "Zoo Watch"),
        person(4, "Bo Lind", "", "Korda"),
        person(5, "Cy Moor", "", ""),
        Signatory { acronym: Some("DW".into()), ..signatory(6, "Delta Watch") },
    ];
    assert_eq!(
        desk.text(&[]),
        "Yours,\n\nDelta Watch (DW)\nZoo Watch\n\nAna Roe, Professor, University of Korda\nBo Lind, Korda\nCy Moor\n"
    );
    assert_eq!(
        desk.html(&[]),
        "<p>Yours,</p>\n<ul class=\"signatories\">\n<li>Delta Watch (DW)</li>\n<li>Zoo Watch</li>\n</ul>\n\
        <ul class=\"signatories\">\n<li>Ana Roe, Professor, University of Korda</li>\n<li>Bo Lind, Korda</li>\n<li>Cy Moor</li>\n</ul>\n"
    );
}

#[test]
fn an_acronym_is_not_printed_twice() {
    let mut desk = Desk::with(BLOCK);
    let with = |line, name, acronym: &str| Signatory { acronym: Some(acronym.into()), ..signatory(line, name) };
    desk.signatories =
        vec![with(2, "Médecins du Delta (MDD)", "MDD"), with(3, "MDD Belgium", "MDD"), with(4, "Water & Wings", "W&W")];
    assert_eq!(desk.text(&[]), "Yours,\n\nMDD Belgium\nMédecins du Delta (MDD)\nWater & Wings (W&W)\n");
}

#[test]
fn an_order_comes_before_the_alphabet() {
    let mut desk = Desk::with(BLOCK);
    desk.signatories = names(&["Alpha", "Beta", "Gamma", "Delta"]);
    desk.signatories[2].order = Some(1);
    desk.signatories[3].order = Some(-1);
    assert_eq!(desk.text(&[]), "Yours,\n\nDelta\nGamma\nAlpha\nBeta\n");
}

#[test]
fn articles_are_ignored_where_the_campaign_says_so() {
    let mut desk = Desk::with(BLOCK);
    desk.signatories = names(&["The Quiet Shore", "Rhine Watch", "A River", "Les Amis", "Quiet Water"]);
    assert_eq!(desk.text(&[]), "Yours,\n\nA River\nLes Amis\nQuiet Water\nRhine Watch\nThe Quiet Shore\n");
    desk.roll.sorting = Sorting::BehindArticle;
    assert_eq!(desk.text(&[]), "Yours,\n\nLes Amis\nThe Quiet Shore\nQuiet Water\nRhine Watch\nA River\n");
    desk.signatories = names(&["Bois", "Les Amis", "The Arch"]);
    assert_eq!(desk.text(&[]), "Yours,\n\nThe Arch\nBois\nLes Amis\n");
    desk.language = "fr";
    assert_eq!(desk.text(&[]), "Yours,\n\nLes Amis\nBois\nThe Arch\n");
}

#[test]
fn a_group_is_one_however_its_accents_are_written() {
    let mut desk = Desk::with(BLOCK);
    desk.signatories = vec![grouped(2, "A", "sector", "Énergie"), grouped(3, "B", "sector", "E\u{301}nergie")];
    desk.roll.group_by = Some(("sector".into(), place()));
    assert_eq!(desk.text(&[]), "Yours,\n\nÉnergie\n  A\n  B\n");
}

#[test]
fn groups_of_countries_stand_in_the_order_of_their_names_in_the_letters_language() {
    let mut desk = Desk::with(BLOCK);
    desk.signatories = vec![
        grouped(2, "No Country", "country", ""),
        grouped(3, "Zwin", "country", "be"),
        grouped(4, "Alpen", "country", "DE"),
        grouped(5, "Estuary", "country", "Belgium"),
        grouped(6, "Island", "country", "Velmaland"),
        grouped(7, "Sundet", "country", "Sweden"),
    ];
    desk.roll.group_by = Some(("Country".into(), place()));
    assert_eq!(
        desk.text(&[]),
        "Yours,\n\nNo Country\n\nBelgium\n  Estuary\n  Zwin\n\nGermany\n  Alpen\n\nSweden\n  Sundet\n\nVelmaland\n  Island\n"
    );
    desk.language = "de";
    assert_eq!(
        desk.text(&[]),
        "Yours,\n\nNo Country\n\nBelgien\n  Estuary\n  Zwin\n\nDeutschland\n  Alpen\n\nSchweden\n  Sundet\n\nVelmaland\n  Island\n"
    );
    let html = desk.html(&[]);
    assert!(
        html.starts_with("<p>Yours,</p>\n<ul class=\"signatories\">\n<li>No Country</li>\n</ul>\n<h2>Belgien</h2>\n<ul class=\"signatories\">\n<li>Estuary</li>\n"),
        "{html}"
    );
}

#[test]
fn any_column_can_make_groups_and_has_its_translations_beside_it() {
    let mut desk = Desk::with(BLOCK);
    let columns = std::sync::Arc::new(Columns::new(["name", "Sector", "sector_fr"]));
    let row = |line, name: &str, sector: &str, french: &str| {
        let cells = vec![name.to_owned(), sector.to_owned(), french.to_owned()];
        Signatory { fields: Fields::new(columns.clone(), cells), ..signatory(line, name) }
    };
    desk.signatories =
        vec![row(2, "Alpha", "Water", "Eau"), row(3, "Beta", "Birds", ""), row(4, "Gamma", "water", "Eau")];
    desk.roll.group_by = Some(("sector".into(), place()));
    assert_eq!(desk.text(&[]), "Yours,\n\nBirds\n  Beta\n\nWater\n  Alpha\n  Gamma\n");
    desk.language = "fr";
    assert_eq!(desk.text(&[]), "Yours,\n\nBirds\n  Beta\n\nEau\n  Alpha\n  Gamma\n");
}

#[test]
fn headings_are_in_the_letters_language() {
    let mut desk = Desk::with(BLOCK);
    desk.signatories = names(&["Alpha"]);
    desk.roll.heading = heading(&[]);
    assert_eq!(desk.text(&[]), "Yours,\n\nSignatories\n\nAlpha\n");
    desk.signatories.push(person(3, "Ana Roe", "", ""));
    assert_eq!(desk.text(&[]), "Yours,\n\nSignatories\n\nOrganisations\n\nAlpha\n\nIndividuals\n\nAna Roe\n");
    desk.language = "fr";
    assert_eq!(desk.text(&[]), "Yours,\n\nSignataires\n\nOrganisations\n\nAlpha\n\nPersonnes\n\nAna Roe\n");
    assert_eq!(
        desk.html(&[]),
        "<p>Yours,</p>\n<h2>Signataires</h2>\n<h3>Organisations</h3>\n<ul class=\"signatories\">\n<li>Alpha</li>\n</ul>\n\
        <h3>Personnes</h3>\n<ul class=\"signatories\">\n<li>Ana Roe</li>\n</ul>\n"
    );
}

#[test]
fn a_campaign_may_have_headings_of_its_own() {
    let mut desk = Desk::with(BLOCK);
    desk.signatories = names(&["Alpha"]);
    desk.roll.heading = heading(&[("en", "Signed by **us** & others"), ("eu", "Sinatzaileak")]);
    assert_eq!(desk.text(&[]), "Yours,\n\nSigned by **us** & others\n\nAlpha\n");
    assert!(desk.html(&[]).contains("<h2>Signed by **us** &amp; others</h2>"));
    desk.language = "eu";
    assert_eq!(desk.text(&[]), "Yours,\n\nSinatzaileak\n\nAlpha\n");
    desk.language = "de";
    assert_eq!(desk.text(&[]), "Yours,\n\nUnterzeichnende\n\nAlpha\n");
    desk.language = "br";
    assert_eq!(
        desk.faults(),
        ["campaign.toml:9:12: `heading`: no word is known in `br`; write it as heading = { br = \"…\" }"]
    );
}

#[test]
fn a_letter_that_nobody_signed_has_no_heading() {
    let mut desk = Desk::with(BLOCK);
    desk.roll.heading = heading(&[]);
    assert_eq!(desk.text(&[]), "Yours,\n");
    assert_eq!(desk.html(&[]), "<p>Yours,</p>\n");
}

#[test]
fn many_signatories_stand_in_columns_on_a_page_and_in_one_in_the_text() {
    let mut desk = Desk::with(BLOCK);
    for (count, columns) in [(12, None), (13, Some(2)), (41, Some(3))] {
        let all: Vec<String> = (0..count).map(|n| format!("Signatory {n:02}")).collect();
        desk.signatories = names(&all.iter().map(String::as_str).collect::<Vec<_>>());
        let html = desk.merge(&[]).html.to_text();
        match columns {
            None => assert!(!html.contains("column-count"), "{html}"),
            Some(columns) => assert!(html.contains(&format!("column-count: {columns};")), "{html}"),
        }
        assert_eq!(content(&desk.merge(&[])).matches("<ul").count(), 1);
        assert_eq!(desk.text(&[]), format!("Yours,\n\n{}\n", all.join("\n")));
    }
    desk.roll.columns = RollColumns::Fixed(1);
    assert!(!desk.merge(&[]).html.to_text().contains("column-count"));
}

#[test]
fn a_name_that_is_too_long_for_a_line_goes_on_indented() {
    let mut desk = Desk::with(BLOCK);
    let long = "Agency for Cooperation and Development of the Lower Velma and of all Its Tributaries";
    desk.signatories = vec![signatory(2, "Zoo Watch"), signatory(3, long)];
    assert_eq!(
        desk.text(&[]),
        "Yours,\n\nAgency for Cooperation and Development of the Lower Velma and of all Its\n    Tributaries\nZoo Watch\n"
    );
}

#[test]
fn who_is_not_to_be_published_is_in_no_group_and_no_count() {
    let mut desk = Desk::with(
        "{{signatory_count}} {{#each signatories}}{{name}} {{/each}}{{list signatories}}\n\n{{> signatories}}\n",
    );
    desk.signatories = vec![
        grouped(2, "Alpha", "country", "BE"),
        Signatory { publish: false, ..grouped(3, "Hidden", "country", "SE") },
        Signatory { publish: false, ..person(4, "Ghost", "Spy", "Secret") },
    ];
    desk.roll.group_by = Some(("country".into(), place()));
    desk.roll.heading = heading(&[]);
    assert_eq!(desk.text(&[]), "1 Alpha Alpha\n\nSignatories\n\nBelgium\n  Alpha\n");
    let html = desk.html(&[]);
    assert!(["Hidden", "Ghost", "Spy", "Secret", "Sweden"].iter().all(|hidden| !html.contains(hidden)), "{html}");
}

#[test]
fn a_private_column_is_shown_only_where_the_campaign_allows_it() {
    let mut desk = Desk::with("{{#each signatories}}{{name}}: {{Region}} {{#if person}}p{{/if}}{{/each}}\n");
    desk.signatories = vec![grouped(2, "Alpha", "region", "Lower Velma")];
    let public = "`name`, `acronym`, `country`, `url`, `person`, `title`, `affiliation`, `representative`, `representative_title`, `signed_at`";
    assert_eq!(
        desk.faults(),
        [format!(
            "templates/letter.md:4:34: `Region` is private: a letter shows of a signatory only {public}, and what `show` names in [letter]"
        )]
    );
    desk.show = vec![("REGION".into(), place())];
    assert_eq!(desk.text(&[]), "Alpha: Lower Velma\n");
}

#[test]
fn a_column_that_the_list_does_not_have_is_an_error_where_it_is_named() {
    let mut desk = Desk::with(BLOCK);
    desk.signatories = vec![grouped(2, "Alpha", "region", "Lower Velma")];
    desk.show = vec![("regoin".into(), place()), ("region".into(), place())];
    desk.roll.group_by = Some(("sector".into(), Place::at("campaign.toml", 12, 12)));
    assert_eq!(
        desk.faults(),
        [
            "campaign.toml:9:12: `show`: the signatories list has no column `regoin`; did you mean `region`?",
            "campaign.toml:12:12: `group_by`: the signatories list has no column `sector`; it has `name`, `region`",
        ]
    );
}
