//! Steps in parallel, as far as the plan allows, and told in its order.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// Runs `count` tasks on so many threads, each after those that it needs; `needs` may name earlier ones only.
///
/// `told` hears of each task in order, from this thread: that it is awaited, and with `Some` that it is done.
/// The first error in that order is returned, whatever the threads did; no task behind it begins any more.
pub(super) fn run<T: Send, E: Send>(
    count: usize,
    threads: usize,
    needs: impl Fn(usize) -> Vec<usize> + Sync,
    task: impl Fn(usize) -> Result<T, E> + Sync,
    mut told: impl FnMut(usize, Option<T>),
) -> Result<(), E> {
    let tasks = (0..count).map(|_| Task::Waiting).collect();
    let board = Board { state: Mutex::new(State { tasks, end: count }), changed: Condvar::new() };
    std::thread::scope(|scope| {
        for _ in 0..threads.clamp(1, count.max(1)) {
            scope.spawn(|| {
                while let Some(at) = board.take(&needs) {
                    board.put(at, catch_unwind(AssertUnwindSafe(|| task(at))));
                }
            });
        }
        for at in 0..count {
            told(at, None);
            match board.wait(at) {
                Ok(Ok(made)) => told(at, Some(made)),
                Ok(Err(error)) => return Err(error),
                Err(panic) => resume_unwind(panic),
            }
        }
        Ok(())
    })
}

/// What came of a task, or the panic that ended it.
type Outcome<T, E> = std::thread::Result<Result<T, E>>;

enum Task<T, E> {
    Waiting,
    Running,
    Made(Outcome<T, E>),
    /// Made, and told.
    Told,
}

struct State<T, E> {
    tasks: Vec<Task<T, E>>,
    /// Tasks from here on must not begin: one before them failed.
    end: usize,
}

/// What the threads know of each other.
struct Board<T, E> {
    state: Mutex<State<T, E>>,
    changed: Condvar,
}

impl<T, E> Board<T, E> {
    fn lock(&self) -> MutexGuard<'_, State<T, E>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The first task that may run, marked as running; `None` where nothing is left to begin.
    fn take(&self, needs: &impl Fn(usize) -> Vec<usize>) -> Option<usize> {
        let mut state = self.lock();
        loop {
            let done = |at: &usize| matches!(state.tasks[*at], Task::Made(Ok(Ok(_))) | Task::Told);
            let waiting = |at: &usize| matches!(state.tasks[*at], Task::Waiting);
            let mut left = (0..state.end).filter(waiting).peekable();
            left.peek()?;
            if let Some(at) = left.find(|&at| needs(at).iter().all(done)) {
                state.tasks[at] = Task::Running;
                return Some(at);
            }
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn put(&self, at: usize, outcome: Outcome<T, E>) {
        let mut state = self.lock();
        if !matches!(outcome, Ok(Ok(_))) {
            state.end = state.end.min(at);
        }
        state.tasks[at] = Task::Made(outcome);
        self.changed.notify_all();
    }

    /// Waits for a task that begins sooner or later, and takes what came of it.
    fn wait(&self, at: usize) -> Outcome<T, E> {
        let mut state = self.lock();
        loop {
            match std::mem::replace(&mut state.tasks[at], Task::Told) {
                Task::Made(outcome) => return outcome,
                other => state.tasks[at] = other,
            }
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn each_task_once_after_its_needs_and_told_in_order(
            needs in prop::collection::vec(prop::collection::vec(any::<prop::sample::Index>(), 0..4), 0..20),
            threads in 0..5_usize,
            bad in prop::collection::vec(0..25_usize, 0..3),
        ) {
            let needs: Vec<Vec<usize>> = needs
                .iter()
                .enumerate()
                .map(|(at, needs)| needs.iter().filter(|_| at > 0).map(|need| need.index(at)).collect())
                .collect();
            let ran: Vec<AtomicUsize> = needs.iter().map(|_| AtomicUsize::new(0)).collect();
            let mut heard = Vec::new();
            let task = |at: usize| {
                assert!(needs[at].iter().all(|&need| ran[need].load(Ordering::SeqCst) == 1));
                ran[at].fetch_add(1, Ordering::SeqCst);
                if bad.contains(&at) { Err(at) } else { Ok(at) }
            };
            let result = run(needs.len(), threads, |at| needs[at].clone(), task, |at, made| heard.push((at, made)));
            let first = bad.iter().copied().filter(|&at| at < needs.len()).min();
            prop_assert_eq!(result.err(), first);
            let expected = (0..needs.len()).flat_map(|at| [(at, None), (at, Some(at))]);
            let told = first.map_or(2 * needs.len(), |at| 2 * at + 1);
            prop_assert_eq!(heard, expected.take(told).collect::<Vec<_>>());
            let counts: Vec<usize> = ran.iter().map(|n| n.load(Ordering::SeqCst)).collect();
            prop_assert!(counts[..first.map_or(counts.len(), |at| at + 1)].iter().all(|&n| n == 1));
            prop_assert!(counts.iter().all(|&n| n <= 1));
        }
    }

    #[test]
    fn a_panic_is_passed_on() {
        let task = |at: usize| if at == 1 { std::panic::panic_any("out") } else { Ok::<_, ()>(at) };
        let caught = catch_unwind(AssertUnwindSafe(|| run(3, 2, |_| vec![], task, |_, _| {})));
        assert_eq!(caught.unwrap_err().downcast_ref::<&str>(), Some(&"out"));
    }
}
