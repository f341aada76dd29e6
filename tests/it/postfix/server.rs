//! The Postfix that `tests/servers/postfix.sh` started.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use super::arrived::Arrived;
use crate::harness::Ran;

/// How long mail may take from Postfix's 250 to the Maildir.
pub const PATIENCE: Duration = Duration::from_secs(30);

pub const VARIABLES: [&str; 7] = [
    "UNDERSIGNED_POSTFIX",
    "UNDERSIGNED_POSTFIX_STARTTLS",
    "UNDERSIGNED_POSTFIX_TLS",
    "UNDERSIGNED_POSTFIX_USER",
    "UNDERSIGNED_POSTFIX_PASSWORD",
    "UNDERSIGNED_POSTFIX_CA",
    "UNDERSIGNED_MAILDIR",
];

/// The server, where there is one.
pub struct Postfix {
    pub plain: String,
    pub starttls: String,
    pub tls: String,
    pub user: String,
    pub password: String,
    pub authority: String,
    pub maildir: PathBuf,
}

impl Postfix {
    /// `None` where no Postfix was started, which is said; in the continuous integration there must be one.
    pub fn running() -> Option<Self> {
        let values: Vec<String> = VARIABLES.iter().filter_map(|name| std::env::var(name).ok()).collect();
        let Ok([plain, starttls, tls, user, password, authority, maildir]) = <[String; 7]>::try_from(values) else {
            assert!(std::env::var("CI").as_deref() != Ok("true"), "{} must be set", VARIABLES.join(", "));
            eprintln!("skipped: no Postfix; tests/servers/postfix.sh starts one and prints what to set");
            return None;
        };
        Some(Self { plain, starttls, tls, user, password, authority, maildir: maildir.into() })
    }

    /// `[smtp]` for each way to it.
    pub fn ways(&self) -> [(&'static str, String); 3] {
        let login = "password = { env = \"SMTP_PASSWORD\" }\n";
        [
            ("plain", format!("url = \"smtp+plain://{}\"\n", self.plain)),
            ("starttls", format!("url = \"smtp://{}@{}\"\n{login}", self.user, self.starttls)),
            ("tls", format!("url = \"smtps://{}@{}\"\n{login}", self.user, self.tls)),
        ]
    }

    /// The files that came from a domain: Return-Path is the first line of each.
    pub fn files_from(&self, domain: &str) -> Vec<PathBuf> {
        let end = format!("@{domain}>\n");
        let entries = std::fs::read_dir(self.maildir.join("new")).into_iter().flatten();
        let is_from = |path: &PathBuf| {
            let mut line = String::new();
            BufReader::new(File::open(path).unwrap()).read_line(&mut line).unwrap();
            line.starts_with("Return-Path: <") && line.ends_with(&end)
        };
        entries.map(|entry| entry.unwrap().path()).filter(is_from).collect()
    }

    /// Everything that came from a domain, once there is as much as is expected.
    pub fn mail_from(&self, domain: &str, expected: usize) -> Vec<Arrived> {
        let start = Instant::now();
        while self.files_from(domain).len() < expected && start.elapsed() < PATIENCE {
            std::thread::sleep(Duration::from_millis(20));
        }
        // One letter too many would come now.
        std::thread::sleep(Duration::from_millis(200));
        let files = self.files_from(domain);
        if files.is_empty() {
            return Vec::new();
        }
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/servers/read_back.py");
        let mut python = Command::new("python3");
        python.arg("-B").arg(script).args(&files);
        let ran = Ran::new(python.output().unwrap()).exits(0);
        assert_eq!(ran.stderr, "");
        let read = ran.stdout.lines().map(|line| serde_json::from_str(line).unwrap());
        files.into_iter().zip(read).map(|(path, read)| Arrived { raw: std::fs::read(path).unwrap(), read }).collect()
    }
}
