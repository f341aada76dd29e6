//! A TCP proxy between the program and its server, which spoils connections on their way: it resets, closes, stalls,
//! and drips.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// What a proxy does to the connections that go through it.
#[derive(Debug, Clone, Copy)]
pub enum Spoil {
    /// Nothing.
    Nothing,
    /// The nth connection, from 1, ends so at a point.
    Cut(usize, Point, How),
    /// Every byte goes alone, in both directions.
    Drip,
}

/// A point in what one side says. What leads up to it goes through, and nothing after it.
#[derive(Debug, Clone, Copy)]
pub enum Point {
    /// So many bytes of the client.
    Asked(usize),
    /// So many bytes of the server.
    Answered(usize),
    /// The client has said this for the nth time, from 1.
    Said(&'static str, usize),
}

/// How a connection ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// With a RST towards the client: what it has not read yet is lost.
    Reset,
    /// In good order.
    Close,
    /// Not at all: nothing is read any more, and nothing said.
    Stall,
}

/// A running proxy. It ends when it is dropped.
pub struct Proxy {
    address: SocketAddr,
    passed: Arc<Mutex<[Vec<u8>; 2]>>,
    accepting: JoinHandle<()>,
}

impl Proxy {
    /// Starts a proxy on a free port of 127.0.0.1 to a server.
    pub async fn start(server: SocketAddr, spoil: Spoil) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let passed = Arc::new(Mutex::default());
        let first = Arc::clone(&passed);
        let accepting = tokio::spawn(async move {
            let mut relays = tokio::task::JoinSet::new();
            for number in 1.. {
                let (client, _) = listener.accept().await.unwrap();
                let first = (number == 1).then(|| Arc::clone(&first));
                relays.spawn(async move {
                    let to = TcpStream::connect(server).await?;
                    let relay = Relay { sockets: [client, to], passed: [Vec::new(), Vec::new()], first };
                    relay.run(spoil, number).await
                });
            }
        });
        Self { address, passed, accepting }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What the client and the server have said on the first connection, so far.
    pub fn first_connection(&self) -> [Vec<u8>; 2] {
        self.passed.lock().unwrap().clone()
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

/// One connection: the client is side 0, the server side 1.
struct Relay {
    sockets: [TcpStream; 2],
    passed: [Vec<u8>; 2],
    first: Option<Arc<Mutex<[Vec<u8>; 2]>>>,
}

impl Relay {
    async fn run(mut self, spoil: Spoil, number: usize) -> io::Result<()> {
        let cut = match spoil {
            Spoil::Cut(nth, point, how) if nth == number => Some((point, how)),
            _ => None,
        };
        for socket in &self.sockets {
            socket.set_nodelay(true)?;
        }
        let size = if matches!(spoil, Spoil::Drip) { 1 } else { 16 * 1024 };
        let mut rooms = [vec![0; size], vec![0; size]];
        let mut speaking = [true, true];
        while speaking != [false, false] {
            if let Some((point, how)) = cut
                && self.has_reached(point)
            {
                return self.end(how).await;
            }
            let [client, server] = &mut self.sockets;
            let [asked, answered] = &mut rooms;
            let (side, count) = tokio::select! {
                count = client.read(asked), if speaking[0] => (0, count?),
                count = server.read(answered), if speaking[1] => (1, count?),
            };
            if count == 0 {
                speaking[side] = false;
                self.sockets[1 - side].shutdown().await?;
            } else {
                let bytes = &rooms[side][..count];
                self.pass(side, bytes, cut.map(|(point, _)| point)).await?;
            }
        }
        Ok(())
    }

    /// Passes on what one side said, up to the point at which the connection is to be cut.
    async fn pass(&mut self, side: usize, bytes: &[u8], cut: Option<Point>) -> io::Result<()> {
        let before = self.passed[side].len();
        self.passed[side].extend_from_slice(bytes);
        if let Some((of, at)) = cut.and_then(|point| self.place(point))
            && of == side
        {
            self.passed[side].truncate(at.max(before));
        }
        let now = self.passed[side][before..].to_vec();
        if let Some(first) = &self.first {
            first.lock().unwrap()[side].extend_from_slice(&now);
        }
        self.sockets[1 - side].write_all(&now).await
    }

    /// Of which side a point is, and after how many of its bytes; `None` where a text was not said yet.
    fn place(&self, point: Point) -> Option<(usize, usize)> {
        match point {
            Point::Asked(count) => Some((0, count)),
            Point::Answered(count) => Some((1, count)),
            Point::Said(text, nth) => {
                let said = self.passed[0].windows(text.len()).enumerate();
                let mut ends = said.filter(|(_, window)| *window == text.as_bytes()).map(|(at, _)| at + text.len());
                ends.nth(nth - 1).map(|at| (0, at))
            }
        }
    }

    fn has_reached(&self, point: Point) -> bool {
        self.place(point).is_some_and(|(side, at)| self.passed[side].len() >= at)
    }

    async fn end(self, how: How) -> io::Result<()> {
        match how {
            How::Reset => {
                // The server reads what was passed on, and then an end.
                self.sockets[0].set_zero_linger()?;
                Ok(())
            }
            How::Close => Ok(()),
            How::Stall => std::future::pending().await,
        }
    }
}
