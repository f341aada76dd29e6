use std::sync::Arc;

use super::{csv, words};
use crate::lists::RecipientReader;
use crate::model::{Columns, Language, SignatoryKind, Target};

#[test]
fn a_recipient_has_what_its_row_says() {
    let folder = csv("ID,E-Mail,Name,C C,bcc,Lang,tags,Attachments,time_zone,Dear\n\
        7, Ana@Example.org ; bo@example.org,Ana Roe,\"cy@example.org\nBO@example.org\",dan@example.org;ana@example.org,fr_be,a; b,files/x.pdf; y.pdf,Europe/Brussels,Ms Roe\n");
    let rows = folder.recipients();
    let row = &rows[0];
    let shown = |list: &[crate::model::EmailAddress]| list.iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(rows.len(), 1);
    assert_eq!(row.line, 2);
    assert_eq!(row.id.as_str(), "7");
    assert_eq!(row.to.to_string(), "Ana@example.org");
    assert_eq!(shown(&row.cc), ["bo@example.org", "cy@example.org"]);
    assert_eq!(shown(&row.bcc), ["dan@example.org"]);
    assert_eq!(row.lang.as_ref().map(Language::as_str), Some("fr-BE"));
    assert_eq!(row.tags, ["a", "b"]);
    assert_eq!(row.attachments, ["files/x.pdf", "y.pdf"]);
    assert_eq!(row.fields.get("dear"), Some("Ms Roe"));
    assert_eq!(row.name(), Some("Ana Roe"));
}

#[test]
fn without_an_id_the_address_is_the_id_however_it_is_spelled() {
    let ids = |content: &str| csv(content).recipients()[0].id.as_str().to_owned();
    assert_eq!(ids("email\nAna@Example.ORG\n"), "ana@example.org");
    for spelling in ["ana@bücher.example", "Ana@BÜCHER.example", "ana@xn--bcher-kva.example"] {
        assert_eq!(ids(&format!("email,id\n{spelling},\n")), "ana@bücher.example");
    }
}

#[test]
fn missing_cells_are_empty_and_empty_lines_are_passed_over() {
    let folder = csv("\nemail,name,note,,\n\nana@example.org\n,,,,\n  \nbo@example.org,Bo,\"two\nlines\",,,,\n\n");
    let rows = folder.recipients();
    let lines: Vec<_> = rows.iter().map(|row| row.line).collect();
    assert_eq!(lines, [4, 7]);
    assert_eq!(rows[0].fields.cells(), ["ana@example.org", "", ""]);
    assert_eq!(rows[1].fields.cells(), ["bo@example.org", "Bo", "two\nlines"]);
}

#[test]
fn blanks_around_a_cell_are_trimmed_and_those_around_its_quotes_too() {
    let folder = csv("email , name\n ana@example.org\u{a0}, \"  Roe, Ana \" \n");
    assert_eq!(folder.cells(), [["ana@example.org", "Roe, Ana"]]);
}

#[test]
fn a_quote_that_keeps_a_spreadsheet_from_running_a_cell_is_not_part_of_it() {
    let cells = csv("email,'=a,b\n'+ana@example.org, '+32 2 ,\"'-\"\nbo@example.org,''=x,'s-Gravenhage\n").cells();
    assert_eq!(
        cells,
        [["+ana@example.org", "+32 2", "-"], ["bo@example.org", "'=x", "'s-Gravenhage"]].map(|row| row.to_vec())
    );
    let faults = csv("email,cc\nana@example.org, '+bo@example.org bad@\n").faults();
    assert!(faults[0].starts_with("list.csv:2:19:"), "the place is that in the file: {faults:?}");
}

#[test]
fn a_domain_that_mixes_scripts_is_warned_of_once() {
    let folder = csv("name,email\n\
        A,\"x@example.org, a@ex\u{430}mple.org\"\n\
        B,b@ex\u{430}mple.org\n\
        C,c@\u{430}\u{440}\u{440}\u{4cf}\u{435}.example\n\
        D,d@b\u{fc}cher.example\n\
        E,e@\u{4f8b}\u{3048}.example\n");
    assert_eq!(
        folder.warnings(),
        [
            "list.csv:2:19: `ex\u{430}mple` in `ex\u{430}mple.org` (`xn--exmple-4nf.org`) mixes the letters of several scripts; make sure that it is the right domain",
            "list.csv:4:3: `\u{430}\u{440}\u{440}\u{4cf}\u{435}` in `\u{430}\u{440}\u{440}\u{4cf}\u{435}.example` (`xn--80ak6aa92e.example`) looks like `apple` and is written in another script; make sure that it is the right domain",
        ]
    );
}

#[test]
fn a_character_that_was_lost_before_is_warned_of() {
    let folder = csv("email,name\nana@example.org,Ren\u{fffd}e\n");
    let expected = "list.csv:2:20: `Ren\u{fffd}e` has the sign that stands for a lost character; write the text anew";
    assert_eq!(folder.warnings(), [expected]);
    assert_eq!(words(folder.signatories().unwrap().warnings), [expected]);
}

