//! An IMAP server on loopback that plays a script: as much of the protocol as reading takes, and faults to order.

use std::collections::BTreeMap;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use data_encoding::BASE64;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;
use tokio_rustls::TlsAcceptor;
use undersigned::transport::sandbox::Encryption;

use crate::office::{SECRET, USER};

/// A running server. It ends when it is dropped.
pub struct ImapServer {
    address: SocketAddr,
    office: Arc<Office>,
    _runtime: Runtime,
}

/// What the server does instead of the usual thing, the next `times` times that a command has these words in it. The
/// greeting answers to none.
#[derive(Debug, Clone)]
pub struct Fault {
    pub words: String,
    pub times: usize,
    pub act: Act,
}

#[derive(Debug, Clone)]
pub enum Act {
    /// Says this; `TAG` is the command's tag.
    Say(String),
    /// So many bytes of the usual answer, and hangs up.
    Cut(usize),
    /// The same, and nobody answers any more.
    Leave(usize),
}

/// A folder: its UIDVALIDITY, and its mails by UID.
#[derive(Debug, Clone, Default)]
pub struct Folder {
    pub validity: u32,
    pub mails: BTreeMap<u32, String>,
    is_junk: bool,
    is_sent: bool,
}

struct Office {
    encryption: Encryption,
    mechanisms: String,
    folders: Mutex<BTreeMap<String, Folder>>,
    faults: Mutex<Vec<Fault>>,
    away: AtomicBool,
    heard: Mutex<Vec<Heard>>,
}

/// A line of the client.
#[derive(Debug, Clone)]
pub struct Heard {
    pub line: String,
    pub encrypted: bool,
}

trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

impl ImapServer {
    /// Starts a server with an empty inbox. `mechanisms` are the capabilities that say how to log in.
    pub fn start(encryption: Encryption, mechanisms: &str) -> Self {
        let runtime = Runtime::new().unwrap();
        let listener = runtime.block_on(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))).unwrap();
        let address = listener.local_addr().unwrap();
        let office = Arc::new(Office {
            encryption,
            mechanisms: mechanisms.to_owned(),
            folders: Mutex::default(),
            faults: Mutex::default(),
            away: AtomicBool::new(false),
            heard: Mutex::default(),
        });
        let shared = Arc::clone(&office);
        runtime.spawn(async move {
            loop {
                let (tcp, _) = listener.accept().await.unwrap();
                let shared = Arc::clone(&shared);
                // A client that hangs up ends its session.
                tokio::spawn(async move { shared.serve(tcp).await });
            }
        });
        let server = Self { address, office, _runtime: runtime };
        server.folder("INBOX", 1);
        server
    }

    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// Makes a folder, or numbers one anew.
    pub fn folder(&self, name: &str, validity: u32) {
        self.office.folders.lock().unwrap().entry(name.to_owned()).or_default().validity = validity;
    }

    /// Says that a folder is for junk (RFC 6154).
    pub fn is_for_junk(&self, name: &str) {
        self.office.folders.lock().unwrap().get_mut(name).unwrap().is_junk = true;
    }

    /// Says that a folder is for what was sent (RFC 6154).
    pub fn is_for_sent(&self, name: &str) {
        self.office.folders.lock().unwrap().get_mut(name).unwrap().is_sent = true;
    }

    /// The mails of a folder.
    pub fn mails(&self, folder: &str) -> Vec<String> {
        self.office.folders.lock().unwrap()[folder].mails.values().cloned().collect()
    }

    /// Puts a mail into a folder.
    pub fn put(&self, folder: &str, uid: u32, mail: &str) {
        let mail = mail.replace('\n', "\r\n");
        self.office.folders.lock().unwrap().get_mut(folder).unwrap().mails.insert(uid, mail);
    }

    /// Takes a mail away.
    pub fn remove(&self, folder: &str, uid: u32) {
        self.office.folders.lock().unwrap().get_mut(folder).unwrap().mails.remove(&uid);
    }

    pub fn order(&self, words: &str, times: usize, act: Act) {
        self.office.faults.lock().unwrap().push(Fault { words: words.to_owned(), times, act });
    }

    /// Takes back all faults.
    pub fn mend(&self) {
        self.office.away.store(false, Ordering::Relaxed);
        self.office.faults.lock().unwrap().clear();
    }

    /// What was heard since this was asked last.
    pub fn heard(&self) -> Vec<Heard> {
        std::mem::take(&mut self.office.heard.lock().unwrap())
    }
}

