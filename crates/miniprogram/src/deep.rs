//! Room for recursion: parsers follow the nesting of what they read.

/// Enough for the deepest input that limits elsewhere let through.
#[cfg(not(target_family = "wasm"))]
const STACK: usize = 256 << 20;

/// Runs `f` where a deep recursion is safe. Only what is used of the stack takes memory.
#[cfg(not(target_family = "wasm"))]
pub(crate) fn run<T: Send>(f: impl FnOnce() -> T + Send) -> T {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(STACK).name("compiler".into());
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

/// There are no threads: the stack is what the browser gives.
#[cfg(target_family = "wasm")]
pub(crate) fn run<T: Send>(f: impl FnOnce() -> T + Send) -> T {
    f()
}
