use std::io::Cursor;

use image::codecs::gif::GifEncoder;
use image::{DynamicImage, Frame as GifFrame, ImageFormat, Rgb, RgbImage, Rgba, RgbaImage};

use super::*;

fn file(picture: impl Into<DynamicImage>, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture.into().write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

fn byte(number: u32) -> u8 {
    number.to_le_bytes()[0]
}

fn plain(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| Rgb([byte(x % 7 * 30), byte(y % 5 * 40), 90]))
}

fn read(file: &[u8]) -> Picture {
    Picture::read("logo", file, Frame::LOGO).unwrap()
}

fn refused(path: &str, file: &[u8]) -> String {
    Picture::read(path, file, Frame::LOGO).unwrap_err().to_string()
}

fn pixels(picture: &Picture) -> RgbImage {
    image::load_from_memory(picture.bytes()).unwrap().into_rgb8()
}

/// A PNG that claims a size and has no pixels.
fn claimed(width: u32, height: u32) -> Vec<u8> {
    let mut png = file(plain(1, 1), ImageFormat::Png);
    png[16..20].copy_from_slice(&width.to_be_bytes());
    png[20..24].copy_from_slice(&height.to_be_bytes());
    let sum = crc32(&png[12..29]);
    png[29..33].copy_from_slice(&sum.to_be_bytes());
    png
}

fn crc32(bytes: &[u8]) -> u32 {
    let step = |sum: u32, _| if sum & 1 == 1 { (sum >> 1) ^ 0xEDB8_8320 } else { sum >> 1 };
    !bytes.iter().fold(!0, |sum, byte| (0..8).fold(sum ^ u32::from(*byte), step))
}

#[test]
fn a_picture_of_every_kind_is_read_and_written_small() {
    for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::Gif, ImageFormat::WebP] {
        let picture = read(&file(plain(1200, 600), format));
        assert_eq!((picture.width(), picture.height()), (96, 48), "{format:?}");
        assert_eq!(pixels(&picture).dimensions(), (192, 96), "twice as fine as it is shown: {format:?}");
    }
    let small = read(&file(plain(30, 20), ImageFormat::Png));
    assert_eq!((small.width(), small.height(), pixels(&small).dimensions()), (30, 20, (30, 20)));
    assert_eq!(pixels(&small), plain(30, 20));
}

#[test]
fn the_id_is_of_what_is_seen_and_of_nothing_else() {
    let one = read(&file(plain(60, 40), ImageFormat::Png));
    let same = read(&file(plain(60, 40), ImageFormat::WebP));
    let other = read(&file(plain(61, 40), ImageFormat::Png));
    assert_eq!(one.id(), same.id());
    assert_ne!(one.id(), other.id());
    let (local, domain) = one.id().split_once('@').unwrap();
    assert!(local.len() == 32 && local.bytes().all(|byte| byte.is_ascii_hexdigit()) && domain == "picture");
}

#[test]
fn a_photograph_becomes_a_jpeg_and_a_drawing_a_png() {
    let mut noise = 7_u32;
    let photograph = RgbImage::from_fn(240, 96, |x, y| {
        noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        Rgb([byte(x), byte(y), 128].map(|shade| shade.wrapping_add(byte(noise >> 28))))
    });
    assert_eq!(read(&file(photograph, ImageFormat::Png)).content_type(), "image/jpeg");
    let drawing = RgbImage::from_fn(240, 96, |x, _| Rgb(if x < 90 { [200, 0, 0] } else { [255; 3] }));
    assert_eq!(read(&file(drawing, ImageFormat::Png)).content_type(), "image/png");
}

#[test]
fn what_is_transparent_is_white_and_dark_behind_a_white_drawing() {
    let ink = |shade: u8| RgbaImage::from_fn(20, 20, |x, _| Rgba([shade, shade, shade, if x < 10 { 255 } else { 0 }]));
    let corner = |shade| pixels(&read(&file(ink(shade), ImageFormat::Png))).get_pixel(19, 10).0;
    assert_eq!(corner(0), [255; 3]);
    assert_eq!(corner(255), [0x2b; 3]);
}

