//! One build a workspace.

use std::fs::{File, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::Path;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use super::{BuildError, BuildOptions, home};

/// How long a lock may be held by who only looks whether it is.
const LOOKED_AT: Duration = Duration::from_millis(300);

/// The lock's file in a workspace.
const FILE: &str = ".corredor.lock";

/// How long a lock may be held by nobody who says so.
const HANDED_DOWN: Duration = Duration::from_secs(2);

/// How often a build that waits looks again.
const LOOK: Duration = Duration::from_millis(100);

/// A lock that is held. The system takes it back however the process ends, so no lock is ever stale: a file that
/// nobody holds is free, whatever stands in it.
#[derive(Debug)]
pub(super) struct Lock {
    file: File,
}

impl Lock {
    /// Takes the lock of a workspace; waits for it as long as told, and no longer than until the build is asked to stop.
    ///
    /// Nobody but the owner of a workspace takes it: what another user wrote there, the owner could not go on with.
    pub(super) fn take(root: &Path, options: &BuildOptions) -> Result<Self, BuildError> {
        if let Some([owner, user]) = home::stranger(root).filter(|_| !options.any_user) {
            return Err(BuildError::OtherUser { workspace: root.to_owned(), owner, user });
        }
        let BuildOptions { wait, stop, .. } = options;
        let path = root.join(FILE);
        let failed = |error| BuildError::Io { path: path.clone(), error };
        let options = File::options().create(true).truncate(false).read(true).write(true).to_owned();
        let mut file = options.open(&path).map_err(failed)?;
        let began = Instant::now();
        loop {
            match file.try_lock() {
                Ok(()) => break,
                Err(TryLockError::Error(error)) => return Err(failed(error)),
                Err(TryLockError::WouldBlock) if stop.load(Ordering::Relaxed) => {
                    return Err(BuildError::Interrupted);
                }
                Err(TryLockError::WouldBlock) if began.elapsed() < (*wait).max(LOOKED_AT) => {
                    std::thread::sleep(LOOK)
                }
                Err(TryLockError::WouldBlock) => {
                    let mut holder = String::new();
                    // Who holds it is a courtesy; the lock is what counts.
                    let _ = file.read_to_string(&mut holder);
                    let holder = holder.trim().to_owned();
                    if holder.is_empty() && began.elapsed() < HANDED_DOWN {
                        // Let go, and still with a program that is just being started and does not know of it.
                        std::thread::sleep(LOOK);
                        continue;
                    }
                    return Err(BuildError::Locked { workspace: root.to_owned(), holder });
                }
            }
        }
        let mut lock = Self { file };
        lock.say(&format!(
            "process {}, since {}\n",
            std::process::id(),
            jiff::Timestamp::now().strftime("%F %T UTC")
        ));
        Ok(lock)
    }

    /// Whether somebody holds the lock of a workspace.
    ///
    /// # Errors
    /// What the system says where this user may not look.
    pub(super) fn is_held(root: &Path) -> std::io::Result<bool> {
        match File::open(root.join(FILE)) {
            // Let go at once: who takes it meanwhile looks again.
            Ok(file) => match file.try_lock_shared() {
                Ok(()) => Ok(false),
                Err(TryLockError::WouldBlock) => Ok(true),
                Err(TryLockError::Error(error)) => Err(error),
            },
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(error),
        }
    }

    fn say(&mut self, text: &str) {
        // As above.
        let _ = self.file.set_len(0).and_then(|()| self.file.rewind());
        let _ = self.file.write_all(text.as_bytes());
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        self.say("");
    }
}
