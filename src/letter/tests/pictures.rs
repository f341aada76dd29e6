//! The header and the logos of a letter.

use std::io::Cursor;

use image::{DynamicImage, ImageFormat, Rgb, RgbImage};

use super::{Desk, content, signatory};
use crate::model::{Logos, NamedFile, Place, Signatory};

pub(super) fn png(width: u32, height: u32, shade: u8) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    let picture = RgbImage::from_fn(width, height, |x, _| Rgb([shade, x.to_le_bytes()[0], 90]));
    DynamicImage::from(picture).write_to(&mut bytes, ImageFormat::Png).unwrap();
    bytes.into_inner()
}

fn with_logo(line: u64, name: &str, path: &str) -> Signatory {
    let place = Place::at("lists/signatories.csv", line, 7);
    Signatory { logo: Some(NamedFile { path: path.to_owned(), place }), ..signatory(line, name) }
}

/// A letter of two signatories with logos, one without, and one who is not to be published.
fn desk() -> Desk {
    let mut desk = Desk::with("Dear all,\n\n{{> signatories}}\n");
    desk.bytes("logos/b.png", &png(240, 60, 10));
    desk.bytes("logos/a.png", &png(100, 100, 200));
    desk.signatories = vec![
        Signatory { url: Some("https://b.example/?x=1&y=2".to_owned()), ..with_logo(2, "B & \"Bees\"", "logos/b.png") },
        signatory(3, "Cee"),
        Signatory { names: vec![("fr".parse().unwrap(), "Un".to_owned())], ..with_logo(4, "A", "logos/a.png") },
        Signatory { publish: false, ..with_logo(5, "Hidden", "logos/of-somebody-hidden.svg") },
    ];
    desk
}

fn header(desk: &mut Desk, path: &str) {
    let place = Place::at("campaign.toml", 9, 10);
    desk.header = Some((NamedFile { path: path.to_owned(), place }, "The <river> letter".to_owned()));
}

#[test]
fn logos_stand_under_the_signatories_with_their_names_and_links() {
    let desk = desk();
    let merged = desk.merge(&[]);
    let [a, b] = &*merged.pictures else { panic!("{:?}", merged.pictures) };
    let shown = content(&merged);
    let logos = &shown[shown.find("<div class=\"logos\">").unwrap()..];
    assert_eq!(
        logos,
        format!(
            "<div class=\"logos\">\n\
             <img src=\"{}\" alt=\"A\" width=\"48\" height=\"48\">\n\
             <a href=\"https://b.example/?x=1&amp;y=2\"><img src=\"{}\" alt=\"B &amp; &quot;Bees&quot;\" width=\"120\" height=\"30\"></a>\n\
             </div>\n",
            a.cid(),
            b.cid()
        )
    );
    assert!(merged.html.to_text().contains("max-width: 100%"));
    assert!(!merged.text.to_text().contains("logos"));
}

#[test]
fn the_text_of_a_logo_is_the_name_in_the_letters_language() {
    let desk = desk();
    desk.file("templates/letter.fr.md", "+++\nsubject = \"x\"\n+++\n{{> signatories}}\n");
    let letters = desk.letters();
    let french = letters.choose(Some(&"fr".parse().unwrap())).letter.merge(&desk.recipient(&[]), None).unwrap();
    assert!(content(&french).contains("alt=\"Un\""), "{}", content(&french));
}

#[test]
fn no_logo_is_read_where_the_campaign_wants_none() {
    let mut desk = desk();
    desk.roll.logos = Logos::Hidden;
    desk.signatories.push(with_logo(6, "Dee", "logos/not-there.png"));
    let merged = desk.merge(&[]);
    assert!(merged.pictures.is_empty() && !content(&merged).contains("logos"), "{}", content(&merged));
}

#[test]
fn a_picture_that_comes_twice_is_embedded_once() {
    let mut desk = desk();
    desk.bytes("logos/same.png", &png(240, 60, 10));
    desk.signatories[1] = with_logo(3, "Cee", "logos/same.png");
    desk.signatories.push(with_logo(6, "Dee", "logos/b.png"));
    let merged = desk.merge(&[]);
    assert_eq!((merged.pictures.len(), content(&merged).matches("<img ").count()), (2, 4));
}

