//! What the sender's domain publishes: who may send for it (SPF, RFC 7208), with which keys letters are signed (DKIM,
//! RFC 6376), and what becomes of letters that are neither (DMARC, RFC 7489). Gmail and Yahoo (since February 2024) and
//! Microsoft (since May 2025) want all three of whoever sends many letters, and SPF or DKIM of everybody.

use super::provider::Provider;
use super::{envelope, error, fine, unknown, warning};
use crate::campaign::folder::Folder;
use crate::campaign::signer::signer;
use crate::dns::{Dns, DnsError};
use crate::message::Signer;
use crate::report::{Discovery, Who};

/// What the large providers want of a sender's domain.
const WANTED: &str = "Gmail, Yahoo and Microsoft refuse or file as junk what has none";

/// Looks at what the domain publishes.
pub(super) async fn look(dns: &Dns, folder: &Folder) -> Vec<Discovery> {
    let settings = &folder.settings;
    let sender = &settings.sender;
    let domain = sender.address.domain().to_lowercase();
    let envelope = envelope(sender).domain().to_lowercase();
    let provider = settings.smtp.as_ref().and_then(|smtp| Provider::of(&smtp.host));
    let server = settings.smtp.as_ref().map(|smtp| smtp.host.as_str());
    let mut found = spf(dns, &envelope, provider, server).await.unwrap_or_else(|why| vec![of(&envelope, "SPF", &why)]);
    let signed = match signer(folder) {
        Ok(Some(signer)) => own_key(dns, &domain, &signer).await,
        Ok(None) => dkim(dns, &domain, provider).await,
        Err(why) => Ok(vec![error(&domain, why.in_full(), Who::Coordinator, "")]),
    };
    found.extend(signed.unwrap_or_else(|why| vec![of(&domain, "DKIM", &why)]));
    found.extend(dmarc(dns, &domain, &envelope).await.unwrap_or_else(|why| vec![of(&domain, "DMARC", &why)]));
    found
}

fn of(domain: &str, what: &str, why: &DnsError) -> Discovery {
    unknown(domain, &format!("{what}: {why}"))
}

/// Who may send for the domain of the envelope sender.
async fn spf(
    dns: &Dns,
    domain: &str,
    provider: Option<&Provider>,
    server: Option<&str>,
) -> Result<Vec<Discovery>, DnsError> {
    let is_spf = |text: &String| text == "v=spf1" || text.starts_with("v=spf1 ");
    let records: Vec<String> = dns.texts(domain).await?.into_iter().filter(is_spf).collect();
    let record = match records.as_slice() {
        [] => {
            let include = provider.map_or("…".to_owned(), |provider| format!("include:{}", provider.spf));
            let advice = format!("publish a TXT record `v=spf1 {include} ~all`");
            return Ok(vec![error(domain, format!("no SPF record: {WANTED}"), Who::DomainKeeper, advice)]);
        }
        [record] => record,
        several => {
            let what = format!("{} SPF records, so that none counts (RFC 7208, 4.5)", several.len());
            return Ok(vec![error(domain, what, Who::DomainKeeper, "make one record of them")]);
        }
    };
    let terms: Vec<&str> = record.split_whitespace().skip(1).collect();
    if terms.iter().any(|term| ["+all", "all"].contains(term)) {
        let what = format!("its SPF record lets everybody send: `{record}`");
        return Ok(vec![warning(domain, what, Who::DomainKeeper, "end it with `~all` or `-all`")]);
    }
    let names = |name: &str| terms.iter().any(|term| term.trim_start_matches('+').eq_ignore_ascii_case(name));
    Ok(vec![match (provider, server) {
        (Some(provider), _) => {
            let include = format!("include:{}", provider.spf);
            let redirect = terms.iter().any(|term| term.starts_with("redirect="));
            if names(&include) {
                fine(domain, format!("SPF lets {} send", provider.name))
            } else if redirect {
                let what = format!("whether SPF lets {} send is not known: `{record}` is another's", provider.name);
                warning(domain, what, Who::DomainKeeper, format!("make sure that it has `{include}`"))
            } else {
                let what = format!("SPF does not name {}: `{record}`", provider.name);
                let advice = format!("add `{include}` to it, unless its addresses are there by themselves");
                warning(domain, what, Who::DomainKeeper, advice)
            }
        }
        (None, Some(server)) => {
            let what =
                format!("an SPF record; whether it has `{server}`'s addresses cannot be known from here: `{record}`");
            fine(domain, what)
        }
        (None, None) => fine(domain, format!("an SPF record: `{record}`")),
    }])
}

