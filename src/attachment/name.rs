//! What a file that goes along may be called.

/// Why a file of this name does not go along.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NameError {
    /// A character in it turns the direction of what stands behind it.
    #[error(
        "the name `{0}` has a direction mark ({1}), by which a reader sees another ending than it has; give the file a plain name"
    )]
    Direction(String, String),
    /// A character in it cannot be seen.
    #[error("the name `{0}` has a control character ({1}); give the file a plain name")]
    Control(String, String),
    /// It is a program by its ending.
    #[error("`{0}` is a program by its ending `.{1}`, which mail systems refuse; send a document, or link to it")]
    Program(String, String),
}

/// The endings of what a machine runs when it is opened: what Gmail, Outlook and Exchange refuse of them, and what
/// other systems run.
const PROGRAMS: [&str; 98] = [
    "action",
    "ade",
    "adp",
    "apk",
    "app",
    "appimage",
    "application",
    "appref-ms",
    "appx",
    "appxbundle",
    "bas",
    "bash",
    "bat",
    "bin",
    "cab",
    "chm",
    "class",
    "cmd",
    "com",
    "command",
    "cpl",
    "crx",
    "csh",
    "deb",
    "desktop",
    "diagcab",
    "diagcfg",
    "diagpkg",
    "dll",
    "dmg",
    "docm",
    "dotm",
    "elf",
    "ex",
    "ex_",
    "exe",
    "fxp",
    "gadget",
    "hlp",
    "hpj",
    "hta",
    "img",
    "inf",
    "ins",
    "iso",
    "isp",
    "jar",
    "jnlp",
    "js",
    "jse",
    "ksh",
    "lib",
    "lnk",
    "mde",
    "mjs",
    "msc",
    "msi",
    "msix",
    "msixbundle",
    "msp",
    "mst",
    "nsh",
    "ocx",
    "pif",
    "pkg",
    "potm",
    "ppsm",
    "pptm",
    "prg",
    "ps1",
    "ps1xml",
    "psd1",
    "psm1",
    "reg",
    "rpm",
    "run",
    "scf",
    "scpt",
    "scr",
    "sct",
    "sh",
    "shb",
    "shs",
    "sys",
    "url",
    "vb",
    "vbe",
    "vbs",
    "vhd",
    "vhdx",
    "vxd",
    "workflow",
    "wsc",
    "wsf",
    "wsh",
    "xlam",
    "xll",
    "xlsm",
];

/// Whether a file of this path may go along, by its name.
///
/// # Errors
/// Says what is wrong with it.
pub fn judge_name(path: &str) -> Result<(), NameError> {
    for c in path.chars() {
        let code = || format!("U+{:04X}", u32::from(c));
        if is_direction_mark(c) {
            return Err(NameError::Direction(visible(path), code()));
        }
        if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') {
            return Err(NameError::Control(visible(path), code()));
        }
    }
    // Windows leaves out points and blanks at the end of a name.
    let name = path.trim_end_matches(|c: char| c == '.' || c.is_whitespace());
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_lowercase()).unwrap_or_default();
    if PROGRAMS.contains(&ending.as_str()) {
        return Err(NameError::Program(path.to_owned(), ending));
    }
    Ok(())
}

/// What turns the direction of a text (Unicode Standard Annex 9, 2).
fn is_direction_mark(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// A name in which such characters are seen.
fn visible(path: &str) -> String {
    let mut shown = String::with_capacity(path.len());
    for c in path.chars() {
        if is_direction_mark(c) || c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') {
            shown.push('\u{fffd}');
        } else {
            shown.push(c);
        }
    }
    shown
}
