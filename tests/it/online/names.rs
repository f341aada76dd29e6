//! A server of names on loopback: NSD, with one zone for everything.

use std::net::{SocketAddr, UdpSocket};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// A running server. It ends when it is dropped.
pub struct Names {
    address: SocketAddr,
    process: Child,
    folder: TempDir,
}

impl Names {
    /// A server that knows these records, one a line; `None` where NSD is not there, which is said. In the continuous
    /// integration it must be there.
    pub fn with(records: &str) -> Option<Self> {
        let program =
            ["/usr/sbin/nsd", "/usr/local/sbin/nsd"].into_iter().find(|path| std::path::Path::new(path).exists());
        let Some(program) = program else {
            assert!(std::env::var("CI").as_deref() != Ok("true"), "nsd must be there");
            eprintln!("skipped: no nsd; Debian has it as `nsd`");
            return None;
        };
        let folder = tempfile::tempdir().unwrap();
        let address = SocketAddr::from((crate::harness::own_loopback(), 5300));
        let at = folder.path().display();
        let zone = format!(
            "$TTL 60\n. SOA ns.example. admin.example. 1 60 60 60 60\n. NS ns.example.\nns.example. A 127.0.0.1\n{records}"
        );
        std::fs::write(folder.path().join("zone"), zone).unwrap();
        let settings = format!(
            "server:\n  ip-address: {host}@{port}\n  port: {port}\n  username: \"\"\n  chroot: \"\"\n  zonesdir: \"{at}\"\n  database: \"\"\n\
            \x20 pidfile: \"{at}/pid\"\n  xfrdfile: \"{at}/xfrd\"\n  xfrdir: \"{at}\"\n  zonelistfile: \"{at}/zones\"\n  logfile: \"{at}/log\"\n\
            remote-control:\n  control-enable: no\nzone:\n  name: \".\"\n  zonefile: \"zone\"\n",
            host = address.ip(),
            port = address.port()
        );
        std::fs::write(folder.path().join("nsd.conf"), settings).unwrap();
        let mut command = Command::new(program);
        command.arg("-d").arg("-c").arg(folder.path().join("nsd.conf"));
        let process = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let names = Self { address, process, folder };
        names.wait();
        Some(names)
    }

    pub fn address(&self) -> String {
        self.address.to_string()
    }

    /// Waits until it answers.
    fn wait(&self) {
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        socket.set_read_timeout(Some(Duration::from_millis(100))).unwrap();
        // A question about the root's SOA (RFC 1035, 4.1).
        let question = [0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 6, 0, 1];
        let begun = Instant::now();
        while begun.elapsed() < Duration::from_secs(20) {
            let _ = socket.send_to(&question, self.address);
            if socket.recv(&mut [0; 512]).is_ok() {
                return;
            }
        }
        let log = std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default();
        panic!("nsd does not answer: {log}");
    }
}

impl Drop for Names {
    fn drop(&mut self) {
        // The process that was started, and with it those that it has started.
        let _ = Command::new("kill").arg(self.process.id().to_string()).status();
        let _ = self.process.wait();
    }
}