/// With which keys letters are signed.
async fn dkim(dns: &Dns, domain: &str, provider: Option<&Provider>) -> Result<Vec<Discovery>, DnsError> {
    let Some(provider) = provider.filter(|provider| !provider.selectors.is_empty()) else {
        let what = "whether letters are signed (DKIM) cannot be known from here";
        let advice =
            "send yourself a test letter (`undersigned test`), and look for `dkim=pass` in its Authentication-Results";
        return Ok(vec![warning(domain, what, Who::Coordinator, advice)]);
    };
    for selector in provider.selectors {
        let texts = dns.texts(&format!("{selector}._domainkey.{domain}")).await?;
        if texts.iter().any(|text| key_in(text).is_some()) {
            return Ok(vec![fine(domain, format!("a DKIM key of {} is published under `{selector}`", provider.name))]);
        }
    }
    let what = format!("no DKIM key is published under a name that {} gives: {WANTED}", provider.name);
    let advice = format!(
        "switch DKIM on for the domain at {}, and publish its records, unless you have a key under another name",
        provider.name
    );
    Ok(vec![warning(domain, what, Who::DomainKeeper, advice)])
}

/// Whether the other half of the key of `[sender.dkim]` is published.
async fn own_key(dns: &Dns, domain: &str, signer: &Signer) -> Result<Vec<Discovery>, DnsError> {
    let name = signer.name();
    let texts = dns.texts(&name).await?;
    let advice = format!("publish a TXT record at `{name}`: `{}`", signer.record());
    let mut found = match texts.iter().find_map(|text| key_in(text)) {
        Some(key) if signer.is_other_half(key) => {
            vec![fine(domain, format!("the key of [sender.dkim] is published at `{name}`"))]
        }
        Some(_) => vec![error(
            domain,
            format!("another key than that of [sender.dkim] is published at `{name}`"),
            Who::DomainKeeper,
            advice,
        )],
        None => vec![error(
            domain,
            format!("no key is published at `{name}`, so that no signature counts"),
            Who::DomainKeeper,
            advice,
        )],
    };
    let signs_for_from = name.ends_with(&format!("._domainkey.{domain}"));
    if !signs_for_from {
        let what = "[sender.dkim] signs for another domain than that of `from`: it may not count for DMARC";
        found.push(warning(
            domain,
            what,
            Who::Coordinator,
            "leave `domain` out, and publish the key in the domain of `from`",
        ));
    }
    if !signer.is_known_everywhere() {
        let what = "the key is one of Ed25519, which not all receivers know: for them, letters are not signed";
        found.push(warning(domain, what, Who::Coordinator, "take a key of RSA where the server does not sign besides"));
    }
    Ok(found)
}

/// The key of a record (RFC 6376, 3.6.1); `None` where there is none, or it was revoked.
fn key_in(record: &str) -> Option<&str> {
    let mut tags = record.split(';').filter_map(|tag| tag.split_once('='));
    tags.find(|(name, _)| name.trim() == "p").map(|(_, key)| key.trim()).filter(|key| !key.is_empty())
}

/// What becomes of letters that are not aligned.
async fn dmarc(dns: &Dns, domain: &str, envelope: &str) -> Result<Vec<Discovery>, DnsError> {
    let mut at = domain;
    // The domain itself, then those above it.
    let (records, place) = loop {
        let texts = dns.texts(&format!("_dmarc.{at}")).await?;
        let records: Vec<String> = texts.into_iter().filter(|text| text.starts_with("v=DMARC1")).collect();
        let above = at.split_once('.').map(|(_, above)| above).filter(|above| above.contains('.'));
        match above {
            Some(above) if records.is_empty() => at = above,
            _ => break (records, at),
        }
    };
    let record = match records.as_slice() {
        [] => {
            let what = "no DMARC record: Gmail, Yahoo and Microsoft want one of whoever sends many letters";
            let advice = format!("publish at `_dmarc.{domain}` a TXT record `v=DMARC1; p=none; rua=mailto:…`");
            return Ok(vec![warning(domain, what, Who::DomainKeeper, advice)]);
        }
        [record] => record,
        _ => {
            let what = format!("several DMARC records at `_dmarc.{place}`, so that none counts");
            return Ok(vec![error(domain, what, Who::DomainKeeper, "keep one of them")]);
        }
    };
    let tag = |name: &str| {
        let mut tags = record.split(';').filter_map(|tag| tag.split_once('='));
        tags.find(|(tag, _)| tag.trim() == name).map(|(_, value)| value.trim().to_lowercase())
    };
    let policy = tag("p").unwrap_or_else(|| "none".to_owned());
    let mut found = vec![fine(domain, format!("a DMARC record at `{place}`: `p={policy}`"))];
    let is_under = |one: &str, other: &str| one == other || one.ends_with(&format!(".{other}"));
    let is_strict = tag("aspf").as_deref() == Some("s");
    let is_aligned = envelope == domain || (!is_strict && is_under(envelope, place) && is_under(domain, place));
    if !is_aligned {
        let what = format!("reports go to `{envelope}`, another domain than `from`: SPF does not count for DMARC then");
        let advice =
            "write `bounce_to` under [sender] in the domain of `from`, or make sure that letters are signed (DKIM)";
        found.push(warning(domain, what, Who::Coordinator, advice));
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_was_revoked_is_none() {
        assert_eq!(key_in("v=DKIM1; k=rsa; p=MIIB"), Some("MIIB"));
        assert_eq!(key_in("v=DKIM1; p="), None);
        assert_eq!(key_in("hello"), None);
    }
}
