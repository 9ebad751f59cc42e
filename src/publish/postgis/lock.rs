//! Tables whose columns change, or that go, must be locked against readers, too.
//!
//! A reader who joins several tables, and a publisher who locks them one after the other, may each hold what the other
//! waits for. PostgreSQL finds that out after its `deadlock_timeout`, a second by default, and ends one of them. So the
//! publisher takes all its locks within less than that or gives all of them up and begins anew: it is never the reader who
//! is ended.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use super::statements::{LOCK_TIMEOUT, quoted};
use crate::layer::postgres::{PostgresError, Turn};
use crate::publish::PublishError;

/// All locks are taken within so many milliseconds, or none: less than the `deadlock_timeout` of a server.
const WITHIN_MS: usize = 600;

/// The least that is waited for one lock, milliseconds.
const LEAST_MS: usize = 5;

/// Between two attempts: readers who wait behind the publisher go first.
const PAUSE: Duration = Duration::from_millis(200);

/// What is being done while locks are taken.
const LOCKING: &str = "lock a table whose columns change";

/// Locks tables against all others.
pub(super) fn tables(turn: &Turn<'_>, schema: &str, names: &BTreeSet<&str>) -> Result<(), PostgresError> {
    if names.is_empty() {
        return Ok(());
    }
    let action = "set up the transaction";
    let each = (WITHIN_MS / names.len()).max(LEAST_MS);
    turn.execute(action, &format!("SET LOCAL lock_timeout = '{each}ms'"))?;
    for name in names {
        turn.execute(LOCKING, &format!("LOCK TABLE {} IN ACCESS EXCLUSIVE MODE", quoted(schema, name)))?;
    }
    turn.execute(action, &format!("SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'"))
}

/// Tries again where a lock could not be had, for as long as a reader is waited for.
pub(super) fn patiently<T>(
    wait_s: f64,
    attempt: impl Fn() -> Result<T, PublishError>,
) -> Result<T, PublishError> {
    let (began, wait) = (Instant::now(), Duration::from_secs_f64(wait_s.max(0.0)));
    loop {
        let done = attempt();
        let is_locked = matches!(
            &done,
            Err(PublishError::Postgres(PostgresError::Statement { action, .. })) if action == LOCKING
        );
        if !is_locked || began.elapsed() >= wait {
            return done;
        }
        std::thread::sleep(PAUSE);
    }
}
