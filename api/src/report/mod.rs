//! Reports over HTTP: the live one of any period, and those that are kept as records, from draft to what is handed in.

mod charts;
mod comparison;
mod content;
mod docx;
mod figures;
mod file;
mod format;
mod html;
mod live;
#[cfg(feature = "pdf")]
mod pdf;
#[cfg(not(feature = "pdf"))]
#[path = "no_pdf.rs"]
mod pdf;
mod wire;
mod words;
mod xlsx;

use std::collections::HashSet;

use domain::access::permission::{ReadInternal, ReadPublic, WriteRecords};
use domain::access::{Actor, Permission};
use domain::fault::{Faults, Rule};
use domain::person::{Names, Person};
use domain::record::Versioned;
use domain::report::content::Note;
use domain::report::edit::{check_edits, check_paragraphs};
use domain::report::{Content, Report, TRANSITIONS};
use domain::state::{Machine, check_reason};
use persistence::Conn;
use persistence::list::leads_to;
use persistence::record::{self, of_partnership};
use persistence::report::{self as store, Column};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::problem::{Halt, Kind, Problem};
use crate::records::{About, Filter, Orders, Resource, Steps, Takes};
use crate::records::{Stateful, TransitionIn, allowed_transitions};
use crate::site::Site;
use crate::wire::WriteTx;

pub use comparison::compare_reports;
pub use file::{
    read_report_docx, read_report_html, read_report_json, read_report_md, read_report_pdf,
    read_report_xlsx,
};
pub use format::Format;
pub use live::{
    PeriodQuery, Wanted, read_activity_report, read_activity_report_docx,
    read_activity_report_html, read_activity_report_md, read_activity_report_pdf,
    read_activity_report_xlsx, render,
};

/// What is shown of a report besides.
#[derive(Default, Serialize, ToSchema)]
pub struct ReportMore {
    /// The states into which the caller may bring it.
    #[schema(max_items = 20, example = json!(["in_review"]))]
    pub allowed_transitions: Vec<String>,
    /// What was found to disagree when it was put in review, approved or frozen, the last time; in Polish.
    pub warnings: Vec<Note>,
}

/// How many places that name a person are told.
const PLACES: usize = 100;

impl Resource for Report {
    type Read = ReadPublic;
    type Create = WriteRecords;
    type Update = WriteRecords;
    type Delete = WriteRecords;
    type Computed = ReportMore;

    const ABOUT: About = About {
        tag: "Reports",
        collection: "reports",
        one: "report",
        many: "reports",
        example: "sprawozdanie-2016",
        below: None,
        list: (
            "List reports.",
            "Everybody sees those that are frozen, whatever became of them afterwards.",
        ),
        read: (
            "Read one report.",
            "Where it stands, and what was written into it. What it says is `/reports/{report}.json`, and other formats beside it.",
        ),
        create: Some((
            (
                "Draft a report.",
                "It tells what the records say of the period, until it is frozen. One that takes the place of another one names it in \
                 `supersedes`: that one was returned, and is of the same period (422).",
            ),
            r#"{"slug": "sprawozdanie-2016-projekt", "from": "2016-01-01", "to": "2016-12-31"}"#,
        )),
        update: Some((
            (
                "Change the draft of a report.",
                "Sentences in other words (`edits`) and further `paragraphs`, while it is a draft (409). An edit states every figure that its \
                 sentence states (422 `other_figures` at its `text`).",
            ),
            r#"{"paragraphs": [{"after": "owes", "text": "Kadra OWES wspierała także założycieli spółdzielni socjalnych."}]}"#,
        )),
        delete: ("Delete a report.", "While it is a draft (409)."),
    };

