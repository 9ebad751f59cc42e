//! Whether a score points to where harm happens later: captures, accuracy, calibration, with intervals.

mod bootstrap;
mod calibration;
mod capture;
mod error;

pub use bootstrap::{Bootstrap, Interval, blocks, bootstrap};
pub use calibration::{Calibrated, calibration};
pub use capture::{Capture, Judged};
pub use error::ValidateError;
