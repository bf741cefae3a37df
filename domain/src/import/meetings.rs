//! Meetings of every kind with their topics, outputs and attendance, and the good practices
//! presented at them.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;

use super::about::MEETING_STATUSES;
use super::reader::Object;
use super::row::Row;
use super::value::{code, date, line, renamed_code, report_text, within};
use crate::fault::Rule;

/// A meeting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MeetingRow {
    /// Its slug.
    pub slug: String,
    /// A code of `meeting_kinds`.
    pub kind: String,
    /// A code of `meeting_statuses`.
    pub status: String,
    /// The day it was held, or is to be held.
    pub held_on: NaiveDate,
    /// Its title.
    pub title: String,
    /// The town.
    pub town: Option<String>,
    /// The host, by slug.
    pub host_institution: Option<String>,
    /// A code of `own_roles`.
    pub own_role: String,
    /// A code of `meeting_modes`.
    pub mode: String,
    /// The name of the external body whose meeting it was.
    pub external_body: Option<String>,
    /// How many had to be present.
    pub quorum_required: Option<i32>,
    /// Codes of `sectors`.
    pub target_sectors: Vec<String>,
    /// Codes of `institution_kinds`.
    pub target_kinds: Vec<String>,
    /// Codes of `funding_programmes`.
    pub funding_programmes: Vec<String>,
    /// The agenda in its order.
    pub topics: Vec<TopicRow>,
    /// What came out of it.
    pub outputs: Vec<OutputRow>,
    /// The institutions present, by slug.
    pub attendance: Vec<String>,
}

/// A point of the agenda.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TopicRow {
    /// Its slug within the meeting.
    pub slug: String,
    /// Its title.
    pub title: String,
    /// The phrase of the report.
    pub report_phrase: Option<String>,
}

/// What came out of a meeting. Rows of several meetings with one slug are one output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutputRow {
    /// Its slug.
    pub slug: String,
    /// The phrase of the report.
    pub report_phrase: String,
}

/// A good practice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GoodPracticeRow {
    /// Its slug.
    pub slug: String,
    /// Its title.
    pub title: String,
    /// The institution that presented it, by slug.
    pub owner: String,
    /// The meeting at which it was presented, by slug.
    pub presented_at: Option<String>,
}

/// The meetings before a row, and the phrases of their outputs.
#[derive(Default)]
pub(super) struct MeetingsSeen {
    slugs: HashSet<String>,
    phrases: HashMap<String, String>,
}

/// Every meeting.
impl Row for MeetingRow {
    const COLLECTION: &'static str = "meetings";
    type Seen = MeetingsSeen;

    fn read(row: &Object<'_, '_>, seen: &mut MeetingsSeen) -> Option<Self> {
        let index = &row.reader.index;
        let slug = row.unique_slug(&mut seen.slugs);
        let status = renamed_code("meeting_statuses", MEETING_STATUSES);
        let kind = row.required("kind", code("meeting_kinds"));
        let status = row.required("status", status);
        let held_on = row.required("held_on", date);
        if matches!(
            status.as_deref(),
            Some("held" | "minutes_approved" | "closed")
        ) {
            row.refuse_future("held_on", held_on);
        }
        let title = row.required("title", line(300));
        let own_role = row.required("partnership_role", code("own_roles"));
        let mode = row.required("mode", code("meeting_modes"));
        let town = row.optional("town", line(100));
        let host = row.optional("host_institution", |node| index.institution(node));
        let external_body = row.optional("external_body", line(300));
        let quorum_required = row.optional("quorum_required", within(1..=100_000));
        let target_sectors = row.set("target_sectors", code("sectors"));
        let target_kinds = row.set("target_types", code("institution_kinds"));
        let funding_programmes = row.set("funding_programmes", code("funding_programmes"));
        let topics = topics(row);
        let outputs = outputs(row, &mut seen.phrases);
        row.count("attendance");
        let attendance = row.set("attendance", |node| index.institution(node));
        Some(Self {
            slug: slug?,
            kind: kind?,
            status: status?,
            held_on: held_on?,
            title: title?,
            town,
            host_institution: host,
            own_role: own_role?,
            mode: mode?,
            external_body,
            quorum_required,
            target_sectors,
            target_kinds,
            funding_programmes,
            topics,
            outputs,
            attendance,
        })
    }
}

fn topics(meeting: &Object<'_, '_>) -> Vec<TopicRow> {
    let mut slugs = HashSet::new();
    let rows = meeting.rows("topics", |row| {
        let slug = row.unique_slug(&mut slugs);
        let title = row.required("title", line(300));
        let report_phrase = row.optional("report_phrase", report_text);
        Some(TopicRow {
            slug: slug?,
            title: title?,
            report_phrase,
        })
    });
    rows.into_iter().flatten().collect()
}

/// The outputs of one meeting. `phrases` holds those of the earlier ones: one output reads the
/// same everywhere.
fn outputs(meeting: &Object<'_, '_>, phrases: &mut HashMap<String, String>) -> Vec<OutputRow> {
    let mut slugs = HashSet::new();
    let rows = meeting.rows("outputs", |row| {
        let slug = row.unique_slug(&mut slugs);
        let phrase = row.required("report_phrase", report_text);
        let output = OutputRow {
            slug: slug?,
            report_phrase: phrase?,
        };
        let first = phrases
            .entry(output.slug.clone())
            .or_insert_with(|| output.report_phrase.clone());
        if *first != output.report_phrase {
            row.note("report_phrase", Rule::Conflict);
        }
        Some(output)
    });
    rows.into_iter().flatten().collect()
}

/// Good practices in the order in which they were presented.
impl Row for GoodPracticeRow {
    const COLLECTION: &'static str = "good_practices";
    type Seen = HashSet<String>;

    fn read(row: &Object<'_, '_>, slugs: &mut HashSet<String>) -> Option<Self> {
        let index = &row.reader.index;
        let slug = row.unique_slug(slugs);
        let title = row.required("title", line(300));
        let owner = row.required("presenter_institution", |node| index.institution(node));
        let presented_at = row.optional("meeting", |node| index.meeting(node));
        Some(Self {
            slug: slug?,
            title: title?,
            owner: owner?,
            presented_at,
        })
    }
}
