//! Copies that a server does not take along with their letter: each goes by itself, and has a state of its own.

use undersigned::transport::sandbox::{Act, At, Fault, Received, When};

use crate::harness::{Campaign, text};

const LIST: &str = "email,name,cc\nana@example.org,Ana,\"desk@example.net, office@example.net\"\nbo@example.org,Bo,\n";

/// A letter with two copies, and one without, through a server with this script.
fn copied(script: impl IntoIterator<Item = Fault>) -> Campaign {
    Campaign::new().recipients(LIST).settings("[retry]\nfirst_after = \"50ms\"\n").server(script)
}

/// What the server does, once, to the copy for the office.
fn once(at: At, act: Act) -> Fault {
    Fault::once(When::Recipient("office@example.net".to_owned()), at, act)
}

fn says(reply: &str) -> Act {
    Act::Reply(reply.to_owned())
}

/// Whom each letter to Ana went to, in their order; all have the same bytes.
fn to_ana(campaign: &Campaign) -> Vec<Vec<String>> {
    let is_to_ana = |letter: &Received| String::from_utf8_lossy(&letter.message).contains("ana@example.org");
    let letters: Vec<Received> = campaign.received().into_iter().filter(is_to_ana).collect();
    assert!(letters.iter().all(|letter| letter.message == letters[0].message), "other bytes");
    assert!(letters.iter().all(|letter| letter.from == letters[0].from), "another sender");
    letters.into_iter().map(|letter| letter.recipients).collect()
}

/// What became of copies by themselves, in the order in which it happened.
fn told(campaign: &Campaign) -> Vec<String> {
    let events = campaign.events();
    let copies = events.iter().filter(|event| event["event"] == "copy");
    copies.map(|event| format!("{} {}", text(&event["detail"]["address"]), text(&event["detail"]["state"]))).collect()
}

const WITHOUT: [&str; 2] = ["ana@example.org", "desk@example.net"];
const ALONE: [&str; 1] = ["office@example.net"];

#[test]
fn a_copy_that_is_one_too_many_goes_at_once_by_itself() {
    for reply in ["452 4.5.3 Too many recipients", "431 Too many recipients.", "452 later", "552 too many recipients"] {
        let campaign = copied([once(At::Rcpt, says(reply))]);
        campaign.run(&["send", "--yes", "--no-wait"]).exits(0).prints("2 accepted");
        assert_eq!(to_ana(&campaign), [&WITHOUT[..], &ALONE[..]], "{reply}");
        assert_eq!(told(&campaign), ["office@example.net attempting", "office@example.net accepted"]);
        let row = campaign.row("ana@example.org");
        assert_eq!((&row["attempts"], text(&row["note"])), (&1.into(), String::new()), "{reply}");
    }
}

#[test]
fn whose_letter_is_refused_is_told_with_those_who_get_no_copy_of_it() {
    let refused = says("550 5.1.1 no such user");
    let campaign = copied([Fault::always(When::Recipient("ana@example.org".to_owned()), At::Rcpt, refused)]);
    campaign.run(&["send", "--yes", "--no-wait"]).exits(1).prints("1 accepted, 1 failed");
    let note = text(&campaign.row("ana@example.org")["note"]);
    assert_eq!(note, "refused at RCPT; the copies to `desk@example.net`, `office@example.net` did not go out either");
}

#[test]
fn a_copy_that_is_put_off_goes_later_by_itself_and_its_letter_stays_accepted() {
    let campaign = copied([once(At::Rcpt, says("450 4.2.0 Greylisted, come back"))]);
    campaign.run(&["send", "--yes"]).exits(0).prints("2 accepted");
    assert_eq!(to_ana(&campaign), [&WITHOUT[..], &ALONE[..]]);
}

#[test]
fn a_copy_goes_in_the_next_run_as_its_letter_was_whatever_the_list_says_by_then() {
    let campaign = copied([once(At::Rcpt, says("450 4.2.0 Greylisted, come back"))]);
    // A run that is to send one letter alone does not wait for its copies.
    campaign.run(&["send", "--yes", "--no-wait", "--limit", "1"]).exits(0).says("1 copy is still to be sent");
    campaign.run(&["status"]).exits(0).prints("1 copy is still to be sent");
    let note = text(&campaign.row("ana@example.org")["note"]);
    assert_eq!(note, "the copy to `office@example.net` was put off: 450 4.2.0 Greylisted, come back");
    campaign.write("lists/recipients.csv", LIST.replace(",Ana,", ",Anastasia,"));
    std::thread::sleep(std::time::Duration::from_millis(100));
    campaign.run(&["send", "--yes"]).exits(0).prints("2 accepted");
    assert_eq!(to_ana(&campaign), [&WITHOUT[..], &ALONE[..]]);
    assert_eq!(text(&campaign.row("ana@example.org")["note"]), "");
}

