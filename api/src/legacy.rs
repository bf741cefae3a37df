//! What kinds of record use that say their fields more than once still.

use domain::fault::Rule;
use domain::record::ExternalId;
use domain::vocabulary;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::problem::Problem;
use crate::wire::Codes;

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

/// The identifier of a parameter, read as in bodies.
pub fn identifier<T>(
    value: &Option<String>,
    parameter: &str,
    parse: impl FnOnce(&str) -> Result<T, Rule>,
) -> Result<Option<T>, Problem> {
    let read = value.as_deref().map(parse).transpose();
    read.map_err(|_| Problem::parameter(parameter))
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
        Err(Problem::parameter(parameter))
    }
}
