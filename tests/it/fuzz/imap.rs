//! What an IMAP server says, to the questions that a `sync` asks.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::time::Duration;

use tokio::io::{AsyncWriteExt as _, duplex};
use undersigned::mailbox::imap::{Folder, Part, Session};

/// A mail may have so many bytes.
const LONGEST_MAIL: usize = 4096;

/// Lets it all be said at once, and then the line is cut: whatever is asked, the answers stand there already.
pub fn look(said: &[u8]) -> u64 {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let heard = runtime.block_on(async {
        let mut heard = Vec::new();
        let (client, mut server) = duplex(64 * 1024);
        let mut session = Session::over(client, Duration::from_secs(5), LONGEST_MAIL);
        server.write_all(&said[..said.len().min(32 * 1024)]).await.unwrap();
        let _ = server.shutdown().await;
        heard.push(format!("{:?}", session.examine(&Folder::named("INBOX")).await.map(|_| ())));
        match session.uids_from(1).await {
            Ok(uids) => {
                assert!(uids.is_sorted());
                heard.push(format!("{} mails", uids.len().min(5)));
            }
            Err(error) => heard.push(format!("{error:?}")),
        }
        if session.ask_for(&[1, 2, 3], Part::Whole(LONGEST_MAIL as u64)).await.is_ok() {
            loop {
                match session.next_mail().await {
                    Ok(Some(given)) => {
                        assert!(given.bytes.len() <= LONGEST_MAIL);
                        heard.push(format!("mail {}", given.uid.min(4)));
                    }
                    Ok(None) => break,
                    Err(error) => {
                        heard.push(format!("{error:?}"));
                        break;
                    }
                }
            }
        }
        let folders = session.folders(&["INBOX".to_owned(), "Sent".to_owned()]).await;
        heard.push(format!("{:?}", folders.map(|folders| folders.len())));
        heard
    });
    let mut way = DefaultHasher::new();
    let plain = |line: &String| line.chars().filter(|c| !c.is_ascii_digit()).take(60).collect::<String>();
    heard.iter().map(plain).collect::<Vec<_>>().hash(&mut way);
    way.finish()
}
