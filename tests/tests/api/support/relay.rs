//! Counts statements on their way to PostgreSQL: a relay between the server under test and its database. What it counts was
//! really sent, whatever library sent it, and the product needs no hook for it.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use super::database::Database;

/// A relay that counts.
pub struct Relay(Arc<AtomicU64>);

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
        let count = Arc::new(AtomicU64::new(0));
        let counted = Arc::clone(&count);
        thread::spawn(move || {
            for client in socket.incoming().flatten() {
                let server = TcpStream::connect(&server).unwrap();
                let (mut from, mut to) = (server.try_clone().unwrap(), client.try_clone().unwrap());
                thread::spawn(move || std::io::copy(&mut from, &mut to));
                let counted = Arc::clone(&counted);
                thread::spawn(move || forward(client, server, &counted));
            }
        });
        Self(count)
    }

    /// How many statements were run so far.
    pub fn statements(&self) -> u64 {
        self.0.load(Ordering::SeqCst)
    }
}

/// Passes messages on, and counts those that run something: `Execute` and a simple `Query`. It ends with the connection.
fn forward(mut from: TcpStream, mut to: TcpStream, counted: &AtomicU64) -> std::io::Result<()> {
    let mut length = [0; 4];
    // The first message has no type.
    from.read_exact(&mut length)?;
    pass(&mut from, &mut to, &[], length)?;
    loop {
        let mut kind = [0];
        from.read_exact(&mut kind)?;
        from.read_exact(&mut length)?;
        if matches!(kind[0], b'E' | b'Q') {
            counted.fetch_add(1, Ordering::SeqCst);
        }
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
