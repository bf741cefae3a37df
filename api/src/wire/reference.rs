//! References between records, and lists of codes in a query.

use domain::fault::Rule;
use domain::vocabulary;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::problem::Problem;

use domain::link::Shown;
pub use domain::link::{Names, Ref};

/// A record that another one refers to, as answers show it.
pub fn reference(named: &Names, id: Option<Uuid>) -> Option<Ref> {
    match named.get(&id?)? {
        Shown::Record(shown) => Some(shown.clone()),
        Shown::Person(_) | Shown::Account(_) => None,
    }
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
        if codes.len() > crate::codes::MOST {
            return Err(serde::de::Error::custom("too many codes"));
        }
        Ok(Self(codes))
    }
}

/// The codes of a parameter, each known to the vocabulary.
pub fn known<'a>(
    codes: &'a Option<Codes>,
    parameter: &str,
    name: &str,
) -> Result<Option<&'a [String]>, Problem> {
    let Some(Codes(codes)) = codes else {
        return Ok(None);
    };
    let all_known = codes
        .iter()
        .all(|code| vocabulary::check(name, code).is_ok());
    if all_known {
        Ok(Some(codes))
    } else {
        Err(Problem::parameter_breaks(parameter, Rule::UnknownCode))
    }
}
