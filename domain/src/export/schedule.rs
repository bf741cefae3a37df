//! Schedules of exports: when one is made again (RFC 5545, section 3.3.10), in the time zone of the partnership.

use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, TimeZone, Utc};
use chrono_tz::Tz;
use rrule::{Frequency, RRule, RRuleSet, Unvalidated};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{check_content, default_format};
use crate::access::View;
use crate::access::account::Account;
use crate::check;
use crate::fault::{Faults, Rule};
use crate::link::Link;
use crate::record::{Calendar, ExternalId, Kind, Record, Shape, UNSAID, day_given, never, unsaid};

/// How many schedules one account has at the most.
pub const MOST_SCHEDULES: u64 = 10;
/// The longest rule, in characters.
const MAX_RULE: usize = 500;

/// A schedule.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExportSchedule {
    /// The partnership.
    #[serde(skip)]
    pub partnership_id: Uuid,
    /// Whose exports it makes.
    #[serde(default, deserialize_with = "never")]
    #[schema(value_type = Option<String>, format = "account", read_only)]
    pub account: Link<Account>,
    /// What tells it from others, for people.
    #[schema(min_length = 1, max_length = 200, example = "Kopia tygodniowa")]
    pub name: String,
    /// When, as a recurrence rule (RFC 5545, section 3.3.10) by the clock of the partnership, at most once an hour: without
    /// `BYSECOND`, with one `BYMINUTE` at the most. Hours and minutes that it does not name are zero.
    #[schema(
        min_length = 1,
        max_length = 500,
        example = "FREQ=WEEKLY;BYDAY=MO;BYHOUR=6;BYMINUTE=30"
    )]
    pub rule: String,
    /// The day with which the rule begins, from which intervals are counted; today when absent.
    #[serde(default = "unsaid", deserialize_with = "day_given")]
    #[schema(example = "2017-01-02")]
    pub starts_on: NaiveDate,
    /// When it is due next; null when the rule has come to its end.
    #[serde(default, deserialize_with = "never")]
    #[schema(read_only, example = "2017-01-09T05:30:00Z")]
    pub due_at: Option<DateTime<Utc>>,
    /// Code of the vocabulary `export_formats`.
    #[serde(default = "default_format")]
    #[schema(format = "export_formats", default = "ndjson", example = "csv")]
    pub format: String,
    /// Codes of the vocabulary `record_kinds`; everything when empty.
    #[serde(default)]
    #[schema(format = "record_kinds", max_items = 200, example = json!(["meeting", "recommendation"]))]
    pub kinds: Vec<String>,
    /// The widest view that an export may show: that of who made the schedule, then.
    #[serde(default, deserialize_with = "never")]
    #[schema(format = "views", read_only, example = "internal")]
    pub view: String,
    /// Identifiers in other systems.
    #[serde(default)]
    #[schema(max_items = 20)]
    pub external_ids: Vec<ExternalId>,
}

impl Record for ExportSchedule {
    const KIND: Kind = Kind::ExportSchedule;

    fn partnership_id(&self) -> Option<Uuid> {
        Some(self.partnership_id)
    }
}

impl ExportSchedule {
    /// The schedule of an account, limited to the view that the account has.
    pub fn recorded_by(self, account: Option<Uuid>, view: View) -> Self {
        Self {
            account: Link::to(account.unwrap_or_default()),
            view: view.tag().to_owned(),
            ..self
        }
    }

    /// Sets when it is due next. A rule that has no time after `now` would never make anything.
    pub fn plan(&mut self, calendar: &Calendar, now: DateTime<Utc>, f: &mut Faults) {
        if self.starts_on == UNSAID {
            self.starts_on = calendar.today;
        }
        self.rule = self.rule.trim().to_owned();
        self.due_at = None;
        if !(2000..=2100).contains(&self.starts_on.year()) {
            f.add("/starts_on", Rule::Range);
            return;
        }
        let times = times(&self.rule, self.starts_on, calendar.zone);
        if let Some(times) = f.take("/rule", times) {
            self.due_at = f.take("/rule", next(times, now).ok_or(Rule::Range));
        }
    }

