//! Ctrl-C, and the signal that a job runner sends.

use std::convert::Infallible;

use crate::exit::Exit;

#[cfg(unix)]
use tokio::signal::unix::{Signal, SignalKind, signal};

/// Interrupts, from the moment on at which somebody listens: until then each ends the process.
pub(super) struct Interrupts {
    #[cfg(unix)]
    signals: Option<(Signal, Signal)>,
}

impl Interrupts {
    /// Listens from now on.
    pub(super) fn listen() -> Self {
        Self {
            #[cfg(unix)]
            signals: signal(SignalKind::interrupt()).ok().zip(signal(SignalKind::terminate()).ok()),
        }
    }

    /// Waits for the next one.
    pub(super) async fn next(&mut self) {
        #[cfg(unix)]
        if let Some((interrupt, terminate)) = &mut self.signals {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
            return;
        }
        drop(tokio::signal::ctrl_c().await);
    }

    /// Ends the process at the next one: whoever asks twice does not want to wait.
    pub(super) async fn at_once(&mut self) -> Infallible {
        self.next().await;
        std::process::exit(Exit::Interrupted.code().into());
    }
}

/// Waits for one.
pub(super) async fn interrupted() {
    Interrupts::listen().next().await;
}
