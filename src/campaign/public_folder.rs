//! A folder for everybody to read: written whole, and only over what an earlier run wrote.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Write};
use std::path::Path;

use tempfile::{Builder, NamedTempFile};

use super::error::{Error, Result};
use crate::publish::{PublicFile, SUMS, Sums};

/// Puts files into a folder, each in one go, and takes away those of the last time that are no longer among them. Says
/// which these are.
///
/// # Errors
/// Where something stands there that is not ours, or was changed since: nothing is written then.
pub(super) fn replace(folder: &Path, files: &[PublicFile]) -> Result<Vec<String>> {
    let failed = |error| Error::file(format!("{} cannot be written", folder.display()), error);
    if fs::symlink_metadata(folder).is_err() {
        begin(folder, files).map_err(failed)?;
        return Ok(Vec::new());
    }
    let before = read_sums(folder).map_err(failed)?;
    let foreign = files.iter().filter(|new| !may_replace(folder, new, &before)).map(|file| file.name.clone());
    let foreign: Vec<String> = foreign.collect();
    if !foreign.is_empty() {
        return Err(Error::Foreign { folder: folder.to_owned(), files: foreign });
    }
    renew(folder, files, &before).map_err(failed)
}

/// Writes files over those of the last time; says which of these were removed.
fn renew(folder: &Path, files: &[PublicFile], before: &Sums) -> io::Result<Vec<String>> {
    // If this run is cut short, the next knows the old files as ours and the new ones too, whatever it is to write
    // itself.
    let (sums, pages): (Vec<_>, Vec<_>) = files.iter().partition(|file| file.name == SUMS);
    for new in &sums {
        let both = before.and(&Sums::read(&String::from_utf8_lossy(&new.content)));
        write(folder, SUMS, both.to_string().as_bytes())?;
    }
    for page in pages {
        write(folder, &page.name, &page.content)?;
    }
    let names: BTreeSet<&str> = files.iter().map(|file| file.name.as_str()).collect();
    let mut removed = Vec::new();
    for name in before.names().difference(&names) {
        let path = folder.join(name);
        // What was changed by hand stays.
        if is_file(&path) && fs::read(&path).is_ok_and(|content| before.has(name, &content)) {
            fs::remove_file(&path)?;
            removed.push((*name).to_owned());
        }
    }
    for new in sums {
        write(folder, SUMS, &new.content)?;
    }
    Ok(removed)
}

/// Makes the folder beside its place, and puts it there when it is whole.
fn begin(folder: &Path, files: &[PublicFile]) -> io::Result<()> {
    let parent = match folder.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    fs::create_dir_all(parent)?;
    let whole = Builder::new().prefix(".publish-").tempdir_in(parent)?;
    for file in files {
        write(whole.path(), &file.name, &file.content)?;
    }
    open_to_all(whole.path(), 0o755)?;
    fs::rename(whole.path(), folder)?;
    // It has another name now.
    let _ = whole.keep();
    Ok(())
}

/// Writes a file in one go: whoever reads it meanwhile has the old one whole, or the new one.
fn write(folder: &Path, name: &str, content: &[u8]) -> io::Result<()> {
    let mut whole = NamedTempFile::with_prefix_in(".publish-", folder)?;
    whole.write_all(content)?;
    open_to_all(whole.path(), 0o644)?;
    whole.as_file().sync_all()?;
    whole.persist(folder.join(name)).map_err(|error| error.error)?;
    Ok(())
}

/// The checksums of the last time; none where there are none.
fn read_sums(folder: &Path) -> io::Result<Sums> {
    let path = folder.join(SUMS);
    if !is_file(&path) {
        return Ok(Sums::default());
    }
    Ok(Sums::read(&String::from_utf8_lossy(&fs::read(path)?)))
}

/// Whether a file's place is free, or holds what the last time, or this one, put there. A run that was cut short has
/// left files of both.
fn may_replace(folder: &Path, new: &PublicFile, before: &Sums) -> bool {
    let path = folder.join(&new.name);
    if fs::symlink_metadata(&path).is_err() {
        return true;
    }
    if !is_file(&path) {
        return false;
    }
    // The checksums vouch for the other files, and nothing for them: they are ours where they read as ours.
    if new.name == SUMS {
        return fs::read(&path).is_ok_and(|content| before.to_string().as_bytes() == content);
    }
    fs::read(&path).is_ok_and(|content| before.has(&new.name, &content) || content == new.content)
}

/// Whether a file stands there itself, and no link to another.
pub(super) fn is_file(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|found| found.is_file())
}

/// What is public can be read by everybody, whatever the mask of the one who writes it.
fn open_to_all(path: &Path, mode: u32) -> io::Result<()> {
    #[cfg(unix)]
    fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(mode))?;
    #[cfg(not(unix))]
    let _ = (path, mode);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edition(pages: &[(&str, &str)]) -> Vec<PublicFile> {
        let file =
            |(name, text): &(&str, &str)| PublicFile { name: (*name).to_owned(), content: text.as_bytes().to_vec() };
        let mut files: Vec<PublicFile> = pages.iter().map(file).collect();
        let sums = Sums::of(&files).to_string().into_bytes();
        files.push(PublicFile { name: SUMS.to_owned(), content: sums });
        files
    }

    #[test]
    fn a_run_that_was_cut_short_locks_nobody_out_who_has_edited_the_letter_since() {
        let parent = tempfile::tempdir().unwrap();
        let folder = parent.path().join("public");
        let read = |name: &str| fs::read_to_string(folder.join(name)).unwrap();
        replace(&folder, &edition(&[("a.html", "one"), ("old.html", "old"), ("z.html", "one")])).unwrap();
        for text in ["two", "three"] {
            // Where there is no such folder, a file cannot be written: the run ends with `a.html` written and `z.html`
            // not.
            replace(&folder, &edition(&[("a.html", text), ("absent/b.html", text), ("z.html", text)])).unwrap_err();
            assert_eq!((read("a.html").as_str(), read("z.html").as_str()), (text, "one"));
        }
        let last = edition(&[("a.html", "four"), ("z.html", "four")]);
        assert_eq!(replace(&folder, &last).unwrap(), ["old.html"]);
        assert_eq!((read("a.html").as_str(), read("z.html").as_str()), ("four", "four"));
        assert_eq!(read(SUMS).as_bytes(), last.last().unwrap().content);
        fs::write(folder.join("a.html"), "three").unwrap();
        assert!(replace(&folder, &last).unwrap_err().to_string().contains("has a.html that `publish` did not write"));
    }
}
