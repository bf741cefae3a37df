//! What the rows of the file may refer to. Made before they are checked, so that a row may name one
//! that comes later, and without a word about faults, so that each is noted once.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;

use super::tree::Node;
use super::value::{date, text};
use crate::fault::Rule;
use crate::followup::recommendation;
use crate::period::Period;

/// The rows of a collection by slug.
type BySlug<T> = HashMap<Box<str>, T>;

/// What is known by slug. A value that is absent or unreadable is `None`: nothing is compared
/// with it.
#[derive(Default)]
pub(super) struct Index {
    institutions: BySlug<()>,
    external_bodies: HashSet<Box<str>>,
    meetings: BySlug<Meeting>,
    terms: BySlug<Option<Period>>,
    recommendations: BySlug<Adoption>,
    commitments: BySlug<()>,
    communiques: BySlug<Option<NaiveDate>>,
    periods: BySlug<Option<Period>>,
}

/// The collections whose rows are looked through.
pub(super) const INDEXED: [&str; 7] = [
    "institutions",
    "meetings",
    "council_terms",
    "recommendations",
    "commitments",
    "communiques",
    "reporting_periods",
];

/// What others need to know of a meeting.
#[derive(Clone, Copy)]
struct Meeting {
    held_on: Option<NaiveDate>,
    /// The kind of the implementations that it is.
    implementation: &'static str,
    may_adopt: bool,
}

/// What others need to know of a recommendation.
#[derive(Clone, Copy)]
enum Adoption {
    /// Adopted on this day.
    On(NaiveDate),
    /// Adopted, but the day is absent or unreadable, which is noted where it belongs.
    OnUnknownDay,
    /// Not adopted.
    No,
}

impl Index {
    /// Looks through a row of a collection.
    pub(super) fn add(&mut self, collection: &str, row: &Node) {
        if collection == "meetings"
            && let Some(body) = row.get("external_body").and_then(|body| text(body).ok())
        {
            self.external_bodies.insert(body.into());
        }
        let Some(slug) = row.get("slug").and_then(|slug| text(slug).ok()) else {
            return;
        };
        match collection {
            "institutions" => first(&mut self.institutions, slug, || ()),
            "meetings" => first(&mut self.meetings, slug, || meeting(row)),
            "council_terms" => first(&mut self.terms, slug, || period(row)),
            "recommendations" => first(&mut self.recommendations, slug, || adoption(row)),
            "commitments" => first(&mut self.commitments, slug, || ()),
            "communiques" => first(&mut self.communiques, slug, || day(row, "published_on")),
            _ => first(&mut self.periods, slug, || period(row)),
        }
    }

    /// The slug of an institution of the file.
    pub(super) fn institution(&self, node: &Node) -> Result<String, Rule> {
        known(&self.institutions, node)
    }

    /// Whether an institution of the file has this slug.
    pub(super) fn has_institution(&self, slug: &str) -> bool {
        self.institutions.contains_key(slug)
    }

    /// Whether a meeting of the file was one of an external body of this name.
    pub(super) fn has_external_body(&self, name: &str) -> bool {
        self.external_bodies.contains(name)
    }

    /// The slug of a meeting of the file.
    pub(super) fn meeting(&self, node: &Node) -> Result<String, Rule> {
        known(&self.meetings, node)
    }

    /// The day of a meeting.
    pub(super) fn held_on(&self, meeting: &str) -> Option<NaiveDate> {
        self.meetings.get(meeting)?.held_on
    }

