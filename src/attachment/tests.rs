use std::io::{Cursor, Write};

use exif::experimental::Writer;
use exif::{Context, Field, In, Rational, Tag, Value};
use zip::write::SimpleFileOptions;

use super::{Kind, Subject, Unfit, judge, traces};

/// Exif with an author and a position, as it stands in a TIFF file.
fn exif() -> Vec<u8> {
    let field = |tag, value| Field { tag, ifd_num: In::PRIMARY, value };
    let place =
        |degrees| Value::Rational([(degrees, 1), (3, 1), (0, 1)].map(|(num, denom)| Rational { num, denom }).to_vec());
    let text = |text: &str| Value::Ascii(vec![text.as_bytes().to_vec()]);
    let fields = [
        field(Tag::Artist, text("Ana Roe")),
        field(Tag(Context::Tiff, 0x9c9d), Value::Byte("Ána\0".encode_utf16().flat_map(u16::to_le_bytes).collect())),
        field(Tag::ImageDescription, text(r"C:\Users\ana\delta.jpg")),
        field(Tag::GPSLatitudeRef, text("N")),
        field(Tag::GPSLatitude, place(45)),
        field(Tag::GPSLongitudeRef, text("E")),
        field(Tag::GPSLongitude, place(29)),
        field(Tag::BodySerialNumber, text("4711")),
    ];
    let mut writer = Writer::new();
    for field in &fields {
        writer.push_field(field);
    }
    let mut bytes = Cursor::new(Vec::new());
    writer.write(&mut bytes, true).unwrap();
    bytes.into_inner()
}

/// A segment of a JPEG file.
fn segment(marker: u8, content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len() + 2).unwrap().to_be_bytes();
    [&[0xff, marker][..], &length, content].concat()
}

fn jpeg(segments: &[Vec<u8>]) -> Vec<u8> {
    [b"\xff\xd8".to_vec(), segments.concat(), b"\xff\xda\0\x02\xff\xd9".to_vec()].concat()
}

/// A chunk of a PNG file; nobody looks at its checksum.
fn chunk(kind: &[u8], content: &[u8]) -> Vec<u8> {
    [&u32::try_from(content.len()).unwrap().to_be_bytes()[..], kind, content, b"CRC_"].concat()
}

fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in files {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(content).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// What a file tells, each as `author: Ana Roe`.
fn told(content: &[u8]) -> Vec<String> {
    traces(content).traces.iter().map(|trace| format!("{}: {}", trace.subject, trace.value)).collect()
}

const OF_EXIF: [&str; 6] = [
    "author: Ana Roe",
    "device: 4711",
    "author: Ána",
    "position: 45 deg 3 min 0 sec N",
    "position: 29 deg 3 min 0 sec E",
    r"path: C:\Users\ana\delta.jpg",
];

const XMP: &str = r#"<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/"
    photoshop:City="Tulcea" xmlns:stRef="http://ns.adobe.com/xap/1.0/sType/ResourceRef#">
   <dc:creator><rdf:Seq><rdf:li>Bo Lind</rdf:li></rdf:Seq></dc:creator><dc:format>image/jpeg</dc:format>
   <stRef:filePath>file:///home/bo/delta.psd</stRef:filePath>
  </rdf:Description></rdf:RDF></x:xmpmeta>"#;

const OF_XMP: [&str; 3] = ["position: Tulcea", "author: Bo Lind", "path: file:///home/bo/delta.psd"];

#[test]
fn a_photograph_tells_who_took_it_and_where_in_every_format() {
    let exif = exif();
    let in_jpeg = segment(0xe1, &[b"Exif\0\0", exif.as_slice()].concat());
    let png = [b"\x89PNG\r\n\x1a\n".to_vec(), chunk(b"eXIf", &exif), chunk(b"IEND", b"")].concat();
    let riff =
        |kind: &[u8], content: &[u8]| [kind, &u32::try_from(content.len()).unwrap().to_le_bytes(), content].concat();
    let webp = riff(b"RIFF", &[b"WEBP".to_vec(), riff(b"EXIF", &exif)].concat());
    for (format, picture) in [("JPEG", jpeg(&[in_jpeg])), ("PNG", png), ("WebP", webp), ("TIFF", exif)] {
        assert_eq!(told(&picture), OF_EXIF, "{format}");
        assert_eq!(traces(&picture).kind, Kind::Picture, "{format}");
    }
}

#[test]
fn what_editors_and_agencies_write_into_a_picture_is_found() {
    let xmp = segment(0xe1, &[b"http://ns.adobe.com/xap/1.0/\0", XMP.as_bytes()].concat());
    assert_eq!(told(&jpeg(&[xmp])), OF_XMP);
    let iptc = b"Photoshop 3.0\x008BIM\x04\x04\0\0\0\0\0\x12\x1c\x02\x50\0\x06Cy Dal\x1c\x02\x5a\0\x02Ix".to_vec();
    assert_eq!(told(&jpeg(&[segment(0xed, &iptc)])), ["author: Cy Dal", "position: Ix"]);
    let text = chunk(b"tEXt", b"Author\0Di Eck");
    let png = [b"\x89PNG\r\n\x1a\n".to_vec(), text, chunk(b"tEXt", b"Software\0Gimp"), chunk(b"IEND", b"")].concat();
    assert_eq!(told(&png), ["author: Di Eck"]);
    assert_eq!(told(&jpeg(&[])), Vec::<String>::new());
}

/// A PDF of these objects, the first of them its catalogue and the last its information.
fn pdf(objects: &[String]) -> Vec<u8> {
    let mut file = b"%PDF-1.7\n".to_vec();
    let mut places = Vec::new();
    for (n, object) in objects.iter().enumerate() {
        places.push(file.len());
        file.extend_from_slice(format!("{} 0 obj\n{object}\nendobj\n", n + 1).as_bytes());
    }
    let start = file.len();
    file.extend_from_slice(format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).as_bytes());
    for at in &places {
        file.extend_from_slice(format!("{at:010} 00000 n \n").as_bytes());
    }
    let trailer = format!(
        "trailer\n<< /Size {} /Root 1 0 R /Info {} 0 R >>\nstartxref\n{start}\n%%EOF\n",
        objects.len() + 1,
        objects.len()
    );
    file.extend_from_slice(trailer.as_bytes());
    file
}

