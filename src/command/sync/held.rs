//! What waits for a person, though it is tied to letters.

use super::super::terminal::say;
use super::shown::command;
use crate::campaign::Realm;
use crate::campaign::sync::HeldMail;
use crate::model::count::counted;
use crate::model::printable;

/// Of so many mails each is told.
const TOLD: usize = 5;

/// Tells of the mails that wait, and with which commands a person takes them or throws them away; says whether there
/// are any.
pub(in crate::command) fn say_held(held: &[HeldMail], realm: Realm) -> bool {
    for mail in held.iter().take(TOLD) {
        let number = mail.mail.to_string();
        let take = command(&["confirm", "--all-of", &number], realm);
        let leave = command(&["mark", "--undo", "--mail", &number], realm);
        let from = mail.sender.as_deref().unwrap_or("nobody");
        say(format_args!(
            "mail {number}, {} from {}, says something of {} and waits for a person, since {}: look at it; `{take}` \
             takes it as it is, `{leave}` throws it away",
            mail.kind,
            printable(from),
            counted(mail.letters, "letter", "letters"),
            mail.hold.as_str()
        ));
    }
    if held.len() > TOLD {
        say(format_args!(
            "{} more mails wait for a person; `undersigned sync --unmatched` lists all",
            held.len() - TOLD
        ));
    }
    !held.is_empty()
}