    /// The first time after an instant; nothing when the rule has come to its end.
    pub fn next(&self, zone: Tz, after: DateTime<Utc>) -> Option<DateTime<Utc>> {
        next(times(&self.rule, self.starts_on, zone).ok()?, after)
    }
}

/// The times of a rule. It begins at midnight, so that what it does not say of hours and minutes is zero.
fn times(rule: &str, starts_on: NaiveDate, zone: Tz) -> Result<RRuleSet, Rule> {
    let known = |sign: char| matches!(sign, 'A'..='Z' | '0'..='9' | '=' | ';' | ',' | '+' | '-');
    if rule.len() > MAX_RULE {
        return Err(Rule::Length);
    }
    if !rule.chars().all(known) {
        return Err(Rule::Charset);
    }
    let rule: RRule<Unvalidated> = rule.parse().map_err(|_| Rule::Format)?;
    // At most once an hour: at one minute of it, whatever the hours are.
    let often = matches!(rule.get_freq(), Frequency::Minutely | Frequency::Secondly);
    if often || rule.get_by_minute().len() > 1 || !rule.get_by_second().is_empty() {
        return Err(Rule::Range);
    }
    let midnight = starts_on.and_time(NaiveTime::MIN);
    let zone = rrule::Tz::from(zone);
    let begins = zone.from_local_datetime(&midnight).earliest();
    rule.build(begins.ok_or(Rule::Range)?)
        .map_err(|_| Rule::Format)
}

fn next(times: RRuleSet, after: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let zone = times.get_dt_start().timezone();
    // Three, because the first may be the instant itself, and when summer time begins the hour that is skipped is moved onto
    // the next one, so that it comes twice.
    let found = times.after(after.with_timezone(&zone)).all(3).dates;
    let utc = found.into_iter().map(|time| time.to_utc());
    utc.into_iter().find(|time| *time > after)
}

impl Shape for ExportSchedule {
    fn place(&mut self, partnership: Uuid, _parent: Option<Uuid>) {
        self.partnership_id = partnership;
    }

    fn keep(&mut self, stored: &Self) {
        self.account = stored.account;
        self.view.clone_from(&stored.view);
    }

