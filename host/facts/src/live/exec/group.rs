//! A running program and all that it starts: one process group, which ends with the call.

use std::io;

use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process_group, waitid};
use tokio::process::{Child, Command};
use tokio::signal::unix::{Signal as SignalStream, SignalKind, signal};

/// Kills its processes when it is dropped, be it at a timeout or because nobody wants the answer any more. Only a
/// process that leaves the group by itself (`setsid`) escapes; the programs that manifests name do not.
pub struct Group {
    child: Child,
    leader: Pid,
    /// Registered before the program starts, so that its end cannot be missed.
    children_changed: SignalStream,
}

impl Group {
    pub fn start(command: &mut Command) -> io::Result<Self> {
        let children_changed = signal(SignalKind::child())?;
        let child = command.process_group(0).kill_on_drop(true).spawn()?;
        let id = child.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw);
        let leader = id.ok_or_else(|| io::Error::other("the program has no process id"))?;
        Ok(Self { child, leader, children_changed })
    }

    /// The pipes, for reading them while the group is waited for.
    pub fn child_mut(&mut self) -> &mut Child {
        &mut self.child
    }

    /// Waits until the program itself has ended, and leaves it unreaped: as long as it is, its number, which is also
    /// that of the group, cannot be given to anyone else, and killing the group hits the right one.
    pub async fn ended(&mut self) -> io::Result<()> {
        let options = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT | WaitIdOptions::NOHANG;
        while waitid(WaitId::Pid(self.leader), options)?.is_none() {
            self.children_changed.recv().await;
        }
        Ok(())
    }

    /// Ends the program and what it started.
    pub fn kill(&self) {
        // Once the program is reaped it has no id, and its number may belong to others.
        if self.child.id().is_some() {
            // It fails only for a group that has already gone.
            let _ = kill_process_group(self.leader, Signal::KILL);
        }
    }

    /// The exit code of the program, after killing whatever is left of the group; `None` if a signal ended it.
    pub async fn finish(mut self) -> io::Result<Option<i32>> {
        self.ended().await?;
        self.kill();
        Ok(self.child.wait().await?.code())
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        self.kill();
    }
}