    /// The kind of an implementation that is a meeting.
    pub(super) fn implementation(&self, meeting: &str) -> Option<&'static str> {
        Some(self.meetings.get(meeting)?.implementation)
    }

    /// Whether a meeting is one that may adopt.
    pub(super) fn may_adopt(&self, meeting: &str) -> bool {
        let meeting = self.meetings.get(meeting);
        meeting.is_some_and(|meeting| meeting.may_adopt)
    }

    /// The slug of a council term of the file.
    pub(super) fn term(&self, node: &Node) -> Result<String, Rule> {
        known(&self.terms, node)
    }

    /// The first and the last day of a term.
    pub(super) fn days_of_term(&self, term: &str) -> Option<Period> {
        *self.terms.get(term)?
    }

    /// The slug of a recommendation of the file.
    pub(super) fn recommendation(&self, node: &Node) -> Result<String, Rule> {
        known(&self.recommendations, node)
    }

    /// The slug of a recommendation that was adopted, with the day where it is known.
    pub(super) fn adopted_recommendation(
        &self,
        node: &Node,
    ) -> Result<(String, Option<NaiveDate>), Rule> {
        let slug = self.recommendation(node)?;
        match self.recommendations.get(slug.as_str()) {
            Some(Adoption::On(day)) => Ok((slug, Some(*day))),
            Some(Adoption::No) => Err(Rule::Conflict),
            Some(Adoption::OnUnknownDay) | None => Ok((slug, None)),
        }
    }

    /// The slug of a commitment of the file.
    pub(super) fn commitment(&self, node: &Node) -> Result<String, Rule> {
        known(&self.commitments, node)
    }

    /// The slug of a communiqué of the file.
    pub(super) fn communique(&self, node: &Node) -> Result<String, Rule> {
        known(&self.communiques, node)
    }

    /// The day a communiqué was published.
    pub(super) fn published_on(&self, communique: &str) -> Option<NaiveDate> {
        *self.communiques.get(communique)?
    }

    /// The slug of a reporting period of the file.
    pub(super) fn reporting_period(&self, node: &Node) -> Result<String, Rule> {
        known(&self.periods, node)
    }

    /// The days of a reporting period.
    pub(super) fn days_of_period(&self, period: &str) -> Option<Period> {
        *self.periods.get(period)?
    }
}

/// The first row of each slug; a second one is noted where the rows are checked.
fn first<T>(known: &mut BySlug<T>, slug: &str, value: impl FnOnce() -> T) {
    if !known.contains_key(slug) {
        known.insert(slug.into(), value());
    }
}

fn known<T>(rows: &BySlug<T>, node: &Node) -> Result<String, Rule> {
    let slug = text(node)?;
    if rows.contains_key(slug) {
        Ok(slug.to_owned())
    } else {
        Err(Rule::DanglingReference)
    }
}

fn meeting(row: &Node) -> Meeting {
    let kind = row.get("kind").and_then(|kind| text(kind).ok());
    Meeting {
        held_on: day(row, "held_on"),
        implementation: match kind {
            Some("training") => "training",
            Some("partner_forum") => "forum",
            _ => "task",
        },
        may_adopt: may_adopt(row),
    }
}

fn day(row: &Node, name: &str) -> Option<NaiveDate> {
    date(row.get(name)?).ok()
}

fn period(row: &Node) -> Option<Period> {
    Period::new(day(row, "starts_on")?, day(row, "ends_on")?).ok()
}

fn may_adopt(row: &Node) -> bool {
    let named = |name| row.get(name).and_then(|node| text(node).ok());
    let status = named("status").unwrap_or_default();
    let body = named("external_body").map(|_| "external");
    let kind = named("kind").unwrap_or_default();
    recommendation::may_adopt(status, body.unwrap_or(kind))
}

fn adoption(row: &Node) -> Adoption {
    if let Some(day) = day(row, "adopted_on") {
        return Adoption::On(day);
    }
    let status = row.get("status").and_then(|status| text(status).ok());
    let no_day = matches!(row.get("adopted_on"), None | Some(Node::Null));
    // A status that cannot be read is a fault of its own, and so is a day that cannot.
    if no_day && status.is_some_and(|status| !recommendation::counts(status)) {
        Adoption::No
    } else {
        Adoption::OnUnknownDay
    }
}