fn pdf_with(more: &[String], information: &str) -> Vec<u8> {
    let mut objects = vec![
        "<< /Type /Catalog /Pages 2 0 R /Metadata 4 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 100 100] >>".to_owned(),
    ];
    objects.extend_from_slice(more);
    objects.push(information.to_owned());
    pdf(&objects)
}

#[test]
fn a_pdf_tells_who_made_it_and_out_of_what() {
    let xmp = format!("<< /Type /Metadata /Subtype /XML /Length {} >>\nstream\n{XMP}\nendstream", XMP.len());
    let information =
        r"<< /Author (Ana Roe) /Creator (Writer) /Title (C:\\Users\\ana\\letter.docx) /Company <FEFF00C4> >>";
    let found = traces(&pdf_with(&[xmp], information));
    assert_eq!((found.kind, found.closed), (Kind::Pdf, None));
    let said: Vec<String> = found.traces.iter().map(|trace| format!("{}: {}", trace.subject, trace.value)).collect();
    for wanted in ["author: Ana Roe", "author: Ä", r"path: C:\Users\ana\letter.docx"].iter().chain(&OF_XMP) {
        assert!(said.contains(&(*wanted).to_owned()), "{wanted}: {said:?}");
    }
    let plain =
        pdf_with(&["<< /Type /Metadata /Length 0 >>\nstream\n\nendstream".to_owned()], "<< /Producer (LibreOffice) >>");
    assert_eq!(told(&plain), Vec::<String>::new());
    assert_eq!(traces(b"%PDF-1.7\nnothing").closed, Some("it is damaged"));
}

