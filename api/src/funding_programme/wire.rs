//! The JSON shapes of funding programmes.

use chrono::{DateTime, NaiveDate, Utc};
use domain::funding_programme::{Call, FundingProgramme, FundingProgrammeDraft};
use domain::record::{ExternalId, Versioned};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::institution::ExternalIdBody;

/// A call for applications.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CallBody {
    /// Name or number.
    #[schema(
        min_length = 1,
        max_length = 300,
        example = "RPLB.07.04.02-IZ.00-08-K01/16"
    )]
    pub name: String,
    /// The first day on which one may apply.
    #[schema(example = "2016-03-01")]
    pub opens_on: NaiveDate,
    /// The last day on which one may apply.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "2016-04-15")]
    pub closes_on: Option<NaiveDate>,
    /// Where it is announced.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 2000, example = "https://rpo.example/nabory/k01-16")]
    pub url: Option<String>,
}

impl From<CallBody> for Call {
    fn from(call: CallBody) -> Self {
        Self {
            name: call.name,
            opens_on: call.opens_on,
            closes_on: call.closes_on,
            url: call.url,
        }
    }
}

impl From<&Call> for CallBody {
    fn from(call: &Call) -> Self {
        Self {
            name: call.name.clone(),
            opens_on: call.opens_on,
            closes_on: call.closes_on,
            url: call.url.clone(),
        }
    }
}

/// A funding programme to record.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FundingProgrammeIn {
    /// Its code, unique in the partnership; that of the vocabulary `funding_programmes` where there is one.
    #[schema(
        min_length = 1,
        max_length = 60,
        pattern = "^[a-z][a-z0-9_]*$",
        example = "rpo_l2020"
    )]
    pub code: String,
    /// Name; the Polish label of the code when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(
        min_length = 1,
        max_length = 300,
        example = "Regionalny Program Operacyjny – Lubuskie 2020"
    )]
    pub name: Option<String>,
    /// The first day.
    #[schema(example = "2014-01-01")]
    pub starts_on: NaiveDate,
    /// The last day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "2023-12-31")]
    pub ends_on: Option<NaiveDate>,
    /// Codes of the vocabulary `sectors`: who may apply.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 200, example = json!(["ngo", "social_economy_entity"]))]
    pub eligible_sectors: Vec<String>,
    /// Its calls, as they were announced.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 200)]
    pub calls: Vec<CallBody>,
    /// Identifiers in other systems.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 20)]
    pub external_ids: Vec<ExternalIdBody>,
}

impl FundingProgrammeIn {
    /// The draft that the domain checks.
    pub fn into_draft(self, partnership_id: Uuid) -> FundingProgrammeDraft {
        FundingProgrammeDraft {
            partnership_id,
            code: self.code,
            name: self.name,
            starts_on: self.starts_on,
            ends_on: self.ends_on,
            eligible_sectors: self.eligible_sectors,
            calls: self.calls.into_iter().map(Call::from).collect(),
            external_ids: self
                .external_ids
                .into_iter()
                .map(ExternalId::from)
                .collect(),
        }
    }
}

/// What one would send to create a stored funding programme: the base of a patch.
impl From<&FundingProgramme> for FundingProgrammeIn {
    fn from(f: &FundingProgramme) -> Self {
        Self {
            code: f.code.clone(),
            name: Some(f.name.clone()),
            starts_on: f.starts_on,
            ends_on: f.ends_on,
            eligible_sectors: f.eligible_sectors.clone(),
            calls: f.calls.iter().map(CallBody::from).collect(),
            external_ids: f.external_ids.iter().map(ExternalIdBody::from).collect(),
        }
    }
}

/// A funding programme that a partnership follows.
#[derive(Debug, Serialize, ToSchema)]
pub struct FundingProgrammeOut {
    /// UUIDv7.
    #[schema(example = "0198c0de-0000-7000-8000-00000000000a")]
    pub id: Uuid,
    /// Its code, unique in the partnership.
    #[schema(example = "rpo_l2020")]
    pub code: String,
    /// Name.
    #[schema(example = "Regionalny Program Operacyjny – Lubuskie 2020")]
    pub name: String,
    /// The first day.
    #[schema(example = "2014-01-01")]
    pub starts_on: NaiveDate,
    /// The last day.
    #[schema(required, example = "2023-12-31")]
    pub ends_on: Option<NaiveDate>,
    /// Codes of the vocabulary `sectors`: who may apply.
    #[schema(max_items = 200, example = json!(["ngo", "social_economy_entity"]))]
    pub eligible_sectors: Vec<String>,
    /// Its calls, as they were announced.
    #[schema(max_items = 200)]
    pub calls: Vec<CallBody>,
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

impl FundingProgrammeOut {
    /// Shows a funding programme.
    pub fn of(record: &Versioned<FundingProgramme>) -> Self {
        let Versioned { head, value } = record;
        Self {
            id: head.id,
            code: value.code.clone(),
            name: value.name.clone(),
            starts_on: value.starts_on,
            ends_on: value.ends_on,
            eligible_sectors: value.eligible_sectors.clone(),
            calls: value.calls.iter().map(CallBody::from).collect(),
            external_ids: value
                .external_ids
                .iter()
                .map(ExternalIdBody::from)
                .collect(),
            version: head.version,
            created_at: head.created_at,
            modified_at: head.modified_at,
        }
    }
}
