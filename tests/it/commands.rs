//! Each command on its own: what it prints, in each of its forms.

use std::path::Path;
use std::process::{Command, Stdio};

use undersigned::transport::sandbox::{Act, At, Fault, When};

use crate::harness::{Campaign, Ran, text};
use crate::session::{self, Session};

/// A campaign whose server's address is the same in every run.
fn fixed() -> Campaign {
    Campaign::new().smtp("url = \"smtp+plain://127.0.0.1:2525\"")
}

/// Runs the program in a folder.
fn run_in(folder: &Path, arguments: &[&str]) -> Ran {
    let mut command = Command::new(env!("CARGO_BIN_EXE_undersigned"));
    // What this machine remembers of real campaigns is none of the test's concern.
    command.args(arguments).current_dir(folder).env("XDG_STATE_HOME", folder.join(".state"));
    command.env_remove("SMTP_PASSWORD").stdin(Stdio::null());
    let ran = Ran::new(command.output().unwrap());
    session::take_down(arguments, &ran, &[(folder.display().to_string(), "[folder]")]);
    ran
}

/// A text without what is different in every run: times, and Message-IDs, which a ledger's key makes.
fn steady(text: &str) -> String {
    let mut words = Vec::new();
    for word in text.split_inclusive(|c: char| !(c.is_ascii_alphanumeric() || "-:.".contains(c))) {
        let figures = word.trim_end_matches(|c: char| !c.is_ascii_digit());
        let is_shaped = |shape: &str| {
            let of = |(c, like): (char, char)| c == like || (c.is_ascii_digit() && like == '0');
            figures.len() == shape.len() && figures.chars().zip(shape.chars()).all(of)
        };
        // A time for people is in the local zone.
        if is_shaped("0000-00-00") || is_shaped("00:00") {
            let what = if figures.len() == 5 { "[clock]" } else { "[day]" };
            words.push(format!("{what}{}", &word[figures.len()..]));
            continue;
        }
        let is_time = word.len() > 19 && word.starts_with("20") && word.as_bytes()[10] == b'T';
        let end = word.char_indices().last().map_or("", |(at, _)| &word[at..]);
        let is_id =
            word.strip_suffix('@').is_some_and(|id| id.len() == 32 && id.bytes().all(|b| b.is_ascii_hexdigit()));
        words.push(match (is_time, is_id) {
            (true, _) => format!("[time]{}", end.trim_start_matches('Z')),
            (false, true) => "[id]@".to_owned(),
            (false, false) => word.to_owned(),
        });
    }
    words.concat()
}

#[test]
fn a_new_workspace_works_from_the_first_moment() {
    let session = Session::begin();
    let folder = tempfile::tempdir().unwrap();
    let ran = run_in(folder.path(), &["init", "letters"]).exits(0).says("send --sandbox");
    assert_eq!(ran.stdout, "");
    let workspace = folder.path().join("letters");
    for file in [
        "campaign.toml",
        "templates/letter.md",
        "templates/letter.fr.md",
        "lists/recipients.csv",
        "lists/signatories.csv",
        "lists/suppressions.csv",
    ] {
        assert!(workspace.join(file).is_file(), "{file}");
    }
    run_in(&workspace, &["check"]).exits(0).prints("ready to send; ").says("`SMTP_PASSWORD`");
    run_in(&workspace, &["plan"]).exits(0).prints("11 letters to send");
    run_in(&workspace, &["preview"]).exits(0).prints("Subject: Joint public letter");
    run_in(&workspace, &["send", "--sandbox", "--yes"]).exits(0).prints("11 accepted, 1 skipped");
    run_in(&workspace, &["send", "--yes"]).exits(2).says("`SMTP_PASSWORD`");

    let folder = tempfile::tempdir().unwrap();
    run_in(folder.path(), &["init"]).exits(0);
    assert!(folder.path().join("campaign.toml").is_file());
    let folder = tempfile::tempdir().unwrap();
    run_in(folder.path(), &["-C", ".", "-q", "init", "a/b"]).exits(0);
    assert!(folder.path().join("a/b/campaign.toml").is_file());
    session.reads("init");
}

