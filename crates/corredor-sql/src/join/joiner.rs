//! A join at work: batches of one side looked up in the index of the other.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use arrow_array::{RecordBatch, UInt32Array};
use arrow_schema::SchemaRef;
use datafusion::common::{JoinType, Result};
use datafusion::execution::SendableRecordBatchStream;
use datafusion::execution::memory_pool::MemoryReservation;
use futures::{Stream, StreamExt, TryStreamExt};

use super::built::{Built, failed};
use super::pairs::{Pairs, Sides, Work};
use super::shape::Shape;
use crate::table::LayerTable;

/// Runs what takes long away from the threads that wait for inputs.
async fn blocking<T: Send + 'static>(run: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    match tokio::task::spawn_blocking(run).await {
        Ok(done) => done,
        Err(error) => Err(failed(format!("a join broke off: {error}"))),
    }
}

/// Batches that are looked up side by side.
fn threads() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// A join at work.
pub(super) struct Joiner {
    shape: Arc<Shape>,
    built: Built,
    /// Which rows of the indexed side were found.
    seen: Vec<AtomicBool>,
    /// Fields of the other side.
    streamed: SchemaRef,
    /// Held as long as the rows are.
    _memory: MemoryReservation,
}

/// Rows that came out, and the rest of the batch if there is one.
type Step = (RecordBatch, Option<Work>);

impl Joiner {
    /// Indexes rows; `layer` is the layer that they are all rows of. `streamed` are the fields of the other side.
    pub(super) async fn new(
        shape: Arc<Shape>,
        rows: RecordBatch,
        layer: Option<Arc<LayerTable>>,
        streamed: SchemaRef,
        memory: MemoryReservation,
    ) -> Result<Self> {
        let of = Arc::clone(&shape);
        let built = blocking(move || Built::new(rows, &of.condition, layer)).await?;
        let seen = (0..built.rows.num_rows()).map(|_| AtomicBool::new(false)).collect();
        Ok(Self { shape, built, seen, streamed, _memory: memory })
    }

    /// The rows of the join: batches are looked up side by side, and come out in their order.
    pub(super) fn join(
        self: Arc<Self>,
        streamed: SendableRecordBatchStream,
    ) -> impl Stream<Item = Result<RecordBatch>> + Send {
        let (first, rest, last) = (Arc::clone(&self), Arc::clone(&self), self);
        let steps = streamed.map(move |batch| {
            let joiner = Arc::clone(&first);
            async move {
                let batch = batch?;
                blocking(move || joiner.step(joiner.take_up(batch)?)).await
            }
        });
        let rows = steps.buffered(threads()).map_ok(move |step: Step| {
            let joiner = Arc::clone(&rest);
            // What one batch has too many pairs for is taken bit by bit.
            let more = futures::stream::try_unfold(step.1, move |work| {
                let joiner = Arc::clone(&joiner);
                async move {
                    match work {
                        None => Ok(None),
                        Some(work) => blocking(move || joiner.step(work)).await.map(Some),
                    }
                }
            });
            futures::stream::iter([Ok(step.0)]).chain(more)
        });
        let unseen = futures::stream::once(async move { last.unseen() });
        rows.try_flatten().chain(unseen).try_filter(|batch| std::future::ready(batch.num_rows() > 0))
    }

    /// Rows of the indexed side.
    pub(super) fn built(&self) -> &RecordBatch {
        &self.built.rows
    }

    /// How many pairs each row of the indexed side is in; the pairs are not kept.
    pub(super) async fn counts(self: &Arc<Self>, streamed: SendableRecordBatchStream) -> Result<Vec<i64>> {
        let counts = Arc::new(Mutex::new(vec![0_i64; self.built.rows.num_rows()]));
        let steps = streamed.map(|batch| {
            let (joiner, counts) = (Arc::clone(self), Arc::clone(&counts));
            async move {
                let batch = batch?;
                blocking(move || {
                    let mut work = joiner.take_up(batch)?;
                    while !work.is_done() {
                        let pairs = joiner.pairs(&mut work)?;
                        let mut counts = counts.lock().map_err(failed)?;
                        pairs.built.iter().for_each(|&row| counts[row as usize] += 1);
                    }
                    Ok(())
                })
                .await
            }
        });
        // Sums of whole numbers are the same in any order. Some batches wait, so that no thread does.
        steps.buffer_unordered(2 * threads()).try_collect::<()>().await?;
        let mut counts = counts.lock().map_err(failed)?;
        Ok(std::mem::take(&mut *counts))
    }

    /// A batch, to be looked up.
    fn take_up(&self, batch: RecordBatch) -> Result<Work> {
        Work::new(batch, &self.shape.condition, &self.built)
    }

    /// The next pairs of a batch.
    fn pairs(&self, work: &mut Work) -> Result<Pairs> {
        work.next(&self.shape.condition, &self.built, &self.shape.filter)
    }

