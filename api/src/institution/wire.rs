//! The JSON shapes of institutions.

use chrono::{DateTime, NaiveDate, Utc};
use domain::institution::{Institution, InstitutionDraft, OtherName, SectorSince};
use domain::record::{ExternalId, Versioned};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::wire::{Names, Ref, RefIn, reference};

/// The same record's identifier in another system.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExternalIdBody {
    /// The other system.
    #[schema(max_length = 200, example = "rops-register")]
    pub system: String,
    /// The identifier there.
    #[schema(max_length = 200, example = "ES/08/0017")]
    pub id: String,
}

impl From<ExternalIdBody> for ExternalId {
    fn from(body: ExternalIdBody) -> Self {
        Self {
            system: body.system,
            id: body.id,
        }
    }
}

impl From<&ExternalId> for ExternalIdBody {
    fn from(external: &ExternalId) -> Self {
        Self {
            system: external.system.clone(),
            id: external.id.clone(),
        }
    }
}

/// A former or other name.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OtherNameBody {
    /// The name.
    #[schema(max_length = 300, example = "Rejonowe Biuro Pracy w Żarach")]
    pub name: String,
    /// First day it was used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "1990-01-01")]
    pub valid_from: Option<NaiveDate>,
    /// First day it was used no more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "2000-01-01")]
    pub valid_until: Option<NaiveDate>,
}

/// A sector and the day it applies from.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SectorSinceBody {
    /// Code of the vocabulary `sectors`.
    #[schema(max_length = 100, example = "labour_market_institution")]
    pub sector: String,
    /// First day; absent for as long as there are records.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "2012-01-01")]
    pub valid_from: Option<NaiveDate>,
}

/// A postal address.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AddressBody {
    /// Street and number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 200, example = "ul. Wyspiańskiego 15")]
    pub street_address: Option<String>,
    /// Postal code, `NN-NNN`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 6, pattern = "^[0-9]{2}-[0-9]{3}$", example = "65-042")]
    pub postal_code: Option<String>,
    /// Town.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 100, example = "Zielona Góra")]
    pub town: Option<String>,
}

/// An institution to record.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InstitutionIn {
    /// Official name.
    #[schema(
        min_length = 1,
        max_length = 300,
        example = "Powiatowy Urząd Pracy w Żarach"
    )]
    pub name: String,
    /// Code of the vocabulary `institution_kinds`.
    #[schema(max_length = 100, example = "pup")]
    pub kind: String,
    /// Stable readable identifier; made from the name when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(
        max_length = 100,
        pattern = "^[a-z0-9]+(-[a-z0-9]+)*$",
        example = "pup-zary"
    )]
    pub slug: Option<String>,
    /// Short name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 200, example = "PUP w Żarach")]
    pub short_name: Option<String>,
    /// The name in the genitive, as Polish sentences need it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 300, example = "Powiatowego Urzędu Pracy w Żarach")]
    pub name_genitive: Option<String>,
    /// Former and other names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 50)]
    pub other_names: Vec<OtherNameBody>,
    /// Sectors over time, the oldest first; the kind's usual sector when absent.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 50)]
    pub sector_history: Vec<SectorSinceBody>,
    /// Whether it is a public body.
    #[serde(default)]
    pub public_body: bool,
    /// Tax number (NIP), with or without hyphens. Several units of a commune may share one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 20, example = "9990000014")]
    pub nip: Option<String>,
    /// REGON of 9 or 14 digits. Unique among active institutions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 14, example = "990000016")]
    pub regon: Option<String>,
    /// KRS, 10 digits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 10, example = "0009900001")]
    pub krs: Option<String>,
    /// TERC (TERYT) of the seat: 2, 4 or 7 digits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 7, example = "0811021")]
    pub seat_terc: Option<String>,
    /// TERC codes it serves.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 200, example = json!(["0811"]))]
    pub serves_terc: Vec<String>,
    /// Postal address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub address: Option<AddressBody>,
    /// Web address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 2000, example = "https://pup-zary.example/")]
    pub website: Option<String>,
    /// Functional mailbox.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 254, example = "kontakt@pup-zary.example")]
    pub email: Option<String>,
    /// Polish telephone number; stored as E.164.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 30, example = "+48680000001")]
    pub phone: Option<String>,
    /// Address for electronic delivery (e-Doręczenia).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 32, example = "AE:PL-11111-22222-AAAAA-14")]
    pub edelivery_address: Option<String>,
    /// The institution that runs it, where it has no legal personality: slug or id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, max_length = 100, example = "gmina-dobiegniew")]
    pub operator: Option<RefIn>,
    /// Code of the vocabulary `institution_statuses`; `active` when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 100, example = "active")]
    pub status: Option<String>,
    /// The institution that took it over: slug or id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, max_length = 100, example = json!(null))]
    pub successor: Option<RefIn>,
    /// Identifiers in other systems.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 20)]
    pub external_ids: Vec<ExternalIdBody>,
}

