//! Files that are no lists are named for what they are.

use super::list;

#[test]
fn a_file_that_cannot_be_read_is_named_with_the_way_to_one_that_can() {
    let utf16 = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    let compound = |stream: &str| [&[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1][..], &utf16(stream)].concat();
    let zip = |part: &str| [b"PK\x03\x04\x14\0\0\0", part.as_bytes()].concat();
    let cases: [(&'static str, Vec<u8>, &str); 14] = [
        ("a.xls", compound("Workbook"), "is an old Excel file (.xls); open it in a spreadsheet program"),
        ("a.xlsx", compound("EncryptedPackage"), "has a password; open it and save it without one"),
        ("a.xlsb", zip("xl/workbook.bin"), "is a binary workbook of Excel (.xlsb)"),
        ("a.xlsm", zip("xl/workbook.xml"), "is a workbook with macros or a template"),
        ("a.numbers", zip("Index/Document.iwa"), "is a document of Numbers; export it"),
        ("a.csv", zip("word/document.xml"), "is a text document"),
        ("a.gnumeric", vec![0x1F, 0x8B, 8, 0], "is a file of Gnumeric"),
        ("a.xls", b"\r\n<html><body><table>".to_vec(), "is a web page (HTML), whatever its name"),
        ("a.xlsx", b"<!DOCTYPE html><table>".to_vec(), "is a web page (HTML), whatever its name"),
        (
            "a.vcf",
            b"BEGIN:VCARD\r\nVERSION:3.0\r\n".to_vec(),
            "is an address book of vCards; open it in a mail program",
        ),
        ("a.csv", utf16("\u{feff}BEGIN:VCARD\n"), "is an address book of vCards"),
        ("a.ldif", b"dn: cn=Ana,mail=ana@example.org\n".to_vec(), "is an address book in LDIF"),
        ("b.ldif", b"# extended LDIF\n#\nversion:1\n\ndn:: Y249QW5h\n".to_vec(), "is an address book in LDIF"),
        ("a.csv", b"%PDF-1.7".to_vec(), "is a PDF"),
    ];
    for (name, content, expected) in cases {
        let faults = list(name, content).faults();
        assert_eq!(faults.len(), 1, "{faults:?}");
        assert!(faults[0].starts_with(&format!("{name}: `{name}` {expected}")), "{faults:?}");
    }
}
