//! Waiting for the next change, whichever replica makes it.

use std::sync::Arc;
use std::time::Duration;

use persistence::{Db, RepoError, change};
use tokio::sync::{Mutex, watch};
use tokio::time::{Instant, sleep, timeout};

/// How often the database is asked while somebody waits: once for all who wait.
const ASKED_EVERY: Duration = Duration::from_millis(250);

/// The number of the latest change, as it was last asked for.
#[derive(Clone)]
pub struct Head {
    last: Arc<Mutex<Option<(Instant, i64)>>>,
    stopping: Arc<watch::Sender<bool>>,
}

impl Default for Head {
    fn default() -> Self {
        Self {
            last: Arc::default(),
            stopping: Arc::new(watch::Sender::new(false)),
        }
    }
}

impl Head {
    /// Waits until there is a change after `seq`, for so long at most, or until the server stops.
    pub async fn beyond(&self, db: &Db, seq: i64, wait: Duration) -> Result<(), RepoError> {
        let mut stopping = self.stopping.subscribe();
        let changed = async {
            while self.asked(db).await? <= seq {
                sleep(ASKED_EVERY).await;
            }
            Ok(())
        };
        tokio::select! {
            waited = timeout(wait, changed) => waited.unwrap_or(Ok(())),
            _ = stopping.wait_for(|stopping| *stopping) => Ok(()),
        }
    }

    async fn asked(&self, db: &Db) -> Result<i64, RepoError> {
        let mut last = self.last.lock().await;
        match *last {
            Some((at, seq)) if at.elapsed() < ASKED_EVERY => Ok(seq),
            _ => {
                let seq = change::sequence(db).await?;
                *last = Some((Instant::now(), seq));
                Ok(seq)
            }
        }
    }

    /// Sends home everybody who waits: the server stops.
    pub fn stop(&self) {
        self.stopping.send_replace(true);
    }

    /// Whether the server stops.
    pub fn is_stopping(&self) -> bool {
        *self.stopping.borrow()
    }
}
