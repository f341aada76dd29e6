//! A letter that is offered in the same write that hands the one before it over.

use super::*;

/// Hands Ana's letter over and offers Bo's along with it, on a server with this script.
struct Pair {
    sandbox: Sandbox,
    connection: Connection,
    ana: Outcome,
    bo: Option<Offered>,
}

async fn pair(sandbox: Sandbox, bo: &Envelope) -> Pair {
    let mut connection = connect(&sandbox).await;
    assert_eq!(connection.offer(Letter { envelope: &ana(), message: MESSAGE }).await, Offered::Welcome);
    let next = Letter { envelope: bo, message: MESSAGE };
    let (ana, ahead) = connection.hand_over(MESSAGE, Some(next)).await;
    let bo = match ahead {
        Some(ahead) => Some(connection.hear(ahead).await),
        None => None,
    };
    Pair { sandbox, connection, ana: ana.outcome, bo }
}

fn bo() -> Envelope {
    envelope("bo@example.net", &[])
}

/// What happens at Bo's letter alone.
fn to_bo(at: At, act: Act) -> Fault {
    Fault::always(When::Transaction(2), at, act)
}

#[tokio::test]
async fn a_letter_costs_one_round_trip() {
    let mut pair = pair(sandbox(vec![]).await, &bo()).await;
    assert_eq!((verdict(&pair.ana), pair.bo), (Verdict::Accepted, Some(Offered::Welcome)));
    let (attempt, nobody) = pair.connection.hand_over(MESSAGE, None).await;
    assert!(verdict(&attempt.outcome) == Verdict::Accepted && nobody.is_none());
    assert!(pair.connection.is_usable());
    assert_eq!((pair.connection.sent(), pair.sandbox.count()), (2, 2));
    let commands: Vec<_> =
        pair.sandbox.connections()[0].commands[4..].iter().map(|said| (said.text.clone(), said.pipelined)).collect();
    let mail = format!("MAIL FROM:<letters@coalition.example> SIZE={}", MESSAGE.len());
    let [rcpt, data] = ["RCPT TO:<bo@example.net>", "DATA"].map(str::to_owned);
    assert_eq!(commands, [(mail, true), (rcpt, true), (data, true)]);
}

#[tokio::test]
async fn the_copies_of_the_next_letter_are_asked_about_as_ever() {
    let refused = Fault::always(When::Recipient("cy@example.net".to_owned()), At::Rcpt, reply("550 5.1.1 no"));
    let letter = envelope("bo@example.net", &["cy@example.net", "di@example.net"]);
    let mut pair = pair(sandbox(vec![refused]).await, &letter).await;
    assert_eq!(pair.bo, Some(Offered::Welcome));
    let (attempt, _) = pair.connection.hand_over(MESSAGE, None).await;
    assert_eq!(attempt.refused_copies.len(), 1);
    assert_eq!(pair.sandbox.received()[1].recipients, ["bo@example.net", "di@example.net"]);
}

#[tokio::test]
async fn what_is_said_to_one_letter_is_never_taken_for_the_other() {
    let no = |stage, code: u16, text: &str| Outcome::Refused { stage, reply: crate::model::Reply::new(code, [text]) };

    let refused = Fault::always(When::Transaction(1), At::FinalDot, reply("550 5.7.0 no"));
    let mut first = pair(sandbox(vec![refused]).await, &bo()).await;
    assert_eq!((first.ana, first.bo), (no(Stage::FinalDot, 550, "5.7.0 no"), Some(Offered::Welcome)));
    assert_eq!(verdict(&first.connection.hand_over(MESSAGE, None).await.0.outcome), Verdict::Accepted);
    assert_eq!(first.sandbox.received()[0].recipients, ["bo@example.net"]);

    for (at, stage) in [(At::Mail, Stage::Mail), (At::Rcpt, Stage::Rcpt), (At::Data, Stage::Data)] {
        let mut second = pair(sandbox(vec![to_bo(at, reply("451 4.3.0 later"))]).await, &bo()).await;
        assert_eq!(verdict(&second.ana), Verdict::Accepted);
        assert_eq!(second.bo, Some(Offered::Ended(no(stage, 451, "4.3.0 later").into())));
        assert!(second.connection.is_usable(), "after a refusal {stage}");
        assert_eq!(verdict(&second.connection.attempt(&bo(), MESSAGE).await.outcome), Verdict::Accepted);
        assert_eq!(second.sandbox.count(), 2);
    }
}

