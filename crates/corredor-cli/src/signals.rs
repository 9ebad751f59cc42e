//! SIGTERM and SIGINT: the first asks, the second ends.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;

use super::CliError;

/// A flag that the first SIGTERM or SIGINT sets; the second ends the process at once, as if nobody listened.
pub(super) fn listen() -> Result<Arc<AtomicBool>, CliError> {
    let stop = Arc::new(AtomicBool::new(false));
    let failed = |error| CliError::Output { what: "the handler of signals".to_owned(), error };
    for signal in [SIGTERM, SIGINT] {
        // In this order: the first signal finds the flag unset, and only then sets it.
        flag::register_conditional_default(signal, Arc::clone(&stop)).map_err(failed)?;
        flag::register(signal, Arc::clone(&stop)).map_err(failed)?;
    }
    Ok(stop)
}
