//! The end of a process at an exact moment.

use tokio::sync::watch;

/// What a scripted kill does.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Kill {
    /// It ends this process at once, as `kill -9` does.
    #[default]
    Process,
    /// No call returns from then on, and [`LocalAws::killed`](super::super::LocalAws::killed) says
    /// so: a process that is gone hears nothing and makes no more calls, and the test that plays it
    /// lives on.
    Hang,
}

/// Whether it has happened, where the process lives on.
#[derive(Debug)]
pub(in super::super) struct Killed {
    how: Kill,
    is_dead: watch::Sender<bool>,
}

impl Killed {
    pub(in super::super) fn new(how: Kill) -> Self {
        Self { how, is_dead: watch::Sender::new(false) }
    }

    pub(in super::super) fn is_dead(&self) -> bool {
        *self.is_dead.borrow()
    }

    /// Ends it. Whoever waits for this waits for ever.
    pub(super) async fn die<T>(&self) -> T {
        if self.how == Kill::Process {
            kill_process();
        }
        self.is_dead.send_replace(true);
        std::future::pending().await
    }

    /// Waits for the end.
    pub(in super::super) async fn death(&self) {
        let mut death = self.is_dead.subscribe();
        // The sender is there for as long as this is, so that there is always an answer.
        if death.wait_for(|is_dead| *is_dead).await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

/// The standard library sends no signals, and what does is unsafe or another dependency; a shell is
/// there wherever there are signals.
fn kill_process() -> ! {
    #[cfg(unix)]
    drop(std::process::Command::new("/bin/sh").args(["-c", "kill -KILL $PPID"]).status());
    std::process::abort()
}
