//! Records of any kind as their own endpoints show them: for those who read all kinds in one stream.

use domain::access::{Actor, View};
use domain::exchange::good_practice::GoodPractice;
use domain::followup::commitment::Commitment;
use domain::followup::effect::Effect;
use domain::followup::fulfilment::Fulfilment;
use domain::followup::implementation::Implementation;
use domain::followup::recommendation::Recommendation;
use domain::funding_programme::FundingProgramme;
use domain::governance::body::Body;
use domain::governance::mandate::Mandate;
use domain::governance::term::Term;
use domain::institution::Institution;
use domain::meeting::Meeting;
use domain::meeting::agenda_item::AgendaItem;
use domain::meeting::attendance::Attendance;
use domain::meeting::output::Output;
use domain::outreach::communique::Communique;
use domain::outreach::posting::Posting;
use domain::partnership::Partnership;
use domain::person::Person;
use domain::record::{Kind, Versioned};
use domain::signatory::Signatory;
use persistence::record::{self, Pick};
use persistence::{Condition, Conn};
use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};
use uuid::Uuid;

use crate::clock::Clock;
use crate::export::Columns;
use crate::problem::{Halt, Kind as ProblemKind, Problem};
use crate::records::{self, Resource, Shown};
use crate::site::Site;

/// A record, as it is shown.
pub struct Represented {
    /// Its id.
    pub id: Uuid,
    /// Its version.
    pub version: i32,
    /// The shape of its own endpoint.
    pub json: Box<RawValue>,
}

/// The kinds of records that belong to a partnership and are told by its feed, those first that others refer to.
pub const KINDS: [Kind; 18] = [
    Kind::Signatory,
    Kind::FundingProgramme,
    Kind::Body,
    Kind::Output,
    Kind::Meeting,
    Kind::AgendaItem,
    Kind::Attendance,
    Kind::Term,
    Kind::Mandate,
    Kind::Person,
    Kind::GoodPractice,
    Kind::Recommendation,
    Kind::Implementation,
    Kind::Commitment,
    Kind::Fulfilment,
    Kind::Effect,
    Kind::Communique,
    Kind::Posting,
];

/// Institutions, which belong to no partnership.
pub async fn institutions(
    conn: &impl Conn,
    clock: &Clock,
    pick: &Pick,
) -> Result<Vec<Represented>, Halt> {
    let records = record::picked::<Institution>(conn, Condition::all(), pick).await?;
    let records: Vec<&Versioned<Institution>> = records.iter().collect();
    let shown = records::show(conn, &Site::shared(&Actor::default(), clock), &records).await?;
    represented(&records, shown)
}

/// Partnerships.
pub async fn partnerships(
    conn: &impl Conn,
    clock: &Clock,
    pick: &Pick,
) -> Result<Vec<Represented>, Halt> {
    let records = record::picked::<Partnership>(conn, Condition::all(), pick).await?;
    let records: Vec<&Versioned<Partnership>> = records.iter().collect();
    let shown = records::show(conn, &Site::shared(&Actor::default(), clock), &records).await?;
    represented(&records, shown)
}

/// Records of a kind that belongs to a partnership, as far as the caller sees them.
pub async fn of_kind(
    conn: &impl Conn,
    site: &Site,
    kind: Kind,
    pick: &Pick,
) -> Result<Vec<Represented>, Halt> {
    match kind {
        Kind::Signatory => of::<Signatory>(conn, site, pick).await,
        Kind::FundingProgramme => of::<FundingProgramme>(conn, site, pick).await,
        Kind::Body => of::<Body>(conn, site, pick).await,
        Kind::Term => of::<Term>(conn, site, pick).await,
        Kind::Mandate => of::<Mandate>(conn, site, pick).await,
        Kind::Meeting => of::<Meeting>(conn, site, pick).await,
        Kind::AgendaItem => of::<AgendaItem>(conn, site, pick).await,
        Kind::Attendance => of::<Attendance>(conn, site, pick).await,
        Kind::Output => of::<Output>(conn, site, pick).await,
        Kind::GoodPractice => of::<GoodPractice>(conn, site, pick).await,
        Kind::Recommendation => of::<Recommendation>(conn, site, pick).await,
        Kind::Implementation => of::<Implementation>(conn, site, pick).await,
        Kind::Commitment => of::<Commitment>(conn, site, pick).await,
        Kind::Fulfilment => of::<Fulfilment>(conn, site, pick).await,
        Kind::Effect => of::<Effect>(conn, site, pick).await,
        Kind::Communique => of::<Communique>(conn, site, pick).await,
        Kind::Posting => of::<Posting>(conn, site, pick).await,
        Kind::Person if site.view == View::Personal => of::<Person>(conn, site, pick).await,
        Kind::Person
        | Kind::Institution
        | Kind::Partnership
        | Kind::Account
        | Kind::Grant
        | Kind::ClientSecret
        | Kind::Link
        | Kind::Webhook
        | Kind::CalendarLink
        | Kind::Export
        | Kind::ExportSchedule
        | Kind::BulkImport => Ok(Vec::new()),
    }
}

