//! Every fault of a row, each at its place: of signatories and of suppressions.

use super::csv;

#[test]
fn every_fault_of_a_signatory_is_reported() {
    for (content, fault) in [
        ("name\n", "list.csv: there is a header and no row; write the signatories under it"),
        ("nme\nA\n", "list.csv:1:1: the header has no column `name`; rename `nme` if it is meant"),
        ("Full name,x\nA,b\n", "list.csv:1:1: the header has no column `name`; rename `Full name` if it is meant"),
        ("name,acronym\n,A\n", "list.csv:2:1: the cell `name` is empty; write who signs, or remove the row"),
        // Blanks of every kind are no name.
        (
            "name,acronym\n \u{a0}\u{2003}\u{3000},A\n",
            "list.csv:2:5: the cell `name` is empty; write who signs, or remove the row",
        ),
        (
            "name,acronym\n\u{200b},A\n",
            "list.csv:2:1: `\\u{200b}` in `name` shows nothing; write it anew, or empty the cell",
        ),
        (
            "name\n\u{feff} \u{2060}\u{ad}\n",
            "list.csv:2:1: `\\u{feff} \\u{2060}\\u{ad}` in `name` shows nothing; write it anew, or empty the cell",
        ),
        (
            "name\n\u{2800}\u{3164}\n",
            "list.csv:2:1: `\u{2800}\\u{3164}` in `name` shows nothing; write it anew, or empty the cell",
        ),
        (
            "name,name_fr\nA,\u{200d}\n",
            "list.csv:2:3: `\\u{200d}` in `name_fr` shows nothing; write it anew, or empty the cell",
        ),
        ("name,person\nA,perhaps\n", "list.csv:2:3: `perhaps` is neither yes nor no; write `yes` or `no`"),
        (
            "name\n\"A\nB\"\n",
            "list.csv:2:3: `A\\nB` has the control character `\\n`, which cannot stand in `name`; write it anew on one line",
        ),
        (
            "name,name_fr\nA,a\tb\n",
            "list.csv:2:4: `a\\tb` has the control character `\\t`, which cannot stand in `name_fr`; write it anew on one line",
        ),
        (
            "name,logo\nA,\"a\nb\"\n",
            "list.csv:2:5: `a\\nb` has the control character `\\n`, which cannot stand in `logo`; write it anew on one line",
        ),
        (
            "name,url\nA,www.example.org\n",
            "list.csv:2:3: `www.example.org` is not a web address; write one that begins with `https://` or `http://`",
        ),
        (
            "name,url\nA,javascript:alert(1)\n",
            "list.csv:2:3: `javascript:alert(1)` is not a web address; write one that begins with `https://` or `http://`",
        ),
        (
            "name,url\nA,https:example.org\n",
            "list.csv:2:3: `https:example.org` is not a web address; write one that begins with `https://` or `http://`",
        ),
        (
            "name,url\nA,http://\n",
            "list.csv:2:3: `http://` is not a web address; write one that begins with `https://` or `http://`",
        ),
        (
            "name,url\nA,\"https://exa\nmple.org\"\n",
            "list.csv:2:4: `https://exa\\nmple.org` is not a web address; it has a blank or a line break in it",
        ),
        (
            "name,url\nA,https://example.org@example.net\n",
            "list.csv:2:3: `https://example.org@example.net` is not a web address; it has a user name before its `@`; remove it",
        ),
        ("name,publish\nA,perhaps\n", "list.csv:2:3: `perhaps` is neither yes nor no; write `yes` or `no`"),
        (
            "name,signed_at\nA,12.06.2024\n",
            "list.csv:2:3: `12.06.2024` is not a date; write the year first, as in `2024-06-12`",
        ),
        (
            "name,signed_at\nA,2024-02-30\n",
            "list.csv:2:3: `2024-02-30` is not a date; write the year first, as in `2024-06-12`",
        ),
        ("name,order\nA,first\n", "list.csv:2:3: `first` is not a whole number; write one such as `1`, or nothing"),
        ("name,order\nA,1.5\n", "list.csv:2:3: `1.5` is not a whole number; write one such as `1`, or nothing"),
    ] {
        assert_eq!(csv(content).signatories().unwrap_err(), [fault], "{content:?}");
    }
    let all = csv("name,url,order\n,ftp://x,z\nB,,\nC,x,\n").signatories().unwrap_err();
    assert_eq!(all.len(), 4, "{all:#?}");
}

#[test]
fn every_fault_of_a_suppression_is_reported() {
    for (content, fault) in [
        (
            "reason\nx\n",
            "list.csv:1:1: the header `reason` has no column `email`; add it, or set the `delimiter` under `[lists]`",
        ),
        (
            "email,reason\n,x\n",
            "list.csv:2:1: the cell `email` is empty; write an address or `@domain` into it, or remove the row",
        ),
        ("email\nexample.org\n", "list.csv:2:1: `example.org` is neither an email address nor `@domain`; it has no @"),
        ("email\n@\n", "list.csv:2:1: `@` is neither an email address nor `@domain`; it ends after the @"),
        (
            "email\n@org\n",
            "list.csv:2:1: `@org` is neither an email address nor `@domain`; the domain `org` has no dot; write it whole, such as `org.org`",
        ),
    ] {
        assert_eq!(csv(content).suppressions().unwrap_err(), [fault], "{content:?}");
    }
}

#[test]
fn a_row_has_its_number_where_cells_above_it_have_line_breaks() {
    let faults = csv("email,name,address\nana@example.org,Ana,\"1 Street\nTown\nLand\"\nbo@,Bo,x\n").all().1;
    assert_eq!(faults, ["list.csv:5:1 (row 3, column A): `bo@` is not an email address; it ends after the @"]);
}

#[test]
fn a_line_break_at_the_end_of_a_cell_is_none_of_it() {
    let (recipients, faults) = csv("email,name\nana@example.org,\"Ana \r\n\"\n\"bo@example.org\n\",Bo\n").all();
    assert_eq!(faults, [] as [String; 0]);
    assert_eq!(recipients[0].name(), Some("Ana"));
    assert_eq!(recipients[1].to.to_string(), "bo@example.org");
}