#[test]
fn a_copy_that_is_refused_has_failed_and_the_letter_has_not() {
    let campaign = copied([once(At::Rcpt, says("550 5.1.1 no such user"))]);
    campaign.run(&["send", "--yes"]).exits(1).prints("2 accepted").says("1 copy failed");
    campaign.run(&["status"]).exits(0).prints("1 copy failed");
    let refused_later =
        copied([once(At::Rcpt, says("452 4.5.3 Too many recipients")), once(At::Rcpt, says("550 5.1.1 no such user"))]);
    refused_later.run(&["send", "--yes"]).exits(1).prints("2 accepted").says("1 copy failed");
    let note = text(&refused_later.row("ana@example.org")["note"]);
    assert_eq!(note, "the copy to `office@example.net` was refused: 550 5.1.1 no such user");
}

#[test]
fn a_copy_whose_reply_is_lost_is_in_doubt_until_a_person_says_what_became_of_it() {
    for (word, went) in [("--accepted", 1), ("--not-sent", 2)] {
        let lost = [once(At::Rcpt, says("452 4.5.3 Too many recipients")), once(At::FinalDot, Act::KeepAndClose)];
        let campaign = copied(lost);
        campaign.run(&["send", "--yes"]).exits(1).prints("2 accepted").says("1 copy is in doubt");
        campaign.run(&["send", "--yes"]).exits(1).says("1 copy is in doubt");
        assert_eq!(to_ana(&campaign).len(), 2, "it does not go again by itself");
        campaign.run(&["resolve", "ana@example.org", word]).exits(0);
        campaign.run(&["send", "--yes"]).exits(0).prints("2 accepted");
        assert_eq!(to_ana(&campaign).iter().filter(|to| **to == ALONE).count(), went, "{word}");
        campaign.run(&["resolve", "ana@example.org", word]).exits(2);
    }
}

#[test]
fn a_copy_that_must_not_be_written_to_any_more_is_left_out() {
    let letters = ["450 4.2.0 Greylisted", "450 4.2.0 Greylisted"].map(|reply| once(At::Rcpt, says(reply)));
    let campaign = copied(letters);
    campaign.run(&["send", "--yes", "--limit", "1"]).exits(0).says("1 copy is still to be sent");
    campaign.run(&["suppress", "office@example.net", "--reason", "asked by phone"]).exits(0);
    campaign.run(&["send", "--yes"]).exits(0).prints("2 accepted");
    assert_eq!(to_ana(&campaign), [&WITHOUT[..]]);
    let note = text(&campaign.row("ana@example.org")["note"]);
    assert_eq!(note, "the copy to `office@example.net` was left out: suppressed: asked by phone");
}

#[test]
fn a_copy_that_goes_by_itself_counts_in_the_windows() {
    let campaign = copied([once(At::Rcpt, says("452 4.5.3 Too many recipients"))]);
    let campaign = campaign.recipients(&LIST.replace("bo@example.org,Bo,\n", "")).settings("[pace]\nper_day = 3\n");
    campaign.run(&["send", "--yes", "--no-wait"]).exits(3).prints("1 accepted").says("1 copy is still to be sent");
    assert_eq!(to_ana(&campaign), [&WITHOUT[..]]);
    let settings = std::fs::read_to_string(campaign.path("campaign.toml")).unwrap();
    campaign.write("campaign.toml", settings.replace("per_day = 3", "per_day = 4"));
    campaign.run(&["send", "--yes", "--no-wait"]).exits(0);
    assert_eq!(to_ana(&campaign), [&WITHOUT[..], &ALONE[..]]);
}

