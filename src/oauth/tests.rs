//! What the parts of a sign-in are tried out with.

use url::Url;

use crate::config::{Provider, ProviderKind};

/// A provider by the URL of its tokens.
pub(super) fn provider(token_url: &str) -> Provider {
    let token_url = Url::parse(token_url).unwrap();
    Provider {
        name: token_url.host_str().unwrap().to_owned(),
        kind: ProviderKind::Other,
        authorization_url: token_url.join("authorize").unwrap(),
        device_url: None,
        revocation_url: None,
        scopes: vec!["mail".to_owned()],
        token_url,
    }
}
