//! Questions in SQL over every layer.

pub mod audit;
pub mod output;
pub mod saved;
