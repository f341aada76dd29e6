//! Where this machine remembers the ledgers that were written on it: in the user's folder for what programs keep, out
//! of reach of whoever restores, copies or removes a campaign's folder.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

use crate::model::CampaignId;

/// A folder with two files for each ledger, by the ledger's id: a log of sent letters, and what was last seen of it. A
/// file for each place at which a ledger lay names that ledger, and one for each campaign the ledgers that sent it.
#[derive(Debug, Clone)]
pub(super) struct MachineMemory {
    folder: PathBuf,
}

/// What was last seen of a ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Seen {
    /// Its last event: the number and a digest.
    pub(super) event: Option<(i64, String)>,
    /// What makes the marks of addresses in its logs.
    pub(super) marks: [u8; 32],
    /// Where it lay.
    pub(super) at: PathBuf,
}

impl MachineMemory {
    pub(super) fn in_folder(folder: &Path) -> Self {
        Self { folder: folder.to_owned() }
    }

    /// The log of the ledger of this id.
    pub(super) fn log(&self, id: &str) -> PathBuf {
        self.folder.join(format!("{id}.sent"))
    }

    /// The ids of the ledgers by which letters of a campaign left; none, where nothing is known.
    pub(super) fn ledgers_of(&self, campaign: &CampaignId) -> Vec<String> {
        let known = fs::read_to_string(self.by_campaign(campaign)).unwrap_or_default();
        known.lines().map(str::to_owned).collect()
    }

    /// Remembers that letters of a campaign leave by the ledger of this id.
    pub(super) fn sends(&self, campaign: &CampaignId, id: &str) -> io::Result<()> {
        let mut ledgers = self.ledgers_of(campaign);
        if ledgers.iter().any(|known| known == id) {
            return Ok(());
        }
        ledgers.push(id.to_owned());
        self.replace(&self.by_campaign(campaign), &(ledgers.join("\n") + "\n"))
    }

    fn by_campaign(&self, campaign: &CampaignId) -> PathBuf {
        let digest = Sha256::digest(campaign.as_str().as_bytes());
        self.folder.join(format!("of-{}", HEXLOWER.encode(&digest[..16])))
    }

    /// What was last seen of the ledger of this id.
    pub(super) fn seen(&self, id: &str) -> Option<Seen> {
        let text = fs::read_to_string(self.of(id)).ok()?;
        let (event, rest) = text.split_once('\n')?;
        let (marks, at) = rest.split_once('\n')?;
        let event = event.split_once(' ').and_then(|(number, digest)| Some((number.parse().ok()?, digest.to_owned())));
        let marks = HEXLOWER.decode(marks.as_bytes()).ok()?.try_into().ok()?;
        Some(Seen { event, marks, at: PathBuf::from(at.trim_end_matches('\n')) })
    }

    /// The file that says what was last seen.
    pub(super) fn of(&self, id: &str) -> PathBuf {
        self.folder.join(format!("{id}.seen"))
    }

    /// The id of the ledger that last lay there, where there was one.
    pub(super) fn id_at(&self, ledger: &Path) -> Option<String> {
        let id = fs::read_to_string(self.by_place(&absolute(ledger))).ok()?;
        let id = id.trim();
        let is_id = id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit());
        is_id.then(|| id.to_owned())
    }

    fn by_place(&self, ledger: &Path) -> PathBuf {
        let digest = Sha256::digest(ledger.as_os_str().as_encoded_bytes());
        self.folder.join(format!("at-{}", HEXLOWER.encode(&digest[..16])))
    }

    /// Makes the folder.
    pub(super) fn make(&self) -> io::Result<()> {
        let mut builder = fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&self.folder)
    }

    /// Remembers what was seen of the ledger of this id; what is remembered already is not written again.
    pub(super) fn see(&self, id: &str, seen: &Seen) -> io::Result<()> {
        if self.seen(id).as_ref() != Some(seen) {
            let event = seen.event.as_ref().map(|(number, digest)| format!("{number} {digest}")).unwrap_or_default();
            self.replace(&self.of(id), &format!("{event}\n{}\n{}\n", HEXLOWER.encode(&seen.marks), seen.at.display()))?;
        }
        let place = self.by_place(&seen.at);
        if fs::read_to_string(&place).is_ok_and(|known| known.trim() == id) {
            return Ok(());
        }
        self.replace(&place, &format!("{id}\n"))
    }

    /// Puts a file in another one's place, in one step.
    fn replace(&self, path: &Path, text: &str) -> io::Result<()> {
        // A temporary file of this library is made for its owner alone (0600).
        let mut file = tempfile::NamedTempFile::new_in(&self.folder)?;
        file.write_all(text.as_bytes())?;
        file.persist(path)?;
        Ok(())
    }
}

/// A path as it will be once something is there: its folder without symbolic links.
fn absolute(path: &Path) -> PathBuf {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let folder = folder.canonicalize().or_else(|_| std::path::absolute(folder));
    match (folder, path.file_name()) {
        (Ok(folder), Some(name)) => folder.join(name),
        _ => path.to_owned(),
    }
}
