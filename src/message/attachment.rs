//! A file that goes with a letter.

use data_encoding::BASE64_MIME;
use lettre::message::header::{ContentTransferEncoding, ContentType};
use lettre::message::{Attachment as MimeAttachment, Body};

/// A file, encoded once for all messages it goes with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    path: String,
    /// Its headers, then base64 in lines of 76 characters with CRLF (RFC 2045, 6.8).
    part: Vec<u8>,
}

impl Attachment {
    /// A file by its path in the workspace and its content. Its kind is that of its ending.
    #[must_use]
    pub fn new(path: &str, content: &[u8]) -> Self {
        let guessed = mime_guess::from_path(path).first_raw().unwrap_or("application/octet-stream");
        let content_type = ContentType::parse(guessed).unwrap_or(ContentType::TEXT_PLAIN);
        let mut encoded = BASE64_MIME.encode(content).into_bytes();
        encoded.truncate(encoded.trim_ascii_end().len());
        let body = Body::dangerous_pre_encoded(encoded, ContentTransferEncoding::Base64);
        let part = MimeAttachment::new(name(path).to_owned()).body(body, content_type).formatted();
        Self { path: path.to_owned(), part }
    }

    /// The path in the workspace.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Its name in the message: the last part of its path.
    #[must_use]
    pub fn name(&self) -> &str {
        name(&self.path)
    }

    /// How many bytes it adds to a message.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.part.len() as u64
    }

    /// Its part of a message, headers included; a name that is not ASCII is written as RFC 2231 says.
    pub(super) fn part(&self) -> &[u8] {
        &self.part
    }
}

fn name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}
