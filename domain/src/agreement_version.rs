//! Versions of a partnership's agreement: what was agreed, and on which days it was in force.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::check;
use crate::fault::{Faults, Rule};
use crate::record::{Calendar, ExternalId, Kind, Record, Shape, never};
use crate::state::Machine;

/// Which status may follow which. A version is `superseded` by the next one that comes into force.
pub const TRANSITIONS: Machine = Machine(&[
    ("draft", &["open_for_signature"]),
    ("open_for_signature", &["in_force", "draft"]),
    ("in_force", &["terminated"]),
    ("superseded", &[]),
    ("terminated", &[]),
]);

/// The statuses of what is or was in force.
pub const BINDING: [&str; 3] = ["in_force", "superseded", "terminated"];

/// The number of the version that one signs on a day, of those that are or were in force: the latest that is in force by then, or
/// else the first one.
pub fn number_on(binding: &[AgreementVersion], day: NaiveDate) -> Option<i32> {
    let began = |version: &&AgreementVersion| version.in_force_from.is_some_and(|from| from <= day);
    let last = binding.iter().filter(began).map(|version| version.number);
    let first = || binding.iter().map(|version| version.number).min();
    last.max().or_else(first)
}

/// A version of the agreement.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AgreementVersion {
    /// The partnership it belongs to.
    #[serde(skip)]
    pub partnership_id: Uuid,
    /// Its number, from one.
    #[serde(default, deserialize_with = "never")]
    #[schema(read_only, minimum = 1, example = 1)]
    pub number: i32,
    /// Title.
    #[schema(min_length = 1, max_length = 300, example = "Umowa partnerska")]
    pub title: String,
    /// The whole text, in Markdown, kept and shown as such: whoever renders it takes care of what it may contain.
    #[schema(
        max_length = 100_000,
        example = "§ 1. Strony współpracują na rzecz ekonomii społecznej."
    )]
    pub text: Option<String>,
    /// Goal, as a sentence of the report.
    #[schema(
        max_length = 5000,
        example = "Celem partnerstwa jest wspólne promowanie idei ekonomii społecznej."
    )]
    pub goal: Option<String>,
    /// Fields of cooperation, in the accusative, as items of the report.
    #[serde(default)]
    #[schema(max_length = 1000, max_items = 50, example = json!(["promocję i wsparcie rozwoju ekonomii społecznej"]))]
    pub scope: Vec<String>,
    /// How the partnership is coordinated, as sentences of the report.
    #[schema(
        max_length = 5000,
        example = "Działalność partnerstwa jest koordynowana przez Radę Programową."
    )]
    pub coordination: Option<String>,
    /// The day it was signed.
    #[schema(example = "2008-06-18")]
    pub signed_on: Option<NaiveDate>,
    /// Whether it binds only those who sign it: who signed an earlier version alone is no signatory while this one is in force.
    #[serde(default)]
    #[schema(default = false, example = false)]
    pub binds_only_signers: bool,
    /// The first day in force.
    #[serde(default, deserialize_with = "never")]
    #[schema(read_only, example = "2008-06-18")]
    pub in_force_from: Option<NaiveDate>,
    /// The first day no longer in force.
    #[serde(default, deserialize_with = "never")]
    #[schema(read_only, example = "2018-01-01")]
    pub in_force_to: Option<NaiveDate>,
    /// Code of the vocabulary `agreement_version_statuses`.
    #[serde(default, deserialize_with = "never")]
    #[schema(format = "agreement_version_statuses", read_only, example = "in_force")]
    pub status: String,
    /// Identifiers in other systems.
    #[serde(default)]
    #[schema(max_items = 20)]
    pub external_ids: Vec<ExternalId>,
}

impl Record for AgreementVersion {
    const KIND: Kind = Kind::AgreementVersion;

    fn partnership_id(&self) -> Option<Uuid> {
        Some(self.partnership_id)
    }
}

impl Shape for AgreementVersion {
    fn place(&mut self, partnership: Uuid, _parent: Option<Uuid>) {
        self.partnership_id = partnership;
    }

    fn keep(&mut self, stored: &Self) {
        self.number = stored.number;
        self.in_force_from = stored.in_force_from;
        self.in_force_to = stored.in_force_to;
        self.status.clone_from(&stored.status);
    }

    fn check(&mut self, now: &Calendar, f: &mut Faults) {
        f.line("/title", &mut self.title, 300);
        f.optional_prose("/text", &mut self.text, 100_000);
        f.optional_prose("/goal", &mut self.goal, 5000);
        if self.scope.len() > 50 {
            f.add("/scope", Rule::Length);
        }
        for (index, item) in self.scope.iter_mut().enumerate() {
            f.line(&format!("/scope/{index}"), item, 1000);
        }
        f.optional_prose("/coordination", &mut self.coordination, 5000);
        check::not_future(f, "/signed_on", self.signed_on, now.today);
        check::not_future(f, "/in_force_from", self.in_force_from, now.today);
        let (from, to) = (self.in_force_from, self.in_force_to);
        check::in_order(f, "/in_force_from", self.signed_on, from);
        check::in_order(f, "/in_force_to", from, to);
        let status = &mut self.status;
        f.code_or("/status", "agreement_version_statuses", status, "draft");
        f.external_ids(&mut self.external_ids);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::{day, expected, faults, on};

    #[test]
    fn all_faults_are_reported_at_once() {
        let broken = AgreementVersion {
            title: " ".into(),
            scope: vec![String::new()],
            signed_on: Some(day("2017-01-01")),
            in_force_from: Some(day("2016-12-01")),
            in_force_to: Some(day("2016-11-01")),
            status: "signed".into(),
            ..Default::default()
        };
        assert_eq!(
            faults(broken.checked(&on("2016-12-31"))),
            expected(&[
                ("/in_force_from", Rule::Order),
                ("/in_force_to", Rule::Order),
                ("/scope/0", Rule::Length),
                ("/signed_on", Rule::Future),
                ("/status", Rule::UnknownCode),
                ("/title", Rule::Length),
            ])
        );
    }
}
