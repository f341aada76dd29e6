//! The server of `[smtp]`: reached, TLS, login, and whether it would take the letters. MAIL, then RSET: nothing is
//! sent.

use super::{envelope, error, fine, warning};
use crate::campaign::folder::Folder;
use crate::campaign::send::server;
use crate::model::count::bytes;
use crate::report::{Discovery, Who};
use crate::transport::Connection;

const ABOUT: &str = "[smtp]";

/// Connects, logs in, and asks what the server would take.
pub(super) async fn look(folder: &Folder, largest: u64, needs_smtputf8: bool) -> Vec<Discovery> {
    if folder.settings.smtp.is_none() {
        return vec![error(ABOUT, "no server is named", Who::Coordinator, "write `url` under [smtp]")];
    }
    let server = match server::real(folder) {
        Ok((server, ..)) => server,
        Err(why) => return vec![error(ABOUT, why.in_full(), Who::Coordinator, "")],
    };
    let mut connection = match Connection::open(&server).await {
        Ok(connection) => connection,
        Err(why) => return vec![error(ABOUT, why.to_string(), Who::Coordinator, "")],
    };
    let mut found = Vec::new();
    let login = if server.login.is_some() { " and takes the login" } else { "" };
    found.push(fine(ABOUT, format!("`{}` port {} answers{login}", server.host, server.port)));
    let can = connection.capabilities().clone();
    if !can.takes(largest) {
        let most = can.size.unwrap_or_default();
        let what = format!("the largest letter has {}, and the server takes {}", bytes(largest), bytes(most));
        found.push(error(ABOUT, what, Who::Coordinator, "make the attachments or pictures smaller"));
    }
    if !can.dsn {
        let what = "the server offers no delivery reports on request (DSN): what it cannot deliver comes back in its own words";
        found.push(fine(ABOUT, what));
    }
    if needs_smtputf8 && !can.smtputf8 {
        let what =
            "an address of the list has letters beyond ASCII before its @, and the server does not offer SMTPUTF8";
        found.push(warning(
            ABOUT,
            what,
            Who::Coordinator,
            "ask these recipients for another address, or take a server that does",
        ));
    }
    let from = envelope(&folder.settings.sender);
    match connection.try_sender(&from).await {
        Ok(reply) if reply.code == 250 => found.push(fine(ABOUT, format!("letters from `{from}` are accepted"))),
        Ok(reply) => {
            let what = format!("the server refuses letters from `{from}`: `{reply}`");
            let advice = "write an address under [sender] that this account may send as, or have it allowed";
            found.push(error(ABOUT, what, Who::Coordinator, advice));
        }
        Err(outcome) => found.push(error(ABOUT, outcome.to_string(), Who::Provider, "")),
    }
    connection.close().await;
    found
}
