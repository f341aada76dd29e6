//! What the columns of lists mean: as they are called, as `campaign.toml` says, and as their cells show.

use super::{Folder, Listed, csv, words};
use crate::lists::read_signatories;
use crate::model::{ColumnRule, CountryRule, KNOWN_COLUMNS, Named, Place, RowRule};

fn named(column: &str) -> Named {
    Named { column: column.to_owned(), place: Place::at("campaign.toml", 9, 1) }
}

impl Folder {
    fn mapping(mut self, known: &str, sources: &[&str]) -> Self {
        let known = KNOWN_COLUMNS.into_iter().find(|column| *column == known).unwrap();
        let sources = sources.iter().map(|source| named(source)).collect();
        self.rules.columns.push(ColumnRule { known, sources });
        self
    }

    fn only(mut self, column: &str, values: &[&str]) -> Self {
        let values = values.iter().map(|value| (*value).to_owned()).collect();
        self.rules.rows.push(RowRule { column: named(column), values });
        self
    }

    fn opting_out(mut self, column: &str) -> Self {
        self.rules.opt_out.push(named(column));
        self
    }

    fn speaking(mut self, country: &str, language: &str) -> Self {
        let (country, language) = (country.to_owned(), language.parse().unwrap());
        self.rules.language_of.push(CountryRule { country, language, place: Place::at("campaign.toml", 9, 1) });
        self
    }

    /// What is said of a list that can be read.
    fn said(&self) -> Vec<String> {
        let mut list = self.open().unwrap();
        assert!(list.by_ref().all(|row| row.is_ok()));
        words(list.take_warnings())
    }

    /// The addresses and the cells under a name of all recipients.
    fn under(&self, column: &str) -> Vec<(String, String)> {
        let cell =
            |one: crate::model::Recipient| (one.to.to_string(), one.fields.get(column).unwrap_or("(none)").to_owned());
        self.recipients().into_iter().map(cell).collect()
    }
}

fn pairs(of: &[(&str, &str)]) -> Vec<(String, String)> {
    of.iter().map(|(one, other)| ((*one).to_owned(), (*other).to_owned())).collect()
}

#[test]
fn known_columns_are_what_the_campaign_calls_them() {
    let list = csv("Given Name,Family Name,E-mail 1 - Label,E-mail 1 - Value,E-mail 2 - Value,CC\n\
        Ana,Roe,work,ana@example.org,,be\nBo,,home,,bo@example.org,fr\nCy,Poe,home,n/a,cy@example.org,de\n")
    .mapping("email", &["E-mail 1 - Value", "e-mail 2 value"])
    .mapping("name", &["Given Name", "Family Name"])
    .mapping("country", &["CC"]);
    let found = pairs(&[("ana@example.org", "Ana Roe"), ("bo@example.org", "Bo"), ("cy@example.org", "Cy Poe")]);
    assert_eq!(list.under("name"), found);
    assert_eq!(list.under("country")[0].1, "be");
    assert_eq!(list.under("given name")[0].1, "Ana");
    assert!(list.said().is_empty(), "{:?}", list.said());
    // The place of a fault is that of the cell in the file.
    let list = csv("x,Mail\nA,ana@\n").mapping("email", &["Mail"]);
    assert_eq!(list.faults(), ["list.csv:2:3: `ana@` is not an email address; it ends after the @"]);
}

#[test]
fn a_column_that_is_not_there_is_named_with_the_nearest() {
    let list = csv("E-mail Adress,x\nana@example.org,1\n").mapping("email", &["E-mail Address"]);
    assert_eq!(
        list.faults(),
        ["campaign.toml:9:1: `columns`: list.csv has no column `E-mail Address`; did you mean `E-mail Adress`?"]
    );
    // A list that has the known column itself needs no mapping: so the failed rows, written out, are read again.
    let list = csv("email,x\nana@example.org,1\n").mapping("email", &["E-mail Address"]);
    assert_eq!(list.recipients().len(), 1);
}

