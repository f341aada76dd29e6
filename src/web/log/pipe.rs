//! A file that is written while it is sent: of a long log, only a piece is held at a time.

use std::io::{self, Write};
use std::mem;

use axum::body::{Body, Bytes};
use futures_util::stream;
use tokio::sync::mpsc::{Receiver, Sender, channel};

use crate::campaign;
use crate::web::problem::Trouble;

/// A piece has so many bytes.
const PIECE: usize = 64 * 1024;
/// So many pieces wait for a reader.
const WAITING: usize = 4;

/// The end into which a file is written.
pub(super) struct Pipe {
    piece: Vec<u8>,
    out: Sender<Piece>,
}

/// What comes out: bytes, or why there are no more.
type Piece = Result<Bytes, Trouble>;

impl Write for Pipe {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.piece.extend_from_slice(bytes);
        if self.piece.len() >= PIECE {
            self.pass_on()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Pipe {
    fn pass_on(&mut self) -> io::Result<()> {
        let piece = Bytes::from(mem::take(&mut self.piece));
        // Whoever read it has gone: the rest is not written.
        self.out.blocking_send(Ok(piece)).map_err(|_| io::ErrorKind::BrokenPipe.into())
    }
}

/// What `write` writes, as a body. It waits for the first piece, so that what is wrong from the beginning is said on a
/// page; what goes wrong later breaks the file off, which a browser tells.
///
/// # Errors
/// What `write` gives before anything was written.
pub(super) async fn written(
    write: impl FnOnce(&mut Pipe) -> campaign::Result<()> + Send + 'static,
) -> Result<Body, Trouble> {
    let (out, mut pieces) = channel(WAITING);
    tokio::task::spawn_blocking(move || {
        let mut pipe = Pipe { piece: Vec::with_capacity(PIECE), out };
        let done = write(&mut pipe).and_then(|()| Ok(pipe.pass_on()?));
        if let Err(error) = done {
            let _ = pipe.out.blocking_send(Err(error.into()));
        }
    });
    let first = pieces.recv().await.unwrap_or(Err(Trouble::BrokeDown))?;
    let rest = stream::unfold((Some(first), pieces), next);
    Ok(Body::from_stream(rest))
}

async fn next(
    (first, mut pieces): (Option<Bytes>, Receiver<Piece>),
) -> Option<(io::Result<Bytes>, (Option<Bytes>, Receiver<Piece>))> {
    let piece = match first {
        Some(first) => Ok(first),
        None => pieces.recv().await?.map_err(|_| io::Error::other("the log cannot be read to its end")),
    };
    Some((piece, (None, pieces)))
}

#[cfg(test)]
mod tests {
    use axum::body::to_bytes;

    use super::*;
    use crate::campaign::Error;

    #[tokio::test]
    async fn a_long_file_comes_through_whole_and_one_that_fails_does_not() {
        let body = written(|pipe| {
            (0..100_000).try_for_each(|n| writeln!(pipe, "{n}"))?;
            Ok(())
        });
        let whole = to_bytes(body.await.unwrap(), usize::MAX).await.unwrap();
        let expected: Vec<String> = (0..100_000).map(|n| n.to_string()).collect();
        assert_eq!(whole, format!("{}\n", expected.join("\n")).as_bytes());
        let failed = written(|pipe| {
            writeln!(pipe, "a part of a piece")?;
            Err(Error::Output(io::Error::other("gone")))
        });
        assert!(matches!(failed.await, Err(Trouble::Campaign(_))), "nothing of it was sent yet");
        let late = written(|pipe| {
            pipe.write_all(&vec![b'x'; 3 * PIECE])?;
            Err(Error::Output(io::Error::other("gone")))
        });
        assert!(to_bytes(late.await.unwrap(), usize::MAX).await.is_err(), "it ends with an error");
    }
}
