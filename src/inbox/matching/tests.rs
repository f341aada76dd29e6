//! By what a mail is tied to a letter, rule by rule.

use jiff::Timestamp;

use super::*;
use crate::model::{CampaignId, RecipientId, Round};

type Found = Vec<(u32, By)>;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

/// The letters of two rounds to ana, and one to bo with a copy to kim.
fn incoming(clues: &Clues) -> Incoming {
    let mut incoming = Incoming::new([clues]);
    for (key, recipient, round, addresses) in
        [(1, "ana", 0, "ana@a.example"), (2, "ana", 1, "ana@a.example"), (3, "bo", 0, "bo@b.example kim@c.example")]
    {
        incoming.see(SentLetter {
            campaign: CampaignId::parse("c").unwrap(),
            recipient: RecipientId::new(recipient),
            round: Round(round),
            message_id: format!("{key}@us.example"),
            token: format!("token{key}"),
            addresses: addresses.split(' ').map(str::to_owned).collect(),
            blind: Vec::new(),
            subject: format!("To {recipient}"),
            may_have_left: true,
            sent_at: at(100_000 * i64::from(key)),
        });
    }
    incoming
}

/// The number at the beginning of a letter's Message-ID.
fn key(letter: &SentLetter) -> u32 {
    letter.message_id.split('@').next().unwrap().parse().unwrap()
}

