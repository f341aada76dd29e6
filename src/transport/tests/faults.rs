//! Every fault, what is seen of it, and what it means.

use super::*;
use crate::model::Reply;

/// What an attempt gave, whether the connection can be used after it, and how many messages the server kept.
struct Seen {
    outcome: Outcome,
    usable: bool,
    kept: usize,
    said: Vec<String>,
}

async fn see_on(sandbox: Sandbox) -> Seen {
    see_within(sandbox, patient(), PATIENCE).await
}

async fn see_within(sandbox: Sandbox, limits: Limits, final_reply: Duration) -> Seen {
    let mut server = sandbox.server();
    server.timeout = final_reply;
    let mut connection = Connection::open_within(&server, limits).await.unwrap();
    let outcome = connection.attempt(&ana(), MESSAGE).await.outcome;
    Seen { usable: connection.is_usable(), kept: sandbox.count(), said: said(&sandbox), outcome }
}

/// Waits long at every step but the one at which the fault is.
async fn see(at: At, act: Act) -> Seen {
    let mut limits = patient();
    let mut final_reply = PATIENCE;
    if matches!(act, Act::Silence | Act::Half | Act::Late(_) | Act::Trickle(_)) {
        *match at {
            At::Mail => &mut limits.mail,
            At::Rcpt => &mut limits.rcpt,
            At::Data => &mut limits.data,
            _ => &mut final_reply,
        } = SILENCE;
    }
    see_within(sandbox(vec![fault(at, act)]).await, limits, final_reply).await
}

fn refused(stage: Stage, text: &str) -> Outcome {
    let (code, text) = text.split_once(' ').unwrap_or((text, ""));
    let reply = Reply::new(code.parse().unwrap(), [text]);
    Outcome::Refused { stage, reply }
}

const STAGES: [(At, Stage); 4] =
    [(At::Mail, Stage::Mail), (At::Rcpt, Stage::Rcpt), (At::Data, Stage::Data), (At::FinalDot, Stage::FinalDot)];

#[tokio::test]
async fn a_refusal_is_seen_at_its_stage_and_the_connection_survives_it() {
    for (at, stage) in STAGES {
        for text in ["450 4.2.0 later", "550 5.1.1 no", "471 odd", "550"] {
            for pipelining in [true, false] {
                let script = vec![fault(at, reply(text))];
                let sandbox = if pipelining { sandbox(script).await } else { old_sandbox(script).await };
                let seen = see_on(sandbox).await;
                assert_eq!(seen.outcome, refused(stage, text), "{at:?} {text}");
                assert!(seen.usable, "{at:?} {text}");
                assert_eq!(seen.kept, 0);
                assert_eq!(seen.said.last().unwrap(), "RSET");
            }
        }
    }
}

#[tokio::test]
async fn a_421_before_the_dot_defers_and_ends_the_connection() {
    for (at, stage) in STAGES {
        let seen = see(at, reply("421 4.3.2 shutting down")).await;
        assert_eq!(seen.outcome, refused(stage, "421 4.3.2 shutting down"));
        assert_eq!(verdict(&seen.outcome), Verdict::Deferred);
        assert!(!seen.usable);
        assert!(!seen.said.contains(&"RSET".to_owned()));
    }
}

#[tokio::test]
async fn what_breaks_before_the_dot_is_broken_and_after_it_in_doubt() {
    for (at, stage) in STAGES {
        for (act, cause) in [
            (Act::Close, Cause::Closed),
            (Act::HalfAndClose, Cause::Closed),
            (Act::Silence, Cause::TimedOut(SILENCE)),
            (Act::Half, Cause::TimedOut(SILENCE)),
            (Act::Late(Duration::from_millis(600)), Cause::TimedOut(SILENCE)),
            (Act::Trickle(Duration::from_millis(40)), Cause::TimedOut(SILENCE)),
            (Act::Raw(b"hello\r\n".to_vec()), Cause::NotAReply("`hello` is not an SMTP reply".to_owned())),
        ] {
            let kept = usize::from(at == At::FinalDot && !matches!(act, Act::Close | Act::Raw(_)));
            let seen = see(at, act.clone()).await;
            if at == At::FinalDot {
                assert_eq!(seen.outcome, Outcome::InDoubt { cause }, "{act:?}");
                assert_eq!(verdict(&seen.outcome), Verdict::InDoubt);
            } else {
                assert_eq!(seen.outcome, Outcome::Broken { stage, cause }, "{act:?}");
                assert_eq!(verdict(&seen.outcome), Verdict::Deferred);
            }
            assert!(!seen.usable, "{at:?} {act:?}");
            assert_eq!(seen.kept, kept, "{at:?} {act:?}");
        }
    }
}

