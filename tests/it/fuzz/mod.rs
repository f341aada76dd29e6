//! What strangers write, spoilt at random: nothing in it may make the program panic, hang or break a promise. Each target
//! gives back how it took an input; an input that is taken in a new way is kept and spoilt further.
//!
//! `cargo test fuzz` looks at a few hundred inputs of each, always the same. For as long as one likes, with other seeds beside
//! those of the folder `seeds`: `UNDERSIGNED_FUZZ=mail,20,FOLDER cargo test --release --test it fuzz::for_long -- --nocapture`
//! (a target, minutes, and a folder of files). `fuzz/README.md` has what came of it, and how libFuzzer runs the same.

mod attachment;
mod away;
mod imap;
mod import;
mod ledger;
mod libfuzzer;
mod list;
mod mail;
mod reply;
mod settings;
mod template;

use std::collections::BTreeSet;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// An input has so many bytes at the most.
const LONGEST: usize = 16 * 1024;
/// So many inputs are kept.
const MOST_KEPT: usize = 20_000;

/// A target: its name, and what looks at an input and gives how it was taken.
type Target = (&'static str, fn(&[u8]) -> u64);

const TARGETS: [Target; 10] = [
    ("mail", mail::look),
    ("away", away::look),
    ("list", list::look),
    ("template", template::look),
    ("import", import::look),
    ("settings", settings::look),
    ("attachment", attachment::look),
    ("imap", imap::look),
    ("reply", reply::look),
    ("ledger", ledger::look),
];

#[test]
fn nothing_that_strangers_write_breaks_their_reader() {
    for target in TARGETS {
        // Each of these takes a database.
        let most = if target.0 == "ledger" { 60 } else { 300 };
        let told = run(target, seeds(target.0, None), &mut |inputs, _| inputs < most);
        assert!(told.broken.is_empty(), "{}: {:?}", target.0, told.broken);
    }
}

#[test]
fn for_long() {
    let Ok(asked) = std::env::var("UNDERSIGNED_FUZZ") else { return };
    let mut parts = asked.split(',');
    let name = parts.next().unwrap_or_default();
    let minutes: u64 = parts.next().and_then(|minutes| minutes.parse().ok()).unwrap_or(1);
    let target = *TARGETS
        .iter()
        .find(|(known, _)| *known == name)
        .unwrap_or_else(|| panic!("no target `{name}`: {:?}", TARGETS.map(|(known, _)| known)));
    let seeds = seeds(name, parts.next().map(Path::new));
    let (begun, count) = (Instant::now(), seeds.len());
    let told = run(target, seeds, &mut |_, _| begun.elapsed() < Duration::from_secs(minutes * 60));
    println!(
        "{name}: {} inputs in {} s, from {count} seeds, taken in {} ways; the slowest took {} ms ({} bytes); {} broke it",
        told.inputs,
        begun.elapsed().as_secs(),
        told.ways,
        told.slowest.0.as_millis(),
        told.slowest.1,
        told.broken.len()
    );
    assert!(told.broken.is_empty(), "{:?}", told.broken);
}

/// What came of a run.
#[derive(Default)]
struct Told {
    inputs: u64,
    ways: usize,
    slowest: (Duration, usize),
    /// The files of the inputs that broke it.
    broken: Vec<PathBuf>,
}

fn run((name, look): Target, mut kept: Vec<Vec<u8>>, goes_on: &mut dyn FnMut(u64, &Told) -> bool) -> Told {
    let mut chance = Chance(0x9e37_79b9_7f4a_7c15);
    let mut ways = BTreeSet::new();
    let mut told = Told::default();
    // What lies there after the program died is what killed it.
    let last = std::env::temp_dir().join(format!("undersigned-fuzz-{name}-{}", std::process::id()));
    let seeds = kept.len();
    while goes_on(told.inputs, &told) {
        let at = usize::try_from(told.inputs).unwrap_or(usize::MAX);
        let input = if at < seeds { kept[at].clone() } else { spoilt(&kept, &mut chance) };
        fs::write(&last, &input).unwrap();
        let begun = Instant::now();
        let taken = catch_unwind(AssertUnwindSafe(|| look(&input)));
        let took = begun.elapsed();
        if took > told.slowest.0 {
            told.slowest = (took, input.len());
            if took > Duration::from_secs(1) {
                let _ = fs::copy(&last, last.with_extension("slowest"));
            }
        }
        told.inputs += 1;
        match taken {
            Ok(way) => {
                if ways.insert(way) && at >= seeds && kept.len() < MOST_KEPT {
                    kept.push(input);
                }
            }
            Err(_) if told.broken.len() < 20 => {
                let path = last.with_extension(format!("broken-{}", told.broken.len()));
                fs::write(&path, &input).unwrap();
                told.broken.push(path);
            }
            Err(_) => {}
        }
    }
    let _ = fs::remove_file(&last);
    told.ways = ways.len();
    told
}

/// The seeds of a target: those of our own, and the files of a folder and below.
fn seeds(name: &str, more: Option<&Path>) -> Vec<Vec<u8>> {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/fuzz/seeds").join(name);
    let mut folders: Vec<PathBuf> = [own].into_iter().chain(more.map(Path::to_owned)).collect();
    let mut paths = BTreeSet::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                paths.insert(path);
            }
        }
    }
    let read = paths.iter().filter_map(|path| fs::read(path).ok());
    read.map(|mut bytes| {
        bytes.truncate(LONGEST);
        bytes
    })
    .collect()
}

/// Numbers that look random, and are the same in every run (xorshift64, Marsaglia 2003).
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % end.max(1) as u64).unwrap_or_default()
    }
}

/// An input, made of those that are kept.
fn spoilt(kept: &[Vec<u8>], chance: &mut Chance) -> Vec<u8> {
    const ODD: [&[u8]; 18] = [
        b"\0",
        b"\r\n",
        b"\n\n",
        b"\"",
        b"{{",
        b"}}",
        b"=?utf-8?q?",
        b"\xff\xfe",
        b"\xef\xbb\xbf",
        b"{99999}\r\n",
        b"--b",
        b"@",
        b";",
        b"\xe2\x80\xae",
        b"4294967296",
        b"-1",
        b"<",
        b"\\",
    ];
    let mut input = kept[chance.below(kept.len())].clone();
    for _ in 0..=chance.below(6) {
        let at = chance.below(input.len() + 1);
        let end = (at + 1 + chance.below(32)).min(input.len());
        match chance.below(9) {
            0 if at < input.len() => input[at] ^= 1 << chance.below(8),
            1 if at < input.len() => input[at] = u8::try_from(chance.below(256)).unwrap_or_default(),
            2 if at < end => drop(input.drain(at..end)),
            3 if at < end => {
                let again = input[at..end].repeat(1 + chance.below(8));
                input.splice(at..at, again);
            }
            4 => drop(input.splice(at..at, ODD[chance.below(ODD.len())].iter().copied())),
            5 => input.truncate(at),
            // A piece of another one, in its place or beside it.
            6 | 7 => {
                let other = &kept[chance.below(kept.len())];
                let from = chance.below(other.len() + 1);
                let piece = &other[from..(from + 1 + chance.below(200)).min(other.len())];
                let to = if chance.below(2) == 0 { at } else { end.max(at) };
                input.splice(at..to, piece.iter().copied());
            }
            _ => {
                let line = input[..at].iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
                let end = input[at..].iter().position(|byte| *byte == b'\n').map_or(input.len(), |to| at + to);
                let line = input[line..end].to_vec();
                input.splice(at..at, line);
            }
        }
    }
    input.truncate(LONGEST);
    input
}
