//! What an SMTP server replies, in pieces of whatever size: the first byte says how large these are.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use undersigned::inbox::reason_of_reply;
use undersigned::model::refusal::{matter_of, wait_of};
use undersigned::transport::reply::{LONGEST, ReplyReader};
use undersigned::transport::{Outcome, Stage, strain, verdict};

/// Takes all replies off their front; the same comes of them in whatever pieces they arrive.
pub fn look(data: &[u8]) -> u64 {
    let Some((size, said)) = data.split_first() else { return 0 };
    let all = replies(said, said.len().max(1));
    assert_eq!(all, replies(said, usize::from(*size).max(1)));
    let mut way = DefaultHasher::new();
    for reply in &all {
        reply.hash(&mut way);
    }
    way.finish()
}

fn replies(said: &[u8], size: usize) -> Vec<String> {
    let mut reader = ReplyReader::default();
    let mut heard = Vec::new();
    for piece in said.chunks(size) {
        reader.feed(piece);
        loop {
            match reader.take() {
                Ok(None) => break,
                Ok(Some(lines)) => {
                    let reply = lines.to_reply();
                    assert!(reply.text.len() <= LONGEST * 3, "{}", reply.text.len());
                    assert!(!reply.text.chars().any(|c| c.is_control() && c != '\n'), "{:?}", reply.text);
                    let outcome = Outcome::Refused { stage: Stage::Rcpt, reply: reply.clone() };
                    let means = format!("{:?}", verdict(&outcome));
                    let means: String = means.chars().take_while(|c| c.is_alphabetic()).collect();
                    heard.push(format!(
                        "{} {:?} {:?} {:?} {means} {:?} {:?}",
                        reply.code / 100,
                        reply.enhanced.is_some(),
                        matter_of(&reply),
                        wait_of(&reply.text).is_some(),
                        lines.is_refusal().then(|| reason_of_reply(&reply)),
                        strain(&outcome),
                    ));
                }
                Err(error) => {
                    heard.push(format!("{error:?}").chars().take_while(|c| c.is_alphabetic()).collect());
                    return heard;
                }
            }
        }
    }
    heard
}
