//! What goes over the wire, command by command and byte by byte.

use proptest::prelude::*;

use super::*;

#[tokio::test]
async fn with_pipelining_one_recipient_takes_one_write() {
    let sandbox = sandbox(vec![]).await;
    let mut connection = connect(&sandbox).await;
    let attempt = connection.attempt(&ana(), MESSAGE).await;
    assert_eq!(verdict(&attempt.outcome), Verdict::Accepted);
    assert_eq!(attempt.refused_copies, []);
    assert!(connection.is_usable());
    assert_eq!(connection.sent(), 1);
    connection.close().await;
    let record = &sandbox.connections()[0];
    let size = MESSAGE.len();
    let mail = format!("MAIL FROM:<letters@coalition.example> SIZE={size}");
    assert_eq!(record.texts(), ["EHLO localhost", &mail, "RCPT TO:<ana@example.org>", "DATA", "QUIT"]);
    let pipelined: Vec<_> = record.commands.iter().map(|command| command.pipelined).collect();
    assert_eq!(pipelined, [false, false, true, true, false]);
    let received = &sandbox.received()[0];
    assert_eq!(received.message, MESSAGE);
    assert_eq!(received.recipients, ["ana@example.org"]);
}

#[tokio::test]
async fn without_pipelining_every_reply_is_waited_for() {
    let sandbox = old_sandbox(vec![]).await;
    let mut connection = connect(&sandbox).await;
    let letter = envelope("ana@example.org", &["bo@example.net"]);
    let attempt = connection.attempt(&letter, MESSAGE).await;
    assert_eq!(verdict(&attempt.outcome), Verdict::Accepted);
    let record = &sandbox.connections()[0];
    assert!(record.commands.iter().all(|command| !command.pipelined));
    assert_eq!(record.texts()[2..], ["RCPT TO:<ana@example.org>", "RCPT TO:<bo@example.net>", "DATA"]);
    assert_eq!(sandbox.received()[0].message, MESSAGE);
}

#[tokio::test]
async fn with_copies_data_waits_until_the_recipient_was_taken() {
    let sandbox = sandbox(vec![]).await;
    let mut connection = connect(&sandbox).await;
    let letter = envelope("ana@example.org", &["bo@example.net", "cy@example.net"]);
    let attempt = connection.attempt(&letter, MESSAGE).await;
    assert_eq!(verdict(&attempt.outcome), Verdict::Accepted);
    let record = &sandbox.connections()[0];
    let pipelined: Vec<_> = record.commands.iter().map(|command| command.pipelined).collect();
    // EHLO, MAIL, three RCPT, DATA
    assert_eq!(pipelined, [false, false, true, true, true, false]);
    assert_eq!(sandbox.received()[0].recipients, ["ana@example.org", "bo@example.net", "cy@example.net"]);
}

#[tokio::test]
async fn many_copies_go_in_groups() {
    let sandbox = sandbox(vec![Fault::always(
        When::Recipient("copy77@example.net".to_owned()),
        At::Rcpt,
        reply("550 5.1.1 no such user"),
    )])
    .await;
    let mut connection = connect(&sandbox).await;
    let copies: Vec<_> = (0..120).map(|at| format!("copy{at}@example.net")).collect();
    let letter = envelope("ana@example.org", &copies.iter().map(String::as_str).collect::<Vec<_>>());
    let attempt = connection.attempt(&letter, MESSAGE).await;
    assert_eq!(verdict(&attempt.outcome), Verdict::Accepted);
    assert_eq!(attempt.refused_copies.len(), 1);
    assert_eq!(attempt.refused_copies[0].0, address("copy77@example.net"));
    assert_eq!(sandbox.received()[0].recipients.len(), 120);
    assert!(connection.is_usable());
}

#[tokio::test]
async fn a_connection_is_used_again_and_the_letters_stay_apart() {
    let sandbox = sandbox(vec![]).await;
    let mut connection = connect(&sandbox).await;
    for number in 0..20 {
        let letter = envelope(&format!("r{number}@example.org"), &[]);
        let message = format!("Subject: {number}\r\n\r\n{number}\r\n");
        let attempt = connection.attempt(&letter, message.as_bytes()).await;
        assert_eq!(verdict(&attempt.outcome), Verdict::Accepted);
    }
    assert_eq!(connection.sent(), 20);
    assert_eq!(sandbox.connections().len(), 1);
    for (number, received) in sandbox.received().iter().enumerate() {
        assert_eq!(received.recipients, [format!("r{number}@example.org")]);
        assert_eq!(received.message, format!("Subject: {number}\r\n\r\n{number}\r\n").as_bytes());
    }
}

#[tokio::test]
async fn parameters_are_given_where_they_are_offered_and_needed() {
    let sandbox = sandbox(vec![]).await;
    let mut connection = connect(&sandbox).await;
    let letter = envelope("żółw@example.org", &[]);
    let message = "Subject: ż\r\n\r\nż\r\n".as_bytes();
    let attempt = connection.attempt(&letter, message).await;
    assert_eq!(verdict(&attempt.outcome), Verdict::Accepted);
    let parameters = format!("SIZE={} BODY=8BITMIME SMTPUTF8", message.len());
    assert_eq!(sandbox.received()[0].parameters, parameters);
    assert_eq!(sandbox.received()[0].recipients, ["żółw@example.org"]);
}

