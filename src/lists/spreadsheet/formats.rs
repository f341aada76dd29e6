//! The number formats of an `.xlsx` workbook (ECMA-376 part 1, 18.8.30).

use std::collections::HashMap;

/// The code of a number as it comes.
const GENERAL: &str = "General";

/// How the cells of a workbook are shown, by the number of their style.
#[derive(Debug, Default)]
pub(super) struct Formats {
    /// The code of each style.
    codes: Vec<String>,
    /// Whether day 0 is 1 January 1904 and not the last day of 1899.
    pub(super) since_1904: bool,
}

impl Formats {
    /// The formats of cells: the codes that the workbook has by their numbers, and the number that each style has.
    pub(super) fn new(own: &HashMap<u32, String>, styles: &[u32]) -> Self {
        let code = |id: &u32| own.get(id).map_or_else(|| built_in(*id), String::as_str).to_owned();
        Self { codes: styles.iter().map(code).collect(), since_1904: false }
    }

    /// The code of a style, such as `0.00` or `yyyy\-mm\-dd`.
    pub(super) fn code(&self, style: usize) -> &str {
        self.codes.get(style).map_or(GENERAL, String::as_str)
    }
}

/// The code of a format that every workbook has without saying so.
fn built_in(id: u32) -> &'static str {
    match id {
        1 => "0",
        2 => "0.00",
        3 => "#,##0",
        4 => "#,##0.00",
        5 => "\"$\"#,##0_);\\(\"$\"#,##0\\)",
        6 => "\"$\"#,##0_);[Red]\\(\"$\"#,##0\\)",
        7 => "\"$\"#,##0.00_);\\(\"$\"#,##0.00\\)",
        8 => "\"$\"#,##0.00_);[Red]\\(\"$\"#,##0.00\\)",
        9 => "0%",
        10 => "0.00%",
        11 => "0.00E+00",
        12 => "# ?/?",
        13 => "# ??/??",
        // Excel shows this one as the computer's own short date; 27 to 36 and 50 to 58 are dates in East Asia.
        14 | 27..=31 | 36 | 50..=54 | 57 | 58 => "mm-dd-yy",
        15 => "d-mmm-yy",
        16 => "d-mmm",
        17 => "mmm-yy",
        18 => "h:mm AM/PM",
        19 => "h:mm:ss AM/PM",
        20 | 32 | 34 | 55 => "h:mm",
        21 | 33 | 35 | 56 => "h:mm:ss",
        22 => "m/d/yy h:mm",
        37 => "#,##0_);\\(#,##0\\)",
        38 => "#,##0_);[Red]\\(#,##0\\)",
        39 => "#,##0.00_);\\(#,##0.00\\)",
        40 => "#,##0.00_);[Red]\\(#,##0.00\\)",
        41 => "_(* #,##0_);_(* \\(#,##0\\);_(* \"-\"_);_(@_)",
        42 => "_(\"$\"* #,##0_);_(\"$\"* \\(#,##0\\);_(\"$\"* \"-\"_);_(@_)",
        43 => "_(* #,##0.00_);_(* \\(#,##0.00\\);_(* \"-\"??_);_(@_)",
        44 => "_(\"$\"* #,##0.00_);_(\"$\"* \\(#,##0.00\\);_(\"$\"* \"-\"??_);_(@_)",
        45 => "mm:ss",
        46 => "[h]:mm:ss",
        47 => "mmss.0",
        48 => "##0.0E+0",
        49 => "@",
        _ => GENERAL,
    }
}
