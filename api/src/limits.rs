//! How many requests a caller may make: a general limit for each account, and for each address of those who are nobody.
//!
//! Each replica counts for itself: sharing the counts would cost a write for every read (docs/adr/0005). What must hold
//! on all replicas together, attempts to sign in, is counted in the database (`auth/attempt.rs`).

use std::collections::HashMap;
use std::hash::Hash;
use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use governor::clock::{Clock, DefaultClock};
use governor::middleware::StateInformationMiddleware;
use governor::state::keyed::DashMapStateStore;
use governor::{Quota, RateLimiter};
use uuid::Uuid;

use crate::config::{Config, SettingError};
use crate::connection;
use crate::problem::{Kind, Problem};

/// How many may wait for changes at once, in streams and in requests, of one account or one network address.
const MOST_SEATS: usize = 30;
/// The same of everybody together.
const MOST_SEATS_IN_ALL: usize = 1_000;
/// Seconds after which to try again for who waits too often.
const SEAT_FREE: u64 = 15;

type Limiter<K> = RateLimiter<K, DashMapStateStore<K>, DefaultClock, StateInformationMiddleware>;

/// The limits and what was used of them.
pub struct Limits {
    accounts: Limiter<Uuid>,
    addresses: Limiter<IpAddr>,
    probes: Limiter<IpAddr>,
    refusals: Limiter<(Uuid, String)>,
    clock: DefaultClock,
    seats: Mutex<HashMap<Caller, usize>>,
}

/// Who calls: an account, or whoever has an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Caller {
    Account(Uuid),
    Address(Option<IpAddr>),
}

/// What somebody who waits for changes holds as long.
pub struct Seat {
    limits: Arc<Limits>,
    caller: Caller,
}

/// How a caller stands, for the headers `RateLimit-Policy` and `RateLimit` (draft-ietf-httpapi-ratelimit-headers).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    policy: &'static str,
    quota: u32,
    remaining: u32,
    /// Seconds to wait, of whom is refused.
    pub wait: Option<u64>,
}

impl Limits {
    /// The limits of the settings.
    pub fn new(config: &Config) -> Result<Self, SettingError> {
        let by_address = || {
            let name = "anonymous_requests_per_minute";
            limiter(name, config.anonymous_requests_per_minute)
        };
        Ok(Self {
            accounts: limiter("requests_per_minute", config.requests_per_minute)?,
            addresses: by_address()?,
            probes: by_address()?,
            refusals: limiter("", 1)?,
            clock: DefaultClock::default(),
            seats: Mutex::default(),
        })
    }

    /// A seat for an account, or for who comes from an address without one. Who waits holds a connection for long: nobody
    /// holds so many that others have none.
    pub fn seat(
        self: &Arc<Self>,
        account: Option<Uuid>,
        address: Option<IpAddr>,
    ) -> Result<Seat, Problem> {
        let caller = match account {
            Some(account) => Caller::Account(account),
            None => Caller::Address(address.map(network_of)),
        };
        let mut seats = self.seats();
        let in_all: usize = seats.values().sum();
        if in_all >= MOST_SEATS_IN_ALL.min(connection::most() / 2) {
            return Err(Problem::of(Kind::Unavailable));
        }
        let taken = seats.entry(caller).or_default();
        if *taken >= MOST_SEATS {
            return Err(Problem::too_many_requests(SEAT_FREE));
        }
        *taken += 1;
        Ok(Seat {
            limits: Arc::clone(self),
            caller,
        })
    }

    fn seats(&self) -> MutexGuard<'_, HashMap<Caller, usize>> {
        self.seats.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// One request more of an account.
    pub fn account(&self, id: Uuid) -> Standing {
        self.check(&self.accounts, "account", &id)
    }

    /// One request more from an address.
    pub fn address(&self, address: IpAddr) -> Standing {
        self.check(&self.addresses, "address", &network_of(address))
    }

    /// One probe more from an address. Counted apart: a balancer's probes must not fail because of who is behind it.
    pub fn probe(&self, address: IpAddr) -> Standing {
        self.check(&self.probes, "probe", &network_of(address))
    }

    /// Whether a refusal is worth a line in the audit trail: the first of an account and operation in a minute is.
    pub fn is_first_refusal(&self, account: Uuid, operation: &str) -> bool {
        let key = (account, operation.to_owned());
        self.refusals.check_key(&key).is_ok()
    }

