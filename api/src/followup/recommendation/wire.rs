//! The JSON shapes of recommendations.

use chrono::{DateTime, NaiveDate, Utc};
use domain::followup::recommendation::{Addressee, Recommendation, RecommendationDraft, Vote};
use domain::record::{ExternalId, Versioned};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::institution::ExternalIdBody;
use crate::wire::{Names, Ref, RefIn, reference};

/// How a vote on a recommendation went.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct VoteTallyBody {
    /// Votes in favour.
    #[schema(minimum = 0, maximum = 100_000, example = 9)]
    pub r#for: i32,
    /// Votes against.
    #[schema(minimum = 0, maximum = 100_000, example = 0)]
    pub against: i32,
    /// Abstentions.
    #[schema(minimum = 0, maximum = 100_000, example = 0)]
    pub abstain: i32,
    /// How many were present; no fewer than votes were cast.
    #[schema(minimum = 0, maximum = 100_000, example = 9)]
    pub present: i32,
    /// How many seats there are; no fewer than were present.
    #[schema(minimum = 0, maximum = 100_000, example = 11)]
    pub seats: i32,
}

impl From<VoteTallyBody> for Vote {
    fn from(tally: VoteTallyBody) -> Self {
        Self {
            r#for: tally.r#for,
            against: tally.against,
            abstain: tally.abstain,
            present: tally.present,
            seats: tally.seats,
        }
    }
}

impl From<&Vote> for VoteTallyBody {
    fn from(vote: &Vote) -> Self {
        Self {
            r#for: vote.r#for,
            against: vote.against,
            abstain: vote.abstain,
            present: vote.present,
            seats: vote.seats,
        }
    }
}

/// To whom a recommendation is addressed: a sector, an institution or a body, exactly one of them.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AddresseeIn {
    /// Code of the vocabulary `sectors`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 100, example = "labour_market_institution")]
    pub sector: Option<String>,
    /// An institution: slug or id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, max_length = 100, example = json!(null))]
    pub institution: Option<RefIn>,
    /// A body of the partnership: slug or id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, max_length = 100, example = json!(null))]
    pub body: Option<RefIn>,
    /// By when an answer is due.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "2016-06-30")]
    pub due_on: Option<NaiveDate>,
}

impl From<&Addressee> for AddresseeIn {
    fn from(addressee: &Addressee) -> Self {
        let named = |id: Uuid| RefIn(id.to_string());
        Self {
            sector: addressee.sector.clone(),
            institution: addressee.institution_id.map(named),
            body: addressee.body_id.map(named),
            due_on: addressee.due_on,
        }
    }
}

/// A recommendation to record. Its number and the day of adoption come with the step to `adopted`.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RecommendationIn {
    /// Stable readable identifier; made from the title when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 100, example = "rek-2016-1")]
    pub slug: Option<String>,
    /// Code of the vocabulary `recommendation_kinds`; `recommendation` when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 100, example = "recommendation")]
    pub kind: Option<String>,
    /// Title.
    #[schema(
        max_length = 300,
        example = "Szkolenie „Arteterapia sposobem na stres”"
    )]
    pub title: String,
    /// What is recommended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(
        max_length = 20_000,
        example = "Zorganizowanie szkolenia dla pracowników instytucji partnerskich."
    )]
    pub text: Option<String>,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(
        max_length = 20_000,
        example = "Zdobycie wiedzy z zakresu arteterapii."
    )]
    pub rationale: Option<String>,
    /// The meeting that adopted it: slug or id. The day of adoption is that of the meeting.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, max_length = 100, example = "rada-2016-1")]
    pub adopted_at: Option<RefIn>,
    /// How the vote went.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vote: Option<VoteTallyBody>,
    /// To whom it is addressed, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 200)]
    pub addressees: Vec<AddresseeIn>,
    /// Codes of the vocabulary `target_groups`: whom it is to help.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 200, example = json!(["long_term_unemployed"]))]
    pub target_groups: Vec<String>,
    /// Identifiers in other systems.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 20)]
    pub external_ids: Vec<ExternalIdBody>,
}

impl RecommendationIn {
    /// The draft that the domain checks; what its state carries is kept from `before`.
    pub fn into_draft(
        self,
        partnership_id: Uuid,
        adopted_at_id: Option<Uuid>,
        addressees: Vec<Addressee>,
        before: Option<&Recommendation>,
    ) -> RecommendationDraft {
        RecommendationDraft {
            partnership_id,
            slug: self.slug,
            kind: self.kind,
            number: before.and_then(|before| before.number.clone()),
            title: self.title,
            text: self.text,
            rationale: self.rationale,
            status: before.map(|before| before.status.clone()),
            adopted_on: before.and_then(|before| before.adopted_on),
            adopted_at_id,
            recorded_later: before.is_some_and(|before| before.recorded_later),
            vote: self.vote.map(Vote::from),
            target_groups: self.target_groups,
            addressees,
            external_ids: self
                .external_ids
                .into_iter()
                .map(ExternalId::from)
                .collect(),
        }
    }
}

