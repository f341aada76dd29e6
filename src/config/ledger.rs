//! `[ledger]`: where the ledger is kept.

use std::net::IpAddr;

use percent_encoding::percent_decode_str;
use url::Url;

use super::secret_source::SecretSource;
use super::section::Section;
use super::smtp::account;
use crate::workspace::Workspace;

/// Where the ledger is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LedgerSpec {
    /// In a file, relative to the workspace or absolute; it may lie outside of it.
    File(String),
    /// On a PostgreSQL server.
    Server(Box<LedgerServer>),
}

/// A ledger on a PostgreSQL server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerServer {
    /// A name, an address, or the folder of a socket (it begins with `/`).
    pub host: String,
    /// The port.
    pub port: u16,
    /// Who logs in.
    pub user: String,
    /// The database.
    pub database: String,
    /// The schema in it.
    pub schema: String,
    /// Whether the connection is encrypted: always, but for what stays on this machine.
    pub is_encrypted: bool,
    /// A file in the workspace that names who may vouch for the server; whom the system trusts, without it.
    pub authorities: Option<String>,
    /// Where the password is found; `None` where the server asks for none.
    pub password: Option<SecretSource>,
}

/// The ledger where nothing is said of it.
const USUAL: &str = "logs/ledger.db";

/// Stands where a URL names no host; there is none of this name (RFC 2606, 2).
const NO_HOST: &str = "socket.invalid";

const NO_PASSWORD: &str =
    "a password is never written in the URL; use `password = { env = \"NAME\" }` or another source";

/// The port of PostgreSQL, as IANA has it.
const PORT: u16 = 5432;

impl LedgerSpec {
    /// What the ledger is called in messages.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::File(path) => path.clone(),
            Self::Server(server) => format!("postgres://{}@{}/{}", server.user, server.host, server.database),
        }
    }

    /// What a URL says: where a ledger is to be moved to. A password and who vouches for a server are not in it.
    ///
    /// # Errors
    /// What is wrong with it; no secret that stands in it is repeated.
    pub fn parse(url: &str) -> Result<Self, String> {
        Ok(match Parsed::read(url)? {
            Parsed::File(path) => Self::File(path),
            Parsed::Server(server) => Self::Server(Box::new(server)),
        })
    }

    pub(super) fn read(section: &Section<'_>, workspace: &Workspace) -> Self {
        let url = section.guarded("url", Parsed::read).map(|found| (found.value, found.at));
        let authorities = section.parsed("ca", |text| super::within(workspace, text));
        let named = match &url {
            Some((Parsed::Server(server), _)) => account(Some(&server.user), &server.host),
            _ => String::new(),
        };
        let password = SecretSource::read(section, "password", &named, workspace);
        let fault = |at: &_, message: &str| section.document().fault(at, message);
        match url {
            Some((Parsed::Server(server), at)) => {
                if !server.is_encrypted && authorities.is_some() {
                    fault(&at, "`ca` is given, but the connection is not encrypted; take `sslmode` out of the url");
                }
                let authorities = authorities.map(|found| found.value);
                Self::Server(Box::new(LedgerServer { authorities, password, ..server }))
            }
            other => {
                if password.is_some() || authorities.is_some() {
                    fault(section.at(), "`password` and `ca` are for a `postgres://` url; a file has neither");
                }
                match other {
                    Some((Parsed::File(path), _)) => Self::File(path),
                    _ => Self::File(USUAL.to_owned()),
                }
            }
        }
    }
}

/// What a URL says.
enum Parsed {
    File(String),
    Server(LedgerServer),
}

impl Parsed {
    fn read(url: &str) -> Result<Self, String> {
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return server(url).map(Self::Server);
        }
        let path = url.strip_prefix("sqlite:").ok_or(
            "write it as `sqlite:logs/ledger.db` or `postgres://user@host/database`; other stores are not known",
        )?;
        let path = path.strip_prefix("//").unwrap_or(path);
        match path {
            "" => Err("the path is empty".to_owned()),
            _ if path.contains('\0') => Err("the path has a NUL character".to_owned()),
            _ if path.starts_with('~') => Err("`~` is not read as a folder; write the whole path".to_owned()),
            _ => Ok(Self::File(path.to_owned())),
        }
    }
}

fn server(text: &str) -> Result<LedgerServer, String> {
    let form = "write it as `postgres://user@host/database`";
    // A user without a host is no URL, and the usual form of a socket. No message repeats the URL: it may have a
    // password.
    let filled = text.replacen("@/", &format!("@{NO_HOST}/"), 1);
    let url = Url::parse(&filled).map_err(|error| format!("it is not a URL ({error}); {form}"))?;
    if url.password().is_some() {
        return Err(NO_PASSWORD.to_owned());
    }
    let decoded = |text: &str, what: &str| match percent_decode_str(text).decode_utf8() {
        Ok(text) if text.chars().any(char::is_control) => Err(format!("the {what} has a control character")),
        Ok(text) => Ok(text.into_owned()),
        Err(_) => Err(format!("the {what} is not UTF-8")),
    };
    let user = decoded(url.username(), "user")?;
    let database = decoded(url.path().trim_start_matches('/'), "database")?;
    if user.is_empty() || database.is_empty() || url.fragment().is_some() {
        return Err(format!("it names no user or no database; {form}"));
    }
    let mut host = decoded(url.host_str().unwrap_or_default(), "host")?;
    host = host.trim_start_matches('[').trim_end_matches(']').to_lowercase();
    if host == NO_HOST {
        host.clear();
    }
    let more = More::read(&url)?;
    if let Some(socket) = more.socket.filter(|_| host.is_empty()) {
        host = socket;
    }
    if host.is_empty() {
        return Err(format!("it names no host; {form}, or as `postgres://user@/database?host=/run/postgresql`"));
    }
    let schema = more.schema.unwrap_or_else(|| "undersigned".to_owned());
    if !is_plain_word(&schema) {
        return Err(format!(
            "the schema `{schema}` may have small letters, digits and `_` alone, and begins with a letter"
        ));
    }
    let is_encrypted = is_encrypted(&host, more.mode.as_deref())?;
    let port = url.port().unwrap_or(PORT);
    Ok(LedgerServer { host, port, user, database, schema, is_encrypted, authorities: None, password: None })
}

