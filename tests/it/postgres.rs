//! The ledger on a real PostgreSQL server.

use std::collections::BTreeMap;
use std::process::Command;
use std::time::Duration;

use undersigned::transport::sandbox::{Act, At, Fault, When};

use crate::harness::{Campaign, text};

#[path = "../servers/postgres.rs"]
mod server;

/// `[ledger]` with a schema of its own on the tests' server.
pub fn ledger(schema: &str, user: &str) -> Option<String> {
    let folder = server::server()?.folder.display();
    Some(format!("[ledger]\nurl = \"postgres://{user}@/ledger?host={folder}&schema={schema}\"\n"))
}

/// Has the server do something.
#[track_caller]
fn sql(text: &str) {
    let folder = &server::server().expect("the test has asked for it before").folder;
    let psql = ["--quiet", "--set=ON_ERROR_STOP=1", "--username=ledger", "--dbname=ledger", "--command", text];
    let done = Command::new("psql").arg("--host").arg(folder).args(psql).output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}

#[test]
fn every_command_works_on_it_as_on_a_file() {
    let Some(ledger) = ledger("every_command", "ledger") else { return };
    let follow_up = "[[follow_up]]\nafter = \"1 day\"\ntemplate = \"templates/follow-up.md\"\n";
    let campaign = Campaign::new().server([]).settings(&format!("{ledger}{follow_up}"));
    campaign.write("templates/follow-up.md", "+++\nsubject = \"Again\"\n+++\n\nDear {{recipient.name}}, again.\n");
    campaign.run(&["check"]).exits(0);
    campaign.run(&["plan"]).exits(0).prints("3");
    campaign.run(&["suppress", "cy@example.org", "--reason", "asked"]).exits(0);
    campaign.run(&["send", "--yes"]).exits(0).prints("2 accepted, 1 skipped");
    assert_eq!(campaign.reached(), ["ana@example.org", "bo@example.org"]);
    campaign.run(&["send", "--yes"]).exits(0);
    assert_eq!(campaign.reached().len(), 2, "nobody gets it twice");
    campaign.run(&["mark", "ana@example.org", "replied", "--note", "said yes"]).exits(0);
    assert_eq!(text(&campaign.row("ana@example.org")["answer"]), "replied");
    campaign.write("answers.mbox", answer(&campaign));
    let answers = campaign.path("answers.mbox");
    campaign.run(&["sync", "--mbox", answers.to_str().unwrap()]).exits(0);
    assert_eq!(text(&campaign.row("bo@example.org")["answer"]), "replied");
    campaign.run(&["mark", "bo@example.org", "replied", "--undo"]);
    campaign.run(&["status"]).exits(0).prints("accepted           2");
    campaign.run(&["follow-up", "--yes"]).exits(0);
    campaign.run(&["log", "--events"]).exits(0).prints("accepted");
    let report = campaign.path("report.html");
    campaign.run(&["report", "--out", report.to_str().unwrap()]).exits(0);
    campaign.run(&["test", "me@coalition.example", "--yes"]);
    campaign.run(&["stop"]).exits(0);
    campaign.run(&["stop", "--undo"]).exits(0);
    campaign.run(&["forget", "bo@example.org", "--yes"]).exits(0);
    assert!(!campaign.path("logs/ledger.db").exists(), "no file is a ledger beside the server's");
    assert!(campaign.path("logs/contacted.csv").exists());
}

/// An answer of bo's to the letter.
fn answer(campaign: &Campaign) -> String {
    let id = text(&campaign.row("bo@example.org")["message_id"]);
    let id = if id.starts_with('<') { id } else { format!("<{id}>") };
    format!(
        "From bo@example.org Mon Mar 22 10:00:00 2027\nFrom: Bo <bo@example.org>\nTo: letters@coalition.example\n\
        Subject: Re: To Bo\nMessage-ID: <1@example.org>\nIn-Reply-To: {id}\nDate: Mon, 22 Mar 2027 10:00:00 +0000\n\n\
        We will do it.\n"
    )
}

