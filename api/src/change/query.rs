//! What is asked of the feed.

use domain::access::Actor;
use domain::fault::Rule;
use domain::record::Kind;
use persistence::change::feed::FeedAsk;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::problem::Problem;
use crate::wire::Codes;

/// Which changes, and how many at once.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ChangesQuery {
    /// The number after which the feed begins: that of a snapshot, or of the last change that was read.
    #[serde(default)]
    #[param(minimum = 0, default = 0, required = false, example = 1200)]
    pub after: i64,
    /// Codes of the vocabulary `record_kinds`, separated by commas. A record also changes when those below it do.
    #[param(format = "record_kinds", value_type = Option<String>, max_length = 500, example = "meeting,attendance")]
    pub kind: Option<Codes>,
    /// Id of the one record to watch.
    #[param(example = "0198c0de-0000-7000-8000-000000000007")]
    pub record: Option<Uuid>,
    /// How many changes at most.
    #[serde(default = "default_limit")]
    #[param(
        minimum = 1,
        maximum = 500,
        default = 100,
        required = false,
        example = 100
    )]
    pub limit: u64,
    /// Seconds to wait for a change when there is none yet.
    #[serde(default)]
    #[param(minimum = 0, maximum = 30, default = 0, required = false, example = 30)]
    pub wait: u64,
    /// Which lists take and streams do not: see [`IncludeQuery`].
    #[param(ignore)]
    pub include: Option<IncludeRecord>,
}

/// What a list of changes takes besides, for the document.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "documents `ChangesQuery::include`")]
pub struct IncludeQuery {
    /// `record`: with every change its record, as it is now.
    #[param(inline, example = "record")]
    include: Option<IncludeRecord>,
}

/// What a change may show besides itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum IncludeRecord {
    /// The record, as it is now.
    Record,
}

fn default_limit() -> u64 {
    100
}

impl ChangesQuery {
    /// What is asked of the database for somebody; a value that is not allowed is named.
    pub fn ask(&self, actor: &Actor, partnership: Option<Uuid>) -> Result<FeedAsk, Problem> {
        let in_bounds = [
            ("after", self.after >= 0),
            ("limit", (1..=500).contains(&self.limit)),
            ("wait", self.wait <= 30),
        ];
        if let Some((name, _)) = in_bounds.into_iter().find(|(_, allowed)| !allowed) {
            return Err(Problem::parameter_breaks(name, Rule::Range));
        }
        Ok(FeedAsk {
            sight: actor.sight(),
            partnership,
            kinds: kinds(self.kind.as_ref())?,
            record: self.record,
            after: self.after,
            limit: self.limit,
        })
    }

    /// The parameters of what follows.
    pub fn next(&self, after: i64) -> String {
        let mut pairs = form_urlencoded::Serializer::new(String::new());
        if let Some(Codes(codes)) = &self.kind {
            pairs.append_pair("kind", &codes.join(","));
        }
        if let Some(record) = self.record {
            pairs.append_pair("record", &record.to_string());
        }
        pairs.append_pair("limit", &self.limit.to_string());
        if self.wait > 0 {
            pairs.append_pair("wait", &self.wait.to_string());
        }
        if self.include.is_some() {
            pairs.append_pair("include", "record");
        }
        pairs.append_pair("after", &after.to_string());
        pairs.finish()
    }
}

/// Kinds of records by their codes.
pub fn kinds(codes: Option<&Codes>) -> Result<Vec<Kind>, Problem> {
    let unknown = || Problem::parameter_breaks("kind", Rule::UnknownCode);
    let known = |code: &String| Kind::from_name(code).ok_or_else(unknown);
    codes.iter().flat_map(|codes| &codes.0).map(known).collect()
}
