//! What the rows of the file may refer to. Made before they are read, so that a row may name one
//! that comes later, and without a word about faults, so that each is noted once.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;

use super::tree::Node;
use super::value::{date, text};
use crate::fault::Rule;
use crate::followup::recommendation;
use crate::period::Period;

/// What is known by slug. A value that is absent or unreadable is `None`: nothing is compared
/// with it.
pub(super) struct Index<'a> {
    institutions: HashMap<&'a str, ()>,
    external_bodies: HashSet<&'a str>,
    meetings: HashMap<&'a str, Meeting<'a>>,
    terms: HashMap<&'a str, Option<Period>>,
    recommendations: HashMap<&'a str, Adoption>,
    commitments: HashMap<&'a str, ()>,
    communiques: HashMap<&'a str, Option<NaiveDate>>,
    periods: HashMap<&'a str, Option<Period>>,
}

/// What others need to know of a meeting.
#[derive(Clone, Copy)]
struct Meeting<'a> {
    held_on: Option<NaiveDate>,
    kind: Option<&'a str>,
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

impl<'a> Index<'a> {
    /// Looks through the file.
    pub(super) fn of(root: &'a Node) -> Self {
        Self {
            institutions: by_slug(root, "institutions", |_| ()),
            external_bodies: rows(root, "meetings")
                .iter()
                .filter_map(|row| text(row.get("external_body")?).ok())
                .collect(),
            meetings: by_slug(root, "meetings", |row| Meeting {
                held_on: day(row, "held_on"),
                kind: row.get("kind").and_then(|kind| text(kind).ok()),
                may_adopt: may_adopt(row),
            }),
            terms: by_slug(root, "council_terms", period),
            recommendations: by_slug(root, "recommendations", adoption),
            commitments: by_slug(root, "commitments", |_| ()),
            communiques: by_slug(root, "communiques", |row| day(row, "published_on")),
            periods: by_slug(root, "reporting_periods", period),
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

    /// The kind of a meeting.
    pub(super) fn meeting_kind(&self, meeting: &str) -> Option<&'a str> {
        self.meetings.get(meeting)?.kind
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

/// The first row of each slug; a second one is noted where the rows are read.
fn by_slug<'a, T>(
    root: &'a Node,
    collection: &str,
    read: impl Fn(&'a Node) -> T,
) -> HashMap<&'a str, T> {
    let mut known = HashMap::new();
    for row in rows(root, collection) {
        if let Some(slug) = row.get("slug").and_then(|slug| text(slug).ok()) {
            known.entry(slug).or_insert_with(|| read(row));
        }
    }
    known
}

fn rows<'a>(root: &'a Node, collection: &str) -> &'a [Node] {
    root.get(collection).map(Node::items).unwrap_or_default()
}

fn known<T>(rows: &HashMap<&str, T>, node: &Node) -> Result<String, Rule> {
    let slug = text(node)?;
    if rows.contains_key(slug) {
        Ok(slug.to_owned())
    } else {
        Err(Rule::DanglingReference)
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
