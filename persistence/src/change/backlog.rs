//! The changes of a transaction until it commits. There may be hundreds of thousands: what they say of records waits in memory
//! only as long as it is little, and otherwise in a file.

use std::io::{self, Read, Seek, SeekFrom, Write};

use sea_orm::DbErr;
use serde_json::{Map, Value};
use tempfile::SpooledTempFile;

use super::Pending;
use crate::RepoError;

/// How much waits in memory.
const IN_MEMORY: usize = 1024 * 1024;

/// What a record said, or its part that changed.
pub(super) type Said = Option<Map<String, Value>>;

/// Where what a record said before and after a change waits.
#[derive(Clone, Copy, Default)]
pub(super) struct Kept {
    start: u64,
    length: usize,
}

/// Changes in the order in which they were made.
pub(crate) struct Backlog {
    pub(super) changes: Vec<Pending>,
    said: SpooledTempFile,
    end: u64,
}

/// A place between two changes.
pub(crate) struct Mark {
    changes: usize,
    end: u64,
}

impl Default for Backlog {
    fn default() -> Self {
        Self {
            changes: Vec::new(),
            said: SpooledTempFile::new(IN_MEMORY),
            end: 0,
        }
    }
}

impl Backlog {
    pub(crate) fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// The place after the last change.
    pub(crate) fn mark(&self) -> Mark {
        Mark {
            changes: self.changes.len(),
            end: self.end,
        }
    }

    /// Forgets what was noted since.
    pub(crate) fn forget_since(&mut self, mark: &Mark) {
        self.changes.truncate(mark.changes);
        self.end = mark.end;
    }

    /// Notes a change with what the record said before it and says after it.
    pub(super) fn push(&mut self, change: Pending, said: &(Said, Said)) -> Result<(), RepoError> {
        let text = serde_json::to_vec(said).map_err(unreadable)?;
        let kept = Kept {
            start: self.end,
            length: text.len(),
        };
        self.said
            .seek(SeekFrom::Start(self.end))
            .and_then(|_| self.said.write_all(&text))
            .map_err(|error| unavailable(&error))?;
        self.end += text.len() as u64;
        self.changes.push(Pending { kept, ..change });
        Ok(())
    }

    /// What a record said before and after a change.
    pub(super) fn said(&mut self, change: usize) -> Result<(Said, Said), RepoError> {
        let kept = self.changes.get(change).map(|change| change.kept);
        let kept = kept.unwrap_or_default();
        if kept.length == 0 {
            return Ok((None, None));
        }
        let mut text = vec![0; kept.length];
        self.said
            .seek(SeekFrom::Start(kept.start))
            .and_then(|_| self.said.read_exact(&mut text))
            .map_err(|error| unavailable(&error))?;
        serde_json::from_slice(&text).map_err(unreadable)
    }
}

fn unreadable(error: serde_json::Error) -> RepoError {
    RepoError::Other(DbErr::Json(error.to_string()))
}

fn unavailable(error: &io::Error) -> RepoError {
    RepoError::Unavailable(format!("a temporary file: {error}"))
}

#[cfg(test)]
mod tests {
    use domain::record::Kind;
    use serde_json::json;
    use uuid::Uuid;

    use super::*;

    #[test]
    fn what_is_much_is_said_as_it_was_and_what_is_undone_is_forgotten() {
        let said = |number: usize| {
            let value = json!({ "number": number, "text": "ż".repeat(1000) });
            (None, value.as_object().cloned())
        };
        let mut backlog = Backlog::default();
        let note = |backlog: &mut Backlog, number: usize| {
            let change = Pending::touched((Kind::Meeting, Uuid::nil()), None);
            backlog.push(change, &said(number)).unwrap();
        };
        (0..1000).for_each(|number| note(&mut backlog, number));
        let mark = backlog.mark();
        (1000..1500).for_each(|number| note(&mut backlog, number));
        backlog.forget_since(&mark);
        (2000..2500).for_each(|number| note(&mut backlog, number));
        assert!(backlog.said.is_rolled());
        assert_eq!(backlog.changes.len(), 1500);
        assert_eq!(backlog.said(999).unwrap(), said(999));
        assert_eq!(backlog.said(1000).unwrap(), said(2000));
        assert_eq!(backlog.said(1499).unwrap(), said(2499));
    }
}