#[tokio::test]
async fn a_message_that_was_kept_without_a_reply_is_in_doubt_just_like_one_that_was_not() {
    for (act, kept) in [(Act::KeepAndClose, 1), (Act::Close, 0)] {
        let seen = see(At::FinalDot, act).await;
        assert_eq!(seen.outcome, Outcome::InDoubt { cause: Cause::Closed });
        assert_eq!(seen.kept, kept);
    }
}

#[tokio::test]
async fn replies_that_the_library_dislikes_are_decided_from_their_bytes() {
    for bytes in [
        &b"250\r\n"[..],
        b"250 \r\n",
        b"250 re\xe7u, merci\r\n",
        b"250-2.0.0 one\r\n250-\r\n250 2.0.0 two\r\n",
        b"250 ok\n",
    ] {
        for pipelining in [true, false] {
            let script = [At::Mail, At::Rcpt, At::FinalDot].map(|at| fault(at, Act::Raw(bytes.to_vec()))).to_vec();
            let sandbox = if pipelining { sandbox(script).await } else { old_sandbox(script).await };
            let seen = see_on(sandbox).await;
            assert_eq!(verdict(&seen.outcome), Verdict::Accepted, "{bytes:?}: {}", seen.outcome);
            assert!(seen.usable);
        }
    }
    let seen = see(At::Rcpt, Act::Raw(b"550-bo\xeete\r\n550\r\n".to_vec())).await;
    assert_eq!(seen.outcome, refused(Stage::Rcpt, "550 bo\u{fffd}te"));
    assert!(seen.usable);
}

#[tokio::test]
async fn only_250_accepts_a_letter() {
    for text in ["251 forwarded", "252 perhaps", "200 yes", "354 more", "221 bye", "220 hello"] {
        let seen = see(At::FinalDot, reply(text)).await;
        assert!(matches!(seen.outcome, Outcome::InDoubt { .. }), "{text}: {}", seen.outcome);
        assert!(!seen.usable);
    }
}

#[tokio::test]
async fn a_reply_that_does_not_belong_breaks_the_attempt() {
    for (at, stage, text) in
        [(At::Mail, Stage::Mail, "354 go on"), (At::Rcpt, Stage::Rcpt, "334 what"), (At::Data, Stage::Data, "250 ok")]
    {
        let seen = see(at, reply(text)).await;
        let Outcome::Broken { stage: broken, cause: Cause::Unexpected(_) } = seen.outcome else {
            panic!("{at:?}: {}", seen.outcome);
        };
        assert_eq!(broken, stage);
        assert!(!seen.usable);
    }
}

#[tokio::test]
async fn a_refused_recipient_whose_data_is_welcome_costs_the_connection_and_nothing_is_sent() {
    let script = vec![fault(At::Rcpt, reply("550 5.1.1 no")), fault(At::Data, reply("354 go on"))];
    let seen = see_on(sandbox(script).await).await;
    assert_eq!(seen.outcome, refused(Stage::Rcpt, "550 5.1.1 no"));
    assert!(!seen.usable);
    assert_eq!(seen.kept, 0);
}

#[tokio::test]
async fn one_reply_too_many_ends_the_connection_before_it_can_be_taken_for_another() {
    for at in [At::Mail, At::Rcpt, At::Data] {
        let seen = see(at, Act::Followed(b"250 2.0.0 surplus\r\n".to_vec())).await;
        assert!(matches!(seen.outcome, Outcome::Broken { .. }), "{at:?}: {}", seen.outcome);
        assert_eq!(seen.kept, 0, "{at:?}");
        assert!(!seen.usable, "{at:?}");
    }
    let seen = see(At::FinalDot, Act::Followed(b"250 2.0.0 surplus\r\n".to_vec())).await;
    assert_eq!(verdict(&seen.outcome), Verdict::Accepted);
    assert!(!seen.usable);
}