#[test]
fn killed_at_any_moment_nobody_gets_it_twice_and_nobody_is_passed_over() {
    const RECIPIENTS: usize = 120;
    const KILLS: usize = 40;
    let Some(ledger) = ledger("killed", "ledger") else { return };
    let settings = format!("{ledger}[pace]\nconnections = 2\n");
    let campaign = Campaign::new().many_recipients(RECIPIENTS).settings(&settings).server([]);
    let mut random = fastrand::Rng::with_seed(7);
    for kill in 0..KILLS {
        let mut run = campaign.start(&["send", "--yes"]);
        if kill % 3 == 0 {
            std::thread::sleep(Duration::from_micros(random.u64(0..300_000)));
        } else {
            let enough = campaign.sandbox().count() + random.usize(0..2);
            while campaign.sandbox().count() <= enough && run.try_wait().unwrap().is_none() {
                std::thread::yield_now();
            }
            std::thread::sleep(Duration::from_micros(random.u64(0..3_000)));
        }
        let ended = run.try_wait().unwrap();
        if ended.is_some() {
            break;
        }
        run.kill().unwrap();
        run.wait().unwrap();
    }
    let last = campaign.run(&["send", "--yes"]);
    let states = campaign.states();
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for state in states.values() {
        *counts.entry(state).or_default() += 1;
    }
    println!("{counts:?}, {} letters arrived", campaign.reached().len());
    let reached = campaign.reached();
    let mut once = reached.clone();
    once.dedup();
    assert_eq!(once.len(), reached.len(), "somebody got the letter twice");
    assert_eq!(states.len(), RECIPIENTS);
    for (address, state) in &states {
        let arrived = reached.binary_search(address).is_ok();
        match state.as_str() {
            "accepted" => assert!(arrived, "{address} is accepted and did not arrive"),
            "in-doubt" => {}
            other => panic!("{address} is {other}: passed over"),
        }
        assert!(!arrived || state == "accepted" || state == "in-doubt");
    }
    let in_doubt = counts.get("in-doubt").copied().unwrap_or_default();
    assert_eq!(last.status, Some(i32::from(in_doubt > 0)), "{last:?}");
}

#[test]
fn sessions_that_the_server_ends_cost_no_letter_and_leave_no_doubt() {
    const RECIPIENTS: usize = 150;
    let Some(ledger) = ledger("cut_off", "cut_off") else { return };
    sql("CREATE ROLE cut_off SUPERUSER LOGIN");
    let settings = format!("{ledger}[pace]\nconnections = 2\nper_second = 30\n");
    let campaign = Campaign::new().many_recipients(RECIPIENTS).settings(&settings).server([]);
    let mut run = campaign.start(&["send", "--yes"]);
    let (mut cuts, mut arrived) = (0, 0);
    while run.try_wait().unwrap().is_none() {
        // A slow machine has to come as far as one more letter in between.
        let count = campaign.sandbox().count();
        if count > arrived {
            sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'cut_off'");
            (cuts, arrived) = (cuts + 1, count);
        }
        std::thread::sleep(Duration::from_millis(97));
    }
    let ended = run.wait_with_output().unwrap();
    assert_eq!(ended.status.code(), Some(0), "{}", String::from_utf8_lossy(&ended.stderr));
    assert!(cuts > 5, "{cuts}");
    let reached = campaign.reached();
    let mut once = reached.clone();
    once.dedup();
    assert_eq!((once.len(), reached.len()), (RECIPIENTS, RECIPIENTS));
    assert!(campaign.states().values().all(|state| state == "accepted"));
}

#[test]
fn a_machine_joins_one_that_sends_and_its_windows_are_those_of_all() {
    let Some(ledger) = ledger("two_machines", "ledger") else { return };
    let machines = machines(2, 3, &format!("{ledger}[pace]\nper_minute = 2\n"));
    let mut run = machines[0].start(&["send", "--yes"]);
    while machines[0].sandbox().count() < 2 {
        assert!(run.try_wait().unwrap().is_none(), "it ended early");
        std::thread::sleep(Duration::from_millis(20));
    }
    // The windows of the account are those of all machines: there is no room for a third letter yet.
    machines[1].run(&["send", "--yes", "--no-wait"]).exits(3);
    assert_eq!(machines[0].sandbox().count(), 2);
    // What must not be while a run has letters in its memory is refused.
    machines[1].run(&["forget", "nobody@example.net", "--yes"]).exits(2).says("is being sent by process");
    run.kill().unwrap();
    run.wait().unwrap();
    machines[0].run(&["send", "--yes", "--no-wait"]).exits(3);
    let states: Vec<String> = machines[0].states().into_values().collect();
    assert_eq!(states.iter().filter(|state| *state == "planned").count(), 1, "{states:?}");
}

