//! A campaign under test: arrange files and a server, run the real binary, look at what it said and did.

use std::collections::BTreeMap;
use std::fs;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicU8, Ordering};

use tempfile::TempDir;
use tokio::runtime::Runtime;
use undersigned::transport::sandbox::{Fault, Options, Received, Sandbox};

use crate::proxy::{Proxy, Spoil};
use crate::session;

const LETTER: &str =
    "+++\nsubject = \"To {{recipient.name}}\"\n+++\n\nDear {{recipient.name}},\n\nplease act.\n\n{{> signatories}}\n";

/// A workspace with a small sound campaign, and its server.
pub struct Campaign {
    folder: TempDir,
    state: TempDir,
    runtime: Runtime,
    sandbox: Option<Sandbox>,
    proxy: Option<Proxy>,
    timeout: &'static str,
    settings: String,
    environment: Vec<(String, String)>,
}

impl Campaign {
    /// Three recipients (ana, bo and cy at example.org), two signatories, one letter, no server yet.
    pub fn new() -> Self {
        Self::empty()
            .file("templates/letter.md", LETTER)
            .recipients("email,name\nana@example.org,Ana\nbo@example.org,Bo\ncy@example.org,Cy\n")
            .file("lists/signatories.csv", "name,acronym\nDelta Watch,DW\nÅlvfolket,\n")
            .settings("")
    }

    /// A folder in which nothing lies yet.
    pub fn empty() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            state: tempfile::tempdir().unwrap(),
            runtime: Runtime::new().unwrap(),
            sandbox: None,
            proxy: None,
            timeout: "5s",
            settings: String::new(),
            environment: Vec::new(),
        }
    }

    /// Writes a file of the workspace.
    pub fn file(self, path: &str, content: impl AsRef<[u8]>) -> Self {
        self.write(path, content);
        self
    }

    /// Writes a file of the workspace, between two runs.
    pub fn write(&self, path: &str, content: impl AsRef<[u8]>) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    /// This machine forgets which ledgers it wrote.
    pub fn forget(&self) {
        let _ = fs::remove_dir_all(self.state.path().join("undersigned"));
    }

    /// The recipients list.
    pub fn recipients(self, csv: &str) -> Self {
        self.file("lists/recipients.csv", csv)
    }

    /// So many recipients: `r0001@d01.example.org` and on.
    pub fn many_recipients(self, count: usize) -> Self {
        let row = |n: usize| format!("r{n:04}@d{:02}.example.org,Person {n}", n % 20);
        let rows: Vec<String> = (1..=count).map(row).collect();
        self.recipients(&format!("email,name\n{}\n", rows.join("\n")))
    }

    /// More lines of `campaign.toml`.
    pub fn settings(mut self, lines: &str) -> Self {
        self.settings.push_str(lines);
        let timeout = self.timeout;
        let server = self
            .sandbox
            .as_ref()
            .map(|_| format!("[smtp]\nurl = \"smtp+plain://{}\"\ntimeout = \"{timeout}\"\n", self.address()));
        self.write_settings(&server.unwrap_or_default());
        self
    }

    /// How long the program waits for the server, at every step.
    pub fn waiting(mut self, timeout: &'static str) -> Self {
        self.timeout = timeout;
        self.settings("")
    }

    /// A server that plays this script, and takes everything else.
    pub fn server(self, script: impl IntoIterator<Item = Fault>) -> Self {
        self.server_with(Options { script: script.into_iter().collect(), ..Options::default() })
    }

    /// A server with these options.
    pub fn server_with(mut self, options: Options) -> Self {
        self.sandbox = Some(self.runtime.block_on(Sandbox::start(options)).unwrap());
        self.settings("")
    }

    /// A proxy before the server, which spoils connections.
    pub fn spoiled(mut self, spoil: Spoil) -> Self {
        let server = self.sandbox().address();
        self.proxy = Some(self.runtime.block_on(Proxy::start(server, spoil)));
        self.settings("")
    }

    /// Where the program finds the server: the proxy before it, if there is one.
    pub fn address(&self) -> SocketAddr {
        self.proxy.as_ref().map_or_else(|| self.sandbox().address(), Proxy::address)
    }

    /// The proxy.
    pub fn proxy(&self) -> &Proxy {
        self.proxy.as_ref().expect("there is a proxy before the server")
    }

    /// `[smtp]` in other words than those of the plain server.
    pub fn smtp(self, lines: &str) -> Self {
        self.write_settings(&format!("[smtp]\n{lines}\n"));
        self
    }

    /// An environment variable of the program.
    pub fn environment(mut self, name: &str, value: impl Into<String>) -> Self {
        self.environment.push((name.to_owned(), value.into()));
        self
    }

    fn write_settings(&self, smtp: &str) {
        let head = "id = \"2027-03-delta\"\nname = \"Keep the delta\"\n[sender]\nfrom = \"Secretariat <letters@coalition.example>\"\n";
        let letter = if self.settings.contains("[letter]") { "" } else { "[letter]\ndate = 2027-03-22\n" };
        self.write("campaign.toml", format!("{head}{letter}{smtp}{}", self.settings));
    }

    /// A path of the workspace.
    pub fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    /// The server.
    pub fn sandbox(&self) -> &Sandbox {
        self.sandbox.as_ref().expect("the campaign has a server")
    }

    /// The letters that the server took.
    pub fn received(&self) -> Vec<Received> {
        self.sandbox().received()
    }

    /// Whom each letter that the server took went to, sorted: a letter that went twice stands there twice.
    pub fn reached(&self) -> Vec<String> {
        let mut reached: Vec<String> = self.received().into_iter().flat_map(|letter| letter.recipients).collect();
        reached.sort();
        reached
    }

    /// The files of the workspace that hold these bytes.
    pub fn files_with(&self, bytes: impl AsRef<[u8]>) -> Vec<String> {
        with(self.folder.path(), bytes.as_ref())
    }

    /// What the program keeps on this machine that holds these bytes.
    pub fn kept_with(&self, bytes: impl AsRef<[u8]>) -> Vec<String> {
        with(self.state.path(), bytes.as_ref())
    }

    /// The files and folders that the program keeps of sign-ins on this machine, with their modes.
    #[cfg(unix)]
    pub fn kept(&self) -> Vec<(PathBuf, u32)> {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = self.state.path().join("undersigned/sign-in");
        let files = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path());
        let mode = |path: &PathBuf| fs::metadata(path).unwrap().permissions().mode();
        [folder.clone()].into_iter().chain(files).map(|path| (path.clone(), mode(&path))).collect()
    }

    /// The command line of the program in this workspace.
    pub fn command(&self, arguments: &[&str]) -> Command {
        self.command_in(self.folder.path(), arguments)
    }

    /// The command line of the program in another folder, on this machine.
    pub fn command_in(&self, folder: &Path, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_undersigned"));
        command.arg("-C").arg(folder).args(arguments).stdin(Stdio::null());
        // What the program remembers on this machine is the test's own.
        command.env("XDG_STATE_HOME", self.state.path());
        command.env("USER", "maria").envs(self.environment.iter().map(|(name, value)| (name, value)));
        command
    }

    /// Runs the program; a session that is open takes down what it says.
    pub fn run(&self, arguments: &[&str]) -> Ran {
        let ran = self.run_aside(arguments);
        let mut steady = vec![(self.folder.path().display().to_string(), "[folder]")];
        if self.sandbox.is_some() {
            steady.push((self.address().to_string(), "[server]"));
        }
        session::take_down(arguments, &ran, &steady);
        ran
    }

    /// Runs the program, and no session takes down what it says.
    pub fn run_aside(&self, arguments: &[&str]) -> Ran {
        Ran::new(self.command(arguments).output().unwrap())
    }

    /// Starts the program and leaves it running.
    pub fn start(&self, arguments: &[&str]) -> Child {
        self.command(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    }

    /// Moves the letters so many days into the past: what is due is reckoned from when they were accepted.
    pub fn days_go_by(&self, days: i64) {
        let ledger = rusqlite::Connection::open(self.path("logs/ledger.db")).unwrap();
        let moved = "UPDATE delivery SET accepted_at = accepted_at - ?1 * 86400000000 WHERE accepted_at IS NOT NULL";
        assert!(ledger.execute(moved, [days]).unwrap() > 0);
    }

    /// Everything that happened.
    pub fn events(&self) -> Vec<serde_json::Value> {
        let told = self.run(&["log", "--events"]).exits(0).stdout;
        told.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// The log as JSON.
    pub fn log(&self) -> Vec<serde_json::Value> {
        serde_json::from_str(&self.run(&["log", "--format", "json"]).exits(0).stdout).unwrap()
    }

    /// Where each delivery stands, by recipient.
    pub fn states(&self) -> BTreeMap<String, String> {
        self.log().into_iter().map(|row| (text(&row["recipient"]), text(&row["state"]))).collect()
    }

    /// Where one delivery stands.
    pub fn state(&self, recipient: &str) -> String {
        self.states().remove(recipient).unwrap_or_else(|| panic!("{recipient} is not in the log"))
    }

    /// A row of the log.
    pub fn row(&self, recipient: &str) -> serde_json::Value {
        self.log().into_iter().find(|row| row["recipient"] == recipient).unwrap()
    }
}

/// The files of a folder that hold these bytes.
fn with(folder: &Path, bytes: &[u8]) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if fs::read(&path).unwrap().windows(bytes.len()).any(|window| window == bytes) {
                found.push(path.display().to_string());
            }
        }
    }
    found
}

