//! For tests: connections within the program in place of TCP, so that time can stand still while they are open.

use std::cell::RefCell;
use std::net::{Ipv4Addr, SocketAddr};

use tokio::io::{AsyncRead, AsyncWrite};

use super::server::Server;
use super::stream::Socket;

thread_local! {
    static DIALLER: RefCell<Option<Dialler>> = const { RefCell::new(None) };
}

type Dialler = Box<dyn Fn(&Server) -> Box<dyn Socket>>;

/// While it lives, this thread's connections do not go over TCP. The runtime must be one of a single thread.
#[derive(Debug)]
pub(crate) struct Dialling(());

/// Has every server dialled so, and not over TCP.
pub(crate) fn dial_through<S>(dial: impl Fn(&Server) -> S + 'static) -> Dialling
where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    DIALLER.set(Some(Box::new(move |server| Box::new(dial(server)))));
    Dialling(())
}

impl Drop for Dialling {
    fn drop(&mut self) {
        DIALLER.set(None);
    }
}

/// The connection to a server, where this thread's do not go over TCP.
pub(super) fn dial(server: &Server) -> Option<(Box<dyn Socket>, SocketAddr)> {
    let peer = SocketAddr::from((Ipv4Addr::LOCALHOST, server.port));
    DIALLER.with_borrow(|dialler| dialler.as_ref().map(|dial| (dial(server), peer)))
}
