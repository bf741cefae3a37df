//! Stopping a server: SIGTERM and SIGINT let it finish what is under way, a second one does not.

use std::io;
use std::process::exit;

use crate::change::Head;
use actix_web::dev::ServerHandle;
use tokio::signal::unix::{Signal, SignalKind, signal};

use super::output::tell;

/// The signals that stop.
pub struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

/// Listens to signals from now on.
pub fn listen() -> io::Result<Signals> {
    Ok(Signals {
        terminate: signal(SignalKind::terminate())?,
        interrupt: signal(SignalKind::interrupt())?,
    })
}

impl Signals {
    async fn next(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => (),
            _ = self.interrupt.recv() => (),
        }
    }
}

/// Stops the server when it is told to.
pub async fn obey(mut signals: Signals, head: Head, server: ServerHandle) {
    signals.next().await;
    tell("Stopping, after the requests that are under way; a second signal stops at once");
    // Those who wait for changes would keep it waiting.
    head.stop();
    // Said by calling it; when it is over, the server itself ends.
    drop(server.stop(true));
    signals.next().await;
    tell("partnerstwo: stopped at once; requests that were under way have no answer");
    // Not by returning: that would wait for threads. What was answered is stored, and what was not is undone.
    exit(1);
}