#[test]
fn nothing_of_the_file_but_its_pixels_is_kept_and_the_picture_stands_upright() {
    // EXIF with an orientation (turned by 90°) and a place, as a camera writes it.
    let mut exif = b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0".to_vec();
    exif.extend_from_slice(b"GPS 50.8466 N 4.3517 E");
    let jpeg = file(plain(40, 20), ImageFormat::Jpeg);
    let length = u16::try_from(exif.len() + 2).unwrap().to_be_bytes();
    let photograph = [&jpeg[..2], &[0xFF, 0xE1], &length, &exif, &jpeg[2..]].concat();
    let picture = read(&photograph);
    assert_eq!((picture.width(), picture.height()), (20, 40));
    for word in [&b"GPS"[..], b"Exif"] {
        assert!(photograph.windows(word.len()).any(|window| window == word));
        assert!(!picture.bytes().windows(word.len()).any(|window| window == word));
    }
}

#[test]
fn the_first_picture_of_an_animation_is_shown() {
    let mut gif = Vec::new();
    let mut encoder = GifEncoder::new(&mut gif);
    for shade in [0, 255] {
        encoder.encode_frame(GifFrame::new(RgbaImage::from_pixel(8, 8, Rgba([shade, 0, 0, 255])))).unwrap();
    }
    drop(encoder);
    assert_eq!(pixels(&read(&gif)).get_pixel(0, 0).0, [0; 3]);
}

#[test]
fn a_decompression_bomb_is_refused_before_it_is_decoded() {
    assert_eq!(
        refused("files/bomb.png", &claimed(50_000, 50_000)),
        "`files/bomb.png` has 50000 × 50000 pixels; a picture may have 25000000 in all: export it smaller"
    );
    let mut gif = file(plain(2, 2), ImageFormat::Gif);
    gif[6..10].copy_from_slice(&[0xFF; 4]);
    assert!(refused("files/bomb.gif", &gif).contains("65535 × 65535 pixels"));
    assert!(refused("x", &claimed(2_000, 2_000)).starts_with("`x` cannot be read as a picture: "), "too few pixels");
}

#[test]
fn a_size_that_no_picture_has_is_refused_before_it_is_decoded() {
    for (width, height) in [(0, 2), (2, 0), (0, 0)] {
        let error = super::pixels::refuse_size("x", width, height).unwrap_err().to_string();
        let said = format!("`x` cannot be read as a picture: it says that it has {width} × {height} pixels");
        assert!(error.starts_with(&said), "{error}");
    }
    assert!(super::pixels::refuse_size("x", 1, 1).is_ok());
}

#[test]
fn what_is_no_picture_is_refused_and_named() {
    let svg = "`files/logo.svg` is SVG, which mail programs do not show and which may hold a script; export it as PNG";
    assert_eq!(refused("files/logo.svg", b"<svg onload=\"alert(1)\"></svg>"), svg);
    assert!(refused("logo.png", b"<?xml version=\"1.0\"?>\n<!-- x -->\n<SVG></SVG>").contains("is SVG"));
    assert!(refused("logo.svgz", &[0x1F, 0x8B, 8]).contains("is SVG"));
    let other = "`logo.png` is not a picture that mail programs show; save it as PNG, JPEG, GIF or WebP";
    for bytes in [&b""[..], b"%PDF-1.7", b"BM\x36\0", b"II*\0\x08\0\0\0", b"hello"] {
        assert_eq!(refused("logo.png", bytes), other, "{bytes:?}");
    }
}

#[test]
fn a_damaged_picture_is_refused_without_a_panic() {
    for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::Gif, ImageFormat::WebP] {
        let sound = file(plain(24, 16), format);
        for end in (0..sound.len()).step_by(17) {
            let _ = Picture::read("x", &sound[..end], Frame::LOGO);
        }
        for at in (0..sound.len()).step_by(11) {
            let mut damaged = sound.clone();
            damaged[at] ^= 0xFF;
            let _ = Picture::read("x", &damaged, Frame::LOGO);
        }
    }
}

#[test]
fn a_file_is_looked_for_in_the_workspace_alone_and_not_read_when_it_is_huge() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("files")).unwrap();
    std::fs::File::create(folder.path().join("huge.png")).unwrap().set_len(20_000_000).unwrap();
    let workspace = Workspace::open(folder.path()).unwrap();
    let refused = |path| Picture::open(&workspace, path, Frame::LOGO).unwrap_err().to_string();
    assert_eq!(refused("no.png"), "`no.png` does not exist in the workspace");
    assert_eq!(refused("../no.png"), "`../no.png` is outside the workspace: it may not have `..`");
    assert_eq!(refused("files"), "`files` cannot be read: it is not a file");
    assert_eq!(refused("huge.png"), "`huge.png` has 20000000 bytes; a picture may have 10000000: export it smaller");
}
