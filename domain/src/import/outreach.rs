//! Communiqués and where each was posted.

use std::collections::HashSet;

use chrono::NaiveDate;

use super::about::COMMUNIQUE_STATUSES;
use super::reader::Object;
use super::row::Row;
use super::value::{date, line, renamed_code, text};
use crate::fault::Rule;
use crate::url::Url;

/// A communiqué.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommuniqueRow {
    /// Its slug.
    pub slug: String,
    /// `n/YYYY`, kept as it is.
    pub number: Option<String>,
    /// A code of `communique_statuses`.
    pub status: String,
    /// The day it was released.
    pub released_on: Option<NaiveDate>,
    /// Its title.
    pub title: String,
}

/// A communiqué posted by an institution.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PostingRow {
    /// The communiqué, by slug.
    pub communique: String,
    /// The institution, by slug.
    pub institution: String,
    /// The day it was posted.
    pub posted_on: NaiveDate,
    /// Where.
    pub url: String,
}

/// The communiqués before a row.
#[derive(Default)]
pub(super) struct CommuniquesSeen {
    slugs: HashSet<String>,
    numbers: HashSet<String>,
}

/// Every communiqué.
impl Row for CommuniqueRow {
    const COLLECTION: &'static str = "communiques";
    type Seen = CommuniquesSeen;

    fn read(row: &Object<'_, '_>, seen: &mut CommuniquesSeen) -> Option<Self> {
        let slug = row.unique_slug(&mut seen.slugs);
        let status = renamed_code("communique_statuses", COMMUNIQUE_STATUSES);
        let status = row.required("status", status);
        let released_on = match status.as_deref() {
            Some("released" | "corrected") => row.required("published_on", date),
            _ => row.optional("published_on", date),
        };
        if matches!(status.as_deref(), Some("draft" | "in_review")) && released_on.is_some() {
            row.note("published_on", Rule::Conflict);
        }
        row.refuse_future("published_on", released_on);
        let number = row.unique_number(&mut seen.numbers, released_on);
        let title = row.required("title", line(300));
        Some(Self {
            slug: slug?,
            number,
            status: status?,
            released_on,
            title: title?,
        })
    }
}

/// Every posting, none before its communiqué was published.
impl Row for PostingRow {
    const COLLECTION: &'static str = "communique_publications";
    type Seen = HashSet<(String, String)>;

    fn read(row: &Object<'_, '_>, keys: &mut Self::Seen) -> Option<Self> {
        let index = &row.reader.index;
        let communique = row.required("communique", |node| index.communique(node));
        let institution = row.required("institution", |node| index.institution(node));
        let posted_on = row.required("published_on", date);
        let url = row.required("url", |node| {
            Url::parse(text(node)?).map(|url| url.to_string())
        });
        let released_on = communique
            .as_deref()
            .and_then(|slug| index.published_on(slug));
        if let (Some(posted_on), Some(released_on)) = (posted_on, released_on)
            && posted_on < released_on
        {
            row.note("published_on", Rule::Order);
        }
        row.refuse_future("published_on", posted_on);
        let (communique, institution) = (communique?, institution?);
        if !keys.insert((communique.clone(), institution.clone())) {
            row.reader.note(&row.pointer, Rule::Duplicate);
        }
        Some(Self {
            communique,
            institution,
            posted_on: posted_on?,
            url: url?,
        })
    }
}
