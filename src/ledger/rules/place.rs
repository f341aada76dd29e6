//! Where a ledger may be used: the file that was handed over is locked, a copy of it is not, and a run on another
//! machine than the last one begins by a person's word.

use crate::ledger::{Elsewhere, HandOver, LastRun, Machine};

/// Where a ledger's file lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::ledger) struct Spot {
    /// The machine's id.
    pub(in crate::ledger) machine: String,
    /// The file, without symbolic links.
    pub(in crate::ledger) path: String,
    /// What the file system knows it by, whatever its name; `None` where it does not tell.
    pub(in crate::ledger) file: Option<String>,
}

/// A run, and what tells which lease and machine it had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::ledger) struct Remembered {
    /// The number of its lease.
    pub(in crate::ledger) lease: i64,
    /// The machine's id; unknown where an older version of the program wrote it.
    pub(in crate::ledger) machine: Option<String>,
    pub(in crate::ledger) run: LastRun,
}

/// Whether a ledger's file is the one that was handed over, and not a copy of it.
///
/// On its machine it is known by its name, and where its folder was moved, by what the file system knows it by. A copy
/// that was put in its place counts as the file itself: better one word too many than a letter.
pub(in crate::ledger) fn is_original(handed: &Spot, here: &Spot) -> bool {
    let same_file = handed.file.is_some() && handed.file == here.file;
    handed.machine == here.machine && (handed.path == here.path || same_file)
}

/// What a person has to be asked before a run begins on this machine: that the ledger was handed over, also where it was
/// taken back and nobody has said yet that it is used here, or that the last run was elsewhere. `taken_over` is the last lease that there was when a person said that it is used here from
/// now on.
pub(in crate::ledger) fn elsewhere(
    here: &Machine,
    (handed, taken_back): (Option<HandOver>, Option<HandOver>),
    last: Option<Remembered>,
    taken_over: Option<i64>,
) -> Option<Elsewhere> {
    if let Some(handed) = handed.filter(|handed| !handed.is_here) {
        return Some(Elsewhere::HandedOver(handed));
    }
    if let Some(handed) = taken_back {
        return Some(Elsewhere::TakenBack(handed));
    }
    let last = last.filter(|last| taken_over.is_none_or(|lease| last.lease > lease))?;
    (!here.is(last.machine.as_deref(), &last.run.host)).then_some(Elsewhere::SentFrom(last.run))
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;

    fn spot(machine: &str, path: &str, file: Option<&str>) -> Spot {
        Spot { machine: machine.to_owned(), path: path.to_owned(), file: file.map(str::to_owned) }
    }

    #[test]
    fn the_file_that_was_handed_over_is_told_from_its_copies() {
        let handed = spot("m1", "/letters/logs/ledger.db", Some("1:7"));
        for (what, here, is_it) in [
            ("as it was", spot("m1", "/letters/logs/ledger.db", Some("1:7")), true),
            ("the folder was moved", spot("m1", "/old/logs/ledger.db", Some("1:7")), true),
            ("a copy was put in its place", spot("m1", "/letters/logs/ledger.db", Some("1:8")), true),
            ("the system tells no numbers", spot("m1", "/letters/logs/ledger.db", None), true),
            ("a copy in another folder", spot("m1", "/sam/logs/ledger.db", Some("1:8")), false),
            ("a copy on another disk", spot("m1", "/stick/logs/ledger.db", Some("2:7")), false),
            ("another folder, and no numbers", spot("m1", "/sam/logs/ledger.db", None), false),
            ("another machine, at the same place", spot("m2", "/letters/logs/ledger.db", Some("1:7")), false),
        ] {
            assert_eq!(is_original(&handed, &here), is_it, "{what}");
        }
        let unnumbered = spot("m1", "/letters/logs/ledger.db", None);
        assert!(!is_original(&unnumbered, &spot("m1", "/sam/logs/ledger.db", None)), "nothing is nothing's like");
    }

    #[test]
    fn a_run_is_asked_for_where_the_last_one_was_on_another_machine() {
        let here = Machine { id: "m1".to_owned(), name: "desk".to_owned() };
        let began = Timestamp::UNIX_EPOCH;
        let last = |lease, machine: Option<&str>, host: &str| {
            let run = LastRun { host: host.to_owned(), person: None, began, ended: None };
            Some(Remembered { lease, machine: machine.map(str::to_owned), run })
        };
        let handed = |is_here| {
            let (person, host) = ("maria".to_owned(), "laptop".to_owned());
            Some(HandOver { at: began, person, to: None, host, is_here })
        };
        for (what, handed, last, taken_over, is_asked) in [
            ("nothing was sent yet", None, None, None, false),
            ("here", None, last(3, Some("m1"), "desk"), None, false),
            ("here, under another name", None, last(3, Some("m1"), "laptop"), None, false),
            ("elsewhere", None, last(3, Some("m2"), "laptop"), None, true),
            ("elsewhere, under the same name", None, last(3, Some("m2"), "desk"), None, true),
            ("by an older version, here", None, last(3, None, "desk"), None, false),
            ("by an older version, elsewhere", None, last(3, None, "laptop"), None, true),
            ("taken over since", None, last(3, Some("m2"), "laptop"), Some(3), false),
            ("sent there again since", None, last(4, Some("m2"), "laptop"), Some(3), true),
            ("a copy that was handed over", handed(false), last(3, Some("m1"), "desk"), Some(3), true),
            ("what was handed over", handed(true), last(3, Some("m1"), "desk"), None, false),
        ] {
            assert_eq!(elsewhere(&here, (handed, None), last, taken_over).is_some(), is_asked, "{what}");
        }
        let taken_back = elsewhere(&here, (None, handed(true)), last(3, Some("m1"), "desk"), Some(3));
        assert!(matches!(taken_back, Some(Elsewhere::TakenBack(_))), "{taken_back:?}");
    }
}
