//! A partnership: the institutions of a region that signed one agreement.

use chrono::NaiveDate;
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::check;
use crate::fault::{Faults, Rule};
use crate::identifier::{Email, Phone, Terc};
use crate::institution::Institution;
use crate::link::Link;
use crate::record::{Calendar, ExternalId, Kind, Record, Shape, given, never};

/// The secretariat as a function, never a person.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Secretariat {
    /// The institution that runs it.
    #[schema(value_type = Option<String>, format = "link", example = "wup-zielona-gora")]
    pub institution: Option<Link<Institution>>,
    /// Its name within the institution.
    #[schema(max_length = 200, example = "Sekretariat Partnerstwa")]
    pub unit: Option<String>,
    /// Polish telephone number; stored as E.164.
    #[schema(max_length = 30, example = "+48950000000")]
    pub phone: Option<String>,
    /// Functional mailbox.
    #[schema(max_length = 254, example = "sekretariat@partnerstwo.example")]
    pub email: Option<String>,
}

/// A former secretariat, and until when it was reached so.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FormerSecretariat {
    /// What the institution that ran it was called, as the report says it.
    #[schema(max_length = 300, example = "WUP w Zielonej Górze")]
    pub institution: Option<String>,
    /// Its name within the institution.
    #[schema(max_length = 200, example = "Sekretariat Partnerstwa")]
    pub unit: Option<String>,
    /// Polish telephone number; stored as E.164.
    #[schema(max_length = 30, example = "+48950000000")]
    pub phone: Option<String>,
    /// Functional mailbox.
    #[schema(max_length = 254, example = "sekretariat@partnerstwo.example")]
    pub email: Option<String>,
    /// The first day on which this was so no more.
    #[schema(example = "2014-01-01")]
    pub valid_until: NaiveDate,
}

/// A partnership.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Partnership {
    /// Stable readable identifier; made from the name when absent.
    #[serde(default, deserialize_with = "given")]
    #[schema(
        max_length = 100,
        pattern = "^[a-z0-9]+(-[a-z0-9]+)*$",
        example = "partnerstwo-lubuskie"
    )]
    pub slug: String,
    /// Name.
    #[schema(
        min_length = 1,
        max_length = 300,
        example = "Partnerstwo Lokalne na rzecz Ekonomii Społecznej"
    )]
    pub name: String,
    /// Founding date, as exact as `founded_on_precision` says.
    #[schema(example = "2008-06-18")]
    pub founded_on: NaiveDate,
    /// Code of the vocabulary `date_precisions`; `day` when absent.
    #[serde(default, deserialize_with = "given")]
    #[schema(format = "date_precisions", example = "year")]
    pub founded_on_precision: String,
    /// TERC (TERYT) of the area.
    #[schema(max_length = 7, example = "08")]
    pub area_terc: Option<String>,
    /// Goal, by the version of the agreement that is in force.
    #[serde(default, deserialize_with = "never")]
    #[schema(
        read_only,
        example = "Celem partnerstwa jest wspólne promowanie idei ekonomii społecznej."
    )]
    pub goal: Option<String>,
    /// Fields of cooperation, by the same version.
    #[serde(default, deserialize_with = "never")]
    #[schema(read_only, value_type = Vec<String>, example = json!(["promocję i wsparcie rozwoju ekonomii społecznej"]))]
    pub scope: Vec<String>,
    /// How it is coordinated, by the same version.
    #[serde(default, deserialize_with = "never")]
    #[schema(
        read_only,
        example = "Działalność partnerstwa jest koordynowana przez Radę Programową."
    )]
    pub coordination: Option<String>,
    /// IANA time zone of its calendar dates; `Europe/Warsaw` when absent.
    #[serde(default, deserialize_with = "given")]
    #[schema(max_length = 50, example = "Europe/Warsaw")]
    pub time_zone: String,
    /// Licence of what it publishes (SPDX).
    #[schema(max_length = 100, example = "CC0-1.0")]
    pub licence: Option<String>,
    /// Secretariat.
    #[serde(default, deserialize_with = "given")]
    pub secretariat: Secretariat,
    /// How its secretariat was reached before: a report of that time says so.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub former_secretariats: Vec<FormerSecretariat>,
    /// Identifiers in other systems.
    #[serde(default)]
    #[schema(max_items = 20)]
    pub external_ids: Vec<ExternalId>,
}