/// The letters that take effect and those that are suggested, each with the way in which it was found.
fn matched(kind: Kind, clues: &Clues) -> (Found, Found) {
    let incoming = incoming(clues);
    let matched = incoming.matched(kind, clues);
    let keys = |hits: &[Hit<'_>]| hits.iter().map(|hit| (key(hit.letter), hit.by)).collect();
    (keys(&matched.hits), keys(&matched.suggestions))
}

fn thread(ids: &[&str], sender: &str) -> Clues {
    Clues {
        thread: ids.iter().map(|id| (*id).to_owned()).collect(),
        sender: Some(sender.to_owned()),
        written: Some(at(1_000_000)),
        ..Clues::default()
    }
}

#[test]
fn an_answer_to_the_whole_chain_is_about_the_latest_letter_of_each_recipient() {
    let clues = thread(&["1@us.example", "2@us.example"], "ana@a.example");
    assert_eq!(matched(Kind::Message, &clues), (vec![(2, By::Thread)], vec![]));
}

#[test]
fn a_person_is_believed_by_thread_and_address_and_a_machine_by_one_of_them() {
    let stranger = thread(&["3@us.example"], "eve@attacker.example");
    assert_eq!(matched(Kind::Message, &stranger), (vec![], vec![(3, By::Thread)]));
    assert_eq!(matched(Kind::Acknowledgement, &stranger), (vec![(3, By::Thread)], vec![]));
    let without_thread = thread(&[], "kim@c.example");
    assert_eq!(matched(Kind::Message, &without_thread), (vec![], vec![(3, By::Address)]));
    assert_eq!(matched(Kind::AutoReply, &without_thread), (vec![(3, By::Address)], vec![]));
}

#[test]
fn what_comes_to_the_address_for_reports_is_no_answer_of_a_person() {
    let tokens = vec!["token1".to_owned()];
    let clues =
        Clues { tokens: tokens.clone(), sender: Some("list-owner@lists.example".to_owned()), ..Clues::default() };
    assert_eq!(matched(Kind::Message, &clues), (vec![], vec![(1, By::Token)]));
    assert_eq!(matched(Kind::AutoReply, &clues), (vec![(1, By::Token)], vec![]));
    let answer = Clues { reply_tokens: tokens, ..clues };
    assert_eq!(matched(Kind::Message, &answer), (vec![(1, By::Token)], vec![]));
    let unread = Clues { is_of_mail_system: true, ..answer };
    assert_eq!(matched(Kind::Message, &unread), (vec![], vec![(1, By::Token)]));
}

#[test]
fn what_the_campaign_wrote_itself_is_no_answer() {
    let tokens = vec!["token1".to_owned()];
    let own = Clues {
        tokens: tokens.clone(),
        reply_tokens: tokens,
        is_ours: true,
        ..thread(&["1@us.example"], "letters@us.example")
    };
    assert_eq!(matched(Kind::Message, &own), (vec![], vec![]));
    assert!(incoming(&own).matched(Kind::Message, &own).is_ours);
    let to_oneself = Clues { sender: Some("ana@a.example".to_owned()), ..own };
    assert_eq!(matched(Kind::Message, &to_oneself), (vec![(1, By::Token)], vec![]));
    let copy = Clues { id: Some("2@us.example".to_owned()), ..thread(&["1@us.example"], "ana@a.example") };
    assert_eq!(matched(Kind::Message, &copy), (vec![], vec![]));
}

#[test]
fn a_mail_is_not_about_a_letter_that_left_after_it_was_written() {
    let early = Clues { written: Some(at(150_000)), ..thread(&[], "ana@a.example") };
    assert_eq!(matched(Kind::AutoReply, &early), (vec![(1, By::Address)], vec![]));
    let before_all = Clues { written: Some(at(10)), ..thread(&[], "ana@a.example") };
    assert_eq!(matched(Kind::AutoReply, &before_all), (vec![], vec![]));
}

#[test]
fn a_report_on_a_letter_of_others_is_a_suggestion_and_one_with_a_wrong_token_is_nothing() {
    let report =
        Clues { reported: vec![vec!["bo@b.example".to_owned()]], written: Some(at(1_000_000)), ..Clues::default() };
    assert_eq!(matched(Kind::Report, &report), (vec![(3, By::Address)], vec![]));
    let of_others = Clues { returned: Some("other@them.example".to_owned()), ..report.clone() };
    assert_eq!(matched(Kind::Report, &of_others), (vec![], vec![(3, By::Address)]));
    let with_token = Clues { tokens: vec!["token1".to_owned()], ..report.clone() };
    assert_eq!(matched(Kind::Report, &with_token), (vec![(1, By::Token)], vec![]));
    // By the envelope id alone, and once where both say it.
    let with_id = Clues { envelope_id: Some("token1".to_owned()), ..report.clone() };
    assert_eq!(matched(Kind::Report, &with_id), (vec![(1, By::EnvelopeId)], vec![]));
    let with_both = Clues { envelope_id: Some("token1".to_owned()), ..with_token };
    assert_eq!(matched(Kind::Report, &with_both), (vec![(1, By::Token)], vec![]));
    let strange = Clues { envelope_id: Some("made-up".to_owned()), ..report.clone() };
    assert_eq!(matched(Kind::Report, &strange), (vec![(3, By::Address)], vec![]));
    let forged = Clues { tokens: vec!["token9".to_owned()], returned: Some("3@us.example".to_owned()), ..report };
    assert_eq!(matched(Kind::Report, &forged), (vec![], vec![]));
    assert!(incoming(&forged).matched(Kind::Report, &forged).forged);
}

#[test]
fn one_report_may_speak_of_several_recipients() {
    let report = Clues {
        returned: Some("3@us.example".to_owned()),
        reported: ["kim@c.example", "bo@b.example", "zoe@z.example"].map(|one| vec![one.to_owned()]).to_vec(),
        ..Clues::default()
    };
    let incoming = incoming(&report);
    let reported: Vec<_> = incoming.matched(Kind::Report, &report).hits.iter().map(|hit| hit.reported).collect();
    assert_eq!(reported, [Some(0), Some(1)]);
}

#[test]
fn what_a_system_marks_as_automatic_though_a_person_wrote_it_is_a_suggestion() {
    let sure = thread(&["1@us.example"], "ana@a.example");
    let (hits, _) = matched(Kind::Message, &sure);
    assert!(!hits.is_empty());
    let (hits, suggestions) = matched(Kind::Message, &Clues { writer: Writer::Unsure, ..sure });
    assert!(hits.is_empty() && !suggestions.is_empty());
}
