//! Values that are kept as JSON in one column.

use sea_orm::entity::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::RepoError;

/// Makes a value the JSON of a column.
pub(crate) fn to_json<V: Serialize>(value: &V) -> Result<Json, RepoError> {
    serde_json::to_value(value).map_err(unreadable)
}

/// Reads a value from the JSON of a column.
pub(crate) fn from_json<V: DeserializeOwned>(json: Json) -> Result<V, RepoError> {
    serde_json::from_value(json).map_err(unreadable)
}

/// The error of a value that cannot be written as JSON, or read from it.
pub(crate) fn unreadable(error: serde_json::Error) -> RepoError {
    RepoError::Other(DbErr::Json(error.to_string()))
}
