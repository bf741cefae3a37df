//! The JSON shapes of people.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use domain::person::{Person, PersonDraft};
use domain::record::{ExternalId, Versioned};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::access::grant::AccountRef;
use crate::institution::ExternalIdBody;
use crate::wire::{Names, Ref, RefIn, reference};

/// A person to record.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PersonIn {
    /// First and last name.
    #[schema(min_length = 1, max_length = 200, example = "Zofia Żurawska")]
    pub name: String,
    /// What the person does there, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 200, example = "Kierowniczka działu")]
    pub function: Option<String>,
    /// The institution for which the person works: slug or id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, max_length = 100, example = "wup-zielona-gora")]
    pub institution: Option<RefIn>,
    /// E-mail address at work.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 254, example = "z.zurawska@wup.example")]
    pub email: Option<String>,
    /// Telephone at work.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 30, example = "+48684565610")]
    pub phone: Option<String>,
    /// The account with which the person signs in, by its id: one that the caller sees.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, max_length = 36, example = json!(null))]
    pub account: Option<RefIn>,
    /// Identifiers in other systems.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 20)]
    pub external_ids: Vec<ExternalIdBody>,
}

impl PersonIn {
    /// The draft that the domain checks.
    pub fn into_draft(
        self,
        partnership_id: Uuid,
        institution_id: Option<Uuid>,
        account_id: Option<Uuid>,
    ) -> PersonDraft {
        let external_ids = self.external_ids.into_iter().map(ExternalId::from);
        PersonDraft {
            partnership_id,
            name: self.name,
            function: self.function,
            institution_id,
            email: self.email,
            phone: self.phone,
            account_id,
            external_ids: external_ids.collect(),
        }
    }
}

/// What one would send to record a stored person: the base of a patch.
impl From<&Person> for PersonIn {
    fn from(person: &Person) -> Self {
        let p = person.clone();
        let named = |id: Option<Uuid>| id.map(|id| RefIn(id.to_string()));
        Self {
            name: p.name,
            function: p.function,
            institution: named(p.institution_id),
            email: p.email,
            phone: p.phone,
            account: named(p.account_id),
            external_ids: p.external_ids.iter().map(ExternalIdBody::from).collect(),
        }
    }
}

/// A person who works in a partnership.
#[derive(Debug, Serialize, ToSchema)]
pub struct PersonOut {
    /// UUIDv7.
    #[schema(example = "0198c0de-0000-7000-8000-000000000071")]
    pub id: Uuid,
    /// First and last name.
    #[schema(example = "Zofia Żurawska")]
    pub name: String,
    /// What the person does there, in words.
    #[schema(required, example = "Kierowniczka działu")]
    pub function: Option<String>,
    /// The institution for which the person works.
    #[schema(required)]
    pub institution: Option<Ref>,
    /// E-mail address at work.
    #[schema(required, example = "z.zurawska@wup.example")]
    pub email: Option<String>,
    /// Telephone at work, E.164.
    #[schema(required, example = "+48684565610")]
    pub phone: Option<String>,
    /// The account with which the person signs in.
    #[schema(required)]
    pub account: Option<AccountRef>,
    /// Identifiers in other systems.
    #[schema(max_items = 20)]
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

impl PersonOut {
    /// Shows a person.
    pub fn of(
        record: &Versioned<Person>,
        names: &Names,
        accounts: &HashMap<Uuid, AccountRef>,
    ) -> Self {
        let p = record.value.clone();
        Self {
            id: record.head.id,
            name: p.name,
            function: p.function,
            institution: reference(names, p.institution_id),
            email: p.email,
            phone: p.phone,
            account: p.account_id.and_then(|id| accounts.get(&id).cloned()),
            external_ids: p.external_ids.iter().map(ExternalIdBody::from).collect(),
            version: record.head.version,
            created_at: record.head.created_at,
            modified_at: record.head.modified_at,
        }
    }
}
