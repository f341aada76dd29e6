//! The header and the logos of a letter, from their files to the message.

use std::io::Cursor;

use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use mail_parser::{MessageParser, MimeHeaders};

use crate::harness::Campaign;

/// A picture in one colour with a frame around it.
pub fn png(width: u32, height: u32, colour: [u8; 3]) -> Vec<u8> {
    let ink = |x, y| x < 8 || y < 8 || x + 8 >= width || y + 8 >= height;
    let picture = RgbImage::from_fn(width, height, |x, y| Rgb(if ink(x, y) { [40; 3] } else { colour }));
    let mut bytes = Cursor::new(Vec::new());
    DynamicImage::from(picture).write_to(&mut bytes, ImageFormat::Png).unwrap();
    bytes.into_inner()
}

/// A campaign with a header and the logo of one of its signatories.
fn campaign() -> Campaign {
    Campaign::new()
        .file("files/header.png", png(1200, 200, [200, 220, 240]))
        .file("logos/delta-watch.png", png(300, 100, [20, 90, 60]))
        .file(
            "lists/signatories.csv",
            "name,url,logo\nDelta Watch,https://dw.example,logos/delta-watch.png\nÅlvfolket,,\n",
        )
        .settings(
            "[letter]\ndate = 2027-03-22\nheader = \"files/header.png\"\nheader_alt = \"Delta Watch and Älvfolket\"\n",
        )
}

#[test]
fn a_letter_brings_its_pictures_along_and_fetches_none() {
    let campaign = campaign().server([]);
    campaign.run(&["send", "--yes"]).exits(0);
    let received = campaign.received();
    let message = MessageParser::default().parse(&received[0].message).unwrap();
    let html = message.body_html(0).unwrap();
    let pictures: Vec<_> = message.parts.iter().filter(|part| part.content_id().is_some()).collect();
    assert_eq!(pictures.len(), 2);
    for (picture, (width, height)) in pictures.into_iter().zip([(1120, 186), (240, 80)]) {
        assert!(html.contains(&format!("src=\"cid:{}\"", picture.content_id().unwrap())), "{html}");
        let read = image::load_from_memory(picture.contents()).unwrap();
        assert_eq!((read.width(), read.height()), (width, height), "twice as fine as it is shown");
        assert_eq!(picture.attachment_name(), None);
    }
    assert!(html.contains("alt=\"Delta Watch and Älvfolket\" width=\"560\" height=\"93\""), "{html}");
    assert!(html.contains("alt=\"Delta Watch\" width=\"120\" height=\"40\""), "{html}");
    assert_eq!(html.matches("src=").count(), html.matches("src=\"cid:").count());
}

#[test]
fn the_preview_has_the_pictures_in_it() {
    let page = campaign().run(&["preview", "--format", "html"]).exits(0).stdout;
    assert_eq!(page.matches("src=\"data:image/png;base64,").count(), 2);
    assert!(!page.contains("cid:"));
}

#[test]
fn a_picture_that_changed_after_the_first_letter_stops_the_run() {
    let campaign = campaign().server([]);
    campaign.run(&["send", "--yes", "--limit", "1"]).exits(0);
    campaign.write("logos/delta-watch.png", png(300, 100, [200, 0, 0]));
    campaign.run(&["send", "--yes"]).exits(2).says("logos/delta-watch.png");
    assert_eq!(campaign.received().len(), 1);
    campaign.run(&["send", "--yes", "--accept-changes"]).exits(0);
    assert_eq!(campaign.received().len(), 3);
}

#[test]
fn check_warns_of_many_bytes_of_pictures() {
    let mut state = 1_u32;
    let noise = RgbImage::from_fn(1200, 400, |_, _| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let [_, red, green, blue] = state.to_le_bytes();
        Rgb([red, green, blue])
    });
    let mut header = Cursor::new(Vec::new());
    DynamicImage::from(noise).write_to(&mut header, ImageFormat::Png).unwrap();
    let campaign = campaign().file("files/header.png", header.into_inner());
    campaign.run(&["check"]).exits(0).says("warning: campaign.toml: the pictures of a letter have");
    Campaign::new().run(&["check"]).exits(0).prints("ready to send; ");
}
