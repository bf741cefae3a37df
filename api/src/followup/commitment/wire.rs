//! The JSON shapes of commitments.

use chrono::{DateTime, NaiveDate, Utc};
use domain::commitment_status::status_on;
use domain::followup::commitment::{Commitment, CommitmentDraft};
use domain::period::Period;
use domain::record::{ExternalId, Versioned};
use domain::report::facts::FulfilmentFact;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::institution::ExternalIdBody;
use crate::wire::{Names, Ref, RefIn, reference};

/// How many fulfilments of a year are named at most.
const COUNTED: usize = 1000;

/// A commitment to record.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CommitmentIn {
    /// Stable readable identifier; made from the text when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 100, example = "zob-informacje")]
    pub slug: Option<String>,
    /// The recommendation it comes from, adopted already: slug or id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, max_length = 100, example = "rek-2016-2")]
    pub recommendation: Option<RefIn>,
    /// How many times a year at least.
    #[schema(minimum = 1, maximum = 1000, example = 3)]
    pub min_count: i32,
    /// Code of the vocabulary `commitment_channels`: what can fulfil it; `any_meeting` when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 100, example = "cyclic_partner_meeting")]
    pub channel: Option<String>,
    /// Codes of the vocabulary `institution_kinds`: who made it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 200, example = json!(["pup", "ops", "pcpr"]))]
    pub party_kinds: Vec<String>,
    /// What is promised: a phrase of the report in the nominative.
    #[schema(
        max_length = 2000,
        example = "przekazywanie informacji o możliwościach wsparcia na rzecz wspólnych klientów"
    )]
    pub report_text: String,
    /// The first day in force.
    #[schema(example = "2016-05-18")]
    pub starts_on: NaiveDate,
    /// The first day no longer in force.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "2018-01-01")]
    pub ends_on: Option<NaiveDate>,
    /// Its place in the list, from one.
    #[schema(minimum = 1, maximum = 100_000, example = 1)]
    pub position: i32,
    /// Identifiers in other systems.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 20)]
    pub external_ids: Vec<ExternalIdBody>,
}

impl CommitmentIn {
    /// The draft that the domain checks.
    pub fn into_draft(
        self,
        partnership_id: Uuid,
        recommendation_id: Option<Uuid>,
    ) -> CommitmentDraft {
        CommitmentDraft {
            partnership_id,
            slug: self.slug,
            recommendation_id,
            min_count: self.min_count,
            channel: self.channel,
            party_kinds: self.party_kinds,
            report_text: self.report_text,
            starts_on: self.starts_on,
            ends_on: self.ends_on,
            position: self.position,
            external_ids: self
                .external_ids
                .into_iter()
                .map(ExternalId::from)
                .collect(),
        }
    }
}

/// What one would send to create a stored commitment: the base of a patch.
impl From<&Commitment> for CommitmentIn {
    fn from(c: &Commitment) -> Self {
        Self {
            slug: Some(c.slug.clone()),
            recommendation: c.recommendation_id.map(|id| RefIn(id.to_string())),
            min_count: c.min_count,
            channel: Some(c.channel.clone()),
            party_kinds: c.party_kinds.clone(),
            report_text: c.report_text.clone(),
            starts_on: c.starts_on,
            ends_on: c.ends_on,
            position: c.position,
            external_ids: c.external_ids.iter().map(ExternalIdBody::from).collect(),
        }
    }
}

/// How a commitment stands in a calendar year, today.
#[derive(Debug, Serialize, ToSchema)]
pub struct CommitmentPeriodOut {
    /// The calendar year.
    #[schema(minimum = 1000, maximum = 9999, example = 2016)]
    pub year: i32,
    /// How many times it is to be done in the year: in proportion to the days in force, rounded up.
    #[schema(example = 2)]
    pub due: u32,
    /// How many times could be expected by today, in proportion to the time passed.
    #[schema(example = 2)]
    pub expected: u32,
    /// How many times it was done in the year.
    #[schema(example = 3)]
    pub done: u32,
    /// Code of the vocabulary `commitment_period_statuses`: `met` when nothing is due either.
    #[schema(max_length = 100, example = "met")]
    pub status: String,
    /// Ids of up to 1,000 fulfilments that were counted, the earliest first.
    #[schema(max_items = 1000, example = json!(["0198c0de-0000-7000-8000-000000000331"]))]
    pub counted: Vec<Uuid>,
    /// The day after which it can no longer be met.
    #[schema(example = "2016-12-31")]
    pub last_day: NaiveDate,
}

