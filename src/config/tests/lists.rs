//! What the columns and rows of lists mean, and how signatories are printed.

use super::*;

#[test]
fn how_signatories_are_printed_is_read_and_checked() {
    let read =
        |lines: &str| load(&format!("{MINIMAL}[signatories]\n{lines}\n")).map(|(campaign, _)| campaign.signatories);
    assert_eq!(read("").unwrap(), RollStyle::default());
    assert_eq!(
        read("heading = false\nignore_articles = false\ncolumns = \"auto\"\nlogos = true").unwrap(),
        RollStyle::default()
    );
    let style = read(
        "heading = { fr = \"Signé par\", EN_gb = \"Signed by\" }\ngroup_by = \"country\"\nignore_articles = true\ncolumns = 2\nlogos = false",
    );
    let style = style.unwrap();
    let own = vec![("en-GB".parse().unwrap(), "Signed by".to_owned()), ("fr".parse().unwrap(), "Signé par".to_owned())];
    assert_eq!(style.heading, Heading::Words { own, place: Place::at("campaign.toml", 5, 11) });
    assert_eq!(style.group_by, Some(("country".to_owned(), Place::at("campaign.toml", 6, 12))));
    assert_eq!((style.sorting, style.logos), (Sorting::BehindArticle, Logos::Hidden));
    assert_eq!(style.columns, RollColumns::Fixed(2));
    for (line, fault) in [
        ("columns = 4", "campaign.toml:5:11: `columns` must be 1, 2, 3 or \"auto\""),
        ("columns = \"two\"", "campaign.toml:5:11: `columns` must be 1, 2, 3 or \"auto\""),
        (
            "heading = \"x\"",
            "campaign.toml:5:11: `heading` must be true, false or a table such as { en = \"Signed by\" }",
        ),
        (
            "heading = { \"in english\" = \"x\" }",
            "campaign.toml:5:13: `heading`: `in english` is not a language tag; write one such as `fr` or `fr-BE`",
        ),
        ("heading = { en = \" \" }", "campaign.toml:5:13: the heading in `en` must be one line of text"),
        ("heading = { en = \"a\\nb\" }", "campaign.toml:5:13: the heading in `en` must be one line of text"),
        ("heading = { en = 1 }", "campaign.toml:5:18: the heading in `en` must be a text in quotes"),
        (
            "group_by = \"\"",
            "campaign.toml:5:12: `group_by = \"\"`: write the name of a column of the signatories list",
        ),
        ("groupby = \"x\"", "campaign.toml:5:1: unknown key `groupby` in [signatories]; did you mean `group_by`?"),
    ] {
        assert_eq!(read(line).unwrap_err().to_string(), fault);
    }
}

#[test]
fn what_shapes_the_block_of_signatories_is_on_the_record() {
    let settings = |lines: &str| load(&format!("{MINIMAL}{lines}\n")).unwrap().0.letter_settings(Round(0));
    let plain = settings("");
    let mut known = vec![plain.clone()];
    for line in [
        "[letter]\nshow = [\"region\"]",
        "[signatories]\nheading = true",
        "[signatories]\nheading = { en = \"Signed by\" }",
        "[signatories]\ngroup_by = \"country\"",
        "[signatories]\nignore_articles = true",
        "[signatories]\ncolumns = 2",
        "[signatories]\nlogos = false",
    ] {
        let changed = settings(line);
        assert!(!known.contains(&changed), "{line}");
        assert_eq!(settings(&format!("# moved\n{line}")), changed);
        known.push(changed);
    }
    assert_eq!(settings("[signatories]\ncolumns = \"auto\"\nlogos = true"), plain);
}

#[test]
fn how_spreadsheets_are_read_is_said_under_lists() {
    let lists = |lines: &str| load(&format!("{MINIMAL}[lists]\n{lines}\n")).unwrap().0.lists.format;
    let format = lists("sheet = \"Ministers\"\nhidden_rows = \"skip\"\nmerged_cells = \"first\"");
    assert_eq!(format.sheet, SheetChoice::Named("Ministers".to_owned()));
    assert_eq!((format.hidden_rows, format.merged_cells), (Some(HiddenRows::Skip), MergedCells::First));
    let each = lists("sheet = { recipients = \"Ministers\" }").sheet;
    assert_eq!(each, SheetChoice::Each([("recipients".to_owned(), "Ministers".to_owned())].into()));
    assert_eq!(lists("").hidden_rows, None);
    for (line, said) in [
        ("sheet = { recipient = \"A\" }", "`recipient` is none of the lists; did you mean `recipients`?"),
        ("sheet = \"\"", "it names no sheet"),
        ("hidden_rows = \"show\"", "`hidden_rows` cannot be `show`"),
        ("merged_cells = true", "`merged_cells` must be a text in quotes"),
    ] {
        assert!(refused(&format!("{MINIMAL}[lists]\n{line}\n")).contains(said), "{line}");
    }
}

#[test]
fn what_the_columns_and_rows_of_a_list_mean_is_read_and_checked() {
    let keys = "columns = { Email = \"E-mail 1 - Value\", name = [\"First Name\", \"Last Name\"] }\nopt_out = [\"Do Not Email\"]\n\
        rows = { end_date = \"\", chamber = [\"upper\", \"lower\"] }\nlanguage_of = { DE = \"de\" }\nsame_address = \"first\"\n";
    let rules = load(&format!("{MINIMAL}[lists]\n{keys}")).unwrap().0.lists.rules;
    let columns: Vec<(&str, Vec<&str>)> = rules
        .columns
        .iter()
        .map(|rule| (rule.known, rule.sources.iter().map(|source| source.column.as_str()).collect()))
        .collect();
    assert_eq!(columns, [("email", vec!["E-mail 1 - Value"]), ("name", vec!["First Name", "Last Name"])]);
    assert_eq!(rules.opt_out[0].column, "Do Not Email");
    let rows: Vec<(&str, &[String])> =
        rules.rows.iter().map(|rule| (rule.column.column.as_str(), rule.values.as_slice())).collect();
    assert_eq!(rows.len(), 2);
    assert!(rows.iter().any(|(column, values)| *column == "end_date" && *values == [String::new()]), "{rows:?}");
    assert_eq!((rules.language_of[0].country.as_str(), rules.language_of[0].language.as_str()), ("DE", "de"));
    assert_eq!(rules.shared_address, crate::model::SharedAddress::First);
    let each = load(&format!("{MINIMAL}[lists]\nsame_address = \"each\"\n")).unwrap().0.lists.rules;
    assert_eq!(each.shared_address, crate::model::SharedAddress::Each);
    for (line, why) in [
        ("columns = { mail = \"x\" }", "`mail` is no known column of a recipients list; did you mean `email`?"),
        ("columns = { email = \"\" }", "`email`: write the name of a column"),
        ("columns = \"x\"", "`columns` must be a table"),
        ("rows = { x = [] }", "`x`: write which cells a row must have"),
        ("language_of = { DE = \"German\" }", "`German` is not a language tag; did you mean `de`?"),
        ("opt_out = 3", "`opt_out` must hold texts in quotes"),
    ] {
        let found = refused(&format!("{MINIMAL}[lists]\n{line}\n"));
        assert!(found.contains(why), "{line}: {found}");
    }
}
