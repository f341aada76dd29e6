//! On what file system a folder lies, by Linux's table of mounts.
//!
//! The number that `statfs` tells is one and the same for sshfs and for a USB stick with NTFS: both are FUSE. The table
//! has their names.

use std::path::{Path, PathBuf};

/// File systems that other machines have too, by their types; those of FUSE without `fuse.` before them.
const NETWORK: [&str; 25] = [
    "9p",
    "afp",
    "afs",
    "beegfs",
    "ceph",
    "ceph-fuse",
    "cifs",
    "curlftpfs",
    "davfs",
    "davfs2",
    "fuse_vmhgfs",
    "gfs2",
    "glusterfs",
    "lustre",
    "ncpfs",
    "nfs",
    "nfs4",
    "ocfs2",
    "prl_fs",
    "rclone",
    "smb3",
    "smbfs",
    "sshfs",
    "vboxsf",
    "vmhgfs-fuse",
];

/// The type of the file system on which a folder lies, where that is a network's. `table` is `/proc/self/mountinfo`
/// (`proc_pid_mountinfo(5)`).
pub(super) fn network(table: &str, folder: &Path) -> Option<String> {
    let mounts = table.lines().filter_map(mount).filter(|(point, _)| folder.starts_with(point));
    // The deepest one, and of several at one place the last: it hides the others.
    let (_, kind) = mounts.max_by_key(|(point, _)| point.components().count())?;
    let plain = kind.strip_prefix("fuse.").unwrap_or(&kind);
    NETWORK.contains(&plain).then(|| kind.clone())
}

/// Where a line's file system stands, and of which type it is.
fn mount(line: &str) -> Option<(PathBuf, String)> {
    let point = line.split(' ').nth(4)?;
    // Optional fields stand before a lone hyphen, and the type behind it.
    let kind = line.split_once(" - ")?.1.split(' ').next()?;
    Some((PathBuf::from(unescaped(point)), kind.to_owned()))
}

/// A path of the table: space, tab, line break and backslash stand in it as `\040` and the like.
fn unescaped(text: &str) -> String {
    let mut out = text.to_owned();
    for (escape, plain) in [("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")] {
        out = out.replace(escape, plain);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "\
        22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw\n\
        30 22 0:25 / /proc rw - proc proc rw\n\
        41 22 0:40 / /mnt/office rw shared:7 master:2 - nfs4 server:/export rw,vers=4.2\n\
        42 22 0:41 / /mnt/office/local rw - xfs /dev/sdb1 rw\n\
        43 22 0:42 / /home/ana/My\\040letters rw,nosuid - fuse.sshfs ana@host:/letters rw\n\
        44 22 8:17 / /media/stick rw - fuseblk /dev/sdc1 rw\n\
        45 22 0:44 / /share rw - ext4 /dev/sdd1 rw\n\
        46 45 0:45 / /share rw - cifs //server/share rw\n\
        47 22 0:46 / /mnt/c rw - 9p C:\\134 rw\n\
        this is no line of it\n";

    #[test]
    fn a_network_file_system_is_known_by_the_table_of_mounts() {
        for (folder, kind) in [
            ("/home/bo/letters/logs", None),
            ("/mnt/office/letters/logs", Some("nfs4")),
            ("/mnt/office", Some("nfs4")),
            ("/mnt/officers/logs", None),
            ("/mnt/office/local/logs", None),
            ("/home/ana/My letters/logs", Some("fuse.sshfs")),
            ("/media/stick/letters", None),
            ("/share/letters", Some("cifs")),
            ("/mnt/c/Users/ana", Some("9p")),
        ] {
            assert_eq!(network(TABLE, Path::new(folder)).as_deref(), kind, "{folder}");
        }
        assert_eq!(network("", Path::new("/anywhere")), None);
    }
}
