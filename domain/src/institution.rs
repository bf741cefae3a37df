//! Institutions: labour offices, welfare centres, NGOs, local governments, social economy entities.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::check;
use crate::fault::{Faults, Rule};
use crate::identifier::{EDeliveryAddress, Email, Krs, Nip, Phone, PostalCode, Regon, Terc};
use crate::record::{ExternalId, Kind, Record, check_external_ids};
use crate::text::Line;
use crate::url::Url;
use crate::vocabulary;

/// A sector and the day it applies from; it ends where the next begins.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SectorSince {
    /// A code of the vocabulary `sectors`.
    pub sector: String,
    /// First day; `None` for as long as there are records.
    pub valid_from: Option<NaiveDate>,
}

/// A name the institution has or had besides its official one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OtherName {
    /// The name.
    pub name: String,
    /// First day it was used.
    pub valid_from: Option<NaiveDate>,
    /// First day it was used no more.
    pub valid_until: Option<NaiveDate>,
}

/// An institution, every value valid.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Institution {
    /// Stable readable identifier, unique.
    pub slug: String,
    /// Official name.
    pub name: String,
    /// Short name, where one is in use.
    pub short_name: Option<String>,
    /// The name in the genitive, as Polish sentences need it.
    pub name_genitive: Option<String>,
    /// Former and other names.
    pub other_names: Vec<OtherName>,
    /// A code of the vocabulary `institution_kinds`.
    pub kind: String,
    /// Sectors over time, the oldest first; never empty.
    pub sector_history: Vec<SectorSince>,
    /// Whether it is a public body.
    pub public_body: bool,
    /// Tax number; several units of a commune may share one.
    pub nip: Option<String>,
    /// Register of economic entities; unique while active.
    pub regon: Option<String>,
    /// Court register, where registrable.
    pub krs: Option<String>,
    /// Territorial code of the seat.
    pub seat_terc: Option<String>,
    /// Territorial codes served.
    pub serves_terc: Vec<String>,
    /// Street and number.
    pub street_address: Option<String>,
    /// Postal code.
    pub postal_code: Option<String>,
    /// Town.
    pub town: Option<String>,
    /// Web address.
    pub website: Option<String>,
    /// Functional mailbox.
    pub email: Option<String>,
    /// Telephone, E.164.
    pub phone: Option<String>,
    /// Address for electronic delivery.
    pub edelivery_address: Option<String>,
    /// Who runs it, where it has no legal personality of its own.
    pub operator_id: Option<Uuid>,
    /// A code of the vocabulary `institution_statuses`.
    pub status: String,
    /// Who took it over.
    pub successor_id: Option<Uuid>,
    /// Identifiers in other systems.
    pub external_ids: Vec<ExternalId>,
}

impl Record for Institution {
    const KIND: Kind = Kind::Institution;

    fn partnership_id(&self) -> Option<Uuid> {
        None
    }

    fn merged_into(&self) -> Option<Uuid> {
        self.successor_id.filter(|_| self.status == "merged")
    }
}

impl Institution {
    /// The sector on a day.
    pub fn sector_on(&self, day: NaiveDate) -> Option<&str> {
        self.sector_history
            .iter()
            .rev()
            .find(|entry| entry.valid_from.is_none_or(|from| from <= day))
            .map(|entry| entry.sector.as_str())
    }
}