/// What one would send to create a stored recommendation: the base of a patch.
impl From<&Recommendation> for RecommendationIn {
    fn from(r: &Recommendation) -> Self {
        Self {
            slug: Some(r.slug.clone()),
            kind: Some(r.kind.clone()),
            title: r.title.clone(),
            text: r.text.clone(),
            rationale: r.rationale.clone(),
            adopted_at: r.adopted_at_id.map(|id| RefIn(id.to_string())),
            vote: r.vote.as_ref().map(VoteTallyBody::from),
            addressees: r.addressees.iter().map(AddresseeIn::from).collect(),
            target_groups: r.target_groups.clone(),
            external_ids: r.external_ids.iter().map(ExternalIdBody::from).collect(),
        }
    }
}

/// To whom a recommendation is addressed: a sector, an institution or a body.
#[derive(Debug, Serialize, ToSchema)]
pub struct AddresseeOut {
    /// Code of the vocabulary `sectors`.
    #[schema(required, example = "labour_market_institution")]
    pub sector: Option<String>,
    /// The institution.
    #[schema(required)]
    pub institution: Option<Ref>,
    /// The body.
    #[schema(required)]
    pub body: Option<Ref>,
    /// By when an answer is due.
    #[schema(required, example = "2016-06-30")]
    pub due_on: Option<NaiveDate>,
}

/// A recommendation, conclusion or intervention.
#[derive(Debug, Serialize, ToSchema)]
pub struct RecommendationOut {
    /// UUIDv7.
    #[schema(example = "0198c0de-0000-7000-8000-000000000301")]
    pub id: Uuid,
    /// Stable readable identifier.
    #[schema(example = "rek-2016-1")]
    pub slug: String,
    /// Code of the vocabulary `recommendation_kinds`.
    #[schema(example = "recommendation")]
    pub kind: String,
    /// Its number n/YYYY among those of its kind, given on adoption.
    #[schema(required, example = "1/2016")]
    pub number: Option<String>,
    /// Title.
    #[schema(example = "Szkolenie „Arteterapia sposobem na stres”")]
    pub title: String,
    /// What is recommended.
    #[schema(required, example = json!(null))]
    pub text: Option<String>,
    /// Why.
    #[schema(required, example = json!(null))]
    pub rationale: Option<String>,
    /// Code of the vocabulary `recommendation_statuses`.
    #[schema(example = "implemented")]
    pub status: String,
    /// The states into which the caller may bring it.
    #[schema(max_items = 20, example = json!([]))]
    pub allowed_transitions: Vec<String>,
    /// The day of adoption.
    #[schema(required, example = "2016-02-24")]
    pub adopted_on: Option<NaiveDate>,
    /// The meeting that adopted it.
    #[schema(required)]
    pub adopted_at: Option<Ref>,
    /// Whether what became of it was recorded later, past the rules of the steps: its adoption after that of one of a later
    /// day, with a `number` of its own; or all of it, by an import of a year that is over.
    #[schema(example = false)]
    pub recorded_later: bool,
    /// How the vote went.
    #[schema(required)]
    pub vote: Option<VoteTallyBody>,
    /// To whom it is addressed, in order.
    #[schema(max_items = 200)]
    pub addressees: Vec<AddresseeOut>,
    /// Codes of the vocabulary `target_groups`: whom it is to help.
    #[schema(max_items = 200, example = json!(["long_term_unemployed"]))]
    pub target_groups: Vec<String>,
    /// Identifiers in other systems.
    #[schema(max_items = 20)]
    pub external_ids: Vec<ExternalIdBody>,
    /// Grows by one with every change; the first part of the ETag.
    #[schema(example = 1)]
    pub version: i32,
    /// When it was recorded.
    #[schema(example = "2016-02-24T12:00:00Z")]
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    #[schema(example = "2016-06-08T14:00:00Z")]
    pub modified_at: DateTime<Utc>,
}

impl RecommendationOut {
    /// Shows a recommendation to a caller who may bring it into some states.
    pub fn of(
        record: &Versioned<Recommendation>,
        named: &Names,
        allowed_transitions: Vec<String>,
    ) -> Self {
        let Versioned { head, value } = record;
        let addressee = |addressee: &Addressee| AddresseeOut {
            sector: addressee.sector.clone(),
            institution: reference(named, addressee.institution_id),
            body: reference(named, addressee.body_id),
            due_on: addressee.due_on,
        };
        Self {
            id: head.id,
            slug: value.slug.clone(),
            kind: value.kind.clone(),
            number: value.number.clone(),
            title: value.title.clone(),
            text: value.text.clone(),
            rationale: value.rationale.clone(),
            status: value.status.clone(),
            allowed_transitions,
            adopted_on: value.adopted_on,
            adopted_at: reference(named, value.adopted_at_id),
            recorded_later: value.recorded_later,
            vote: value.vote.as_ref().map(VoteTallyBody::from),
            addressees: value.addressees.iter().map(addressee).collect(),
            target_groups: value.target_groups.clone(),
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
