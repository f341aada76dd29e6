//! What must not change once the first letter has left.

use super::ALL;
use crate::harness::Campaign;

#[test]
fn a_letter_that_changed_after_the_first_left_stops_the_run() {
    let campaign = Campaign::new().server([]);
    campaign.run(&["send", "--yes", "--limit", "1"]).exits(0);
    campaign.write("templates/letter.md", "+++\nsubject = \"Other\"\n+++\n\nOther words.\n");
    campaign.run(&["send", "--yes"]).exits(2).says("templates/letter.md").says("--accept-changes");
    assert_eq!(campaign.received().len(), 1);
    campaign.run(&["send", "--yes", "--accept-changes"]).exits(0).prints("3 accepted");
    assert_eq!(campaign.reached(), ALL);
}

#[test]
fn an_attachment_that_changed_stops_the_run_whoever_it_is_for() {
    let of_all = Campaign::new().settings("[letter]\ndate = 2027-03-22\nattachments = [\"files/annex.pdf\"]\n");
    let of_letter = Campaign::new()
        .file("templates/letter.md", "+++\nsubject = \"x\"\nattachments = [\"files/annex.pdf\"]\n+++\n\nHello.\n");
    let of_one = Campaign::new().recipients(
        "email,name,attachments\nana@example.org,Ana,\nbo@example.org,Bo,\ncy@example.org,Cy,files/annex.pdf\n",
    );
    for campaign in [of_all, of_letter, of_one] {
        let campaign = campaign.file("files/annex.pdf", "one").server([]);
        campaign.run(&["send", "--yes", "--limit", "1"]).exits(0);
        campaign.write("files/annex.pdf", "two");
        campaign.run(&["check"]).exits(0).says("changed since the first letter left: files/annex.pdf");
        campaign.run(&["send", "--yes"]).exits(2).says("files/annex.pdf").says("--accept-changes");
        assert_eq!(campaign.received().len(), 1);
        campaign.run(&["send", "--yes", "--accept-changes"]).exits(0).prints("3 accepted");
        assert_eq!(campaign.reached(), ALL);
    }
}

#[test]
fn a_new_recipient_may_bring_an_attachment_along() {
    let campaign = Campaign::new()
        .recipients("email,name,attachments\nana@example.org,Ana,files/a.pdf\nbo@example.org,Bo,\n")
        .file("files/a.pdf", "a")
        .file("files/c.pdf", "c")
        .server([]);
    campaign.run(&["send", "--yes", "--limit", "1"]).exits(0);
    campaign
        .write("lists/recipients.csv", "email,name,attachments\nbo@example.org,Bo,\ncy@example.org,Cy,files/c.pdf\n");
    campaign.run(&["send", "--yes"]).exits(0);
    assert_eq!(campaign.reached(), ALL);
}

#[test]
fn another_campaign_with_the_same_id_is_refused() {
    let campaign = Campaign::new().server([]);
    campaign.run(&["send", "--yes", "--limit", "1"]).exits(0);
    let settings =
        std::fs::read_to_string(campaign.path("campaign.toml")).unwrap().replace("Keep the delta", "Free the press");
    campaign.write("campaign.toml", settings);
    campaign.run(&["send", "--yes"]).exits(2).says("campaign.toml").says("an `id` of its own");
    assert_eq!(campaign.received().len(), 1);
}
