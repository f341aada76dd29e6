//! The server of `[inbox]`: reached, TLS, login, and the folders there.

use super::{error, fine, warning};
use crate::campaign::folder::Folder;
use crate::campaign::inbox_server::inbox_server;
use crate::campaign::sign_in;
use crate::config::{Imap, Inbox, Smtp};
use crate::mailbox::MailboxError;
use crate::mailbox::imap;
use crate::report::{Discovery, Who};

const ABOUT: &str = "[inbox]";

/// Of what the server says, no literal is longer.
const LIMIT: u64 = 64 * 1024;

/// Connects, logs in, and looks whether the folders are there. Nothing is opened, and nothing changed.
pub(super) async fn look(folder: &Folder) -> Vec<Discovery> {
    let Some(Inbox::Imap(inbox)) = &folder.settings.inbox else { return Vec::new() };
    let secret = match sign_in::secret(folder, &inbox.user, inbox.auth, inbox.password.as_ref()) {
        Ok(secret) => secret,
        Err(why) => return vec![error(ABOUT, why.in_full(), Who::Coordinator, "")],
    };
    let server = inbox_server(inbox, secret);
    match folders(&server, inbox, folder.settings.smtp.as_ref()).await {
        Ok(found) => found,
        Err(why) => vec![error(ABOUT, why.to_string(), Who::Coordinator, "")],
    }
}

async fn folders(server: &imap::Server, inbox: &Imap, smtp: Option<&Smtp>) -> Result<Vec<Discovery>, MailboxError> {
    let mut session = imap::open(server, LIMIT, &mut Vec::new()).await?;
    let mut found = vec![fine(ABOUT, format!("`{}` port {} answers and takes the login", server.host, server.port))];
    let names: Vec<String> = inbox.folders.iter().chain(&inbox.sent_folder).cloned().collect();
    for (name, there) in names.iter().zip(session.folders(&names).await?) {
        let opened = match there {
            Ok(there) => session.examine(&there).await.map(|_| there.name),
            Err(why) => Err(why),
        };
        match opened {
            Ok(called) if called == *name => found.push(fine(ABOUT, format!("the folder `{name}` is there"))),
            Ok(called) => {
                found.push(fine(ABOUT, format!("the folder `{name}` is there: the server calls it `{called}`")));
            }
            Err(why) if why.leaves_the_session() => {
                found.push(error(ABOUT, format!("the folder `{name}`: {why}"), Who::Coordinator, ""));
            }
            Err(why) => return Err(why),
        }
    }
    if inbox.sent_folder.is_some() && smtp.is_some_and(Smtp::files_by_itself) {
        let what = "the server of [smtp] puts letters into the Sent folder by itself, and no copies are made";
        found.push(warning(ABOUT, what, Who::Coordinator, "`sent_folder` can be left out"));
    }
    session.log_out().await;
    Ok(found)
}
