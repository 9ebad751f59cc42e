//! Stopping a query from outside.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::Notify;

/// Stops what a session is answering, from any thread or from a handler of signals.
#[derive(Clone, Debug, Default)]
pub struct CancelHandle(Arc<Flag>);

#[derive(Debug, Default)]
struct Flag {
    stopped: AtomicBool,
    changed: Notify,
}

impl CancelHandle {
    /// Stops the query that is being answered; its [`Answer`](super::Answer) ends with
    /// [`QueryError::Cancelled`](super::QueryError::Cancelled). The session stays usable.
    pub fn cancel(&self) {
        self.0.stopped.store(true, Ordering::SeqCst);
        self.0.changed.notify_waiters();
    }

    /// Forgets earlier stops: a new query begins.
    pub(super) fn reset(&self) {
        self.0.stopped.store(false, Ordering::SeqCst);
    }

    /// Waits for a stop.
    pub(super) async fn stopped(&self) {
        // Made before the flag is read, so that a stop between the two is not missed.
        let changed = self.0.changed.notified();
        if !self.0.stopped.load(Ordering::SeqCst) {
            changed.await;
        }
    }
}
