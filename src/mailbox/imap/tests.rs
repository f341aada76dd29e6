//! A session with a server that plays a script.

use secrecy::SecretString;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, DuplexStream, duplex};
use tokio::task::JoinHandle;

use super::*;

/// A server that answers the n-th line with the n-th text, in which `TAG` is the tag; it gives all lines that it got.
fn server(answers: &[&str]) -> (Session<DuplexStream>, JoinHandle<Vec<String>>) {
    let (client, server) = duplex(1024 * 1024);
    let answers: Vec<String> = answers.iter().map(|answer| (*answer).to_owned()).collect();
    let heard = tokio::spawn(async move {
        let mut stream = BufReader::new(server);
        let (mut heard, mut tag) = (Vec::new(), String::new());
        for answer in answers {
            let mut line = String::new();
            if stream.read_line(&mut line).await.unwrap() == 0 {
                break;
            }
            if line.starts_with('a') {
                tag = line.split(' ').next().unwrap().to_owned();
            }
            heard.push(line.trim_end().to_owned());
            stream.get_mut().write_all(answer.replace("TAG", &tag).as_bytes()).await.unwrap();
        }
        heard
    });
    (Session::new(Wire::new(client, PATIENCE, 1000)), heard)
}

#[tokio::test]
async fn a_folder_is_examined_and_its_mails_are_peeked_at() {
    let (mut session, heard) = server(&[
        "* 2 EXISTS\r\n* OK [UIDVALIDITY 77] ok\r\nTAG OK [READ-ONLY] done\r\n",
        "* SEARCH 9 4 2\r\nTAG OK\r\n",
        "* 1 FETCH (UID 4 BODY[]<0> {7}\r\nA: 1\n\r\n)\r\n* ??? {nonsense\r\n* 3 EXISTS\r\n* 2 FETCH (BODY[]<0> {4}\r\nB: 2 UID 9)\r\nTAG OK\r\n",
    ]);
    assert_eq!(session.examine("Été & co").await.unwrap(), 77);
    assert_eq!(session.uids_from(3).await.unwrap(), [4, 9]);
    let mails = session.fetch(&[4, 9], 1000).await.unwrap();
    assert_eq!(mails, [(4, b"A: 1\n\r\n".to_vec()), (9, b"B: 2".to_vec())]);
    drop(session);
    let heard = heard.await.unwrap();
    assert_eq!(heard[0], "a1 EXAMINE \"&AMk-t&AOk- &- co\"");
    assert_eq!(heard[2], "a3 UID FETCH 4,9 (UID BODY.PEEK[]<0.1000>)");
}

#[tokio::test]
async fn each_way_of_logging_in_is_spoken_and_a_refusal_does_not_repeat_the_secret() {
    let secret = SecretString::from("hun\"ter2");
    for (method, offers, line) in [
        (Method::Auto, "AUTH=PLAIN", "AGFuYQBodW4idGVyMg=="),
        (Method::Auto, "IDLE", "a2 LOGIN \"ana\" \"hun\\\"ter2\""),
        (Method::Xoauth2, "AUTH=XOAUTH2", "dXNlcj1hbmEBYXV0aD1CZWFyZXIgaHVuInRlcjIBAQ=="),
    ] {
        let capability = format!("* CAPABILITY IMAP4rev1 {offers}\r\nTAG OK\r\n");
        let refusal = "TAG NO [AUTHENTICATIONFAILED] wrong\r\n";
        let sasl = [capability.as_str(), "+ \r\n", refusal];
        let answers = if line.starts_with('a') { &[capability.as_str(), refusal][..] } else { &sasl };
        let (mut session, heard) = server(answers);
        let error = session.log_in("ana", &secret, method).await.unwrap_err().to_string();
        assert!(error.contains("wrong") && !error.contains("ter2"), "{error}");
        assert_eq!(heard.await.unwrap().last().unwrap(), line);
    }
}

#[tokio::test]
async fn a_server_that_floods_or_hangs_up_is_left() {
    for answer in ["* 1 FETCH (UID 4 BODY[]<0> {9999999999}\r\n", "* 1 FETCH (UID 4", ""] {
        let (mut session, _heard) = server(&[answer]);
        assert!(matches!(session.fetch(&[4], 1000).await, Err(MailboxError::Broken(_))), "{answer}");
    }
    let (mut session, _heard) = server(&["* BYE too many\r\n"]);
    assert!(session.uids_from(1).await.unwrap_err().to_string().contains("too many"));
}