/// Campaigns in folders of their own, as on machines of their own, that all send to the server of the first.
pub fn machines(count: usize, recipients: usize, settings: &str) -> Vec<Campaign> {
    let first = Campaign::new().many_recipients(recipients).settings(settings).server([]);
    let smtp = format!("url = \"smtp+plain://{}\"\ntimeout = \"5s\"", first.address());
    let others = (1..count).map(|_| Campaign::new().many_recipients(recipients).settings(settings).smtp(&smtp));
    let others: Vec<Campaign> = others.collect();
    std::iter::once(first).chain(others).collect()
}

/// Sends a signal to a process.
fn signal(run: &std::process::Child, name: &str) {
    let done = Command::new("kill").arg(format!("-{name}")).arg(run.id().to_string()).status().unwrap();
    assert!(done.success());
}

/// Nobody got a letter twice, and nobody was passed over: gives how many are in doubt.
#[track_caller]
fn nobody_twice_and_nobody_lost(campaign: &Campaign, recipients: usize) -> usize {
    let (states, reached) = (campaign.states(), campaign.reached());
    let mut once = reached.clone();
    once.dedup();
    assert_eq!(once.len(), reached.len(), "somebody got the letter twice");
    assert_eq!(states.len(), recipients);
    for (address, state) in &states {
        let arrived = reached.binary_search(address).is_ok();
        match state.as_str() {
            "accepted" => assert!(arrived, "{address} is accepted and did not arrive"),
            "in-doubt" => {}
            other => panic!("{address} is {other}: passed over"),
        }
    }
    states.values().filter(|state| *state == "in-doubt").count()
}

#[test]
fn three_machines_send_one_campaign_while_one_is_killed_and_one_stands_still() {
    const RECIPIENTS: usize = 400;
    let Some(ledger) = ledger("three_machines", "ledger") else { return };
    let machines = machines(3, RECIPIENTS, &format!("{ledger}[pace]\nconnections = 2\nper_second = 25\n"));
    let mut runs: Vec<_> = machines.iter().map(|machine| machine.start(&["send", "--yes"])).collect();
    let waits_for = |count: usize| {
        while machines[0].sandbox().count() < count {
            std::thread::sleep(Duration::from_millis(5));
        }
    };
    waits_for(60);
    let sending = machines[0].run(&["status", "--json"]).exits(0);
    let sending: serde_json::Value = serde_json::from_str(&sending.stdout).unwrap();
    assert_eq!(sending["runs"].as_array().map(Vec::len), Some(3), "{sending}");
    waits_for(90);
    runs[1].kill().unwrap();
    waits_for(120);
    signal(&runs[2], "STOP");
    let first = runs.remove(0).wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&first.stderr).into_owned();
    // What the dead and the sleeping one had was taken over, and what they had on the wire is in doubt.
    let in_doubt = nobody_twice_and_nobody_lost(&machines[0], RECIPIENTS);
    assert!(in_doubt <= 8, "{in_doubt}");
    assert_eq!(first.status.code(), Some(i32::from(in_doubt > 0)), "{said}");
    let states = machines[0].states();
    signal(&runs[1], "CONT");
    let late = runs.remove(1).wait_with_output().unwrap();
    assert_eq!(late.status.code(), Some(3), "{}", String::from_utf8_lossy(&late.stderr));
    runs.remove(0).wait().unwrap();
    assert_eq!(machines[0].states(), states, "what it says later changes nothing");
    nobody_twice_and_nobody_lost(&machines[0], RECIPIENTS);
    machines[0].run(&["send", "--yes"]);
    nobody_twice_and_nobody_lost(&machines[0], RECIPIENTS);
}

