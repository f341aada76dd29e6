//! By what a mail is tied to a letter, rule by rule.

use jiff::Timestamp;

use super::*;
use crate::inbox::Doubt;
use crate::model::{CampaignId, MessageId, RecipientId, Round};

type Found = Vec<(u32, By)>;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

/// The letters of two rounds to ana, one to bo with a copy to kim, and one to di of the time before ids were keyed.
const LETTERS: [(u32, &str, u32, &str); 4] = [
    (1, "ana", 0, "ana@a.example"),
    (2, "ana", 1, "ana@a.example"),
    (3, "bo", 0, "bo@b.example kim@c.example"),
    (4, "di", 0, "di@d.example"),
];

fn campaign() -> CampaignId {
    CampaignId::parse("c").unwrap()
}

/// A letter's Message-ID.
fn id(key: u32) -> String {
    if key == 4 {
        return "old@us.example".to_owned();
    }
    let Some((_, recipient, round, _)) = LETTERS.iter().find(|letter| letter.0 == key) else {
        return format!("{key}@us.example");
    };
    let recipient = RecipientId::new(*recipient);
    MessageId::of(&TokenKey::new([7; 32]), &campaign(), Round(*round), &recipient, "us.example").as_str().to_owned()
}

fn incoming(clues: &Clues) -> Incoming {
    let mut incoming = Incoming::new([clues], TokenKey::new([7; 32]));
    for (key, recipient, round, addresses) in LETTERS {
        incoming.see(SentLetter {
            campaign: campaign(),
            recipient: RecipientId::new(recipient),
            round: Round(round),
            message_id: id(key),
            token: format!("token{key}"),
            addresses: addresses.split(' ').map(str::to_owned).collect(),
            blind: Vec::new(),
            former: Vec::new(),
            subject: format!("To {recipient}"),
            may_have_left: true,
            sent_at: at(100_000 * i64::from(key)),
        });
    }
    incoming
}

/// The number of a letter.
fn key(letter: &SentLetter) -> u32 {
    LETTERS.iter().find(|(key, ..)| id(*key) == letter.message_id).unwrap().0
}

