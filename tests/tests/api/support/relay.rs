//! A relay between the server under test and PostgreSQL: counts the statements on their way, and can stop everything. What
//! it counts was really sent, whatever library sent it, and the product needs no hook for it.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use super::database::Database;

/// A relay that counts.
pub struct Relay(Arc<State>);

#[derive(Default)]
struct State {
    statements: AtomicU64,
    frozen: AtomicBool,
}

impl State {
    /// Waits while nothing may pass.
    fn wait(&self) {
        while self.frozen.load(Ordering::SeqCst) {
            thread::sleep(Duration::from_millis(5));
        }
    }
}

impl Relay {
    /// Puts a relay in front of a database; its URL then leads through it.
    pub fn before(database: &mut Database) -> Self {
        let (scheme, rest) = database.url.split_once("://").unwrap();
        let (authority, path) = rest.split_once('/').unwrap();
        let (user, server) = match authority.rsplit_once('@') {
            Some((user, server)) => (format!("{user}@"), server),
            None => (String::new(), authority),
        };
        let server = if server.contains(':') {
            server.to_owned()
        } else {
            format!("{server}:5432")
        };
        let socket = TcpListener::bind("127.0.0.1:0").unwrap();
        let path = path.split('?').next().unwrap();
        // What is encrypted cannot be counted.
        database.url = format!(
            "{scheme}://{user}{}/{path}?sslmode=disable",
            socket.local_addr().unwrap()
        );
        let state = Arc::new(State::default());
        let shared = Arc::clone(&state);
        thread::spawn(move || {
            for client in socket.incoming().flatten() {
                shared.wait();
                let server = TcpStream::connect(&server).unwrap();
                let (mut from, mut to) = (server.try_clone().unwrap(), client.try_clone().unwrap());
                thread::spawn(move || std::io::copy(&mut from, &mut to));
                let state = Arc::clone(&shared);
                thread::spawn(move || forward(client, server, &state));
            }
        });
        Self(state)
    }

    /// How many statements were run so far.
    pub fn statements(&self) -> u64 {
        self.0.statements.load(Ordering::SeqCst)
    }

    /// Lets nothing through any more, and says nothing: a server that hangs.
    pub fn freeze(&self) {
        self.0.frozen.store(true, Ordering::SeqCst);
    }

    /// Lets everything through again, also what was held back.
    pub fn thaw(&self) {
        self.0.frozen.store(false, Ordering::SeqCst);
    }
}

/// Passes messages on, and counts those that run something: `Execute` and a simple `Query`. It ends with the connection.
fn forward(mut from: TcpStream, mut to: TcpStream, state: &State) -> std::io::Result<()> {
    let mut length = [0; 4];
    // The first message has no type.
    from.read_exact(&mut length)?;
    pass(&mut from, &mut to, &[], length)?;
    loop {
        let mut kind = [0];
        from.read_exact(&mut kind)?;
        from.read_exact(&mut length)?;
        if matches!(kind[0], b'E' | b'Q') {
            state.statements.fetch_add(1, Ordering::SeqCst);
        }
        state.wait();
        pass(&mut from, &mut to, &kind, length)?;
    }
}

fn pass(
    from: &mut TcpStream,
    to: &mut TcpStream,
    kind: &[u8],
    length: [u8; 4],
) -> std::io::Result<()> {
    // The length counts itself.
    let mut message = vec![0; (u32::from_be_bytes(length) as usize).saturating_sub(4)];
    from.read_exact(&mut message)?;
    to.write_all(&[kind, &length, &message].concat())
}
