//! The pace, as a run keeps it.

use std::time::Duration;

use undersigned::transport::sandbox::{Act, At};

use super::act;
use crate::harness::{Campaign, Ran};

#[test]
fn a_full_window_stops_a_run_that_is_not_to_wait_and_survives_a_restart() {
    let campaign = Campaign::new().many_recipients(10).settings("[pace]\nper_hour = 4\n").server([]);
    campaign.run(&["send", "--yes", "--no-wait"]).exits(3).prints("4 accepted");
    campaign.run(&["send", "--yes", "--no-wait"]).exits(3).prints("4 accepted");
    assert_eq!(campaign.received().len(), 4);
}

#[test]
fn copies_count_in_the_pace_unless_messages_are_counted() {
    let rows: Vec<String> = (0..6).map(|n| format!("r{n}@example.org,X,office@example.net")).collect();
    let list = format!("email,name,bcc\n{}\n", rows.join("\n"));
    let run = |counts: &str| {
        let settings = format!("[pace]\nper_day = 4\n{counts}");
        let campaign = Campaign::new().recipients(&list).settings(&settings).server([]);
        campaign.run(&["send", "--yes", "--no-wait"]).exits(3);
        campaign.received().len()
    };
    assert_eq!(run(""), 2);
    assert_eq!(run("counts = \"messages\"\n"), 4);
}

#[test]
fn a_full_domain_does_not_hold_up_the_others() {
    let campaign = Campaign::new()
        .recipients("email,name\na@one.example,A\nb@one.example,B\nc@one.example,C\nd@two.example,D\n")
        .settings("[pace]\nper_domain_per_minute = 1\n")
        .server([]);
    campaign.run(&["send", "--yes", "--no-wait"]).exits(3).prints("2 accepted");
    assert_eq!(campaign.reached(), ["a@one.example", "d@two.example"]);
}

#[test]
fn a_domain_that_another_campaign_fills_meanwhile_does_not_hold_up_the_others() {
    let late = act("first@zero.example", At::FinalDot, Act::Late(Duration::from_secs(4)));
    let campaign = Campaign::new()
        .recipients("email,name\nfirst@zero.example,F\na@one.example,A\nb@two.example,B\nc@three.example,C\n")
        .settings("[pace]\nper_domain_per_minute = 1\n")
        .server([late]);
    // Both are of one folder, and so of one ledger.
    let settings = std::fs::read_to_string(campaign.path("campaign.toml")).unwrap();
    let other = settings.replace("2027-03-delta", "other") + "[lists]\nrecipients = \"lists/other.csv\"\n";
    campaign.write("other.toml", other);
    campaign.write("lists/other.csv", "email,name\nz@one.example,Z\n");
    let run = campaign.start(&["send", "--yes", "--no-wait"]);
    while campaign.sandbox().connections().is_empty() {
        std::thread::sleep(Duration::from_millis(5));
    }
    campaign.run(&["--config", "other.toml", "send", "--yes"]).exits(0);
    Ran::new(run.wait_with_output().unwrap()).exits(3).prints("1 planned, 3 accepted");
    assert_eq!(campaign.reached(), ["b@two.example", "c@three.example", "first@zero.example", "z@one.example"]);
}

#[test]
fn letters_are_spaced_out_within_a_second() {
    let campaign = Campaign::new().settings("[pace]\nper_second = 5\n").server([]);
    campaign.run(&["send", "--yes"]).exits(0);
    let times: Vec<_> = campaign.received().iter().map(|letter| letter.at).collect();
    for pair in times.windows(2) {
        assert!(pair[1] - pair[0] > Duration::from_millis(150), "{:?}", pair[1] - pair[0]);
    }
}

#[test]
fn outside_the_hours_nothing_goes() {
    // A stretch of one minute, twelve hours from now, in UTC: never now.
    let then =
        jiff::Timestamp::now().checked_add(jiff::SignedDuration::from_hours(12)).unwrap().strftime("%H:%M").to_string();
    let end = if then == "23:59" {
        "24:00".to_owned()
    } else {
        let (hour, minute) = then.split_once(':').unwrap();
        let minutes = hour.parse::<u32>().unwrap() * 60 + minute.parse::<u32>().unwrap() + 1;
        format!("{:02}:{:02}", minutes / 60, minutes % 60)
    };
    let campaign = Campaign::new().settings(&format!("[pace]\nhours = \"Mon-Sun {then}-{end} UTC\"\n")).server([]);
    let ran = campaign.run(&["send", "--yes", "--no-wait"]).exits(3).prints("3 planned");
    ran.says("`hours` in `[pace]`: nothing goes before ").says(&format!(", {then} (UTC); `undersigned send` goes on"));
    assert!(campaign.received().is_empty());
}

#[test]
fn what_is_waited_for_names_its_key_and_when_it_will_be_done() {
    let campaign = Campaign::new().many_recipients(10).settings("[pace]\nper_hour = 4\n").server([]);
    let campaign = campaign.environment("TZ", "Europe/Brussels");
    let ran = campaign.run(&["send", "--yes", "--no-wait"]).exits(3);
    let ran = ran.says("with this pace, the last letter leaves about ").says("(Europe/Brussels)");
    ran.says("`per_hour` in `[pace]`: nothing goes before ")
        .says("; about 6 letters are left, the last one leaves around ");
}

#[test]
fn spacing_within_seconds_is_no_waiting() {
    let campaign = Campaign::new().many_recipients(6).settings("[pace]\nper_second = 2\n").server([]);
    campaign.run(&["send", "--yes", "--no-wait"]).exits(0).prints("6 accepted");
}

#[test]
fn letters_that_a_limit_can_never_let_go_are_one_error_that_names_it() {
    let rows: Vec<String> = (0..10).map(|n| format!("r{n}@example.org,X,office{n}@example.net")).collect();
    let list = format!("email,name,bcc\n{}\n", rows.join("\n"));
    let campaign = Campaign::new().recipients(&list).settings("[pace]\nper_second = 1\n").server([]);
    for arguments in [&["check"][..], &["send", "--yes"]] {
        let ran = campaign.run(arguments).exits(2);
        let ran = ran.says("lists/recipients.csv:2:1: this letter goes to 2 addresses, and 10 rows have more than 1: ");
        assert_eq!(ran.stderr.matches("error:").count(), 1, "{ran:#?}");
        ran.says("with `per_second = 1` in [pace] it can never go; raise that, or write `counts = \"messages\"`");
    }
}