impl InstitutionIn {
    /// The draft that the domain checks; references are resolved by the caller.
    pub fn into_draft(
        self,
        operator_id: Option<Uuid>,
        successor_id: Option<Uuid>,
    ) -> InstitutionDraft {
        let address = self.address.unwrap_or_default();
        let other = |name: OtherNameBody| OtherName {
            name: name.name,
            valid_from: name.valid_from,
            valid_until: name.valid_until,
        };
        let since = |entry: SectorSinceBody| SectorSince {
            sector: entry.sector,
            valid_from: entry.valid_from,
        };
        InstitutionDraft {
            slug: self.slug,
            name: self.name,
            short_name: self.short_name,
            name_genitive: self.name_genitive,
            other_names: self.other_names.into_iter().map(other).collect(),
            kind: self.kind,
            sector_history: self.sector_history.into_iter().map(since).collect(),
            public_body: self.public_body,
            nip: self.nip,
            regon: self.regon,
            krs: self.krs,
            seat_terc: self.seat_terc,
            serves_terc: self.serves_terc,
            street_address: address.street_address,
            postal_code: address.postal_code,
            town: address.town,
            website: self.website,
            email: self.email,
            phone: self.phone,
            edelivery_address: self.edelivery_address,
            operator_id,
            status: self.status,
            successor_id,
            external_ids: self
                .external_ids
                .into_iter()
                .map(ExternalId::from)
                .collect(),
        }
    }
}

/// What one would send to create a stored institution: the base of a patch.
impl From<&Institution> for InstitutionIn {
    fn from(i: &Institution) -> Self {
        let id = |id: &Option<Uuid>| id.map(|id| RefIn(id.to_string()));
        let i = i.clone();
        Self {
            slug: Some(i.slug),
            name: i.name,
            short_name: i.short_name,
            name_genitive: i.name_genitive,
            other_names: i.other_names.into_iter().map(OtherNameBody::from).collect(),
            kind: i.kind,
            sector_history: i
                .sector_history
                .into_iter()
                .map(SectorSinceBody::from)
                .collect(),
            public_body: i.public_body,
            nip: i.nip,
            regon: i.regon,
            krs: i.krs,
            seat_terc: i.seat_terc,
            serves_terc: i.serves_terc,
            address: Some(AddressBody {
                street_address: i.street_address,
                postal_code: i.postal_code,
                town: i.town,
            }),
            website: i.website,
            email: i.email,
            phone: i.phone,
            edelivery_address: i.edelivery_address,
            operator: id(&i.operator_id),
            status: Some(i.status),
            successor: id(&i.successor_id),
            external_ids: i.external_ids.iter().map(ExternalIdBody::from).collect(),
        }
    }
}

impl From<OtherName> for OtherNameBody {
    fn from(other: OtherName) -> Self {
        Self {
            name: other.name,
            valid_from: other.valid_from,
            valid_until: other.valid_until,
        }
    }
}

impl From<SectorSince> for SectorSinceBody {
    fn from(entry: SectorSince) -> Self {
        Self {
            sector: entry.sector,
            valid_from: entry.valid_from,
        }
    }
}