#[test]
fn columns_are_known_in_other_languages_where_their_cells_agree() {
    for (header, line) in [
        ("Courriel;Prénom;Nom;Langue", "email = \"Courriel\", lang = \"Langue\", name = [\"Prénom\", \"Nom\"]"),
        ("PEC;Nome;Cognome;Lingua", "email = \"PEC\", lang = \"Lingua\", name = [\"Nome\", \"Cognome\"]"),
        ("E-post;Förnamn;Efternamn;Språk", "email = \"E-post\", lang = \"Språk\", name = [\"Förnamn\", \"Efternamn\"]"),
        (
            "Correo electrónico;Nombre;Apellidos;Idioma",
            "email = \"Correo electrónico\", lang = \"Idioma\", name = [\"Nombre\", \"Apellidos\"]",
        ),
        (
            "E-Mail-Adresse;Vorname;Nachname;Sprache",
            "email = \"E-Mail-Adresse\", lang = \"Sprache\", name = [\"Vorname\", \"Nachname\"]",
        ),
    ] {
        let list = csv(format!("{header}\nana@example.org;Ana;Roe;fr\nbo@example.org;Bo;Lind;\n"));
        let recipients = list.recipients();
        assert_eq!(recipients[0].name(), Some("Ana Roe"), "{header}");
        assert_eq!(recipients[0].lang.as_ref().unwrap().as_str(), "fr", "{header}");
        let said = list.said();
        assert_eq!(said.len(), 1, "{said:?}");
        assert!(said[0].ends_with(&format!("write `columns = {{ {line} }}` under [lists]")), "{said:?}");
    }
}

#[test]
fn a_column_whose_cells_do_not_agree_is_named_and_not_used() {
    let list = csv("email,Language,Anrede,Copy to,Second address\n\
        ana@example.org,French,Herr,office,bo@example.org\n");
    let recipients = list.recipients();
    assert!(recipients[0].lang.is_none() && recipients[0].cc.is_empty());
    let said = list.said();
    let expected = [
        "list.csv:1:7: column `Language` is not read as `lang`: it has `French`; languages are written as tags, such as `de`, `en` or `fr`: add a column `lang` with them",
        "list.csv:1:16: column `Anrede` is not read as `salutation`: it has `Herr`; one word is a form of address and no salutation: add a column `salutation` with the whole greeting, such as `Dear Ms Lima`",
        "list.csv:1:23: column `Copy to` is not read as `cc`: it has `office`; if it is, add `cc = \"Copy to\"` to `columns` under [lists]",
        "list.csv:1:31: column `Second address` holds addresses, and nothing is sent to them; name it in `columns` under [lists] if they are to be written to",
    ];
    assert_eq!(said, expected);
}

