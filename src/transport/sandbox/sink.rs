//! Where a sandbox keeps what it took: in memory, or as files in a folder.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use super::lock;
use super::record::Received;

/// Where messages go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sink {
    /// Into memory: see [`Sandbox::received`](super::Sandbox::received).
    Memory,
    /// Into this folder, one file each: `0001-ana@example.org.eml`. The numbers go on where an earlier run ended. The
    /// folder is made where it is missing; only this user can read it and its files.
    Folder(PathBuf),
}

/// A sink at work.
#[derive(Debug)]
pub(super) struct Store {
    kind: Kind,
    count: AtomicUsize,
}

#[derive(Debug)]
enum Kind {
    Memory(Mutex<Vec<Received>>),
    Folder(Arc<Folder>),
}

#[derive(Debug)]
struct Folder {
    path: PathBuf,
    last: AtomicU64,
    /// How many files have got their own name.
    named: AtomicU64,
    /// How many of those names are known to be on disk.
    durable: Mutex<u64>,
}

impl Store {
    pub(super) fn open(sink: &Sink) -> io::Result<Self> {
        let kind = match sink {
            Sink::Memory => Kind::Memory(Mutex::default()),
            Sink::Folder(path) => Kind::Folder(Arc::new(Folder::open(path)?)),
        };
        let count = AtomicUsize::new(0);
        Ok(Self { kind, count })
    }

    /// Keeps a message. When this returns, it is kept: on disk, where it goes to a folder.
    pub(super) async fn keep(&self, received: Received) -> io::Result<()> {
        match &self.kind {
            Kind::Memory(all) => lock(all).push(received),
            Kind::Folder(folder) => {
                let folder = Arc::clone(folder);
                tokio::task::spawn_blocking(move || folder.keep(&received)).await.map_err(io::Error::other)??;
            }
        }
        self.count.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }

    pub(super) fn received(&self) -> Vec<Received> {
        match &self.kind {
            Kind::Memory(all) => lock(all).clone(),
            Kind::Folder(_) => Vec::new(),
        }
    }

    pub(super) fn count(&self) -> usize {
        self.count.load(Ordering::Relaxed)
    }
}

impl Folder {
    fn open(path: &Path) -> io::Result<Self> {
        let mut builder = DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(path)?;
        #[cfg(unix)]
        fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(0o700))?;
        let mut last = 0;
        for entry in fs::read_dir(path)? {
            let name = entry?.file_name();
            let name = name.to_string_lossy();
            // A half-written file of an earlier run begins with a dot; its number is not used again.
            let number = name.trim_start_matches('.').split('-').next();
            last = last.max(number.and_then(|number| number.parse().ok()).unwrap_or(0));
        }
        Ok(Self { path: path.to_owned(), last: AtomicU64::new(last), named: AtomicU64::new(0), durable: Mutex::new(0) })
    }

    /// Writes under a name that no reader looks at, and gives the file its own once it is whole and on disk.
    fn keep(&self, received: &Received) -> io::Result<()> {
        let number = self.last.fetch_add(1, Ordering::Relaxed) + 1;
        let to = received.recipients.first().map_or("nobody", String::as_str);
        let name = format!("{number:04}-{}.eml", file_name(to));
        let unfinished = self.path.join(format!(".{name}"));
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&unfinished)?;
        file.write_all(&received.message)?;
        file.sync_all()?;
        fs::rename(&unfinished, self.path.join(name))?;
        self.make_names_durable()
    }

    /// A new name is in the folder, and the folder is a file that must reach the disk as well. One flush does it for
    /// every name that was given before it began, so that those who waited meanwhile need none of their own.
    fn make_names_durable(&self) -> io::Result<()> {
        let mine = self.named.fetch_add(1, Ordering::SeqCst) + 1;
        let mut durable = lock(&self.durable);
        if *durable < mine {
            let named = self.named.load(Ordering::SeqCst);
            // Not every system can open a folder.
            #[cfg(unix)]
            fs::File::open(&self.path)?.sync_all()?;
            *durable = named;
        }
        Ok(())
    }
}

/// An address as a part of a file name, on any system.
fn file_name(address: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "@.-_+".contains(c);
    address.chars().take(100).map(|c| if plain(c) { c } else { '_' }).collect()
}
