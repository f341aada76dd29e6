//! Files that go along with letters: what they tell besides what they show, and which do not go.

use std::io::{Cursor, Write};

use zip::write::SimpleFileOptions;

use crate::harness::Campaign;

/// A document of Writer's that says who wrote it.
fn odt() -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in [
        ("mimetype", "application/vnd.oasis.opendocument.text"),
        ("meta.xml", "<office:meta><meta:initial-creator>Ána Roe</meta:initial-creator></office:meta>"),
    ] {
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        zip.write_all(content.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// A picture with IPTC data: who took it, and in which city.
fn photograph() -> Vec<u8> {
    let iptc = b"Photoshop 3.0\x008BIM\x04\x04\0\0\0\0\0\x14\x1c\x02\x50\0\x06Bo Roe\x1c\x02\x5a\0\x04Arad";
    let length = u16::try_from(iptc.len() + 2).unwrap().to_be_bytes();
    [&b"\xff\xd8\xff\xed"[..], &length, iptc, b"\xff\xda\0\x02\xff\xd9"].concat()
}

fn with(path: &str, content: impl AsRef<[u8]>) -> Campaign {
    Campaign::new()
        .settings(&format!("[letter]\ndate = 2027-03-22\nattachments = [\"{path}\"]\n"))
        .file(&path.replace("\\u202e", "\u{202e}"), content)
}

#[test]
fn what_a_file_tells_besides_what_it_shows_is_a_warning_with_its_field() {
    let campaign = with("files/annex.odt", odt())
        .recipients("email,name,attachments\nana@example.org,Ana,\nbo@example.org,Bo,files/delta.jpg\n")
        .file("files/delta.jpg", photograph())
        .server([]);
    campaign
        .run(&["check"])
        .exits(0)
        .says("campaign.toml:10:16: `files/annex.odt` tells every reader more than it shows: author `Ána Roe` (meta:initial-creator); ")
        .says("lists/recipients.csv:3:19: `files/delta.jpg` tells every reader more than it shows: author `Bo Roe` (IPTC By-line), position `Arad` (IPTC City); ")
        .says("exiftool");
    campaign.run(&["send", "--yes"]).exits(0);
    assert_eq!(campaign.reached().len(), 2);
}

#[test]
fn programs_and_names_that_turn_round_are_refused_wherever_they_are_named() {
    for (path, content, why) in [
        (
            "files/annex.exe",
            &b"x"[..],
            "campaign.toml:10:16: `attachments`: `files/annex.exe` is a program by its ending `.exe`",
        ),
        ("annex\\u202efdp.docx", b"x", "has a direction mark (U+202E)"),
        ("annex.pdf", b"MZ\x90\0", "campaign.toml:10:16: attachment `annex.pdf` is a program (for Windows)"),
    ] {
        let campaign = with(path, content).server([]);
        campaign.run(&["check"]).exits(2).says(why);
        campaign.run(&["send", "--yes"]).exits(2).says(why);
        assert!(campaign.received().is_empty());
    }
    let campaign = Campaign::new()
        .recipients("email,name,attachments\nana@example.org,Ana,run.sh\n")
        .file("run.sh", "x")
        .server([]);
    campaign
        .run(&["send", "--yes"])
        .exits(2)
        .says("lists/recipients.csv:2:21: attachment: `run.sh` is a program by its ending");
    let campaign = Campaign::new()
        .file("templates/letter.md", "+++\nsubject = \"x\"\nattachments = [\"a.scr\"]\n+++\n\nx\n")
        .file("a.scr", "x")
        .server([]);
    campaign.run(&["send", "--yes"]).exits(2).says("templates/letter.md:3:16: `a.scr` is a program by its ending");
    let campaign = Campaign::new()
        .recipients("email,name,attachments\nana@example.org,Ana,annex.txt\n")
        .file("annex.txt", "#!/bin/sh\n")
        .server([]);
    campaign.run(&["send", "--yes"]).exits(2).says("`annex.txt` is a program (a script)");
    assert!(campaign.received().is_empty());
}

#[test]
fn a_mail_goes_along_as_a_mail_that_is_not_encoded() {
    let campaign = with("files/earlier.eml", "Subject: Fluß\nFrom: ana@example.org\n\nSchöne Grüße\n").server([]);
    campaign.run(&["send", "--yes"]).exits(0);
    let received = campaign.received();
    assert_eq!(received.len(), 3);
    let message = String::from_utf8(received[0].message.clone()).unwrap();
    let part = &message[message.find("Content-Type: message/rfc822").unwrap()..];
    assert!(part.split("\r\n\r\n").next().unwrap().contains("Content-Transfer-Encoding: 8bit"), "{part}");
    assert!(part.contains("\r\n\r\nSubject: Fluß\r\nFrom: ana@example.org\r\n\r\nSchöne Grüße\r\n"), "{part}");
}
