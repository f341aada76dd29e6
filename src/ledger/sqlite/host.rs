//! This machine, by which a lease says where its holder runs, and who runs it.

use std::process::Command;

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

use crate::ledger::Machine;

/// Where a system keeps what names it for as long as it is installed (machine-id(5)); D-Bus had it before.
const ID_FILES: [&str; 2] = ["/etc/machine-id", "/var/lib/dbus/machine-id"];

/// This machine.
pub(super) fn machine() -> Machine {
    let name = name();
    let told = ID_FILES.into_iter().find_map(|file| id_in(&std::fs::read_to_string(file).ok()?));
    Machine { id: told.unwrap_or_else(|| name.clone()), name }
}

/// The id that a file of the system tells, hashed: a ledger is given to others, and the id itself is not to be
/// (machine-id(5)).
fn id_in(text: &str) -> Option<String> {
    let text = text.trim();
    let is_id = text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_id.then(|| HEXLOWER.encode(&Sha256::digest(format!("undersigned ledger {text}"))[..16]))
}

/// The person who runs this process, by the name that the system has.
pub(super) fn person() -> String {
    let named = ["USER", "LOGNAME", "USERNAME"].into_iter().find_map(|variable| std::env::var(variable).ok());
    named.filter(|name| !name.is_empty()).unwrap_or_else(|| "unknown".to_owned())
}

/// The machine's name; `localhost` where it tells none.
fn name() -> String {
    let told = std::fs::read_to_string("/proc/sys/kernel/hostname").ok();
    told.and_then(|text| filled(&text)).or_else(asked).unwrap_or_else(|| "localhost".to_owned())
}

/// What the command `hostname` says: macOS, the BSDs and Windows have it.
fn asked() -> Option<String> {
    let output = Command::new("hostname").output().ok()?;
    filled(&String::from_utf8_lossy(&output.stdout))
}

fn filled(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_machine_has_one_name_and_one_id() {
        let machine = machine();
        assert!(!machine.name.is_empty());
        assert_eq!(machine, super::machine());
    }

    #[test]
    fn an_id_is_what_a_system_writes_when_it_is_installed_and_does_not_show() {
        let id = "0123456789abcdef0123456789abcdef";
        let hashed = id_in(&format!("{id}\n")).unwrap();
        assert_ne!(hashed, id);
        assert_eq!(hashed.len(), 32);
        // Before the first start of an image, and where nobody wrote it.
        for text in ["uninitialized\n", "", "\n", "b0", "0123456789abcdef0123456789abcdeg"] {
            assert_eq!(id_in(text), None, "{text:?}");
        }
    }
}
