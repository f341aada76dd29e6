//! A ledger that lies outside of the campaign's folder: campaigns in several folders share it, or it keeps out of a
//! folder that is synced.

use tempfile::TempDir;

use crate::harness::Campaign;

/// Two campaigns in two folders, with one ledger in a third.
fn two_folders(settings: &str) -> (TempDir, Campaign, Campaign) {
    let office = tempfile::tempdir().unwrap();
    let url = format!("[ledger]\nurl = \"sqlite:{}\"\n", office.path().join("shared/ledger.db").display());
    let one = Campaign::new().settings(&url).settings(settings).server([]);
    let other = Campaign::new().settings(&url).settings(settings).server([]);
    let toml = std::fs::read_to_string(other.path("campaign.toml")).unwrap();
    other.write("campaign.toml", toml.replace("2027-03-delta", "2027-04-coast"));
    (office, one, other)
}

#[test]
fn campaigns_in_two_folders_share_one_ledger() {
    let (office, one, other) = two_folders("");
    assert!(!office.path().join("shared").exists());
    one.run(&["check"]).exits(0);
    assert!(!office.path().join("shared").exists(), "looking makes nothing");
    one.run(&["send", "--yes"]).exits(0).prints("3 accepted");
    // An opt-out in one is heard in the other, and each has a log of its own.
    one.run(&["mark", "bo@example.org", "opted-out"]).exits(0);
    other.run(&["plan"]).exits(0).prints("suppressed");
    other.run(&["send", "--yes"]).exits(0).prints("2 accepted, 1 skipped");
    assert_eq!(other.reached(), ["ana@example.org", "cy@example.org"]);
    one.run(&["status"]).exits(0).prints("(2027-03-delta)").prints("accepted           3");
    other.run(&["status"]).exits(0).prints("(2027-04-coast)").prints("accepted           2");
    assert!(!one.path("logs/ledger.db").exists());
    for campaign in [&one, &other] {
        assert!(campaign.path("logs/contacted.csv").exists());
    }
    // Whatever is told of one is not told of the other.
    one.run(&["stop"]).exits(0);
    other.run(&["send", "--yes"]).exits(0);
    one.run(&["hand-over"]).exits(0).says("and the ledger, which lies outside of it: ");
    other.run(&["send", "--yes"]).exits(2).says("handed over");
}

#[cfg(unix)]
#[test]
fn a_folder_that_is_there_keeps_its_mode_and_one_that_is_made_is_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let (office, one, other) = two_folders("");
    let mode = |path: &str| office.path().join(path).metadata().unwrap().permissions().mode() & 0o777;
    std::fs::set_permissions(office.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
    one.run(&["send", "--yes"]).exits(0);
    assert_eq!((mode("."), mode("shared"), mode("shared/ledger.db")), (0o755, 0o700, 0o600));
    std::fs::set_permissions(office.path().join("shared"), std::fs::Permissions::from_mode(0o750)).unwrap();
    other.run(&["send", "--yes"]).exits(0);
    assert_eq!((mode("shared"), mode("shared/ledger.db")), (0o750, 0o600));
}

#[test]
fn the_windows_of_an_account_are_shared() {
    let (_office, one, other) = two_folders("[pace]\nper_hour = 4\n");
    one.run(&["send", "--yes", "--no-wait"]).exits(0).prints("3 accepted");
    other.run(&["send", "--yes", "--no-wait"]).exits(3).prints("2 planned, 1 accepted");
    assert_eq!(one.received().len() + other.received().len(), 4);
}

#[test]
fn the_ledgers_path_may_lead_out_of_the_folder_and_no_other_may() {
    let campaign = Campaign::new().server([]);
    // Out of the folder and back into it, so that nothing is left beside it.
    let name = campaign.path(".").canonicalize().unwrap();
    let url = format!("sqlite:../{}/aside/ledger.db", name.file_name().unwrap().display());
    let campaign = campaign.settings(&format!("[ledger]\nurl = \"{url}\"\n"));
    campaign.run(&["send", "--yes"]).exits(0).prints("3 accepted");
    assert!(campaign.path("aside/ledger.db").exists());
    for (url, told) in [
        ("sqlite:", "the path is empty"),
        ("sqlite:~/ledger.db", "`~` is not read as a folder"),
        ("mysql://host/db", "other stores are not known"),
    ] {
        let campaign = Campaign::new().settings(&format!("[ledger]\nurl = \"{url}\"\n"));
        campaign.run(&["plan"]).exits(2).says(told);
    }
    let campaign = Campaign::new().settings("[lists]\nrecipients = \"../recipients.csv\"\n");
    campaign.run(&["plan"]).exits(2).says("outside the workspace");
}

#[test]
fn a_ledger_in_a_synced_folder_is_a_warning_and_one_outside_is_none() {
    let campaign = Campaign::new().file(".sync_2f3a.db", "").server([]);
    let told = "a folder that Nextcloud or ownCloud syncs";
    campaign.run(&["check"]).exits(0).says(told);
    campaign.run(&["send", "--yes"]).exits(0).says(told);
    campaign.run(&["status"]).exits(0).says(told);
    let ran = campaign.run(&["send", "--sandbox", "--yes"]).exits(0);
    assert!(!ran.stderr.contains(told), "{ran:?}");
    let (_office, one, _other) = two_folders("");
    one.write(".sync_2f3a.db", "");
    let ran = one.run(&["send", "--yes"]).exits(0);
    assert!(!ran.stderr.contains("syncs"), "{ran:?}");
}