/// An institution as somebody describes it, nothing checked yet; references are resolved already.
#[derive(Clone, Debug, Default)]
pub struct InstitutionDraft {
    /// Made from the name when absent.
    pub slug: Option<String>,
    /// Official name.
    pub name: String,
    /// Short name.
    pub short_name: Option<String>,
    /// Name in the genitive.
    pub name_genitive: Option<String>,
    /// Former and other names.
    pub other_names: Vec<OtherName>,
    /// Kind.
    pub kind: String,
    /// Sectors over time; by the kind's usual one when empty.
    pub sector_history: Vec<SectorSince>,
    /// Whether it is a public body.
    pub public_body: bool,
    /// Tax number.
    pub nip: Option<String>,
    /// Register of economic entities.
    pub regon: Option<String>,
    /// Court register.
    pub krs: Option<String>,
    /// Territorial code of the seat.
    pub seat_terc: Option<String>,
    /// Territorial codes served.
    pub serves_terc: Vec<String>,
    /// Street and number.
    pub street_address: Option<String>,
    /// Postal code.
    pub postal_code: Option<String>,
    /// Town.
    pub town: Option<String>,
    /// Web address.
    pub website: Option<String>,
    /// Functional mailbox.
    pub email: Option<String>,
    /// Telephone.
    pub phone: Option<String>,
    /// Address for electronic delivery.
    pub edelivery_address: Option<String>,
    /// Who runs it.
    pub operator_id: Option<Uuid>,
    /// Status; active when absent.
    pub status: Option<String>,
    /// Who took it over.
    pub successor_id: Option<Uuid>,
    /// Identifiers in other systems.
    pub external_ids: Vec<ExternalId>,
}

impl InstitutionDraft {
    /// Checks every value and reports all that is wrong at once, by the names of the API.
    pub fn check(self) -> Result<Institution, Faults> {
        let mut faults = Faults::new();
        let f = &mut faults;
        let name = check::line(f, "/name", &self.name, 300);
        let kind = check::code(f, "/kind", "institution_kinds", &self.kind);
        let sector_history = check_sectors(self.sector_history, &kind, f);
        let status = self.status.as_deref().unwrap_or("active");
        let status = check::code(f, "/status", "institution_statuses", status);
        if self.successor_id.is_some() && status == "active" {
            f.add("/successor", Rule::Conflict);
        }
        let institution = Institution {
            slug: check::slug(f, self.slug.as_deref(), &name),
            short_name: check::optional_line(f, "/short_name", self.short_name.as_deref(), 200),
            name_genitive: check::optional_line(
                f,
                "/name_genitive",
                self.name_genitive.as_deref(),
                300,
            ),
            nip: check::optional(f, "/nip", self.nip.as_deref(), Nip::parse),
            regon: check::optional(f, "/regon", self.regon.as_deref(), Regon::parse),
            krs: check::optional(f, "/krs", self.krs.as_deref(), Krs::parse),
            seat_terc: check::optional(f, "/seat_terc", self.seat_terc.as_deref(), Terc::parse),
            street_address: check::optional_line(
                f,
                "/address/street_address",
                self.street_address.as_deref(),
                200,
            ),
            postal_code: check::optional(
                f,
                "/address/postal_code",
                self.postal_code.as_deref(),
                PostalCode::parse,
            ),
            town: check::optional_line(f, "/address/town", self.town.as_deref(), 100),
            website: check::optional(f, "/website", self.website.as_deref(), Url::parse_website),
            email: check::optional(f, "/email", self.email.as_deref(), Email::parse),
            phone: check::optional(f, "/phone", self.phone.as_deref(), Phone::parse),
            edelivery_address: check::optional(
                f,
                "/edelivery_address",
                self.edelivery_address.as_deref(),
                EDeliveryAddress::parse,
            ),
            name,
            other_names: check_other_names(self.other_names, f),
            kind,
            sector_history,
            public_body: self.public_body,
            serves_terc: check_territories(self.serves_terc, f),
            operator_id: self.operator_id,
            status,
            successor_id: self.successor_id,
            external_ids: check_external_ids(self.external_ids, f),
        };
        faults.finish().map(|()| institution)
    }
}

fn check_sectors(raw: Vec<SectorSince>, kind: &str, faults: &mut Faults) -> Vec<SectorSince> {
    if raw.is_empty() {
        let usual = vocabulary::sector_of_kind(kind);
        return usual
            .map(|sector| SectorSince {
                sector: sector.to_owned(),
                valid_from: None,
            })
            .into_iter()
            .collect();
    }
    if raw.len() > 50 {
        faults.add("/sector_history", Rule::Length);
    }
    for (index, entry) in raw.iter().enumerate() {
        if let Err(rule) = vocabulary::check("sectors", &entry.sector) {
            faults.add(format!("/sector_history/{index}/sector"), rule);
        }
        let previous = index
            .checked_sub(1)
            .map(|previous| raw[previous].valid_from);
        if previous.is_some_and(|previous| entry.valid_from <= previous) {
            faults.add(format!("/sector_history/{index}/valid_from"), Rule::Order);
        }
    }
    raw
}