    const FILTERS: &'static [Filter<Self>] = &[
        Filter {
            name: "status",
            about: "Codes of the vocabulary `report_statuses`, separated by commas.",
            example: "frozen,submitted",
            takes: Takes::Code(Column::Status, "report_statuses"),
        },
        Filter {
            name: "as_of",
            about: "Only those of a period in which this day lies.",
            example: "2016-12-31",
            takes: Takes::Day(store::covering),
        },
    ];

    const ORDERS: Orders<Self> = Orders {
        by: &[("to", Column::To), ("created_at", Column::CreatedAt)],
        default: "-to",
        about: "the latest period first",
    };

    async fn rules(
        &self,
        tx: &WriteTx,
        _: &Site,
        own: Option<&Versioned<Self>>,
    ) -> Result<(), Halt> {
        let Some(Versioned { head, value }) = record::linked(&**tx, self.supersedes).await? else {
            return Ok(());
        };
        let mut faults = Faults::new();
        if value.status != "returned" || (value.from, value.to) != (self.from, self.to) {
            faults.add("/supersedes", Rule::Conflict);
        }
        let own = own.map(|own| own.head.id);
        let others = leads_to(Column::Supersedes, head.id);
        if record::exists_besides::<Self>(&**tx, own, others).await? {
            faults.add("/supersedes", Rule::Duplicate);
        }
        Ok(faults.finish().map_err(Problem::from)?)
    }

    async fn prepare(
        &mut self,
        tx: &WriteTx,
        site: &Site,
        before: Option<&Versioned<Self>>,
        faults: &mut Faults,
    ) -> Result<(), Halt> {
        before.map_or(Ok(()), check_is_draft)?;
        if before.is_none() && self.edits.is_empty() && self.paragraphs.is_empty() {
            if let Some(returned) = record::linked(&**tx, self.supersedes).await? {
                self.edits = returned.value.edits;
                self.paragraphs = returned.value.paragraphs;
            }
            return Ok(());
        }
        if self.edits.is_empty() && self.paragraphs.is_empty() {
            return Ok(());
        }
        let Some(period) = self.period() else {
            return Ok(());
        };
        let content = content::live(&**tx, &site.partnership, period, false).await?;
        let (edits, paragraphs) = match before {
            Some(before) => (&before.value.edits[..], &before.value.paragraphs[..]),
            None => (&[][..], &[][..]),
        };
        check_edits(&mut self.edits, edits, &content, faults);
        check_paragraphs(&self.paragraphs, paragraphs, &content, faults);
        Ok(())
    }

    async fn deleted(_: &WriteTx, _: &Site, before: &Versioned<Self>) -> Result<(), Halt> {
        Ok(check_is_draft(before)?)
    }

    async fn compute(
        _: &impl Conn,
        site: &Site,
        records: &[&Versioned<Self>],
    ) -> Result<Vec<ReportMore>, Halt> {
        let more = |record: &&Versioned<Self>| ReportMore {
            allowed_transitions: allowed_transitions(site, &record.value),
            warnings: record.value.warnings.clone(),
        };
        Ok(records.iter().map(more).collect())
    }
}

fn check_is_draft(report: &Versioned<Report>) -> Result<(), Problem> {
    match report.value.status.as_str() {
        "draft" => Ok(()),
        _ if report.value.is_frozen() => Err(Problem::conflict("report_frozen")),
        _ => Err(Problem::conflict("report_not_draft")),
    }
}

/// The steps of a report.
pub const STEPS: Steps<Report, ReadInternal> = Steps::new(
    (
        "Bring a report into another state.",
        "draft > in_review > approved > frozen > submitted > acknowledged or returned; from `in_review` and `approved` back to `draft`. \
         Approving needs a period that is over, and keeps the SHA-256 of what was shown. Freezing is 409 `conflict` when the records say \
         something else by then. It is 409, too, where a text names a person of the partnership: then `errors` name the places, in \
         `/reports/{report}.json` or in the report itself; the `warnings` of the steps before name them as well. \
         What is frozen is kept with every format in both languages, and never changes. With `dry_run` the answer's `warnings` say what \
         disagrees. `submitted`, `acknowledged` and `returned` take `effective_on`, or today; `returned` needs a `reason`, which is its `note`. \
         Approving and going back to `draft` need `reports:approve`, acknowledging and returning `reports:answer`, the other steps `records:write`.",
    ),
    r#"{"to": "in_review"}"#,
);

impl Stateful for Report {
    const MACHINE: Machine = TRANSITIONS;

    fn status(&self) -> &str {
        &self.status
    }

    fn permission(&self, to: &str, _: &Actor) -> Permission {
        match to {
            "approved" | "draft" => Permission::ApproveReports,
            "acknowledged" | "returned" => Permission::AnswerReports,
            _ => Permission::WriteRecords,
        }
    }

    async fn enter(
        tx: &WriteTx,
        site: &Site,
        before: &Versioned<Self>,
        step: &TransitionIn,
    ) -> Result<Self, Halt> {
        let mut value = before.value.clone();
        value.status.clone_from(&step.to);
        match step.to.as_str() {
            "submitted" => {
                let frozen_on = before.value.frozen_on(site.partnership.value.tz());
                value.submitted_on = Some(day_of(step, site, frozen_on)?);
            }
            "acknowledged" | "returned" => {
                let note = check_reason(step.reason.as_deref()).map_err(Problem::from)?;
                if step.to == "returned" && note.is_none() {
                    return Err(refused("/reason", Rule::Required));
                }
                // Everybody reads it, and it stays.
                let people = people(tx, site).await?;
                if note.as_ref().is_some_and(|note| people.is_any_in(note)) {
                    return Err(names_person(vec!["/reason".to_owned()]).into());
                }
                value.answered_on = Some(day_of(step, site, before.value.submitted_on)?);
                value.note = note;
            }
            "draft" => {
                step.undated()?;
                value.approved_sha256 = None;
            }
            _ => {
                step.undated()?;
                show(tx, site, &mut value, before).await?;
            }
        }
        Ok(value)
    }
}

