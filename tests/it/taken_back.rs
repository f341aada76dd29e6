//! A person takes back what they said of a recipient, and mail has come meanwhile.

use crate::answered::{inbox, sent};
use crate::harness::{Campaign, text};
use crate::mails::{answer, letter};

const ANA: &str = "ana@example.org";

/// Ana's answer in the thread of her letter.
fn says(campaign: &Campaign, body: &str) -> String {
    let thread = format!("In-Reply-To: <{}>\n", letter(campaign, ANA).id);
    answer(ANA, "letters@coalition.example", &thread, body)
}

fn stands(campaign: &Campaign) -> String {
    text(&campaign.row(ANA)["answer"])
}

#[test]
fn an_answer_that_came_by_mail_while_a_mark_stood_counts_once_that_is_taken_back() {
    let campaign = sent();
    campaign.run(&["mark", ANA, "declined"]).exits(0);
    inbox(&campaign, [says(&campaign, "Yes, we agree with all of it.")]);
    campaign.run(&["sync"]).exits(0);
    assert_eq!(stands(&campaign), "declined");
    campaign
        .run(&["mark", ANA, "--undo"])
        .exits(0)
        .says("`declined`, is taken back; `replied` stands again, as a mail says");
    assert_eq!(stands(&campaign), "replied");
    campaign.days_go_by(14);
    campaign.run(&["follow-up", "--yes", "--no-sync"]).exits(0).prints("2 accepted");
    assert_eq!(campaign.reached().iter().filter(|to| *to == ANA).count(), 1);
    // What the mail says can be taken back too, and then nothing stands.
    campaign.run(&["mark", ANA, "--undo"]).exits(0).says("`replied`, is taken back");
    campaign.run(&["mark", ANA, "acknowledged"]).exits(0);
    campaign.run(&["mark", ANA, "--undo"]).exits(0).says("`acknowledged`, is taken back");
    assert_eq!(stands(&campaign), "none");
}

#[test]
fn an_answer_by_mail_that_a_mark_replaced_stands_again() {
    let campaign = sent();
    inbox(&campaign, [says(&campaign, "Yes, we agree with all of it.")]);
    campaign.run(&["sync"]).exits(0);
    campaign.run(&["mark", ANA, "declined"]).exits(0);
    campaign.run(&["mark", ANA, "acknowledged"]).exits(0);
    campaign.run(&["mark", ANA, "--undo"]).exits(0).says("`replied` stands again");
    assert_eq!(stands(&campaign), "replied");
}

#[test]
fn a_wish_for_no_more_letters_that_came_meanwhile_stays_a_suppression() {
    let campaign = sent();
    campaign.run(&["mark", ANA, "replied"]).exits(0);
    inbox(&campaign, [says(&campaign, "Please take me off your mailing list.")]);
    campaign.run(&["sync"]).exits(0);
    campaign.run(&["mark", ANA, "--undo"]).exits(0).says("`opted-out` stands again");
    assert_eq!(stands(&campaign), "opted-out");
    campaign.run(&["suppress"]).exits(0).prints(ANA);
}
