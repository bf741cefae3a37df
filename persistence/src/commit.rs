//! Committing a transaction, for which all kinds of records must be known.

use crate::kinds::visibility;
use crate::{Conn, RepoError, Tx, audit};

impl Tx {
    /// Stores the changes in their one order, with the audit trail, and commits.
    pub async fn commit(mut self) -> Result<(), RepoError> {
        let (mut backlog, noted, reason) = self.take_noted();
        let writes = !backlog.is_empty() || !noted.is_empty();
        if writes {
            self.take_last_turn().await?;
            backlog.changes = visibility::complete(self.raw(), backlog.changes).await?;
            audit::store(&self, reason.as_deref(), noted, backlog).await?;
        }
        self.end(writes).await
    }
}
