//! The letter on paper: what it says, what its reader's programs say of it, and what cannot be printed.

use std::process::Command;

use crate::harness::Campaign;

/// A program without the feature says so.
#[cfg(not(feature = "pdf"))]
#[test]
fn a_program_without_pdf_says_so() {
    let built_without = "this program was built without PDF";
    Campaign::new().run(&["preview", "--format", "pdf"]).exits(2).says(built_without);
    let campaign = Campaign::new().settings("[letter]\ndate = 2027-03-22\npdf = true\n");
    campaign.run(&["check"]).exits(2).says("campaign.toml:").says(built_without);
}

/// The output of a program; nothing where it is not installed, which is said. In the continuous integration it must be
/// there.
pub fn output(program: &str, arguments: &[&str]) -> Option<String> {
    match Command::new(program).args(arguments).output() {
        Ok(output) => {
            assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
            Some(String::from_utf8(output.stdout).unwrap())
        }
        Err(_) => {
            assert!(std::env::var("CI").as_deref() != Ok("true"), "`{program}` must be there");
            eprintln!("skipped: `{program}` is not installed");
            None
        }
    }
}

/// A text as a line of words.
#[cfg(feature = "pdf")]
fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(feature = "pdf")]
mod printed {
    use std::path::{Path, PathBuf};

    use mail_parser::{MessageParser, MimeHeaders};

    use super::{Campaign, output, words};
    use crate::pictures::png;

    const WITH_PDF: &str = "[letter]\ndate = 2027-03-22\npdf = true\n";

    /// The PDF of the letter to `ana@example.org`.
    fn paper(campaign: &Campaign) -> PathBuf {
        let folder = campaign.path("paper");
        let _ = std::fs::remove_dir_all(&folder);
        let out = folder.to_str().unwrap();
        campaign.run(&["preview", "ana@example.org", "--format", "pdf", "--out", out]).exits(0);
        folder.join("0001-ana@example.org.pdf")
    }

    fn text(pdf: &Path) -> Option<String> {
        output("pdftotext", &["-layout", pdf.to_str().unwrap(), "-"])
    }

    #[test]
    fn a_letter_on_paper_says_what_the_template_says() {
        let campaign = Campaign::new().file(
            "templates/letter.md",
            "+++\nsubject = \"A subject\"\n+++\n# Heading\n\nDear {{recipient.name}},\n\nplease *act*, **now**: \
             [the review](https://example.org/review)\\\nand <https://example.org/short>.\n\n3. three\n4. four\n   \
             - deeper\n\n> A quote.\n\n`code` and\n\n```\na  block\n```\n\n---\n\nYours,\n\n{{> signatories}}\n",
        );
        let Some(text) = text(&paper(&campaign)) else { return };
        let text = words(&text);
        for said in [
            "Heading Dear Ana, please act, now: the review1 and https://example.org/short.",
            "3. three 4. four • deeper A quote. code and a block Yours,",
            "Yours, Ålvfolket Delta Watch (DW)",
            "1https://example.org/review",
        ] {
            assert!(text.contains(said), "{said}\n{text}");
        }
    }

    #[test]
    fn a_letter_on_paper_is_sound_tagged_and_has_its_fonts() {
        let campaign = Campaign::new();
        let pdf = paper(&campaign);
        let pdf = pdf.to_str().unwrap();
        if let Some(fonts) = output("pdffonts", &[pdf]) {
            let fonts: Vec<Vec<&str>> = fonts.lines().skip(2).map(|line| line.split_whitespace().collect()).collect();
            assert!(!fonts.is_empty());
            for font in fonts {
                let embedded = font.len() - 5;
                assert_eq!(
                    font[embedded..embedded + 3],
                    ["yes", "yes", "yes"],
                    "embedded, in part, with its text: {font:?}"
                );
            }
        }
        if let Some(info) = output("pdfinfo", &[pdf]) {
            for line in ["Title: To Ana", "Author: Secretariat", "Tagged: yes", "Page size: 595.276 x 841.89 pts (A4)"]
            {
                assert!(words(&info).contains(line), "{line}\n{info}");
            }
            assert!(words(&info).contains("CreationDate: Mon Mar 22"), "{info}");
        }
        if let Some(metadata) = output("pdfinfo", &["-meta", pdf]) {
            for mark in ["<pdfaid:part>2</pdfaid:part>", "<pdfaid:conformance>A</pdfaid:conformance>", ">en<"] {
                assert!(metadata.contains(mark), "{mark}\n{metadata}");
            }
        }
        if let Some(structure) = output("pdfinfo", &["-struct", pdf]) {
            assert!(structure.contains("Document") && structure.contains("P (block)"), "{structure}");
        }
        output("qpdf", &["--check", pdf]);
    }

