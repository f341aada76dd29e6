//! The sandbox by itself: what a client that is not ours would see.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::*;

/// Writes everything at once, ends with QUIT, and reads until the server hangs up: the codes of its replies.
async fn talk(sandbox: &Sandbox, text: &[u8]) -> Vec<String> {
    let mut tcp = TcpStream::connect(sandbox.address()).await.unwrap();
    tcp.write_all(text).await.unwrap();
    tcp.write_all(b"QUIT\r\n").await.unwrap();
    let mut said = String::new();
    tcp.read_to_string(&mut said).await.unwrap();
    let last = |line: &&str| line.as_bytes().get(3) != Some(&b'-');
    said.lines().filter(last).map(|line| line[..3].to_owned()).collect()
}

async fn start(options: Options) -> Sandbox {
    Sandbox::start(options).await.unwrap()
}

#[tokio::test]
async fn commands_out_of_order_are_refused() {
    let sandbox = start(Options::default()).await;
    for (text, codes) in [
        ("MAIL FROM:<a@example.org>\r\n", &["220", "503", "221"][..]),
        ("EHLO\r\n", &["220", "501", "221"]),
        ("EHLO x\r\nRCPT TO:<a@example.org>\r\n", &["220", "250", "503", "221"]),
        ("EHLO x\r\nDATA\r\n", &["220", "250", "503", "221"]),
        ("EHLO x\r\nMAIL FROM:<>\r\nDATA\r\n", &["220", "250", "250", "554", "221"]),
        ("EHLO x\r\nMAIL FROM:<>\r\nMAIL FROM:<>\r\n", &["220", "250", "250", "503", "221"]),
        ("EHLO x\r\nMAIL FROM:<>\r\nRSET\r\nMAIL FROM:<>\r\n", &["220", "250", "250", "250", "250", "221"]),
        ("EHLO x\r\nMAIL a@example.org\r\nVRFY a\r\n", &["220", "250", "501", "502", "221"]),
        ("EHLO x\r\nMAIL FROM:<> NEW=1\r\nAUTH PLAIN x\r\n", &["220", "250", "555", "504", "221"]),
        ("EHLO x\r\nSTARTTLS\r\n", &["220", "250", "502", "221"]),
    ] {
        assert_eq!(talk(&sandbox, text.as_bytes()).await, codes, "{text}");
    }
    assert_eq!(sandbox.count(), 0);
}

#[tokio::test]
async fn what_no_server_takes_is_not_taken() {
    let mut options = Options::default();
    options.offers.size = Some(2000);
    let sandbox = start(options).await;
    let long = [&[b'a'; 999][..], b"\r\n"].concat();
    let fits = [&[b'a'; 998][..], b"\r\n"].concat();
    let large = b"0123456789\r\n".repeat(170);
    for (message, code) in [
        (&b"a\r\n"[..], "250"),
        (&fits, "250"),
        (&long, "554"),
        (&large, "552"),
        (b"a\nb\r\n", "554"),
        (b"a\rb\r\n", "554"),
        (b"a\n.\nb\r\n", "554"),
        (b"a\r\n.\nb\r\n", "554"),
    ] {
        let text = [&b"EHLO x\r\nMAIL FROM:<>\r\nRCPT TO:<a@example.org>\r\nDATA\r\n"[..], message, b".\r\n"].concat();
        let codes = talk(&sandbox, &text).await;
        assert_eq!(codes, ["220", "250", "250", "250", "354", code, "221"], "{message:?}");
    }
    assert_eq!(sandbox.count(), 2);
    let long = format!("EHLO {}\r\nMAIL FROM:<> SIZE=2001\r\n", "x".repeat(5000));
    assert_eq!(talk(&sandbox, long.as_bytes()).await, ["220", "500", "503", "221"]);
    let declared = b"EHLO x\r\nMAIL FROM:<> SIZE=2001\r\nMAIL FROM:<\xc3\xa9@example.org>\r\n";
    assert_eq!(talk(&sandbox, declared).await, ["220", "250", "552", "553", "221"]);
}