    /// Looks some rows of a batch up.
    fn step(&self, mut work: Work) -> Result<Step> {
        let from = work.from;
        let pairs = self.pairs(&mut work)?;
        let rows = self.rows(pairs, &work.batch, from..work.from)?;
        let rest = if work.is_done() { None } else { Some(work) };
        Ok((rows, rest))
    }

    /// What the pairs of these rows of a batch give.
    fn rows(&self, pairs: Pairs, batch: &RecordBatch, rows: std::ops::Range<usize>) -> Result<RecordBatch> {
        if self.keeps_built() {
            pairs.built.iter().for_each(|&row| self.seen[row as usize].store(true, Ordering::Relaxed));
        }
        let left = self.shape.condition.left_is_built;
        let (of_built, of_streamed): (UInt32Array, UInt32Array) = match self.shape.join_type {
            JoinType::LeftSemi | JoinType::LeftAnti if left => return self.nothing(),
            JoinType::RightSemi | JoinType::RightAnti if !left => return self.nothing(),
            JoinType::LeftSemi | JoinType::RightSemi | JoinType::LeftAnti | JoinType::RightAnti => {
                let found = matches!(self.shape.join_type, JoinType::LeftSemi | JoinType::RightSemi);
                let kept = matched(&pairs.streamed, rows, found);
                (std::iter::repeat_n(None::<u32>, kept.len()).collect(), kept.into())
            }
            _ if self.keeps_streamed() => with_unmatched(&pairs, rows),
            _ => (pairs.built.into(), pairs.streamed.into()),
        };
        self.batch(batch, &of_built, &of_streamed)
    }

    /// At the end: rows of the indexed side that come out for having been found, or not.
    fn unseen(&self) -> Result<RecordBatch> {
        if !self.keeps_built() {
            return self.nothing();
        }
        let wanted = matches!(self.shape.join_type, JoinType::LeftSemi | JoinType::RightSemi);
        let seen = self.seen.iter().map(|seen| seen.load(Ordering::Relaxed));
        let rows: UInt32Array =
            (0_u32..).zip(seen).filter(|&(_, seen)| seen == wanted).map(|(row, _)| Some(row)).collect();
        let none: UInt32Array = std::iter::repeat_n(None::<u32>, rows.len()).collect();
        self.batch(&RecordBatch::new_empty(Arc::clone(&self.streamed)), &rows, &none)
    }

    /// Whether rows of the indexed side come out by what was found of them in the end.
    fn keeps_built(&self) -> bool {
        let left = self.shape.condition.left_is_built;
        match self.shape.join_type {
            JoinType::Full => true,
            JoinType::Left | JoinType::LeftSemi | JoinType::LeftAnti => left,
            JoinType::Right | JoinType::RightSemi | JoinType::RightAnti => !left,
            _ => false,
        }
    }

    /// Whether rows of the other side come out though nothing was found for them.
    fn keeps_streamed(&self) -> bool {
        let left = self.shape.condition.left_is_built;
        match self.shape.join_type {
            JoinType::Full => true,
            JoinType::Left => !left,
            JoinType::Right => left,
            _ => false,
        }
    }

    fn batch(&self, streamed: &RecordBatch, built: &UInt32Array, rows: &UInt32Array) -> Result<RecordBatch> {
        let sides = Sides {
            built: &self.built.rows,
            streamed,
            left_is_built: self.shape.condition.left_is_built,
            of_built: built,
            of_streamed: rows,
        };
        sides.batch(&self.shape.columns, &self.shape.schema)
    }

    fn nothing(&self) -> Result<RecordBatch> {
        Ok(RecordBatch::new_empty(Arc::clone(&self.shape.schema)))
    }
}

/// The rows of a span that were matched, or that were not.
fn matched(streamed: &[u32], rows: std::ops::Range<usize>, found: bool) -> Vec<u32> {
    let mut pairs = streamed.iter().peekable();
    let mut kept = Vec::new();
    for row in rows {
        let mut any = false;
        while pairs.next_if(|&&at| at as usize == row).is_some() {
            any = true;
        }
        if any == found {
            kept.push(row as u32);
        }
    }
    kept
}

/// The pairs, and between them each row of the span that has none, beside nothing.
fn with_unmatched(pairs: &Pairs, rows: std::ops::Range<usize>) -> (UInt32Array, UInt32Array) {
    let mut found = pairs.streamed.iter().zip(&pairs.built).peekable();
    let (mut built, mut streamed) = (Vec::new(), Vec::new());
    for row in rows {
        let before = streamed.len();
        while let Some((&at, &of)) = found.next_if(|(at, _)| **at as usize == row) {
            built.push(Some(of));
            streamed.push(at);
        }
        if streamed.len() == before {
            built.push(None);
            streamed.push(row as u32);
        }
    }
    (built.into(), streamed.into())
}
