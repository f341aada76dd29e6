use std::fmt::Write as _;

use super::{csv, list};
use crate::model::{ListFormat, ListRules};
use crate::workspace::Workspace;

use crate::lists::RecipientList;

#[test]
fn a_list_that_is_none_is_refused_with_what_to_do() {
    let cases: &[(&str, &str)] = &[
        ("", "list.csv: the file is empty; write a header with the column `email`, and the recipients under it"),
        ("\n\n", "list.csv: the file is empty; write a header with the column `email`, and the recipients under it"),
        ("email\n", "list.csv: there is a header and no row; write the recipients under it"),
        ("email,name", "list.csv: there is a header and no row; write the recipients under it"),
        (
            "name,e-mial\nAna,ana@example.org\n",
            "list.csv:1:6: the header has no column `email`; the addresses stand in `e-mial`: write `columns = { email = \"e-mial\" }` under [lists], or rename a column `email`",
        ),
        ("name,e-mial\n", "list.csv:1:6: the header has no column `email`; rename `e-mial` if it is meant"),
        (
            "first,second\na,b\n",
            "list.csv:1:1: the header `first | second` has no column `email`; add it, or set the `delimiter` under `[lists]`",
        ),
        (
            "email,Time Zone,timezone\n",
            "list.csv:1:17: `timezone` names the same column as `Time Zone` in cell 2; rename or remove one of them",
        ),
        (
            "email,,name\nana@example.org,x,Ana\nbo@example.org,y,Bo\n",
            "list.csv:1:7: this cell of the header is empty, and line 2 has `x` under it; name the column",
        ),
        (
            "email,name\nana@example.org,Roe, Ana\n",
            "list.csv:2:22: `Ana` is cell 3 of a row, and the header has 2; put a cell that has the delimiter in it in quotes, or name the column",
        ),
    ];
    for (content, fault) in cases {
        assert_eq!(csv(content).faults(), [*fault], "{content:?}");
    }
}

#[test]
fn every_kind_of_wrong_address_is_reported_where_it_stands() {
    let long = format!("email\n{}@example.org\n", "a".repeat(90));
    let cases: &[(&str, &str)] = &[
        ("email\nana\n", "list.csv:2:1: `ana` is not an email address; it has no @"),
        ("email\nana@\n", "list.csv:2:1: `ana@` is not an email address; it ends after the @"),
        (
            "name,email\nÅsa,\"bo@example.org; ana@\"\n",
            "list.csv:2:22: `ana@` is not an email address; it ends after the @",
        ),
        (
            "name,email\n\"a \"\"b\"\"\",\"bo@example.org\n ana@\"\n",
            "list.csv:3:2: `ana@` is not an email address; it ends after the @",
        ),
        ("email\n@example.org\n", "list.csv:2:1: `@example.org` is not an email address; it has nothing before the @"),
        (
            "email\nAna Roe <ana@example.org>\n",
            "list.csv:2:1: `Ana Roe <ana@example.org>` is not an email address; write the bare address, and the name in the column `name`; write `ana@example.org`, if that is meant",
        ),
        (
            "email\nana@example.org bo@example.org\n",
            "list.csv:2:1: `ana@example.org bo@example.org` is not an email address; it is 2 addresses: write `ana@example.org; bo@example.org`",
        ),
        (
            "email\na..b@example.org\n",
            "list.csv:2:1: `a..b@example.org` is not an email address; before the @, a dot stands at an end or beside another dot",
        ),
        (
            "email\nana@exa_mple.org\n",
            "list.csv:2:1: `ana@exa_mple.org` is not an email address; the domain `exa_mple.org` is not valid: a label has characters that a host name cannot have, or is too long",
        ),
        (
            "email\nana@localhost\n",
            "list.csv:2:1: `ana@localhost` is not an email address; the domain `localhost` has no dot; write it whole, such as `localhost.org`",
        ),
        (
            "email\nana@127.0.0.1\n",
            "list.csv:2:1: `ana@127.0.0.1` is not an email address; the domain `127.0.0.1` is not valid: it is a number, not a name",
        ),
        (
            "email\nana\u{200b}@example.org\n",
            "list.csv:2:1: `ana\\u{200b}@example.org` is not an email address; it has the invisible character `\\u{200b}`; write it anew",
        ),
        (
            &long,
            "list.csv:2:1: `aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa…` is not an email address; the part before the @ is longer than 64 characters",
        ),
        ("email,cc\nana@example.org,boat\n", "list.csv:2:17: `boat` is not an email address; it has no @"),
        ("email,bcc\nana@example.org,boat\n", "list.csv:2:17: `boat` is not an email address; it has no @"),
    ];
    for (content, fault) in cases {
        assert_eq!(csv(content).faults(), [*fault], "{content:?}");
    }
}

