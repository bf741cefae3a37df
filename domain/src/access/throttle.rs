//! How long one waits after failing to sign in: longer with every failure, never for good.

use chrono::{DateTime, TimeDelta, Utc};

/// How attempts of one kind are slowed down.
#[derive(Clone, Copy, Debug)]
pub struct Policy {
    /// Failures that cost nothing.
    pub free: u32,
    /// The longest wait.
    pub longest: TimeDelta,
}

/// For one account, whoever tries. The wait stays short: strangers must not be able to keep its owner out.
pub const ACCOUNT: Policy = Policy {
    free: 5,
    longest: TimeDelta::seconds(60),
};

/// For one network address, whatever account it tries. Several people may share it.
pub const ADDRESS: Policy = Policy {
    free: 30,
    longest: TimeDelta::minutes(15),
};

/// For the one-time codes of one account, by who knows its password. Nobody else can use it up, so the wait may be long.
pub const CODE: Policy = Policy {
    free: 5,
    longest: TimeDelta::hours(1),
};

/// For letters that anybody can have sent to an account.
pub const MAIL: Policy = Policy {
    free: 3,
    longest: TimeDelta::hours(1),
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

    /// The wait after so many failures: none at first, then a second, doubled with each.
    fn wait(self, failures: u32) -> TimeDelta {
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
            let policy = Policy { free: 5, longest: TimeDelta::seconds(longest) };
            let known = Failures { count, last_at: start(), blocked_until: start() };
            let after = policy.attempt(Some(known), start()).unwrap();
            prop_assert!(after.blocked_until - start() <= TimeDelta::seconds(longest));
        }
    }
}
