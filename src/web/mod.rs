//! The desk: a campaign in a browser on this machine. Pages and forms over what `campaign` does; nothing is decided
//! here, and nothing leaves the machine.
//!
//! ```text
//! request ─▶ guard: host, origin, token, form token
//!              └─▶ a page's handler ─▶ campaign ─▶ template ─▶ response
//! ```
//!
//! A page is a file or a folder of its own: its handler, the struct of its template, and the template beside it. What
//! all pages share is `layout::Frame`; what a handler knows of whoever asks is `visit::Visit`; what a form says is
//! `form::Form`, which only exists once its token was found right.

mod approval;
mod assets;
mod desk;
mod door;
mod drawn;
mod files;
mod filters;
mod form;
mod gate;
mod guard;
mod inbox;
mod key;
mod known_list;
mod layout;
mod letter;
mod list_read;
mod log;
mod looked;
mod notice;
mod overview;
mod picture;
mod problem;
mod read;
mod recipients;
mod report;
mod run;
mod said;
mod suppressions;
mod tongue;
mod visit;
mod words;

pub use desk::{Desk, Place};
pub use door::{Door, paths};
pub use gate::Mode;
pub use run::{Aside, Work};
