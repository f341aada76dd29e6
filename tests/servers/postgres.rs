//! A PostgreSQL server of Debian's packages, one for a whole test program: it ends with it.

use std::io::{BufRead, BufReader};
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;

/// A server that runs.
pub struct Server {
    /// Where its socket is; the user `ledger` needs no password there, and has a database of this name.
    pub folder: PathBuf,
    /// While it lives, its standard input is open, and the server goes on.
    _script: Child,
}

/// The server; `None`, said in words, where none is installed. In the continuous integration there must be one.
pub fn server() -> Option<&'static Server> {
    static SERVER: OnceLock<Option<Server>> = OnceLock::new();
    SERVER.get_or_init(|| Server::start(&format!("undersigned-postgres-{}", std::process::id()), None)).as_ref()
}

impl Server {
    /// Starts one; with an address of loopback, on its port 5432 too.
    pub fn start(name: &str, host: Option<Ipv4Addr>) -> Option<Self> {
        let folder = std::env::temp_dir().join(name);
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/servers/postgres.sh");
        let mut command = Command::new(script);
        command
            .arg(&folder)
            .args(host.map(|host| host.to_string()))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let mut script = command.spawn().expect("bash runs scripts");
        let mut said = String::new();
        BufReader::new(script.stdout.take().expect("it is a pipe")).read_line(&mut said).expect("it can be read");
        if said.trim() == "ready" {
            return Some(Self { folder, _script: script });
        }
        let ended = script.wait().expect("it ends").code();
        assert!(ended == Some(77) && std::env::var("CI").as_deref() != Ok("true"), "no PostgreSQL: {ended:?}");
        eprintln!("skipped: PostgreSQL is not installed (Debian: postgresql)");
        None
    }
}
