//! A file that goes with a letter.

use data_encoding::BASE64_MIME;
use lettre::message::header::{ContentTransferEncoding, ContentType};
use lettre::message::{Attachment as MimeAttachment, Body};

use crate::attachment::as_message;

/// The kind of a file that is a mail.
const MESSAGE: &str = "message/rfc822";

/// A file, encoded once for all messages it goes with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    path: String,
    /// Its headers, then base64 in lines of 76 characters with CRLF (RFC 2045, 6.8); a mail is as it stands.
    part: Vec<u8>,
    encoding: ContentTransferEncoding,
}

impl Attachment {
    /// A file by its path in the workspace and its content. Its kind is that of its ending.
    #[must_use]
    pub fn new(path: &str, content: &[u8]) -> Self {
        let guessed = mime_guess::from_path(path).first_raw().unwrap_or("application/octet-stream");
        let content_type = ContentType::parse(guessed).unwrap_or(ContentType::TEXT_PLAIN);
        let (encoded, encoding) = if guessed == MESSAGE {
            as_it_stands(content)
        } else {
            let mut encoded = BASE64_MIME.encode(content).into_bytes();
            encoded.truncate(encoded.trim_ascii_end().len());
            (encoded, ContentTransferEncoding::Base64)
        };
        let body = Body::dangerous_pre_encoded(encoded, encoding);
        let part = MimeAttachment::new(name(path).to_owned()).body(body, content_type).formatted();
        Self { path: path.to_owned(), part, encoding }
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

    /// Whether it has bytes beyond ASCII: whatever is around it has to say so (RFC 2045, 6.4).
    pub(super) fn is_eight_bit(&self) -> bool {
        self.encoding == ContentTransferEncoding::EightBit
    }

    /// Whether a line of it may be this boundary: it is no base64 then.
    pub(super) fn may_hold(&self, boundary: &str) -> bool {
        self.encoding != ContentTransferEncoding::Base64
            && memchr::memmem::find(&self.part, boundary.as_bytes()).is_some()
    }

    /// Its part of a message, headers included; a name that is not ASCII is written as RFC 2231 says.
    pub(super) fn part(&self) -> &[u8] {
        &self.part
    }
}

/// A mail within a mail: no encoding may hide what it is (RFC 2046, 5.2.1).
fn as_it_stands(content: &[u8]) -> (Vec<u8>, ContentTransferEncoding) {
    let lines = as_message(content).into_owned();
    let encoding = if lines.is_ascii() { ContentTransferEncoding::SevenBit } else { ContentTransferEncoding::EightBit };
    (lines, encoding)
}

fn name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}