#[test]
fn what_several_machines_send_stays_within_the_windows_of_their_account() {
    const RECIPIENTS: usize = 90;
    const LIMIT: usize = 15;
    let Some(ledger) = ledger("one_pace", "ledger") else { return };
    let machines = machines(3, RECIPIENTS, &format!("{ledger}[pace]\nconnections = 2\nper_second = {LIMIT}\n"));
    let runs: Vec<_> = machines.iter().map(|machine| machine.start(&["send", "--yes"])).collect();
    for run in runs {
        let ended = run.wait_with_output().unwrap();
        assert_eq!(ended.status.code(), Some(0), "{}", String::from_utf8_lossy(&ended.stderr));
    }
    assert_eq!(nobody_twice_and_nobody_lost(&machines[0], RECIPIENTS), 0);
    let mut times: Vec<_> = machines[0].received().iter().map(|letter| letter.at).collect();
    times.sort_unstable();
    for window in times.windows(LIMIT + 1) {
        let took = window[LIMIT] - window[0];
        assert!(took >= Duration::from_secs(1), "{} letters within {took:?}", LIMIT + 1);
    }
}

#[test]
fn a_machine_with_another_list_or_letter_is_refused_while_others_send() {
    let Some(ledger) = ledger("another_list", "ledger") else { return };
    let machines = machines(3, 5, &format!("{ledger}[pace]\nper_minute = 2\n"));
    let mut run = machines[0].start(&["send", "--yes"]);
    while machines[0].sandbox().count() < 2 {
        assert!(run.try_wait().unwrap().is_none(), "it ended early");
        std::thread::sleep(Duration::from_millis(20));
    }
    let list = std::fs::read_to_string(machines[1].path("lists/recipients.csv")).unwrap();
    machines[1].write("lists/recipients.csv", format!("{list}new@example.org,New\n"));
    machines[1].run(&["send", "--yes"]).exits(2).says("with another list");
    let letter = std::fs::read_to_string(machines[2].path("templates/letter.md")).unwrap();
    machines[2].write("templates/letter.md", format!("{letter}\nAnd more.\n"));
    machines[2].run(&["send", "--yes"]).exits(2);
    machines[2].run(&["send", "--yes", "--accept-changes"]).exits(2).says("with another letter or other files");
    run.kill().unwrap();
    run.wait().unwrap();
    assert_eq!(machines[0].sandbox().count(), 2);
}

#[test]
fn a_server_that_may_forget_what_it_committed_is_refused_with_the_reason() {
    let Some(own) = ledger("durable", "ledger") else { return };
    let campaign = Campaign::new().server([]).settings(&own);
    campaign.run(&["send", "--yes", "--limit", "1"]);
    assert_eq!(campaign.reached().len(), 1);

    sql("CREATE ROLE careless SUPERUSER LOGIN; ALTER ROLE careless SET synchronous_commit = off");
    let careless = Campaign::new().server([]).settings(&ledger("durable", "careless").unwrap());
    careless.run(&["send", "--yes"]).exits(2).says("`synchronous_commit` is off there");

    sql("ALTER TABLE durable.mail_known SET UNLOGGED");
    campaign.run(&["send", "--yes"]).exits(2).says("the table `mail_known` is unlogged");
    sql("ALTER TABLE durable.mail_known SET LOGGED");

    // As a replica that was promoted without the last commits: this machine knows more than it.
    sql("ALTER TABLE durable.event DISABLE TRIGGER ALL; DELETE FROM durable.event WHERE id > 3; \
        DELETE FROM durable.attempt; UPDATE durable.delivery SET state = 'planned', attempts = 0, accepted_at = NULL");
    campaign.run(&["send", "--yes"]).exits(2).says("Nothing was written");
    sql("DROP SCHEMA durable CASCADE");
    campaign.run(&["send", "--yes"]).exits(2).says("Nothing was written");
    assert_eq!(campaign.reached().len(), 1);
}

