//! Mail that comes in: what `read` says of it, how well it is read on real mail, and what hostile mail can do.

mod acceptance;
mod answers;
mod away;
mod belief;
mod command;
mod expected;
mod hostile;
mod kinds;
mod measure;
mod own_words;
mod replies;
mod reports;
