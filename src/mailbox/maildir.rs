//! A Maildir (<https://cr.yp.to/proto/maildir.html>): one file for each mail, in `new` and `cur`.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use super::{Arrived, MailboxError, Mails};

/// The mails of a Maildir, in the order of their names, which is that of their arrival. Of each, `limit` bytes are read.
///
/// # Errors
/// Where the folder cannot be read, or is no Maildir. A mail that another program moves or removes meanwhile is left out.
pub fn maildir(folder: &Path, limit: u64) -> Result<Mails, MailboxError> {
    let unreadable = |path: &Path, why| MailboxError::Unreadable { path: path.to_owned(), why };
    fs::read_dir(folder).map_err(|why| unreadable(folder, why))?;
    let mut files = Vec::new();
    let mut is_maildir = false;
    for part in ["cur", "new"] {
        let part = folder.join(part);
        match list(&part) {
            Ok(found) => {
                is_maildir = true;
                files.extend(found);
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(why) => return Err(unreadable(&part, why)),
        }
    }
    if !is_maildir {
        return Err(MailboxError::NoMaildir(folder.to_owned()));
    }
    files.sort_by(|a, b| a.file_name().cmp(&b.file_name()));
    Ok(Box::new(files.into_iter().filter_map(move |path| match read(&path, limit) {
        Ok(bytes) => Some(Ok(Arrived { place: path.display().to_string(), bytes })),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(why) => Some(Err(MailboxError::Unreadable { path, why })),
    })))
}

/// The files of a folder; one whose name begins with a dot is no mail.
fn list(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if !entry.file_name().to_string_lossy().starts_with('.') && !entry.file_type()?.is_dir() {
            files.push(entry.path());
        }
    }
    Ok(files)
}

fn read(path: &Path, limit: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(limit).read_to_end(&mut bytes)?;
    Ok(bytes)
}
