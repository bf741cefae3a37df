//! Attempts to sign in: each is counted before it is tried, in the database, so that replicas and requests at once count
//! together. A password is counted for the account and for the address it comes from, a one-time code for the account
//! alone.

use chrono::{DateTime, TimeDelta, Utc};
use domain::access::throttle::{ACCOUNT, ADDRESS, CODE, Policy, STRANGERS};
use domain::audit::Event;
use persistence::access::{session, throttle};
use persistence::audit::Noted;
use persistence::{RepoError, Tx};
use uuid::Uuid;

use super::secret;
use crate::asked::Asked;
use crate::limits::network_of;
use crate::problem::Problem;
use crate::state::AppState;

/// Strangers do not slow down an account where it was used from in this time.
const KNOWN_FOR: TimeDelta = TimeDelta::days(30);

/// An attempt that was counted.
pub struct Attempt<'a> {
    state: &'a AppState,
    asked: Asked,
    account: Option<Uuid>,
    /// What failures were counted under, in the order in which the rows are locked.
    counted: Vec<Counted>,
}

#[derive(Clone, Copy)]
struct Counted {
    key: [u8; 32],
    policy: Policy,
    /// What the audit trail calls it.
    by: &'static str,
    /// Whether success forgets all failures, and not only its own.
    forgets: bool,
}

impl<'a> Attempt<'a> {
    /// Counts an attempt with a password under the name that is signed in with, of an account if there is one; 429 while it
    /// has to wait.
    ///
    /// Where the account was used from not long ago, its failures from there count, and no others: neither strangers nor
    /// neighbours keep its owner out. Elsewhere those of all strangers count together, up to a bound; beyond it, only those from
    /// the same address do.
    pub async fn password(
        state: &'a AppState,
        asked: Asked,
        name: &str,
        account: Option<Uuid>,
    ) -> Result<Self, Problem> {
        let since = state.clock.now() - KNOWN_FOR;
        let address = asked.address.map(|address| address.to_string());
        let address = address.unwrap_or_default();
        // Asked of unknown accounts, too, so that they take as long.
        let id = account.unwrap_or_default();
        let known = session::is_known_address(&state.db, id, &address, since).await?;
        let of_account = |policy, key| Counted {
            key,
            policy,
            by: "account",
            forgets: true,
        };
        let from_here = of_account(ACCOUNT, from_network(name, asked));
        let counted = match known {
            true => vec![from_here],
            false => vec![
                by_address(asked),
                of_account(STRANGERS, from_anywhere(name)),
                from_here,
            ],
        };
        Self::begin(state, asked, account, counted).await
    }

    /// Counts an attempt of a service, which has a secret that nobody guesses: only its address is slowed down.
    pub async fn secret(
        state: &'a AppState,
        asked: Asked,
        account: Option<Uuid>,
    ) -> Result<Self, Problem> {
        Self::begin(state, asked, account, vec![by_address(asked)]).await
    }

    /// Counts an attempt with a one-time or recovery code, by who has shown to know the password.
    pub async fn code(state: &'a AppState, asked: Asked, account: Uuid) -> Result<Self, Problem> {
        let counted = Counted {
            key: secret::digest(&format!("code\n{account}")),
            policy: CODE,
            by: "code",
            forgets: true,
        };
        Self::begin(state, asked, Some(account), vec![counted]).await
    }

    async fn begin(
        state: &'a AppState,
        asked: Asked,
        account: Option<Uuid>,
        counted: Vec<Counted>,
    ) -> Result<Self, Problem> {
        let tx = state.begin(asked, None).await?;
        let mut begun = Vec::new();
        for Counted {
            key, policy, by, ..
        } in &counted
        {
            match throttle::attempt(&tx, key, *policy).await? {
                Ok(after) if after.count == policy.free + 1 && !begun.contains(by) => {
                    begun.push(*by);
                }
                Ok(_) => {}
                Err(until) => return Err(wait(until, tx.now())),
            }
        }
        for by in begun {
            tx.note(Noted::of(Event::Throttled, account).with("by", by));
        }
        tx.commit().await?;
        Ok(Self {
            state,
            asked,
            account,
            counted,
        })
    }

    /// Notes that it failed, and why.
    pub async fn failed(&self, event: Event, reason: &str) -> Result<(), Problem> {
        let tx = self.state.begin(self.asked, None).await?;
        tx.note(Noted::of(event, self.account).with("reason", reason));
        Ok(tx.commit().await?)
    }

    /// It succeeded: what failed before is forgotten.
    pub async fn succeeded(&self, tx: &Tx) -> Result<(), RepoError> {
        for Counted { key, forgets, .. } in &self.counted {
            match forgets {
                true => throttle::reset(tx, key).await?,
                false => throttle::take_back(tx, key).await?,
            }
        }
        Ok(())
    }

    /// It was no failure, and no success either.
    pub async fn taken_back(&self, tx: &Tx) -> Result<(), RepoError> {
        for Counted { key, .. } in &self.counted {
            throttle::take_back(tx, key).await?;
        }
        Ok(())
    }
}

/// The key of an account's failures from one address, or network of addresses that one caller may have.
fn from_network(name: &str, asked: Asked) -> [u8; 32] {
    let network = network(asked);
    secret::digest(&format!("account and address\n{name}\n{network}"))
}

fn network(asked: Asked) -> String {
    let network = asked.address.map(network_of);
    network.map_or_else(String::new, |network| network.to_string())
}

/// The key of an account's failures from addresses it was not used from.
fn from_anywhere(name: &str) -> [u8; 32] {
    secret::digest(&format!("account\n{name}"))
}

fn by_address(asked: Asked) -> Counted {
    let network = network(asked);
    Counted {
        key: secret::digest(&format!("address\n{network}")),
        policy: ADDRESS,
        by: "address",
        forgets: false,
    }
}

/// Forgets the failures with a password of who has shown otherwise to be the account's owner.
pub async fn forget(tx: &Tx, asked: Asked, name: &str) -> Result<(), RepoError> {
    throttle::reset(tx, &from_network(name, asked)).await?;
    throttle::reset(tx, &from_anywhere(name)).await
}

/// Counts a letter that somebody has sent to an address; `false` when there were too many.
pub async fn letter(tx: &Tx, asked: Asked, recipient: &str) -> Result<bool, Problem> {
    let Counted { key, policy, .. } = by_address(asked);
    let from = secret::digest(&format!("letters\n{key:?}"));
    if let Err(until) = throttle::attempt(tx, &from, policy).await? {
        return Err(wait(until, tx.now()));
    }
    let to = secret::digest(&format!("letters to\n{recipient}"));
    let counted = throttle::attempt(tx, &to, domain::access::throttle::MAIL).await?;
    Ok(counted.is_ok())
}

/// The problem of who has to wait.
fn wait(until: DateTime<Utc>, now: DateTime<Utc>) -> Problem {
    let seconds = (until - now).num_milliseconds().max(0).unsigned_abs();
    Problem::too_many_requests(seconds.div_ceil(1000).max(1))
}
