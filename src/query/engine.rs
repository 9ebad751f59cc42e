//! The threads that queries run on.

use std::io;
use std::pin::pin;
use std::sync::Arc;

use futures::future::{Either, select};
use tokio::runtime::{Builder, Handle, Runtime};
use tokio::sync::mpsc::Receiver;
use tokio::time::{Instant, sleep_until};

use super::{CancelHandle, QueryError};

/// A day; longer than any query that has no limit is waited for in one go.
const NO_LIMIT: std::time::Duration = std::time::Duration::from_secs(86_400);

/// Owns the threads; they end with it, whatever they are at.
#[derive(Clone, Debug)]
pub(super) struct Engine(Arc<Threads>);

#[derive(Debug)]
struct Threads(Option<Runtime>, Handle);

impl Engine {
    pub(super) fn new() -> io::Result<Self> {
        let runtime = Builder::new_multi_thread().thread_name("query").enable_time().build()?;
        let handle = runtime.handle().clone();
        Ok(Self(Arc::new(Threads(Some(runtime), handle))))
    }

    pub(super) fn handle(&self) -> &Handle {
        &self.0.1
    }

    /// The next message of a query, unless it is stopped or its time is over first.
    pub(super) fn next<T>(
        &self,
        messages: &mut Receiver<T>,
        cancel: &CancelHandle,
        deadline: Option<(Instant, std::time::Duration)>,
    ) -> Result<Option<T>, QueryError> {
        self.handle().block_on(async {
            let late = async {
                match deadline {
                    Some((at, limit)) => {
                        sleep_until(at).await;
                        limit
                    }
                    None => loop {
                        tokio::time::sleep(NO_LIMIT).await;
                    },
                }
            };
            let (stopped, late) = (pin!(cancel.stopped()), pin!(late));
            match select(select(stopped, late), pin!(messages.recv())).await {
                Either::Right((message, _)) => Ok(message),
                Either::Left((Either::Left(_), _)) => Err(QueryError::Cancelled),
                Either::Left((Either::Right((limit, _)), _)) => Err(QueryError::Timeout { limit }),
            }
        })
    }
}

impl Drop for Threads {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}