    #[test]
    fn the_same_letter_gives_the_same_bytes() {
        let campaign = Campaign::new();
        let before = std::fs::read(paper(&campaign)).unwrap();
        assert_eq!(before, std::fs::read(paper(&campaign)).unwrap());
        assert!(before.starts_with(b"%PDF-1.7"));
    }

    #[test]
    fn pages_are_numbered_from_the_second_on() {
        let body = "This is a paragraph of a long letter.\n\n".repeat(80);
        let campaign = Campaign::new().file("templates/letter.md", format!("+++\nsubject = \"Long\"\n+++\n{body}"));
        let Some(text) = text(&paper(&campaign)) else { return };
        let pages: Vec<String> = text.split('\u{c}').map(words).collect();
        assert!(pages[0].ends_with("letter."), "{}", pages[0]);
        assert!(pages[1].ends_with(" 2/3") && pages[2].ends_with(" 3/3"), "{pages:?}");
    }

    #[test]
    fn what_no_font_has_is_an_error_that_says_where_it_comes_from() {
        let refused = |campaign: Campaign, place: &str, character: &str| {
            for command in [&["check"][..], &["send", "--sandbox", "--yes"], &["preview", "--format", "pdf"]] {
                campaign.run(command).exits(2).says(place).says(character).says("`fonts` in [letter]");
            }
        };
        let campaign = || Campaign::new().settings(WITH_PDF);
        let list = |name: &str| format!("email,name\nbo@example.org,{name}\nana@example.org,Ana\n");
        refused(campaign().recipients(&list("水野")), "lists/recipients.csv:2:16: no font has", "U+6C34 `水`");
        refused(campaign().recipients(&list("水野")), "it is used at templates/letter.md:5:6", "U+91CE `野`");
        let signed = "name,acronym\nDelta Watch,DW\nالنهر,\n";
        refused(campaign().file("lists/signatories.csv", signed), "lists/signatories.csv:3: no font", "U+0627 `ا`");
        let letter = "+++\nsubject = \"Subject 🦩\"\n+++\n\nDear **{{recipient.name}}** 🦩\n";
        refused(campaign().file("templates/letter.md", letter), "templates/letter.md:5:29: no font", "U+1F9A9 `🦩`");
    }

    #[test]
    fn a_letter_that_cannot_be_printed_is_found_whoever_it_is_for() {
        // Its shape is known to be sound from the letters before it.
        let mut list = String::from("email,name\n");
        for n in 0..20 {
            list.extend(["r", &n.to_string(), "@example.org,Person\n"]);
        }
        list.push_str("late@example.org,Śākyamuni Łódź Ἀθῆναι Москва\nlast@example.org,Kana かな\n");
        let campaign = Campaign::new().settings(WITH_PDF).recipients(&list);
        let ran = campaign.run(&["send", "--sandbox", "--yes"]).exits(2).says("lists/recipients.csv:23:18");
        assert!(!ran.stderr.contains(":22"), "{}", ran.stderr);
    }

