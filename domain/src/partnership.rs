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
        f.external_ids(&mut self.external_ids);
    }
}