/// What a run of the program said.
#[derive(Debug)]
pub struct Ran {
    pub status: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Ran {
    pub fn new(output: Output) -> Self {
        Self {
            status: output.status.code(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Checks the exit status.
    #[track_caller]
    pub fn exits(self, status: i32) -> Self {
        assert_eq!(self.status, Some(status), "{self:#?}");
        self
    }

    /// Checks that a text is said on stderr.
    #[track_caller]
    pub fn says(self, text: &str) -> Self {
        assert!(self.stderr.contains(text), "not said: {text}\n{self:#?}");
        self
    }

    /// Checks that a text is printed on stdout.
    #[track_caller]
    pub fn prints(self, text: &str) -> Self {
        assert!(self.stdout.contains(text), "not printed: {text}\n{self:#?}");
        self
    }
}

/// The text of a JSON string.
pub fn text(value: &serde_json::Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// A folder of test material that cannot be given away; `None` where it is not here, which is said. In the continuous
/// integration it must be here.
pub fn material(variable: &str) -> Option<PathBuf> {
    let folder = std::env::var_os(variable).map(PathBuf::from).filter(|folder| Path::new(folder).is_dir());
    if folder.is_none() {
        assert!(std::env::var("CI").as_deref() != Ok("true"), "{variable} must name a folder");
        eprintln!("skipped: {variable} is not set");
    }
    folder
}

/// An address of loopback (127.0.0.0/8, RFC 1122, 3.2.1.3) that no other server of these tests has. For servers that take
/// their port themselves: one that was free a moment ago may be another test's by now.
pub fn own_loopback() -> Ipv4Addr {
    static SERVERS: AtomicU8 = AtomicU8::new(1);
    let [.., high, low] = std::process::id().to_be_bytes();
    Ipv4Addr::new(127, 64 | (high & 63), low, SERVERS.fetch_add(1, Ordering::Relaxed))
}
