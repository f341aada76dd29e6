//! `[oauth]`: who signs in for `auth = "oauth"`, and where (RFC 6749, RFC 8252, RFC 8628).

use std::ops::Range;

use toml::de::DeValue;
use url::Url;

use super::secret_source::SecretSource;
use super::section::Section;
use crate::workspace::Workspace;

/// What stands in a new campaign where the id of the application is to come.
pub const CLIENT_ID_TO_COME: &str = "WRITE-IT-HERE";

/// The application that a person gives their consent to, and what is kept of that.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OauthSpec {
    /// Where one signs in.
    pub provider: Provider,
    /// The application's number, which is no secret.
    pub client_id: String,
    /// The application's secret, where the provider gave one.
    pub client_secret: Option<SecretSource>,
    /// What encrypts the file of a sign-in; without it, the keyring has the sign-in.
    pub key: Option<SecretSource>,
}

/// Where one signs in, and to what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provider {
    /// Its name for people: `Microsoft`, or the host of its own URLs.
    pub name: String,
    /// Which it is.
    pub kind: Kind,
    /// Where a person gives consent.
    pub authorization_url: Url,
    /// Where tokens come from.
    pub token_url: Url,
    /// Where a device asks for its code, where the provider takes that for mail (RFC 8628).
    pub device_url: Option<Url>,
    /// Where a token is given back, where the provider has that (RFC 7009).
    pub revocation_url: Option<Url>,
    /// What the consent is for.
    pub scopes: Vec<String>,
}

/// The providers whose ways are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Microsoft 365.
    Microsoft,
    /// Google: Workspace and Gmail.
    Google,
    /// Another, by its URLs.
    Other,
}

/// To read and to send mail, for as long as nobody takes the consent back. Source, seen in November 2026: Microsoft's
/// page "Authenticate an IMAP, POP or SMTP connection using OAuth".
const MICROSOFT: [&str; 3] =
    ["offline_access", "https://outlook.office.com/IMAP.AccessAsUser.All", "https://outlook.office.com/SMTP.Send"];

/// Source, seen in November 2026: <https://developers.google.com/workspace/gmail/imap/xoauth2-protocol>
const GOOGLE: &str = "https://mail.google.com/";

impl Provider {
    /// Microsoft's, for the organisation of this name or number.
    fn microsoft(tenant: &str) -> Option<Self> {
        let url = |end: &str| Url::parse(&format!("https://login.microsoftonline.com/{tenant}/oauth2/v2.0/{end}")).ok();
        Some(Self {
            name: "Microsoft".to_owned(),
            kind: Kind::Microsoft,
            authorization_url: url("authorize")?,
            token_url: url("token")?,
            device_url: Some(url("devicecode")?),
            revocation_url: None,
            scopes: MICROSOFT.map(str::to_owned).to_vec(),
        })
    }

    /// Google's. Its device flow takes no scope of mail.
    fn google() -> Option<Self> {
        Some(Self {
            name: "Google".to_owned(),
            kind: Kind::Google,
            authorization_url: Url::parse("https://accounts.google.com/o/oauth2/v2/auth").ok()?,
            token_url: Url::parse("https://oauth2.googleapis.com/token").ok()?,
            device_url: None,
            revocation_url: Url::parse("https://oauth2.googleapis.com/revoke").ok(),
            scopes: vec![GOOGLE.to_owned()],
        })
    }

    /// Another, by its URLs.
    fn other(section: &Section<'_>) -> Option<Self> {
        let url = |key| section.guarded(key, https).map(|found| found.value);
        let authorization_url = section.required("authorization_url", url("authorization_url"));
        let token_url = section.required("token_url", url("token_url"));
        let (device_url, revocation_url) = (url("device_url"), url("revocation_url"));
        let scopes: Vec<String> = section.texts("scopes").into_iter().map(|found| found.value.to_owned()).collect();
        section.required("scopes", Some(()));
        let authorization_url = authorization_url?;
        let name = authorization_url.host_str().unwrap_or_default().to_owned();
        Some(Self {
            name,
            kind: Kind::Other,
            authorization_url,
            token_url: token_url?,
            device_url,
            revocation_url,
            scopes,
        })
    }
}

