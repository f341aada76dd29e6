//! From a host name to a stream on which commands can be given: connecting, greeting, STARTTLS, TLS.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::net::{TcpStream, lookup_host};
use tokio::time::timeout;
use tokio_rustls::rustls::pki_types::ServerName;

use super::capabilities::Capabilities;
use super::limits::Limits;
use super::open_error::{OpenError, Step};
use super::outcome::{Cause, Span};
use super::reply::Lines;
use super::server::{Security, Server};
use super::stream::{Socket, Stream, network};
use super::tls;
use super::wire;

/// Opens a stream to a server that has greeted, under TLS unless the server is [`Security::Plain`].
pub(super) async fn open(server: &Server, limits: &Limits) -> Result<Stream, OpenError> {
    check(server)?;
    let (socket, peer) = dial(server, limits.connect).await?;
    tracing::debug!("connected to {}:{} at {peer}", server.host, server.port);
    match server.security {
        Security::Plain => {
            let stream = Stream::new(socket, peer);
            greeting(&stream, limits).await?;
            Ok(stream)
        }
        Security::Implicit => {
            let stream = Stream::new(handshake(server, socket, limits.tls).await?, peer);
            greeting(&stream, limits).await?;
            Ok(stream)
        }
        Security::StartTls => {
            let plain = Stream::new(socket, peer);
            greeting(&plain, limits).await?;
            let socket = start_tls(server, plain, limits).await?;
            Ok(Stream::new(handshake(server, socket, limits.tls).await?, peer))
        }
    }
}

/// What can be refused without the network.
fn check(server: &Server) -> Result<(), OpenError> {
    let spoken = |c: char| c.is_ascii_alphanumeric() || ".-:[]".contains(c);
    if server.hello.is_empty() || !server.hello.chars().all(spoken) {
        return Err(OpenError::Hello(server.hello.clone()));
    }
    if server.security == Security::Plain && server.login.is_some() {
        return Err(OpenError::PlainLogin);
    }
    Ok(())
}

/// Connects over TCP; where a test says so, within the program.
async fn dial(server: &Server, limit: Duration) -> Result<(Box<dyn Socket>, SocketAddr), OpenError> {
    #[cfg(test)]
    if let Some(dialled) = super::memory::dial(server) {
        return Ok(dialled);
    }
    let (tcp, peer) = connect(server, limit).await?;
    Ok((Box::new(tcp), peer))
}

/// Connects to the first of the host's addresses that takes a connection.
async fn connect(server: &Server, limit: Duration) -> Result<(TcpStream, SocketAddr), OpenError> {
    let not_found = |why: String| OpenError::NotFound { host: server.host.clone(), why };
    let addresses = timeout(limit, lookup_host((server.host.as_str(), server.port)))
        .await
        .map_err(|_| not_found("the name server did not answer".to_owned()))?
        .map_err(
            |error| if is_out_of_files(&error) { OpenError::TooManyFiles } else { not_found(error.to_string()) },
        )?;
    let mut why = "the name has no address".to_owned();
    for peer in addresses {
        if !server.allows(peer) {
            return Err(OpenError::PlainRemote(peer));
        }
        match timeout(limit, TcpStream::connect(peer)).await {
            Ok(Ok(tcp)) => match prepare(&tcp) {
                Ok(peer) if server.allows(peer) => return Ok((tcp, peer)),
                Ok(peer) => return Err(OpenError::PlainRemote(peer)),
                Err(error) => why = in_words(&error),
            },
            Ok(Err(error)) if is_out_of_files(&error) => return Err(OpenError::TooManyFiles),
            Ok(Err(error)) => why = in_words(&error),
            Err(_) => why = format!("no answer within {}", Span(limit)),
        }
    }
    Err(OpenError::Unreachable { host: server.host.clone(), port: server.port, why })
}

/// Whether this process, or the whole system, has as many files open as it may.
fn is_out_of_files(error: &io::Error) -> bool {
    #[cfg(unix)]
    {
        use rustix::io::Errno;
        matches!(Errno::from_io_error(error), Some(Errno::MFILE | Errno::NFILE))
    }
    #[cfg(not(unix))]
    {
        let _ = error;
        false
    }
}

