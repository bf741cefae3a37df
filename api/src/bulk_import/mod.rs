//! Bulk imports over HTTP: a table is sent and tried, looked at row by row, applied as a whole, and taken back as a whole.

mod filter;
mod run;
mod sheet;
mod subject;
mod table;
mod wire;

use std::collections::HashSet;
use std::pin::Pin;
use std::time::Duration;

use actix_web::{FromRequest, HttpRequest, dev, get, post, web};
use domain::access::permission::WriteRecords;
use domain::bulk_import::{BulkImport, Counts, MOST_IMPORTS, TRANSITIONS};
use domain::fault::Faults;
use domain::partnership::Partnership;
use domain::record::{Kind as RecordKind, Versioned};
use domain::state::Machine;
use persistence::bulk_import::{self as store, Column, rows};
use persistence::list::AskLines;
use persistence::{Conn, Origin, RepoError, record};
use sha2::{Digest, Sha256};
use tokio::sync::OwnedSemaphorePermit;

use crate::asked::Asked;
use crate::auth::Require;
use crate::problem::{CreateProblems, Halt, InternalProblems, Kind, Problem};
use crate::records::{
    self, About, Answer, Filter, InPartnership, Orders, Read, Resource, Shown, Stateful, Steps,
    Takes, TransitionIn, WithTransitions,
};
use crate::site::Site;
use crate::state::AppState;
use crate::wire::{
    Fetched, LIMIT, List, Page, PageParams, Query, Write, WriteParams, WriteTx, created,
    media_type, received,
};

pub use filter::{BulkImportRowFilter, BulkImportRowSort};
use table::{CSV, Table, XLSX};
pub use wire::{BulkImportIn, BulkImportRowOut, EmptyCells, TableFile};

/// A bulk import, as it is shown.
pub type BulkImportOut = Shown<BulkImport>;
/// One page of rows.
pub type BulkImportRowPage = Page<BulkImportRowOut>;

/// How long a table may take to arrive.
const ARRIVAL: Duration = Duration::from_secs(60);

/// A table as it was sent.
pub struct Upload {
    bytes: web::Bytes,
    media_type: String,
    charset: Option<String>,
}

impl FromRequest for Upload {
    type Error = Halt;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Halt>>>>;

    fn from_request(request: &HttpRequest, payload: &mut dev::Payload) -> Self::Future {
        let request = request.clone();
        let mut payload = payload.take();
        Box::pin(async move {
            let (media_type, charset) = media_type(&request, "charset");
            if ![CSV, XLSX].contains(&media_type.as_str()) {
                let supported = format!("{CSV}, {XLSX}");
                let refused = Problem::of(Kind::UnsupportedMediaType);
                return Err(refused.with("supported", supported).into());
            }
            let bytes = received(&request, &mut payload, LIMIT, ARRIVAL).await?;
            Ok(Self {
                bytes,
                media_type,
                charset,
            })
        })
    }
}

impl Upload {
    /// The table with its SHA-256 and its turn, which lasts as long as anything is done with the table.
    async fn read(
        self,
        state: &AppState,
        names: HashSet<String>,
    ) -> Result<(Table, String, OwnedSemaphorePermit), Halt> {
        let turn = state.file_turn().await?;
        let read = web::block(move || {
            let known = |heading: &str| names.contains(&sheet::name_of(heading));
            let table = match self.media_type.as_str() {
                CSV => Table::of_csv(&self.bytes, self.charset.as_deref(), &known)?,
                _ => Table::of_xlsx(&self.bytes, &known)?,
            };
            let sha256 = hex::encode(Sha256::digest(&self.bytes));
            Ok::<_, Problem>((table, sha256, turn))
        });
        Ok(read.await.map_err(|_| Problem::of(Kind::Internal))??)
    }
}

