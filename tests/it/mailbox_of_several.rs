//! Several people at one mailbox, each of whom gets a letter, since a person chose that; and nobody gets one twice,
//! whatever becomes of the list and of the ledger.

use std::fs;

use crate::harness::{Campaign, text};

const LETTER: &str = "+++\nsubject = \"To {{recipient.name}}\"\n+++\n\nDear {{recipient.name}}.\n";
const EACH: &str = "[lists]\nsame_address = \"each\"\n[pace]\nper_day = 100000\n";

/// Two people at one mailbox, and one with a mailbox of her own. The list has no ids.
const LIST: &str = "email,name\noffice@example.org,Ana Roe\noffice@example.org,Bo Lind\ncy@example.org,Cy Dee\n";

fn campaign(list: &str) -> Campaign {
    Campaign::new().recipients(list).file("templates/letter.md", LETTER).settings(EACH).server([])
}

/// Whom the letters that arrived were to, by their subjects.
fn greeted(campaign: &Campaign) -> Vec<String> {
    let subject = |message: &[u8]| {
        let message = String::from_utf8_lossy(message).into_owned();
        let line = message.lines().find(|line| line.starts_with("Subject: ")).unwrap_or_default();
        line["Subject: To ".len()..].trim_end().to_owned()
    };
    let mut greeted: Vec<String> = campaign.received().iter().map(|mail| subject(&mail.message)).collect();
    greeted.sort();
    greeted
}

#[test]
fn each_of_several_people_at_a_mailbox_gets_a_letter_and_that_is_said_before() {
    let campaign = campaign(LIST);
    let said = "3 letters to send, to 3 addresses; 2 to people who share an address, one each";
    campaign.run(&["plan"]).exits(0).prints(said);
    let sent = campaign.run(&["send", "--yes"]).exits(0);
    assert!(sent.stderr.contains(said), "{}", sent.stderr);
    assert_eq!(greeted(&campaign), ["Ana Roe", "Bo Lind", "Cy Dee"]);
    let rows = campaign.log();
    let ids: Vec<String> = rows.iter().map(|row| text(&row["recipient"])).collect();
    assert_eq!(ids, ["office@example.org (ana roe)", "office@example.org (bo lind)", "cy@example.org"]);
    assert_ne!(rows[0]["message_id"], rows[1]["message_id"]);
    campaign.run(&["send", "--yes"]).exits(0);
    assert_eq!(campaign.received().len(), 3);
}

#[test]
fn nobody_at_a_shared_mailbox_gets_a_letter_twice_whatever_becomes_of_the_list() {
    for (case, list) in [
        (
            "in another order",
            "email,name\noffice@example.org,Bo Lind\ncy@example.org,Cy Dee\noffice@example.org,Ana Roe\n",
        ),
        ("names in another form", "email,name\noffice@example.org,\"ROE, Ana\"\noffice@example.org,Mr B. Lind MP\n"),
        ("ids", "email,name,id\noffice@example.org,Ana Roe,1\noffice@example.org,Bo Lind,2\n"),
        ("one of them alone", "email,name\noffice@example.org,Bo Lind\n"),
        ("without names", "email\noffice@example.org\noffice@example.org\n"),
        (
            "somebody twice",
            "email,name\noffice@example.org,Bo Lind\noffice@example.org,Ana Roe\noffice@example.org,Lind Bo\n",
        ),
    ] {
        let campaign = campaign(LIST);
        campaign.run(&["send", "--yes"]).exits(0);
        campaign.write(
            "templates/letter.md",
            "+++\nsubject = \"To {{default recipient.name \\\"you\\\"}}\"\n+++\n\nDear all.\n".replace("\\\"", "'"),
        );
        campaign.write("lists/recipients.csv", list);
        for settings in [EACH, "[pace]\nper_day = 100000\n"] {
            let file = fs::read_to_string(campaign.path("campaign.toml")).unwrap();
            campaign.write("campaign.toml", file.replace(EACH, settings));
            let ran = campaign.run(&["send", "--yes", "--accept-changes"]);
            assert_eq!(campaign.received().len(), 3, "{case}, {settings}: {ran:#?}");
        }
    }
}

#[test]
fn somebody_who_comes_to_the_mailbox_gets_a_letter_unless_it_may_be_one_who_had_it() {
    let campaign = campaign(LIST);
    campaign.run(&["send", "--yes"]).exits(0);
    campaign.write("lists/recipients.csv", format!("{LIST}office@example.org,Eve Moe\n"));
    campaign.run(&["send", "--yes"]).exits(0);
    assert_eq!(greeted(&campaign), ["Ana Roe", "Bo Lind", "Cy Dee", "Eve Moe"]);
    // Whoever is Fay was not there before, and Bo is gone: has he another name?
    let list = "email,name\noffice@example.org,Ana Roe\noffice@example.org,Fay Kin\noffice@example.org,Eve Moe\n";
    campaign.write("lists/recipients.csv", list);
    let refused = campaign.run(&["send", "--yes"]).exits(2).says(
        "lists/recipients.csv:3:1: `office@example.org` was written to in this round as `office@example.org (bo lind)` (`Bo Lind`), and no row \
         of the list is that one for certain: it may have been `Fay Kin`; keep the row of whoever got that letter, or give it the id \
         `office@example.org (bo lind)`",
    );
    assert_eq!(campaign.received().len(), 4, "{refused:#?}");
    let list = "email,name,id\noffice@example.org,Ana Roe,\noffice@example.org,Fay Kin,office@example.org (bo lind)\n";
    campaign.write("lists/recipients.csv", format!("{list}office@example.org,Eve Moe,\n"));
    campaign.run(&["send", "--yes"]).exits(0);
    assert_eq!(campaign.received().len(), 4);
}

