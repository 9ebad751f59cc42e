//! GDAL tells its errors to a callback; this keeps them for the thread that caused them.

use std::cell::RefCell;
use std::sync::Once;

use gdal::errors::CplErrType;

thread_local! {
    static FAILURES: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

static INSTALLED: Once = Once::new();

/// Installs the callback, once for the process, and forgets what this thread had kept.
pub(crate) fn listen() {
    INSTALLED.call_once(|| {
        super::guard::prepare();
        gdal::config::set_error_handler(|kind, _, message| {
            tracing::debug!(target: "gdal", ?kind, message);
            if matches!(kind, CplErrType::Failure | CplErrType::Fatal) {
                FAILURES.with_borrow_mut(|kept| kept.push(message.to_owned()));
            }
        });
    });
    FAILURES.with_borrow_mut(Vec::clear);
}

/// The first failure that this thread has met since [`listen`].
pub(in crate::layer) fn first_failure() -> Option<String> {
    FAILURES.with_borrow(|kept| kept.first().cloned())
}
