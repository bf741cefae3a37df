//! All that the servers under test log, in the greatest detail, looked through for what must never stand in it
//! (OWASP ASVS 5, 16.2.5): the whole suite is the test.

use std::io::{self, Write};
use std::sync::{Mutex, Once};

/// Signs of passwords, hashes of them, tokens and addresses of people, as the tests use them.
const SECRETS: [&str; 11] = [
    super::PASSWORD,
    "mleko rower",
    "a wrong password",
    "$argon2",
    "eyJ0eXAi",
    "@test.example",
    "@wup.example",
    "@pup-zary.example",
    "master.key",
    "otpauth:",
    "tajny-adres",
];

/// The test's own client and the runtime are no part of the product.
const WATCHED: &str = "trace,hyper=off,hyper_util=off,reqwest=off,mio=off,polling=off";

static STARTED: Once = Once::new();
static FOUND: Mutex<Option<String>> = Mutex::new(None);

/// Begins to watch.
pub fn watch() {
    STARTED.call_once(|| {
        tracing_subscriber::fmt()
            .with_env_filter(WATCHED)
            .with_ansi(false)
            .with_writer(|| Watcher)
            .init();
    });
}

/// Fails when something was logged that must not be.
pub fn assert_clean() {
    let found = FOUND
        .lock()
        .unwrap_or_else(|poisoned| poisoned.into_inner());
    assert_eq!(*found, None, "a log line tells too much");
}

struct Watcher;

impl Write for Watcher {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(line);
        if SECRETS.iter().any(|secret| text.contains(secret)) {
            let mut found = FOUND
                .lock()
                .unwrap_or_else(|poisoned| poisoned.into_inner());
            found.get_or_insert_with(|| text.into_owned());
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