#[tokio::test]
async fn nothing_more_is_said_to_a_server_that_replies_too_often() {
    for (at, expected) in [(At::Mail, 1), (At::Rcpt, 2)] {
        let act = Act::Followed(b"250 2.0.0 surplus\r\n".to_vec());
        let seen = see_on(old_sandbox(vec![fault(at, act)]).await).await;
        let Outcome::Broken { cause: Cause::Unexpected(_), .. } = seen.outcome else {
            panic!("{at:?}: {}", seen.outcome);
        };
        assert_eq!(seen.said.len(), expected, "{:?}", seen.said);
    }
}

#[tokio::test]
async fn a_refusal_with_another_reply_behind_it_is_not_followed_by_rset() {
    let bytes = b"550 5.1.1 no\r\n250 2.0.0 surplus\r\n".to_vec();
    let seen = see_on(old_sandbox(vec![fault(At::Rcpt, Act::Raw(bytes))]).await).await;
    assert_eq!(seen.outcome, refused(Stage::Rcpt, "550 5.1.1 no"));
    assert!(!seen.usable);
    assert_eq!(seen.said.last().unwrap(), "RCPT TO:<ana@example.org>");
}

#[tokio::test]
async fn a_late_reply_is_never_taken_for_the_next_letters() {
    let late = Fault::once(When::Always, At::FinalDot, Act::Late(Duration::from_millis(300)));
    let sandbox = sandbox(vec![late]).await;
    let mut server = sandbox.server();
    server.timeout = Duration::from_millis(100);
    let mut connection = Connection::open(&server).await.unwrap();
    let first = connection.attempt(&ana(), MESSAGE).await;
    assert_eq!(verdict(&first.outcome), Verdict::InDoubt);
    tokio::time::sleep(Duration::from_millis(400)).await;
    let second = connection.attempt(&envelope("bo@example.net", &[]), MESSAGE).await;
    let (stage, cause) = (Stage::Mail, Cause::Unusable);
    assert_eq!(second.outcome, Outcome::Broken { stage, cause });
    assert_eq!(sandbox.count(), 1);
}

#[tokio::test]
async fn an_attempt_that_is_dropped_half_way_leaves_no_usable_connection() {
    let sandbox = sandbox(vec![fault(At::Rcpt, Act::Late(Duration::from_millis(200)))]).await;
    let mut connection = connect(&sandbox).await;
    let letter = ana();
    let dropped = tokio::time::timeout(Duration::from_millis(50), connection.attempt(&letter, MESSAGE)).await;
    assert!(dropped.is_err());
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(!connection.is_usable());
    assert_eq!(sandbox.count(), 0);
}

#[tokio::test]
async fn a_server_that_hangs_up_between_letters_is_noticed() {
    for bytes in [&b""[..], b"421 4.4.2 idle too long\r\n"] {
        let act = if bytes.is_empty() { Act::KeepAndClose } else { Act::Followed(bytes.to_vec()) };
        let sandbox = sandbox(vec![fault(At::Reset, act), fault(At::Rcpt, reply("550 5.1.1 no"))]).await;
        let mut connection = connect(&sandbox).await;
        assert!(connection.is_usable());
        connection.attempt(&ana(), MESSAGE).await;
        assert!(!connection.is_usable());
    }
}

#[tokio::test]
async fn a_refusal_in_the_middle_of_a_message_is_heard_and_the_dot_not_sent() {
    let message = b"0123456789 0123456789 0123456789\r\n".repeat(1_000_000);
    let sandbox = sandbox(vec![fault(At::Body, reply("552 5.3.4 too large"))]).await;
    let mut connection = connect(&sandbox).await;
    let attempt = connection.attempt(&ana(), &message).await;
    match &attempt.outcome {
        Outcome::Refused { stage: Stage::Body, .. } => {
            assert!(matches!(verdict(&attempt.outcome), Verdict::Stop(StopReason::TooLarge(_))));
        }
        // The end of the connection can overtake the reply.
        Outcome::Broken { stage: Stage::Body, .. } => {}
        other => panic!("{other}"),
    }
    assert!(!connection.is_usable());
    assert_eq!(sandbox.count(), 0);
}