/// What stands behind the question mark of a URL.
#[derive(Default)]
struct More {
    /// The folder of a socket.
    socket: Option<String>,
    mode: Option<String>,
    schema: Option<String>,
}

impl More {
    fn read(url: &Url) -> Result<Self, String> {
        let mut more = Self::default();
        for (key, value) in url.query_pairs() {
            match &*key {
                "host" if value.starts_with('/') => more.socket = Some(value.into_owned()),
                "sslmode" => more.mode = Some(value.into_owned()),
                "schema" => more.schema = Some(value.into_owned()),
                "password" | "sslpassword" => return Err(NO_PASSWORD.to_owned()),
                other => {
                    return Err(format!(
                        "`{other}` is not known there; `host` (the folder of a socket), `schema` and `sslmode` are"
                    ));
                }
            }
        }
        Ok(more)
    }
}

/// Whether a connection is encrypted: always, but for what stays on this machine.
fn is_encrypted(host: &str, mode: Option<&str>) -> Result<bool, String> {
    match mode {
        None => Ok(!is_here(host)),
        Some("verify-full") if host.starts_with('/') => {
            Err("a socket of this machine is not encrypted; take `sslmode` out".to_owned())
        }
        Some("verify-full") => Ok(true),
        Some("disable") if is_here(host) => Ok(false),
        Some("disable") => Err(
            "`sslmode=disable` goes to this machine only (a socket, `localhost`, `127.0.0.1`, `[::1]`): addresses and letters would travel \
            unprotected"
                .to_owned(),
        ),
        Some(other) => Err(format!(
            "`sslmode={other}` does not make sure who the server is; `verify-full` does, and is what is done without it"
        )),
    }
}

/// What needs no quotes in SQL, and no escape where a session begins.
fn is_plain_word(text: &str) -> bool {
    let is_usual = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    text.starts_with(|c: char| c.is_ascii_lowercase()) && text.len() <= 63 && text.chars().all(is_usual)
}

/// Whether what goes to a host does not leave this machine.
fn is_here(host: &str) -> bool {
    host.starts_with('/') || host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(url: &str) -> Result<LedgerServer, String> {
        match Parsed::read(url)? {
            Parsed::Server(server) => Ok(server),
            Parsed::File(path) => Err(format!("the file {path}")),
        }
    }

    #[test]
    fn a_url_names_the_server_the_user_and_the_database() {
        let server = read("postgres://coalition@db.example/undersigned").unwrap();
        assert_eq!((server.host.as_str(), server.port, server.is_encrypted), ("db.example", 5432, true));
        assert_eq!((server.user.as_str(), server.database.as_str()), ("coalition", "undersigned"));
        assert_eq!(server.schema, "undersigned");
        let server = read("postgresql://a%40b@127.0.0.1:5433/d?schema=letters_2024").unwrap();
        assert_eq!((server.user.as_str(), server.port, server.is_encrypted), ("a@b", 5433, false));
        assert_eq!(server.schema, "letters_2024");
        let server = read("postgres://ana@/d?host=/run/postgresql").unwrap();
        assert_eq!((server.host.as_str(), server.is_encrypted), ("/run/postgresql", false));
        assert!(read("postgres://ana@localhost/d?sslmode=verify-full").unwrap().is_encrypted);
    }

    #[test]
    fn a_url_that_could_leak_or_mislead_is_refused() {
        for (url, why) in [
            ("postgres://ana:hunter2@db.example/d", "never written in the URL"),
            ("postgres://ana@db.example/d?password=hunter2", "never written in the URL"),
            ("postgres://db.example/d", "names no user"),
            ("postgres://ana@db.example", "no database"),
            ("postgres://ana@/d", "no host"),
            ("postgres://ana@db.example/d?sslmode=disable", "this machine only"),
            ("postgres://ana@db.example/d?sslmode=require", "who the server is"),
            ("postgres://ana@db.example/d?sslmode=prefer", "who the server is"),
            ("postgres://ana@db.example/d?options=-c", "`options` is not known"),
            ("postgres://ana@db.example/d?schema=a%20b", "small letters"),
            ("postgres://ana@db.example/d?schema=%22", "small letters"),
            ("mysql://ana@db.example/d", "other stores are not known"),
        ] {
            let error = read(url).unwrap_err();
            assert!(error.contains(why) && !error.contains("hunter2"), "{url}: {error}");
        }
    }
}
