//! What came out of one or more meetings.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::fault::Faults;
use crate::record::{Calendar, ExternalId, Kind, Record, Shape, given};

/// What came out of one or more meetings, which name it in their `outputs`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Output {
    /// The partnership it belongs to.
    #[serde(skip)]
    pub partnership_id: Uuid,
    /// Stable readable identifier, unique in the partnership; made from the phrase when absent.
    #[serde(default, deserialize_with = "given")]
    #[schema(
        max_length = 100,
        pattern = "^[a-z0-9]+(-[a-z0-9]+)*$",
        example = "harmonogram"
    )]
    pub slug: String,
    /// A finished clause of the report.
    #[schema(
        min_length = 1,
        max_length = 2000,
        example = "opracowano harmonogram działań Komitetu w obszarze ekonomii społecznej"
    )]
    pub report_phrase: String,
    /// Identifiers in other systems.
    #[serde(default)]
    #[schema(max_items = 20)]
    pub external_ids: Vec<ExternalId>,
}

impl Record for Output {
    const KIND: Kind = Kind::Output;

    fn partnership_id(&self) -> Option<Uuid> {
        Some(self.partnership_id)
    }
}

impl Shape for Output {
    fn place(&mut self, partnership: Uuid, _parent: Option<Uuid>) {
        self.partnership_id = partnership;
    }

    fn slug_mut(&mut self) -> Option<&mut String> {
        Some(&mut self.slug)
    }

    fn check(&mut self, _now: &Calendar, f: &mut Faults) {
        f.report_text("/report_phrase", &mut self.report_phrase);
        f.slug(&mut self.slug, &self.report_phrase);
        f.external_ids(&mut self.external_ids);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::{expected, faults, on};

    use crate::fault::Rule;

    #[test]
    fn an_output_is_a_phrase() {
        let today = on("2016-12-31");
        let output = |phrase: &str| Output {
            report_phrase: phrase.into(),
            ..Default::default()
        };
        let checked = output("opracowano harmonogram").checked(&today).unwrap();
        assert_eq!(checked.slug, "opracowano-harmonogram");
        assert_eq!(
            faults(output(" ").checked(&today)),
            expected(&[("/report_phrase", Rule::Length)])
        );
    }
}