#[test]
fn a_new_workspace_overwrites_nothing() {
    let session = Session::begin();
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("lists")).unwrap();
    std::fs::write(folder.path().join("lists/recipients.csv"), "email\nana@example.org\n").unwrap();
    run_in(folder.path(), &["init"]).exits(2).says("lists/recipients.csv").says("nothing was written");
    assert_eq!(
        std::fs::read_to_string(folder.path().join("lists/recipients.csv")).unwrap(),
        "email\nana@example.org\n"
    );
    assert!(!folder.path().join("campaign.toml").exists());
    session.reads("init-overwrites-nothing");
}

#[test]
fn check_says_what_it_found_and_what_it_guessed() {
    let campaign = fixed()
        .recipients("email;name\r\nana@example.org;Ana\r\n")
        .file("lists/signatories.csv", b"name\tacronym\nDelta Watch\tDW\n\xc9cologie\tE\n");
    let ran = campaign.run(&["check"]).exits(0);
    insta::assert_snapshot!("check", ran.stdout);
    let guess = "warning: lists/signatories.csv: the encoding of the file is guessed: windows-1252 reads `Écologie`;";
    assert!(ran.stderr.starts_with(guess) && ran.stderr.lines().count() == 1, "{}", ran.stderr);
    let found: serde_json::Value = serde_json::from_str(&campaign.run(&["check", "--json"]).exits(0).stdout).unwrap();
    assert_eq!((&found["ok"], &found["recipients"], &found["to_send"]), (&true.into(), &1.into(), &1.into()));
    assert!(!campaign.path("logs").exists(), "it writes nothing");
}

#[test]
fn check_warns_of_a_password_that_is_not_there() {
    let session = Session::begin();
    let with = |source: &str| {
        Campaign::new().smtp(&format!("url = \"smtps://letters@smtp.example.org\"\npassword = {source}"))
    };
    with("{ env = \"UNDERSIGNED_NOT_SET\" }")
        .run(&["check"])
        .exits(0)
        .says("campaign.toml:")
        .says("`UNDERSIGNED_NOT_SET`");
    with("{ file = \"secret.txt\" }").run(&["check"]).exits(0).says("campaign.toml:").says("`secret.txt`");
    let set = with("{ env = \"UNDERSIGNED_SET\" }").environment("UNDERSIGNED_SET", "correct horse");
    let ran = set.run(&["check"]).exits(0);
    assert_eq!(ran.stderr, "");
    session.reads("check-password");
}

#[test]
fn plan_says_who_gets_what_and_who_is_skipped_and_why() {
    let campaign = fixed()
        .settings("[lists]\nsuppressions = \"lists/suppressions.csv\"\n")
        .recipients(
            "email,name,lang,cc\nana@example.org,Ana,fr,desk@example.org\nANA@example.org,Ana,,\nbo@example.org,Bo,,eve@example.net\ncy@example.net,Cy,,\n",
        )
        .file("templates/letter.fr.md", "+++\nsubject = \"x\"\n+++\n\nBonjour.\n")
        .file("lists/suppressions.csv", "email,reason\n@example.net,asked to\n");
    insta::assert_snapshot!("plan", campaign.run(&["plan"]).exits(0).stdout);
    insta::assert_snapshot!("plan-json", campaign.run(&["plan", "--json"]).exits(0).stdout);
    assert!(!campaign.path("logs").exists(), "it writes nothing");
    campaign.run(&["plan", "--round", "1"]).exits(2).says("there is no round 1");
}

#[test]
fn plan_knows_who_has_the_letter_already() {
    let session = Session::begin();
    let campaign = Campaign::new().server([]);
    campaign.run(&["send", "--yes", "--only", "bo@example.org"]).exits(0);
    campaign.run(&["plan"]).exits(0).prints("2 letters to send").prints("nothing: accepted before");
    session.reads("plan-sent");
}

