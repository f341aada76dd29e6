//! Every form of the desk, each on a page of a campaign on which it stands.

use std::time::Duration;

use undersigned::transport::sandbox::{Act, At, Fault, When};

use super::client::Desk;
use super::pages::mixed;
use crate::answered::inbox;
use crate::harness::Campaign;
use crate::mails::answer;

/// A form: on which page it stands, where it is sent to, and its fields with what a person would write.
pub type Form = (String, String, Vec<(&'static str, String)>);

fn own(text: &str) -> String {
    text.to_owned()
}

/// Three letters as in `mixed`, one more that is to be sent, and a mail that waits for a person.
pub fn lying() -> Campaign {
    let campaign = mixed().settings("[inbox]\nmbox = \"inbox.mbox\"\n");
    let list = std::fs::read_to_string(campaign.path("lists/recipients.csv")).unwrap();
    campaign.write("lists/recipients.csv", format!("{list}dee@example.org,Dee,,DE,\n"));
    let mail = answer("pat@example.org", "letters@coalition.example", "", "We agree.");
    inbox(&campaign, [mail.replace("Re: To Ana", "Odp: To Ana")]);
    campaign.run(&["sync"]);
    campaign
}

/// The forms of such a campaign: all but those of a run that goes on, and of a campaign that is stopped.
pub fn forms(desk: &Desk) -> Vec<Form> {
    let (ana, bo, cy) = (desk.page_of("Ana"), desk.page_of("Bo"), desk.page_of("Cy"));
    let key = bo.replace("/recipients/", "");
    vec![
        (
            ana.clone(),
            format!("{ana}/mark"),
            vec![("status", own("replied")), ("note", own("n")), ("on", own("2026-01-05"))],
        ),
        (ana.clone(), format!("{ana}/note"), vec![("note", own("a note"))]),
        (ana.clone(), format!("{ana}/suppress"), vec![("reason", own("asked"))]),
        (cy.clone(), format!("{cy}/resolve"), vec![("as", own("accepted")), ("round", own("0"))]),
        (own("/recipients"), own("/recipients"), vec![("pick", key), ("status", own("declined"))]),
        (own("/suppressions"), own("/suppressions"), vec![("whom", own("@elsewhere.example")), ("reason", own("r"))]),
        (
            own("/letter"),
            own("/run/test"),
            vec![("address", own("maria@coalition.example")), ("round", own("0")), ("as", own("ana@example.org"))],
        ),
        (own("/approval"), own("/approval"), vec![("person", own("Noor Haddad")), ("note", own("fine"))]),
        (own("/inbox"), own("/inbox"), vec![("confirm", own("1")), ("pick", own("1")), ("chosen", own("dismiss"))]),
        (own("/run"), own("/run/sync"), vec![]),
        (
            own("/run"),
            own("/run/send"),
            vec![("number", own("1")), ("round", own("0")), ("limit", own("1")), ("only", own("x"))],
        ),
        (own("/run"), own("/run/halt"), vec![("reason", own("the board asks"))]),
        (ana.clone(), format!("{ana}/forget"), vec![("typed", own("ana@example.org"))]),
    ]
}

/// The form of a campaign that is stopped.
pub fn of_a_stopped_one(_: &Desk) -> Vec<Form> {
    vec![(own("/run"), own("/run/resume"), vec![])]
}

/// A campaign that is stopped.
pub fn stopped() -> Campaign {
    let campaign = mixed();
    campaign.run(&["stop", "--reason", "the board asks"]).exits(0);
    campaign
}

/// The forms of a run that goes on.
pub fn of_a_run(_: &Desk) -> Vec<Form> {
    vec![(own("/run"), own("/run/stop"), vec![]), (own("/run"), own("/run/stop-now"), vec![])]
}

/// A campaign to a server that takes its time.
pub fn slow() -> Campaign {
    let slow = Fault::always(When::Always, At::FinalDot, Act::Late(Duration::from_secs(1)));
    Campaign::new().many_recipients(30).settings("[pace]\nconnections = 2\n").server([slow])
}

/// Whether a path is one of a pattern, in which `{…}` is one part of a path.
pub fn is_of(path: &str, pattern: &str) -> bool {
    let (parts, pattern): (Vec<&str>, Vec<&str>) = (path.split('/').collect(), pattern.split('/').collect());
    let fits = |(part, wanted): (&&str, &&str)| part == wanted || (wanted.starts_with('{') && !part.is_empty());
    parts.len() == pattern.len() && parts.iter().zip(&pattern).all(fits)
}
