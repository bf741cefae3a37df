//! Whether a commitment to do something several times a year is being kept.

use chrono::{Months, NaiveDate};

use crate::period::Period;

/// How a commitment stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CommitmentStatus {
    /// As much was done as could be expected by now.
    OnTrack,
    /// Less was done than expected by now; it can still be met.
    AtRisk,
    /// The minimum was reached.
    Met,
    /// The time is over and the minimum was not reached.
    Missed,
}

impl CommitmentStatus {
    /// The stable code.
    pub const fn code(self) -> &'static str {
        match self {
            CommitmentStatus::OnTrack => "on_track",
            CommitmentStatus::AtRisk => "at_risk",
            CommitmentStatus::Met => "met",
            CommitmentStatus::Missed => "missed",
        }
    }
}

/// What a commitment promises: something done at least so many times a year, while it is in force.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Promise {
    /// How many times a year at least.
    pub minimum: u32,
    /// The first day in force.
    pub in_force_from: NaiveDate,
    /// The first day no longer in force.
    pub in_force_to: Option<NaiveDate>,
}

/// How a commitment stands in a period on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// The status.
    pub status: CommitmentStatus,
    /// How many times it is to be done in the period.
    pub required: u32,
    /// How many times it was done in the period by the day.
    pub done: u32,
    /// How many times could be expected by the day, in proportion to the time passed.
    pub expected: u32,
    /// The day after which it can no longer be met: the last of the period.
    pub last_day: NaiveDate,
}

/// How often something promised `promise.minimum` times a year is to be done within a period: in proportion to the days in
/// force, rounded up. Years are counted from the first day of the period, so that any period of one year asks
/// `ceil(minimum x days in force / days of the period)` and one of a quarter does not ask for the whole year.
pub fn prorated_minimum(promise: Promise, period: Period) -> u32 {
    let Some(in_force) = period.active_part(promise.in_force_from, promise.in_force_to) else {
        return 0;
    };
    let (mut common_days, mut leap_days) = (0_u64, 0_u64);
    for year in years_of(period) {
        let days = in_force.overlap(year).map_or(0, Period::days);
        if year.days() == 366 {
            leap_days += u64::from(days);
        } else {
            common_days += u64::from(days);
        }
    }
    // Over the common denominator of years of 365 and 366 days, so that nothing is rounded before the end.
    let share = common_days * 366 + leap_days * 365;
    let minimum = (u64::from(promise.minimum) * share).div_ceil(365 * 366);
    u32::try_from(minimum).unwrap_or(u32::MAX)
}

/// The spans of twelve months that cover a period, counted from its first day; the last may reach beyond its end.
fn years_of(period: Period) -> impl Iterator<Item = Period> {
    let start = move |year: u32| {
        period
            .from()
            .checked_add_months(Months::new(year.checked_mul(12)?))
    };
    (0..)
        .map_while(move |year| Period::new(start(year)?, start(year + 1)?.pred_opt()?).ok())
        .take_while(move |year| year.from() <= period.to())
}

/// How a commitment stands on a day, given the days of everything that fulfils it.
///
/// Everything done within the period counts, also before the commitment came into force. A commitment that is not in
/// force in the period asks for nothing and is met.
pub fn status_on(
    day: NaiveDate,
    promise: Promise,
    period: Period,
    fulfilled_on: &[NaiveDate],
) -> Progress {
    let required = prorated_minimum(promise, period);
    let counts = |done: &&NaiveDate| period.contains(**done) && **done <= day;
    let done = u32::try_from(fulfilled_on.iter().filter(counts).count()).unwrap_or(u32::MAX);
    let expected = expected_by(day, required, promise, period);
    let status = if done >= required {
        CommitmentStatus::Met
    } else if day > period.to() {
        CommitmentStatus::Missed
    } else if done < expected {
        CommitmentStatus::AtRisk
    } else {
        CommitmentStatus::OnTrack
    };
    Progress {
        status,
        required,
        done,
        expected,
        last_day: period.to(),
    }
}