#[test]
fn a_copy_that_failed_with_the_first_letter_is_left_out_of_the_follow_up() {
    let unknown =
        Fault::always(When::Recipient("office@example.net".to_owned()), At::Rcpt, says("550 5.1.1 no such user"));
    let campaign = copied([unknown]).settings("[[follow_up]]\nafter = \"1 day\"\ntemplate = \"templates/letter.md\"\n");
    campaign.run(&["send", "--yes"]).exits(1).prints("2 accepted");
    campaign.days_go_by(3);
    let plan = campaign.run(&["plan", "--round", "1", "--json"]).exits(0).stdout;
    assert!(plan.contains("\"reason\": \"its copy failed in round 0\""), "{plan}");
    campaign.run(&["follow-up", "--yes"]).exits(0).prints("2 accepted");
    let connections = campaign.sandbox().connections();
    let asked = connections.iter().flat_map(|connection| connection.texts());
    let asked = asked.filter(|command| command.starts_with("RCPT") && command.contains("office@example.net")).count();
    assert_eq!(asked, 1, "with the first letter alone");
    let follow_up = campaign.received().pop().unwrap();
    assert!(!String::from_utf8_lossy(&follow_up.message).contains("office@example.net"));
}

#[test]
fn who_has_the_letter_as_a_copy_gets_none_of_their_own_when_the_list_makes_them_a_row() {
    let campaign = copied([]);
    campaign.run(&["send", "--yes"]).exits(0).prints("2 accepted");
    campaign.write("lists/recipients.csv", format!("{LIST}office@example.net,Office,\ndee@example.org,Dee,\n"));
    campaign.run(&["check"]).says("`office@example.net` is skipped: has this letter already, as a copy");
    campaign.run(&["send", "--yes"]).exits(0).prints("3 accepted");
    let reached = campaign.received().into_iter().flat_map(|letter| letter.recipients);
    assert_eq!(reached.filter(|to| to == "office@example.net").count(), 1);
    let reason = text(&campaign.row("office@example.net")["note"]);
    assert_eq!(reason, "has this letter already, as a copy of the one to `ana@example.org`");
}

#[test]
fn the_order_of_the_addresses_in_a_cell_sends_nothing_again() {
    let list = |cell: &str| format!("email,name\n\"{cell}\",Ana\nbo@example.org,Bo\n");
    let campaign = Campaign::new().recipients(&list("ana@example.org; desk@example.net")).server([]);
    campaign.run(&["send", "--yes"]).exits(0).prints("2 accepted");
    for cell in ["desk@example.net; ana@example.org", "desk@example.net", "desk@example.net; new@example.net"] {
        campaign.write("lists/recipients.csv", list(cell));
        campaign.run(&["send", "--yes"]).exits(0);
        let reached: Vec<String> = campaign.received().into_iter().flat_map(|letter| letter.recipients).collect();
        for address in ["ana@example.org", "desk@example.net"] {
            assert_eq!(reached.iter().filter(|to| *to == address).count(), 1, "{cell}: {reached:?}");
        }
    }
    let reached: Vec<String> = campaign.received().into_iter().flat_map(|letter| letter.recipients).collect();
    assert!(reached.contains(&"new@example.net".to_owned()), "whoever stands behind is not lost: {reached:?}");
}

#[test]
fn who_may_have_a_copy_of_a_letter_in_doubt_gets_none_of_their_own() {
    let lost = Fault::once(When::Recipient("ana@example.org".to_owned()), At::FinalDot, Act::KeepAndClose);
    let campaign = copied([lost]);
    campaign.run(&["send", "--yes"]).exits(1).prints("1 in-doubt");
    campaign.write("lists/recipients.csv", format!("{LIST}office@example.net,Office,\n"));
    campaign.run(&["send", "--yes"]).exits(1);
    assert_eq!(text(&campaign.row("office@example.net")["state"]), "skipped");
}

#[test]
fn an_address_with_copies_of_several_letters_is_named_with_their_number() {
    let campaign = Campaign::new()
        .recipients(
            "email,name,cc,bcc\nana@example.org,Ana,desk@example.net,\nbo@example.org,Bo,Desk@example.net,\n\
             cy@example.org,Cy,,desk@example.net\ndi@example.org,Di,own@example.net,\n",
        )
        .server([]);
    let said = "`Desk@example.net` gets 3 copies, one of each letter that has it in Cc or Bcc";
    campaign.run_aside(&["check"]).exits(0).says(said);
    campaign.run_aside(&["plan"]).exits(0).says(said);
    let ran = campaign.run_aside(&["send", "--yes"]).exits(0).says(said);
    assert!(!ran.stderr.contains("own@example.net"), "{ran:?}");
}