#[test]
fn a_letter_embeds_the_pictures_that_it_shows_and_no_others() {
    let mut desk = desk();
    desk.file(
        "templates/letter.md",
        "+++\nsubject = \"x\"\n+++\nDear all,\n\n{{#if recipient.country}}\n\n{{> signatories}}\n\n{{/if}}\n",
    );
    header(&mut desk, "logos/a.png");
    let ids = |cells: &[(&str, &str)]| desk.merge(cells).pictures.len();
    assert_eq!((ids(&[]), ids(&[("country", "BE")])), (1, 3));
}

#[test]
fn the_header_stands_on_top_where_the_layout_has_its_place() {
    let mut desk = desk();
    header(&mut desk, "logos/b.png");
    let merged = desk.merge(&[]);
    let shown = content(&merged);
    let image =
        format!("<img src=\"{}\" alt=\"The <river> letter\" width=\"240\" height=\"60\">", merged.pictures[0].cid());
    assert!(shown.starts_with(&format!("<div class=\"header\">{image}</div>\n<p>Dear all")), "{shown}");

    desk.layout = Some("templates/own.html");
    desk.file("templates/own.html", "<html><body>{{content}}</body></html>");
    assert_eq!(
        desk.faults(),
        [
            "templates/own.html:1:1: the layout has no `{{header}}`, and the campaign has a `header`; put it where the picture is to stand"
        ]
    );
    desk.file("templates/own.html", "<html><body>{{header}}{{content}}{{header}}</body></html>");
    assert_eq!(desk.faults(), ["templates/own.html:1:1: the layout has `{{header}}` more than once; leave one"]);
    desk.header = None;
    desk.file("templates/own.html", "<html><body><div class=\"letter\">\n{{header}}{{content}}</div></body></html>");
    assert!(content(&desk.merge(&[])).starts_with("<p>Dear all"));
}

#[test]
fn a_page_that_stands_alone_has_its_pictures_in_it() {
    let merged = desk().merge(&[]);
    let page = merged.to_page();
    assert_eq!(page.matches("src=\"data:image/png;base64,iVBOR").count(), 2);
    assert!(!page.contains("cid:"));
    let policy = "<head>\n<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'\">\n";
    assert!(page.contains(policy) && !merged.html.to_text().contains("Content-Security-Policy"), "{page}");
}

#[test]
fn what_is_wrong_with_pictures_is_told_at_their_places_all_at_once() {
    let mut desk = desk();
    desk.file("logos/b.png", "<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>");
    desk.file("logos/text.png", "This is not a picture.");
    desk.signatories.push(with_logo(6, "Dee", "logos/text.png"));
    desk.signatories.push(with_logo(7, "Eff", "../secret.png"));
    desk.signatories.push(with_logo(8, "Gee", "logos"));
    header(&mut desk, "files/no.png");
    assert_eq!(
        desk.faults(),
        [
            "campaign.toml:9:10: `files/no.png` does not exist in the workspace",
            "lists/signatories.csv:2:7: `logos/b.png` is SVG, which mail programs do not show and which may hold a script; export it as PNG",
            "lists/signatories.csv:6:7: `logos/text.png` is not a picture that mail programs show; save it as PNG, JPEG, GIF or WebP",
            "lists/signatories.csv:7:7: `../secret.png` is outside the workspace: it may not have `..`",
            "lists/signatories.csv:8:7: `logos` cannot be read: it is not a file",
        ]
    );
}

#[test]
fn a_logo_that_is_not_to_be_published_is_not_even_read() {
    let mut desk = desk();
    let sources =
        |desk: &Desk| -> Vec<String> { desk.letters().sources().iter().map(|file| file.path.clone()).collect() };
    assert_eq!(
        sources(&desk),
        ["logos/b.png", "logos/a.png", "templates/letter.md"],
        "they are frozen with the letter"
    );
    desk.signatories[3].publish = true;
    assert!(desk.faults()[0].contains("`logos/of-somebody-hidden.svg` does not exist"));
}

#[test]
fn no_value_makes_a_picture_of_its_own() {
    let mut desk = desk();
    desk.signatories[2] = with_logo(4, "\u{E000}c0\u{E001}\" onload=\"x\n<b>", "logos/a.png");
    header(&mut desk, "logos/b.png");
    desk.header.as_mut().unwrap().1 = "\u{E000}t0\u{E001}{{content}}".to_owned();
    let shown = content(&desk.merge(&[]));
    assert!(
        shown.contains("alt=\"\u{E000}c0\u{E001}&quot; onload=&quot;x&#10;&lt;b&gt;\"")
            || shown.contains("&quot; onload=&quot;x\n&lt;b&gt;\""),
        "{shown}"
    );
    assert!(shown.contains("alt=\"t0{{content}}\""), "{shown}");
}
