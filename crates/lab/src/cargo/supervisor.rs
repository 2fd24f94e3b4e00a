//! Ending a running cargo early, with all that it started. What cargo says is read elsewhere.

use std::fmt;
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command, ExitStatus};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use anyhow::Context as _;
use rustix::io::Errno;
use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process_group, waitid};

/// Who listens to a run of cargo, and may end it.
pub(crate) struct Supervisor {
    /// Whether the compiler's messages are wanted in colour.
    pub(crate) colour: bool,
    /// Is given each of cargo's status lines.
    pub(crate) status: Arc<dyn Fn(&str) + Send + Sync>,
    pub(crate) cancel: Cancel,
}

/// Ends the run that it was given to: now, or before it begins. Clones are the same switch.
#[derive(Clone, Default)]
pub(crate) struct Cancel(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    cancelled: bool,
    /// While it is set, cargo is not reaped, so that its ID cannot be another process's.
    group: Option<Pid>,
}

/// The run was ended before it could say anything.
#[derive(Debug)]
pub(crate) struct Cancelled;

impl fmt::Display for Cancelled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("cargo was ended before it was done")
    }
}

impl std::error::Error for Cancelled {}

impl Cancel {
    /// Kills cargo, the compilers and the tests that it started. Nothing of an unfinished build counts as built.
    pub(crate) fn cancel(&self) {
        let mut state = self.lock();
        state.cancelled = true;
        if let Some(group) = state.group {
            // Gone this moment, perhaps; then there is nobody to end.
            let _ = kill_process_group(group, Signal::KILL);
        }
    }

    /// Starts `command` as a group of its own, unless the run was cancelled already.
    pub(super) fn spawn(&self, command: &mut Command) -> Result<std::io::Result<Child>, Cancelled> {
        let mut state = self.lock();
        if state.cancelled {
            return Err(Cancelled);
        }
        let child = command.process_group(0).spawn();
        if let Ok(child) = &child {
            state.group = Some(Pid::from_child(child));
        }
        Ok(child)
    }

    /// Waits for the end of what [`Self::spawn`] started.
    pub(super) fn wait(&self, child: &mut Child) -> anyhow::Result<ExitStatus> {
        let unreaped = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT;
        let pid = Pid::from_child(child);
        while waitid(WaitId::Pid(pid), unreaped).is_err_and(|error| error == Errno::INTR) {}
        let mut state = self.lock();
        state.group = None;
        let status = child.wait().context("cargo could not be waited for")?;
        if state.cancelled {
            return Err(Cancelled.into());
        }
        Ok(status)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::process::ExitStatusExt as _;

    fn shell(script: &str) -> Command {
        let mut command = Command::new("/bin/sh");
        command.args(["-c", script]);
        command
    }

    #[test]
    fn a_cancelled_run_takes_its_children_with_it() {
        let cancel = Cancel::default();
        let mut command = shell("sleep 1000 & sleep 1000");
        command.stdout(std::process::Stdio::piped());
        let mut child = cancel
            .spawn(&mut command)
            .expect("not cancelled")
            .expect("a shell");
        let stdout = child.stdout.take().expect("a pipe");
        cancel.cancel();
        assert!(
            cancel
                .wait(&mut child)
                .is_err_and(|error| error.is::<Cancelled>())
        );
        // Both sleeps held the pipe.
        assert_eq!(std::io::read_to_string(stdout).expect("the end"), "");
        assert_eq!(child.wait().expect("reaped").signal(), Some(9));
    }

    #[test]
    fn a_run_cancelled_beforehand_does_not_start() {
        let cancel = Cancel::default();
        cancel.clone().cancel();
        assert!(cancel.spawn(&mut shell("exit 0")).is_err());
    }

    #[test]
    fn an_ended_run_is_left_alone() {
        let cancel = Cancel::default();
        let mut child = cancel
            .spawn(&mut shell("exit 3"))
            .expect("not cancelled")
            .expect("a shell");
        assert_eq!(cancel.wait(&mut child).expect("a status").code(), Some(3));
        cancel.cancel();
    }
}
