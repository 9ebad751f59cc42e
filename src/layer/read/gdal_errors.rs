//! GDAL tells its errors to a callback; this keeps them for the thread that caused them.

use std::cell::RefCell;
use std::sync::Once;

use gdal::errors::CplErrType;

thread_local! {
    static FAILURES: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
    static CHANGED: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Words of warnings that a value is not handed over as it stands.
const CHANGES: [&str; 3] = ["parsed incompletely", "clamped", "Integer overflow"];

static INSTALLED: Once = Once::new();

/// Installs the callback, once for the process, and forgets what this thread had kept.
pub fn listen() {
    INSTALLED.call_once(|| {
        super::guard::prepare();
        gdal::config::set_error_handler(|kind, _, message| {
            tracing::debug!(target: "gdal", ?kind, message);
            if kind == CplErrType::Warning && CHANGES.iter().any(|word| message.contains(word)) {
                CHANGED.with_borrow_mut(|kept| {
                    kept.get_or_insert_with(|| message.to_owned());
                });
            }
            if matches!(kind, CplErrType::Failure | CplErrType::Fatal) {
                FAILURES.with_borrow_mut(|kept| kept.push(message.to_owned()));
            }
        });
    });
    FAILURES.with_borrow_mut(Vec::clear);
    CHANGED.with_borrow_mut(|kept| *kept = None);
}

/// What GDAL has said first of a value that it changed, on this thread, since [`listen`].
pub(super) fn first_change() -> Option<String> {
    CHANGED.with_borrow(Clone::clone)
}

/// The first failure that this thread has met since [`listen`].
pub(in crate::layer) fn first_failure() -> Option<String> {
    FAILURES.with_borrow(|kept| kept.first().cloned())
}