/// Send a table.
///
/// CSV (with commas, semicolons, tabs or `|`; UTF-8, or what `charset` names) or the first sheet of an XLSX workbook that is not hidden
/// and has names of columns; of up to 2 MB, 5000 rows, 200 columns and 300,000 cells. One table is tried at a time, others are asked to
/// wait (503). The names stand in one of the first lines, below a title if there is one: fields of the body that records one, those of
/// objects with a dot (`address.town`), or columns of the list as CSV. Days are `2016-02-24` or `24.02.2016`, times of day those of the
/// partnership, lists are separated by `;`. Records that a row refers to are named by slug or id, institutions in `institution.regon` and
/// the like by their REGON. What spreadsheets do to what is typed is undone: zeros that a number has lost, spaces that cannot be seen,
/// `mailto:`. Errors of the spreadsheet (`#N/A`), totals and text in columns without a name are refused in their rows; `errors` give the
/// `column` by its letter and the `heading`.
///
/// A row finds its record by `id`. Otherwise an institution is found by `slug`, REGON or name and town, a signatory by institution
/// and `signed_on`, a meeting by `slug` or title and day, a person by `email`, in whatever case, and name within an institution, or by
/// name and institution where no other address is known. What no record is found for becomes a new one; where it is not clear which
/// record is meant (`ambiguous`), the row is refused, with the `candidates`. A cell that says what the list says already changes nothing; what a table cannot set, such as `version`,
/// must say what is so: an exported list can be worked on and sent back, and rows that somebody else changed meanwhile are refused.
///
/// Every row is tried by the rules of single requests, and undone: the answer counts what becomes of them, `rows` lists it. Nothing
/// is stored of them before the import is brought into `applied`, which it can be when no row was refused. A partnership has fifty
/// imports at the most, refused ones among them, each for a month after its last step; then one is deleted first (409).
#[utoipa::path(
    tag = "Bulk imports",
    params(InPartnership, BulkImportIn, WriteParams),
    request_body(
        content(
            (TableFile = "text/csv", example = json!("name,kind,address.town,phone\r\nPowiatowy Urząd Pracy w Żarach,pup,Żary,68 456 56 10\r\n")),
            (TableFile = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
        ),
        description = "The table"
    ),
    responses(
        (status = 201, description = "Tried", body = BulkImportOut, headers(
            ("Location" = String, description = "Where it can be read"),
            ("ETag" = String, description = "Tells this answer from others; for `If-None-Match`, and for `If-Match` of a change"))),
        CreateProblems
    ),
    security(("bearer" = [WriteRecords]))
)]
#[post("/api/v1/partnerships/{partnership}/bulk-imports")]
pub async fn create_bulk_import(
    actor: Require<WriteRecords>,
    write: Write,
    state: web::Data<AppState>,
    query: Query<BulkImportIn>,
    upload: Upload,
) -> Answer {
    let asked = query.into_inner();
    let clears = asked.empty_cells == EmptyCells::Clear;
    let names = run::names(RecordKind::from_name(&asked.kind));
    let (table, sha256, _turn) = upload.read(&state, names).await?;
    let tx = write.begin().await?;
    let keys = write.keys()?;
    let site = records::site_of::<BulkImport, _>(&*tx, &actor, &keys, write.clock()).await?;
    if !record::hold::<Partnership>(&tx, site.id()).await? {
        return Err(Problem::of(Kind::NotFound).into());
    }
    let import = BulkImport {
        kind: asked.kind,
        file_name: asked.file_name,
        ..BulkImport::default()
    };
    let import = records::check(&tx, &site, None, import).await?;
    let rows = run::try_out(&tx, &site, import.kind(), &table, clears).await?;
    let counts = Counts::of(rows.iter().map(|row| row.outcome));
    let record = record::insert(&tx, tx.new_id(), import.tried(sha256, counts)).await?;
    rows::insert(&tx, record.head.id, rows).await?;
    let shown = records::show_one(&*tx, &site, &record).await?;
    let location = format!("{}/{}", write.path(), record.head.id);
    let answer = created(location, &record.head, site.view, &shown);
    tx.commit(answer).await
}

/// List the rows of a bulk import.
///
/// What becomes of each and why: the preview before it is applied, the account of it afterwards. Rows do not change: `modified_since`
/// tells of all or of none.
#[utoipa::path(
    tag = "Bulk imports",
    params(
        InPartnership,
        ("bulk_import" = String, Path, description = "Id", max_length = 36, example = "0198c0de-0000-7000-8000-000000000091"),
        BulkImportRowFilter, PageParams
    ),
    responses(
        (status = 200, description = "A page of rows", body = BulkImportRowPage,
            headers(("Link" = String, description = "The next page, `rel=next`"))),
        InternalProblems
    ),
    security(("bearer" = [WriteRecords]))
)]
#[get("/api/v1/partnerships/{partnership}/bulk-imports/{bulk_import}/rows")]
pub async fn list_bulk_import_rows(
    actor: Require<WriteRecords>,
    state: web::Data<AppState>,
    at: Read,
    asked: Asked,
    list: List<BulkImportRowFilter>,
) -> Answer {
    let (site, import) = records::found::<BulkImport, _>(&actor, &at).await?;
    run::check_allowed(&site, import.value.kind())?;
    let fetched = move |list: List<BulkImportRowFilter>| {
        let (state, head) = (state.clone(), import.head);
        async move {
            let since = list.page.modified_since;
            if since.is_some_and(|since| head.created_at < since) {
                let none = list.page.total.then_some(0);
                return Ok(Fetched::lines(Vec::new(), None, none));
            }
            let ask = AskLines {
                condition: list.filter.condition()?,
                last_first: list.filter.sort == BulkImportRowSort::NumberDescending,
                limit: list.page.limit,
                after: list.after()?,
                total: list.page.total,
            };
            let page = rows::list(&state.db, head.id, &ask).await?;
            let shown = page.lines.into_iter();
            let shown = shown.map(|row| BulkImportRowOut::of(row, asked.language));
            Ok(Fetched::lines(shown.collect(), page.next, page.total))
        }
    };
    list.answer(None, fetched).await
}

