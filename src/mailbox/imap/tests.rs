//! A session with a server that plays a script.

use secrecy::SecretString;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, DuplexStream, duplex};
use tokio::task::JoinHandle;

use super::*;
use crate::transport::AuthMethod;

/// All that the server gives of these mails, by their numbers.
async fn fetch(session: &mut Session<DuplexStream>, uids: &[u32]) -> Result<Vec<(u32, Vec<u8>)>, MailboxError> {
    session.ask_for(uids, Part::Whole(1000)).await?;
    let mut mails = Vec::new();
    while let Some(given) = session.next_mail().await? {
        mails.push((given.uid, given.bytes));
    }
    mails.sort_unstable();
    Ok(mails)
}

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
    (Session::over(client, PATIENCE, 1000), heard)
}

#[tokio::test]
async fn a_folder_is_examined_and_its_mails_are_peeked_at() {
    let (mut session, heard) = server(&[
        "* 2 EXISTS\r\n* OK [UIDVALIDITY 77] ok\r\nTAG OK [READ-ONLY] done\r\n",
        "* SEARCH 9 4 2\r\nTAG OK\r\n",
        "* 1 FETCH (UID 4 BODY[]<0> {7}\r\nA: 1\n\r\n)\r\n* ??? {nonsense\r\n* 3 EXISTS\r\n* 2 FETCH (BODY[]<0> {4}\r\nB: 2 UID 9)\r\nTAG OK\r\n",
    ]);
    assert_eq!(session.examine(&Folder::named("Été & co")).await.unwrap(), 77);
    assert_eq!(session.uids_from(3).await.unwrap(), [4, 9]);
    let mails = fetch(&mut session, &[4, 9]).await.unwrap();
    assert_eq!(mails, [(4, b"A: 1\n\r\n".to_vec()), (9, b"B: 2".to_vec())]);
    drop(session);
    let heard = heard.await.unwrap();
    assert_eq!(heard[0], "a1 EXAMINE \"&AMk-t&AOk- &- co\"");
    assert_eq!(heard[2], "a3 UID FETCH 4,9 (UID RFC822.SIZE BODY.PEEK[]<0.1000>)");
}

#[tokio::test]
async fn each_way_of_logging_in_is_spoken_and_a_refusal_does_not_repeat_the_secret() {
    let secret = SecretString::from("hun\"ter2");
    for (method, offers, line) in [
        (AuthMethod::Auto, "AUTH=PLAIN", "AGFuYQBodW4idGVyMg=="),
        (AuthMethod::Auto, "IDLE", "a2 LOGIN \"ana\" \"hun\\\"ter2\""),
        (AuthMethod::Xoauth2, "AUTH=XOAUTH2", "dXNlcj1hbmEBYXV0aD1CZWFyZXIgaHVuInRlcjIBAQ=="),
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
        assert!(matches!(fetch(&mut session, &[4]).await, Err(MailboxError::Broken(_))), "{answer}");
    }
    let (mut session, _heard) = server(&["* BYE too many\r\n"]);
    assert!(session.uids_from(1).await.unwrap_err().to_string().contains("too many"));
}

#[tokio::test]
async fn what_is_not_given_or_cannot_be_read_is_left_out_and_what_is_still_there_is_asked() {
    let (mut session, heard) = server(&[
        "* 9 FETCH (UID 9 RFC822.SIZE 40 BODY[]<0> NIL)\r\n* 2 FETCH (UID 2 FLAGS (\\Seen))\r\n\
        * 3 FETCH (UID 3 BODY[]<0> what is this\r\n* 4 FETCH UID=4\r\n* 1 FETCH (UID 77 BODY[]<0> {1}\r\nx)\r\n\
        * 5 FETCH (UID 5 BODY[]<0> {0}\r\n RFC822.SIZE 7)\r\n* 6 FETCH (RFC822.SIZE 0 UID 6 BODY[]<0> {0}\r\n)\r\n\
        * 8 FETCH (UID 8 BODY[]<0> {90}\r\nFrom: System Administrator <root@localhost>\r\nSubject: message unavailable\r\n\r\nIt is gone.\r\n)\r\n\
        * 7 FETCH (UID 7 BODY[]<0> \"A: \\\"1\\\"\")\r\n* 7 FETCH (UID 7 BODY[]<0> \"again\")\r\nTAG OK\r\n",
        "TAG BAD what\r\n",
        "* SEARCH 4\r\nTAG OK\r\n",
    ]);
    let mails = fetch(&mut session, &[2, 3, 4, 5, 6, 7, 8, 9]).await.unwrap();
    assert_eq!(mails, [(6, vec![]), (7, b"A: \"1\"".to_vec())]);
    assert_eq!(session.still_there(&[2, 4]).await.unwrap(), [4]);
    drop(session);
    assert_eq!(heard.await.unwrap()[1..], ["a2 NOOP", "a3 UID SEARCH UID 2,4"]);
}

#[tokio::test]
async fn several_questions_are_on_their_way_at_once_and_each_has_its_own_end() {
    let (mut session, heard) =
        server(&["", "a1 NO [LIMIT] slowly\r\n* 2 FETCH (UID 2 BODY[]<0> {1}\r\nx)\r\na2 OK\r\n"]);
    session.ask_for(&[1], Part::Whole(9)).await.unwrap();
    session.ask_for(&[2], Part::Header).await.unwrap();
    assert!(session.next_mail().await.unwrap_err().to_string().contains("slowly"));
    // What is said of a mail of the next question is not taken for it where it is about another part.
    assert_eq!(session.next_mail().await.unwrap(), None);
    drop(session);
    assert_eq!(heard.await.unwrap()[1], "a2 UID FETCH 2 (UID RFC822.SIZE BODY.PEEK[HEADER])");
}

