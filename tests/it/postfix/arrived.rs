//! A letter in the Maildir.

use mail_parser::{MessageParser, MimeHeaders};
use sha2::{Digest, Sha256};

use crate::harness::text;

/// A letter in the Maildir, and what Python read in it.
pub struct Arrived {
    pub raw: Vec<u8>,
    pub read: serde_json::Value,
}

impl Arrived {
    pub fn field(&self, name: &str) -> String {
        text(&self.read[name])
    }

    /// Its plain text and its HTML, on which two parsers agree, and in whose structure is nothing else but the
    /// attachments.
    pub fn bodies(&self) -> (String, String) {
        let message = MessageParser::default().parse(&self.raw).unwrap();
        assert!(!message.parts.iter().any(|part| part.is_encoding_problem));
        assert_eq!((message.text_body.len(), message.html_body.len()), (1, 1));
        let root = message.content_type().unwrap();
        let kind = if message.attachments.is_empty() { "alternative" } else { "mixed" };
        assert_eq!((root.ctype(), root.subtype()), ("multipart", Some(kind)));
        let parts: Vec<_> = self.read["parts"].as_array().unwrap().iter().map(|part| text(&part["type"])).collect();
        assert_eq!(parts[..2], ["text/plain", "text/html"]);
        assert_eq!(parts.len(), 2 + message.attachments.len());
        assert!(self.read["parts"].as_array().unwrap()[..2].iter().all(|part| part["charset"] == "utf-8"));
        assert_eq!(message.subject().unwrap(), self.field("subject"));
        assert_eq!(format!("<{}>", message.message_id().unwrap()), self.field("message_id"));
        let body = |body: Option<std::borrow::Cow<'_, str>>| body.unwrap().replace("\r\n", "\n");
        let (plain, html) = (body(message.body_text(0)), body(message.body_html(0)));
        assert_eq!(hash(plain.as_bytes()), self.field("text"));
        assert_eq!(hash(html.as_bytes()), text(&self.read["parts"][1]["sha256"]));
        (plain, html)
    }

    /// The time in its Date.
    pub fn date(&self) -> i64 {
        MessageParser::default().parse(&self.raw).unwrap().date().unwrap().to_timestamp()
    }
}

pub fn hash(bytes: &[u8]) -> String {
    data_encoding::HEXLOWER.encode(&Sha256::digest(bytes))
}

/// A text without its line breaks: wrapping changes nothing else.
pub fn folded(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What a reader of HTML sees of it.
pub fn seen(html: &str) -> String {
    let body = &html[html.find("<body").unwrap()..];
    let text: String = body.split('<').filter_map(|part| Some(part.split_once('>')?.1)).collect();
    folded(&text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&"))
}