impl Resource for BulkImport {
    type Read = WriteRecords;
    type Create = WriteRecords;
    type Update = WriteRecords;
    type Delete = WriteRecords;
    type Computed = WithTransitions;

    const ABOUT: About = About {
        tag: "Bulk imports",
        collection: "bulk-imports",
        one: "bulk_import",
        many: "bulk_imports",
        example: "0198c0de-0000-7000-8000-000000000091",
        below: None,
        list: (
            "List bulk imports.",
            "They are deleted a month after the last step; the records that they made stay.",
        ),
        read: (
            "Read one bulk import.",
            "With what becomes, or became, of its rows.",
        ),
        create: None,
        update: None,
        delete: (
            "Delete a bulk import.",
            "With its rows. The records that it made stay, and can be taken back as a whole no more.",
        ),
    };

    const FILTERS: &'static [Filter<Self>] = &[
        Filter {
            name: "kind",
            about: "Codes of the vocabulary `record_kinds`, separated by commas.",
            example: "institution,person",
            takes: Takes::Code(Column::Kind, "record_kinds"),
        },
        Filter {
            name: "status",
            about: "Codes of the vocabulary `bulk_import_statuses`, separated by commas.",
            example: "applied",
            takes: Takes::Code(Column::Status, "bulk_import_statuses"),
        },
    ];

    const ORDERS: Orders<Self> = Orders::by_creation(&[("created_at", Column::CreatedAt)]);

    async fn prepare(
        &mut self,
        tx: &WriteTx,
        site: &Site,
        _: Option<&Versioned<Self>>,
        _: &mut Faults,
    ) -> Result<(), Halt> {
        *self = std::mem::take(self).sent_by(site.actor.account, tx.now());
        Ok(())
    }

    async fn rules(
        &self,
        tx: &WriteTx,
        site: &Site,
        _: Option<&Versioned<Self>>,
    ) -> Result<(), Halt> {
        run::check_allowed(site, self.kind())?;
        match store::kept(&**tx, site.id()).await? < MOST_IMPORTS {
            true => Ok(()),
            false => Err(Problem::conflict("too_many_bulk_imports").into()),
        }
    }

    async fn compute(
        _: &impl Conn,
        site: &Site,
        records: &[&Versioned<Self>],
    ) -> Result<Vec<WithTransitions>, Halt> {
        Ok(WithTransitions::of(site, records))
    }
}

/// The steps of a bulk import.
pub const STEPS: Steps<BulkImport, WriteRecords> = Steps::new(
    (
        "Apply a bulk import, or take it back.",
        "`applied`: every row, or none. 409 when a record was changed or recorded meanwhile, so that a row would not become what \
         the preview says: send the table again. `reverted`: what was new is deleted, what was changed is as before; 409 when \
         something was built on it: a record was changed since, or another one refers to it. `errors` point to the rows.",
    ),
    r#"{"to": "applied"}"#,
);

impl Stateful for BulkImport {
    const MACHINE: Machine = TRANSITIONS;

    fn status(&self) -> &str {
        &self.status
    }

    async fn enter(
        tx: &WriteTx,
        site: &Site,
        before: &Versioned<Self>,
        step: &TransitionIn,
    ) -> Result<Self, Halt> {
        step.undated()?;
        run::check_allowed(site, before.value.kind())?;
        match step.to.as_str() {
            "applied" => run::apply(tx, site, before).await?,
            _ => run::revert(tx, site, before).await?,
        }
        if step.reason.is_none() {
            tx.because(format!("bulk import {}", before.head.id));
        }
        Ok(before.value.clone().entered(&step.to, tx.now()))
    }
}

/// Deletes what has expired, and the rows of what is deleted.
pub async fn forget(state: &AppState) -> Result<(), RepoError> {
    let now = state.clock.now();
    state.forget(store::expired(&state.db, now).await?).await?;
    let tx = state.db.begin(Origin::default(), now).await?;
    rows::purge(&tx).await?;
    tx.commit().await
}
