//! References between records, and lists of codes in a query.

use std::collections::HashMap;

use persistence::institution::Named;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// Another record, as answers show it. In requests it is named by its slug or id alone.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Ref {
    /// Its id.
    #[schema(example = "0198c0de-0000-7000-8000-000000000004")]
    pub id: Uuid,
    /// Its slug.
    #[schema(example = "wup-zielona-gora")]
    pub slug: String,
    /// Its name.
    #[schema(example = "Wojewódzki Urząd Pracy w Zielonej Górze")]
    pub name: String,
}

impl From<Named> for Ref {
    fn from(named: Named) -> Self {
        Self {
            id: named.id,
            slug: named.slug,
            name: named.name,
        }
    }
}

/// What is shown of the records that a page refers to, by id. Ids are unique across kinds, so that one map holds all.
pub type Names = HashMap<Uuid, Named>;

/// A record that another one refers to, as answers show it.
pub fn reference(named: &Names, id: Option<Uuid>) -> Option<Ref> {
    named.get(&id?).cloned().map(Ref::from)
}

/// Another record in a request: its slug or its id.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(transparent)]
#[schema(value_type = String, max_length = 100, example = "wup-zielona-gora")]
pub struct RefIn(pub String);

/// Codes in a query, separated by commas; any of them matches.
#[derive(Clone, Debug, Default)]
pub struct Codes(pub Vec<String>);

impl<'de> Deserialize<'de> for Codes {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let codes: Vec<String> = text.split(',').map(str::to_owned).collect();
        if codes.len() > 50 {
            return Err(serde::de::Error::custom("too many codes"));
        }
        Ok(Self(codes))
    }
}
