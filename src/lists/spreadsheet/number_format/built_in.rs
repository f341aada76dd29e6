//! The formats that a file names by number alone.

/// The code of a format that has a number and no code (ECMA-376 part 1, 18.8.30).
///
/// Those whose look is that of the reader's own country are as in the United States, but for days: they are dates
/// whatever they look like.
pub(super) fn code(id: u32) -> Option<&'static str> {
    Some(match id {
        0 => "General",
        1 | 59 => "0",
        2 | 60 => "0.00",
        3 | 61 => "#,##0",
        4 | 62 => "#,##0.00",
        5 => "\"$\"#,##0_);(\"$\"#,##0)",
        6 => "\"$\"#,##0_);[Red](\"$\"#,##0)",
        7 => "\"$\"#,##0.00_);(\"$\"#,##0.00)",
        8 => "\"$\"#,##0.00_);[Red](\"$\"#,##0.00)",
        9 | 67 => "0%",
        10 | 68 => "0.00%",
        11 => "0.00E+00",
        12 | 69 => "# ?/?",
        13 | 70 => "# ??/??",
        14 | 27..=31 | 36 | 50..=54 | 57 | 58 | 71 | 72 => "m/d/yyyy",
        15 | 73 => "d-mmm-yy",
        16 | 74 => "d-mmm",
        17 | 75 => "mmm-yy",
        18 => "h:mm AM/PM",
        19 => "h:mm:ss AM/PM",
        20 | 32 | 76 => "h:mm",
        21 | 33 | 77 => "h:mm:ss",
        22 | 78 => "m/d/yyyy h:mm",
        // In Japan, China and Korea: a year and a month, a month and a day, or a time; the day is always in the value.
        34 | 35 | 55 | 56 => "yyyy-m-d",
        37 => "#,##0_);(#,##0)",
        38 => "#,##0_);[Red](#,##0)",
        39 => "#,##0.00_);(#,##0.00)",
        40 => "#,##0.00_);[Red](#,##0.00)",
        41 => "_(* #,##0_);_(* (#,##0);_(* \"-\"_);_(@_)",
        42 => "_(\"$\"* #,##0_);_(\"$\"* (#,##0);_(\"$\"* \"-\"_);_(@_)",
        43 => "_(* #,##0.00_);_(* (#,##0.00);_(* \"-\"??_);_(@_)",
        44 => "_(\"$\"* #,##0.00_);_(\"$\"* (#,##0.00);_(\"$\"* \"-\"??_);_(@_)",
        45 | 79 => "mm:ss",
        46 | 80 => "[h]:mm:ss",
        47 => "mm:ss.0",
        48 => "##0.0E+0",
        49 => "@",
        _ => return None,
    })
}
