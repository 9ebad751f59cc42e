//! The threads that queries run on.

use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use futures::future::{Either, select};
use tokio::runtime::{Builder, Handle, Runtime};
use tokio::sync::mpsc::Receiver;
use tokio::time::{Instant, sleep};

use super::limits::{STACK, Watch};
use super::{CancelHandle, QueryError};

/// How often it is looked whether a query takes more memory than it may.
const LOOK: Duration = Duration::from_millis(25);

/// Owns the threads; they end with it, whatever they are at.
#[derive(Clone, Debug)]
pub(super) struct Engine(Arc<Threads>);

#[derive(Debug)]
struct Threads {
    /// Plans and runs queries; taken when the threads end.
    queries: Option<Runtime>,
    handle: Handle,
    /// Tells the time to who waits, however busy the others are.
    clock: Runtime,
    watch: Arc<Watch>,
    memory_limit_bytes: usize,
}

impl Engine {
    pub(super) fn new(watch: Arc<Watch>, memory_limit_bytes: usize) -> io::Result<Self> {
        let queries = Builder::new_multi_thread()
            .thread_name("query")
            .thread_stack_size(STACK)
            .enable_time()
            .build()?;
        let clock = Builder::new_current_thread().enable_time().build()?;
        let handle = queries.handle().clone();
        Ok(Self(Arc::new(Threads { queries: Some(queries), handle, clock, watch, memory_limit_bytes })))
    }

    pub(super) fn handle(&self) -> &Handle {
        &self.0.handle
    }

    /// The next message of a query, unless it is stopped, its time is over or it takes more memory than it may first.
    /// That holds while it is planned, too.
    pub(super) fn next<T>(
        &self,
        messages: &mut Receiver<T>,
        cancel: &CancelHandle,
        deadline: Option<(Instant, Duration)>,
    ) -> Result<Option<T>, QueryError> {
        self.0.clock.block_on(async {
            let mut stopped = pin!(cancel.stopped());
            let mut message = pin!(messages.recv());
            loop {
                let tick = pin!(sleep(LOOK));
                match select(select(stopped.as_mut(), tick), message.as_mut()).await {
                    Either::Right((message, _)) => return Ok(message),
                    Either::Left((Either::Left(_), _)) => return Err(QueryError::Cancelled),
                    Either::Left((Either::Right(_), _)) => {}
                }
                if let Some((_, limit)) = deadline.filter(|(at, _)| Instant::now() >= *at) {
                    return Err(QueryError::Timeout { limit });
                }
                if self.0.watch.exceeded() {
                    let detail = "measured while it ran".to_owned();
                    return Err(QueryError::Memory { limit_bytes: self.0.memory_limit_bytes, detail });
                }
            }
        })
    }
}

/// Runs what goes down the tree of a query level by level on a thread with the stack for it.
pub(super) fn deep<T: Send>(run: impl FnOnce() -> Result<T, QueryError> + Send) -> Result<T, QueryError> {
    let failed = |message: &str| QueryError::Failed { message: message.to_owned() };
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().name("query".to_owned()).stack_size(STACK);
        let thread = thread.spawn_scoped(scope, run);
        let thread = thread.map_err(|error| failed(&format!("no thread for the query: {error}")))?;
        thread
            .join()
            .unwrap_or_else(|_| Err(failed("the query broke off: a fault of Corredor, please report it")))
    })
}

impl Drop for Threads {
    fn drop(&mut self) {
        if let Some(runtime) = self.queries.take() {
            runtime.shutdown_background();
        }
    }
}
