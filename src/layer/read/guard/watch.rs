//! Reading that ends: a thread of its own does it, and is given up where nothing comes of it any more.
//!
//! GDAL cannot be stopped from outside. A thread that is given up runs on, at most until the program ends, which it does
//! with the error.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::time::Duration;

use super::ReadError;

/// How long a source may keep silent, seconds, where the environment does not say.
const SECONDS: u64 = 300;

/// The variable that says it.
const VARIABLE: &str = "CORREDOR_READ_SECONDS";

/// How long a source may keep silent.
#[derive(Clone, Copy, Debug)]
pub(in crate::layer::read) struct Patience(pub Duration);

impl Patience {
    /// As the environment says, else five minutes.
    pub fn stated() -> Self {
        let stated = std::env::var(VARIABLE).ok().and_then(|text| text.trim().parse().ok());
        Self(Duration::from_secs(stated.filter(|&seconds| seconds > 0).unwrap_or(SECONDS)))
    }

    /// The error where it has been silent for longer.
    pub fn ended(self, file: &str) -> ReadError {
        ReadError::TooLong { file: file.to_owned(), seconds: self.0.as_secs() }
    }
}

/// What the thread that reads says from time to time.
#[derive(Clone, Debug, Default)]
pub(in crate::layer::read) struct Pulse(Arc<AtomicU64>);

impl Pulse {
    /// Something has come.
    pub fn beat(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

/// Does `work` on a thread of its own, as long as it beats.
///
/// # Errors
/// What `work` returns, or [`ReadError::TooLong`].
pub(in crate::layer::read) fn watched<T: Send + 'static>(
    file: &str,
    patience: Patience,
    work: impl FnOnce(&Pulse) -> Result<T, ReadError> + Send + 'static,
) -> Result<T, ReadError> {
    let pulse = Pulse::default();
    let (done, outcome) = sync_channel(1);
    let moved = pulse.clone();
    std::thread::spawn(move || {
        // Nobody listens any more where it took too long.
        let _ = done.send(work(&moved));
    });
    let mut heard = 0;
    loop {
        match outcome.recv_timeout(patience.0) {
            Ok(outcome) => return outcome,
            Err(RecvTimeoutError::Timeout) => {
                let beats = pulse.0.load(Ordering::Relaxed);
                if beats == heard {
                    return Err(patience.ended(file));
                }
                heard = beats;
            }
            Err(RecvTimeoutError::Disconnected) => {
                return Err(ReadError::Truncated {
                    file: file.to_owned(),
                    layer: String::new(),
                    detail: "the thread that reads it has ended".to_owned(),
                });
            }
        }
    }
}