#[test]
fn a_role_with_the_least_rights_sends_and_can_take_nothing_away() {
    let Some(own) = ledger("least", "ledger") else { return };
    Campaign::new().server([]).settings(&own).run(&["suppress", "nobody@example.net"]).exits(0);
    sql("CREATE ROLE secretariat LOGIN");
    sql("GRANT USAGE ON SCHEMA least TO secretariat; \
        GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA least TO secretariat; \
        GRANT USAGE ON ALL SEQUENCES IN SCHEMA least TO secretariat; \
        REVOKE DELETE, TRUNCATE ON least.event FROM secretariat");
    let campaign = Campaign::new().server([]).settings(&ledger("least", "secretariat").unwrap());
    campaign.run(&["send", "--yes"]).exits(0).prints("3 accepted");
    campaign.run(&["status"]).exits(0).prints("accepted           3");
}

#[test]
fn a_password_is_asked_for_and_never_shown_and_a_server_that_proves_nothing_is_refused() {
    let host = crate::harness::own_loopback();
    let name = format!("undersigned-postgres-tcp-{}", std::process::id());
    let Some(_server) = server::Server::start(&name, Some(host)) else { return };
    let with = |url: &str, password: &str| {
        let lines = format!("[ledger]\nurl = \"{url}\"\npassword = {{ env = \"LEDGER_PASSWORD\" }}\n");
        Campaign::new().server([]).settings(&lines).environment("LEDGER_PASSWORD", password)
    };
    let url = format!("postgres://ledger@{host}/ledger");
    let ran = with(&url, "hunter3").run(&["send", "--yes"]).exits(2).says("password authentication failed");
    assert!(!ran.stderr.contains("hunter3"), "{ran:?}");
    with(&format!("{url}?sslmode=verify-full"), "hunter2").run(&["send", "--yes"]).exits(2).says("TLS");
    let campaign = with(&url, "hunter2");
    campaign.run(&["send", "--yes"]).exits(0).prints("3 accepted");
    assert!(campaign.files_with("hunter2").is_empty() && campaign.kept_with("hunter2").is_empty());
    // Nobody listens on port 1.
    with("postgres://ledger@127.0.0.1:1/ledger", "hunter2")
        .run(&["send", "--yes"])
        .exits(2)
        .says("postgres://ledger@127.0.0.1");
}

#[test]
fn a_ledger_moves_to_a_server_and_back_with_all_that_it_knows() {
    let Some(server) = ledger("moves", "ledger") else { return };
    let campaign = Campaign::new().server([Fault::once(
        When::Recipient("bo@example.org".to_owned()),
        At::FinalDot,
        Act::KeepAndClose,
    )]);
    let toml = std::fs::read_to_string(campaign.path("campaign.toml")).unwrap();
    campaign.run(&["send", "--yes", "--limit", "2"]);
    campaign.run(&["mark", "ana@example.org", "replied", "--note", "said yes"]).exits(0);
    campaign.run(&["suppress", "cy@example.org", "--reason", "asked"]).exits(0);
    let known = |campaign: &Campaign| {
        let events: Vec<String> = campaign.events().iter().map(ToString::to_string).collect();
        (campaign.log().iter().map(ToString::to_string).collect::<Vec<_>>(), events)
    };
    let before = known(&campaign);
    let url = server.split('"').nth(1).unwrap().to_owned();

    campaign.run(&["ledger", "copy", "--to", &url]).exits(0).says("the old one is closed");
    // The old one is closed, and says where the ledger is now.
    for command in [&["send", "--yes"][..], &["status"], &["mark", "ana@example.org", "declined"]] {
        campaign.run(command).exits(2).says("the ledger was moved, and is postgres://ledger@");
    }
    campaign.run(&["ledger", "copy", "--to", "sqlite:logs/other.db"]).exits(2).says("the ledger was moved");
    campaign.run(&["ledger", "copy", "--to", &url]).exits(0);
    campaign.write("campaign.toml", format!("{toml}\n{server}"));
    assert_eq!(known(&campaign), before);
    campaign.run(&["resolve", "bo@example.org", "--not-sent"]).exits(0);
    campaign.run(&["send", "--yes"]).exits(0).prints("2 accepted, 1 skipped");
    let before = known(&campaign);

    campaign.run(&["ledger", "copy", "--to", "sqlite:logs/back.db"]).exits(0);
    campaign.run(&["status"]).exits(2).says("the ledger was moved, and is ");
    campaign.write("campaign.toml", format!("{toml}\n[ledger]\nurl = \"sqlite:logs/back.db\"\n"));
    assert_eq!(known(&campaign), before);
    campaign.run(&["send", "--yes"]).exits(0);
    assert_eq!(campaign.reached().len(), 3, "bo's letter was sent again by a person's word, and nobody else's");
    // No ledger is written over.
    let other = Campaign::new().server([]);
    other.run(&["send", "--yes"]).exits(0);
    other.run(&["ledger", "copy", "--to", &url]).exits(2).says("there is another ledger already");
    other.run(&["status"]).exits(0).prints("accepted           3");
}