    fn check(&mut self, _now: &Calendar, f: &mut Faults) {
        self.name = check::line(f, "/name", &self.name, 200);
        check_content(&self.format, &self.kinds, f);
        f.external_ids(&mut self.external_ids);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::{day, expected, faults, on};

    const WARSAW: Tz = chrono_tz::Europe::Warsaw;

    fn by(rule: &str) -> ExportSchedule {
        ExportSchedule {
            name: "Co tydzień".into(),
            rule: rule.into(),
            starts_on: day("2017-01-01"),
            format: "ndjson".into(),
            ..ExportSchedule::default()
        }
    }

    fn planned(mut schedule: ExportSchedule, now: &str) -> Result<ExportSchedule, Faults> {
        let (calendar, mut faults) = (on("2017-01-02"), Faults::new());
        schedule.plan(&calendar, at(now), &mut faults);
        Ok(schedule.checked_with(&calendar, faults)?.into_inner())
    }

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn checked(rule: &str) -> Result<ExportSchedule, Faults> {
        planned(by(rule), "2017-01-02T08:00:00Z")
    }

    fn following(rule: &str, after: &str) -> Option<DateTime<Utc>> {
        checked(rule).unwrap().next(WARSAW, at(after))
    }

    #[test]
    fn times_are_those_of_the_wall_clock() {
        let weekly = "FREQ=WEEKLY;BYDAY=MO;BYHOUR=6;BYMINUTE=30";
        assert_eq!(
            following(weekly, "2017-01-02T05:30:00Z"),
            Some(at("2017-01-09T05:30:00Z"))
        );
        assert_eq!(
            following(weekly, "2017-01-02T05:29:59Z"),
            Some(at("2017-01-02T05:30:00Z"))
        );
        // Summer time begins on 26 March.
        assert_eq!(
            following(weekly, "2017-03-26T12:00:00Z"),
            Some(at("2017-03-27T04:30:00Z"))
        );
        assert_eq!(
            following("FREQ=DAILY", "2017-01-02T08:00:00Z"),
            Some(at("2017-01-02T23:00:00Z"))
        );
        assert_eq!(
            following(
                "FREQ=MONTHLY;BYMONTHDAY=-1;BYHOUR=23",
                "2017-02-01T00:00:00Z"
            ),
            Some(at("2017-02-28T22:00:00Z"))
        );
        let twice = "FREQ=DAILY;COUNT=2;BYHOUR=12";
        let late = planned(by(twice), "2017-01-01T00:00:00Z");
        let late = late.unwrap();
        assert_eq!(
            late.next(WARSAW, at("2017-01-01T11:00:00Z")),
            Some(at("2017-01-02T11:00:00Z"))
        );
        assert_eq!(late.next(WARSAW, at("2017-01-02T11:00:00Z")), None);
    }

    #[test]
    fn nothing_is_made_more_than_once_an_hour() {
        let hourly = checked("FREQ=HOURLY;BYMINUTE=15").unwrap();
        // Over the nights in which the clock is turned, too.
        for night in ["2017-03-25T20:00:00Z", "2017-10-28T20:00:00Z"] {
            let mut time = at(night);
            for _ in 0..12 {
                let following = hourly.next(WARSAW, time).unwrap();
                assert!(
                    time == at(night) || (following - time).num_minutes() >= 60,
                    "{following}"
                );
                time = following;
            }
        }
        for often in [
            "FREQ=MINUTELY",
            "FREQ=SECONDLY;INTERVAL=7200",
            "FREQ=HOURLY;BYMINUTE=0,30",
            "FREQ=DAILY;BYMINUTE=0,1",
            "FREQ=DAILY;BYSECOND=0,1",
        ] {
            assert_eq!(
                faults(checked(often)),
                expected(&[("/rule", Rule::Range)]),
                "{often}"
            );
        }
    }

    #[test]
    fn what_is_no_rule_or_never_comes_is_refused() {
        for (rule, fault) in [
            ("", Rule::Format),
            ("codziennie", Rule::Charset),
            ("RRULE:FREQ=DAILY", Rule::Charset),
            ("FREQ=DAILY\nEXDATE:20170102", Rule::Charset),
            ("FREQ=DAILY;BYDAY=ŚR", Rule::Charset),
            ("INTERVAL=2", Rule::Format),
            ("FREQ=DAILY;INTERVAL=0", Rule::Range),
            ("FREQ=DAILY;BYHOUR=25", Rule::Format),
            ("FREQ=DAILY;UNTIL=20161231T230000Z", Rule::Range),
            ("FREQ=DAILY;COUNT=1", Rule::Range),
            ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", Rule::Range),
        ] {
            assert_eq!(
                faults(checked(rule)),
                expected(&[("/rule", fault)]),
                "{rule}"
            );
        }
        let long = format!("FREQ=DAILY;BYHOUR={}1", "1,".repeat(300));
        assert_eq!(faults(checked(&long)), expected(&[("/rule", Rule::Length)]));
        let wrong = ExportSchedule {
            name: String::new(),
            format: "pdf".into(),
            starts_on: day("1900-01-01"),
            ..by("FREQ=DAILY")
        };
        assert_eq!(
            faults(planned(wrong, "2017-01-02T08:00:00Z")),
            expected(&[
                ("/format", Rule::UnknownCode),
                ("/name", Rule::Length),
                ("/starts_on", Rule::Range),
            ])
        );
    }
}
