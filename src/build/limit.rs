//! How long a build may take in all.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::time::Duration;

/// A limit that is running; it ends with this value.
pub(super) struct Limit {
    passed: Arc<AtomicBool>,
    _running: Option<Sender<()>>,
}

impl Limit {
    /// Sets `stop` when so many minutes have passed; never where there is no limit.
    pub(super) fn start(minutes: Option<f64>, stop: &Arc<AtomicBool>) -> Self {
        let passed = Arc::new(AtomicBool::new(false));
        // What is too long for the clock is no limit.
        let limit = minutes.and_then(|minutes| Duration::try_from_secs_f64(minutes * 60.0).ok());
        if limit.is_some_and(|limit| limit.is_zero()) {
            passed.store(true, Ordering::Relaxed);
            stop.store(true, Ordering::Relaxed);
        }
        let running = limit.map(|limit| {
            let (running, ended) = mpsc::channel();
            let (passed, stop) = (Arc::clone(&passed), Arc::clone(stop));
            std::thread::spawn(move || {
                if ended.recv_timeout(limit) == Err(RecvTimeoutError::Timeout) {
                    passed.store(true, Ordering::Relaxed);
                    stop.store(true, Ordering::Relaxed);
                }
            });
            running
        });
        Self { passed, _running: running }
    }

    /// Whether it has passed.
    pub(super) fn has_passed(&self) -> bool {
        self.passed.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_stops_once_it_has_passed_and_not_after_the_build() {
        let stop = Arc::new(AtomicBool::new(false));
        drop(Limit::start(Some(1.0 / 600.0), &stop));
        for minutes in [None, Some(f64::MAX), Some(60.0)] {
            let limit = Limit::start(minutes, &stop);
            assert!(!limit.has_passed());
        }
        std::thread::sleep(Duration::from_millis(300));
        assert!(!stop.load(Ordering::Relaxed), "the build had ended");
        let limit = Limit::start(Some(1e-9), &stop);
        while !(limit.has_passed() && stop.load(Ordering::Relaxed)) {
            std::thread::sleep(Duration::from_millis(1));
        }
        let stop = Arc::new(AtomicBool::new(false));
        assert!(Limit::start(Some(0.0), &stop).has_passed() && stop.load(Ordering::Relaxed));
    }
}
