//! A Maildir (<https://cr.yp.to/proto/maildir.html>): one file for each mail, in `new` and `cur`.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use super::{Arrived, MailboxError, Mails};

/// The mails of a Maildir, in the order of their names, which is that of their arrival. Of each, `limit` bytes are
/// read.
///
/// # Errors
/// Where the folder cannot be read, or is no Maildir. A mail that another program moves or removes meanwhile is left
/// out.
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
        Ok(Some(bytes)) => Some(Ok(Arrived { place: path.display().to_string(), bytes })),
        Ok(None) => None,
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(why) => Some(Err(MailboxError::Unreadable { path, why })),
    })))
}

/// What lies in a folder; whatever has a name that begins with a dot is no mail.
fn list(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if !entry.file_name().to_string_lossy().starts_with('.') {
            files.push(entry.path());
        }
    }
    Ok(files)
}

/// The first bytes of a file; `None` for what is no file: a pipe would be waited for.
fn read(path: &Path, limit: u64) -> io::Result<Option<Vec<u8>>> {
    if !fs::metadata(path)?.is_file() {
        return Ok(None);
    }
    let mut bytes = Vec::new();
    File::open(path)?.take(limit).read_to_end(&mut bytes)?;
    Ok(Some(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_folders_are_read_and_what_is_no_mail_is_left_out() {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in
            [("new/2.b", "B"), ("cur/1.a:2,S", "A"), ("cur/3.c:2,", "CCCC"), ("cur/.hidden", "H"), ("tmp/9", "T")]
        {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        fs::create_dir(folder.path().join("cur/folder")).unwrap();
        let mails = || maildir(folder.path(), 3).unwrap();
        let texts =
            |mails: Mails| mails.map(|mail| String::from_utf8(mail.unwrap().bytes).unwrap()).collect::<Vec<_>>();
        assert_eq!(texts(mails()), ["A", "B", "CCC"]);
        // One that another program moves after the folder was listed is left out, and the next one is read.
        let (listed, moved) = (mails(), folder.path().join("new/2.b"));
        fs::rename(&moved, folder.path().join("cur/2.b:2,S")).unwrap();
        assert_eq!(texts(listed), ["A", "CCC"]);
        assert_eq!(texts(mails()), ["A", "B", "CCC"]);
    }

    #[cfg(unix)]
    #[test]
    fn a_pipe_is_not_waited_for_and_a_file_that_cannot_be_read_hides_no_other() {
        let folder = tempfile::tempdir().unwrap();
        let new = folder.path().join("new");
        fs::create_dir(&new).unwrap();
        let made = std::process::Command::new("mkfifo").arg(new.join("1.pipe")).status().unwrap();
        assert!(made.success());
        std::os::unix::fs::symlink(new.join("2.loop"), new.join("2.loop")).unwrap();
        fs::write(new.join("3.c"), "C").unwrap();
        let mails: Vec<_> = maildir(folder.path(), 9).unwrap().collect();
        assert!(matches!(&mails[0], Err(MailboxError::Unreadable { path, .. }) if path.ends_with("2.loop")));
        assert_eq!(mails[1].as_ref().unwrap().bytes, b"C");
        assert_eq!(mails.len(), 2);
    }
}