#[test]
fn what_could_change_a_header_or_a_path_is_refused_and_never_cleaned() {
    let cases: &[(&str, &str)] = &[
        (
            "email\n\"ana@example.org\r\nBcc: eve@example.net\"\n",
            "list.csv:3:1: `Bcc: eve@example.net` is not an email address; it has a blank; write `eve@example.net`, if that is meant",
        ),
        (
            "email\nana@example.org\x0b\n",
            "list.csv:2:1: `ana@example.org\\u{b}` is not an email address; it has the control character `\\u{b}`, which could change the message; write it anew",
        ),
        (
            "email,name\nana@example.org,\"Ana\r\nBcc: eve@example.net\"\n",
            "list.csv:2:21: `Ana\\r\\nBcc: eve@example.net` has the control character `\\r`, which cannot stand in `name`; write it anew on one line",
        ),
        (
            "email,name\nana@example.org,\"Ana\nR\"\n",
            "list.csv:2:21: `Ana\\nR` has the control character `\\n`, which cannot stand in `name`; write it anew on one line",
        ),
        (
            "email,id\nana@example.org,a\tb\n",
            "list.csv:2:18: `a\\tb` has the control character `\\t`, which cannot stand in `id`; write it anew on one line",
        ),
        (
            "email,attachments\nana@example.org,\"a.pdf\nb.pdf\"\n",
            "list.csv:2:23: `a.pdf\\nb.pdf` has the control character `\\n`, which cannot stand in `attachments`; write it anew on one line",
        ),
        (
            "email,note\nana@example.org,a\0b\n",
            "list.csv:2:18: `a\\u{0}b` has a NUL; remove it, or set the file's encoding",
        ),
        (
            "email,lang\nana@example.org,french please\n",
            "list.csv:2:17: `french please` is not a language tag; write one such as `fr` or `fr-BE`",
        ),
        (
            "email,timezone\nana@example.org,Bruxelles\n",
            "list.csv:2:17: `Bruxelles` is not a time zone; write one such as `Europe/Brussels` (the names of the IANA database)",
        ),
        (
            "email,name\nana@example.org,\"Ana\nbo@example.org,Bo\n",
            "list.csv:2:17: `\"` opens a cell that no quote closes; close it, or remove the quote",
        ),
        (
            "email,name\nana@example.org,\"Ana\" Roe\n",
            "list.csv:2:23: `R` stands after the quote that closes the cell opened at 2:17; write a quote inside a cell twice (`\"\"`), or remove it",
        ),
        ("\"email\n", "list.csv:1:1: `\"` opens a cell that no quote closes; close it, or remove the quote"),
    ];
    for (content, fault) in cases {
        assert_eq!(csv(content).faults(), [*fault], "{content:?}");
    }
}

#[test]
fn reading_goes_on_after_a_faulty_row_and_finds_all_faults() {
    let folder = csv("email,name,lang\n\
        ana@,\"A\nna\",xxxxx\n\
        bo@example.org,Bo,fr\n\
        \n\
        cy@example.org,\"Cy\n\
        dan@example.org,\"Dan\",\n\
        eve,Eve,,,too many\n\
        flo@example.org,Flo,\n");
    let (recipients, faults) = folder.all();
    let ids: Vec<_> = recipients.iter().map(|one| (one.line, one.id.as_str())).collect();
    assert_eq!(ids, [(4, "bo@example.org"), (7, "dan@example.org"), (9, "flo@example.org")]);
    let places: Vec<_> = faults.iter().map(|fault| &fault[..fault.find(": ").unwrap()]).collect();
    let expected = ["2:1", "2:8", "3:5", "7:18", "8:1 (row 7, column A)", "8:11 (row 7, column E)"]
        .map(|place| format!("list.csv:{place}"));
    assert_eq!(places, expected, "{faults:#?}");
}

#[test]
fn every_unnamed_column_that_is_used_is_reported_once() {
    let folder = csv("email,,,x\nana@example.org,1,2\nbo@example.org,3,4\n");
    let (recipients, faults) = folder.all();
    assert_eq!(recipients.len(), 1);
    assert_eq!(
        faults,
        [
            "list.csv:1:7: this cell of the header is empty, and line 2 has `1` under it; name the column",
            "list.csv:1:8: this cell of the header is empty, and line 2 has `2` under it; name the column",
        ]
    );
}

#[test]
fn a_stray_quote_hides_no_row_behind_it() {
    let folder = csv("email,name\nana@example.org,\"Ana\nbo@example.org,\"Bo\"\ncy@example.org,Cy\n");
    let (recipients, faults) = folder.all();
    assert_eq!(recipients.len(), 2);
    assert_eq!(
        faults,
        [
            "list.csv:3:17: `B` stands after the quote that closes the cell opened at 2:17; write a quote inside a cell twice (`\"\"`), or remove it"
        ]
    );
}