    #[test]
    fn each_recipient_gets_a_pdf_of_their_own_letter() {
        let campaign = Campaign::new()
            .server([])
            .settings(WITH_PDF)
            .recipients("email,name,lang\nana@example.org,Ana,\nbo@example.org,Bo,fr\n")
            .file(
                "templates/letter.fr.md",
                "+++\nsubject = \"À {{recipient.name}}\"\n+++\n\nCher {{recipient.name}},\n",
            );
        campaign.run(&["preview"]).exits(0).prints("Attachments: Keep-the-delta.en.pdf");
        campaign.run(&["send", "--yes"]).exits(0);
        let received = campaign.received();
        assert_eq!(received.len(), 2);
        for letter in received {
            let message = MessageParser::default().parse(&letter.message).unwrap();
            let to = message.to().unwrap().first().unwrap().address().unwrap().to_owned();
            let (file, greeting) = match to.as_str() {
                "ana@example.org" => ("Keep-the-delta.en.pdf", "Dear Ana,"),
                _ => ("Keep-the-delta.fr.pdf", "Cher Bo,"),
            };
            let attachment = message.attachment(0).unwrap();
            assert_eq!(attachment.attachment_name(), Some(file));
            assert_eq!(attachment.content_type().and_then(|kind| kind.subtype()), Some("pdf"));
            let path = campaign.path(file);
            std::fs::write(&path, attachment.contents()).unwrap();
            if let Some(text) = text(&path) {
                assert!(text.contains(greeting), "{text}");
            }
        }
    }

    #[test]
    fn one_pdf_for_everybody_is_the_public_letter() {
        let for_all = "[letter]\ndate = 2027-03-22\npdf = \"all\"\n";
        let campaign = Campaign::new().server([]).settings(for_all);
        campaign.run(&["send", "--yes"]).exits(2).says("templates/letter.md").says("no value for `recipient.name`");
        let public = "[publish.recipient.en]\nname = \"Ministers of the Velma\"\n";
        let campaign = Campaign::new().server([]).settings(&format!("{for_all}{public}"));
        campaign.run(&["send", "--yes"]).exits(0);
        let received = campaign.received();
        let papers: Vec<Vec<u8>> = received
            .iter()
            .map(|letter| {
                let message = MessageParser::default().parse(&letter.message).unwrap();
                assert_eq!(message.attachment(0).unwrap().attachment_name(), Some("Keep-the-delta.en.pdf"));
                message.attachment(0).unwrap().contents().to_vec()
            })
            .collect();
        assert_eq!(papers.len(), 3);
        assert!(papers.iter().all(|paper| *paper == papers[0] && paper.starts_with(b"%PDF")));
        std::fs::write(campaign.path("all.pdf"), &papers[0]).unwrap();
        if let Some(text) = text(&campaign.path("all.pdf")) {
            assert!(text.contains("Dear Ministers of the Velma,") && !text.contains("Ana"), "{text}");
        }
    }

    #[test]
    fn header_and_logos_stand_on_paper_with_their_texts() {
        let campaign = Campaign::new()
            .file("files/header.png", png(1200, 200, [200, 220, 240]))
            .file("logos/dw.png", png(300, 100, [20, 90, 60]))
            .file("lists/signatories.csv", "name,url,logo\nDelta Watch,https://dw.example,logos/dw.png\nReed,,\n")
            .settings("[letter]\ndate = 2027-03-22\nheader = \"files/header.png\"\nheader_alt = \"Waves\"\n");
        let pdf = paper(&campaign);
        if let Some(images) = output("pdfimages", &["-list", pdf.to_str().unwrap()]) {
            for size in [" 1120 186 ", " 240 80 "] {
                assert!(format!("{} ", words(&images)).contains(size), "{size}\n{images}");
            }
        }
        if let Some(structure) = output("pdfinfo", &["-struct", pdf.to_str().unwrap()]) {
            assert_eq!(structure.matches("Figure").count(), 2, "{structure}");
        }
    }

    #[test]
    fn a_folder_of_fonts_is_looked_at_before_anything_else() {
        let fonts = |path: &str, content: &[u8]| {
            let settings = format!("{WITH_PDF}fonts = \"fonts\"\n");
            Campaign::new().settings(&settings).file(path, content).run(&["check"]).exits(2)
        };
        fonts("other/x.ttf", b"x").says("campaign.toml").says("the folder cannot be read");
        fonts("fonts/readme.txt", b"x").says("there is no font in it");
        fonts("fonts/x.ttf", b"not a font").says("fonts/x.ttf: it is not a font");
        let outside = Campaign::new().settings(&format!("{WITH_PDF}fonts = \"../fonts\"\n"));
        outside.run(&["check"]).exits(2).says("outside the workspace");
    }
}