#[tokio::test]
async fn what_the_server_cannot_take_is_refused_before_anything_is_written() {
    let mut options = Options::default();
    options.offers.smtputf8 = false;
    options.offers.eight_bit_mime = false;
    options.offers.size = Some(1000);
    let sandbox = Sandbox::start(options).await.unwrap();
    let mut connection = connect(&sandbox).await;
    let large = vec![b'a'; 999];
    let mut sender = ana();
    sender.from = address("żółw@coalition.example");
    for (letter, message, expected) in [
        (envelope("żółw@example.org", &[]), MESSAGE, Unsendable::Recipient),
        (envelope("żółw@example.org", &[]), "ż\r\n".as_bytes(), Unsendable::Recipient),
        (envelope("ana@example.org", &["żółw@example.org"]), "Cc: ż\r\n".as_bytes(), Unsendable::Copy),
        (sender, MESSAGE, Unsendable::Sender),
        (ana(), "ż\r\n".as_bytes(), Unsendable::EightBit),
        (ana(), b"a\n.\nb\r\n", Unsendable::BareLineBreak),
        (ana(), b"a\r\n.\rb\r\n", Unsendable::BareLineBreak),
        (ana(), &large, Unsendable::TooLarge { size: 1001, limit: 1000 }),
    ] {
        let attempt = connection.attempt(&letter, message).await;
        assert_eq!(attempt.outcome, Outcome::Unsendable(expected));
        assert!(connection.is_usable());
    }
    assert_eq!(said(&sandbox), [""; 0]);
    // A copy that cannot be written to is left out, and the letter goes.
    let letter = envelope("ana@example.org", &["żółw@example.org", "bo@example.net"]);
    let attempt = connection.attempt(&letter, MESSAGE).await;
    assert_eq!(verdict(&attempt.outcome), Verdict::Accepted);
    assert_eq!(attempt.refused_copies.len(), 1);
    assert_eq!(attempt.refused_copies[0].1.enhanced.unwrap().to_string(), "5.6.7");
    assert_eq!(sandbox.received()[0].recipients, ["ana@example.org", "bo@example.net"]);
}

#[tokio::test]
async fn connections_work_side_by_side_in_tasks_of_their_own() {
    let sandbox = sandbox(vec![]).await;
    let mut tasks = tokio::task::JoinSet::new();
    for task in 0..4 {
        let server = sandbox.server();
        tasks.spawn(async move {
            let mut connection = Connection::open(&server).await.unwrap();
            for number in 0..25 {
                let letter = envelope(&format!("r{task}-{number}@example.org"), &[]);
                let attempt = connection.attempt(&letter, MESSAGE).await;
                assert_eq!(verdict(&attempt.outcome), Verdict::Accepted);
            }
            connection.close().await;
        });
    }
    tasks.join_all().await;
    let mut recipients: Vec<_> = sandbox.received().into_iter().flat_map(|one| one.recipients).collect();
    recipients.sort();
    recipients.dedup();
    assert_eq!((sandbox.connections().len(), recipients.len()), (4, 100));
}

#[tokio::test]
async fn a_large_message_arrives_as_it_is() {
    let sandbox = sandbox(vec![]).await;
    let mut connection = connect(&sandbox).await;
    let message = b".0123456789 abcdefghijklmnopqrstuvwxyz\r\n..\r\n.\r\n".repeat(200_000);
    let attempt = connection.attempt(&ana(), &message).await;
    assert_eq!(verdict(&attempt.outcome), Verdict::Accepted);
    assert!(sandbox.received()[0].message == message);
    assert!(connection.is_usable());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_message_with_crlf_lines_arrives_as_it_is(
        lines in prop::collection::vec(
            prop_oneof![
                Just(b".".to_vec()), Just(b"..".to_vec()), Just(vec![]),
                prop::collection::vec(any::<u8>().prop_filter("no line break", |b| *b != b'\r' && *b != b'\n'), 0..90),
                prop::collection::vec(Just(b'.'), 0..5),
            ], 0..60)) {
        let mut message = Vec::new();
        for line in &lines {
            message.extend_from_slice(line);
            message.extend_from_slice(b"\r\n");
        }
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let received = runtime.block_on(async {
            let sandbox = sandbox(vec![]).await;
            let mut connection = connect(&sandbox).await;
            for _ in 0..2 {
                let attempt = connection.attempt(&ana(), &message).await;
                assert_eq!(verdict(&attempt.outcome), Verdict::Accepted);
            }
            sandbox.received()
        });
        prop_assert_eq!(received.len(), 2);
        prop_assert_eq!(&received[0].message, &message);
        prop_assert_eq!(&received[1].message, &message);
    }
}