/// Why connecting failed. A connection that was taken and given up at once has several names.
fn in_words(error: &io::Error) -> String {
    match network(error) {
        closed @ Cause::Closed => closed.to_string(),
        _ => error.to_string(),
    }
}

/// Turns off the delay of small segments, which costs some 40 ms a message, and asks who is at the other end.
fn prepare(tcp: &TcpStream) -> io::Result<SocketAddr> {
    tcp.set_nodelay(true)?;
    tcp.peer_addr()
}

async fn handshake(server: &Server, socket: Box<dyn Socket>, limit: Duration) -> Result<Box<dyn Socket>, OpenError> {
    let connector = tls::connector(&server.trust)?;
    let name = ServerName::try_from(server.host.clone()).map_err(|_| OpenError::HostName(server.host.clone()))?;
    match timeout(limit, connector.connect(name, socket)).await {
        Ok(Ok(stream)) => Ok(Box::new(stream)),
        Ok(Err(error)) => Err(tls::handshake_error(&server.host, &error)),
        Err(_) => Err(OpenError::TimedOut { step: Step::Tls, limit }),
    }
}

/// Waits for a reply, for as long as a step may take.
pub(super) async fn within<F>(limit: Duration, step: Step, reply: F) -> Result<Lines, OpenError>
where
    F: Future<Output = Result<Lines, Cause>>,
{
    match timeout(limit, reply).await {
        Ok(Ok(reply)) => Ok(reply),
        Ok(Err(cause)) => Err(OpenError::Broken { step, cause }),
        Err(_) => Err(OpenError::TimedOut { step, limit }),
    }
}

/// A command of ours and the reply to it, before the library has the stream.
pub(super) async fn ask(stream: &Stream, command: &[u8], limit: Duration, step: Step) -> Result<Lines, OpenError> {
    match step {
        Step::Auth => wire::sent_secret(),
        _ => wire::sent(&String::from_utf8_lossy(command)),
    }
    within(limit, step, async {
        stream.write_all(command).await?;
        stream.reply().await
    })
    .await
}

async fn greeting(stream: &Stream, limits: &Limits) -> Result<(), OpenError> {
    let reply = within(limits.greeting, Step::Greeting, stream.reply()).await?;
    match reply.code {
        220 => Ok(()),
        _ => Err(OpenError::GreetingRefused(reply.to_reply())),
    }
}

/// STARTTLS (RFC 3207), up to the moment at which the handshake begins.
async fn start_tls(server: &Server, stream: Stream, limits: &Limits) -> Result<Box<dyn Socket>, OpenError> {
    let hello = format!("EHLO {}\r\n", server.hello);
    let reply = ask(&stream, hello.as_bytes(), limits.command, Step::Ehlo).await?;
    if reply.code != 250 {
        return Err(OpenError::EhloRefused(reply.to_reply()));
    }
    if !Capabilities::read(reply.text.iter().map(String::as_str)).starttls {
        return Err(OpenError::StartTlsMissing);
    }
    let reply = ask(&stream, b"STARTTLS\r\n", limits.command, Step::StartTls).await?;
    if reply.code != 220 {
        return Err(OpenError::StartTlsRefused(reply.to_reply()));
    }
    if stream.has_left_over() {
        return Err(OpenError::StartTlsInjected);
    }
    stream.into_socket().ok_or(OpenError::StartTlsInjected)
}

#[cfg(test)]
mod tests {
    use super::super::server::Trust;
    use super::*;

    #[tokio::test]
    async fn small_segments_are_not_delayed() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let server = Server {
            security: Security::Plain,
            host: "127.0.0.1".to_owned(),
            port: listener.local_addr().unwrap().port(),
            hello: "localhost".to_owned(),
            login: None,
            timeout: Duration::from_mins(10),
            trust: Trust::Platform,
        };
        let (tcp, peer) = connect(&server, Duration::from_mins(1)).await.unwrap();
        assert!(tcp.nodelay().unwrap());
        assert_eq!(peer, listener.local_addr().unwrap());
    }
}
