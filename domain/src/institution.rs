//! Institutions: labour offices, welfare centres, NGOs, local governments, social economy entities.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::fault::{Faults, Rule};
use crate::identifier::{EDeliveryAddress, Email, Krs, Nip, Phone, PostalCode, Regon, Terc};
use crate::link::Link;
use crate::record::{Calendar, ExternalId, Kind, Record, Shape, given};
use crate::url::Url;
use crate::vocabulary;

/// A sector and the day it applies from; it ends where the next begins.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SectorSince {
    /// Code of the vocabulary `sectors`.
    #[schema(format = "sectors", example = "labour_market_institution")]
    pub sector: String,
    /// First day; absent for as long as there are records.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "2012-01-01")]
    pub valid_from: Option<NaiveDate>,
}

/// A former or other name. One that has a last day is what the institution was called until then: what is said of such a day says it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OtherName {
    /// The name.
    #[schema(max_length = 300, example = "Rejonowe Biuro Pracy w Żarach")]
    pub name: String,
    /// The short name of that time.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 200, example = "RBP w Żarach")]
    pub short_name: Option<String>,
    /// The name in the genitive.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 300, example = "Rejonowego Biura Pracy w Żarach")]
    pub name_genitive: Option<String>,
    /// First day it was used.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "1990-01-01")]
    pub valid_from: Option<NaiveDate>,
    /// First day it was used no more.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "2000-01-01")]
    pub valid_until: Option<NaiveDate>,
}

/// What an institution was called on a day, where that was another name; of several, the first that went out of use.
pub fn former_name_on(names: &[OtherName], day: NaiveDate) -> Option<&OtherName> {
    let in_use = |name: &&OtherName| {
        let began = name.valid_from.is_none_or(|from| from <= day);
        began && name.valid_until.is_some_and(|until| day < until)
    };
    names
        .iter()
        .filter(in_use)
        .min_by_key(|name| name.valid_until)
}

/// A postal address.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Address {
    /// Street and number.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 200, example = "ul. Wyspiańskiego 15")]
    pub street_address: Option<String>,
    /// Postal code, `NN-NNN`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 6, pattern = "^[0-9]{2}-[0-9]{3}$", example = "65-042")]
    pub postal_code: Option<String>,
    /// Town.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 100, example = "Zielona Góra")]
    pub town: Option<String>,
}

