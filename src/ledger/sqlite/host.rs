//! The name of this machine, by which a lease says where its holder runs.

use std::process::Command;

/// The machine's name; `localhost` where it tells none.
pub(super) fn name() -> String {
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
    #[test]
    fn a_machine_has_one_name() {
        assert!(!super::name().is_empty());
        assert_eq!(super::name(), super::name());
    }
}
