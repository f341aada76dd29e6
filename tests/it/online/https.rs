//! A server of files under TLS, which notes what it is asked for.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use tokio_rustls::rustls::{ServerConfig, ServerConnection, StreamOwned};

/// A running server. It ends with the program.
pub struct Https {
    port: u16,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Https {
    /// A server that has these files, each by its host and path.
    pub fn with(tls: Arc<ServerConfig>, files: &[(&str, String)]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let files: Vec<(String, String)> = files.iter().map(|(at, text)| ((*at).to_owned(), text.clone())).collect();
        let noted = Arc::clone(&asked);
        thread::spawn(move || {
            for socket in listener.incoming().map_while(Result::ok) {
                // Whoever does not trust the certificate hangs up.
                let _ = serve(socket, Arc::clone(&tls), &files, &noted);
            }
        });
        Self { port, asked }
    }

    pub fn port(&self) -> String {
        self.port.to_string()
    }

    /// What was asked for, as host and path with what stands behind it.
    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

fn serve(
    socket: TcpStream,
    tls: Arc<ServerConfig>,
    files: &[(String, String)],
    asked: &Mutex<Vec<String>>,
) -> Option<()> {
    let mut stream = BufReader::new(StreamOwned::new(ServerConnection::new(tls).ok()?, socket));
    let mut line = String::new();
    stream.read_line(&mut line).ok()?;
    let path = line.split(' ').nth(1)?.to_owned();
    let mut host = String::new();
    loop {
        let mut header = String::new();
        stream.read_line(&mut header).ok()?;
        let header = header.trim_end().to_lowercase();
        if header.is_empty() {
            break;
        }
        if let Some(value) = header.strip_prefix("host:") {
            value.trim().split(':').next()?.clone_into(&mut host);
        }
    }
    let target = format!("{host}{path}");
    let at = target.split('?').next()?;
    let found = files.iter().find(|(file, _)| file == at).map(|(_, text)| text.as_str());
    asked.lock().unwrap().push(target.clone());
    let (status, body) = found.map_or(("404 Not Found", "<html>nothing"), |text| ("200 OK", text));
    let head = format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len());
    let stream = stream.get_mut();
    stream.write_all(format!("{head}{body}").as_bytes()).ok()?;
    stream.conn.send_close_notify();
    stream.flush().ok()
}