/// An institution.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Institution {
    /// Stable readable identifier; made from the name when absent.
    #[serde(default, deserialize_with = "given")]
    #[schema(
        max_length = 100,
        pattern = "^[a-z0-9]+(-[a-z0-9]+)*$",
        example = "wup-zielona-gora"
    )]
    pub slug: String,
    /// Official name.
    #[schema(
        min_length = 1,
        max_length = 300,
        example = "Wojewódzki Urząd Pracy w Zielonej Górze"
    )]
    pub name: String,
    /// Short name.
    #[schema(max_length = 200, example = "WUP w Zielonej Górze")]
    pub short_name: Option<String>,
    /// The name in the genitive, as Polish sentences need it.
    #[schema(
        max_length = 300,
        example = "Wojewódzkiego Urzędu Pracy w Zielonej Górze"
    )]
    pub name_genitive: Option<String>,
    /// Former and other names.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub other_names: Vec<OtherName>,
    /// Code of the vocabulary `institution_kinds`.
    #[schema(format = "institution_kinds", example = "wup")]
    pub kind: String,
    /// Sectors over time, the oldest first; the kind's usual sector when absent.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub sector_history: Vec<SectorSince>,
    /// Whether it is a public body.
    #[serde(default, deserialize_with = "given")]
    pub public_body: bool,
    /// Tax number (NIP), 10 digits, in requests also with hyphens. Several units of a commune may share one.
    #[schema(max_length = 20, example = "9990000014")]
    pub nip: Option<String>,
    /// REGON of 9 or 14 digits. Unique among active institutions.
    #[schema(max_length = 14, example = "990000016")]
    pub regon: Option<String>,
    /// KRS, 10 digits.
    #[schema(max_length = 10, example = "0009900001")]
    pub krs: Option<String>,
    /// TERC (TERYT) of the seat: 2, 4 or 7 digits.
    #[schema(max_length = 7, example = "0862011")]
    pub seat_terc: Option<String>,
    /// TERC codes it serves.
    #[serde(default)]
    #[schema(max_length = 7, max_items = 200, example = json!(["08"]))]
    pub serves_terc: Vec<String>,
    /// Postal address.
    #[serde(default, deserialize_with = "given")]
    pub address: Address,
    /// Web address.
    #[schema(max_length = 2000, example = "https://wup-zielona-gora.example/")]
    pub website: Option<String>,
    /// Functional mailbox.
    #[schema(max_length = 254, example = "kontakt@wup-zielona-gora.example")]
    pub email: Option<String>,
    /// Polish telephone number; stored as E.164.
    #[schema(max_length = 30, example = "+48680000001")]
    pub phone: Option<String>,
    /// Address for electronic delivery (e-Doręczenia).
    #[schema(max_length = 32, example = "AE:PL-11111-22222-AAAAA-14")]
    pub edelivery_address: Option<String>,
    /// The institution that runs it, where it has no legal personality.
    #[schema(value_type = Option<String>, format = "link", example = "gmina-dobiegniew")]
    pub operator: Option<Link<Institution>>,
    /// Code of the vocabulary `institution_statuses`; `active` when absent.
    #[serde(default, deserialize_with = "given")]
    #[schema(format = "institution_statuses", example = "active")]
    pub status: String,
    /// The institution that took it over.
    #[schema(value_type = Option<String>, format = "link", example = "wup-zielona-gora")]
    pub successor: Option<Link<Institution>>,
    /// Identifiers in other systems.
    #[serde(default)]
    #[schema(max_items = 20)]
    pub external_ids: Vec<ExternalId>,
}

impl Record for Institution {
    const KIND: Kind = Kind::Institution;

    fn partnership_id(&self) -> Option<Uuid> {
        None
    }