#[test]
fn a_signatory_has_what_its_row_says() {
    let folder = csv(
        "Name,Acronym,name_fr,Name-pt_BR,country,URL,logo,representative,representative title,publish,signed at,order,e-mail\n\
        Alpha,A,Alphe,Alfa,BE,https://alpha.example/x,logos/a.png,Ana Roe,Chair,Oui,2024-06-12T10:00:00Z,-2,ana@alpha.example\n\
        Beta,,,,,,,,,NEIN,2024-06-12,,\n",
    );
    let list = folder.signatories().unwrap();
    assert!(list.warnings.is_empty());
    assert_eq!(list.columns.len(), 13);
    let alpha = &list.signatories[0];
    assert_eq!(alpha.name, "Alpha");
    let names: Vec<_> = alpha.names.iter().map(|(lang, name)| (lang.as_str(), name.as_str())).collect();
    assert_eq!(names, [("fr", "Alphe"), ("pt-BR", "Alfa")]);
    assert_eq!(alpha.acronym.as_deref(), Some("A"));
    assert_eq!(alpha.country.as_deref(), Some("BE"));
    assert_eq!(alpha.url.as_deref(), Some("https://alpha.example/x"));
    assert_eq!(alpha.logo.as_ref().map(|file| file.path.as_str()), Some("logos/a.png"));
    assert_eq!(alpha.representative.as_deref(), Some("Ana Roe"));
    assert_eq!(alpha.representative_title.as_deref(), Some("Chair"));
    assert!(alpha.publish);
    assert_eq!(alpha.signed_at, Some(jiff::civil::date(2024, 6, 12)));
    assert_eq!(alpha.order, Some(-2));
    let beta = &list.signatories[1];
    assert!(!beta.publish);
    assert_eq!((beta.line, beta.order, beta.url.as_ref()), (3, None, None));
    assert!(beta.names.is_empty());
}

#[test]
fn a_person_signs_with_a_title_and_an_affiliation() {
    let list = csv(
        "name;name_fr;Person;title;affiliation\nAlpha;;no;;\nAna Roe;;YES;Professor;University of Korda\nBeta;\u{a0};;;\n",
    );
    let list = list.signatories().unwrap();
    assert!(list.warnings.is_empty(), "{:?}", list.warnings);
    let kinds: Vec<_> = list.signatories.iter().map(|one| one.kind).collect();
    assert_eq!(kinds, [SignatoryKind::Organisation, SignatoryKind::Person, SignatoryKind::Organisation]);
    let ana = &list.signatories[1];
    assert_eq!((ana.title.as_deref(), ana.affiliation.as_deref()), (Some("Professor"), Some("University of Korda")));
    // An empty name in a language is none: the plain one stands for it.
    assert_eq!(list.signatories[2].name_in(&"fr".parse().unwrap()), "Beta");
}

#[test]
fn an_affiliation_that_would_not_be_printed_is_worth_a_look() {
    let list = csv("name,affiliation\nAlpha,\nAna Roe,University of Korda\nBo Lind,Korda\n").signatories().unwrap();
    assert_eq!(
        words(list.warnings),
        ["list.csv:3: `affiliation` is printed of persons only; write `yes` under `person` where a person signs"]
    );
}

#[test]
fn suppressions_are_addresses_and_domains_in_the_form_in_which_they_are_compared() {
    let folder =
        csv("Email;Reason\nAna@B\u{fc}cher.example;asked by phone\n@BÜCHER.example;\n\"a@b.example, c@d.example\";x\n");
    let list = folder.suppressions().unwrap();
    let found: Vec<_> = list.suppressions.iter().map(|one| (one.target.as_key(), one.reason.as_deref())).collect();
    assert_eq!(
        found,
        [
            ("ana@xn--bcher-kva.example".to_owned(), Some("asked by phone")),
            ("@xn--bcher-kva.example".to_owned(), None),
            ("a@b.example".to_owned(), Some("x")),
            ("c@d.example".to_owned(), Some("x")),
        ]
    );
    assert!(matches!(list.suppressions[1].target, Target::Domain(_)));
}

#[test]
fn a_suppressions_list_may_be_empty() {
    for content in ["", "\n", "email,reason\n", "email"] {
        assert!(csv(content).suppressions().unwrap().suppressions.is_empty());
    }
}

#[test]
fn a_recipient_is_made_of_kept_cells_as_when_it_was_read() {
    let folder = csv("email,name,cc\n\"ana@example.org;bo@example.org\",Ana,cy@example.org\n");
    let list = folder.open().unwrap();
    let columns = Arc::clone(list.columns());
    let reader = RecipientReader::new(Arc::clone(&columns), list.path());
    for read in list {
        let read = read.unwrap().recipient().unwrap();
        let cells = read.fields.cells().to_vec();
        assert_eq!(reader.read(read.line, cells.clone()).unwrap(), read);
        assert_eq!(RecipientReader::new(Arc::clone(&columns), "list.csv").read(2, cells).unwrap(), read);
    }
}

#[test]
fn kept_cells_are_checked_like_those_of_a_list() {
    let columns = Arc::new(Columns::new(["email", "name"]));
    let read = |cells: [&str; 2]| {
        let cells = cells.map(str::to_owned).to_vec();
        words(RecipientReader::new(Arc::clone(&columns), "lists/r.csv").read(9, cells).unwrap_err())
    };
    assert_eq!(
        read(["ana@example.org", "Ana\r\nBcc: eve@example.net"]),
        [
            "lists/r.csv:9: `Ana\\r\\nBcc: eve@example.net` has the control character `\\r`, which cannot stand in `name`; write it anew on one line"
        ]
    );
    assert_eq!(read(["ana@", ""]), ["lists/r.csv:9: `ana@` is not an email address; it ends after the @"]);
    assert_eq!(read(["", ""]).len(), 1);
    let nothing = Arc::new(Columns::default());
    assert!(RecipientReader::new(Arc::clone(&nothing), "lists/r.csv").read(9, Vec::new()).is_err());
}
