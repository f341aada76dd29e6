//! Somebody at the desk: `undersigned serve`, and a client that says nothing of its own.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

use crate::harness::Campaign;

/// A desk that is open, and who sits at it.
pub struct Desk {
    child: Child,
    /// `127.0.0.1:PORT`.
    pub host: String,
    /// The path of the first address, with the token.
    pub first: String,
    pub cookie: String,
}

/// What was answered.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Desk {
    /// Opens the desk of a campaign, and comes in by its token.
    pub fn open(campaign: &Campaign, arguments: &[&str]) -> Self {
        let mut command = campaign.command(&[&["serve", "--no-open"], arguments].concat());
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim().strip_prefix("http://").unwrap_or_else(|| {
            let mut said = String::new();
            child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
            panic!("no address: {line}{said}")
        });
        let (host, first) = address.split_once('/').unwrap();
        let mut desk = Self { child, host: host.to_owned(), first: format!("/{first}"), cookie: String::new() };
        let welcome = desk.get(&desk.first.clone());
        assert_eq!(welcome.status, 303, "{welcome:?}");
        let cookie = welcome.header("set-cookie").unwrap();
        cookie.split(';').next().unwrap().clone_into(&mut desk.cookie);
        desk
    }

    /// Asks with exactly these headers, and `Connection: close`.
    pub fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let mut request = format!("{method} {path} HTTP/1.1\r\nConnection: close\r\n");
        for (name, value) in headers {
            request.extend([name, ": ", value, "\r\n"]);
        }
        if !body.is_empty() {
            request.extend(["Content-Length: ", &body.len().to_string(), "\r\n"]);
        }
        let mut stream = TcpStream::connect(&self.host).unwrap();
        stream.write_all(format!("{request}\r\n{body}").as_bytes()).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        Answer::read(&String::from_utf8(answer).unwrap())
    }

    /// Loads what is no text; gives all that came.
    pub fn bytes(&self, path: &str) -> Vec<u8> {
        let mut stream = TcpStream::connect(&self.host).unwrap();
        let head = format!("Host: {}\r\nCookie: {}\r\nConnection: close", self.host, self.cookie);
        stream.write_all(format!("GET {path} HTTP/1.1\r\n{head}\r\n\r\n").as_bytes()).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        answer
    }

    /// Loads a page.
    pub fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, &[("Host", &self.host), ("Cookie", &self.cookie)], "")
    }

    /// Loads a page in a language.
    pub fn get_in(&self, language: &str, path: &str) -> Answer {
        let headers = [("Host", self.host.as_str()), ("Cookie", &self.cookie), ("Accept-Language", language)];
        self.ask("GET", path, &headers, "")
    }

    /// Sends a form, as a browser does.
    pub fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let origin = format!("http://{}", self.host);
        let headers = [
            ("Host", self.host.as_str()),
            ("Cookie", &self.cookie),
            ("Origin", &origin),
            ("Content-Type", "application/x-www-form-urlencoded"),
        ];
        self.ask("POST", path, &headers, &encode(fields))
    }

    /// Sends the form of a page that goes to a path with these last words, with its hidden fields and these; gives the
    /// page that comes then.
    #[track_caller]
    pub fn fill_in(&self, page: &str, ending: &str, fields: &[(&str, &str)]) -> Answer {
        let form = self.get(page).form(ending);
        let hidden = form.hidden.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let all: Vec<(&str, &str)> = hidden.chain(fields.iter().copied()).collect();
        let answer = self.post(&form.action, &all);
        assert_eq!(answer.status, 303, "{answer:?}");
        self.get(answer.header("location").unwrap())
    }

    /// The path of a recipient's page, by what stands in its link.
    #[track_caller]
    pub fn page_of(&self, name: &str) -> String {
        let table = self.get("/recipients").body;
        let row =
            table.split("<tr>").find(|row| row.contains(&format!(">{name}<"))).unwrap_or_else(|| panic!("{table}"));
        let key = row.split("href=\"/recipients/").nth(1).unwrap().split('"').next().unwrap();
        format!("/recipients/{key}")
    }

    /// Tells the program to end, and waits for it; gives what it said.
    pub fn close(mut self) -> String {
        assert!(Command::new("kill").args(["-INT", &self.child.id().to_string()]).status().unwrap().success());
        let mut said = String::new();
        self.child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
        assert_eq!(self.child.wait().unwrap().code(), Some(0), "{said}");
        said
    }

    /// Ends it as a power cut does.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A form of a page.
#[derive(Debug)]
pub struct Form {
    pub action: String,
    pub hidden: Vec<(String, String)>,
}

impl Answer {
    fn read(text: &str) -> Self {
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or_else(|| panic!("no answer: {text}"));
        let mut lines = head.lines();
        let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
        let headers = lines.filter_map(|line| line.split_once(": "));
        let headers: Vec<(String, String)> =
            headers.map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned())).collect();
        let is_in_pieces = headers.contains(&("transfer-encoding".to_owned(), "chunked".to_owned()));
        let is_told = headers.iter().any(|(_, value)| value.starts_with("text/event-stream"));
        let body = if is_in_pieces && !is_told { whole(body) } else { body.to_owned() };
        Self { status, headers, body }
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The first form that is sent to a path with this end.
    #[track_caller]
    pub fn form(&self, ending: &str) -> Form {
        let forms = self.body.split("<form method=\"post\" action=\"").skip(1);
        let form = forms.map(|form| form.split("</form>").next().unwrap().split_once('"').unwrap());
        let found = form.clone().find(|(action, _)| action.split('?').next().unwrap().ends_with(ending));
        let (action, form) = found.unwrap_or_else(|| panic!("no form to {ending}: {}", self.body));
        let fields = form.split("<input type=\"hidden\" name=\"").skip(1).map(|field| {
            let (name, rest) = field.split_once("\" value=\"").unwrap();
            (unescape(name), unescape(rest.split_once('"').unwrap().0))
        });
        Form { action: unescape(action), hidden: fields.collect() }
    }

    #[track_caller]
    pub fn shows(self, text: &str) -> Self {
        assert!(self.body.contains(text), "not shown: {text}\n{}", self.body);
        self
    }

    #[track_caller]
    pub fn hides(self, text: &str) -> Self {
        assert!(!self.body.contains(text), "shown: {text}\n{}", self.body);
        self
    }
}

/// A body that came in pieces (RFC 9112, 7.1), to its last one.
fn whole(mut pieces: &str) -> String {
    let mut whole = String::new();
    loop {
        let (length, rest) = pieces.split_once("\r\n").expect("the body is cut off");
        let length = usize::from_str_radix(length.split(';').next().unwrap(), 16).unwrap();
        if length == 0 {
            return whole;
        }
        // A piece may end in the middle of a letter; the tests have none such.
        whole.push_str(&rest[..length]);
        pieces = &rest[length + 2..];
    }
}

/// Fields as a browser sends them.
pub fn encode(fields: &[(&str, &str)]) -> String {
    let mut encoded = url::form_urlencoded::Serializer::new(String::new());
    encoded.extend_pairs(fields);
    encoded.finish()
}

fn unescape(text: &str) -> String {
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&#39;", "'").replace("&amp;", "&")
}