/// The letters that take effect and those that are suggested, each with the way in which it was found.
fn matched(kind: Kind, clues: &Clues) -> (Found, Found) {
    let incoming = incoming(clues);
    let matched = incoming.matched(kind, clues);
    let keys = |hits: &[Hit<'_>]| hits.iter().map(|hit| (key(hit.letter), hit.by)).collect();
    (keys(&matched.hits), keys(&matched.suggestions))
}

/// What answers the first of some letters, in a thread with the others.
fn thread(keys: &[u32], sender: &str) -> Clues {
    let ids: Vec<String> = keys.iter().map(|key| id(*key)).collect();
    let (answered, thread) = ids.split_at(ids.len().min(1));
    Clues {
        answered: answered.to_vec(),
        thread: thread.to_vec(),
        sender: Some(sender.to_owned()),
        written: Some(at(1_000_000)),
        ..Clues::default()
    }
}

#[test]
fn an_answer_is_about_the_letter_that_it_names_or_the_latest_of_a_thread_with_one_recipient() {
    let clues = thread(&[2, 1], "ana@a.example");
    assert_eq!(matched(Kind::Message, &clues), (vec![(2, By::Thread)], vec![]));
    let whole = Clues { answered: Vec::new(), thread: vec![id(1), id(2)], ..clues };
    assert_eq!(matched(Kind::Message, &whole), (vec![(2, By::Thread)], vec![]));
}

#[test]
fn a_thread_with_the_letters_of_many_says_nothing_for_sure() {
    let everybody = Clues {
        thread: [1, 2, 3, 4].map(id).to_vec(),
        reported: ["ana@a.example", "bo@b.example", "di@d.example"].map(|one| vec![one.to_owned()]).to_vec(),
        ..thread(&[], "eve@attacker.example")
    };
    let suggested = vec![(2, By::Thread), (3, By::Thread), (4, By::Thread)];
    for kind in [Kind::Report, Kind::Complaint, Kind::AutoReply, Kind::Acknowledgement, Kind::Message] {
        assert_eq!(matched(kind, &everybody), (vec![], suggested.clone()), "{kind:?}");
    }
    let of_reader = Clues { sender: Some("bo@b.example".to_owned()), ..everybody };
    assert_eq!(matched(Kind::Message, &of_reader), (vec![(3, By::Thread)], vec![]), "by thread and address");
}

#[test]
fn a_person_is_believed_by_thread_and_address_and_a_machine_by_the_thread() {
    let stranger = thread(&[3], "eve@attacker.example");
    assert_eq!(matched(Kind::Message, &stranger), (vec![], vec![(3, By::Thread)]));
    assert_eq!(matched(Kind::Acknowledgement, &stranger), (vec![(3, By::Thread)], vec![]));
    let without_thread = thread(&[], "kim@c.example");
    for kind in [Kind::Message, Kind::AutoReply, Kind::Acknowledgement] {
        assert_eq!(matched(kind, &without_thread), (vec![], vec![(3, By::Address)]), "{kind:?}");
    }
}

#[test]
fn a_colleague_is_believed_where_nobody_can_make_up_what_they_answer() {
    let colleague = |key, sender: &str| matched(Kind::Message, &thread(&[key], sender));
    assert_eq!(colleague(3, "desk@b.example"), (vec![(3, By::Thread)], vec![]));
    assert_eq!(colleague(4, "desk@d.example"), (vec![], vec![(4, By::Thread)]));
    assert_eq!(colleague(4, "di@d.example"), (vec![(4, By::Thread)], vec![]));
}

#[test]
fn ids_of_the_time_before_they_were_keyed_tie_less() {
    let tie = |key| {
        let clues = Clues { returned: Some(id(key)), ..Clues::default() };
        let incoming = incoming(&clues);
        incoming.matched(Kind::Report, &clues).hits[0].tie
    };
    assert_eq!((tie(3), tie(4)), (Tie::Sure, Tie::OldId));
    let by_token = Clues { tokens: vec!["token4".to_owned()], ..Clues::default() };
    assert_eq!(incoming(&by_token).matched(Kind::Report, &by_token).hits[0].tie, Tie::Sure);
}

#[test]
fn what_is_to_be_doubted_is_a_suggestion_and_junk_counts_by_token() {
    let by_token = Clues {
        tokens: vec!["token1".to_owned()],
        reply_tokens: vec!["token1".to_owned()],
        ..thread(&[3], "bo@b.example")
    };
    let by_thread = thread(&[3], "bo@b.example");
    let doubted = |doubt, clues: &Clues| matched(Kind::Message, &Clues { doubt: Some(doubt), ..clues.clone() });
    assert_eq!(doubted(Doubt::FailedDmarc, &by_token), (vec![], vec![(1, By::Token)]));
    assert_eq!(doubted(Doubt::FailedDmarc, &by_thread), (vec![], vec![(3, By::Thread)]));
    assert_eq!(doubted(Doubt::Junk, &by_token), (vec![(1, By::Token)], vec![]));
    assert_eq!(doubted(Doubt::Junk, &by_thread), (vec![], vec![(3, By::Thread)]));
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

/// "A bounce is never an answer": nor is what a security gateway of the organisation writes in the thread.
#[test]
fn what_comes_to_the_address_for_reports_is_no_answer_whoever_wrote_it_and_whatever_it_answers() {
    let to_reports = |sender: &str| Clues { tokens: vec!["token1".to_owned()], ..thread(&[1], sender) };
    for sender in ["quarantine@a.example", "ana@a.example", "eve@attacker.example"] {
        assert_eq!(matched(Kind::Message, &to_reports(sender)), (vec![], vec![(1, By::Token)]), "{sender}");
    }
    let refusal = Clues { writer: Writer::Unsure, ..to_reports("quarantine@a.example") };
    assert_eq!(matched(Kind::Report, &refusal), (vec![(1, By::Token)], vec![]));
    let to_answers = Clues { reply_tokens: refusal.tokens.clone(), ..refusal };
    assert_eq!(matched(Kind::Report, &to_answers), (vec![], vec![(1, By::Token)]));
    let by_address = Clues { writer: Writer::Unsure, ..thread(&[], "ana@a.example") };
    assert_eq!(matched(Kind::Report, &by_address), (vec![], vec![(2, By::Address)]));
    let of_system = Clues { is_of_mail_system: true, ..thread(&[1], "postmaster@a.example") };
    assert_eq!(matched(Kind::Message, &of_system), (vec![], vec![(1, By::Thread)]));
}

#[test]
fn who_wrote_nothing_is_believed_from_an_address_of_the_letter_alone() {
    let tokens = vec!["token1".to_owned()];
    let silent = |sender: &str| Clues {
        tokens: tokens.clone(),
        reply_tokens: tokens.clone(),
        writer: Writer::Silent,
        ..thread(&[1], sender)
    };
    assert_eq!(matched(Kind::Message, &silent("ana@a.example")), (vec![(1, By::Token)], vec![]));
    for sender in ["desk@a.example", "eve@attacker.example"] {
        assert_eq!(matched(Kind::Message, &silent(sender)), (vec![], vec![(1, By::Token)]), "{sender}");
    }
}

#[test]
fn what_the_campaign_wrote_itself_is_no_answer() {
    let tokens = vec!["token1".to_owned()];
    let own =
        Clues { tokens: tokens.clone(), reply_tokens: tokens, is_ours: true, ..thread(&[1], "letters@us.example") };
    assert_eq!(matched(Kind::Message, &own), (vec![], vec![]));
    assert!(incoming(&own).matched(Kind::Message, &own).is_ours);
    let to_oneself = Clues { sender: Some("ana@a.example".to_owned()), ..own };
    assert_eq!(matched(Kind::Message, &to_oneself), (vec![(1, By::Token)], vec![]));
    let copy = Clues { id: Some(id(2)), ..thread(&[1], "ana@a.example") };
    assert_eq!(matched(Kind::Message, &copy), (vec![], vec![]));
}

#[test]
fn a_mail_is_not_about_a_letter_that_left_after_it_was_written() {
    let early = Clues { written: Some(at(150_000)), ..thread(&[], "ana@a.example") };
    assert_eq!(matched(Kind::AutoReply, &early), (vec![], vec![(1, By::Address)]));
    let before_all = Clues { written: Some(at(10)), ..thread(&[], "ana@a.example") };
    assert_eq!(matched(Kind::AutoReply, &before_all), (vec![], vec![]));
}

#[test]
fn a_report_on_a_letter_of_others_is_a_suggestion_and_one_with_a_wrong_token_is_nothing() {
    let report =
        Clues { reported: vec![vec!["bo@b.example".to_owned()]], written: Some(at(1_000_000)), ..Clues::default() };
    assert_eq!(matched(Kind::Report, &report), (vec![], vec![(3, By::Address)]), "anybody knows an address");
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
    assert_eq!(matched(Kind::Report, &strange), (vec![], vec![(3, By::Address)]));
    let forged = Clues { tokens: vec!["token9".to_owned()], returned: Some(id(3)), ..report };
    assert_eq!(matched(Kind::Report, &forged), (vec![], vec![]));
    assert!(incoming(&forged).matched(Kind::Report, &forged).forged);
}

#[test]
fn one_report_may_speak_of_several_recipients() {
    let report = Clues {
        returned: Some(id(3)),
        reported: ["kim@c.example", "bo@b.example", "zoe@z.example"].map(|one| vec![one.to_owned()]).to_vec(),
        ..Clues::default()
    };
    let incoming = incoming(&report);
    let reported: Vec<_> = incoming.matched(Kind::Report, &report).hits.iter().map(|hit| hit.reported).collect();
    assert_eq!(reported, [Some(0), Some(1)]);
}

#[test]
fn a_token_of_another_campaign_in_a_shared_mailbox_is_known() {
    let to = |kind, sender: &str| {
        let clues = Clues { other_tokens: vec!["token3".to_owned()], ..thread(&[], sender) };
        matched(kind, &clues)
    };
    assert_eq!(to(Kind::Report, "mailer-daemon@mx.example"), (vec![(3, By::Token)], vec![]));
    assert_eq!(to(Kind::AutoReply, "eve@attacker.example"), (vec![(3, By::Token)], vec![]));
    assert_eq!(to(Kind::Message, "bo@b.example"), (vec![(3, By::Token)], vec![]));
    assert_eq!(to(Kind::Message, "desk@b.example"), (vec![(3, By::Token)], vec![]));
    assert_eq!(to(Kind::Message, "eve@attacker.example"), (vec![], vec![(3, By::Token)]));
    let reports = Clues {
        other_tokens: vec!["token3".to_owned()],
        is_to_other_reports: true,
        ..thread(&[3], "quarantine@b.example")
    };
    assert_eq!(matched(Kind::Message, &reports), (vec![], vec![(3, By::Token)]));
    assert_eq!(matched(Kind::Report, &reports), (vec![(3, By::Token)], vec![]));
}

#[test]
fn a_token_is_found_in_whatever_address_it_stands() {
    let mail = "From: bo@b.example\nTo: Answers-ABCDEFGHIJKLMNOP@us.example, xabcdefghijklmno7@us.example, a@us.example\n\nYes.\n";
    let clues = Clues::of(&crate::inbox::classify(mail.as_bytes()));
    for token in ["abcdefghijklmnop", "abcdefghijklmno7"] {
        assert!(clues.other_tokens.contains(&token.to_owned()), "{:?}", clues.other_tokens);
    }
    assert!(!clues.other_tokens.iter().any(|token| token.contains('@')));
    assert!(!clues.is_to_other_reports);
    let reports = mail.replace("a@us.example", "bounces+abcdefghijklmnop@us.example");
    assert!(Clues::of(&crate::inbox::classify(reports.as_bytes())).is_to_other_reports);
}

#[test]
fn what_a_system_marks_as_automatic_though_a_person_wrote_it_is_a_suggestion() {
    let sure = thread(&[1], "ana@a.example");
    let (hits, _) = matched(Kind::Message, &sure);
    assert!(!hits.is_empty());
    let (hits, suggestions) = matched(Kind::Message, &Clues { writer: Writer::Unsure, ..sure });
    assert!(hits.is_empty() && !suggestions.is_empty());
}
