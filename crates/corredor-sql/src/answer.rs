//! The rows of an answer.

use std::time::Duration;

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use tokio::sync::mpsc::Receiver;
use tokio::task::AbortHandle;
use tokio::time::Instant;

use super::engine::Engine;
use super::{CancelHandle, QueryError};

/// What the task of a query tells.
#[derive(Debug)]
pub(super) enum Message {
    /// The fields of the answer; told first.
    Fields(SchemaRef),
    /// Some rows.
    Rows(RecordBatch),
    /// There is no more.
    Done,
    /// It failed.
    Failed(QueryError),
}

/// The rows of an answer, batch by batch, in the order of the query.
///
/// Geometry comes as GeoArrow arrays, their type in the metadata of the field. The query runs while batches are
/// taken, a few ahead at most; dropping the answer stops it. After an error there are no more batches.
#[derive(Debug)]
pub struct Answer {
    schema: SchemaRef,
    source: Source,
}

#[derive(Debug)]
enum Source {
    /// A query that runs.
    Running(Running),
    /// Rows that stand already.
    Ready(Option<RecordBatch>),
    /// Nothing more.
    Over,
}

/// A query that runs in a task.
#[derive(Debug)]
pub(super) struct Running {
    pub engine: Engine,
    pub messages: Receiver<Message>,
    pub cancel: CancelHandle,
    pub deadline: Option<(Instant, Duration)>,
    pub task: AbortHandle,
}

impl Running {
    /// The next message; a task that ends without a last word has failed.
    fn next(&mut self) -> Result<Message, QueryError> {
        let message = self.engine.next(&mut self.messages, &self.cancel, self.deadline)?;
        message.ok_or_else(|| QueryError::Failed {
            message: "the query broke off: a fault of Corredor, please report it with the query".to_owned(),
        })
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Answer {
    /// Waits for the fields of a query that was begun.
    pub(super) fn of(mut running: Running) -> Result<Self, QueryError> {
        match running.next()? {
            Message::Fields(schema) => Ok(Self { schema, source: Source::Running(running) }),
            Message::Failed(error) => Err(error),
            Message::Rows(_) | Message::Done => {
                Err(QueryError::Failed { message: "the query gave no fields".to_owned() })
            }
        }
    }

    /// An answer that stands already.
    pub(super) fn ready(batch: RecordBatch) -> Self {
        Self { schema: batch.schema(), source: Source::Ready(Some(batch)) }
    }

    /// The fields of the answer.
    pub fn schema(&self) -> &SchemaRef {
        &self.schema
    }
}

impl Iterator for Answer {
    type Item = Result<RecordBatch, QueryError>;

    fn next(&mut self) -> Option<Self::Item> {
        let next = match &mut self.source {
            Source::Over => None,
            Source::Ready(batch) => batch.take().map(Ok),
            Source::Running(running) => match running.next() {
                Ok(Message::Rows(batch)) => Some(Ok(batch)),
                Ok(Message::Failed(error)) | Err(error) => Some(Err(error)),
                Ok(Message::Done | Message::Fields(_)) => None,
            },
        };
        if !matches!(next, Some(Ok(_))) {
            self.source = Source::Over;
        }
        next
    }
}
