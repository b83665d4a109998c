//! Room for recursion: parsers follow the nesting of what they read.

use std::{
    io,
    thread::{self, JoinHandle},
};

/// Enough for the deepest input that limits elsewhere let through.
const STACK: usize = 256 << 20;

/// Starts `f` where a deep recursion is safe, and does not wait for it.
///
/// # Errors
/// Where there is no further thread.
pub(crate) fn spawn(f: impl FnOnce() + Send + 'static) -> io::Result<JoinHandle<()>> {
    thread::Builder::new().stack_size(STACK).name("compiler".into()).spawn(f)
}

/// Runs `f` where a deep recursion is safe. Only what is used of the stack takes memory.
pub(crate) fn run<T: Send>(f: impl FnOnce() -> T + Send) -> T {
    thread::scope(|scope| {
        let thread = thread::Builder::new().stack_size(STACK).name("compiler".into());
        match thread.spawn_scoped(scope, f) {
            Ok(thread) => match thread.join() {
                Ok(value) => value,
                Err(panic) => std::panic::resume_unwind(panic),
            },
            Err(error) => {
                std::panic::resume_unwind(Box::new(format!("no thread for the compiler: {error}")))
            }
        }
    })
}
