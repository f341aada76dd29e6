//! What a person does at the desk besides marking: a test letter, forgetting, stopping and going on, suppressing.

use super::client::Desk;
use super::forms::told;
use super::pages::mixed;
use super::runs::wait_for;
use crate::harness::{Campaign, text};

const OWN: &str = "maria@coalition.example";

#[test]
fn a_test_letter_goes_to_an_address_of_one_s_own_and_is_no_delivery() {
    let campaign = Campaign::new().settings("[pace]\nper_day = 2\n").server([]);
    let desk = Desk::open(&campaign, &[]);
    let page = desk.get("/letter?n=2").shows("Send this letter to an address of your own first");
    assert!(page.form("/run/test").hidden.contains(&("as".to_owned(), "bo@example.org".to_owned())));
    desk.fill_in("/letter?n=2", "/run/test", &[("address", OWN)]);
    wait_for(&desk, "The test letter went out.").shows("To Bo").shows("250");
    assert_eq!(campaign.reached(), [OWN]);
    assert_eq!(campaign.log().len(), 0, "it is no delivery");
    for (address, why) in [
        ("ana@example.org", "is in the list"),
        ("maria@", "is not an email address"),
        ("<script>@x", "is not an email address"),
    ] {
        desk.fill_in("/letter", "/run/test", &[("address", address)]);
        wait_for(&desk, why).shows("The test letter did not go.").hides("<script>@");
    }
    assert_eq!(campaign.received().len(), 1);
    // It counts in the windows, as a letter does.
    desk.fill_in("/letter", "/run/test", &[("address", OWN)]);
    wait_for(&desk, "The test letter went out.");
    desk.fill_in("/letter", "/run/test", &[("address", OWN)]);
    wait_for(&desk, "leave no room for a test letter now");
    assert_eq!(campaign.received().len(), 2);
    let tests = campaign.events().into_iter().filter(|event| event["event"] == "test").count();
    assert_eq!(tests, 4, "two of each letter that went");
}

#[test]
fn whoever_is_to_be_forgotten_is_typed_and_then_nothing_is_known_of_them() {
    let (here, there) = (mixed(), mixed());
    let desk = Desk::open(&here, &[]);
    let ana = desk.page_of("Ana");
    let before = told(&here);
    for typed in ["", "ana", "bo@example.org", "yes"] {
        desk.fill_in(&ana, "/forget", &[("typed", typed)]).shows("That is not the address. Nothing was forgotten.");
    }
    assert_eq!(told(&here), before);
    let page = desk.fill_in(&ana, "/forget", &[("typed", "Ana@Example.org")]).shows("What told of them is gone");
    let page = page.shows("lists/recipients.csv:2").shows("Not reached: backups").shows("This person was forgotten");
    page.hides("/mark\"").hides("/suppress\"").hides("Undo");
    there.run(&["forget", "ana@example.org", "--yes"]);
    let kinds =
        |campaign: &Campaign| -> Vec<String> { campaign.events().iter().map(|event| text(&event["event"])).collect() };
    assert_eq!(kinds(&here), kinds(&there));
    assert!(!here.run(&["log", "--events"]).exits(0).stdout.contains("ana@"));
    desk.get("/recipients").hides("Ana");
}

#[test]
fn the_campaign_is_stopped_and_goes_on_and_each_is_undone() {
    let (here, there) = (mixed(), mixed());
    let desk = Desk::open(&here, &[]);
    desk.fill_in("/run", "/run/halt", &[("reason", "the <b>board</b> asks")]).shows("The campaign is stopped");
    desk.get("/run").shows("the &lt;b&gt;board&lt;/b&gt; asks").hides("/run/halt");
    here.run(&["send", "--yes"]).exits(2).says("board");
    desk.fill_in("/run?said=1", "/run/resume", &[]).shows("The campaign goes on");
    // The undo of that stops it for the reason of before.
    desk.fill_in("/run?said=2", "/run/halt", &[]).shows("The campaign is stopped");
    desk.get("/").shows("board");
    for command in [
        &["stop", "--reason", "the <b>board</b> asks"][..],
        &["stop", "--undo"],
        &["stop", "--reason", "the <b>board</b> asks"],
    ] {
        there.run(command).exits(0);
    }
    assert_eq!(told(&here), told(&there));
}

