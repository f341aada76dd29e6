//! The one thread that reads for a run, so that no thread with letters on the wire waits for a disk.

use std::future::Future;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;

use tokio::sync::oneshot;

use super::failure::Failure;
use super::readers::Readers;
use crate::ledger::database::Connection;
use crate::ledger::{LedgerError, Result};

type Question = Box<dyn FnOnce(&Readers) + Send>;

/// The way to the thread that reads.
pub(super) struct Reader {
    /// `None` once it is told to stop.
    questions: Option<Sender<Question>>,
    thread: Option<JoinHandle<()>>,
}

impl Reader {
    /// Starts the thread.
    pub(super) fn start(readers: &Arc<Readers>) -> Result<Self> {
        let (questions, inbox) = channel();
        let readers = Arc::clone(readers);
        let thread = std::thread::Builder::new()
            .name("ledger-reader".to_owned())
            .spawn(move || answer(&inbox, &readers))
            .map_err(|error| LedgerError::Stopped(error.to_string()))?;
        Ok(Self { questions: Some(questions), thread: Some(thread) })
    }

    /// Queues a question, now; the future resolves once it is answered.
    pub(super) fn ask<T, R>(&self, read: R) -> impl Future<Output = Result<T>> + Send + use<T, R>
    where
        T: Send + 'static,
        R: Fn(&Connection) -> std::result::Result<T, Failure> + Send + 'static,
    {
        let (asker, answer) = oneshot::channel();
        let question = move |readers: &Readers| {
            // Whoever asked may have gone.
            let _ = asker.send(readers.read_patiently(read));
        };
        if let Some(questions) = &self.questions {
            // Where the thread is gone, so is the other end of the answer.
            let _ = questions.send(Box::new(question));
        }
        async move { answer.await.unwrap_or_else(|_| Err(LedgerError::Stopped("its reader broke down".to_owned()))) }
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        drop(self.questions.take());
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the ledger's reader broke down");
        }
    }
}

/// Answers until nobody can ask any more.
fn answer(inbox: &Receiver<Question>, readers: &Readers) {
    while let Ok(question) = inbox.recv() {
        question(readers);
    }
}