impl Record for Partnership {
    const KIND: Kind = Kind::Partnership;

    fn partnership_id(&self) -> Option<Uuid> {
        None
    }
}

impl Partnership {
    /// The time zone in which its calendar dates are local.
    pub fn tz(&self) -> Tz {
        self.time_zone.parse().unwrap_or(Tz::Europe__Warsaw)
    }

    /// The secretariat of a day that was another one; of several, the first that was none any more.
    pub fn former_secretariat_on(&self, day: NaiveDate) -> Option<&FormerSecretariat> {
        let lasted = self.former_secretariats.iter();
        let lasted = lasted.filter(|former| day < former.valid_until);
        lasted.min_by_key(|former| former.valid_until)
    }
}

impl Shape for Partnership {
    fn place(&mut self, _partnership: Uuid, _parent: Option<Uuid>) {}

    fn slug_mut(&mut self) -> Option<&mut String> {
        Some(&mut self.slug)
    }

    fn keep(&mut self, stored: &Self) {
        self.goal.clone_from(&stored.goal);
        self.scope.clone_from(&stored.scope);
        self.coordination.clone_from(&stored.coordination);
    }

    fn check(&mut self, now: &Calendar, f: &mut Faults) {
        f.line("/name", &mut self.name, 300);
        f.slug(&mut self.slug, &self.name);
        check::not_future(f, "/founded_on", Some(self.founded_on), now.today);
        let precision = &mut self.founded_on_precision;
        f.code_or("/founded_on_precision", "date_precisions", precision, "day");
        if self.time_zone.is_empty() {
            "Europe/Warsaw".clone_into(&mut self.time_zone);
        }
        if self.time_zone.parse::<Tz>().is_err() {
            f.add("/time_zone", Rule::UnknownCode);
        }
        f.optional("/area_terc", &mut self.area_terc, Terc::parse);
        f.optional_line("/licence", &mut self.licence, 100);
        let secretariat = &mut self.secretariat;
        f.optional_line("/secretariat/unit", &mut secretariat.unit, 200);
        f.optional("/secretariat/phone", &mut secretariat.phone, Phone::parse);
        f.optional("/secretariat/email", &mut secretariat.email, Email::parse);
        if self.former_secretariats.len() > 50 {
            f.add("/former_secretariats", Rule::Length);
        }
        for (index, former) in self.former_secretariats.iter_mut().take(50).enumerate() {
            let at = |field: &str| format!("/former_secretariats/{index}/{field}");
            f.optional_line(&at("institution"), &mut former.institution, 300);
            f.optional_line(&at("unit"), &mut former.unit, 200);
            f.optional(&at("phone"), &mut former.phone, Phone::parse);
            f.optional(&at("email"), &mut former.email, Email::parse);
        }
        f.external_ids(&mut self.external_ids);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::{day, expected, faults, on};

    fn until(last: &str, unit: &str) -> FormerSecretariat {
        FormerSecretariat {
            unit: Some(unit.into()),
            valid_until: day(last),
            ..Default::default()
        }
    }

    #[test]
    fn a_day_has_the_secretariat_of_its_time() {
        let partnership = Partnership {
            former_secretariats: vec![
                until("2014-01-01", "Drugi"),
                until("2010-01-01", "Pierwszy"),
            ],
            ..Default::default()
        };
        for (on, unit) in [
            ("2009-12-31", Some("Pierwszy")),
            ("2010-01-01", Some("Drugi")),
            ("2013-12-31", Some("Drugi")),
            ("2014-01-01", None),
        ] {
            let found = partnership.former_secretariat_on(day(on));
            let found = found.and_then(|former| former.unit.as_deref());
            assert_eq!(found, unit, "{on}");
        }
    }

    #[test]
    fn all_faults_of_former_secretariats_are_reported() {
        let broken = Partnership {
            name: "Partnerstwo".into(),
            founded_on: day("2008-06-18"),
            former_secretariats: vec![FormerSecretariat {
                phone: Some("112 112".into()),
                email: Some("sekretariat".into()),
                ..until("2014-01-01", " ")
            }],
            ..Default::default()
        };
        assert_eq!(
            faults(broken.checked(&on("2016-12-31"))),
            expected(&[
                ("/former_secretariats/0/email", Rule::Format),
                ("/former_secretariats/0/phone", Rule::Length),
                ("/former_secretariats/0/unit", Rule::Length),
            ])
        );
    }
}
