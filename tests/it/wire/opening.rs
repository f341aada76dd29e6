//! Faults before the first letter: connecting, the greeting, EHLO. The run stops, and nobody is marked.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use undersigned::transport::sandbox::{Act, At, Fault, When};

use super::{Comes, comes, each};
use crate::harness::Campaign;
use crate::proxy::{How, Point, Spoil};

/// Everybody is still to be written to.
const PLANNED: &str = "planned planned planned";

#[test]
fn a_server_that_fails_before_the_first_letter_stops_the_run_and_marks_nobody() {
    let reply = |text: &str| Act::Reply(text.to_owned());
    let raw = |bytes: &[u8]| Act::Raw(bytes.to_vec());
    let endless = b"250-and so on\r\n".repeat(6_000);
    let cases: Vec<(&str, At, Act, &str)> = vec![
        ("a silent greeting", At::Greeting, Act::Silence, "no answer before the greeting within 1 second"),
        ("half a greeting", At::Greeting, Act::Half, "no answer before the greeting within 1 second"),
        ("a greeting that drips too slowly", At::Greeting, Act::Trickle(Duration::from_millis(200)), "within 1 second"),
        ("a greeting that is cut off", At::Greeting, Act::HalfAndClose, "before the greeting: the server closed"),
        ("a server that hangs up", At::Greeting, Act::Close, "before the greeting: the server closed the connection"),
        ("a server that closes", At::Greeting, reply("421 4.3.2 shutting down"), "`421 4.3.2 shutting down`"),
        ("a server that takes no mail", At::Greeting, reply("554 5.7.1 no service"), "`554 5.7.1 no service`"),
        (
            "another protocol",
            At::Greeting,
            raw(b"SSH-2.0-OpenSSH_9.2\r\n"),
            "`SSH-2.0-OpenSSH_9.2` is not an SMTP reply",
        ),
        ("a greeting that does not end", At::Greeting, raw(&endless), "a reply is longer than 65536 bytes"),
        ("a silent EHLO", At::Ehlo, Act::Silence, "no answer at EHLO within 1 second"),
        ("half an EHLO", At::Ehlo, Act::Half, "no answer at EHLO within 1 second"),
        (
            "an EHLO that is cut off",
            At::Ehlo,
            Act::HalfAndClose,
            "broken off at EHLO: the server closed the connection",
        ),
        ("a refused EHLO", At::Ehlo, reply("550 5.7.1 go away"), "`550 5.7.1 go away`"),
        ("an EHLO that closes", At::Ehlo, reply("421 4.3.2 shutting down"), "`421 4.3.2 shutting down`"),
        ("an EHLO with a code out of range", At::Ehlo, raw(b"650 what\r\n"), "`650 what` is not an SMTP reply"),
        ("an EHLO that does not end", At::Ehlo, raw(&endless), "a reply is longer than 65536 bytes"),
    ];
    each(&cases, |(name, at, act, said)| {
        let campaign = Campaign::new().server([Fault::always(When::Always, *at, act.clone())]).waiting("1s");
        comes(name, &campaign, (PLANNED, 3, said));
    });
}

#[test]
fn a_connection_that_is_reset_before_the_first_letter_stops_the_run() {
    let cases: [(&str, Point, Comes); 3] = [
        ("at once", Point::Asked(0), (PLANNED, 3, "the server closed the connection")),
        ("in the greeting", Point::Answered(7), (PLANNED, 3, "the server closed the connection")),
        ("at EHLO", Point::Said("EHLO coalition", 1), (PLANNED, 3, "at EHLO: the server closed the connection")),
    ];
    each(&cases, |(name, point, expected)| {
        let campaign = Campaign::new().server([]).spoiled(Spoil::Cut(1, *point, How::Reset));
        comes(name, &campaign, *expected);
        // The trouble is over, and the next run goes on.
        campaign.run(&["send", "--yes"]).exits(0).prints("3 accepted");
    });
}

/// A port on which connecting gets no answer: its queue is full, and the system drops what comes after that.
fn deaf(runtime: &tokio::runtime::Runtime) -> (SocketAddr, Vec<tokio::net::TcpStream>, tokio::net::TcpListener) {
    runtime.block_on(async {
        let socket = tokio::net::TcpSocket::new_v4().unwrap();
        socket.bind((Ipv4Addr::LOCALHOST, 0).into()).unwrap();
        let listener = socket.listen(0).unwrap();
        let address = listener.local_addr().unwrap();
        let mut queued = Vec::new();
        while let Ok(Ok(stream)) =
            tokio::time::timeout(Duration::from_millis(300), tokio::net::TcpStream::connect(address)).await
        {
            queued.push(stream);
            assert!(queued.len() < 64, "the queue takes whatever comes");
        }
        (address, queued, listener)
    })
}

#[cfg(target_os = "linux")]
#[test]
fn a_host_that_does_not_answer_at_all_stops_the_run() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let (address, _queued, _listener) = deaf(&runtime);
    let campaign = Campaign::new().smtp(&format!("url = \"smtp+plain://{address}\"\ntimeout = \"1s\""));
    let ran = campaign.run(&["send", "--yes"]).exits(3).says("cannot be reached: no answer within 1 second");
    ran.says("check `url` in `[smtp]`").says("3 left");
}