/// The columns of a table of records of a kind that a partnership's data are made of.
pub fn columns(kind: Kind) -> Columns {
    match kind {
        Kind::Institution => columns_of::<Institution>(),
        Kind::Partnership => columns_of::<Partnership>(),
        Kind::Signatory => columns_of::<Signatory>(),
        Kind::FundingProgramme => columns_of::<FundingProgramme>(),
        Kind::Body => columns_of::<Body>(),
        Kind::Term => columns_of::<Term>(),
        Kind::Mandate => columns_of::<Mandate>(),
        Kind::Meeting => columns_of::<Meeting>(),
        Kind::AgendaItem => columns_of::<AgendaItem>(),
        Kind::Attendance => columns_of::<Attendance>(),
        Kind::Output => columns_of::<Output>(),
        Kind::GoodPractice => columns_of::<GoodPractice>(),
        Kind::Recommendation => columns_of::<Recommendation>(),
        Kind::Implementation => columns_of::<Implementation>(),
        Kind::Commitment => columns_of::<Commitment>(),
        Kind::Fulfilment => columns_of::<Fulfilment>(),
        Kind::Effect => columns_of::<Effect>(),
        Kind::Communique => columns_of::<Communique>(),
        Kind::Posting => columns_of::<Posting>(),
        Kind::Person => columns_of::<Person>(),
        Kind::Account
        | Kind::Grant
        | Kind::ClientSecret
        | Kind::Link
        | Kind::Webhook
        | Kind::CalendarLink
        | Kind::Export
        | Kind::ExportSchedule
        | Kind::BulkImport => Columns(Vec::new()),
    }
}

fn columns_of<T: Resource>() -> Columns {
    Columns::of::<Shown<T>>(false)
}

async fn of<T: Resource>(
    conn: &impl Conn,
    site: &Site,
    pick: &Pick,
) -> Result<Vec<Represented>, Halt> {
    let records = record::picked::<T>(conn, T::scope(site), pick).await?;
    let records: Vec<&Versioned<T>> = records.iter().collect();
    let shown = records::show(conn, site, &records).await?;
    represented(&records, shown)
}

fn represented<T, O: Serialize>(
    records: &[&Versioned<T>],
    shown: Vec<O>,
) -> Result<Vec<Represented>, Halt> {
    let one = |(record, shown): (&&Versioned<T>, O)| {
        let json = to_raw_value(&shown).map_err(|_| Problem::of(ProblemKind::Internal))?;
        Ok(Represented {
            id: record.head.id,
            version: record.head.version,
            json,
        })
    };
    records.iter().zip(shown).map(one).collect()
}

/// Where a record is read, of kinds that a feed tells; `parent` is the one below which it stands.
pub fn path(
    kind: Kind,
    partnership: Option<Uuid>,
    parent: Option<Uuid>,
    id: Uuid,
) -> Option<String> {
    let shared = |list: &str| Some(format!("/api/v1/{list}/{id}"));
    let own = |list: &str| Some(format!("/api/v1/partnerships/{}/{list}/{id}", partnership?));
    let below = |list: &str, collection: &str| {
        let (partnership, parent) = (partnership?, parent?);
        Some(format!(
            "/api/v1/partnerships/{partnership}/{list}/{parent}/{collection}/{id}"
        ))
    };
    match kind {
        Kind::Institution => shared("institutions"),
        Kind::Partnership => shared("partnerships"),
        Kind::Signatory => own("signatories"),
        Kind::FundingProgramme => own("funding-programmes"),
        Kind::Body => own("bodies"),
        Kind::Term => below("bodies", "terms"),
        Kind::Mandate => own("mandates"),
        Kind::Meeting => own("meetings"),
        Kind::AgendaItem => below("meetings", "agenda-items"),
        Kind::Attendance => below("meetings", "attendance"),
        Kind::Output => own("outputs"),
        Kind::GoodPractice => own("good-practices"),
        Kind::Recommendation => own("recommendations"),
        Kind::Implementation => own("implementations"),
        Kind::Commitment => own("commitments"),
        Kind::Fulfilment => own("fulfilments"),
        Kind::Effect => own("effects"),
        Kind::Communique => own("communiques"),
        Kind::Posting => below("communiques", "postings"),
        Kind::Person => own("people"),
        Kind::Account
        | Kind::Grant
        | Kind::ClientSecret
        | Kind::Link
        | Kind::Webhook
        | Kind::CalendarLink
        | Kind::Export
        | Kind::ExportSchedule
        | Kind::BulkImport => None,
    }
}
