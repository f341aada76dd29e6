//! How a run is told to stop: once to finish what is on the wire.

use tokio::sync::watch;

/// Tells a run to stop; any number of clones may.
#[derive(Debug, Clone)]
pub struct DrainHandle(watch::Sender<bool>);

/// Says whether the run is to stop.
#[derive(Debug, Clone)]
pub struct Drain(watch::Receiver<bool>);

impl DrainHandle {
    /// A handle, and what listens to it.
    #[must_use]
    pub fn new() -> (Self, Drain) {
        let (sender, receiver) = watch::channel(false);
        (Self(sender), Drain(receiver))
    }

    /// Tells the run to finish what is on the wire, and to start nothing more.
    pub fn drain(&self) {
        self.0.send_replace(true);
    }
}

impl Drain {
    /// Whether the run was told to stop.
    #[must_use]
    pub fn is_told(&self) -> bool {
        *self.0.borrow()
    }

    /// Waits until the run is told to stop; for ever, if it never is.
    pub async fn told(&mut self) {
        if self.0.wait_for(|told| *told).await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
