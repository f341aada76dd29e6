//! How large pictures are shown.

/// The most room that a picture is shown in, in CSS pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Frame {
    width: u32,
    height: u32,
}

impl Frame {
    /// The header: as wide as the letter's column.
    pub const HEADER: Self = Self { width: 560, height: 224 };
    /// The logo of a signatory, beside others.
    pub const LOGO: Self = Self { width: 120, height: 48 };

    /// The size of a picture within the frame: its sides keep their proportion, and it is never enlarged.
    pub(super) fn fit(self, width: u32, height: u32) -> (u32, u32) {
        if width <= self.width && height <= self.height {
            return (width, height);
        }
        // In 64 bits no product overflows, and a quotient is no larger than a side of the frame.
        let scaled = |side: u32, most: u32, other: u32| {
            let (side, most, other) = (u64::from(side), u64::from(most), u64::from(other));
            u32::try_from(((side * most + other / 2) / other).max(1)).unwrap_or(1)
        };
        if u64::from(width) * u64::from(self.height) > u64::from(height) * u64::from(self.width) {
            (self.width, scaled(height, self.width, width))
        } else {
            (scaled(width, self.height, height), self.height)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_fits_its_frame_and_is_never_enlarged() {
        for (natural, shown) in [
            ((60, 24), (60, 24)),
            ((120, 48), (120, 48)),
            ((1200, 480), (120, 48)),
            ((1200, 120), (120, 12)),
            ((500, 500), (48, 48)),
            ((100, 400), (12, 48)),
            ((60_000, 1), (120, 1)),
            ((1, 60_000), (1, 48)),
        ] {
            assert_eq!(Frame::LOGO.fit(natural.0, natural.1), shown, "{natural:?}");
        }
    }
}
