//! What open connections may take: handles of the process, and time of who does not read what it asked for.

use std::io;

use actix_web::rt::net::TcpStream;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Handles that are enough for everything.
const ENOUGH: u64 = 65_536;
/// Handles that connections leave to the database, its writer above all, to mail, webhooks and temporary files.
const RESERVED: u64 = 256;
/// The most connections that are open at once.
const MOST: u64 = 10_000;

/// How long who is sent something may take no byte of it.
#[cfg(target_os = "linux")]
const UNREAD: std::time::Duration = std::time::Duration::from_secs(30);

/// Raises the number of handles that this process may have open to what it is allowed to raise it to.
pub fn raise_handles() -> io::Result<()> {
    let limit = getrlimit(Resource::Nofile);
    let wanted = limit.maximum.map_or(ENOUGH, |most| most.min(ENOUGH));
    if limit.current.is_some_and(|current| current < wanted) {
        let raised = Rlimit {
            current: Some(wanted),
            ..limit
        };
        setrlimit(Resource::Nofile, raised)?;
    }
    Ok(())
}

/// How many connections may be open at once.
pub fn most() -> usize {
    let handles = getrlimit(Resource::Nofile).current.unwrap_or(ENOUGH);
    let most = handles.saturating_sub(RESERVED).clamp(64, MOST);
    usize::try_from(most).unwrap_or(usize::MAX)
}

/// Cuts a connection whose other end does not take what it is sent: the system gives it up, and with it goes what would have
/// been sent. The server itself asks an answer for nothing more as long as none of it can be sent.
pub fn cut_unread(socket: &TcpStream) {
    #[cfg(target_os = "linux")]
    if let Err(error) =
        rustix::net::sockopt::set_tcp_user_timeout(socket, UNREAD.as_millis() as u32)
    {
        tracing::warn!(%error, "A connection will not be cut when nothing is read from it");
    }
    #[cfg(not(target_os = "linux"))]
    let _ = socket;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn handles_are_raised_and_some_are_left_over() {
        let allowed = getrlimit(Resource::Nofile).maximum.unwrap_or(ENOUGH);
        raise_handles().unwrap();
        let raised = getrlimit(Resource::Nofile).current.unwrap_or(ENOUGH);
        assert!(raised >= allowed.min(ENOUGH));
        assert!(most() as u64 <= raised - RESERVED);
        // A second time changes nothing.
        raise_handles().unwrap();
        assert_eq!(
            getrlimit(Resource::Nofile).current.unwrap_or(ENOUGH),
            raised
        );
    }
}
