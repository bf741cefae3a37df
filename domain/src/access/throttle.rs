//! How long one waits after failing to sign in: longer with every failure, never for good.

use chrono::{DateTime, TimeDelta, Utc};

/// How attempts of one kind are slowed down.
#[derive(Clone, Copy, Debug)]
pub struct Policy {
    /// Failures that cost nothing.
    pub free: u32,
    /// The longest wait.
    pub longest: TimeDelta,
    /// The failures after which there is no waiting any more, where it holds up others than who fails.
    pub bound: Option<u32>,
}

/// For one account from one network address, where nobody else waits with who fails.
pub const ACCOUNT: Policy = Policy {
    free: 5,
    longest: TimeDelta::seconds(60),
    bound: None,
};

/// For one account from all addresses from which it was not used before: whoever tries, the owner at a new address waits, too. So
/// the wait is short, and after a quarter of an hour of it in all there is none any more: then each address waits on its own.
pub const STRANGERS: Policy = Policy {
    bound: Some(24),
    ..ACCOUNT
};

/// For one network address, whatever account it tries. Several people may share it.
pub const ADDRESS: Policy = Policy {
    free: 30,
    longest: TimeDelta::minutes(15),
    bound: None,
};

/// For the one-time codes of one account, by who knows its password. Nobody else can use it up, so the wait may be long.
pub const CODE: Policy = Policy {
    free: 5,
    longest: TimeDelta::hours(1),
    bound: None,
};

/// For letters that anybody can have sent to an account.
pub const MAIL: Policy = Policy {
    free: 3,
    longest: TimeDelta::hours(1),
    bound: None,
};

/// After this long without a failure, earlier ones are forgotten.
pub const FORGOTTEN_AFTER: TimeDelta = TimeDelta::hours(2);

/// What is remembered of failures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Failures {
    /// How many there were, one after another.
    pub count: u32,
    /// When the last one was.
    pub last_at: DateTime<Utc>,
    /// Until when nothing is tried.
    pub blocked_until: DateTime<Utc>,
}

impl Policy {
    /// One attempt more, counted as a failure until it has succeeded; or until when there is none.
    pub fn attempt(
        self,
        before: Option<Failures>,
        now: DateTime<Utc>,
    ) -> Result<Failures, DateTime<Utc>> {
        let before = before.filter(|known| now - known.last_at < FORGOTTEN_AFTER);
        if let Some(known) = before
            && now < known.blocked_until
        {
            return Err(known.blocked_until);
        }
        let count = before.map_or(0, |known| known.count).saturating_add(1);
        Ok(Failures {
            count,
            last_at: now,
            blocked_until: now + self.wait(count),
        })
    }

    /// The wait after so many failures: none at first, then a second, doubled with each; none beyond the bound.
    fn wait(self, failures: u32) -> TimeDelta {
        if self.bound.is_some_and(|bound| failures > bound) {
            return TimeDelta::zero();
        }
        match failures.checked_sub(self.free) {
            None | Some(0) => TimeDelta::zero(),
            Some(over) => TimeDelta::seconds(1 << (over - 1).min(20)).min(self.longest),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn start() -> DateTime<Utc> {
        "2016-03-01T10:00:00Z".parse().unwrap()
    }

    #[test]
    fn the_wait_grows_and_is_never_for_good() {
        let (mut now, mut known, mut waits) = (start(), None, Vec::new());
        for _ in 0..16 {
            let failures = ACCOUNT.attempt(known, now).unwrap();
            waits.push((failures.blocked_until - now).num_seconds());
            now = failures.blocked_until;
            known = Some(failures);
        }
        assert_eq!(
            waits,
            [0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60, 60, 60, 60]
        );
    }

    #[test]
    fn who_has_nothing_to_do_with_it_waits_a_quarter_of_an_hour_in_all() {
        let (mut now, mut known) = (start(), None);
        let mut waited = TimeDelta::zero();
        for _ in 0..10_000 {
            let failures = STRANGERS.attempt(known, now).unwrap();
            waited += failures.blocked_until - now;
            now = failures.blocked_until;
            known = Some(failures);
        }
        assert!(
            waited > TimeDelta::minutes(10) && waited <= TimeDelta::minutes(15),
            "{waited}"
        );
    }

    #[test]
    fn what_is_tried_meanwhile_is_refused_and_not_counted() {
        let known = Failures {
            count: 9,
            last_at: start(),
            blocked_until: start() + TimeDelta::seconds(8),
        };
        let early = start() + TimeDelta::seconds(7);
        assert_eq!(
            ACCOUNT.attempt(Some(known), early),
            Err(known.blocked_until)
        );
        let in_time = start() + TimeDelta::seconds(8);
        assert_eq!(
            ACCOUNT
                .attempt(Some(known), in_time)
                .map(|after| after.count),
            Ok(10)
        );
        let later = start() + FORGOTTEN_AFTER;
        assert_eq!(
            ACCOUNT.attempt(Some(known), later).map(|after| after.count),
            Ok(1)
        );
    }

    proptest! {
        #[test]
        fn no_number_of_failures_blocks_longer_than_the_longest_wait(count in 0_u32.., longest in 0_i64..100_000) {
            let policy = Policy { free: 5, longest: TimeDelta::seconds(longest), bound: None };
            let known = Failures { count, last_at: start(), blocked_until: start() };
            let after = policy.attempt(Some(known), start()).unwrap();
            prop_assert!(after.blocked_until - start() <= TimeDelta::seconds(longest));
        }
    }
}
