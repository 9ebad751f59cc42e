//! Exit codes that shells have by custom.

/// Exit code of what an interrupt ended: 128 and the number of the signal, as shells have it.
pub(crate) const INTERRUPTED: u8 = 130;
