//! Pixels of a picture: decoded within bounds, made small, encoded anew.

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::imageops::{self, FilterType as Resampling};
use image::{DynamicImage, ImageDecoder, ImageEncoder, ImageFormat, ImageReader, ImageResult, Limits, Rgb, RgbImage};

use super::MOST_PIXELS;
use super::error::PictureError;

/// The most memory that a decoder may take, in bytes: the pixels of the largest picture with 16 bits for each of four
/// colours, and again as much.
const MOST_MEMORY: u64 = MOST_PIXELS * 16;

/// How good a JPEG is, of 100.
const JPEG_QUALITY: u8 = 85;

const WHITE: [u8; 3] = [255; 3];
const DARK: [u8; 3] = [0x2b; 3];

/// Reads a picture, upright and without transparency.
pub(super) fn read(path: &str, file: &[u8]) -> Result<RgbImage, PictureError> {
    let broken = |error| PictureError::broken(path, &error);
    let format = match image::guess_format(file) {
        Ok(format @ (ImageFormat::Png | ImageFormat::Jpeg | ImageFormat::Gif | ImageFormat::WebP)) => format,
        _ if is_svg(path, file) => return Err(PictureError::Svg(path.to_owned())),
        _ => return Err(PictureError::NotAPicture(path.to_owned())),
    };
    let mut limits = Limits::default();
    limits.max_alloc = Some(MOST_MEMORY);
    let mut reader = ImageReader::with_format(Cursor::new(file), format);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(broken)?;
    let (width, height) = decoder.dimensions();
    refuse_size(path, width, height)?;
    // A camera writes the pixels as it was held, and beside them how to turn them.
    let orientation = decoder.orientation().map_err(broken)?;
    let mut picture = DynamicImage::from_decoder(decoder).map_err(broken)?;
    picture.apply_orientation(orientation);
    Ok(opaque(picture))
}

/// Refuses a picture by the size that it says it has, before anything of it is decoded.
pub(super) fn refuse_size(path: &str, width: u32, height: u32) -> Result<(), PictureError> {
    if width == 0 || height == 0 {
        return Err(PictureError::Broken(path.to_owned(), format!("it says that it has {width} × {height} pixels")));
    }
    if u64::from(width) * u64::from(height) > MOST_PIXELS {
        return Err(PictureError::TooManyPixels(path.to_owned(), width, height));
    }
    Ok(())
}

fn is_svg(path: &str, file: &[u8]) -> bool {
    let ending = path.rsplit('.').next().unwrap_or_default();
    let start = String::from_utf8_lossy(&file[..file.len().min(4_096)]).to_ascii_lowercase();
    ending.eq_ignore_ascii_case("svg") || ending.eq_ignore_ascii_case("svgz") || start.contains("<svg")
}

/// Puts a picture with transparency on a ground of its own: a dark logo would be lost on a dark page, and mail programs
/// darken pages as they like.
fn opaque(picture: DynamicImage) -> RgbImage {
    if !picture.color().has_alpha() {
        return picture.into_rgb8();
    }
    let picture = picture.into_rgba8();
    let (mut light, mut visible) = (0_u64, 0_u64);
    for pixel in picture.pixels() {
        let [red, green, blue, alpha] = pixel.0.map(u64::from);
        light += (red + green + blue) * alpha;
        visible += alpha;
    }
    // Nearly white in all that is visible: it was drawn for a dark page.
    let (ground, margin) = if light > visible * 3 * 240 { (DARK, picture.height() / 8) } else { (WHITE, 0) };
    let mut upon = RgbImage::from_pixel(picture.width() + 2 * margin, picture.height() + 2 * margin, Rgb(ground));
    for (x, y, seen) in picture.enumerate_pixels() {
        let alpha = u16::from(seen.0[3]);
        let mix = |at: usize| (u16::from(seen.0[at]) * alpha + u16::from(ground[at]) * (255 - alpha) + 127) / 255;
        upon.put_pixel(x + margin, y + margin, Rgb([0, 1, 2].map(|at| u8::try_from(mix(at)).unwrap_or(u8::MAX))));
    }
    upon
}

/// Makes a picture no larger than this.
pub(super) fn shrink(picture: RgbImage, width: u32, height: u32) -> RgbImage {
    if picture.width() <= width && picture.height() <= height {
        return picture;
    }
    imageops::resize(&picture, width, height, Resampling::CatmullRom)
}

/// Writes a picture as PNG, or as JPEG where that takes less than half: a photograph. Gives its type and its bytes.
pub(super) fn write(picture: &RgbImage) -> ImageResult<(&'static str, Vec<u8>)> {
    let mut png = Vec::new();
    let encoder = PngEncoder::new_with_quality(&mut png, CompressionType::Best, FilterType::Adaptive);
    if picture.pixels().all(|Rgb([red, green, blue])| red == green && green == blue) {
        let grey = imageops::grayscale(picture);
        encoder.write_image(&grey, grey.width(), grey.height(), image::ExtendedColorType::L8)?;
    } else {
        encoder.write_image(picture, picture.width(), picture.height(), image::ExtendedColorType::Rgb8)?;
    }
    let mut jpeg = Vec::new();
    JpegEncoder::new_with_quality(&mut jpeg, JPEG_QUALITY).encode_image(picture)?;
    Ok(if jpeg.len() < png.len() / 2 { ("image/jpeg", jpeg) } else { ("image/png", png) })
}