impl Office {
    async fn serve(&self, tcp: TcpStream) -> io::Result<()> {
        tcp.set_nodelay(true)?;
        if self.away.load(Ordering::Relaxed) {
            return Ok(());
        }
        let (mut stream, mut encrypted): (BufReader<Box<dyn Stream>>, bool) = match &self.encryption {
            Encryption::Implicit(config) => {
                (BufReader::new(Box::new(TlsAcceptor::from(Arc::clone(config)).accept(tcp).await?)), true)
            }
            Encryption::None | Encryption::StartTls(_) => (BufReader::new(Box::new(tcp)), false),
        };
        if !self.say(&mut stream, "", "", "* OK ready\r\n".to_owned()).await? {
            return Ok(());
        }
        let mut folder = String::new();
        while let Some(line) = self.hear(&mut stream, encrypted).await? {
            let (tag, command) = line.split_once(' ').unwrap_or((&line, ""));
            let words: Vec<&str> = command.split(' ').collect();
            let usual = match words.as_slice() {
                ["CAPABILITY"] => format!("* CAPABILITY IMAP4rev1 {}\r\n{tag} OK\r\n", self.mechanisms),
                ["STARTTLS"] => {
                    if !self.say(&mut stream, command, tag, format!("{tag} OK begin\r\n")).await? {
                        return Ok(());
                    }
                    let Encryption::StartTls(config) = &self.encryption else { return Ok(()) };
                    let tls: Box<dyn Stream> =
                        Box::new(TlsAcceptor::from(Arc::clone(config)).accept(stream.into_inner()).await?);
                    (stream, encrypted) = (BufReader::new(tls), true);
                    continue;
                }
                ["AUTHENTICATE", mechanism] => {
                    stream.get_mut().write_all(b"+ \r\n").await?;
                    let said = self.hear(&mut stream, encrypted).await?.unwrap_or_default();
                    let right = match *mechanism {
                        "PLAIN" => format!("\0{USER}\0{SECRET}"),
                        _ => format!("user={USER}\x01auth=Bearer {SECRET}\x01\x01"),
                    };
                    let is_right = said == BASE64.encode(right.as_bytes());
                    if !is_right && *mechanism == "XOAUTH2" {
                        // Why not, as JSON; the client answers with nothing.
                        stream.get_mut().write_all(b"+ eyJzdGF0dXMiOiI0MDEifQ==\r\n").await?;
                        assert_eq!(self.hear(&mut stream, encrypted).await?.as_deref(), Some(""));
                    }
                    welcome(tag, is_right)
                }
                ["LOGIN", user, secret] => {
                    welcome(tag, [*user, *secret] == [format!("\"{USER}\""), format!("\"{SECRET}\"")])
                }
                ["EXAMINE", name] => {
                    folder = name.trim_matches('"').to_owned();
                    self.examine(tag, &folder)
                }
                ["UID", "SEARCH", "HEADER", "MESSAGE-ID", id] => self.search_id(tag, &folder, id.trim_matches('"')),
                ["APPEND", name, .., length] => {
                    let length = length.trim_matches(['{', '}']).parse().unwrap();
                    stream.get_mut().write_all(b"+ go on\r\n").await?;
                    let mut mail = vec![0; length];
                    stream.read_exact(&mut mail).await?;
                    assert_eq!(self.hear(&mut stream, encrypted).await?.as_deref(), Some(""));
                    self.append(tag, name.trim_matches('"'), String::from_utf8(mail).unwrap())
                }
                ["UID", "SEARCH", "UID", set] => self.search(tag, &folder, set),
                ["UID", "FETCH", set, "(UID", "RFC822.SIZE", body @ ..] => {
                    self.fetch(tag, &folder, set, &body.join(" "))
                }
                ["NOOP"] => format!("{tag} OK\r\n"),
                ["LIST", "\"\"", "\"*\""] => self.list(tag),
                ["LOGOUT"] => format!("* BYE bye\r\n{tag} OK\r\n"),
                _ => format!("{tag} BAD what is that\r\n"),
            };
            if !self.say(&mut stream, command, tag, usual).await? {
                break;
            }
        }
        Ok(())
    }

    /// A line of the client; `None` where it hung up.
    async fn hear(&self, stream: &mut BufReader<Box<dyn Stream>>, encrypted: bool) -> io::Result<Option<String>> {
        let mut line = String::new();
        if stream.read_line(&mut line).await? == 0 {
            return Ok(None);
        }
        let line = line.trim_end().to_owned();
        self.heard.lock().unwrap().push(Heard { line: line.clone(), encrypted });
        Ok(Some(line))
    }

    /// Says the usual thing, or what was ordered instead; whether the session goes on.
    async fn say(
        &self,
        stream: &mut BufReader<Box<dyn Stream>>,
        command: &str,
        tag: &str,
        usual: String,
    ) -> io::Result<bool> {
        let act = {
            let mut faults = self.faults.lock().unwrap();
            let is_for = |words: &str| command.is_empty() == words.is_empty() && command.contains(words);
            let due = |fault: &&mut Fault| fault.times > 0 && is_for(&fault.words);
            faults.iter_mut().find(due).map(|fault| {
                fault.times -= 1;
                fault.act.clone()
            })
        };
        let stream = stream.get_mut();
        match act {
            None => stream.write_all(usual.as_bytes()).await?,
            Some(Act::Say(text)) => stream.write_all(text.replace("TAG", tag).as_bytes()).await?,
            Some(act @ (Act::Cut(at) | Act::Leave(at))) => {
                self.away.store(matches!(act, Act::Leave(_)), Ordering::Relaxed);
                stream.write_all(&usual.as_bytes()[..at]).await?;
                stream.shutdown().await?;
                return Ok(false);
            }
        }
        stream.flush().await?;
        Ok(true)
    }