    fn check<K: Clone + Eq + Hash>(
        &self,
        limiter: &Limiter<K>,
        policy: &'static str,
        key: &K,
    ) -> Standing {
        let standing = |quota: Quota, remaining, wait| Standing {
            policy,
            quota: quota.burst_size().get(),
            remaining,
            wait,
        };
        match limiter.check_key(key) {
            Ok(now) => standing(now.quota(), now.remaining_burst_capacity(), None),
            Err(not_yet) => {
                let wait = not_yet.wait_time_from(self.clock.now());
                standing(not_yet.quota(), 0, Some(wait.as_secs() + 1))
            }
        }
    }

    /// Forgets callers that have their whole quota again.
    pub fn forget_idle(&self) {
        self.accounts.retain_recent();
        self.addresses.retain_recent();
        self.probes.retain_recent();
        self.refusals.retain_recent();
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut seats = self.limits.seats();
        if let Some(taken) = seats.get_mut(&self.caller) {
            *taken -= 1;
            if *taken == 0 {
                seats.remove(&self.caller);
            }
        }
    }
}

/// Whoever has one IPv6 address has the whole network of 64 bits.
pub fn network_of(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() >> 64 << 64)),
        v4 => v4,
    }
}

fn limiter<K: Clone + Eq + Hash>(
    name: &'static str,
    per_minute: u32,
) -> Result<Limiter<K>, SettingError> {
    let quota = NonZeroU32::new(per_minute).ok_or_else(|| SettingError {
        name,
        reason: "must not be 0".to_owned(),
    })?;
    Ok(RateLimiter::dashmap(Quota::per_minute(quota)).with_middleware())
}

impl Standing {
    /// The value of `RateLimit-Policy`.
    pub fn policy(self) -> String {
        format!("\"{}\";q={};w=60", self.policy, self.quota)
    }

    /// The value of `RateLimit`: what is left, and in how many seconds all of it will be there again.
    pub fn state(self) -> String {
        let missing = u64::from(self.quota - self.remaining);
        let full = (missing * 60).div_ceil(u64::from(self.quota));
        format!("\"{}\";r={};t={full}", self.policy, self.remaining)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits(per_minute: u32) -> Limits {
        let config = Config {
            requests_per_minute: per_minute,
            anonymous_requests_per_minute: per_minute,
            ..Config::default()
        };
        Limits::new(&config).unwrap()
    }

    #[test]
    fn who_used_all_waits_and_nobody_else() {
        let limits = limits(3);
        let (one, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let left: Vec<u32> = (0..3).map(|_| limits.account(one).remaining).collect();
        assert_eq!(left, [2, 1, 0]);
        let refused = limits.account(one);
        assert!(refused.wait.is_some_and(|wait| (1..=21).contains(&wait)));
        assert_eq!(refused.policy(), "\"account\";q=3;w=60");
        assert_eq!(refused.state(), "\"account\";r=0;t=60");
        assert_eq!(limits.account(other).wait, None);
    }

    #[test]
    fn an_ipv6_network_is_one_caller() {
        let limits = limits(1);
        let address = |text: &str| limits.address(text.parse().unwrap()).wait.is_some();
        assert!(!address("2001:db8::1"));
        assert!(address("2001:db8::ffff:1"));
        assert!(!address("2001:db8:0:1::1"));
        assert!(!address("192.0.2.1"));
        assert!(address("::ffff:192.0.2.1"));
    }

    #[test]
    fn who_waits_too_often_is_refused_and_everybody_together_too() {
        let limits = Arc::new(limits(1));
        let address = |last: u8| Some(IpAddr::from([192, 0, 2, last]));
        let mut seats: Vec<_> = (0..MOST_SEATS)
            .map(|_| limits.seat(None, address(1)).unwrap_or_else(|_| panic!()))
            .collect();
        let refused = |account, address| limits.seat(account, address).err().map(|no| no.kind);
        assert_eq!(refused(None, address(1)), Some(Kind::TooManyRequests));
        assert_eq!(refused(Some(Uuid::nil()), address(1)), None);
        assert_eq!(refused(None, address(2)), None);
        seats.pop();
        assert_eq!(refused(None, address(1)), None);
        let most = MOST_SEATS_IN_ALL.min(connection::most() / 2);
        for number in seats.len()..most {
            let account = Some(Uuid::from_u128(number as u128));
            seats.push(limits.seat(account, None).unwrap_or_else(|_| panic!()));
        }
        assert_eq!(refused(None, address(2)), Some(Kind::Unavailable));
        drop(seats);
        assert!(limits.seats().is_empty());
    }

    #[test]
    fn no_limit_of_nothing() {
        let config = Config {
            requests_per_minute: 0,
            ..Config::default()
        };
        assert!(Limits::new(&config).is_err());
    }
}