impl OauthSpec {
    /// Reads `[oauth]`; `users` are the sections that sign in, by their places.
    pub(super) fn read(section: &Section<'_>, users: &[Option<Range<usize>>], workspace: &Workspace) -> Option<Self> {
        let document = section.document();
        if !section.is_present() {
            for at in users.iter().flatten() {
                let missing = "`auth = \"oauth\"` needs `[oauth]`, with `provider` and `client_id`";
                document.fault(at, missing);
            }
            return None;
        }
        if users.iter().all(Option::is_none) {
            document.warn(section.at(), "nobody signs in by [oauth]: `auth = \"oauth\"` in [smtp] or [inbox] does");
        }
        let client_id = section.guarded("client_id", client_id);
        let client_id = section.required("client_id", client_id).map(|found| found.value);
        if let (Some(CLIENT_ID_TO_COME), Some(at)) = (client_id.as_deref(), section.value("client_id")) {
            let what =
                format!("`{CLIENT_ID_TO_COME}` stands for the id of the application that your organisation registered");
            section.document().warn(&at.span(), what);
        }
        let tenant = section.parsed("tenant", tenant);
        let provider = read_provider(section, tenant.as_ref().map(|found| found.value.as_str()));
        if let (Some(tenant), Some(Kind::Google | Kind::Other)) = (&tenant, provider.as_ref().map(|one| one.kind)) {
            document.fault(&tenant.at, "`tenant` is for `provider = \"microsoft\"` alone");
        }
        let account = |what: &str| format!("{what} of {}", client_id.as_deref().unwrap_or_default());
        let client_secret = SecretSource::read(section, "client_secret", &account("client secret"), workspace);
        let key = SecretSource::read(section, "key", &account("key"), workspace);
        if let Some(SecretSource::Keyring { .. }) = key {
            document.fault(
                section.at(),
                "`key` is for machines without a keyring; where there is one, leave `key` out: it has the sign-in",
            );
        }
        Some(Self { provider: provider?, client_id: client_id?, client_secret, key })
    }
}

fn read_provider(section: &Section<'_>, tenant: Option<&str>) -> Option<Provider> {
    let raw = section.required("provider", section.value("provider"))?;
    if let DeValue::Table(_) = raw.get_ref() {
        let inner = section.section("provider");
        let provider = Provider::other(&inner);
        inner.finish();
        return provider;
    }
    match section.choice("provider", &[("microsoft", Kind::Microsoft), ("google", Kind::Google)])? {
        Kind::Google => Provider::google(),
        Kind::Microsoft | Kind::Other => Provider::microsoft(tenant.unwrap_or("organizations")),
    }
}

/// The name or number of an organisation, as it stands in a URL.
fn tenant(text: &str) -> Result<String, String> {
    let is_one = !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || ".-".contains(c));
    if is_one && text.trim_matches('.') == text {
        Ok(text.to_owned())
    } else {
        Err("write the organisation's domain, or the number of its tenant".to_owned())
    }
}

fn client_id(text: &str) -> Result<String, String> {
    let is_one = !text.is_empty() && text.chars().all(|c| c.is_ascii_graphic());
    if is_one { Ok(text.to_owned()) } else { Err("write the number that the provider gave the application".to_owned()) }
}

/// A place to which secrets go: under TLS, to a named host, and to nobody else.
fn https(text: &str) -> Result<Url, String> {
    let url = Url::parse(text).map_err(|error| format!("it is not a URL ({error})"))?;
    if url.scheme() != "https" {
        return Err("it must begin with `https://`: secrets go there".to_owned());
    }
    if !url.username().is_empty() || url.password().is_some() || url.fragment().is_some() {
        return Err("it has more than host, port, path and query".to_owned());
    }
    Ok(url)
}
