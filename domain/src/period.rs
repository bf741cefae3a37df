//! Calendar periods and validity. All dates are local to the partnership.

use chrono::{Datelike, NaiveDate};

use crate::fault::Rule;

/// A span of calendar days, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Period {
    from: NaiveDate,
    to: NaiveDate,
}

impl Period {
    /// The days from `from` to `to`, both included, in years of four digits.
    pub fn new(from: NaiveDate, to: NaiveDate) -> Result<Self, Rule> {
        if from > to {
            Err(Rule::Order)
        } else if from.year() < 0 || to.year() > 9999 {
            Err(Rule::Range)
        } else {
            Ok(Self { from, to })
        }
    }

    /// A calendar year of four digits.
    pub fn year(year: i32) -> Result<Self, Rule> {
        if !(1000..=9999).contains(&year) {
            return Err(Rule::Range);
        }
        let from = NaiveDate::from_ymd_opt(year, 1, 1).ok_or(Rule::Range)?;
        let to = NaiveDate::from_ymd_opt(year, 12, 31).ok_or(Rule::Range)?;
        Ok(Self { from, to })
    }

    /// The first day.
    pub const fn from(self) -> NaiveDate {
        self.from
    }

    /// The last day.
    pub const fn to(self) -> NaiveDate {
        self.to
    }

    /// How many days, at least one.
    pub fn days(self) -> u32 {
        // The whole calendar of chrono has fewer than 2^32 days.
        u32::try_from((self.to - self.from).num_days() + 1).unwrap_or(u32::MAX)
    }

    /// Whether the day lies in the period.
    pub fn contains(self, day: NaiveDate) -> bool {
        self.from <= day && day <= self.to
    }

    /// The days common to both periods.
    pub fn overlap(self, other: Period) -> Option<Period> {
        Self::new(self.from.max(other.from), self.to.min(other.to)).ok()
    }

    /// The days of this period on which something valid from `from` until `until` is active.
    pub fn active_part(self, from: NaiveDate, until: Option<NaiveDate>) -> Option<Period> {
        let last = match until {
            Some(until) => until.pred_opt()?.min(self.to),
            None => self.to,
        };
        Self::new(self.from.max(from), last).ok()
    }

    /// The calendar year this period is, when it is exactly one.
    pub fn as_year(self) -> Option<i32> {
        let year = self.from.year();
        Self::year(year)
            .ok()
            .filter(|whole| *whole == self)
            .map(|_| year)
    }
}

/// Half-open validity: active from `from` on, no longer on `until`.
pub fn active_on(day: NaiveDate, from: NaiveDate, until: Option<NaiveDate>) -> bool {
    from <= day && until.is_none_or(|until| day < until)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(number: i32) -> NaiveDate {
        NaiveDate::from_num_days_from_ce_opt(number).unwrap()
    }

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_year_has_all_its_days() {
        let year = Period::year(2016).unwrap();
        assert_eq!(year.days(), 366);
        assert_eq!(year.as_year(), Some(2016));
        assert!(year.contains(date("2016-01-01")) && year.contains(date("2016-12-31")));
        assert!(!year.contains(date("2015-12-31")) && !year.contains(date("2017-01-01")));
    }

    #[test]
    fn only_a_whole_calendar_year_is_a_year() {
        let half = Period::new(date("2016-01-01"), date("2016-06-30")).unwrap();
        let shifted = Period::new(date("2016-07-01"), date("2017-06-30")).unwrap();
        assert_eq!((half.as_year(), shifted.as_year()), (None, None));
    }

    #[test]
    fn impossible_periods_are_refused() {
        assert_eq!(
            Period::new(date("2016-01-02"), date("2016-01-01")),
            Err(Rule::Order)
        );
        assert_eq!(Period::year(0), Err(Rule::Range));
        assert_eq!(Period::year(10_000), Err(Rule::Range));
        assert_eq!(Period::year(i32::MAX), Err(Rule::Range));
    }

    #[test]
    fn validity_is_half_open() {
        let (from, until) = (date("2008-06-18"), Some(date("2014-06-30")));
        assert!(!active_on(date("2008-06-17"), from, until));
        assert!(active_on(date("2008-06-18"), from, until));
        assert!(active_on(date("2014-06-29"), from, until));
        assert!(!active_on(date("2014-06-30"), from, until));
        assert!(active_on(date("2999-01-01"), from, None));
    }

    proptest! {
        #[test]
        fn overlap_holds_exactly_the_common_days(
            a in 730_000..730_100i32, b in 0..60i32, c in 730_000..730_100i32, d in 0..60i32, probe in 729_990..730_200i32,
        ) {
            let one = Period::new(day(a), day(a + b)).unwrap();
            let two = Period::new(day(c), day(c + d)).unwrap();
            let probe = day(probe);
            let common = one.overlap(two);
            prop_assert_eq!(common, two.overlap(one));
            prop_assert_eq!(
                common.is_some_and(|common| common.contains(probe)),
                one.contains(probe) && two.contains(probe)
            );
        }

        #[test]
        fn the_active_part_is_the_active_days_of_the_period(
            a in 730_000..730_100i32, b in 0..60i32, from in 730_000..730_100i32,
            length in proptest::option::of(0..60i32), probe in 729_990..730_200i32,
        ) {
            let period = Period::new(day(a), day(a + b)).unwrap();
            let until = length.map(|length| day(from + length));
            let probe = day(probe);
            prop_assert_eq!(
                period.active_part(day(from), until).is_some_and(|part| part.contains(probe)),
                period.contains(probe) && active_on(probe, day(from), until)
            );
        }
    }
}
