//! Ctrl-C while a pipe or files are followed: what has arrived is stored before the command ends.

use std::sync::{
    Arc, LazyLock,
    atomic::{AtomicBool, Ordering},
};

static IS_STOPPED: LazyLock<Arc<AtomicBool>> = LazyLock::new(Arc::default);

/// True after Ctrl-C, once [`listen`] was called.
#[must_use]
pub fn flag() -> Arc<AtomicBool> {
    Arc::clone(&IS_STOPPED)
}

/// Sets the flag at the first Ctrl-C, instead of ending the process. The second one ends it.
pub fn listen() {
    let stopped = flag();
    // Without a handler, Ctrl-C ends the process, as it does for other commands.
    let _ = ctrlc::set_handler(move || {
        if stopped.swap(true, Ordering::Relaxed) {
            std::process::exit(130);
        }
    });
}
