//! Logos and a header that nobody owns, drawn for the tests.

use std::io::Cursor;

use image::{DynamicImage, ImageFormat, Rgba, RgbaImage};

const CLEAR: Rgba<u8> = Rgba([0; 4]);

/// Inks of logos: deep ones, pale ones, black, and white, which was drawn for dark pages.
const INKS: [[u8; 3]; 8] = [
    [11, 79, 138],
    [122, 28, 36],
    [24, 96, 60],
    [20, 20, 20],
    [214, 120, 20],
    [255, 255, 255],
    [90, 60, 130],
    [150, 190, 60],
];

fn encoded(picture: RgbaImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    let picture = DynamicImage::from(picture);
    let picture = if format == ImageFormat::Jpeg { DynamicImage::from(picture.into_rgb8()) } else { picture };
    picture.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

/// The `n`th logo: a disc, a ring or a bird of two wings, and bars for a name; wide, square or tall; mostly on nothing.
pub fn logo(n: u32) -> Vec<u8> {
    let (width, height) = [(600, 240), (500, 150), (300, 300), (200, 320), (900, 120), (90, 36)][n as usize % 6];
    let [red, green, blue] = INKS[n as usize % INKS.len()];
    let ink = Rgba([red, green, blue, 255]);
    let side = i64::from(height.min(width));
    let picture = RgbaImage::from_fn(width, height, |x, y| {
        let (x, y) = (i64::from(x), i64::from(y));
        let (across, down) = (x - side / 2, y - side / 2);
        let far = across * across + down * down;
        let drawn = match n % 3 {
            0 => far < side * side / 5,
            1 => far < side * side / 5 && far > side * side / 10,
            _ => (across.abs() - down).abs() < side / 10 && across.abs() < side / 3,
        };
        let word = x > side + side / 10 && x < i64::from(width) - 6 && (y > side * 3 / 10 && y < side * 9 / 20);
        let second = x > side + side / 10 && x < i64::from(width) * 4 / 5 && (y > side * 11 / 20 && y < side * 13 / 20);
        if drawn || word || second { ink } else { CLEAR }
    });
    let format = if n % 7 == 3 { ImageFormat::WebP } else { ImageFormat::Png };
    encoded(picture, format)
}

/// A letterhead: a river that parts before a pale sky.
pub fn header() -> Vec<u8> {
    let picture = RgbaImage::from_fn(1600, 320, |x, y| {
        let wave = |offset: f64, slope: f64| {
            let middle = 200.0 + offset + 26.0 * (f64::from(x) / 170.0 + offset).sin() + slope * f64::from(x);
            (f64::from(y) - middle).abs()
        };
        let water = wave(0.0, -0.05) < 14.0 || wave(30.0, 0.02) < 8.0 || wave(-40.0, 0.045) < 6.0;
        let sky = 232 + (y / 16).min(20) as u8;
        if water { Rgba([42, 104, 128, 255]) } else { Rgba([sky - 14, sky - 4, sky, 255]) }
    });
    encoded(picture, ImageFormat::Png)
}