#[tokio::test]
async fn a_connection_that_breaks_in_the_middle_of_a_message_is_not_in_doubt() {
    let message = b"0123456789 0123456789 0123456789\r\n".repeat(1_000_000);
    for act in [Act::Close, Act::Silence] {
        let sandbox = sandbox(vec![fault(At::Body, act)]).await;
        let limits = Limits { block: Duration::from_secs(2), ..Limits::default() };
        let mut connection = Connection::open_within(&sandbox.server(), limits).await.unwrap();
        let attempt = connection.attempt(&ana(), &message).await;
        let Outcome::Broken { stage: Stage::Body, .. } = attempt.outcome else {
            panic!("{}", attempt.outcome);
        };
        assert!(!connection.is_usable());
    }
}

#[tokio::test]
async fn where_the_recipient_is_refused_the_copies_get_nothing() {
    for pipelining in [true, false] {
        let who = When::Recipient("ana@example.org".to_owned());
        let script = vec![Fault::always(who, At::Rcpt, reply("550 5.1.1 no"))];
        let sandbox = if pipelining { sandbox(script).await } else { old_sandbox(script).await };
        let mut connection = connect(&sandbox).await;
        let letter = envelope("ana@example.org", &["bo@example.net"]);
        let attempt = connection.attempt(&letter, MESSAGE).await;
        assert_eq!(attempt.outcome, refused(Stage::Rcpt, "550 5.1.1 no"));
        assert!(!said(&sandbox).contains(&"DATA".to_owned()));
        assert!(connection.is_usable());
        let attempt = connection.attempt(&envelope("cy@example.net", &[]), MESSAGE).await;
        assert_eq!(verdict(&attempt.outcome), Verdict::Accepted);
        assert_eq!(sandbox.received()[0].recipients, ["cy@example.net"]);
    }
}

#[tokio::test]
async fn where_a_copy_is_refused_the_letter_goes_and_the_refusal_is_kept() {
    for pipelining in [true, false] {
        let who = When::Recipient("bo@example.net".to_owned());
        let script = vec![Fault::always(who, At::Rcpt, reply("550 5.1.1 no"))];
        let sandbox = if pipelining { sandbox(script).await } else { old_sandbox(script).await };
        let mut connection = connect(&sandbox).await;
        let letter = envelope("ana@example.org", &["bo@example.net", "cy@example.net"]);
        let attempt = connection.attempt(&letter, MESSAGE).await;
        assert_eq!(verdict(&attempt.outcome), Verdict::Accepted);
        let [(copy, said)] = &attempt.refused_copies[..] else { panic!() };
        assert_eq!((copy, said.code), (&address("bo@example.net"), 550));
        assert_eq!(sandbox.received()[0].recipients, ["ana@example.org", "cy@example.net"]);
    }
}

#[tokio::test]
async fn a_server_that_closes_at_a_copy_defers_the_letter() {
    let who = When::Recipient("bo@example.net".to_owned());
    for act in [reply("421 4.3.2 bye"), Act::Close] {
        let sandbox = sandbox(vec![Fault::always(who.clone(), At::Rcpt, act)]).await;
        let mut connection = connect(&sandbox).await;
        let letter = envelope("ana@example.org", &["bo@example.net", "cy@example.net"]);
        let attempt = connection.attempt(&letter, MESSAGE).await;
        assert_eq!(verdict(&attempt.outcome), Verdict::Deferred);
        assert!(!connection.is_usable());
        assert_eq!(sandbox.count(), 0);
    }
}

#[tokio::test]
async fn a_reset_that_fails_ends_the_connection() {
    for act in [Act::Close, Act::Silence, reply("500 what"), reply("421 bye")] {
        let script = vec![fault(At::Rcpt, reply("550 5.1.1 no")), fault(At::Reset, act)];
        let limits = Limits { reset: SILENCE, ..patient() };
        let seen = see_within(sandbox(script).await, limits, PATIENCE).await;
        assert_eq!(seen.outcome, refused(Stage::Rcpt, "550 5.1.1 no"));
        assert!(!seen.usable);
    }
}

#[tokio::test]
async fn a_quit_without_an_answer_is_not_waited_for() {
    let sandbox = sandbox(vec![fault(At::Quit, Act::Silence)]).await;
    let limits = Limits { quit: Duration::from_millis(50), ..Limits::default() };
    let connection = Connection::open_within(&sandbox.server(), limits).await.unwrap();
    connection.close().await;
    assert_eq!(said(&sandbox), ["QUIT"]);
}
