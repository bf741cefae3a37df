//! Attempts to sign in: each is counted before it is tried, for the account and for the address it comes from, in the
//! database, so that replicas and requests at once count together.

use chrono::{DateTime, TimeDelta, Utc};
use domain::access::throttle::{ACCOUNT, ADDRESS, Policy};
use domain::audit::Event;
use persistence::access::{session, throttle};
use persistence::audit::Noted;
use persistence::{RepoError, Tx};
use uuid::Uuid;

use super::secret;
use crate::gate::Asked;
use crate::problem::Problem;
use crate::state::AppState;

/// An address from which the account was used in this time is not slowed down by what strangers try.
const KNOWN_FOR: TimeDelta = TimeDelta::days(30);

/// An attempt that was counted.
pub struct Attempt<'a> {
    state: &'a AppState,
    asked: Asked,
    account: Option<Uuid>,
    by_account: [u8; 32],
    by_address: [u8; 32],
}

impl<'a> Attempt<'a> {
    /// Counts an attempt under a name, of an account if there is one; 429 while it has to wait.
    pub async fn begin(
        state: &'a AppState,
        asked: Asked,
        name: &str,
        account: Option<Uuid>,
    ) -> Result<Self, Problem> {
        let now = state.clock.now();
        let address = asked.address.map(|address| address.to_string());
        let address = address.unwrap_or_default();
        let attempt = Self {
            state,
            asked,
            account,
            by_account: secret::digest(&format!("account\n{name}")),
            by_address: secret::digest(&format!("address\n{address}")),
        };
        // Asked of unknown accounts, too, so that they take as long.
        let id = account.unwrap_or_default();
        let known = session::is_known_address(&state.db, id, &address, now - KNOWN_FOR).await?;
        let tx = state.db.begin(asked.origin(None), now).await?;
        attempt.count(&tx, attempt.by_address, ADDRESS).await?;
        if !known {
            attempt.count(&tx, attempt.by_account, ACCOUNT).await?;
        }
        tx.commit().await?;
        Ok(attempt)
    }

    async fn count(&self, tx: &Tx, key: [u8; 32], policy: Policy) -> Result<(), Problem> {
        match throttle::attempt(tx, &key, policy).await? {
            Ok(after) if after.count == policy.free + 1 => {
                let of_address = key == self.by_address;
                let what = if of_address { "address" } else { "account" };
                tx.note(Noted::of(Event::Throttled, self.account).with("by", what));
                Ok(())
            }
            Ok(_) => Ok(()),
            Err(until) => Err(wait(until, tx.now())),
        }
    }

    /// Notes that it failed, and why.
    pub async fn failed(&self, event: Event, reason: &str) -> Result<(), Problem> {
        let now = self.state.clock.now();
        let tx = self.state.db.begin(self.asked.origin(None), now).await?;
        tx.note(Noted::of(event, self.account).with("reason", reason));
        Ok(tx.commit().await?)
    }

    /// Takes it back: it succeeded.
    pub async fn succeeded(&self, tx: &Tx) -> Result<(), RepoError> {
        throttle::reset(tx, &self.by_account).await?;
        throttle::take_back(tx, &self.by_address).await
    }
}

/// The problem of who has to wait.
pub fn wait(until: DateTime<Utc>, now: DateTime<Utc>) -> Problem {
    let seconds = (until - now).num_milliseconds().max(0).unsigned_abs();
    Problem::too_many_requests(seconds.div_ceil(1000).max(1))
}
