//! What number formats show.

use super::{Epoch, NumberFormat, plain};

fn shown(code: &str, number: f64) -> String {
    NumberFormat::read(code).unwrap().show(number, Epoch::Since1900)
}

#[test]
fn a_number_is_shown_as_libreoffice_shows_it() {
    let mut wrong = Vec::new();
    for line in include_str!("table.tsv").lines().skip(1) {
        let [code, value, expected] = line.split('\t').collect::<Vec<_>>()[..] else { panic!("{line}") };
        let format = NumberFormat::read(code).unwrap();
        let seen = match value.strip_prefix('"') {
            Some(text) => format.show_text(text.trim_end_matches('"')),
            None => format.show(value.parse().unwrap(), Epoch::Since1900),
        };
        // The blanks between thousands are of different widths.
        let blank = |text: &str| text.replace(['\u{A0}', '\u{202F}'], " ").replace('’', "'");
        if blank(&seen) != blank(expected) {
            wrong.push(format!("`{code}` shows `{seen}` of {value}, not `{expected}`"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_day_stays_a_date_however_it_is_shown() {
    for code in [
        "yyyy-mm-dd",
        "dd/mm/yyyy",
        "d.m.yy",
        "mm-dd-yy",
        "d-mmm",
        "dddd d mmmm yyyy",
        "[$-40C]d mmmm yyyy;@",
        "[$-F800]dddd\\,\\ mmmm\\ dd\\,\\ yyyy",
        "yyyy\"年\"m\"月\"d\"日\"",
        "[$-411]ge.m.d",
    ] {
        assert_eq!(shown(code, 45_455.0), "2024-06-12", "{code}");
        assert_eq!(shown(code, 45_455.75), "2024-06-12", "{code}");
    }
    for code in ["yyyy-mm-dd hh:mm", "d/m/yyyy h:mm AM/PM", "yyyy-mm-dd\\Thh:mm:ss", "m/d/yy h:mm"] {
        assert_eq!(shown(code, 45_455.604_166_666_664), "2024-06-12 14:30", "{code}");
        assert_eq!(shown(code, 45_455.0), "2024-06-12", "{code}");
        assert_eq!(shown(code, 0.604_166_666_666_667), "14:30", "{code}");
    }
    assert_eq!(shown("yyyy-mm-dd hh:mm:ss", 45_455.604_282_407_4), "2024-06-12 14:30:10");
}

#[test]
fn what_is_no_day_is_shown_as_it_stands() {
    for (code, days, expected) in [
        ("mmmm yyyy", 45_455.0, "June 2024"),
        ("mmm-yy", 45_455.0, "Jun-24"),
        ("yyyy", 45_455.0, "2024"),
        ("[$-415]mmmm yyyy", 45_455.0, "czerwiec 2024"),
        ("dddd", 45_455.0, "Wednesday"),
        ("bbbb", 45_455.0, "2567"),
        ("hh:mm", 45_455.604_166_666_664, "14:30"),
        ("[h]:mm", 1.25, "30:00"),
        ("[h]:mm", -0.5, "-12:00"),
        ("[$-F400]h:mm:ss\\ AM/PM", 0.604_166_666_666_667, "14:30"),
        ("hh\"h\"mm", 0.604_166_666_666_667, "14h30"),
    ] {
        assert_eq!(shown(code, days), expected, "{code}");
    }
}

/// Excel counts a 29 February 1900 that never was; workbooks of old Macs count from 1904.
#[test]
fn days_are_counted_from_the_workbooks_epoch() {
    let day = |days: f64, epoch| NumberFormat::read("yyyy-mm-dd").unwrap().show(days, epoch);
    for (days, expected) in
        [(1.0, "1900-01-01"), (59.0, "1900-02-28"), (61.0, "1900-03-01"), (2_958_465.0, "9999-12-31")]
    {
        assert_eq!(day(days, Epoch::Since1900), expected);
    }
    assert_eq!(day(43993.0, Epoch::Since1904), "2024-06-12");
    // No date at all, and never a wrong one.
    assert_eq!(day(-1.0, Epoch::Since1900), "-1");
    assert_eq!(day(2_958_466.0, Epoch::Since1900), "2958466");
    assert_eq!(day(f64::INFINITY, Epoch::Since1900), "inf");
}

#[test]
fn a_sign_is_kept_where_a_section_shows_numbers_above_zero_too() {
    for (code, number, expected) in [
        ("[>=1000]#,##0;0.00", -1234.0, "-1234.00"),
        ("[<=9999999]###-####;(###) ###-####", -5_551_234.0, "-555-1234"),
        ("0.00;[Red]0.00", -2.5, "2.50"),
        ("0;(0)", -2.0, "(2)"),
        ("[<0]\"below \"0;0", -2.0, "below 2"),
        ("0.00", -0.004, "0.00"),
        ("[=1]\"yes\";[=0]\"no\";\"maybe\"", -7.0, "maybe"),
        ("[=1]\"yes\";[=0]\"no\"", 7.0, "7"),
    ] {
        assert_eq!(shown(code, number), expected, "{code}");
    }
}

#[test]
fn a_built_in_format_is_known_by_its_number() {
    let built_in = |id| NumberFormat::built_in(id).map(|format| format.show(1234.5, Epoch::Since1900));
    for (id, expected) in [
        (0, "1234.5"),
        (1, "1235"),
        (4, "1,234.50"),
        (7, "$1,234.50"),
        (10, "123450.00%"),
        (12, "1234 1/2"),
        (44, "$1,234.50"),
        (48, "1.2E+3"),
        (49, "1234.5"),
        (62, "1,234.50"),
    ] {
        assert_eq!(built_in(id).unwrap(), expected, "{id}");
    }
    assert!((14..=22).chain(27..=36).chain(45..=47).chain(50..=58).all(|id| built_in(id).is_some()));
    assert_eq!(built_in(23), None);
    let day = |id| NumberFormat::built_in(id).unwrap().show(45_455.0, Epoch::Since1900);
    assert!([14, 15, 16, 22, 27, 31, 36, 57].into_iter().all(|id| day(id) == "2024-06-12"));
}

#[test]
fn a_text_that_a_format_hides_is_not_lost() {
    let text = |code: &str| NumberFormat::read(code).unwrap().show_text("ana@example.org");
    for code in [";;;", "0;-0;;", "General", "0.00", "@", "0;0;0;@"] {
        assert_eq!(text(code), "ana@example.org", "{code}");
    }
    assert_eq!(text("0;0;0;\"Mx \"@"), "Mx ana@example.org");
}

#[test]
fn a_format_that_makes_no_sense_does_no_harm() {
    let codes = [
        "",
        ";",
        "[",
        "[$",
        "\"",
        "\\",
        "_",
        "*",
        "0/",
        "?/0",
        "0/99999999999",
        "E+",
        "0E+",
        ".",
        ",",
        "0,,,,,,,,,,,,,,,,,,,,,,,,",
        "%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%0",
        "[>x]0",
        "[$-ZZZZ]0.0",
        "[$-40C",
        "é€0",
        "h:m:s.0000000000000000000000",
        "[hhhhhhhh]",
        "@@@@",
        "General General",
        "AM/PM",
        "a/p0",
        "0 0/0 0/0",
        "#.#.#.#",
        ";;;;;;",
        "[<0];[>0];",
        "0\u{F8FF} ?/?",
    ];
    for code in codes {
        let format = NumberFormat::read(code).unwrap();
        for number in [0.0, -0.0, 1.0, -1.5, 1e300, -1e300, 1e-300, 0.999_999_999_999_999_9, f64::NAN, f64::INFINITY] {
            format.show(number, Epoch::Since1900);
        }
        format.show_text("é");
    }
    assert_eq!(NumberFormat::read(&"0".repeat(4000)), None);
    assert_eq!(shown(&"0".repeat(2000), 1.0).len(), 2000);
}

#[test]
fn a_number_without_a_format_has_the_digits_that_a_spreadsheet_keeps() {
    for (number, expected) in [(12.0, "12"), (0.300_000_000_000_000_04, "0.3"), (-0.0, "0"), (1e15, "1000000000000000")]
    {
        assert_eq!(plain(number), expected);
    }
}