fn check_other_names(raw: Vec<OtherName>, faults: &mut Faults) -> Vec<OtherName> {
    if raw.len() > 50 {
        faults.add("/other_names", Rule::Length);
        return Vec::new();
    }
    let mut checked = Vec::with_capacity(raw.len());
    for (index, other) in raw.into_iter().enumerate() {
        if let (Some(from), Some(until)) = (other.valid_from, other.valid_until)
            && until <= from
        {
            faults.add(format!("/other_names/{index}/valid_until"), Rule::Order);
        }
        if let Some(name) = faults.take(
            format!("/other_names/{index}/name"),
            Line::parse(&other.name, 300),
        ) {
            checked.push(OtherName {
                name: name.to_string(),
                ..other
            });
        }
    }
    checked
}

fn check_territories(raw: Vec<String>, faults: &mut Faults) -> Vec<String> {
    if raw.len() > 200 {
        faults.add("/serves_terc", Rule::Length);
        return Vec::new();
    }
    let mut checked: Vec<String> = Vec::with_capacity(raw.len());
    for (index, code) in raw.iter().enumerate() {
        let pointer = format!("/serves_terc/{index}");
        let Some(code) = faults.take(&pointer, Terc::parse(code)) else {
            continue;
        };
        if checked.iter().any(|known| known == code.as_str()) {
            faults.add(pointer, Rule::Duplicate);
        } else {
            checked.push(code.to_string());
        }
    }
    checked
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft() -> InstitutionDraft {
        InstitutionDraft {
            name: "Powiatowy Urząd Pracy w Żarach".into(),
            kind: "pup".into(),
            ..Default::default()
        }
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn slug_and_sector_follow_from_name_and_kind() {
        let institution = draft().check().unwrap();
        assert_eq!(institution.slug, "powiatowy-urzad-pracy-w-zarach");
        assert_eq!(
            institution.sector_on(day("2016-12-31")),
            Some("labour_market_institution")
        );
    }

    #[test]
    fn the_sector_of_a_day_is_the_latest_that_had_begun() {
        let since = |sector: &str, from: Option<&str>| SectorSince {
            sector: sector.into(),
            valid_from: from.map(day),
        };
        let history = vec![
            since("ngo", None),
            since("social_economy_entity", Some("2016-07-01")),
        ];
        let institution = InstitutionDraft {
            sector_history: history,
            ..draft()
        }
        .check()
        .unwrap();
        assert_eq!(institution.sector_on(day("2016-06-30")), Some("ngo"));
        assert_eq!(
            institution.sector_on(day("2016-07-01")),
            Some("social_economy_entity")
        );
    }

    #[test]
    fn all_faults_are_reported_at_once() {
        let broken = InstitutionDraft {
            name: "  ".into(),
            kind: "ministry".into(),
            nip: Some("1234563219".into()),
            serves_terc: vec!["08".into(), "08".into(), "07".into()],
            successor_id: Some(Uuid::nil()),
            ..Default::default()
        };
        let mut found: Vec<_> = broken
            .check()
            .unwrap_err()
            .into_vec()
            .into_iter()
            .map(|fault| (fault.pointer, fault.rule))
            .collect();
        found.sort();
        let expected = [
            ("/kind", Rule::UnknownCode),
            ("/name", Rule::Length),
            ("/nip", Rule::Checksum),
            ("/serves_terc/1", Rule::Duplicate),
            ("/serves_terc/2", Rule::Prefix),
            ("/successor", Rule::Conflict),
        ];
        let found: Vec<_> = found
            .iter()
            .map(|(pointer, rule)| (pointer.as_str(), *rule))
            .collect();
        assert_eq!(found, expected);
    }
}