/// An institution.
#[derive(Debug, Serialize, ToSchema)]
pub struct InstitutionOut {
    /// UUIDv7.
    #[schema(example = "0198c0de-0000-7000-8000-000000000004")]
    pub id: Uuid,
    /// Stable readable identifier.
    #[schema(example = "wup-zielona-gora")]
    pub slug: String,
    /// Official name.
    #[schema(example = "Wojewódzki Urząd Pracy w Zielonej Górze")]
    pub name: String,
    /// Short name.
    #[schema(required, example = "WUP w Zielonej Górze")]
    pub short_name: Option<String>,
    /// The name in the genitive.
    #[schema(required, example = "Wojewódzkiego Urzędu Pracy w Zielonej Górze")]
    pub name_genitive: Option<String>,
    /// Former and other names.
    pub other_names: Vec<OtherNameBody>,
    /// Code of the vocabulary `institution_kinds`.
    #[schema(example = "wup")]
    pub kind: String,
    /// Today's sector: a code of the vocabulary `sectors`.
    #[schema(required, example = "labour_market_institution")]
    pub sector: Option<String>,
    /// Sectors over time, the oldest first.
    pub sector_history: Vec<SectorSinceBody>,
    /// Whether it is a public body.
    pub public_body: bool,
    /// Tax number (NIP), 10 digits.
    #[schema(required, example = "9990000014")]
    pub nip: Option<String>,
    /// REGON, 9 or 14 digits.
    #[schema(required, example = "990000016")]
    pub regon: Option<String>,
    /// KRS, 10 digits.
    #[schema(required, example = json!(null))]
    pub krs: Option<String>,
    /// TERC of the seat.
    #[schema(required, example = "0862011")]
    pub seat_terc: Option<String>,
    /// TERC codes it serves.
    #[schema(example = json!(["08"]))]
    pub serves_terc: Vec<String>,
    /// Postal address.
    pub address: AddressBody,
    /// Web address.
    #[schema(required, example = "https://wup-zielona-gora.example/")]
    pub website: Option<String>,
    /// Functional mailbox.
    #[schema(required, example = "kontakt@wup-zielona-gora.example")]
    pub email: Option<String>,
    /// Telephone, E.164.
    #[schema(required, example = "+48680000001")]
    pub phone: Option<String>,
    /// Address for electronic delivery.
    #[schema(required, example = json!(null))]
    pub edelivery_address: Option<String>,
    /// Who runs it.
    #[schema(required)]
    pub operator: Option<Ref>,
    /// Code of the vocabulary `institution_statuses`.
    #[schema(example = "active")]
    pub status: String,
    /// Who took it over.
    #[schema(required)]
    pub successor: Option<Ref>,
    /// Identifiers in other systems.
    pub external_ids: Vec<ExternalIdBody>,
    /// Grows by one with every change; the first part of the ETag.
    #[schema(example = 1)]
    pub version: i32,
    /// When it was recorded.
    #[schema(example = "2016-01-04T07:30:00Z")]
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    #[schema(example = "2016-01-04T07:30:00Z")]
    pub modified_at: DateTime<Utc>,
}

impl InstitutionOut {
    /// Shows an institution as of `today`, with the names of those it refers to.
    pub fn of(record: &Versioned<Institution>, named: &Names, today: NaiveDate) -> Self {
        let Versioned { head, value } = record;
        let i = value.clone();
        Self {
            id: head.id,
            sector: value.sector_on(today).map(str::to_owned),
            slug: i.slug,
            name: i.name,
            short_name: i.short_name,
            name_genitive: i.name_genitive,
            other_names: i.other_names.into_iter().map(OtherNameBody::from).collect(),
            kind: i.kind,
            sector_history: i
                .sector_history
                .into_iter()
                .map(SectorSinceBody::from)
                .collect(),
            public_body: i.public_body,
            nip: i.nip,
            regon: i.regon,
            krs: i.krs,
            seat_terc: i.seat_terc,
            serves_terc: i.serves_terc,
            address: AddressBody {
                street_address: i.street_address,
                postal_code: i.postal_code,
                town: i.town,
            },
            website: i.website,
            email: i.email,
            phone: i.phone,
            edelivery_address: i.edelivery_address,
            operator: reference(named, i.operator_id),
            status: i.status,
            successor: reference(named, i.successor_id),
            external_ids: i.external_ids.iter().map(ExternalIdBody::from).collect(),
            version: head.version,
            created_at: head.created_at,
            modified_at: head.modified_at,
        }
    }
}
