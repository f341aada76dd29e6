//! Folders for junk, by their names. What lies there counts by a token only: a filter thinks that it is forged, and the
//! filter may be wrong.

/// What mail programs and servers call them.
const NAMES: [&str; 22] = [
    "junk",
    "spam",
    "bulk",
    "junk e-mail",
    "junk email",
    "junk mail",
    "bulk mail",
    "spamverdacht",
    "junk-e-mail",
    "unerwünscht",
    "courrier indésirable",
    "indésirables",
    "correo no deseado",
    "no deseado",
    "posta indesiderata",
    "indesiderata",
    "lixo eletrónico",
    "lixo eletrônico",
    "ongewenste e-mail",
    "ongewenst",
    "skräppost",
    "нежелательная почта",
];

/// Whether a folder of a server, by a name such as `imap:replies@imap.coalition.example:993/INBOX.Junk`, or the place
/// of a mail such as `mail/.Junk/cur/1`, is one for junk.
pub(super) fn lies_in(place: &str) -> bool {
    let place = place.rsplit_once(", mail ").map_or(place, |(place, _)| place);
    let path: Vec<&str> = place.split(['/', '\\']).collect();
    let ([.., folder, "new" | "cur", _] | [.., folder]) = path.as_slice() else { return false };
    // Some servers write a folder in a folder with a dot.
    let name = folder.rsplit('.').find(|name| !name.is_empty() && *name != "mbox").unwrap_or_default().to_lowercase();
    NAMES.contains(&name.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_for_junk_are_known_by_their_names() {
        for place in [
            "imap:replies@imap.coalition.example:993/Junk",
            "imap:replies@imap.coalition.example:993/INBOX.spam",
            "imap:replies@imap.coalition.example:993/[Gmail]/Spam",
            "imap:replies@imap.coalition.example:993/Junk E-Mail",
            "mail/.Junk/cur/17.host:2,S",
            "/home/ana/Maildir/.INBOX.Skräppost/new/17",
            "spam.mbox, mail 3",
        ] {
            assert!(lies_in(place), "{place}");
        }
        for place in [
            "imap:junk@imap.coalition.example:993/INBOX",
            "imap:replies@spam.example:993/Answers",
            "/home/spam/Maildir/new/17",
            "mail/new/junk",
            "junk/answers.mbox",
            "mail/new/17",
            "",
        ] {
            assert!(!lies_in(place), "{place}");
        }
    }
}
