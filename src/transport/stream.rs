//! The stream between the client library and the socket.
//!
//! The library parses replies as text and loses what it does not like. So replies are read here, from the raw bytes,
//! and kept; the library is handed a plain stand-in for each, one at a time, so that it never reads ahead. What decides
//! is what is kept here.

use std::collections::VecDeque;
use std::fmt;
use std::future::poll_fn;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker, ready};

use lettre::transport::smtp::client::AsyncTokioStream;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::outcome::Cause;
use super::reply::{Lines, ReplyReader};
use super::wire;
use crate::config::Redaction;

/// What a socket must do: TCP, or TLS over it.
pub(super) trait Socket: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Socket for T {}

/// What the library gets to read in place of a reply, whatever the reply was.
const STAND_IN: &[u8] = b"250 ok\r\n";

/// A handle on a connection's bytes: the library holds one, the [`Connection`](super::Connection) another.
#[derive(Clone)]
pub(super) struct Stream {
    peer: SocketAddr,
    wire: Arc<Mutex<Wire>>,
}

struct Wire {
    socket: Box<dyn Socket>,
    reader: ReplyReader,
    /// Replies that were read and not taken yet.
    replies: VecDeque<Lines>,
    /// What the library has still to read.
    stand_in: &'static [u8],
    /// Why nothing more can be read.
    end: Option<Cause>,
    /// What no reply may show.
    redaction: Option<Redaction>,
    /// What the server has just said in a login, as it came.
    challenge: Option<String>,
    /// How many bytes the socket has taken.
    written: u64,
}

impl Stream {
    /// A stream over a socket to which nothing was written, or after whose reply to STARTTLS nothing was read.
    pub(super) fn new(socket: Box<dyn Socket>, peer: SocketAddr) -> Self {
        Self {
            peer,
            wire: Arc::new(Mutex::new(Wire {
                socket,
                reader: ReplyReader::default(),
                replies: VecDeque::new(),
                stand_in: b"",
                end: None,
                redaction: None,
                challenge: None,
                written: 0,
            })),
        }
    }

    fn wire(&self) -> MutexGuard<'_, Wire> {
        self.wire.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets the library believe that it has just been greeted; the true greeting was read before.
    pub(super) fn greet_library(&self) {
        self.wire().stand_in = b"220 ok\r\n";
    }

    /// From here on, no reply shows this login, in whatever form the server repeats it.
    pub(super) fn keep_out(&self, redaction: Redaction) {
        self.wire().redaction = Some(redaction);
    }

    /// What the last reply asked in a login (RFC 4954, 4), as it came. It is never shown.
    pub(super) fn take_challenge(&self) -> Option<String> {
        self.wire().challenge.take()
    }

    /// Reads the next reply, without the library.
    pub(super) async fn reply(&self) -> Result<Lines, Cause> {
        let reply = poll_fn(|cx| self.wire().poll_reply(cx)).await;
        reply.inspect(wire::received)
    }

    /// Takes the reply that the library has just read, or says why there is none.
    pub(super) fn take_reply(&self) -> Result<Lines, Cause> {
        let mut wire = self.wire();
        match wire.replies.pop_front() {
            Some(reply) => {
                wire::received(&reply);
                Ok(reply)
            }
            None => Err(wire.end.clone().unwrap_or(Cause::Closed)),
        }
    }

    /// Writes all bytes and hands them to the network.
    pub(super) async fn write_all(&self, bytes: &[u8]) -> Result<(), Cause> {
        let mut rest = bytes;
        while !rest.is_empty() {
            let count = poll_fn(|cx| self.wire().poll_write(cx, rest)).await.map_err(|error| network(&error))?;
            if count == 0 {
                return Err(Cause::Closed);
            }
            rest = &rest[count..];
        }
        poll_fn(|cx| Pin::new(&mut self.wire().socket).poll_flush(cx)).await.map_err(|error| network(&error))
    }

    /// How many bytes the socket has taken since the stream was made.
    pub(super) fn written(&self) -> u64 {
        self.wire().written
    }

