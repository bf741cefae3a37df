//! What was recommended, and how it was carried out.

use std::collections::HashSet;

use chrono::NaiveDate;

use super::reader::{Object, Reader};
use super::row::Row;
use super::tree::Node;
use super::value::{code, date, line, report_text, text, within};
use crate::fault::Rule;
use crate::followup::recommendation::{carries, counts, is_carried_out};
use crate::text::Line;
use crate::vocabulary;

/// The most addressees of a recommendation.
const MAX_ADDRESSEES: usize = 200;

/// A recommendation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecommendationRow {
    /// Its slug.
    pub slug: String,
    /// `n/YYYY`, kept as it is.
    pub number: Option<String>,
    /// A code of `recommendation_statuses`.
    pub status: String,
    /// Its title.
    pub title: String,
    /// The day it was adopted.
    pub adopted_on: Option<NaiveDate>,
    /// The meeting that adopted it, by slug.
    pub adopted_at: Option<String>,
    /// Whether the file tells of it past the rules of the steps to where it is.
    pub recorded_later: bool,
    /// How the vote went.
    pub vote: Option<VoteRow>,
    /// To whom it is addressed.
    pub addressees: Vec<Addressee>,
    /// Codes of `target_groups`.
    pub target_groups: Vec<String>,
    /// How it was carried out, in order.
    pub implementations: Vec<ImplementationRow>,
}

/// How a vote went: never more votes than present, never more present than seats.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VoteRow {
    /// Votes for.
    pub votes_for: i32,
    /// Votes against.
    pub votes_against: i32,
    /// Abstentions.
    pub votes_abstain: i32,
    /// How many were present.
    pub present: i32,
    /// How many seats there are.
    pub seats: i32,
}

/// Whom a recommendation is addressed to.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Addressee {
    /// A code of `sectors`.
    Sector(String),
    /// An institution, by slug.
    Institution(String),
    /// An external body, by name.
    Body(String),
}

/// How a recommendation was carried out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImplementationRow {
    /// Its slug, unique among all implementations.
    pub slug: String,
    /// A code of `implementation_kinds`, by the kind of its meeting.
    pub kind: String,
    /// The day it was completed.
    pub completed_on: Option<NaiveDate>,
    /// The meeting it was, by slug.
    pub meeting: Option<String>,
    /// Sentences of the report.
    pub report_text: Option<String>,
    /// Sentences of the report on its goal.
    pub goal_text: Option<String>,
}

/// What stands before a row.
#[derive(Default)]
pub(super) struct RecommendationsSeen {
    slugs: HashSet<String>,
    numbers: HashSet<String>,
    implementations: HashSet<String>,
    /// Number, day and place of those that have a number.
    adopted: Vec<(String, NaiveDate, String)>,
}

/// Every recommendation.
impl Row for RecommendationRow {
    const COLLECTION: &'static str = "recommendations";
    type Seen = RecommendationsSeen;

    fn read(row: &Object<'_, '_>, seen: &mut RecommendationsSeen) -> Option<Self> {
        let slug = row.unique_slug(&mut seen.slugs);
        let status = row.required("status", code("recommendation_statuses"));
        let (adopted_on, adopted_at) = adoption(row, status.as_deref());
        let number = row.unique_number(&mut seen.numbers, adopted_on);
        let title = row.required("title", line(300));
        let vote = row.nested("vote", vote).flatten();
        let addressees = row.set("addressees", |node| addressee(row, node));
        if addressees.len() > MAX_ADDRESSEES {
            row.note("addressees", Rule::Length);
        }
        let target_groups = row.set("target_groups", code("target_groups"));
        let implementations = implementations(row, &mut seen.implementations);
        let broken = broken(
            row,
            status.as_deref(),
            adopted_at.as_deref(),
            vote.as_ref(),
            implementations.is_empty(),
        );
        for (name, rule) in &broken {
            row.reader.warn(row.at(name), *rule);
        }
        if let (Some(number), Some(day)) = (&number, adopted_on) {
            seen.adopted
                .push((number.clone(), day, row.pointer.clone()));
        }
        Some(Self {
            slug: slug?,
            number,
            status: status?,
            title: title?,
            adopted_on,
            adopted_at,
            recorded_later: !broken.is_empty() || row.reader.is_late(&row.pointer),
            vote,
            addressees,
            target_groups,
            implementations,
        })
    }

    fn finish(seen: Self::Seen, reader: &Reader) {
        for row in adopted_out_of_order(seen.adopted) {
            reader.warn(format!("{row}/adopted_on"), Rule::Order);
            reader.note_late(row);
        }
    }
}