#[test]
fn preview_shows_the_letter_as_its_reader_gets_it() {
    let campaign = fixed()
        .recipients("id,email,name,bcc\n7,ana@example.org,\"Ana <b> *x*\",desk@example.org\n8,bo@example.org,Bo,\n");
    insta::assert_snapshot!("preview", campaign.run(&["preview"]).exits(0).stdout);
    insta::assert_snapshot!("preview-html", campaign.run(&["preview", "7", "--format", "html"]).exits(0).stdout);
    let eml = campaign.run(&["preview", "BO@example.org", "--format", "eml"]).exits(0).stdout;
    let lines: Vec<&str> =
        eml.lines().map(|line| if line.starts_with("Date: ") { "Date: [time]" } else { line }).collect();
    insta::assert_snapshot!("preview-eml", lines.join("\n"));
    let message = mail_parser::MessageParser::new().parse(&eml).unwrap();
    assert_eq!((message.subject(), message.body_text(0).unwrap().starts_with("Dear Bo,")), (Some("To Bo"), true));
    let hidden = campaign.run(&["preview", "7", "--format", "eml"]).exits(0).stdout;
    assert!(!hidden.contains("desk@example.org"), "{hidden}");
    campaign.run(&["preview", "9"]).exits(2).says("no recipient has the id or address `9`");
}

#[test]
fn preview_writes_all_letters_into_a_folder() {
    let session = Session::begin();
    let campaign = fixed().recipients("id,email,name\n../../x,ana@example.org,Ana\nb,bo@example.org,Bo\n");
    let out = campaign.path("out");
    let out = out.to_str().unwrap();
    for (format, ending) in [("text", "txt"), ("html", "html"), ("eml", "eml")] {
        campaign.run(&["preview", "--format", format, "--out", out]).exits(0).says("2 letters");
        for name in ["0001-.._.._x", "0002-b"] {
            assert!(campaign.path(&format!("out/{name}.{ending}")).is_file(), "{name}.{ending}");
        }
        // The letters of the time before are gone.
        assert_eq!(std::fs::read_dir(out).unwrap().count(), 3);
    }
    session.reads("preview-folder");
}

/// A campaign with one delivery in each state that a run can leave behind.
fn sent() -> Campaign {
    let at = |address: &str, at, act| Fault::always(When::Recipient(address.to_owned()), at, act);
    let campaign = Campaign::new()
        .settings("[lists]\nsuppressions = \"lists/suppressions.csv\"\n")
        .recipients(
            "id,email,name,organisation\na,ana@example.org,=1+1,\"Delta, \"\"Watch\"\"\"\nb,bo@example.org,Bo,@SUM(A1)\nc,cy@example.org,Cy,\nd,di@example.org,Di,-1\ne,eva@example.org,Eva,+1\n",
        )
        .file("lists/suppressions.csv", "email,reason\neva@example.org,asked to\n")
        .server([
            at("bo@example.org", At::Rcpt, Act::Reply("550 5.1.1 no \x1b[2J\x07such user".into())),
            at("cy@example.org", At::Rcpt, Act::Reply("450 4.2.0 later".into())),
            at("di@example.org", At::FinalDot, Act::Close),
        ]);
    campaign
        .run(&["send", "--yes", "--no-wait"])
        .exits(3)
        .prints("1 accepted, 1 deferred, 1 failed, 1 in-doubt, 1 skipped");
    campaign
}

#[test]
fn the_log_as_a_table() {
    let campaign = sent();
    let table = campaign.run(&["log"]).exits(0).stdout;
    assert!(!table.contains(['\x1b', '\x07']), "a hostile reply steers the terminal: {table:?}");
    insta::assert_snapshot!("log", steady(&table));
}

#[test]
fn the_log_as_csv_has_its_columns_in_their_order() {
    let campaign = sent();
    let csv = campaign.run(&["log", "--format", "csv"]).exits(0).stdout;
    assert_eq!(
        csv.lines().next().unwrap(),
        "campaign,round,recipient,email,name,organisation,state,attempts,first_attempt_at,last_attempt_at,accepted_at,smtp_code,smtp_enhanced,smtp_reply,message_id,answer,answered_at,follow_up,next_attempt_at,note"
    );
    insta::assert_snapshot!("log-csv", steady(&csv));
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let times = ["first_attempt_at", "last_attempt_at", "accepted_at", "next_attempt_at"];
    let headers = reader.headers().unwrap().clone();
    for row in reader.records() {
        let row = row.unwrap();
        for (name, cell) in headers.iter().zip(row.iter()) {
            assert!(!cell.starts_with(['=', '+', '-', '@']), "a spreadsheet runs {cell:?}");
            assert!(
                !times.contains(&name)
                    || cell.is_empty()
                    || cell.ends_with('Z') && cell.parse::<jiff::Timestamp>().is_ok()
            );
        }
    }
}

