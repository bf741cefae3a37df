//! The report's messages, and the small forms that sentences share: dates and lists.

use std::sync::LazyLock;

use chrono::{Datelike, NaiveDate};

use crate::language::Language;
use crate::period::Period;
use crate::wording::{Arg, Catalogue};

static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| {
    Catalogue::new(&[
        (Language::Pl, include_str!("../../locales/pl/report.ftl")),
        (Language::En, include_str!("../../locales/en/report.ftl")),
    ])
});

/// The report's messages in one language.
#[derive(Clone, Copy, Debug)]
pub(super) struct Words(pub(super) Language);

impl Words {
    /// A message: `id`, or `id.attribute`.
    pub(super) fn say(self, name: &str, args: &[(&str, Arg<'_>)]) -> String {
        let (id, attribute) = match name.split_once('.') {
            Some((id, attribute)) => (id, Some(attribute)),
            None => (name, None),
        };
        CATALOGUE.format(self.0, id, attribute, args)
    }

    /// `18 listopada 2016 r.`, `18 November 2016`.
    pub(super) fn date(self, day: NaiveDate) -> String {
        self.say("date", &date_args(day))
    }

    /// `1, 2 i 3`.
    pub(super) fn list(self, parts: &[String]) -> String {
        match parts {
            [] => String::new(),
            [only] => only.clone(),
            [first @ .., last] => {
                format!("{} {} {last}", first.join(", "), self.say("list-and", &[]))
            }
        }
    }

    /// What a report of the period is called.
    pub(super) fn title(self, period: Period) -> String {
        if let Some(year) = period.as_year() {
            return self.say(
                "report-title.year",
                &[("year", Arg::Number(u64::from(year.unsigned_abs())))],
            );
        }
        if period.from() == period.to() {
            let day = self.date(period.to());
            return self.say("report-title.day", &[("to", Arg::from(&day))]);
        }
        let same_year = period.from().year() == period.to().year();
        let from_name = if same_year { "date.in-year" } else { "date" };
        let from = self.say(from_name, &date_args(period.from()));
        self.say(
            "report-title",
            &[
                ("from", Arg::from(&from)),
                ("to", Arg::from(&self.date(period.to()))),
            ],
        )
    }
}

fn date_args(day: NaiveDate) -> [(&'static str, Arg<'static>); 3] {
    [
        ("day", Arg::Number(u64::from(day.day()))),
        ("month", Arg::Number(u64::from(day.month()))),
        // The number of the year, without a sign: there is no report from before our era.
        ("year", Arg::Number(u64::from(day.year().unsigned_abs()))),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    const PL: Words = Words(Language::Pl);
    const EN: Words = Words(Language::En);

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn every_message_can_be_read_and_is_there_in_both_languages() {
        assert_eq!(CATALOGUE.faults(), [""; 0]);
        // Each language has parts of its own.
        let ids = |language| {
            let mut ids = CATALOGUE.ids(language);
            ids.retain(|id| !id.starts_with("part-"));
            ids
        };
        assert_eq!(ids(Language::Pl), ids(Language::En));
        assert!(ids(Language::Pl).len() > 50);
    }

    #[test]
    fn polish_months_stand_in_the_genitive() {
        let expected = [
            "stycznia",
            "lutego",
            "marca",
            "kwietnia",
            "maja",
            "czerwca",
            "lipca",
            "sierpnia",
            "września",
            "października",
            "listopada",
            "grudnia",
        ];
        for (month, name) in (1..).zip(expected) {
            let day = NaiveDate::from_ymd_opt(2016, month, 5).unwrap();
            assert_eq!(PL.date(day), format!("5 {name} 2016 r."));
        }
        assert_eq!(EN.date(date("2016-11-18")), "18 November 2016");
    }

    #[test]
    fn lists_end_with_and_without_a_comma() {
        let parts: Vec<_> = ["NGO", "JST", "PES"].map(str::to_owned).into();
        assert_eq!(PL.list(&[]), "");
        assert_eq!(PL.list(&parts[..1]), "NGO");
        assert_eq!(PL.list(&parts[..2]), "NGO i JST");
        assert_eq!(PL.list(&parts), "NGO, JST i PES");
        assert_eq!(EN.list(&parts), "NGO, JST and PES");
    }

    #[test]
    fn the_title_names_the_period() {
        let title = |words: Words, from: &str, to: &str| {
            words.title(Period::new(date(from), date(to)).unwrap())
        };
        assert_eq!(
            title(PL, "2016-01-01", "2016-12-31"),
            "Sprawozdanie z działalności w 2016 r."
        );
        assert_eq!(
            title(PL, "2016-01-01", "2016-06-30"),
            "Sprawozdanie z działalności od 1 stycznia do 30 czerwca 2016 r."
        );
        assert_eq!(
            title(PL, "2016-11-18", "2016-11-18"),
            "Sprawozdanie z działalności w dniu 18 listopada 2016 r."
        );
        assert_eq!(
            title(PL, "2015-07-01", "2016-06-30"),
            "Sprawozdanie z działalności od 1 lipca 2015 r. do 30 czerwca 2016 r."
        );
        assert_eq!(
            title(EN, "2016-01-01", "2016-12-31"),
            "Activity report for 2016"
        );
        assert_eq!(
            title(EN, "2015-07-01", "2016-06-30"),
            "Activity report, 1 July 2015 to 30 June 2016"
        );
    }
}