#[test]
fn the_hint_for_a_missing_email_names_the_column_that_holds_the_addresses() {
    let cases = [
        (
            "Email type,Contact\nwork,ana@example.org\n",
            "list.csv:1:12: the header has no column `email`; the addresses stand in `Contact`: write \
             `columns = { email = \"Contact\" }` under [lists], or rename a column `email`",
        ),
        (
            "Contact ID,Do Not Email,Home-Email,Work-Email\n1,,ana@example.org,\n2,,,bo@example.org\n",
            "list.csv:1:36: the header has no column `email`; addresses stand in `Work-Email`, and in `Home-Email`: \
             write `columns = { email = [\"Work-Email\", \"Home-Email\"] }` under [lists] (the first of them that has \
             one counts), or rename a column `email`",
        ),
        (
            "ana@example.org,Ana\nbo@example.org,Bo\n",
            "list.csv:1:1: the header has no column `email`; it has the address `ana@example.org` and is no header: \
             write one above it",
        ),
        (
            "Members of the committee,,\n\nName,E-mail,Country\nAna,ana@example.org,BE\n",
            "list.csv:1:1: the header has no column `email`; line 3 looks like the header (`E-mail`): remove what \
             stands above it",
        ),
        (
            "Name,,Country\nAna,ana@example.org,BE\n",
            "list.csv:1:6: the header has no column `email`; this column holds addresses and has no name: call it \
             `email`",
        ),
        (
            "id|email|name\n1|ana@example.org|Lima, Ana\n2|bo@example.org|Bo\n",
            "list.csv:1:1: the columns in `id|email|name` are set apart by `|`; a list has `,`, `;` or tabs between \
             them: save it again with one of these",
        ),
        (
            "id|\"E-Mail\"|name,note\n1|ana@example.org|Ana,x\n",
            "list.csv:1:1: the columns in `id|\"E-Mail\"|name` are set apart by `|`; a list has `,`, `;` or tabs \
             between them: save it again with one of these",
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(csv(text).faults(), [expected]);
    }
}

#[test]
fn a_cc_that_is_a_country_is_said_to_be_one() {
    assert_eq!(
        csv("Email,CC\nana@example.org,be\nbo@example.org,US\n").faults(),
        ["list.csv:1:7: `CC` holds countries, such as `be`, and `cc` would be addresses of copies: write \
          `columns = { country = \"CC\" }` under [lists], or rename the column"]
    );
}

#[test]
fn only_the_rows_that_are_meant_are_read() {
    let text = "email,chamber,end date\nana@example.org,Upper,\nbo@example.org,lower,2020\nnot an address,other,\n\
        cy@example.org,LOWER,\n";
    let list = csv(text).only("End_Date", &[""]).only("chamber", &["upper", "lower"]);
    let addresses: Vec<String> = list.recipients().iter().map(|one| one.to.to_string()).collect();
    assert_eq!(addresses, ["ana@example.org", "cy@example.org"]);
    let mut opened = list.open().unwrap();
    assert_eq!(opened.by_ref().count(), 2);
    assert_eq!(opened.left_out(), Some((2, 4)));
    assert!(opened.take_warnings().is_empty());
    let list = csv(text).only("chamber", &["uper"]);
    assert_eq!(list.faults(), ["campaign.toml:9:1: `rows` leaves out all 4 rows of the list; nobody is left"]);
    let list = csv(text).only("chamber", &["upper", "senate"]);
    let said = ["campaign.toml:9:1: `rows`: no row has `senate` under `chamber`; others have `lower`, `other`"];
    assert_eq!(list.said(), said);
    let list = csv(text).only("chambre", &["upper"]);
    assert_eq!(list.faults(), ["campaign.toml:9:1: `rows`: list.csv has no column `chambre`; did you mean `chamber`?"]);
}

#[test]
fn who_opted_out_is_told_and_a_column_that_says_so_is_heard_or_named() {
    let text = "email,Do Not Email\nana@example.org,\nbo@example.org,Yes\ncy@example.org,0\ndo@example.org,x\n";
    let list = csv(text).opting_out("do_not_email");
    let out: Vec<Option<String>> = list.recipients().into_iter().map(|one| one.opted_out).collect();
    assert_eq!(out, [None, Some("Do Not Email".to_owned()), None, Some("Do Not Email".to_owned())]);
    assert!(list.said().is_empty());
    assert_eq!(
        csv(text).said(),
        [
            "list.csv:3:16: `Yes` in `Do Not Email`: 2 rows like this are written to, all the same; to keep letters from \
          them, write `opt_out = [\"Do Not Email\"]` under [lists]"
        ]
    );
    let list = csv("email,unsubscribed\nana@example.org,2024-06-12\n").opting_out("unsubscribed");
    assert_eq!(
        list.faults(),
        ["list.csv:2:17: `2024-06-12` in `unsubscribed` is neither yes nor no, and `opt_out` names the column; write \
          `yes` or `no`"]
    );
}

#[test]
fn the_language_comes_from_the_country_where_the_row_says_none() {
    let text = "email,country\nana@example.org,DE\nbo@example.org,fr\ncy@example.org,AT\n";
    let list = csv(text).speaking("DE", "de").speaking("FR", "fr").speaking("LU", "lb");
    let languages: Vec<Option<String>> =
        list.recipients().iter().map(|one| one.lang.as_ref().map(ToString::to_string)).collect();
    assert_eq!(languages, [Some("de".to_owned()), Some("fr".to_owned()), None]);
    assert_eq!(list.said(), ["campaign.toml:9:1: `language_of`: no row without `lang` has the country `LU`"]);
    let list = csv("email,country,lang\nana@example.org,DE,it\nbo@example.org,DE,\n").speaking("de", "de");
    assert_eq!(list.under("lang"), pairs(&[("ana@example.org", "it"), ("bo@example.org", "de")]));
    let list = csv("email\nana@example.org\n").speaking("de", "de");
    assert_eq!(
        list.faults(),
        ["campaign.toml:9:1: `language_of` needs the column `country`, and list.csv has none; name it in `columns`"]
    );
}

#[test]
fn a_row_without_an_address_is_kept() {
    let list = csv("email,name,id\nana@example.org,Ana,1\n,Bo,\n–,,\n-,,7\n");
    let (listed, faults) = list.listed();
    assert_eq!(faults, Vec::<String>::new());
    let ids: Vec<String> = listed
        .into_iter()
        .filter_map(|row| match row {
            Listed::Unaddressed(row) => Some(row.id.to_string()),
            Listed::Recipient(_) => None,
        })
        .collect();
    assert_eq!(ids, ["Bo", "line 4", "7"]);
}

#[test]
fn a_doubled_name_stops_only_where_it_has_a_meaning() {
    let list = csv("email,Phone,phone\nana@example.org,1,2\n");
    assert_eq!(list.recipients().len(), 1);
    assert_eq!(
        list.said(),
        ["list.csv:1:13: `phone` names the same column as `Phone` in cell 2; rename or remove one of them"]
    );
    assert_eq!(
        csv("email,E-Mail\nana@example.org,\n").faults(),
        ["list.csv:1:7: `E-Mail` names the same column as `email` in cell 1; rename or remove one of them"]
    );
}

#[test]
fn nobody_who_is_suppressed_is_lost_for_the_name_of_a_column() {
    let list = csv("Home-Email,Work-Email,reason\nana@example.org,,asked\n,bo@example.org,\n");
    let found = list.suppressions();
    assert!(found.is_err(), "neither name is known");
    let list = csv("Courriel;E-mail professionnel\nana@example.org;bo@example.org\n");
    let found = list.suppressions().unwrap();
    assert_eq!(found.suppressions.len(), 1);
    assert_eq!(
        words(found.warnings),
        ["list.csv:1:10: column `E-mail professionnel` holds addresses, and is not read: nobody is suppressed by it; \
          write them under `email` if they are meant"]
    );
}

#[test]
fn a_signatory_who_said_no_is_not_named_whatever_the_column_is_called() {
    let found = csv("name;Veröffentlichen\nAlpha;ja\nBeta;nein\n").signatories().unwrap();
    assert_eq!(found.signatories.iter().map(|one| one.publish).collect::<Vec<_>>(), [true, false]);
    assert_eq!(
        words(found.warnings),
        ["list.csv:1:6: `Veröffentlichen` is read as `publish`: a signatory with a no in it is not named; rename the \
          column `publish` if that is right, and otherwise to something else"]
    );
    assert!(csv("name;Published\nAlpha;2024\n").signatories().unwrap().signatories[0].publish);
}

#[test]
fn an_odd_word_among_the_consents_switches_none_of_them_off() {
    for (cells, odd) in [
        (["ja", "nein", "offen"], "list.csv:4:6: `offen` is neither yes nor no; write `yes` or `no`"),
        (["ja", "ja", "ja (mündlich)"], "list.csv:4:6: `ja (mündlich)` is neither yes nor no; write `yes` or `no`"),
        (["x", "", "ja"], "list.csv:2:7: `x` is neither yes nor no; write `yes` or `no`"),
    ] {
        let [one, two, three] = cells;
        let list = format!("name;Zustimmung\nAlpha;{one}\nBeta;{two}\nGamm;{three}\n");
        let faults = csv(&list).signatories().unwrap_err();
        assert_eq!(faults, [odd], "{list}");
    }
    // The no may stand far behind the first rows.
    let long = format!("name;Consent\n{}Omega;no\n", "Alpha;yes\n".repeat(1_000));
    let found = csv(&long).signatories().unwrap();
    assert_eq!(found.signatories.iter().filter(|one| !one.publish).count(), 1);
}

#[test]
fn a_column_of_yes_and_no_is_read_by_the_word_in_its_name_or_said_to_be_unread() {
    let found = csv("name;Publish (y/n)\nAlpha;no\nBeta;yes\n").signatories().unwrap();
    assert_eq!(found.signatories.iter().map(|one| one.publish).collect::<Vec<_>>(), [false, true]);
    let found = csv("name;confirmed\nAlpha;no\nBeta;yes\n").signatories().unwrap();
    assert_eq!(
        words(found.warnings),
        ["list.csv:1:6: `confirmed` has a no in it and is not read: where it says who may be named, call it `publish`"]
    );
}

#[test]
fn a_name_that_may_be_printed_by_one_row_and_not_by_another_stops_everything() {
    let found = csv("name;publish\nAlpha;yes\nBeta;yes\nalpha ;no\n").signatories().unwrap_err();
    assert_eq!(
        found,
        ["list.csv:4: `alpha` may not be named by this row, and is named by line 2; remove the row that does not hold"]
    );
}

#[test]
fn a_star_for_a_whole_domain_is_refused_with_the_right_form() {
    let found = csv("email;reason\n*@closed.example;asked\n").suppressions().unwrap_err();
    assert_eq!(
        found,
        [
            "list.csv:2:1: `*@closed.example` is neither an email address nor `@domain`; for everybody at a domain write \
          `@closed.example`"
        ]
    );
    let empty = csv("").suppressions().unwrap();
    assert!(words(empty.warnings)[0].contains("the file is empty, without a header"));
}

#[test]
fn whoever_has_not_said_yes_where_others_have_is_told() {
    for (header, by) in [("publish", "publish"), ("Zustimmung", "Zustimmung")] {
        let found = csv(format!("name;{header}\nAlpha;ja\nBeta;\nGamma;nein\nDelta;\n")).signatories().unwrap();
        let said = words(found.warnings).pop().unwrap();
        assert!(said.ends_with(&format!(
            "2 rows (3, 5) have nothing in `{by}`, where others have a yes: they are named; write `yes` or `no` for each"
        )), "{said}");
    }
    assert!(csv("name;publish\nAlpha;\nBeta;no\n").signatories().unwrap().warnings.is_empty(), "a no alone is enough");
    let both = csv("name;Consent;Published\nAlpha;yes;no\nBeta;no;yes\n").signatories().unwrap_err();
    assert_eq!(
        both,
        [
            "list.csv:1:14: `Consent` and `Published` both say whether a signatory may be named; call the one that counts \
          `publish`, and the other something else"
        ]
    );
}

#[test]
fn columns_of_signatories_are_known_in_other_languages_and_by_what_they_hold() {
    for (header, row) in [
        (
            "Name der Organisation;Kürzel;Land;Webseite;Vertreten durch;Bemerkung",
            "Deltawacht;DW;DE;https://dw.example;Ina Ohm;neu",
        ),
        (
            "Nom de l'organisation;Sigle;Pays;Site web;Représentée;Bemerkung",
            "Deltawacht;DW;DE;https://dw.example;Ina Ohm;neu",
        ),
        (
            "Organización;Siglas;País;Página web;Representado por;Bemerkung",
            "Deltawacht;DW;DE;https://dw.example;Ina Ohm;neu",
        ),
    ] {
        let folder = csv(format!("{header}\n{row}\n"));
        let list = read_signatories(&folder.workspace(), "list.csv", &folder.format).unwrap();
        let signatory = &list.signatories[0];
        assert_eq!(signatory.name, "Deltawacht", "{header}");
        let told =
            [&signatory.acronym, &signatory.country, &signatory.url].map(|cell| cell.as_deref().unwrap_or_default());
        assert_eq!(told, ["DW", "DE", "https://dw.example"], "{header}");
        // A list is grouped by it, too.
        assert_eq!(signatory.fields.get("country"), Some("DE"));
        assert!(list.unknown.contains(&"Bemerkung".to_owned()), "{:?}", list.unknown);
        let said = list.warnings.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
        assert!(said.contains("is `name`") && said.contains("is `country`"), "{said}");
    }
    // What has the name and not the kind of values is none: and what two may be, is neither.
    let folder = csv("name,Land,Staat,Website\nA,DE,AT,call us\n");
    let list = read_signatories(&folder.workspace(), "list.csv", &folder.format).unwrap();
    assert_eq!((list.signatories[0].country.as_deref(), list.signatories[0].url.as_deref()), (None, None));
    assert_eq!(list.unknown, ["Land", "Staat", "Website"]);
}
