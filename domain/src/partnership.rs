//! A partnership: the institutions of a region that signed one agreement.

use chrono::NaiveDate;
use chrono_tz::Tz;
use serde::Serialize;
use uuid::Uuid;

use crate::check;
use crate::fault::{Faults, Rule};
use crate::identifier::{Email, Phone, Terc};
use crate::record::{ExternalId, Kind, Record, check_external_ids};
use crate::text::Line;

/// How exactly the founding date is known.
pub const PRECISIONS: [&str; 3] = ["day", "month", "year"];

/// The secretariat as a function, never a person.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Secretariat {
    /// The institution that runs it.
    pub institution_id: Option<Uuid>,
    /// Its name within that institution.
    pub unit: Option<String>,
    /// Telephone, E.164.
    pub phone: Option<String>,
    /// Functional mailbox.
    pub email: Option<String>,
}

/// A partnership, every value valid.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Partnership {
    /// Stable readable identifier, unique.
    pub slug: String,
    /// Name.
    pub name: String,
    /// Founding date, as exact as `founded_on_precision` says.
    pub founded_on: NaiveDate,
    /// `day`, `month` or `year`.
    pub founded_on_precision: String,
    /// Territorial code of the area.
    pub area_terc: Option<String>,
    /// Its goal, as a sentence of the report.
    pub goal: Option<String>,
    /// The fields of cooperation, as items of the report.
    pub scope: Vec<String>,
    /// How it is coordinated, as sentences of the report.
    pub coordination: Option<String>,
    /// IANA time zone of its calendar dates.
    pub time_zone: String,
    /// Licence of what it publishes (SPDX).
    pub licence: Option<String>,
    /// Its secretariat.
    pub secretariat: Secretariat,
    /// Identifiers in other systems.
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
}

/// A partnership as somebody describes it, nothing checked yet; references are resolved already.
#[derive(Clone, Debug)]
pub struct PartnershipDraft {
    /// Made from the name when absent.
    pub slug: Option<String>,
    /// Name.
    pub name: String,
    /// Founding date.
    pub founded_on: NaiveDate,
    /// How exact that is; a day when absent.
    pub founded_on_precision: Option<String>,
    /// Territorial code.
    pub area_terc: Option<String>,
    /// Goal.
    pub goal: Option<String>,
    /// Fields of cooperation.
    pub scope: Vec<String>,
    /// How it is coordinated.
    pub coordination: Option<String>,
    /// IANA time zone; Europe/Warsaw when absent.
    pub time_zone: Option<String>,
    /// Licence.
    pub licence: Option<String>,
    /// Secretariat.
    pub secretariat: Secretariat,
    /// Identifiers in other systems.
    pub external_ids: Vec<ExternalId>,
}

impl PartnershipDraft {
    /// Checks every value and reports all that is wrong at once, by the names of the API.
    pub fn check(self, today: NaiveDate) -> Result<Partnership, Faults> {
        let mut faults = Faults::new();
        let f = &mut faults;
        let name = check::line(f, "/name", &self.name, 300);
        check::not_future(f, "/founded_on", Some(self.founded_on), today);
        let precision = self
            .founded_on_precision
            .unwrap_or_else(|| "day".to_owned());
        if !PRECISIONS.contains(&precision.as_str()) {
            f.add("/founded_on_precision", Rule::UnknownCode);
        }
        let time_zone = self.time_zone.unwrap_or_else(|| "Europe/Warsaw".to_owned());
        if time_zone.parse::<Tz>().is_err() {
            f.add("/time_zone", Rule::UnknownCode);
        }
        if self.scope.len() > 50 {
            f.add("/scope", Rule::Length);
        }
        let mut scope = Vec::with_capacity(self.scope.len());
        for (index, item) in self.scope.iter().enumerate() {
            scope.extend(
                f.take(format!("/scope/{index}"), Line::parse(item, 1000))
                    .map(|item| item.to_string()),
            );
        }
        let secretariat = self.secretariat;
        let partnership = Partnership {
            slug: check::slug(f, self.slug.as_deref(), &name),
            name,
            founded_on: self.founded_on,
            founded_on_precision: precision,
            area_terc: check::optional(f, "/area_terc", self.area_terc.as_deref(), Terc::parse),
            goal: check::optional_prose(f, "/goal", self.goal.as_deref(), 5000),
            coordination: check::optional_prose(
                f,
                "/coordination",
                self.coordination.as_deref(),
                5000,
            ),
            licence: check::optional_line(f, "/licence", self.licence.as_deref(), 100),
            secretariat: Secretariat {
                institution_id: secretariat.institution_id,
                unit: check::optional_line(
                    f,
                    "/secretariat/unit",
                    secretariat.unit.as_deref(),
                    200,
                ),
                phone: check::optional(
                    f,
                    "/secretariat/phone",
                    secretariat.phone.as_deref(),
                    Phone::parse,
                ),
                email: check::optional(
                    f,
                    "/secretariat/email",
                    secretariat.email.as_deref(),
                    Email::parse,
                ),
            },
            scope,
            time_zone,
            external_ids: check_external_ids(self.external_ids, f),
        };
        faults.finish().map(|()| partnership)
    }
}
