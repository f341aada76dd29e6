//! Whether a folder is synced with other machines, by the names in it and above it.

use std::path::PathBuf;

/// A folder, and what stands in it: each name, and whether it is a folder's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Level {
    pub(super) folder: PathBuf,
    pub(super) names: Vec<(String, bool)>,
}

/// The first folder that some program syncs, and whose; `levels` go from a folder up to the root.
pub(super) fn synced(mut levels: impl Iterator<Item = Level>) -> Option<(PathBuf, &'static str)> {
    levels.find_map(|level| {
        let by = level.names.iter().find_map(|(name, is_folder)| marker(name, *is_folder));
        let by = by.or_else(|| named(level.folder.file_name()?.to_str()?));
        by.map(|by| (level.folder, by))
    })
}

/// Whose program leaves something of this name in a folder that it syncs.
fn marker(name: &str, is_folder: bool) -> Option<&'static str> {
    match (name, is_folder) {
        // ownCloud's client, from which Nextcloud's comes, has the same journal, and a log of its own name.
        (".owncloudsync.log", false) => Some("ownCloud"),
        (".nextcloudsync.log", false) => Some("Nextcloud"),
        // In a home folder, `.dropbox` is a folder with the settings of the program.
        (".dropbox", false) | (".dropbox.cache", true) => Some("Dropbox"),
        (".stfolder", _) => Some("Syncthing"),
        (".tmp.drivedownload" | ".tmp.driveupload", true) => Some("Google Drive"),
        (journal, false) => {
            let hash = journal.strip_prefix("._sync_").or_else(|| journal.strip_prefix(".sync_"));
            hash.is_some_and(|hash| hash.ends_with(".db")).then_some("Nextcloud or ownCloud")
        }
        _ => None,
    }
}

/// Whose program calls the folder so that it syncs.
fn named(folder: &str) -> Option<&'static str> {
    let begins = |names: &[&str]| names.iter().any(|name| folder.starts_with(name));
    match folder {
        "OneDrive" => Some("OneDrive"),
        "Dropbox" => Some("Dropbox"),
        "Nextcloud" => Some("Nextcloud"),
        "Google Drive" | "GoogleDrive" => Some("Google Drive"),
        "iCloudDrive" | "iCloud Drive" | "Mobile Documents" | "com~apple~CloudDocs" => Some("iCloud Drive"),
        // macOS has the folders of several programs in it.
        "CloudStorage" => Some("a cloud storage"),
        _ if begins(&["OneDrive - ", "OneDrive-"]) => Some("OneDrive"),
        _ if begins(&["GoogleDrive-", "Google Drive ("]) => Some("Google Drive"),
        _ if begins(&["Dropbox (", "Dropbox-"]) => Some("Dropbox"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::super::SharedDisk;

    /// A folder with these names in it (those of folders end in `/`), and the ledger of a campaign at this path.
    fn found(names: &[&str], ledger: &str) -> Option<&'static str> {
        let folder = tempfile::tempdir().unwrap();
        for name in names {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            if name.ends_with('/') {
                std::fs::create_dir_all(&path).unwrap();
            } else {
                std::fs::write(&path, "").unwrap();
            }
        }
        let ledger = folder.path().join(ledger);
        match SharedDisk::of(&ledger) {
            Some(SharedDisk::Synced { folder: synced, by }) => {
                assert!(synced.starts_with(folder.path().canonicalize().unwrap()));
                Some(by)
            }
            Some(SharedDisk::Network(_)) | None => None,
        }
    }

    #[test]
    fn a_synced_folder_is_known_by_what_lies_in_it_or_by_its_name() {
        const LEDGER: &str = "letters/logs/ledger.db";
        let journal = Some("Nextcloud or ownCloud");
        for (names, ledger, by) in [
            (&[][..], LEDGER, None),
            (&["letters/logs/ledger.db", "letters/campaign.toml"], LEDGER, None),
            (&[".sync_2f3a.db", "letters/logs/"], LEDGER, journal),
            (&["letters/._sync_77aa.db"], LEDGER, journal),
            (&[".nextcloudsync.log"], LEDGER, Some("Nextcloud")),
            (&[".owncloudsync.log"], LEDGER, Some("ownCloud")),
            (&["other/.sync_2f3a.db"], LEDGER, None),
            (&[".sync_2f3a.db/"], LEDGER, None),
            (&["sync_2f3a.db", ".sync_notes.txt"], LEDGER, None),
            (&[".dropbox"], LEDGER, Some("Dropbox")),
            (&[".dropbox.cache/"], LEDGER, Some("Dropbox")),
            (&[".dropbox/info.json"], LEDGER, None),
            (&[".stfolder/"], LEDGER, Some("Syncthing")),
            (&["letters/.stfolder"], LEDGER, Some("Syncthing")),
            (&[".tmp.driveupload/"], LEDGER, Some("Google Drive")),
            (&["OneDrive/letters/logs/"], "OneDrive/letters/logs/ledger.db", Some("OneDrive")),
            (&[], "OneDrive - Coalition/letters/logs/ledger.db", None),
            (&["OneDrive - Coalition/"], "OneDrive - Coalition/letters/logs/ledger.db", Some("OneDrive")),
            (&["Dropbox (Coalition)/"], "Dropbox (Coalition)/ledger.db", Some("Dropbox")),
            (
                &["Library/Mobile Documents/com~apple~CloudDocs/"],
                "Library/Mobile Documents/com~apple~CloudDocs/x/l.db",
                Some("iCloud Drive"),
            ),
            (
                &["Library/CloudStorage/GoogleDrive-a@b.example/"],
                "Library/CloudStorage/GoogleDrive-a@b.example/l.db",
                Some("Google Drive"),
            ),
            (&["Library/CloudStorage/Box-Box/"], "Library/CloudStorage/Box-Box/l.db", Some("a cloud storage")),
            (&["Google Drive/My Drive/"], "Google Drive/My Drive/l.db", Some("Google Drive")),
            (&["My OneDrive letters/"], "My OneDrive letters/ledger.db", None),
        ] {
            assert_eq!(found(names, ledger), by, "{names:?}, {ledger}");
        }
    }

    #[test]
    fn what_is_told_names_the_folder_the_reason_and_what_to_do() {
        let synced = SharedDisk::Synced { folder: Path::new("/home/ana/Cloud").to_owned(), by: "Nextcloud" };
        let network = SharedDisk::Network("nfs4".to_owned());
        for (shared, words) in [
            (synced, ["Nextcloud syncs (/home/ana/Cloud)", "two machines may write it", "`undersigned hand-over`"]),
            (network, ["a network file system (nfs4)", "another machine may write it", "sqlite:/path/ledger.db"]),
        ] {
            let told = shared.to_string();
            assert!(words.iter().all(|word| told.contains(word)), "{told}");
        }
    }
}
