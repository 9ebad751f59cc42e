//! What queries leave in a workspace: [`saved`] queries, and the [`audit`] log of who read what.
//!
//! The engine that answers them is the crate `corredor-sql`.

pub mod audit;
pub mod saved;
