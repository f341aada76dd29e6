//! A connection within the program, with its seams, and an account of the letters that left over it.

use std::collections::BTreeMap;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, DuplexStream, ReadBuf};

use super::seams::Seams;

/// How a message ends.
const FINAL: &[u8] = b".\r\n";

/// What left over all wires.
#[derive(Clone)]
pub(super) struct Post {
    letters: Arc<Mutex<BTreeMap<String, Left>>>,
    /// How many attempts at a letter are durable just now.
    attempts: Arc<dyn Fn(&str) -> u32 + Send + Sync>,
}

/// How often a letter left.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Left {
    begun: u32,
    /// All of it, the final dot included.
    pub(super) whole: u32,
    /// Before the intent to send it was durable.
    pub(super) too_early: bool,
}

impl Post {
    pub(super) fn new(attempts: impl Fn(&str) -> u32 + Send + Sync + 'static) -> Self {
        Self { letters: Arc::default(), attempts: Arc::new(attempts) }
    }

    pub(super) fn of(&self, message_id: &str) -> Left {
        let all = self.letters.lock().unwrap_or_else(PoisonError::into_inner);
        all.get(message_id).copied().unwrap_or_default()
    }

    fn note(&self, message_id: &str, change: impl FnOnce(&mut Left)) {
        let mut all = self.letters.lock().unwrap_or_else(PoisonError::into_inner);
        let left = all.entry(message_id.to_owned()).or_default();
        change(left);
        left.too_early |= left.begun > (self.attempts)(message_id);
    }
}

type Pass = Pin<Box<dyn Future<Output = ()> + Send>>;

/// The client's end.
pub(super) struct Wire {
    inner: DuplexStream,
    seams: Seams,
    post: Post,
    /// The letter of which bytes have left, and not its final dot.
    letter: Option<String>,
    writing: Writing,
    arrived: Option<(Vec<u8>, Pass)>,
}

enum Writing {
    Nothing,
    /// So many bytes have come to their seam.
    AtSeam(usize, Pass),
    /// They have passed it.
    Passed(usize),
}

impl Wire {
    pub(super) fn new(inner: DuplexStream, seams: Seams, post: Post) -> Self {
        Self { inner, seams, post, letter: None, writing: Writing::Nothing, arrived: None }
    }

    fn pass(&self) -> Pass {
        let seams = self.seams.clone();
        Box::pin(async move { seams.pass().await })
    }

    fn note(&mut self, bytes: &[u8]) {
        if let Some(message_id) = message_id(bytes) {
            self.post.note(&message_id, |left| left.begun += 1);
            self.letter = Some(message_id);
        }
        if bytes == FINAL
            && let Some(message_id) = self.letter.take()
        {
            self.post.note(&message_id, |left| left.whole += 1);
        }
    }
}

/// How many bytes go before the next seam: a final dot goes alone.
fn piece(bytes: &[u8]) -> usize {
    if bytes.starts_with(FINAL) {
        return FINAL.len();
    }
    let dot = bytes.windows(5).position(|window| window == b"\r\n.\r\n");
    dot.map_or(bytes.len(), |at| at + 2)
}

/// The Message-ID of the letter that begins in these bytes.
pub(super) fn message_id(bytes: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(bytes);
    let (_, rest) = text.split_once("Message-ID: ")?;
    rest.split_once("\r\n").map(|(id, _)| id.trim_matches(['<', '>']).to_owned())
}

impl AsyncRead for Wire {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if this.arrived.is_none() {
            let mut room = [0; 4096];
            let mut read = ReadBuf::new(&mut room);
            ready!(Pin::new(&mut this.inner).poll_read(cx, &mut read))?;
            this.arrived = Some((read.filled().to_vec(), this.pass()));
        }
        if let Some((bytes, pass)) = &mut this.arrived {
            ready!(pass.as_mut().poll(cx));
            assert!(bytes.len() <= buffer.remaining(), "the client reads in smaller pieces than it did");
            buffer.put_slice(bytes);
        }
        this.arrived = None;
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Wire {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        if let Writing::Nothing = this.writing {
            this.writing = Writing::AtSeam(piece(bytes), this.pass());
        }
        if let Writing::AtSeam(length, pass) = &mut this.writing {
            ready!(pass.as_mut().poll(cx));
            this.writing = Writing::Passed(*length);
        }
        let Writing::Passed(length) = this.writing else { return Poll::Pending };
        let bytes = &bytes[..length.min(bytes.len())];
        let written = ready!(Pin::new(&mut this.inner).poll_write(cx, bytes));
        this.writing = Writing::Nothing;
        if let Ok(count) = written {
            this.note(&bytes[..count]);
        }
        Poll::Ready(written)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().inner).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().inner).poll_shutdown(cx)
    }
}
