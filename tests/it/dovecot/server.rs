//! The Dovecot that `tests/servers/dovecot.sh` started.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use crate::harness::Ran;
use crate::postfix::server::PATIENCE;

const VARIABLES: [&str; 4] = [
    "UNDERSIGNED_DOVECOT_TLS",
    "UNDERSIGNED_DOVECOT_STARTTLS",
    "UNDERSIGNED_DOVECOT_PASSWORD",
    "UNDERSIGNED_DOVECOT_MAIL",
];

/// The server, where there is one.
pub struct Dovecot {
    pub tls: String,
    pub starttls: String,
    pub password: String,
    mail: PathBuf,
}

impl Dovecot {
    /// `None` where no Dovecot was started, which is said; in the continuous integration there must be one.
    pub fn running() -> Option<Self> {
        let values: Vec<String> = VARIABLES.iter().filter_map(|name| std::env::var(name).ok()).collect();
        let Ok([tls, starttls, password, mail]) = <[String; 4]>::try_from(values) else {
            assert!(std::env::var("CI").as_deref() != Ok("true"), "{} must be set", VARIABLES.join(", "));
            eprintln!("skipped: no Dovecot; tests/servers/dovecot.sh starts one beside Postfix and prints what to set");
            return None;
        };
        Some(Self { tls, starttls, password, mail: mail.into() })
    }

    /// The files of a folder of somebody's, in the order in which they came: `""` is the inbox.
    pub fn mails(&self, user: &str, folder: &str) -> Vec<PathBuf> {
        let (name, domain) = user.split_once('@').unwrap();
        let folder = if folder.is_empty() { String::new() } else { format!(".{folder}") };
        let maildir = self.mail.join(domain).join(name).join("Maildir").join(folder);
        let parts = ["new", "cur"].map(|part| fs::read_dir(maildir.join(part)).into_iter().flatten());
        let mut files: Vec<PathBuf> = parts.into_iter().flatten().map(|entry| entry.unwrap().path()).collect();
        files.sort_by_key(|file| file.file_name().unwrap().to_owned());
        files
    }

    /// The mails of a folder, once there are as many as are expected.
    #[track_caller]
    pub fn arrived(&self, user: &str, folder: &str, expected: usize) -> Vec<String> {
        let start = Instant::now();
        while self.mails(user, folder).len() < expected && start.elapsed() < PATIENCE {
            std::thread::sleep(Duration::from_millis(50));
        }
        let mails: Vec<String> =
            self.mails(user, folder).iter().map(|file| fs::read_to_string(file).unwrap()).collect();
        assert_eq!(mails.len(), expected, "{user} {folder}: {mails:#?}");
        mails
    }

    /// UID, flags and size of everything in a mailbox, as another client of IMAP sees it.
    pub fn seen(&self, user: &str, authority: &str) -> String {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/servers/flags.py");
        let mut python = Command::new("python3");
        python.arg("-B").arg(script).args([&self.tls, authority, user]).env("PASSWORD", &self.password);
        Ran::new(python.output().unwrap()).exits(0).stdout
    }
}
