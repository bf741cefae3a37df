//! The JSON shapes of signatories.

use chrono::{DateTime, NaiveDate, Utc};
use domain::access::View;
use domain::record::{ExternalId, Versioned};
use domain::signatory::{Signatory, SignatoryDraft, Withdrawal};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::institution::ExternalIdBody;
use crate::resource::Site;
use crate::wire::{Names, Ref, RefIn, reference};

/// How a signatory left.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WithdrawalBody {
    /// The first day no longer a signatory.
    #[schema(example = "2014-06-30")]
    pub effective_on: NaiveDate,
    /// The day it gave notice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "2014-03-31")]
    pub notified_on: Option<NaiveDate>,
    /// Why; not in the public view nor for `rops`, since it may speak of a person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 2000, example = "Likwidacja stowarzyszenia")]
    pub reason: Option<String>,
}

impl From<Withdrawal> for WithdrawalBody {
    fn from(left: Withdrawal) -> Self {
        Self {
            effective_on: left.effective_on,
            notified_on: left.notified_on,
            reason: left.reason,
        }
    }
}

/// A signatory to record.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignatoryIn {
    /// The institution: slug or id.
    #[schema(value_type = String, max_length = 100, example = "wup-zielona-gora")]
    pub institution: RefIn,
    /// The day it signed.
    #[schema(example = "2008-06-18")]
    pub signed_on: NaiveDate,
    /// Code of the vocabulary `signing_forms`.
    #[schema(max_length = 100, example = "agreement")]
    pub signing_form: String,
    /// `applied`, `suspended` or `dissolved`; otherwise the status follows from the dates.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 100, example = json!(null))]
    pub status: Option<String>,
    /// First day as a signatory; that of signing when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "2008-06-18")]
    pub effective_from: Option<NaiveDate>,
    /// How it left, once that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub withdrawal: Option<WithdrawalBody>,
    /// Identifiers in other systems.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 20)]
    pub external_ids: Vec<ExternalIdBody>,
}

impl SignatoryIn {
    /// The draft that the domain checks.
    pub fn into_draft(self, partnership_id: Uuid, institution_id: Uuid) -> SignatoryDraft {
        let left = |left: WithdrawalBody| Withdrawal {
            effective_on: left.effective_on,
            notified_on: left.notified_on,
            reason: left.reason,
        };
        SignatoryDraft {
            partnership_id,
            institution_id,
            status: self.status,
            signed_on: self.signed_on,
            signing_form: self.signing_form,
            effective_from: self.effective_from,
            withdrawal: self.withdrawal.map(left),
            external_ids: self
                .external_ids
                .into_iter()
                .map(ExternalId::from)
                .collect(),
        }
    }
}

/// What one would send to create a stored signatory: the base of a patch.
impl From<&Signatory> for SignatoryIn {
    fn from(s: &Signatory) -> Self {
        Self {
            institution: RefIn(s.institution_id.to_string()),
            signed_on: s.signed_on,
            signing_form: s.signing_form.clone(),
            status: s.stated_status().map(str::to_owned),
            effective_from: Some(s.effective_from),
            withdrawal: s.withdrawal.clone().map(WithdrawalBody::from),
            external_ids: s.external_ids.iter().map(ExternalIdBody::from).collect(),
        }
    }
}

/// A signatory: an institution's participation in a partnership. Leaving and rejoining makes a second one.
#[derive(Debug, Serialize, ToSchema)]
pub struct SignatoryOut {
    /// UUIDv7.
    #[schema(example = "0198c0de-0000-7000-8000-000000000006")]
    pub id: Uuid,
    /// The institution.
    #[schema(required)]
    pub institution: Option<Ref>,
    /// Today's status: a code of the vocabulary `signatory_statuses`.
    #[schema(example = "active")]
    pub status: String,
    /// The day it signed.
    #[schema(example = "2008-06-18")]
    pub signed_on: NaiveDate,
    /// Code of the vocabulary `signing_forms`.
    #[schema(example = "agreement")]
    pub signing_form: String,
    /// First day as a signatory.
    #[schema(example = "2008-06-18")]
    pub effective_from: NaiveDate,
    /// How it left.
    #[schema(required)]
    pub withdrawal: Option<WithdrawalBody>,
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

impl SignatoryOut {
    /// Shows a signatory as it is today.
    pub fn of(record: &Versioned<Signatory>, named: &Names, site: &Site) -> Self {
        let Versioned { head, value } = record;
        let reason_shown = |left: Withdrawal| Withdrawal {
            reason: left.reason.filter(|_| site.view == View::Personal),
            ..left
        };
        let withdrawal = value.withdrawal.clone().map(reason_shown);
        Self {
            id: head.id,
            institution: reference(named, Some(value.institution_id)),
            status: value.status_on(site.today).to_owned(),
            signed_on: value.signed_on,
            signing_form: value.signing_form.clone(),
            effective_from: value.effective_from,
            withdrawal: withdrawal.map(WithdrawalBody::from),
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