#[tokio::test]
async fn a_letter_that_the_server_was_never_heard_about_can_be_offered_again() {
    for act in [Act::Close, Act::KeepAndClose, Act::Half, reply("421 4.3.2 closing")] {
        let server = sandbox(vec![Fault::always(When::Transaction(1), At::FinalDot, act.clone())]).await;
        let mut patience = server.server();
        patience.timeout = SILENCE;
        let mut connection = Connection::open(&patience).await.unwrap();
        assert_eq!(connection.offer(Letter { envelope: &ana(), message: MESSAGE }).await, Offered::Welcome);
        let bo = bo();
        let (ana, next) = connection.hand_over(MESSAGE, Some(Letter { envelope: &bo, message: MESSAGE })).await;
        assert_ne!(verdict(&ana.outcome), Verdict::Accepted, "{act:?}");
        assert!(next.is_none(), "{act:?}");
        assert!(!connection.is_usable(), "{act:?}");
        server.stop().await;
    }
    let full = Untaken::Full(crate::model::Reply::new(421, ["4.3.2 closing"]));
    for (act, why) in [(Act::Close, Untaken::HungUp), (reply("421 4.3.2 closing"), full)] {
        let closed = pair(sandbox(vec![to_bo(At::Mail, act)]).await, &bo()).await;
        assert_eq!((verdict(&closed.ana), closed.bo), (Verdict::Accepted, Some(Offered::Untaken(why))));
        assert!(!closed.connection.is_usable());
    }
}

#[tokio::test]
async fn one_reply_too_many_to_a_letter_hands_nothing_over() {
    let surplus = Act::Followed(b"250 2.0.0 surplus\r\n".to_vec());
    let mut pair = pair(sandbox(vec![Fault::always(When::Transaction(1), At::FinalDot, surplus)]).await, &bo()).await;
    assert_eq!(verdict(&pair.ana), Verdict::Accepted);
    assert!(matches!(pair.bo, Some(Offered::Ended(Attempt { outcome: Outcome::Broken { .. }, .. }))), "{:?}", pair.bo);
    let (attempt, _) = pair.connection.hand_over(MESSAGE, None).await;
    assert_eq!(verdict(&attempt.outcome), Verdict::Deferred);
    assert_eq!(pair.sandbox.count(), 1);
}

#[tokio::test]
async fn nothing_is_offered_ahead_without_pipelining() {
    let mut pair = pair(old_sandbox(vec![]).await, &bo()).await;
    assert_eq!((verdict(&pair.ana), pair.bo), (Verdict::Accepted, None));
    assert!(!pair.connection.looks_ahead());
    assert_eq!(verdict(&pair.connection.attempt(&bo(), MESSAGE).await.outcome), Verdict::Accepted);
}

#[tokio::test]
async fn a_message_is_handed_over_only_where_it_was_welcome() {
    let sandbox = sandbox(vec![]).await;
    let mut connection = connect(&sandbox).await;
    let (attempt, _) = connection.hand_over(MESSAGE, None).await;
    assert_eq!(verdict(&attempt.outcome), Verdict::Deferred);
    assert_eq!(sandbox.count(), 0);
}

#[tokio::test]
async fn a_server_that_takes_nothing_from_behind_a_message_has_taken_the_message() {
    for (act, silence) in [(Act::ForgetAhead, SILENCE), (Act::RefuseAhead, PATIENCE)] {
        let server = sandbox(vec![Fault::once(When::Transaction(1), At::FinalDot, act.clone())]).await;
        let limits = Limits { ahead: silence, ..patient() };
        let mut connection = Connection::open_within(&server.server(), limits).await.unwrap();
        assert_eq!(connection.offer(Letter { envelope: &ana(), message: MESSAGE }).await, Offered::Welcome);
        let bo = bo();
        let (ana, ahead) = connection.hand_over(MESSAGE, Some(Letter { envelope: &bo, message: MESSAGE })).await;
        assert_eq!(verdict(&ana.outcome), Verdict::Accepted, "{act:?}");
        assert_eq!(connection.hear(ahead.unwrap()).await, Offered::Untaken(Untaken::Forgotten), "{act:?}");
        assert!(!connection.is_usable(), "{act:?}");
        let mut again = connect(&server).await;
        assert_eq!(verdict(&again.attempt(&bo, MESSAGE).await.outcome), Verdict::Accepted);
        assert_eq!(server.count(), 2);
    }
}

#[tokio::test]
async fn a_connection_that_has_taken_letters_may_be_full_and_a_new_one_is_refused() {
    let full = |text: &str| Fault::always(When::Transaction(2), At::Mail, reply(text));
    for text in ["421 too many messages in this connection", "452 4.5.3 Too many messages sent"] {
        let server = sandbox(vec![full(text)]).await;
        let mut connection = connect(&server).await;
        assert_eq!(verdict(&connection.attempt(&ana(), MESSAGE).await.outcome), Verdict::Accepted);
        let offered = connection.offer(Letter { envelope: &bo(), message: MESSAGE }).await;
        assert!(matches!(offered, Offered::Untaken(Untaken::Full(_))), "{text}: {offered:?}");
        assert_eq!((connection.begun(), connection.is_usable()), (1, false));
    }
    let server = sandbox(vec![fault(At::Mail, reply("421 too many messages in this connection"))]).await;
    let offered = connect(&server).await.offer(Letter { envelope: &ana(), message: MESSAGE }).await;
    assert!(matches!(offered, Offered::Ended(_)), "{offered:?}");
}