#[test]
fn a_quote_that_is_never_closed_is_found_before_it_fills_the_memory() {
    let mut content = "email,name\nana@example.org,\"Ana\n".to_owned();
    for n in 0..60_000 {
        writeln!(content, "r{n}@example.org,Somebody with a long name").unwrap();
    }
    let (recipients, faults) = csv(content).all();
    assert_eq!(faults, ["list.csv:2:17: `\"` opens a cell that no quote closes; close it, or remove the quote"]);
    assert_eq!(recipients.len(), 60_000);
    assert_eq!(recipients.last().map(|last| last.line), Some(60_002));
}

#[test]
fn a_row_without_end_is_refused_and_the_next_one_is_read() {
    let long = "x".repeat(3 * 1024 * 1024);
    for end in ["\n", "\r\n", "\r"] {
        let content = ["email,note", &format!("ana@example.org,{long}"), "bo@example.org,", ""].join(end);
        let (recipients, faults) = csv(content).all();
        assert_eq!(faults, ["list.csv:2: the row is longer than 1024 KiB; is this a list, and is its encoding right?"]);
        assert_eq!(recipients.len(), 1);
        assert_eq!(recipients[0].line, 3);
    }
}

#[test]
fn a_lone_carriage_return_begins_no_row() {
    let folder = csv("email,name\nana@example.org,Ana\reve@example.net,Eve\nbo@example.org,Bo\n");
    let (recipients, faults) = folder.all();
    assert_eq!(recipients.len(), 1);
    assert_eq!(
        faults,
        [
            "list.csv:2:20: `Ana\\reve@example.net` has the control character `\\r`, which cannot stand in `name`; write it anew on one line",
            "list.csv:2:37: `Eve` is cell 3 of a row, and the header has 2; put a cell that has the delimiter in it in quotes, or name the column"
        ]
    );
    let folder = csv("email,name\nana@example.org,Ana\rEve\n");
    assert_eq!(
        folder.faults(),
        [
            "list.csv:2:20: `Ana\\rEve` has the control character `\\r`, which cannot stand in `name`; write it anew on one line"
        ]
    );
}

#[test]
fn more_addresses_than_a_server_need_take_are_refused() {
    let many: Vec<_> = (0..101).map(|n| format!("r{n}@example.org")).collect();
    let folder = csv(format!("email\n{}\n", many.join(";")));
    let faults = folder.faults();
    assert_eq!(faults.len(), 1);
    assert!(faults[0].contains("`r***@example.org` is one of more than 100 addresses in a row"), "{}", faults[0]);
    let folder = csv(format!("email\n{}\n", many[..100].join(";")));
    assert_eq!(folder.recipients()[0].addresses().count(), 100);
}

#[test]
fn a_name_that_is_a_text_is_refused_at_its_place() {
    let recipients = |length: usize| csv(format!("email,name\nana@example.org,{}\n", "ä".repeat(length)));
    let faults = recipients(501).faults();
    assert!(faults[0].starts_with("list.csv:2:17: `ää") && faults.len() == 1, "{faults:?}");
    assert!(faults[0].ends_with("` in `name` has more than 500 characters; shorten it"), "{faults:?}");
    assert_eq!(recipients(500).recipients().len(), 1);
    for column in ["name_fr", "acronym", "title", "affiliation"] {
        let signatories = |length: usize| {
            csv(format!("name,{column}\nA,{}\n", "ä".repeat(length))).signatories().map_err(|faults| faults.concat())
        };
        let faults = signatories(1001).unwrap_err();
        assert!(faults.starts_with("list.csv:2:3: `ää"), "{faults}");
        assert!(faults.ends_with(&format!("` in `{column}` has more than 1000 characters; shorten it")), "{faults}");
        assert_eq!(signatories(1000).unwrap().signatories.len(), 1);
    }
}

#[test]
fn a_file_that_is_not_there_or_no_file_is_refused() {
    let folder = csv("email\n");
    let open = |path: &str| {
        let opened = RecipientList::open(&folder.workspace(), path, &ListFormat::default(), &ListRules::default());
        opened.err().map(|faults| faults.to_string()).unwrap_or_default()
    };
    assert_eq!(
        open("lists/x.csv"),
        "lists/x.csv: `lists/x.csv` does not exist in the workspace; write it, or mend `recipients` under `[lists]`"
    );
    assert_eq!(open("../list.csv"), "../list.csv: `../list.csv` is outside the workspace: it may not have `..`");
    assert_eq!(open("."), ".: `.` is not a file; name a CSV, .xlsx or .ods file");
}