    fn merged_into(&self) -> Option<Uuid> {
        let successor = self.successor.filter(|_| self.status == "merged");
        successor.map(|link| link.id)
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

impl Shape for Institution {
    fn place(&mut self, _partnership: Uuid, _parent: Option<Uuid>) {}

    fn slug_mut(&mut self) -> Option<&mut String> {
        Some(&mut self.slug)
    }

    fn check(&mut self, _now: &Calendar, f: &mut Faults) {
        f.line("/name", &mut self.name, 300);
        f.slug(&mut self.slug, &self.name);
        f.optional_line("/short_name", &mut self.short_name, 200);
        f.optional_line("/name_genitive", &mut self.name_genitive, 300);
        check_other_names(&mut self.other_names, f);
        f.code("/kind", "institution_kinds", &mut self.kind);
        check_sectors(&mut self.sector_history, &self.kind, f);
        f.optional("/nip", &mut self.nip, Nip::parse);
        f.optional("/regon", &mut self.regon, Regon::parse);
        f.optional("/krs", &mut self.krs, Krs::parse);
        f.optional("/seat_terc", &mut self.seat_terc, Terc::parse);
        check_territories(&mut self.serves_terc, f);
        let address = &mut self.address;
        f.optional_line("/address/street_address", &mut address.street_address, 200);
        f.optional(
            "/address/postal_code",
            &mut address.postal_code,
            PostalCode::parse,
        );
        f.optional_line("/address/town", &mut address.town, 100);
        f.optional("/website", &mut self.website, Url::parse_website);
        f.optional("/email", &mut self.email, Email::parse);
        f.optional("/phone", &mut self.phone, Phone::parse);
        let delivery = &mut self.edelivery_address;
        f.optional("/edelivery_address", delivery, EDeliveryAddress::parse);
        f.code_or(
            "/status",
            "institution_statuses",
            &mut self.status,
            "active",
        );
        if self.successor.is_some() && self.status == "active" {
            f.add("/successor", Rule::Conflict);
        }
        f.external_ids(&mut self.external_ids);
    }
}

fn check_sectors(sectors: &mut Vec<SectorSince>, kind: &str, faults: &mut Faults) {
    if sectors.is_empty() {
        let usual = vocabulary::sector_of_kind(kind).map(|sector| SectorSince {
            sector: sector.to_owned(),
            valid_from: None,
        });
        sectors.extend(usual);
    }
    if sectors.len() > 50 {
        faults.add("/sector_history", Rule::Length);
    }
    for (index, entry) in sectors.iter().enumerate() {
        if let Err(rule) = vocabulary::check("sectors", &entry.sector) {
            faults.add(format!("/sector_history/{index}/sector"), rule);
        }
        let previous = index
            .checked_sub(1)
            .map(|previous| sectors[previous].valid_from);
        if previous.is_some_and(|previous| entry.valid_from <= previous) {
            faults.add(format!("/sector_history/{index}/valid_from"), Rule::Order);
        }
    }
}

fn check_other_names(names: &mut [OtherName], faults: &mut Faults) {
    if names.len() > 50 {
        faults.add("/other_names", Rule::Length);
        return;
    }
    for (index, other) in names.iter_mut().enumerate() {
        if let (Some(from), Some(until)) = (other.valid_from, other.valid_until)
            && until <= from
        {
            faults.add(format!("/other_names/{index}/valid_until"), Rule::Order);
        }
        let at = |field: &str| format!("/other_names/{index}/{field}");
        faults.line(&at("name"), &mut other.name, 300);
        faults.optional_line(&at("short_name"), &mut other.short_name, 200);
        faults.optional_line(&at("name_genitive"), &mut other.name_genitive, 300);
    }
}

fn check_territories(codes: &mut [String], faults: &mut Faults) {
    if codes.len() > 200 {
        faults.add("/serves_terc", Rule::Length);
        return;
    }
    for index in 0..codes.len() {
        let pointer = format!("/serves_terc/{index}");
        let Some(code) = faults.take(&pointer, Terc::parse(&codes[index])) else {
            continue;
        };
        codes[index] = code.to_string();
        if codes[..index].contains(&codes[index]) {
            faults.add(pointer, Rule::Duplicate);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::on;

    fn draft() -> Institution {
        Institution {
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
        let institution = draft().checked(&on("2016-12-31")).unwrap();
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
        let institution = Institution {
            sector_history: history,
            ..draft()
        }
        .checked(&on("2016-12-31"))
        .unwrap();
        assert_eq!(institution.sector_on(day("2016-06-30")), Some("ngo"));
        assert_eq!(
            institution.sector_on(day("2016-07-01")),
            Some("social_economy_entity")
        );
    }

    #[test]
    fn an_institution_was_called_what_it_was_called_on_the_day() {
        let name = |name: &str, from: Option<&str>, until: Option<&str>| OtherName {
            name: name.into(),
            short_name: None,
            name_genitive: None,
            valid_from: from.map(day),
            valid_until: until.map(day),
        };
        let names = [
            name("Urząd Zatrudnienia", Some("2000-01-01"), Some("2010-01-01")),
            name("Rejonowe Biuro Pracy", None, Some("2000-01-01")),
            name("PUP", None, None),
        ];
        for (on, expected) in [
            ("1999-12-31", Some("Rejonowe Biuro Pracy")),
            ("2000-01-01", Some("Urząd Zatrudnienia")),
            ("2009-12-31", Some("Urząd Zatrudnienia")),
            ("2010-01-01", None),
        ] {
            let found = former_name_on(&names, day(on));
            assert_eq!(found.map(|name| name.name.as_str()), expected, "{on}");
        }
    }

    #[test]
    fn all_faults_are_reported_at_once() {
        let broken = Institution {
            name: "  ".into(),
            kind: "ministry".into(),
            nip: Some("1234563219".into()),
            serves_terc: vec!["08".into(), "08".into(), "07".into()],
            successor: Some(Link::default()),
            ..Default::default()
        };
        let mut found: Vec<_> = broken
            .checked(&on("2016-12-31"))
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
