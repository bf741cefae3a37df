//! The changes of a transaction until it commits. There may be hundreds of thousands: what they say of records waits in memory
//! only as long as it is little, and otherwise in a file.

use std::collections::BTreeSet;
use std::io::{self, Read, Seek, SeekFrom, Write};

use domain::access::audience::Audience;
use domain::record::Kind;
use serde_json::{Map, Value};
use tempfile::SpooledTempFile;
use uuid::Uuid;

use crate::RepoError;
use crate::json::unreadable;

/// How much waits in memory.
const IN_MEMORY: usize = 1024 * 1024;

/// What a record said, or its part that changed.
pub(crate) type Said = Option<Map<String, Value>>;

/// Where what a record said before and after a change waits.
#[derive(Clone, Copy, Default)]
pub(crate) struct Kept {
    start: u64,
    length: usize,
}

/// A record: its kind and its id.
pub(crate) type Key = (Kind, Uuid);

/// What happened to a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Op {
    /// It was recorded.
    Created,
    /// It was changed.
    Updated,
    /// It was deleted.
    Deleted,
}

impl Op {
    /// The name by which it is stored.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Op::Created => "created",
            Op::Updated => "updated",
            Op::Deleted => "deleted",
        }
    }
}

/// A change that is stored when its transaction commits.
pub(crate) struct Pending {
    pub(crate) kind: Kind,
    pub(crate) record_id: Uuid,
    pub(crate) op: Op,
    pub(crate) version: i32,
    pub(crate) partnership_id: Option<Uuid>,
    pub(crate) parent_id: Option<Uuid>,
    pub(crate) merged_into: Option<Uuid>,
    /// Whether it takes out what must not be known any more: then no values are kept.
    pub(crate) redacted: bool,
    pub(crate) kept: Kept,
    /// The records that follow it and that it lists, before or after, where the list changed.
    pub(crate) listed: Vec<Key>,
    /// The kinds of the records below it that changed, where it did not change itself.
    pub(crate) touched_by: BTreeSet<&'static str>,
    pub(crate) audience_before: Audience,
    pub(crate) audience: Audience,
}

impl Pending {
    /// The record that changed.
    pub(crate) fn key(&self) -> Key {
        (self.kind, self.record_id)
    }

    /// The record above it.
    pub(crate) fn parent(&self) -> Option<Key> {
        self.kind.parent().zip(self.parent_id)
    }

    /// A record that did not change itself, but what is shown of it or to whom.
    pub(crate) fn touched((kind, record_id): Key, partnership_id: Option<Uuid>) -> Self {
        Self {
            kind,
            record_id,
            op: Op::Updated,
            version: 0,
            partnership_id,
            parent_id: None,
            merged_into: None,
            redacted: false,
            kept: Kept::default(),
            listed: Vec::new(),
            touched_by: BTreeSet::new(),
            audience_before: Audience::Nobody,
            audience: Audience::Nobody,
        }
    }
}

/// Changes in the order in which they were made.
pub(crate) struct Backlog {
    /// The changes.
    pub(crate) changes: Vec<Pending>,
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
    /// Whether nothing changed.
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
    pub(crate) fn push(&mut self, change: Pending, said: &(Said, Said)) -> Result<(), RepoError> {
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
    pub(crate) fn said(&mut self, change: usize) -> Result<(Said, Said), RepoError> {
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

fn unavailable(error: &io::Error) -> RepoError {
    RepoError::Unavailable(format!("a temporary file: {error}"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

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