/// The rules of the steps to its status that a recommendation breaks, by the name of the member.
fn broken(
    row: &Object<'_, '_>,
    status: Option<&str>,
    adopted_at: Option<&str>,
    vote: Option<&VoteRow>,
    without_implementation: bool,
) -> Vec<(&'static str, Rule)> {
    let Some(status) = status.filter(|status| counts(status)) else {
        return Vec::new();
    };
    let meeting_may_not = adopted_at.is_some_and(|meeting| !row.reader.index.may_adopt(meeting));
    let outvoted = vote.is_some_and(|vote| !carries(vote.votes_for, vote.votes_against));
    let not_carried_out = is_carried_out(status) && without_implementation;
    [
        (meeting_may_not, "adopted_at", Rule::Conflict),
        (vote.is_none(), "vote", Rule::Required),
        (outvoted, "vote", Rule::Conflict),
        (not_carried_out, "implementations", Rule::Required),
    ]
    .into_iter()
    .filter_map(|(broken, name, rule)| broken.then_some((name, rule)))
    .collect()
}

/// Where recommendations stand that were adopted before one with an earlier number of the same year.
fn adopted_out_of_order(adopted: Vec<(String, NaiveDate, String)>) -> Vec<String> {
    let numbered = adopted.into_iter().filter_map(|(number, day, row)| {
        let (number, year) = number.split_once('/')?;
        Some((year.to_owned(), number.parse::<u32>().ok()?, day, row))
    });
    let mut numbered: Vec<_> = numbered.collect();
    numbered.sort();
    let mut late = Vec::new();
    for series in numbered.chunk_by(|one, next| one.0 == next.0) {
        let mut latest = NaiveDate::MIN;
        for (_, _, day, row) in series {
            if *day < latest {
                late.push(row.clone());
            }
            latest = latest.max(*day);
        }
    }
    late
}

/// When and where it was adopted: on the day of the meeting, and never in the future. What is not
/// decided, or was rejected, has neither day nor number.
fn adoption(row: &Object<'_, '_>, status: Option<&str>) -> (Option<NaiveDate>, Option<String>) {
    let adopted_on = match status {
        Some(status) if counts(status) => row.required("adopted_on", date),
        _ => row.optional("adopted_on", date),
    };
    if matches!(status, Some("draft" | "under_consultation" | "rejected")) {
        for name in ["adopted_on", "number"] {
            if row.has(name) {
                row.note(name, Rule::Conflict);
            }
        }
    }
    let adopted_at = row.optional("adopted_at", |node| row.reader.index.meeting(node));
    let held_on = adopted_at
        .as_deref()
        .and_then(|meeting| row.reader.index.held_on(meeting));
    if let (Some(adopted_on), Some(held_on)) = (adopted_on, held_on)
        && adopted_on != held_on
    {
        row.note("adopted_on", Rule::Conflict);
    }
    row.refuse_future("adopted_on", adopted_on);
    (adopted_on, adopted_at)
}

fn vote(row: &Object<'_, '_>) -> Option<VoteRow> {
    let counted = || within(0..=100_000);
    let votes_for = row.required("for", counted());
    let votes_against = row.required("against", counted());
    let votes_abstain = row.required("abstain", counted());
    let present = row.required("present", counted());
    let seats = row.required("seats", counted());
    if let (Some(present), Some(seats)) = (present, seats)
        && present > seats
    {
        row.note("seats", Rule::Conflict);
    }
    let vote = VoteRow {
        votes_for: votes_for?,
        votes_against: votes_against?,
        votes_abstain: votes_abstain?,
        present: present?,
        seats: seats?,
    };
    let cast = [vote.votes_for, vote.votes_against, vote.votes_abstain];
    if cast.into_iter().map(i64::from).sum::<i64>() > i64::from(vote.present) {
        row.note("present", Rule::Conflict);
    }
    Some(vote)
}

/// A sector or an institution by its code or slug, which must exist, or an external body by its
/// name. What is written as no name is (`gmina-witnicka`) was meant as a slug.
fn addressee(row: &Object<'_, '_>, node: &Node) -> Result<Addressee, Rule> {
    let written = text(node)?;
    if vocabulary::check("sectors", written).is_ok() {
        return Ok(Addressee::Sector(written.to_owned()));
    }
    if row.reader.index.has_institution(written) {
        return Ok(Addressee::Institution(written.to_owned()));
    }
    if row.reader.index.has_external_body(written) {
        return Ok(Addressee::Body(written.to_owned()));
    }
    let name = Line::parse(written, 300)?;
    let is_slug = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_');
    if name.as_str().chars().all(is_slug) {
        return Err(Rule::DanglingReference);
    }
    Ok(Addressee::Body(name.to_string()))
}

fn implementations(
    recommendation: &Object<'_, '_>,
    slugs: &mut HashSet<String>,
) -> Vec<ImplementationRow> {
    let rows = recommendation.rows("implementations", |row| {
        let index = &row.reader.index;
        let slug = row.unique_slug(slugs);
        let completed_on = row.optional("completed_on", date);
        row.refuse_future("completed_on", completed_on);
        let meeting = row.optional("meeting", |node| index.meeting(node));
        let text = row.optional("report_text", report_text);
        let goal_text = row.optional("goal_text", report_text);
        let kind = meeting
            .as_deref()
            .and_then(|slug| index.implementation(slug));
        Some(ImplementationRow {
            slug: slug?,
            kind: kind.unwrap_or("task").to_owned(),
            completed_on,
            meeting,
            report_text: text,
            goal_text,
        })
    });
    rows.into_iter().flatten().collect()
}
