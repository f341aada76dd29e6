//! The texts that a name publishes.

use hickory_resolver::proto::rr::{RData, RecordType};

use super::{Asked, Dns, DnsError};

impl Dns {
    /// The TXT records of a name, each in one piece (RFC 7208, 3.3); none where the name has none, or does not exist.
    ///
    /// # Errors
    /// Where no answer comes.
    pub async fn texts(&self, name: &str) -> Result<Vec<String>, DnsError> {
        let Asked::There(records) = self.ask(name, RecordType::TXT).await? else { return Ok(Vec::new()) };
        let mut texts = Vec::new();
        for record in records {
            if let RData::TXT(txt) = record {
                let bytes: Vec<u8> = txt.txt_data.iter().flat_map(|part| part.iter().copied()).collect();
                texts.push(String::from_utf8_lossy(&bytes).into_owned());
            }
        }
        Ok(texts)
    }
}
