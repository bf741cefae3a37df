//! Why two reports differ: figure by figure, by the records, and by who changed these when.

use actix_web::{HttpResponse, get, web};
use chrono::{DateTime, NaiveDate, Utc};
use domain::access::View;
use domain::access::permission::ReadPublic;
use domain::fault::Rule;
use domain::language::Language;
use domain::record::Versioned;
use domain::report::comparison::{Difference, differences, reworded};
use domain::report::content::CountedRecord;
use domain::report::{Content, Report};
use domain::slug::Key;
use persistence::change::{self, Change};
use persistence::{Conn, record};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::content;
use crate::asked::Asked;
use crate::auth::Require;
use crate::problem::{Halt, Problem, ReportProblems};
use crate::records::{self, InPartnership, Read};
use crate::site::Site;
use crate::state::AppState;
use crate::wire::Query;

/// How many records of a figure are listed at most, of those that came, that went and that changed.
const LISTED: usize = 1000;

/// With what a report is compared.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct WithQuery {
    /// `live`: what the records say of its period now. Otherwise id or slug of another report, of the same period or another one.
    #[serde(default = "live")]
    #[param(max_length = 100, default = "live", required = false, example = "live")]
    pub with: String,
}

fn live() -> String {
    "live".to_owned()
}

/// What differs between two reports.
#[derive(Debug, Serialize, ToSchema)]
pub struct ComparisonOut {
    /// The first one.
    pub report: ComparedOut,
    /// The one that it is compared with.
    pub with: ComparedOut,
    /// Whether both are of the same period.
    #[schema(example = true)]
    pub same_period: bool,
    /// The figures that differ, by what they say or by what they count.
    pub figures: Vec<DifferenceOut>,
    /// The sentences and items that differ, in Polish or English, by `Accept-Language`.
    pub texts: Vec<RewordedOut>,
}

/// A report that is compared.
#[derive(Debug, Serialize, ToSchema)]
pub struct ComparedOut {
    /// Its id; null of what the records say now.
    #[schema(required, example = "0198c0de-0000-7000-8000-000000000090")]
    pub id: Option<Uuid>,
    /// Its slug; null of what the records say now.
    #[schema(required, example = "sprawozdanie-2016")]
    pub slug: Option<String>,
    /// First day of the period.
    #[schema(example = "2016-01-01")]
    pub from: NaiveDate,
    /// Last day of the period.
    #[schema(example = "2016-12-31")]
    pub to: NaiveDate,
    /// Number of the latest change that was there when it was counted.
    #[schema(minimum = 0, example = 640)]
    pub sequence: i64,
}

/// A figure that differs.
#[derive(Debug, Serialize, ToSchema)]
pub struct DifferenceOut {
    /// Its key.
    #[schema(example = "signatories")]
    pub key: String,
    /// What the first report says.
    #[schema(value_type = Value, required, example = 69)]
    pub value: serde_json::Value,
    /// What the other one says.
    #[schema(value_type = Value, required, example = 68)]
    pub other: serde_json::Value,
    /// How many records only the other one counts.
    #[schema(format = Int64, example = 0)]
    pub added_count: usize,
    /// How many records only the first one counts.
    #[schema(format = Int64, example = 1)]
    pub removed_count: usize,
    /// How many records both count.
    #[schema(format = Int64, example = 68)]
    pub stayed_count: usize,
    /// Records that only the other one counts, up to 1,000.
    #[schema(max_items = 1000)]
    pub added: Vec<ComparedRecordOut>,
    /// Records that only the first one counts, up to 1,000.
    #[schema(max_items = 1000)]
    pub removed: Vec<ComparedRecordOut>,
    /// Records that both count and that were changed between them, up to 1,000.
    #[schema(max_items = 1000)]
    pub changed: Vec<ComparedRecordOut>,
}

/// A record by which figures differ.
#[derive(Debug, Serialize, ToSchema)]
pub struct ComparedRecordOut {
    /// The record, as the report knows it that counts it.
    #[serde(flatten)]
    pub record: CountedRecord,
    /// Its latest change after the earlier of the two reports was counted until the later one was; null where there was none: then what it
    /// refers to has changed, or the periods differ.
    #[schema(required)]
    pub change: Option<ComparedChangeOut>,
}

/// A change of a record.
#[derive(Debug, Serialize, ToSchema)]
pub struct ComparedChangeOut {
    /// Its number in the feed of changes.
    #[schema(minimum = 1, example = 655)]
    pub sequence: i64,
    /// When it was committed.
    #[schema(example = "2017-03-01T08:12:00Z")]
    pub at: DateTime<Utc>,
    /// `created`, `updated` or `deleted`.
    #[schema(example = "updated")]
    pub op: String,
    /// Id of the account that did it; null for who does not work in the partnership, and for the program's own commands.
    #[schema(required, example = "0198c0de-0000-7000-8000-000000000006")]
    pub actor: Option<Uuid>,
}

/// A text that differs.
#[derive(Debug, Serialize, ToSchema)]
pub struct RewordedOut {
    /// Its key.
    #[schema(example = "signatories")]
    pub key: String,
    /// What the first report says; null where it does not tell it.
    #[schema(required, example = "Umowę partnerstwa podpisało 69 instytucji.")]
    pub text: Option<String>,
    /// What the other one says; null where it does not tell it.
    #[schema(required, example = "Umowę partnerstwa podpisało 68 instytucji.")]
    pub other: Option<String>,
}

