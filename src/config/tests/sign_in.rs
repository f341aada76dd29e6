//! Secrets, and how one signs in.

use super::*;

#[test]
fn a_secret_in_the_file_is_refused_and_not_repeated() {
    for password in ["\"hunter2\"", "{ text = \"hunter2\" }"] {
        let text = format!("{MINIMAL}[smtp]\nurl = \"smtps://u@smtp.example.org\"\npassword = {password}\n");
        let error = refused(&text);
        assert!(!error.contains("hunter2"), "{error}");
    }
    for url in [
        "[smtp]\nurl = \"smtps://u:hunter2@smtp.example.org\"",
        "[inbox]\nurl = \"imaps://u:hunter2@imap.example.org\"",
        "[ledger]\nurl = \"postgres://u:hunter2@db.example.org\"",
    ] {
        assert!(!refused(&format!("{MINIMAL}{url}\n")).contains("hunter2"), "{url}");
    }
}

#[test]
fn a_password_needs_tls_a_user_and_exactly_one_source() {
    let smtp = |lines: &str| format!("{MINIMAL}[smtp]\n{lines}\n");
    let env = "password = { env = \"X\" }";
    assert!(refused(&smtp(&format!("url = \"smtp+plain://127.0.0.1\"\n{env}"))).contains("never takes a password"));
    assert!(refused(&smtp(&format!("url = \"smtps://smtp.example.org\"\n{env}"))).contains("names no user"));
    assert!(refused(&smtp("url = \"smtps://u@smtp.example.org\"")).contains("`password` is missing"));
    let two = "url = \"smtps://u@smtp.example.org\"\npassword = { env = \"X\", keyring = true }";
    assert!(refused(&smtp(two)).contains("exactly one of"));
}

/// `[smtp]` that signs in, and an `[oauth]` of these lines.
fn signing_in(oauth: &str) -> String {
    format!("{MINIMAL}[smtp]\nurl = \"smtps://u@smtp.example.org\"\nauth = \"oauth\"\n[oauth]\n{oauth}\n")
}

#[test]
fn a_provider_is_known_by_its_name_or_by_its_urls() {
    let load = |oauth: &str| load(&signing_in(oauth)).unwrap().0.oauth.unwrap();
    let microsoft = load("provider = \"microsoft\"\nclient_id = \"1\"\ntenant = \"coalition.example\"");
    let at = "https://login.microsoftonline.com/coalition.example/oauth2/v2.0";
    assert_eq!(microsoft.provider.token_url.as_str(), format!("{at}/token"));
    assert_eq!(microsoft.provider.authorization_url.as_str(), format!("{at}/authorize"));
    assert_eq!(microsoft.provider.device_url.unwrap().as_str(), format!("{at}/devicecode"));
    assert!(
        load("provider = \"microsoft\"\nclient_id = \"1\"").provider.token_url.as_str().contains("/organizations/")
    );
    let google = load("provider = \"google\"\nclient_id = \"1\"\nclient_secret = { env = \"X\" }");
    assert_eq!(google.provider.scopes, ["https://mail.google.com/"]);
    assert!(google.provider.device_url.is_none() && google.client_secret.is_some() && google.key.is_none());
    let own = "provider = { authorization_url = \"https://login.example/a\", token_url = \"https://login.example/t\", \
               scopes = [\"mail\", \"offline_access\"] }\nclient_id = \"1\"\nkey = { file = \"key\" }";
    let own = load(own);
    assert_eq!((own.provider.name.as_str(), own.provider.kind), ("login.example", ProviderKind::Other));
    assert!(own.key.is_some());
}

#[test]
fn a_sign_in_that_could_leak_or_cannot_be_is_refused() {
    let own = |token: &str| {
        format!(
            "provider = {{ authorization_url = \"https://login.example/a\", token_url = \"{token}\", scopes = [\"m\"] }}\nclient_id = \"1\""
        )
    };
    for (oauth, why) in [
        ("client_id = \"1\"".to_owned(), "`provider` is missing in [oauth]"),
        ("provider = \"microsoft\"".to_owned(), "`client_id` is missing in [oauth]"),
        ("provider = \"gogle\"\nclient_id = \"1\"".to_owned(), "did you mean `google`?"),
        (
            "provider = \"google\"\nclient_id = \"1\"\nclient_secret = \"hunter2\"".to_owned(),
            "a secret is never written",
        ),
        (
            "provider = \"google\"\nclient_id = \"1\"\ntenant = \"a.example\"".to_owned(),
            "`provider = \"microsoft\"` alone",
        ),
        ("provider = \"microsoft\"\nclient_id = \"1\"\ntenant = \"a/../b\"".to_owned(), "the organisation's domain"),
        ("provider = \"google\"\nclient_id = \"1\"\nkey = { keyring = true }".to_owned(), "leave `key` out"),
        ("provider = { scopes = [] }\nclient_id = \"1\"".to_owned(), "`token_url` is missing in `provider`"),
        (own("http://login.example/t"), "must begin with `https://`"),
        (own("http://127.0.0.1/t"), "must begin with `https://`"),
        (own("https://a:hunter2@login.example/t"), "more than host, port, path and query"),
    ] {
        let said = refused(&signing_in(&oauth));
        assert!(said.contains(why), "{oauth}: {said}");
        assert!(!said.contains("hunter2"), "{said}");
    }
    let smtp =
        |lines: &str| format!("{MINIMAL}[smtp]\nurl = \"smtps://u@smtp.example.org\"\nauth = \"oauth\"\n{lines}\n");
    assert!(refused(&smtp("")).contains("`auth = \"oauth\"` needs `[oauth]`"));
    let both = "password = { env = \"X\" }\n[oauth]\nprovider = \"google\"\nclient_id = \"1\"";
    assert!(refused(&smtp(both)).contains("`undersigned login` signs in; take it out"));
    let nobody = "[oauth]\nprovider = \"google\"\nclient_id = \"1\"\n";
    let (_, faults) = load(&format!("{MINIMAL}{nobody}")).unwrap();
    assert!(faults.to_string().contains("nobody signs in by [oauth]"), "{faults}");
}