#[test]
fn the_log_as_json_has_the_same_names_and_values() {
    let campaign = sent();
    let rows = campaign.log();
    let csv = campaign.run(&["log", "--format", "csv"]).exits(0).stdout;
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let headers = reader.headers().unwrap().clone();
    let keys: Vec<&String> = rows[0].as_object().unwrap().keys().collect();
    assert_eq!(keys, headers.iter().collect::<Vec<_>>());
    assert_eq!(rows[0]["name"], "=1+1", "JSON has no formulas");
    for (row, record) in rows.iter().zip(reader.records()) {
        let record = record.unwrap();
        for name in ["recipient", "state", "email", "smtp_enhanced", "message_id", "answer"] {
            let at = headers.iter().position(|header| header == name).unwrap();
            assert_eq!(text(&row[name]), record[at]);
        }
    }
}

#[test]
fn the_log_by_state_and_round() {
    let campaign = sent();
    let rows = |arguments: &[&str]| {
        let csv = campaign.run(&[&["log", "--format", "csv"], arguments].concat()).exits(0).stdout;
        csv.lines().skip(1).map(|line| line.split(',').nth(2).unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(rows(&["--state", "failed"]), ["b"]);
    assert_eq!(rows(&["--state", "failed", "--state", "in-doubt"]), ["b", "d"]);
    assert_eq!(rows(&["--state", "skipped"]), ["e"]);
    assert_eq!(rows(&["--round", "0"]).len(), 5);
    assert!(rows(&["--round", "1"]).is_empty());
}

#[test]
fn the_log_of_a_campaign_that_was_not_sent_is_empty() {
    let session = Session::begin();
    let campaign = fixed();
    assert_eq!(campaign.run(&["log", "--format", "json"]).exits(0).stdout, "[]\n");
    assert_eq!(campaign.run(&["log", "--format", "csv"]).exits(0).stdout.lines().count(), 1);
    assert_eq!(campaign.run(&["log", "--events"]).exits(0).stdout, "");
    campaign.run(&["status"]).exits(0).prints("nothing was sent yet");
    campaign.run(&["resolve", "ana@example.org", "--accepted"]).exits(2).says("nothing was sent yet");
    assert!(!campaign.path("logs").exists(), "it writes nothing");
    session.reads("nothing-sent");
}

#[test]
fn status_shows_where_the_campaign_stands() {
    let campaign = sent();
    insta::assert_snapshot!("status", steady(&campaign.run(&["status"]).exits(0).stdout));
    insta::assert_snapshot!("status-json", steady(&campaign.run(&["status", "--json"]).exits(0).stdout));
}

#[test]
fn resolve_takes_an_id_or_an_address_and_writes_the_log_anew() {
    let session = Session::begin();
    let campaign = sent();
    campaign.run(&["resolve", "di@example.org", "--accepted"]).exits(0).says("counts as accepted");
    let csv = std::fs::read_to_string(campaign.path("logs/contacted.csv")).unwrap();
    assert!(csv.lines().any(|line| line.contains(",d,di@example.org,") && line.contains(",accepted,")), "{csv}");
    campaign.run(&["resolve", "d", "--accepted"]).exits(2).says("`d` is accepted, not in-doubt");
    campaign.run(&["resolve", "b", "--accepted"]).exits(2).says("`b` is failed, not in-doubt");
    campaign.run(&["resolve", "b", "--not-sent"]).exits(0).says("will be sent");

    let campaign = sent();
    campaign.run(&["resolve", "d", "--not-sent"]).exits(0).says("will be sent");
    assert_eq!(campaign.state("d"), "deferred", "and due at once");
    session.reads("resolve");
}

#[test]
fn a_copy_that_was_refused_is_noted() {
    let session = Session::begin();
    let refused = Fault::always(
        When::Recipient("desk@example.org".into()),
        At::Rcpt,
        Act::Reply("550 5.1.1 no such user".into()),
    );
    let campaign = Campaign::new()
        .recipients("email,name,cc\nana@example.org,Ana,desk@example.org\nbo@example.org,Bo,cy@example.org\n")
        .server([refused]);
    campaign.run(&["send", "--yes"]).exits(1).prints("2 accepted");
    let row = campaign.row("ana@example.org");
    assert_eq!((text(&row["state"]), &row["smtp_code"]), ("accepted".into(), &250.into()));
    assert_eq!(text(&row["note"]), "the copy to `desk@example.org` was refused: 550 5.1.1 no such user");
    assert_eq!(text(&campaign.row("bo@example.org")["note"]), "");
    session.reads("send-refused-copy");
}

#[test]
fn completions_are_for_every_shell() {
    let folder = tempfile::tempdir().unwrap();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = run_in(folder.path(), &["completions", shell]).exits(0).prints("resolve").stdout;
        let file = folder.path().join(shell);
        std::fs::write(&file, script).unwrap();
        // The shell reads it, where it is there.
        if let Ok(read) = Command::new(shell).arg("-n").arg(&file).stderr(Stdio::null()).status() {
            assert!(read.success() || shell == "elvish" || shell == "powershell", "{shell}");
        }
    }
}

#[test]
fn the_manual_page_has_every_command() {
    let folder = tempfile::tempdir().unwrap();
    let page = run_in(folder.path(), &["man"]).exits(0).stdout;
    assert!(page.contains(".TH undersigned 1"), "{page}");
    for command in ["INIT", "CHECK", "PLAN", "PREVIEW", "SEND", "RESOLVE", "STATUS", "LOG", "COMPLETIONS"] {
        assert!(page.contains(&format!("UNDERSIGNED {command}")), "{command}");
    }
    let file = folder.path().join("undersigned.1");
    std::fs::write(&file, page).unwrap();
    let shown = Command::new("man").args(["--warnings", "-E", "utf8", "-l"]).arg(&file).env("MANPAGER", "cat").output();
    match shown {
        Ok(shown) if shown.status.success() && !shown.stdout.is_empty() => {
            assert_eq!(String::from_utf8(shown.stderr).unwrap(), "");
            assert!(String::from_utf8(shown.stdout).unwrap().contains("--accept-changes"));
        }
        _ => eprintln!("skipped: there is no `man` that shows a page"),
    }
}

#[test]
fn check_speaks_of_what_has_left_as_of_something_that_has_left() {
    let session = Session::begin();
    let campaign = Campaign::new()
        .recipients("email,name,lang\nana@example.org,Ana,fr\nbo@example.org,Bo,en\n")
        .file("templates/letter.fr.md", "+++\nsubject = \"À {{recipient.name}}\"\n+++\n\nAgissez.\n")
        .server([]);
    let sample = std::fs::read_to_string(campaign.path("campaign.toml"))
        .unwrap()
        .replace("id = \"2027-03-delta\"", "id = \"2027-03-velma-delta\"");
    campaign.write("campaign.toml", sample);
    campaign
        .run_aside(&["check"])
        .exits(0)
        .says("write your own before you send")
        .prints("2 recipients, 2 letters to send");
    campaign.run_aside(&["send", "--yes", "--only", "ana@example.org"]).exits(0);
    // The letter in French has gone to who reads it.
    let ran =
        campaign.run(&["check"]).exits(0).says("keep the id").prints("1 letter to send (1 in en), 1 settled before");
    assert!(!ran.stderr.contains("nobody gets") && !ran.stderr.contains("before you send"), "{ran:?}");
    campaign.run_aside(&["send", "--yes"]).exits(0);
    campaign.run(&["check"]).exits(0).prints("nothing is left to send; ");
    session.reads("check-after-sending");
}