    fn examine(&self, tag: &str, folder: &str) -> String {
        match self.folders.lock().unwrap().get(folder) {
            Some(found) => format!(
                "* FLAGS (\\Seen)\r\n* {} EXISTS\r\n* OK [UIDVALIDITY {}] ok\r\n{tag} OK [READ-ONLY] done\r\n",
                found.mails.len(),
                found.validity
            ),
            None => format!("{tag} NO [NONEXISTENT] no such mailbox\r\n"),
        }
    }

    fn list(&self, tag: &str) -> String {
        let folders = self.folders.lock().unwrap();
        let said = folders.iter().map(|(name, folder)| {
            let junk = if folder.is_junk { " \\Junk" } else { "" };
            let sent = if folder.is_sent { " \\Sent" } else { "" };
            format!("* LIST (\\HasNoChildren{junk}{sent}) \"/\" \"{name}\"\r\n")
        });
        said.collect::<String>() + &format!("{tag} OK\r\n")
    }

    fn search(&self, tag: &str, folder: &str, set: &str) -> String {
        let folders = self.folders.lock().unwrap();
        let uids: Vec<u32> = folders[folder].mails.keys().copied().collect();
        let found: Vec<String> = match set.strip_suffix(":*") {
            Some(first) => {
                let first = first.parse().unwrap();
                // `*` is the last one, wherever that is.
                uids.iter().filter(|uid| **uid >= first || uids.last() == Some(uid)).map(u32::to_string).collect()
            }
            None => set.split(',').filter(|uid| uids.contains(&uid.parse().unwrap())).map(str::to_owned).collect(),
        };
        format!("* SEARCH {}\r\n{tag} OK\r\n", found.join(" "))
    }

    fn search_id(&self, tag: &str, folder: &str, id: &str) -> String {
        let folders = self.folders.lock().unwrap();
        let there = folders[folder].mails.iter().filter(|(_, mail)| mail.contains(&format!("Message-ID: {id}")));
        let found: Vec<String> = there.map(|(uid, _)| uid.to_string()).collect();
        format!("* SEARCH {}\r\n{tag} OK\r\n", found.join(" "))
    }

    fn append(&self, tag: &str, folder: &str, mail: String) -> String {
        let mut folders = self.folders.lock().unwrap();
        let Some(folder) = folders.get_mut(folder) else { return format!("{tag} NO [TRYCREATE] no such mailbox\r\n") };
        let uid = folder.mails.keys().next_back().map_or(1, |last| last + 1);
        folder.mails.insert(uid, mail);
        format!("{tag} OK [APPENDUID {} {uid}] done\r\n", folder.validity)
    }

    fn fetch(&self, tag: &str, folder: &str, set: &str, body: &str) -> String {
        let folders = self.folders.lock().unwrap();
        let most =
            body.strip_prefix("BODY.PEEK[]<0.").map_or(usize::MAX, |most| most.trim_end_matches(">)").parse().unwrap());
        // In another order than they were asked for, which a server may do.
        let there = |uid: &&str| folders[folder].mails.contains_key(&uid.parse().unwrap());
        let said: Vec<String> = set
            .split(',')
            .rev()
            .filter(there)
            .map(|uid| {
                let whole = &folders[folder].mails[&uid.parse().unwrap()];
                let header = &whole[..whole.find("\r\n\r\n").map_or(whole.len(), |end| end + 4)];
                let (part, mail) = match body {
                    "BODY.PEEK[HEADER])" => ("BODY[HEADER]", header),
                    _ if body.starts_with("BODY.PEEK[HEADER.FIELDS ") => {
                        ("BODY[HEADER.FIELDS (FROM SUBJECT DATE)]", header)
                    }
                    _ => ("BODY[]<0>", &whole[..whole.len().min(most)]),
                };
                let (size, length) = (whole.len(), mail.len());
                format!("* {uid} FETCH (UID {uid} RFC822.SIZE {size} {part} {{{length}}}\r\n{mail})\r\n")
            })
            .collect();
        said.concat() + &format!("{tag} OK\r\n")
    }
}

fn welcome(tag: &str, is_right: bool) -> String {
    if is_right { format!("{tag} OK welcome\r\n") } else { format!("{tag} NO [AUTHENTICATIONFAILED] wrong\r\n") }
}
