//! What the last statements told of the database's condition; shared by everything that uses it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use sea_orm::DbErr;

use super::failure::Class;

/// Signs of trouble.
#[derive(Clone, Debug, Default)]
pub(super) struct Signs(Arc<Seen>);

#[derive(Debug, Default)]
struct Seen {
    silent: AtomicBool,
    unwritable: AtomicBool,
    read_only: AtomicBool,
}

impl Signs {
    /// Notes what an error in a transaction tells.
    pub fn note(&self, error: &DbErr) {
        match Class::of(error) {
            Class::Full | Class::Unwritable => self.0.unwritable.store(true, Ordering::Relaxed),
            Class::ReadOnly => self.note_read_only(true),
            _ => {}
        }
    }

    /// Notes that a statement was given up without an answer.
    pub fn note_silence(&self) {
        self.0.silent.store(true, Ordering::Relaxed);
    }

    /// Notes that a connection answered.
    pub fn note_answer(&self) {
        self.0.silent.store(false, Ordering::Relaxed);
    }

    /// Notes whether the server refuses writes.
    pub fn note_read_only(&self, read_only: bool) {
        self.0.read_only.store(read_only, Ordering::Relaxed);
    }

    /// Notes that something was written.
    pub fn note_write(&self) {
        self.0.unwritable.store(false, Ordering::Relaxed);
        self.note_read_only(false);
    }

    /// Whether a statement was given up, and nothing answered since.
    pub fn is_silent(&self) -> bool {
        self.0.silent.load(Ordering::Relaxed)
    }

    /// Whether the last attempt to write failed for want of room or of a working disk.
    pub fn is_unwritable(&self) -> bool {
        self.0.unwritable.load(Ordering::Relaxed)
    }

    /// Whether the server was seen to refuse writes.
    pub fn is_read_only(&self) -> bool {
        self.0.read_only.load(Ordering::Relaxed)
    }
}