#[test]
fn a_document_tells_who_wrote_changed_and_commented_on_it() {
    let core = r#"<cp:coreProperties xmlns:cp="c" xmlns:dc="d"><dc:creator>Ana Roe</dc:creator><dc:title>Delta</dc:title>
        <cp:lastModifiedBy>Bo &amp; Co</cp:lastModifiedBy></cp:coreProperties>"#;
    let app = "<Properties><Application>Word</Application><Company>Delta Watch</Company></Properties>";
    let template = r#"<Relationships><Relationship Target="file:///C:\Users\ana\house.dotx"/></Relationships>"#;
    let document = r#"<w:document><w:ins w:author="Cy Dal"><w:r><w:t>x</w:t></w:r></w:ins></w:document>"#;
    let docx = zip(&[
        ("[Content_Types].xml", b"<Types/>"),
        ("docProps/core.xml", core.as_bytes()),
        ("docProps/app.xml", app.as_bytes()),
        ("word/_rels/settings.xml.rels", template.as_bytes()),
        ("word/document.xml", document.as_bytes()),
        ("word/media/image1.tiff", &exif()),
    ]);
    let mut expected = vec![
        "author: Ana Roe",
        "author: Bo & Co",
        "author: Delta Watch",
        r"path: file:///C:\Users\ana\house.dotx",
        "author: Cy Dal",
    ];
    expected.extend(OF_EXIF.iter().filter(|trace| **trace != "author: Ana Roe"));
    let mut told_by = told(&docx);
    told_by.dedup();
    for wanted in expected {
        assert!(told_by.contains(&wanted.to_owned()), "{wanted}: {told_by:?}");
    }
    let meta = "<office:document-meta><office:meta><meta:initial-creator>Ana Roe</meta:initial-creator>
        <dc:creator>Bo Lind</dc:creator><meta:generator>LibreOffice</meta:generator></office:meta></office:document-meta>";
    let odt = zip(&[("mimetype", b"application/vnd.oasis.opendocument.text"), ("meta.xml", meta.as_bytes())]);
    assert_eq!(told(&odt), ["author: Ana Roe", "author: Bo Lind"]);
    assert_eq!(traces(&odt).kind, Kind::Office);
    assert_eq!(told(&zip(&[("annex/letter.odt", &odt)])), ["author: Ana Roe", "author: Bo Lind"]);
    assert!(traces(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0").closed.is_some());
}

#[test]
fn what_tells_nothing_is_silent() {
    for content in [&b"a,b\n1,2\n"[..], b"", b"From: ana@example.org\r\n\r\nx\r\n", b"PK\x03\x04"] {
        let found = traces(content);
        assert!(found.traces.is_empty(), "{found:?}");
    }
    assert!(traces(&exif()).traces.iter().all(|trace| trace.subject != Subject::Path || trace.value.contains('\\')));
}

#[test]
fn programs_and_names_that_turn_round_do_not_go_along() {
    for path in ["files/annex.pdf", "annex.docx", "Übersicht (final).csv", "a.b/annex", "letter.eml", "متن.pdf"] {
        assert_eq!(judge(path, b"x"), Ok(()), "{path}");
    }
    for path in ["annex.exe", "annex.pdf.EXE", "annex.scr. ", "run.sh", "a.lnk", "annex.js", "macro.docm", "disk.iso"] {
        assert!(matches!(judge(path, b"x"), Err(Unfit::Name(_))), "{path}");
    }
    for mark in ['\u{202e}', '\u{202d}', '\u{2066}', '\u{2069}', '\u{200f}', '\u{61c}', '\n', '\u{2028}'] {
        let error = judge(&format!("annex{mark}fdp.pdf"), b"x").unwrap_err().to_string();
        assert!(error.contains(&format!("U+{:04X}", u32::from(mark))) && !error.contains(mark), "{error}");
    }
    for program in [&b"MZ\x90\0"[..], b"\x7fELF\x02", b"#!/bin/sh\n", b"\xca\xfe\xba\xbe"] {
        assert!(matches!(judge("annex.pdf", program), Err(Unfit::Content(_))), "{program:?}");
    }
    let error = judge("annex.zip", &zip(&[("a.txt", b"x"), ("b/setup.exe", b"x")])).unwrap_err().to_string();
    assert!(error.starts_with("in `annex.zip`, `b/setup.exe` is a program"), "{error}");
}

#[test]
fn a_mail_that_no_mail_may_hold_does_not_go_along() {
    let long = format!("Subject: x\r\n\r\n{}\r\n", "a".repeat(999));
    assert!(judge("letter.eml", long.as_bytes()).unwrap_err().to_string().contains("999 bytes in line 3"));
    assert!(judge("letter.eml", b"Subject: x\n\na\0b\n").unwrap_err().to_string().contains("NUL byte in line 3"));
    assert_eq!(judge("letter.txt", long.as_bytes()), Ok(()));
    assert_eq!(judge("letter.eml", "Subject: Ä\n\nÖ\n".as_bytes()), Ok(()));
}