/// All that stands in a schema, as text.
fn everything(schema: &str) -> String {
    let folder = &server::server().expect("the test has asked for it before").folder;
    let asked = format!(
        "SELECT table_to_xml((schemaname || '.' || tablename)::regclass, true, false, '') FROM pg_tables WHERE schemaname = '{schema}'"
    );
    let psql = ["--quiet", "--no-align", "--tuples-only", "--username=ledger", "--dbname=ledger", "--command", &asked];
    let done = Command::new("psql").arg("--host").arg(folder).args(psql).output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    String::from_utf8_lossy(&done.stdout).to_lowercase()
}

#[test]
fn what_is_kept_no_longer_goes_from_a_server_too() {
    let Some(ledger) = ledger("kept_no_longer", "ledger") else { return };
    let retention = "retention = { strangers = \"90d\", campaigns = \"2y\" }\n";
    let campaign = Campaign::new()
        .recipients(
            "email,name,cc\nana@example.org,Ana,\nbo@example.org,Bodo Boxwood,kim@other.example\ncy@example.org,Cy,\n",
        )
        .settings(&format!("{ledger}{retention}"))
        .server([]);
    campaign.run(&["send", "--yes"]).exits(0).prints("3 accepted");
    let stranger = "From x Mon Mar 22 10:00:00 2027\nFrom: Yolanda <yolanda@shop.example>\nTo: letters@coalition.example\n\
        Subject: Marbles\nMessage-ID: <2@shop.example>\nDate: Mon, 22 Mar 2027 10:00:00 +0000\n\nBuy marbles.\n\n";
    campaign.write("answers.mbox", format!("{stranger}{}", answer(&campaign)));
    let answers = campaign.path("answers.mbox");
    let sync = ["sync", "--mbox", answers.to_str().unwrap()];
    campaign.run(&sync).exits(0);
    campaign.run(&["mark", "cy@example.org", "opted-out"]).exits(0);
    let words = ["bodo", "boxwood", "bo@example.org", "kim@other", "ana@example.org", "we will do it"];
    assert!(words.iter().all(|word| everything("kept_no_longer").contains(word)), "the test would see it");
    sql("BEGIN; SET search_path = kept_no_longer; INSERT INTO erasure (id, at, source) VALUES (1, 0, 'test');
        UPDATE event SET at = at - 800 * 86400000000; DELETE FROM erasure;
        UPDATE mail SET read_at = read_at - 800 * 86400000000; COMMIT");
    campaign.forget();
    let ran = campaign.run(&sync).exits(0).says("1 mail of a stranger was read more than 90 days ago");
    ran.says("the campaign `2027-03-delta` is overdue");
    let left = everything("kept_no_longer");
    assert!(!left.contains("yolanda") && !left.contains("marbles"));
    campaign.run(&["ledger", "expire", "--yes"]).exits(0).says("`2027-03-delta` is erased");
    let left = everything("kept_no_longer");
    let found: Vec<&str> = words.into_iter().filter(|word| left.contains(word)).collect();
    assert_eq!(found, Vec::<&str>::new());
    assert!(left.contains("cy@example.org"), "a wish stays");
    campaign.run(&["status"]).exits(0).prints("accepted           3").prints("was erased on");
    campaign.run(&["send", "--yes"]).exits(2).says("give it an `id` of its own");
    let settings = std::fs::read_to_string(campaign.path("campaign.toml")).unwrap();
    campaign.write("campaign.toml", settings.replace("2027-03-delta", "2029-05-delta"));
    campaign.run(&["send", "--yes"]).exits(0).prints("2 accepted, 1 skipped");
    assert_eq!(campaign.received().len(), 5);
}
