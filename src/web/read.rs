//! Reading from disk: aside from the threads that answer requests.

use std::sync::Arc;

use axum::response::Response;

use super::desk::Desk;
use super::problem::Trouble;
use crate::campaign::{self, Folder};

/// What a handler gives.
pub(super) type Answered = Result<Response, Trouble>;

/// Reads of the campaign as it is now.
///
/// # Errors
/// Where the campaign's folder cannot be opened, or not be read.
pub(super) async fn read<T: Send + 'static>(
    desk: &Arc<Desk>,
    read: impl FnOnce(&Folder) -> campaign::Result<T> + Send + 'static,
) -> Result<T, Trouble> {
    let desk = Arc::clone(desk);
    aside(move || read(&desk.folder()?)).await
}

/// Does what takes long or waits for the disk.
///
/// # Errors
/// Where it fails, or breaks down.
pub(super) async fn aside<T: Send + 'static>(
    work: impl FnOnce() -> campaign::Result<T> + Send + 'static,
) -> Result<T, Trouble> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => Ok(done?),
        Err(_) => Err(Trouble::BrokeDown),
    }
}