/// Looks at what a report says now, for the step that its status names: review, approval or freezing.
async fn show(
    tx: &WriteTx,
    site: &Site,
    value: &mut Report,
    before: &Versioned<Report>,
) -> Result<(), Halt> {
    let content = value.told(content::unwritten(&**tx, &site.partnership, value).await?);
    let polish = content.wording.get("pl");
    value.warnings = polish.map_or(Vec::new(), |wording| wording.warnings.clone());
    let named = persons_named(tx, site, value, &content).await?;
    if !named.is_empty() && value.status != "frozen" {
        value.warnings.push(Note {
            code: "names_person".to_owned(),
            detail: format!("Tekst wymienia osobę z partnerstwa: {}.", named.join(", ")),
            records: Vec::new(),
        });
    }
    let shown = content::sha256_without_sequence(&content)?;
    match value.status.as_str() {
        "approved" if value.to >= site.today => {
            Err(Problem::conflict("report_period_not_over").into())
        }
        "approved" => {
            value.approved_sha256 = Some(shown);
            Ok(())
        }
        "frozen" => {
            if value.approved_sha256.as_ref() != Some(&shown) {
                return Err(Problem::conflict("report_outdated").into());
            }
            if !named.is_empty() {
                return Err(names_person(named).into());
            }
            value.frozen_at = Some(site.now);
            value.sequence = Some(content.sequence);
            value.sha256 = Some(file::keep(tx, site, before.head.id, &content).await?);
            Ok(())
        }
        _ => Ok(()),
    }
}

/// Where a person of the partnership is named, who may have to be forgotten: in what the report says, and in what was written into it and
/// is shown with it, whether it was used or not.
async fn persons_named(
    tx: &WriteTx,
    site: &Site,
    report: &Report,
    content: &Content,
) -> Result<Vec<String>, Halt> {
    let people = people(tx, site).await?;
    let mut places = Vec::new();
    let mut seen = HashSet::new();
    for value in [serde_json::to_value(content), serde_json::to_value(report)] {
        let value = value.map_err(|_| Problem::of(Kind::Internal))?;
        find_named(
            &people,
            &value,
            String::new(),
            &mut (&mut places, &mut seen),
        );
    }
    Ok(places)
}

/// The names of the people of the partnership.
async fn people(tx: &WriteTx, site: &Site) -> Result<Names, Halt> {
    let people = record::every::<Person>(&**tx, of_partnership::<Person>(site.id())).await?;
    Ok(Names::of(
        people.iter().map(|person| person.value.name.as_str()),
    ))
}

fn names_person(places: Vec<String>) -> Problem {
    let problem = Problem::conflict("names_person");
    let noted = |problem: Problem, place| problem.at(place, Rule::NamesPerson);
    places.into_iter().fold(problem, noted)
}

/// Notes where texts name somebody; one that stands in several places, where it stands first.
fn find_named(
    people: &Names,
    value: &Value,
    at: String,
    found: &mut (&mut Vec<String>, &mut HashSet<String>),
) {
    match value {
        _ if found.0.len() >= PLACES => {}
        Value::String(text) => {
            let is_new = text.contains([' ', '-']) && found.1.insert(text.clone());
            if is_new && people.is_any_in(text) {
                found.0.push(at);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                find_named(people, item, format!("{at}/{index}"), found);
            }
        }
        Value::Object(fields) => {
            for (name, field) in fields.iter().filter(|(name, _)| *name != "id") {
                find_named(people, field, format!("{at}/{name}"), found);
            }
        }
        _ => {}
    }
}

/// The day of a step: today, or an earlier one that is not before what it follows.
fn day_of(
    step: &TransitionIn,
    site: &Site,
    not_before: Option<chrono::NaiveDate>,
) -> Result<chrono::NaiveDate, Halt> {
    match step.effective_on {
        None => Ok(site.today),
        Some(day) if day > site.today => Err(refused("/effective_on", Rule::Future)),
        Some(day) if not_before.is_some_and(|first| day < first) => {
            Err(refused("/effective_on", Rule::Order))
        }
        Some(day) => Ok(day),
    }
}

fn refused(pointer: &str, rule: Rule) -> Halt {
    Problem::of(Kind::InvalidValues).at(pointer, rule).into()
}