#[cfg(unix)]
#[test]
fn a_symbolic_link_out_of_the_workspace_is_not_followed() {
    let outside = csv("email\nana@example.org\n");
    let folder = tempfile::tempdir().unwrap();
    std::os::unix::fs::symlink(outside.root.path().join("list.csv"), folder.path().join("list.csv")).unwrap();
    let workspace = Workspace::open(folder.path()).unwrap();
    let opened = RecipientList::open(&workspace, "list.csv", &ListFormat::default(), &ListRules::default());
    assert!(opened.err().unwrap().to_string().contains("outside the workspace"));
}

#[test]
fn a_format_that_does_not_exist_is_refused() {
    assert_eq!(
        csv("email\na@b.org\n").encoding("utf-9").faults(),
        ["list.csv: `utf-9` is not an encoding; set `encoding` to a name such as `utf-8` or `windows-1252`"]
    );
    assert_eq!(
        csv("email\na@b.org\n").delimiter('|').faults(),
        ["list.csv: `|` is not a delimiter of lists; set `delimiter` to `,`, `;` or `\\t`"]
    );
}

#[test]
fn bytes_that_are_not_valid_are_a_fault_and_never_replaced() {
    // One bad byte among good UTF-8.
    let folder =
        csv(b"email,name,role\nana@example.org,Ren\xC3\xA9e,Pr\xC3\xA9sidente\nbo@example.org,Andr\xE9,x\xFFy\n");
    let (recipients, faults) = folder.all();
    assert_eq!(recipients.len(), 1);
    assert_eq!(
        faults,
        [
            "list.csv:3:20: `0xE9` is not valid in UTF-8; save the file as UTF-8, or set `encoding` under `[lists]`",
            "list.csv:3:23: `0xFF` is not valid in UTF-8; save the file as UTF-8, or set `encoding` under `[lists]`",
        ]
    );
    // What a person says of the encoding is held to.
    let folder = csv(b"email,name\nana@example.org,Ren\xE9e\n").encoding("utf-8");
    assert_eq!(
        folder.faults(),
        ["list.csv:2:20: `0xE9` is not valid in UTF-8; save the file as UTF-8, or set `encoding` under `[lists]`"]
    );
    let folder = csv(b"email,n\xE4me\nana@example.org,Ana\n").encoding("utf-8");
    assert_eq!(folder.faults().len(), 1);
    // Half a surrogate pair, and half a code unit at the end.
    let mut content = vec![0xFF, 0xFE];
    content.extend("email,name\nana@example.org,A".encode_utf16().flat_map(u16::to_le_bytes));
    content.extend([0x00, 0xD8, b'n', 0, b'\n', 0, b'x']);
    let faults = csv(content).faults();
    assert!(faults[0].starts_with("list.csv:2:18: `0x00D8` is not valid in UTF-16LE"), "{faults:#?}");
    assert!(faults[1].starts_with("list.csv:3:1: `0x78` is not valid in UTF-16LE"), "{faults:#?}");
}

#[test]
fn a_file_of_another_kind_is_refused_by_its_content() {
    for (file, content, why) in [
        ("list.csv", &b"PK\x03\x04rest"[..], "is not a text file; name a spreadsheet .xlsx or .ods"),
        (
            "list.xls",
            b"\xD0\xCF\x11\xE0rest",
            "is an old Excel file (.xls); open it in a spreadsheet program and save it as .xlsx, .ods or .csv",
        ),
        (
            "list.xlsx",
            b"\xD0\xCF\x11\xE0rest",
            "is an old Excel file (.xls); open it in a spreadsheet program and save it as .xlsx, .ods or .csv",
        ),
        (
            "list.xlsx",
            b"email\nana@example.org\n",
            "is not a spreadsheet, whatever its name; save it anew, or name it .csv",
        ),
        ("list.ods", b"", "is empty; write the list into it"),
    ] {
        assert_eq!(list(file, content).faults(), [format!("{file}: `{file}` {why}")]);
    }
}

#[test]
fn of_a_cell_full_of_what_is_no_address_the_first_are_told_and_the_others_counted() {
    let cell = "x y;".repeat(5_000);
    let faults = csv(format!("email,name\n\"{cell}\",Ana\n")).faults();
    assert_eq!(faults.len(), 101, "{:?}", faults.last());
    assert!(faults.iter().any(|fault| fault.contains("4900 more values of the cell are no addresses")), "{faults:?}");
    let faults = csv(format!("email,reason\n\"{cell}\",asked\n")).suppressions().unwrap_err();
    assert_eq!(faults.len(), 101);
}