#[tokio::test]
async fn what_the_server_wants_people_to_see_is_kept_and_a_refused_login_says_what_it_offers() {
    let (mut session, _heard) = server(&[
        "* CAPABILITY IMAP4rev1 AUTH=PLAIN AUTH=XOAUTH2 SASL-IR LOGINDISABLED\r\nTAG OK\r\n",
        "+ \r\n",
        "* NO [ALERT] Turn on IMAP in your\x07 settings\r\n* OK [ALERT]\r\nTAG NO [ALERT] wrong\r\n",
    ]);
    let error = session.log_in("ana", &SecretString::from("hunter2"), AuthMethod::Auto).await.unwrap_err().to_string();
    assert!(error.contains("`NO [ALERT] wrong`; it offers `PLAIN`, `XOAUTH2`: check"), "{error}");
    let alerts = session.take_alerts();
    assert!(alerts[0].starts_with("Turn on IMAP") && !alerts[0].contains('\x07'), "{alerts:?}");
    assert_eq!(alerts[1..], ["wrong"]);
}

#[tokio::test(start_paused = true)]
async fn a_server_that_falls_silent_or_never_comes_to_an_end_is_left_in_bounded_time() {
    // The greeting never comes; what was begun does not end.
    for said in ["", "* OK I am still think", "* 1 FETCH (UID 4 BODY[]<0> {9}\r\nabc"] {
        let (client, mut server) = duplex(1024);
        server.write_all(said.as_bytes()).await.unwrap();
        let mut session = Session::new(Wire::new(client, PATIENCE, 1000));
        let error = session.greet().await.unwrap_err().to_string();
        assert!(error.contains("no answer in time"), "{said}: {error}");
    }
    // It talks on, a little within each limit, and never answers.
    let (client, server) = duplex(1024);
    let talk = tokio::spawn(async move {
        let (mut server, mut said) = (server, 0);
        while server.write_all(b"* OK wait\r\n").await.is_ok() {
            said += 1;
            tokio::time::sleep(PATIENCE / 2).await;
        }
        said
    });
    let mut session = Session::new(Wire::new(client, PATIENCE, 1000));
    let error = fetch(&mut session, &[1, 2]).await.unwrap_err().to_string();
    assert!(error.contains("no answer in time"), "{error}");
    drop(session);
    // Two minutes for the command, and two for each mail.
    assert!(talk.await.unwrap() < 10);
}

#[tokio::test]
async fn what_a_server_says_unasked_takes_no_memory_and_what_it_is_asked_for_is_bounded() {
    // A literal after another, each within the limit.
    let literals = format!("* 1 FETCH (UID 4 BODY[]<0> {}", "{600}\r\n".to_owned() + &"x".repeat(600));
    let literals = format!("{literals} BODY[1] {{600}}\r\n{})\r\nTAG OK\r\n", "x".repeat(600));
    let (mut session, _heard) = server(&[&literals]);
    let error = fetch(&mut session, &[4]).await.unwrap_err().to_string();
    assert!(error.contains("600 bytes where fewer were asked for"), "{error}");

    let flood = |line: String, after: &str| {
        let (client, mut server) = duplex(64 * 1024);
        let after = after.to_owned();
        tokio::spawn(async move {
            for _ in 0..200 {
                server.write_all(line.repeat(1000).as_bytes()).await?;
            }
            server.write_all(after.as_bytes()).await
        });
        Session::new(Wire::new(client, PATIENCE, 1000))
    };
    // Twenty megabytes of what nobody asked for are passed over.
    let uids = flood(format!("* 7 EXISTS {}\r\n", "x".repeat(90)), "* SEARCH 3\r\na1 OK\r\n").uids_from(1).await;
    assert_eq!(uids.unwrap(), [3]);
    // As many of what was asked for are not taken.
    let error = flood(format!("* SEARCH {}\r\n", "1 ".repeat(45)), "").uids_from(1).await.unwrap_err().to_string();
    assert!(error.contains("more than it was asked for"), "{error}");
    let error = flood("1 ".repeat(50), "").uids_from(1).await.unwrap_err().to_string();
    assert!(error.contains("a line without an end"), "{error}");
}

#[tokio::test]
async fn no_password_is_said_where_the_server_takes_none_and_none_that_would_break_the_line() {
    let capability = "* CAPABILITY IMAP4rev1 LOGINDISABLED AUTH=XOAUTH2\r\nTAG OK\r\n";
    let (mut session, heard) = server(&[capability, "TAG OK\r\n"]);
    let error = session.log_in("ana", &SecretString::from("hunter2"), AuthMethod::Auto).await.unwrap_err().to_string();
    assert!(error.contains("`auth = \"oauth\"`"), "{error}");
    drop(session);
    assert_eq!(heard.await.unwrap().len(), 1);
    let (mut session, heard) = server(&[capability]);
    let broken = SecretString::from("hunter2\r\na2 DELETE INBOX");
    let error = session.log_in("ana", &broken, AuthMethod::Login).await.unwrap_err().to_string();
    assert!(error.contains("a control character") && !error.contains("hunter2"), "{error}");
    drop(session);
    assert_eq!(heard.await.unwrap(), [""; 0]);
}