fn expected_by(day: NaiveDate, required: u32, promise: Promise, period: Period) -> u32 {
    let Some(in_force) = period.active_part(promise.in_force_from, promise.in_force_to) else {
        return 0;
    };
    let passed = Period::new(in_force.from(), day.min(in_force.to())).map_or(0, Period::days);
    // Never more than `required`, because no more days passed than there are.
    let expected = u64::from(required) * u64::from(passed) / u64::from(in_force.days());
    u32::try_from(expected).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn period(from: &str, to: &str) -> Period {
        Period::new(date(from), date(to)).unwrap()
    }

    fn three_from(from: &str) -> Promise {
        Promise {
            minimum: 3,
            in_force_from: date(from),
            in_force_to: None,
        }
    }

    #[test]
    fn a_whole_year_asks_for_the_whole_minimum() {
        assert_eq!(
            prorated_minimum(three_from("2010-01-01"), Period::year(2016).unwrap()),
            3
        );
        assert_eq!(
            prorated_minimum(three_from("2016-01-01"), Period::year(2015).unwrap()),
            0
        );
        // A reporting year need not begin in January, and may hold a 29 February that its calendar years share unevenly.
        assert_eq!(
            prorated_minimum(three_from("2010-01-01"), period("2015-07-01", "2016-06-30")),
            3
        );
        assert_eq!(
            prorated_minimum(three_from("2010-01-01"), period("2016-02-29", "2017-02-27")),
            3
        );
    }

    #[test]
    fn a_year_begun_late_asks_for_its_share_rounded_up() {
        let year = Period::year(2016).unwrap();
        assert_eq!(prorated_minimum(three_from("2016-05-18"), year), 2);
        assert_eq!(prorated_minimum(three_from("2016-12-31"), year), 1);
        let ended = Promise {
            in_force_to: Some(date("2016-05-01")),
            ..three_from("2010-01-01")
        };
        assert_eq!(prorated_minimum(ended, year), 1);
    }

    #[test]
    fn shorter_and_longer_periods_ask_in_proportion() {
        let promise = three_from("2010-01-01");
        assert_eq!(
            prorated_minimum(promise, period("2016-01-01", "2016-03-31")),
            1
        );
        assert_eq!(
            prorated_minimum(promise, period("2015-01-01", "2016-12-31")),
            6
        );
    }

    #[test]
    fn the_status_follows_the_year() {
        let year = Period::year(2015).unwrap();
        let status = |day: &str, done: &[&str]| {
            let done: Vec<_> = done.iter().map(|day| date(day)).collect();
            status_on(date(day), three_from("2010-01-01"), year, &done).status
        };
        assert_eq!(status("2015-04-01", &[]), CommitmentStatus::OnTrack);
        assert_eq!(status("2015-05-05", &[]), CommitmentStatus::AtRisk);
        assert_eq!(
            status("2015-05-05", &["2015-04-20"]),
            CommitmentStatus::OnTrack
        );
        assert_eq!(
            status("2015-12-31", &["2015-04-20", "2015-07-13"]),
            CommitmentStatus::AtRisk
        );
        assert_eq!(
            status("2016-01-01", &["2015-04-20", "2015-07-13"]),
            CommitmentStatus::Missed
        );
        assert_eq!(
            status("2015-10-12", &["2015-04-20", "2015-07-13", "2015-10-12"]),
            CommitmentStatus::Met
        );
        // What is still to come and what lies in another year does not count.
        assert_eq!(
            status("2015-10-11", &["2015-04-20", "2015-07-13", "2015-10-12"]),
            CommitmentStatus::OnTrack
        );
        assert_eq!(
            status("2016-02-01", &["2014-12-31", "2015-07-13", "2016-01-02"]),
            CommitmentStatus::Missed
        );
    }

    proptest! {
        #[test]
        fn a_calendar_year_is_prorated_by_its_days(
            minimum in 0..60_u32, year in 1990..2100i32, from in 0..400i64, length in proptest::option::of(0..800i64),
        ) {
            let year = Period::year(year).unwrap();
            let from = year.from() + chrono::Duration::days(from - 20);
            let until = length.map(|length| from + chrono::Duration::days(length));
            let promise = Promise { minimum, in_force_from: from, in_force_to: until };
            let in_force = (0..year.days()).filter(|day| {
                crate::period::active_on(year.from() + chrono::Days::new(u64::from(*day)), from, until)
            });
            let days = u32::try_from(in_force.count()).unwrap();
            prop_assert_eq!(prorated_minimum(promise, year), (minimum * days).div_ceil(year.days()));
        }

        #[test]
        fn whole_years_ask_for_whole_minimums(minimum in 0..1_000_000_u32, start in 0..20_000i32, years in 1..30_u32) {
            let from = NaiveDate::from_num_days_from_ce_opt(720_000 + start).unwrap();
            let to = from.checked_add_months(Months::new(12 * years)).unwrap().pred_opt().unwrap();
            let promise = Promise { minimum, in_force_from: from, in_force_to: None };
            prop_assert_eq!(prorated_minimum(promise, Period::new(from, to).unwrap()), minimum * years);
        }

        #[test]
        fn nothing_stands_still_or_goes_back(minimum in 1..20_u32, start in 0..366i64, day in -10..380i64, done in 0..20_usize) {
            let year = Period::year(2016).unwrap();
            let at = |offset: i64| year.from() + chrono::Duration::days(offset);
            let promise = Promise { minimum, in_force_from: at(start), in_force_to: None };
            let fulfilled = vec![at(0); done];
            let before = status_on(at(day), promise, year, &fulfilled);
            let after = status_on(at(day + 1), promise, year, &fulfilled);
            prop_assert!(before.required >= 1 && before.required <= minimum);
            prop_assert!(before.expected <= after.expected && after.expected <= after.required);
            prop_assert!(before.done <= after.done);
            prop_assert_eq!(before.status == CommitmentStatus::Met, before.done >= before.required);
            prop_assert_eq!(before.status == CommitmentStatus::Missed, at(day) > year.to() && before.done < before.required);
        }
    }
}