#[test]
fn who_got_the_mailboxs_letter_before_that_was_chosen_gets_no_other() {
    let campaign = campaign(LIST);
    let file = fs::read_to_string(campaign.path("campaign.toml")).unwrap();
    campaign.write("campaign.toml", file.replace("same_address = \"each\"", "same_address = \"first\""));
    campaign.run(&["send", "--yes"]).exits(0);
    assert_eq!(greeted(&campaign), ["Ana Roe", "Cy Dee"]);
    campaign.write("campaign.toml", file);
    campaign.run(&["send", "--yes"]).exits(0);
    assert_eq!(greeted(&campaign), ["Ana Roe", "Bo Lind", "Cy Dee"]);
}

#[test]
fn two_people_at_a_mailbox_have_ids_of_their_own() {
    let campaign = campaign("email,name,id\noffice@example.org,Ana Roe,office\noffice@example.org,Bo Lind,office\n");
    let said = "lists/recipients.csv:3:28: the id `office` is already that of `Ana Roe` on line 2; where each of several people at one address \
                gets a letter, give each an id of their own";
    campaign.run(&["check"]).exits(2).says(said);
    campaign.run(&["send", "--yes"]).exits(2);
    assert!(campaign.received().is_empty());
}

#[test]
fn each_persons_follow_up_goes_on_from_that_persons_letter() {
    let campaign = campaign(LIST).settings("[[follow_up]]\nafter = \"1 day\"\ntemplate = \"templates/letter.md\"\n");
    campaign.run(&["send", "--yes"]).exits(0);
    campaign.run(&["mark", "office@example.org", "replied"]).exits(2);
    campaign.run(&["mark", "office@example.org (bo lind)", "replied"]).exits(0);
    campaign.days_go_by(3);
    campaign.run(&["follow-up", "--yes"]).exits(0);
    let follow_ups: Vec<_> = campaign.received().split_off(3);
    let ana = &campaign.log()[0];
    let first = text(&ana["message_id"]);
    let to_ana: Vec<String> =
        follow_ups.iter().map(|mail| String::from_utf8_lossy(&mail.message).into_owned()).collect();
    assert_eq!(to_ana.len(), 2, "{to_ana:#?}");
    assert!(
        to_ana.iter().any(|mail| mail.contains("To Ana Roe") && mail.contains(&format!("In-Reply-To: {first}"))),
        "{first}: {to_ana:#?}"
    );
    assert!(!to_ana.iter().any(|mail| mail.contains("To Bo Lind")));
}

#[test]
fn who_got_a_letter_is_known_also_where_the_ledger_is_lost() {
    for is_csv_lost in [false, true] {
        let campaign = campaign(LIST);
        campaign.run(&["send", "--yes"]).exits(0);
        for file in ["ledger.db", "ledger.db-wal", "ledger.db-shm"] {
            let _ = fs::remove_file(campaign.path("logs").join(file));
        }
        if is_csv_lost {
            fs::remove_file(campaign.path("logs/contacted.csv")).unwrap();
        }
        campaign.run(&["send", "--yes"]).exits(2);
        campaign.run(&["adopt", "--witness"]).exits(0);
        let ran = campaign.run(&["send", "--yes"]);
        assert_eq!(campaign.received().len(), 3, "{ran:#?}");
        campaign.run(&["send", "--yes"]);
        assert_eq!(campaign.received().len(), 3);
        let states = campaign.states();
        assert_eq!(states.values().filter(|state| *state == "accepted").count(), 3, "{states:?}");
    }
}

#[test]
fn people_at_a_mailbox_that_is_forgotten_leave_no_name_and_the_witness_knows_their_letters() {
    let campaign = campaign(LIST);
    campaign.run(&["send", "--yes"]).exits(0);
    campaign.write("lists/recipients.csv", "email,name\ncy@example.org,Cy Dee\n");
    campaign.run(&["forget", "office@example.org", "--yes"]).exits(0);
    assert_eq!(campaign.files_with("bo lind"), [] as [String; 0]);
    campaign.run(&["send", "--yes"]).exits(0);
    campaign.write("lists/recipients.csv", LIST);
    campaign.run(&["send", "--yes"]).exits(0);
    assert_eq!(campaign.received().len(), 3);
}