    /// Whether something can be read although nothing was asked: a reply too many, an end, or an error. Does not wait.
    pub(super) fn is_disturbed(&self) -> bool {
        let mut wire = self.wire();
        if wire.end.is_some() || !wire.replies.is_empty() || !wire.reader.is_empty() || !wire.stand_in.is_empty() {
            return true;
        }
        let mut cx = Context::from_waker(Waker::noop());
        wire.poll_fill(&mut cx).is_ready()
    }

    /// Whether bytes were received that belong to no reply that was taken.
    pub(super) fn has_left_over(&self) -> bool {
        let wire = self.wire();
        !wire.replies.is_empty() || !wire.reader.is_empty()
    }

    /// Takes the socket out, so that TLS can begin on it; `None` while another handle exists.
    pub(super) fn into_socket(self) -> Option<Box<dyn Socket>> {
        let wire = Arc::into_inner(self.wire)?;
        Some(wire.into_inner().unwrap_or_else(PoisonError::into_inner).socket)
    }
}

impl Wire {
    /// Reads from the socket once.
    fn poll_fill(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let mut room = [0; 4096];
        let mut buffer = ReadBuf::new(&mut room);
        match ready!(Pin::new(&mut self.socket).poll_read(cx, &mut buffer)) {
            Ok(()) if buffer.filled().is_empty() => self.end = Some(Cause::Closed),
            Ok(()) => self.reader.feed(buffer.filled()),
            Err(error) => self.end = Some(network(&error)),
        }
        Poll::Ready(())
    }

    fn poll_reply(&mut self, cx: &mut Context<'_>) -> Poll<Result<Lines, Cause>> {
        loop {
            match self.reader.take() {
                Ok(Some(mut reply)) => {
                    // It may be alike to what is hidden: what it says is looked at, and never shown.
                    self.challenge = (reply.code == 334).then(|| reply.text.concat());
                    if let Some(redaction) = &self.redaction {
                        redaction.hide(&mut reply.text);
                    }
                    return Poll::Ready(Ok(reply));
                }
                Ok(None) => {}
                Err(error) => {
                    let why = error.to_string();
                    let why = self.redaction.as_ref().map_or_else(|| why.clone(), |hide| hide.hidden_in(&why));
                    self.end = Some(Cause::NotAReply(why));
                }
            }
            if let Some(cause) = &self.end {
                return Poll::Ready(Err(cause.clone()));
            }
            ready!(self.poll_fill(cx));
        }
    }

    fn poll_write(&mut self, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let count = ready!(Pin::new(&mut self.socket).poll_write(cx, bytes))?;
        self.written += count as u64;
        Poll::Ready(Ok(count))
    }
}

/// What a failure of the socket means. That the other side went away has several names, by the moment at which one
/// notices.
pub(super) fn network(error: &io::Error) -> Cause {
    use io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset, UnexpectedEof};
    match error.kind() {
        BrokenPipe | ConnectionAborted | ConnectionReset | UnexpectedEof => Cause::Closed,
        _ => Cause::Network(error.to_string()),
    }
}

impl fmt::Debug for Stream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stream").field("peer", &self.peer).finish_non_exhaustive()
    }
}

impl AsyncTokioStream for Stream {
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        Ok(self.peer)
    }
}

impl AsyncRead for Stream {
    /// Reads one whole reply, keeps it, and gives a stand-in; at the end of the connection, or where there is no reply,
    /// an end.
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let mut wire = self.wire();
        if wire.stand_in.is_empty() {
            let Ok(reply) = ready!(wire.poll_reply(cx)) else {
                return Poll::Ready(Ok(()));
            };
            wire.replies.push_back(reply);
            wire.stand_in = STAND_IN;
        }
        let (now, later) = wire.stand_in.split_at(wire.stand_in.len().min(buffer.remaining()));
        buffer.put_slice(now);
        wire.stand_in = later;
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Stream {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.wire().poll_write(cx, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.wire().socket).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.wire().socket).poll_shutdown(cx)
    }
}
