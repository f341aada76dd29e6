//! Whoever adds to the logs of sent letters, on a thread of its own: while one batch is being flushed there, the writer
//! commits the next.

use std::io;
use std::path::Path;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use super::super::machine_memory::MachineMemory;
use super::super::reserve::Reserve;
use super::super::sent_file::SentFile;
use super::loss::unreadable;
use crate::ledger::LedgerError;

/// Answers whoever asked for what was committed: with a failure, where it could not be witnessed.
pub(in crate::ledger::sqlite) type Answer = Box<dyn FnOnce(Option<&dyn Fn() -> LedgerError>) + Send>;

/// What was committed: the lines that witness it, and who waits for them.
struct Page {
    lines: String,
    answer: Answer,
}

/// The logs of a ledger.
pub(super) struct Logs {
    pub(super) beside: SentFile,
    /// This machine's memory and its log; `None` where it has none.
    pub(super) memory: Option<(MachineMemory, SentFile)>,
}

/// The way to the thread that adds to the logs.
pub(super) struct Scribe {
    pages: Sender<Page>,
    thread: JoinHandle<Logs>,
}

impl Scribe {
    /// Starts it. Where the disk is full, the reserve makes room.
    pub(super) fn start(logs: Logs, reserve: Arc<Mutex<Reserve>>) -> io::Result<Self> {
        let (pages, inbox) = channel();
        let thread =
            std::thread::Builder::new().name("witness".to_owned()).spawn(move || logs.serve(&inbox, &reserve))?;
        Ok(Self { pages, thread })
    }

    /// Adds lines; whoever waits is answered once they are on the disk.
    pub(super) fn add(&self, lines: String, answer: Answer) {
        if let Err(unsent) = self.pages.send(Page { lines, answer }) {
            let broken = || LedgerError::Stopped("the log of sent letters is not written any more".to_owned());
            (unsent.0.answer)(Some(&broken));
        }
    }

    /// Waits until everything is added; gives the logs back.
    pub(super) fn end(self) -> Option<Logs> {
        drop(self.pages);
        self.thread.join().ok()
    }
}

impl Logs {
    fn serve(self, inbox: &Receiver<Page>, reserve: &Mutex<Reserve>) -> Self {
        while let Ok(Page { mut lines, answer }) = inbox.recv() {
            let mut answers = vec![answer];
            // What has gathered meanwhile shares a flush.
            while let Ok(page) = inbox.try_recv() {
                lines.push_str(&page.lines);
                answers.push(page.answer);
            }
            let written = self.write(&lines, reserve);
            for answer in answers {
                match &written {
                    Ok(()) => answer(None),
                    Err(error) => answer(Some(&|| explain(&self.beside.path, error))),
                }
            }
        }
        self
    }

    fn write(&self, lines: &str, reserve: &Mutex<Reserve>) -> io::Result<()> {
        if let Some((_, log)) = &self.memory
            && let Err(error) = log.add(lines)
        {
            tracing::warn!("{}: this machine cannot remember what was sent: {error}", log.path.display());
        }
        match self.beside.add(lines).and_then(|()| self.beside.flush()) {
            // Half of it may have been written: it begins on a new line.
            Err(error) if is_full(&error) && reserve.lock().unwrap_or_else(PoisonError::into_inner).give_up() => {
                self.beside.add(&format!("\n{lines}")).and_then(|()| self.beside.flush())
            }
            written => written,
        }
    }
}

fn is_full(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded)
}

/// Why nothing could be added to the log.
fn explain(log: &Path, error: &io::Error) -> LedgerError {
    if is_full(error) {
        return LedgerError::Full { path: log.to_owned() };
    }
    unreadable(log, error)
}
