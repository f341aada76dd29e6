//! Whatever makes the program crash, its memory, in which passwords stand, gets into no file.

use std::os::unix::process::ExitStatusExt as _;
use std::process::Command;

use undersigned::transport::sandbox::{Act, At, Encryption, Fault, When};

use crate::office::{Authority, FROM_ENVIRONMENT, campaign, office};

/// A shell that wants core dumps, whatever the limit was, and becomes another program.
fn wanting_cores(words: &str) -> Command {
    let mut shell = Command::new("sh");
    shell.args(["-c", &format!("ulimit -c unlimited 2>/dev/null; {words}")]);
    shell
}

#[test]
fn a_crash_in_the_middle_of_a_run_leaves_no_core() {
    let authority = Authority::new();
    let mut options = office(Encryption::Implicit(authority.server("localhost", 2999)), &["PLAIN"]);
    options.script = vec![Fault::always(When::Always, At::Mail, Act::Silence)];
    let campaign = campaign(options, &authority, FROM_ENVIRONMENT);
    let ours = campaign.command(&["send", "--yes"]);
    let mut command = wanting_cores("exec \"$0\" \"$@\"");
    command.arg(ours.get_program()).args(ours.get_args()).current_dir(campaign.path("."));
    command.envs(ours.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let mut run = command.spawn().unwrap();
    // Logged in: the password was there.
    let offers = |campaign: &crate::harness::Campaign| {
        let connections = campaign.sandbox().connections();
        connections.iter().any(|one| one.texts().iter().any(|text| text.starts_with("MAIL")))
    };
    while !offers(&campaign) {
        assert_eq!(run.try_wait().unwrap(), None);
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    let limits = std::fs::read_to_string(format!("/proc/{}/limits", run.id()));
    Command::new("kill").args(["-ABRT", &run.id().to_string()]).status().unwrap();
    let ended = run.wait().unwrap();
    assert_eq!(ended.signal(), Some(6));
    assert!(!ended.core_dumped());
    if let Ok(limits) = limits {
        let of_cores = limits.lines().find(|line| line.starts_with("Max core file size")).unwrap();
        assert_eq!(of_cores.split_whitespace().nth(4), Some("0"), "{of_cores}");
    }
    // Where this machine writes none at all, the test says nothing.
    let other = wanting_cores("kill -ABRT $$").current_dir(campaign.path(".")).status().unwrap();
    if !other.core_dumped() {
        eprintln!("nothing leaves a core on this machine");
    }
}
