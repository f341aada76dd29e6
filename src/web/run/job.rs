//! Something that goes on behind the pages: a round that is sent, or an inbox that is read. It goes on when the page is
//! closed; there is one at a time.

use std::collections::VecDeque;
use std::io;
use std::pin::Pin;
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use tokio::sync::watch;

use crate::campaign::send::{Course, Drain, DrainHandle};
use crate::model::Round;

/// So many of the last lines are kept.
const LINES: usize = 30;

/// What a job is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Task {
    /// A round is sent.
    Send(Round),
    /// The inbox is read.
    Sync,
    /// A test letter is sent.
    Test,
}

/// How far a job is.
#[derive(Debug, Clone)]
pub(super) struct Progress {
    pub(super) task: Task,
    pub(super) phase: Phase,
    /// Since when it sends.
    pub(super) sending_since: Option<Timestamp>,
    /// How many letters are to be sent.
    pub(super) total: u64,
    pub(super) course: Course,
    /// What was said last, the newest at the end, in English.
    pub(super) lines: VecDeque<String>,
    /// What keeps the next letter, in English.
    pub(super) waits: Option<String>,
    /// Whether it was told to stop.
    pub(super) is_stopping: bool,
}

/// What a job does at this moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Phase {
    /// It reads the inbox.
    Reading,
    /// It looks at the plan and tries the letters out.
    Looking,
    /// It sends.
    Sending,
    /// A test letter is on its way.
    Testing,
    /// It is over.
    Ended(Outcome),
}

/// How a job ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Outcome {
    /// All of it was done.
    Done(String),
    /// Work is left, or something failed: why, in English.
    Stopped(String),
    /// Nothing was done: why.
    Refused(String),
}

impl Progress {
    fn new(task: Task) -> Self {
        let phase = match task {
            Task::Send(_) => Phase::Looking,
            Task::Sync => Phase::Reading,
            Task::Test => Phase::Testing,
        };
        let (course, lines) = (Course::default(), VecDeque::new());
        Self { task, phase, sending_since: None, total: 0, course, lines, waits: None, is_stopping: false }
    }

    /// Keeps a line.
    pub(super) fn say(&mut self, line: String) {
        self.lines.push_back(line);
        if self.lines.len() > LINES {
            self.lines.pop_front();
        }
    }

    /// Whether it is over.
    pub(super) fn is_over(&self) -> bool {
        matches!(self.phase, Phase::Ended(_))
    }
}

/// Work that takes long and stays on one thread.
pub type Work = Pin<Box<dyn Future<Output = ()>>>;

/// Has work done aside, on a thread and a runtime that whoever opens the desk owns.
pub type Aside = fn(Box<dyn FnOnce() -> Work + Send>) -> io::Result<()>;

/// A job, as those see it who do it.
#[derive(Debug, Clone)]
pub(super) struct Report(watch::Sender<Progress>);

/// Tells the pages that a job is over, also where it breaks down.
struct Ending(Report);

impl Drop for Ending {
    fn drop(&mut self) {
        self.0.tell(|progress| {
            if !progress.is_over() {
                progress.phase = Phase::Ended(Outcome::Stopped(String::new()));
            }
        });
    }
}

impl Report {
    /// Changes what the pages show.
    pub(super) fn tell(&self, change: impl FnOnce(&mut Progress)) {
        self.0.send_modify(change);
    }
}

/// A job, as the pages see it.
#[derive(Debug, Clone)]
pub(super) struct Job {
    progress: watch::Receiver<Progress>,
    drain: DrainHandle,
    cut: DrainHandle,
}

impl Job {
    /// How far it is.
    pub(super) fn progress(&self) -> Progress {
        self.progress.borrow().clone()
    }

    /// What tells whenever it is further.
    pub(super) fn watch(&self) -> watch::Receiver<Progress> {
        self.progress.clone()
    }

    /// Has it finish what is on the wire, and stop.
    pub(super) fn drain(&self) {
        self.drain.drain();
    }

    /// Cuts it off.
    pub(super) fn cut_off(&self) {
        self.cut.drain();
    }
}

/// The job of this desk, while it goes on and after it.
#[derive(Debug)]
pub(in crate::web) struct Jobs {
    aside: Aside,
    last: Mutex<Option<Job>>,
}

/// Why a job was not begun.
#[derive(Debug)]
pub(super) enum NotBegun {
    /// Another one goes on.
    Busy,
    /// The operating system gives no thread.
    NoThread,
}

impl Jobs {
    pub(in crate::web) fn new(aside: Aside) -> Self {
        Self { aside, last: Mutex::default() }
    }

    /// Begins a job, unless another goes on. `work` is given what it reports to and what tells it to stop.
    pub(super) fn begin<W, F>(&self, task: Task, work: W) -> Result<Job, NotBegun>
    where
        W: FnOnce(Report, Drain) -> F + Send + 'static,
        F: Future<Output = Outcome> + 'static,
    {
        let mut last = self.lock();
        if last.as_ref().is_some_and(|job| !job.progress().is_over()) {
            return Err(NotBegun::Busy);
        }
        let (sender, progress) = watch::channel(Progress::new(task));
        let report = Report(sender);
        let ((drain, told), (cut, mut is_cut)) = (DrainHandle::new(), DrainHandle::new());
        let begun = (self.aside)(Box::new(move || {
            Box::pin(async move {
                let ending = Ending(report.clone());
                tokio::select! {
                    outcome = work(report, told) => ending.0.tell(|progress| progress.phase = Phase::Ended(outcome)),
                    () = is_cut.told() => {}
                }
            })
        }));
        begun.map_err(|_| NotBegun::NoThread)?;
        let job = Job { progress, drain, cut };
        *last = Some(job.clone());
        Ok(job)
    }

    /// The job that goes on, or the last one.
    pub(super) fn last(&self) -> Option<Job> {
        self.lock().clone()
    }

    /// Has the job stop that goes on, once what is on the wire is finished.
    pub(in crate::web) fn drain(&self) {
        if let Some(job) = self.last() {
            job.drain();
        }
    }

    /// Waits until nothing goes on.
    pub(in crate::web) async fn end(&self) {
        let Some(job) = self.last() else { return };
        // An error says that nobody reports any more: then it is over too.
        let _ = job.watch().wait_for(Progress::is_over).await;
    }

    fn lock(&self) -> MutexGuard<'_, Option<Job>> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