#[test]
fn a_run_of_a_terminal_ends_when_the_campaign_is_stopped_at_the_desk() {
    let campaign = super::runs::slow(60);
    let desk = Desk::open(&campaign, &[]);
    let run = campaign.start(&["send", "--yes"]);
    wait_for(&desk, "This run was begun elsewhere");
    while campaign.received().len() < 3 {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    desk.fill_in("/run", "/run/halt", &[]).shows("The campaign is stopped");
    assert_eq!(run.wait_with_output().unwrap().status.code(), Some(3));
    assert!(campaign.received().len() < 60);
    wait_for(&desk, "Let it go on").hides("/run/stop");
}

#[test]
fn addresses_and_domains_that_no_list_has_are_suppressed_and_written_to_again() {
    let (here, there) = (mixed(), mixed());
    let desk = Desk::open(&here, &[]);
    desk.get("/suppressions").shows("Nobody. Whoever asks for it can be entered here");
    desk.fill_in("/suppressions", "/suppressions", &[("whom", "nobody")]).shows("Nothing was recorded");
    let fields = [("whom", "@Elsewhere.example"), ("reason", "<i>asked</i>")];
    desk.fill_in("/suppressions", "/suppressions", &fields).shows("is written to no more").shows("&lt;i&gt;asked");
    // The notice has the form that takes it back, and the notice of that the one that suppresses again.
    desk.fill_in("/suppressions?said=2", "/suppressions", &[]).shows("may be written to again");
    let page = desk.fill_in("/suppressions?said=3", "/suppressions", &[]).shows("is written to no more");
    page.shows("@elsewhere.example").shows("&lt;i&gt;asked").hides("<i>asked");
    desk.get("/suppressions?q=nowhere").shows("Nobody is like that");
    desk.get("/").shows("href=\"/suppressions\"");
    for command in [
        &["suppress", "@Elsewhere.example", "--reason", "<i>asked</i>"][..],
        &["suppress", "@elsewhere.example", "--undo"],
        &["suppress", "@elsewhere.example", "--reason", "<i>asked</i>"],
    ] {
        there.run(command).exits(0);
    }
    assert_eq!(told(&here), told(&there));
    let reading = Desk::open(&here, &["--read-only"]);
    reading.get("/suppressions").shows("@elsewhere.example").hides("method=\"post\"");
}

#[test]
fn the_letter_that_was_sent_is_had_as_a_pdf_where_the_program_makes_any() {
    let campaign = mixed();
    let desk = Desk::open(&campaign, &[]);
    let ana = desk.page_of("Ana");
    let path = format!("{ana}/letter/0/pdf");
    if cfg!(feature = "pdf") {
        desk.get(&ana).shows(&format!("href=\"{path}\""));
        let pdf = desk.bytes(&path);
        assert!(pdf.windows(5).any(|bytes| bytes == b"%PDF-"), "{}", String::from_utf8_lossy(&pdf));
    } else {
        desk.get(&ana).shows("This program was built without PDF.").hides("/pdf\"");
        assert_eq!(desk.get(&path).status, 422);
    }
}

#[test]
fn the_report_is_opened_and_saved_at_the_desk() {
    let campaign = mixed();
    let desk = Desk::open(&campaign, &[]);
    desk.get("/report").shows("For yourselves").shows("To hand round or to publish");
    let (own, public) = (desk.get("/report/page"), desk.get("/report/page?public=yes&save=yes&by=country"));
    assert_eq!(own.body, campaign.run(&["report"]).exits(0).stdout);
    assert_eq!(public.body, campaign.run(&["report", "--public", "--by", "country"]).exits(0).stdout);
    assert_eq!(public.header("content-disposition"), Some("attachment; filename=\"report-public.html\""));
    assert!(own.header("content-security-policy").unwrap().starts_with("sandbox"));
    own.shows("ana@example.org");
    public.hides("@example.org");
    desk.get("/report?by=nothing").shows("nothing").hides("/report/page");
    desk.get("/report?by=email").hides("/report/page");
    let fresh = Campaign::new();
    Desk::open(&fresh, &[]).get("/report").shows("Nothing was sent yet").hides("/report/page");
}