impl CommitmentPeriodOut {
    /// Counts what was done in a calendar year by a day.
    pub fn of(
        commitment: &Commitment,
        year: i32,
        period: Period,
        day: NaiveDate,
        fulfilments: &[FulfilmentFact],
    ) -> Self {
        let counts = |fact: &&FulfilmentFact| {
            fact.took_place && period.contains(fact.held_on) && fact.held_on <= day
        };
        let counted: Vec<_> = fulfilments.iter().filter(counts).collect();
        let days: Vec<NaiveDate> = counted.iter().map(|fact| fact.held_on).collect();
        let progress = status_on(day, commitment.promise(), period, &days);
        Self {
            year,
            due: progress.required,
            expected: progress.expected,
            done: progress.done,
            status: progress.status.code().to_owned(),
            counted: counted.iter().take(COUNTED).map(|fact| fact.id).collect(),
            last_day: progress.last_day,
        }
    }
}

/// What is to be done so many times a year, and how that stands.
#[derive(Debug, Serialize, ToSchema)]
pub struct CommitmentOut {
    /// UUIDv7.
    #[schema(example = "0198c0de-0000-7000-8000-000000000321")]
    pub id: Uuid,
    /// Stable readable identifier.
    #[schema(example = "zob-informacje")]
    pub slug: String,
    /// The recommendation it comes from.
    #[schema(required)]
    pub recommendation: Option<Ref>,
    /// How many times a year at least.
    #[schema(minimum = 1, maximum = 1000, example = 3)]
    pub min_count: i32,
    /// Code of the vocabulary `commitment_channels`: what can fulfil it.
    #[schema(example = "cyclic_partner_meeting")]
    pub channel: String,
    /// Codes of the vocabulary `institution_kinds`: who made it.
    #[schema(max_items = 200, example = json!(["pup", "ops", "pcpr"]))]
    pub party_kinds: Vec<String>,
    /// What is promised: a phrase of the report in the nominative.
    #[schema(
        example = "przekazywanie informacji o możliwościach wsparcia na rzecz wspólnych klientów"
    )]
    pub report_text: String,
    /// The first day in force.
    #[schema(example = "2016-05-18")]
    pub starts_on: NaiveDate,
    /// The first day no longer in force.
    #[schema(required, example = json!(null))]
    pub ends_on: Option<NaiveDate>,
    /// Its place in the list, from one.
    #[schema(minimum = 1, maximum = 100_000, example = 1)]
    pub position: i32,
    /// How it stands in the calendar year that is asked for, or the current one. Computed when it is read: it changes
    /// with fulfilments and with time, while the version stays.
    pub period: CommitmentPeriodOut,
    /// Identifiers in other systems.
    #[schema(max_items = 20)]
    pub external_ids: Vec<ExternalIdBody>,
    /// Grows by one with every change; the first part of the ETag.
    #[schema(example = 1)]
    pub version: i32,
    /// When it was recorded.
    #[schema(example = "2016-05-18T12:00:00Z")]
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    #[schema(example = "2016-05-18T12:00:00Z")]
    pub modified_at: DateTime<Utc>,
}

impl CommitmentOut {
    /// Shows a commitment and how it stands.
    pub fn of(record: &Versioned<Commitment>, named: &Names, period: CommitmentPeriodOut) -> Self {
        let Versioned { head, value } = record;
        Self {
            id: head.id,
            slug: value.slug.clone(),
            recommendation: reference(named, value.recommendation_id),
            min_count: value.min_count,
            channel: value.channel.clone(),
            party_kinds: value.party_kinds.clone(),
            report_text: value.report_text.clone(),
            starts_on: value.starts_on,
            ends_on: value.ends_on,
            position: value.position,
            period,
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