#[tokio::test]
async fn a_fault_can_be_for_one_transaction_one_recipient_or_once() {
    let transaction = |to: &str| format!("MAIL FROM:<>\r\nRCPT TO:<{to}>\r\nRSET\r\n");
    let text = format!(
        "EHLO x\r\n{}{}{}{}",
        transaction("ana@example.org"),
        transaction("bo@example.org"),
        transaction("Ana@Example.org"),
        transaction("cy@example.org")
    );
    let reply = |text: &str| Act::Reply(text.to_owned());
    let sandbox = start(Options {
        script: vec![
            Fault::always(When::Transaction(2), At::Mail, reply("451 second")),
            Fault::once(When::Recipient("cy@example.org".to_owned()), At::Rcpt, reply("450 once")),
            Fault::always(When::Recipient("ana@example.org".to_owned()), At::Rcpt, reply("550 always")),
        ],
        ..Options::default()
    })
    .await;
    let codes = talk(&sandbox, text.as_bytes()).await;
    let expected = "220 250 250 550 250 451 503 250 250 550 250 250 450 250 221";
    assert_eq!(codes.join(" "), expected);
    let codes = talk(&sandbox, format!("EHLO x\r\n{}", transaction("cy@example.org")).as_bytes()).await;
    assert_eq!(codes.join(" "), "220 250 250 250 250 221");
}

#[tokio::test]
async fn a_message_is_kept_before_the_server_says_so() {
    let sandbox = start(Options::default()).await;
    let mut tcp = TcpStream::connect(sandbox.address()).await.unwrap();
    tcp.write_all(b"EHLO x\r\nMAIL FROM:<>\r\nRCPT TO:<a@example.org>\r\nDATA\r\na\r\n.\r\n").await.unwrap();
    let mut said = Vec::new();
    while !said.ends_with(b"250 2.0.0 ok\r\n") {
        said.push(tcp.read_u8().await.unwrap());
    }
    assert_eq!(sandbox.received()[0].message, b"a\r\n");
}

#[cfg(unix)]
#[tokio::test]
async fn a_folder_is_private_and_its_numbers_go_on() {
    use std::os::unix::fs::PermissionsExt;
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("logs").join("letters");
    let text = "EHLO x\r\nMAIL FROM:<>\r\nRCPT TO:<a/../b@example.org>\r\nDATA\r\n..a\r\n.\r\n";
    for _ in 0..2 {
        let sandbox = start(Options { sink: Sink::Folder(folder.clone()), ..Options::default() }).await;
        talk(&sandbox, text.as_bytes()).await;
        assert_eq!((sandbox.count(), sandbox.received().len()), (1, 0));
        sandbox.stop().await;
        std::fs::write(folder.join(".0007-left@example.org.eml"), "half").unwrap();
    }
    let mode = |path: &std::path::Path| path.metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&folder), 0o700);
    for name in ["0001-a_.._b@example.org.eml", "0008-a_.._b@example.org.eml"] {
        let path = folder.join(name);
        assert_eq!(std::fs::read(&path).unwrap(), b".a\r\n");
        assert_eq!(mode(&path), 0o600);
    }
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 3);
}

#[tokio::test]
async fn a_sandbox_that_was_stopped_is_gone() {
    let sandbox = start(Options::default()).await;
    let address = sandbox.address();
    let mut tcp = TcpStream::connect(address).await.unwrap();
    sandbox.stop().await;
    assert!(TcpStream::connect(address).await.is_err());
    let mut said = Vec::new();
    let _ = tcp.read_to_end(&mut said).await;
}

#[tokio::test]
async fn without_a_journal_nothing_is_remembered() {
    let options = Options { journal: Journal::None, ..Options::default() };
    let sandbox = start(options).await;
    talk(&sandbox, b"EHLO x\r\n").await;
    assert_eq!(sandbox.connections(), []);
}