/// Compare a report with another one, or with what the records say now.
///
/// Each figure that differs is explained by the records that came, went or changed, with when and by whom. Where all stayed as they were, what
/// they refer to has changed, such as the sector of an institution. Of reports of different periods it
/// says which records came, went and stayed.
#[utoipa::path(
    tag = "Reports",
    params(
        InPartnership,
        ("report" = String, Path, description = "Id or slug", max_length = 100, example = "sprawozdanie-2016"),
        WithQuery
    ),
    responses((status = 200, description = "What differs", body = ComparisonOut), ReportProblems),
    security((), ("bearer" = [ReadPublic]))
)]
#[get("/api/v1/partnerships/{partnership}/reports/{report}/comparison")]
pub async fn compare_reports(
    actor: Require<ReadPublic>,
    state: web::Data<AppState>,
    read: Read,
    with: Query<WithQuery>,
    request: actix_web::HttpRequest,
) -> Result<HttpResponse, Halt> {
    let (site, report) = records::found::<Report, ReadPublic>(&actor, &read).await?;
    let db = &state.db;
    let one = content::of(db, &site.partnership, &report).await?;
    let with = with.into_inner().with;
    let (other, named) = match with.as_str() {
        "live" => (live_content(db, &site, &report).await?, None),
        key => {
            let other = another(db, &site, key).await?;
            let content = content::of(db, &site.partnership, &other).await?;
            (content, Some(other))
        }
    };
    let found = differences(&one, &other);
    let is_same_period = (one.from, one.to) == (other.from, other.to);
    let changes = match is_same_period {
        true => changes(db, &found, between(&one, &other)).await?,
        false => HashMap::new(),
    };
    let language = Asked::of(&request).language;
    let compared = ComparisonOut {
        report: ComparedOut::of(&one, Some(&report)),
        with: ComparedOut::of(&other, named.as_ref()),
        same_period: is_same_period,
        figures: found
            .iter()
            .map(|one| DifferenceOut::of(one, &changes, site.view))
            .collect(),
        texts: texts(&one, &other, language),
    };
    Ok(HttpResponse::Ok().json(compared))
}

async fn live_content(
    conn: &impl Conn,
    site: &Site,
    report: &Versioned<Report>,
) -> Result<Content, Halt> {
    let unwritten = Report {
        title: report.value.title.clone(),
        sections: report.value.sections.clone(),
        from: report.value.from,
        to: report.value.to,
        ..Report::default()
    };
    let live = content::unwritten(conn, &site.partnership, &unwritten).await?;
    Ok(unwritten.told(live))
}

/// The report of a key in the query.
async fn another(conn: &impl Conn, site: &Site, key: &str) -> Result<Versioned<Report>, Halt> {
    let found = match Key::parse(key) {
        Ok(key) => record::find::<Report>(conn, &key, records::scope::<Report>(site)).await?,
        Err(_) => None,
    };
    Ok(found.ok_or_else(|| Problem::parameter_breaks("with", Rule::DanglingReference))?)
}

/// The numbers of the changes after one of two reports was counted until the other one was.
fn between(one: &Content, other: &Content) -> (i64, i64) {
    let (one, other) = (one.sequence, other.sequence);
    (one.min(other), one.max(other))
}

/// The latest changes, between two numbers, of the records by which figures differ.
async fn changes(
    conn: &impl Conn,
    found: &[Difference<'_>],
    between: (i64, i64),
) -> Result<HashMap<Uuid, Change>, Halt> {
    let records = found
        .iter()
        .flat_map(|one| [&one.added, &one.removed, &one.stayed]);
    let mut ids: Vec<Uuid> = records.flatten().map(|record| record.id).collect();
    ids.sort_unstable();
    ids.dedup();
    Ok(change::latest_of(conn, &ids, between).await?)
}

fn texts(one: &Content, other: &Content, language: Language) -> Vec<RewordedOut> {
    let texts = reworded(one, other, language.tag()).into_iter();
    let text = |(key, before, after): (&str, Option<&str>, Option<&str>)| RewordedOut {
        key: key.to_owned(),
        text: before.map(str::to_owned),
        other: after.map(str::to_owned),
    };
    texts.map(text).collect()
}

impl ComparedOut {
    fn of(content: &Content, report: Option<&Versioned<Report>>) -> Self {
        Self {
            id: report.map(|report| report.head.id),
            slug: report.map(|report| report.value.slug.clone()),
            from: content.from,
            to: content.to,
            sequence: content.sequence,
        }
    }
}

impl DifferenceOut {
    fn of(found: &Difference<'_>, changes: &HashMap<Uuid, Change>, view: View) -> Self {
        let shown = |records: &[&CountedRecord]| {
            let record = |record: &&CountedRecord| ComparedRecordOut {
                record: (*record).clone(),
                change: changes.get(&record.id).map(|latest| ComparedChangeOut {
                    sequence: latest.seq,
                    at: latest.at,
                    op: latest.op.clone(),
                    actor: latest.actor_id.filter(|_| view == View::Personal),
                }),
            };
            records.iter().take(LISTED).map(record).collect()
        };
        let changed = found.stayed.iter().copied();
        let changed = changed.filter(|record| changes.contains_key(&record.id));
        Self {
            key: found.key.to_owned(),
            value: found.value.clone(),
            other: found.other.clone(),
            added_count: found.added.len(),
            removed_count: found.removed.len(),
            stayed_count: found.stayed.len(),
            added: shown(&found.added),
            removed: shown(&found.removed),
            changed: shown(&changed.collect::<Vec<_>>()),
        }
    }
}
