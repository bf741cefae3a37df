//! The JSON shapes of partnerships.

use chrono::{DateTime, NaiveDate, Utc};
use domain::partnership::{Partnership, PartnershipDraft, Secretariat};
use domain::record::{ExternalId, Versioned};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::institution::ExternalIdBody;
use crate::wire::{Names, Ref, RefIn, reference};

/// The secretariat as a function, to record.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SecretariatIn {
    /// The institution that runs it: slug or id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, max_length = 100, example = "wup-zielona-gora")]
    pub institution: Option<RefIn>,
    /// Its name within the institution.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 200, example = "Sekretariat Partnerstwa")]
    pub unit: Option<String>,
    /// Telephone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 30, example = "+48950000000")]
    pub phone: Option<String>,
    /// Functional mailbox.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 254, example = "sekretariat@partnerstwo.example")]
    pub email: Option<String>,
}

/// A partnership to record.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PartnershipIn {
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
    /// `day`, `month` or `year`; `day` when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 10, example = "year")]
    pub founded_on_precision: Option<String>,
    /// Stable readable identifier; made from the name when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(
        max_length = 100,
        pattern = "^[a-z0-9]+(-[a-z0-9]+)*$",
        example = "partnerstwo-lubuskie"
    )]
    pub slug: Option<String>,
    /// TERC of the area.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 7, example = "08")]
    pub area_terc: Option<String>,
    /// Goal, as a sentence of the report.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(
        max_length = 5000,
        example = "Celem partnerstwa jest wspólne promowanie idei ekonomii społecznej."
    )]
    pub goal: Option<String>,
    /// Fields of cooperation, in the accusative, as items of the report.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 50, example = json!(["promocję i wsparcie rozwoju ekonomii społecznej"]))]
    pub scope: Vec<String>,
    /// How it is coordinated, as sentences of the report.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(
        max_length = 5000,
        example = "Działalność partnerstwa jest koordynowana przez Radę Programową."
    )]
    pub coordination: Option<String>,
    /// IANA time zone of its calendar dates; `Europe/Warsaw` when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 50, example = "Europe/Warsaw")]
    pub time_zone: Option<String>,
    /// Licence of what it publishes (SPDX).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 100, example = "CC0-1.0")]
    pub licence: Option<String>,
    /// Secretariat.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub secretariat: Option<SecretariatIn>,
    /// Identifiers in other systems.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 20)]
    pub external_ids: Vec<ExternalIdBody>,
}

impl PartnershipIn {
    /// The draft that the domain checks; the secretariat's institution is resolved by the caller.
    pub fn into_draft(self, institution_id: Option<Uuid>) -> PartnershipDraft {
        let secretariat = self.secretariat.unwrap_or_default();
        PartnershipDraft {
            slug: self.slug,
            name: self.name,
            founded_on: self.founded_on,
            founded_on_precision: self.founded_on_precision,
            area_terc: self.area_terc,
            goal: self.goal,
            scope: self.scope,
            coordination: self.coordination,
            time_zone: self.time_zone,
            licence: self.licence,
            secretariat: Secretariat {
                institution_id,
                unit: secretariat.unit,
                phone: secretariat.phone,
                email: secretariat.email,
            },
            external_ids: self
                .external_ids
                .into_iter()
                .map(ExternalId::from)
                .collect(),
        }
    }
}

/// What one would send to create a stored partnership: the base of a patch.
impl From<&Partnership> for PartnershipIn {
    fn from(p: &Partnership) -> Self {
        let p = p.clone();
        Self {
            name: p.name,
            founded_on: p.founded_on,
            founded_on_precision: Some(p.founded_on_precision),
            slug: Some(p.slug),
            area_terc: p.area_terc,
            goal: p.goal,
            scope: p.scope,
            coordination: p.coordination,
            time_zone: Some(p.time_zone),
            licence: p.licence,
            secretariat: Some(SecretariatIn {
                institution: p.secretariat.institution_id.map(|id| RefIn(id.to_string())),
                unit: p.secretariat.unit,
                phone: p.secretariat.phone,
                email: p.secretariat.email,
            }),
            external_ids: p.external_ids.iter().map(ExternalIdBody::from).collect(),
        }
    }
}

/// The secretariat as a function.
#[derive(Debug, Serialize, ToSchema)]
pub struct SecretariatOut {
    /// The institution that runs it.
    #[schema(required)]
    pub institution: Option<Ref>,
    /// Its name within the institution.
    #[schema(required, example = "Sekretariat Partnerstwa")]
    pub unit: Option<String>,
    /// Telephone, E.164.
    #[schema(required, example = "+48950000000")]
    pub phone: Option<String>,
    /// Functional mailbox.
    #[schema(required, example = "sekretariat@partnerstwo.example")]
    pub email: Option<String>,
}

/// A partnership.
#[derive(Debug, Serialize, ToSchema)]
pub struct PartnershipOut {
    /// UUIDv7.
    #[schema(example = "0198c0de-0000-7000-8000-000000000002")]
    pub id: Uuid,
    /// Stable readable identifier.
    #[schema(example = "partnerstwo-lubuskie")]
    pub slug: String,
    /// Name.
    #[schema(example = "Partnerstwo Lokalne na rzecz Ekonomii Społecznej")]
    pub name: String,
    /// Founding date, as exact as `founded_on_precision` says.
    #[schema(example = "2008-06-18")]
    pub founded_on: NaiveDate,
    /// `day`, `month` or `year`.
    #[schema(example = "year")]
    pub founded_on_precision: String,
    /// TERC of the area.
    #[schema(required, example = "08")]
    pub area_terc: Option<String>,
    /// Goal, as a sentence of the report.
    #[schema(
        required,
        example = "Celem partnerstwa jest wspólne promowanie idei ekonomii społecznej."
    )]
    pub goal: Option<String>,
    /// Fields of cooperation.
    #[schema(example = json!(["promocję i wsparcie rozwoju ekonomii społecznej"]))]
    pub scope: Vec<String>,
    /// How it is coordinated.
    #[schema(
        required,
        example = "Działalność partnerstwa jest koordynowana przez Radę Programową."
    )]
    pub coordination: Option<String>,
    /// IANA time zone.
    #[schema(example = "Europe/Warsaw")]
    pub time_zone: String,
    /// Licence of what it publishes (SPDX).
    #[schema(required, example = "CC0-1.0")]
    pub licence: Option<String>,
    /// Secretariat.
    pub secretariat: SecretariatOut,
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

impl PartnershipOut {
    /// Shows a partnership, with the name of the institution that runs its secretariat.
    pub fn of(record: &Versioned<Partnership>, named: &Names) -> Self {
        let Versioned { head, value } = record;
        let p = value.clone();
        Self {
            id: head.id,
            slug: p.slug,
            name: p.name,
            founded_on: p.founded_on,
            founded_on_precision: p.founded_on_precision,
            area_terc: p.area_terc,
            goal: p.goal,
            scope: p.scope,
            coordination: p.coordination,
            time_zone: p.time_zone,
            licence: p.licence,
            secretariat: SecretariatOut {
                institution: reference(named, p.secretariat.institution_id),
                unit: p.secretariat.unit,
                phone: p.secretariat.phone,
                email: p.secretariat.email,
            },
            external_ids: p.external_ids.iter().map(ExternalIdBody::from).collect(),
            version: head.version,
            created_at: head.created_at,
            modified_at: head.modified_at,
        }
    }
}
