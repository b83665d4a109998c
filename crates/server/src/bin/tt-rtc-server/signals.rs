//! The signals of the operating system.

use std::io;

#[cfg(unix)]
use tokio::signal::unix::{Signal, SignalKind, signal};

/// SIGHUP, which does not end the process from the creation of this on.
pub(crate) struct Hangups(#[cfg(unix)] Signal);

impl Hangups {
    pub(crate) fn new() -> io::Result<Self> {
        Ok(Self(
            #[cfg(unix)]
            signal(SignalKind::hangup())?,
        ))
    }

    /// Resolves at the next signal. Never on systems that have none.
    pub(crate) async fn next(&mut self) {
        #[cfg(unix)]
        self.0.recv().await;
        #[cfg(not(unix))]
        std::future::pending::<()>().await;
    }
}

/// Resolves at SIGINT or SIGTERM.
pub(crate) fn stop() -> io::Result<impl Future<Output = ()>> {
    #[cfg(unix)]
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        let interrupt = tokio::signal::ctrl_c();
        #[cfg(unix)]
        tokio::select! {
            _ = interrupt => {}
            _ = terminate.recv() => {}
        }
        #[cfg(not(unix))]
        let _: Result<(), _> = interrupt.await;
    })
}
