//! Meetings.

use chrono::NaiveDate;
use domain::meeting::{Meeting, TOOK_PLACE};
use domain::record::{Head, Versioned};
use domain::report::COUNTED_MEETINGS;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, Query, SelectStatement};
use sea_orm::{ActiveValue, Condition, QueryFilter, QueryOrder};
use std::collections::HashMap;

use crate::governance::{body, mandate};
use crate::institution::Named;
use crate::record::{Columns, Deleted, Row, Stored, from_json, to_json, value};
use crate::reference::Reference;
use crate::{Conn, RepoError, Tx, institution, list, reference};

pub mod agenda_item;
pub mod attendance;
pub mod output;

/// The table.
pub mod row {
    #![expect(missing_docs, reason = "columns are what the domain type documents")]
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "meeting")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub version: i32,
        pub created_at: ChronoDateTimeUtc,
        pub modified_at: ChronoDateTimeUtc,
        pub deleted_at: Option<ChronoDateTimeUtc>,
        pub external_ids: Json,
        pub partnership_id: Uuid,
        pub slug: String,
        pub kind: String,
        pub status: String,
        pub body_id: Option<Uuid>,
        pub own_role: String,
        pub title: String,
        pub held_on: ChronoDate,
        pub starts_at: Option<ChronoDateTimeUtc>,
        pub ends_at: Option<ChronoDateTimeUtc>,
        pub mode: String,
        pub town: Option<String>,
        pub location: Option<String>,
        pub host_institution_id: Option<Uuid>,
        pub quorum_required: Option<i32>,
        pub target_sectors: Json,
        pub target_kinds: Json,
        pub funding_programmes: Json,
        pub sort_key: Vec<u8>,
        pub search_key: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// The outputs that a meeting worked on, in order.
pub mod output_row {
    #![expect(missing_docs, reason = "columns are what the domain type documents")]
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "meeting_output")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub meeting_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub output_id: Uuid,
        pub position: i32,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub use row::Column;

impl Row for Meeting {
    type Entity = row::Entity;

    const COLUMNS: Columns<Column> = Columns {
        id: Column::Id,
        version: Column::Version,
        created_at: Column::CreatedAt,
        modified_at: Column::ModifiedAt,
        deleted_at: Column::DeletedAt,
        slug: Some(Column::Slug),
    };

    fn from_row(row: row::Model) -> Result<(Versioned<Self>, Deleted), RepoError> {
        let head = Head {
            id: row.id,
            version: row.version,
            created_at: row.created_at,
            modified_at: row.modified_at,
        };
        let value = Meeting {
            partnership_id: row.partnership_id,
            slug: row.slug,
            kind: row.kind,
            status: row.status,
            body_id: row.body_id,
            own_role: row.own_role,
            title: row.title,
            held_on: row.held_on,
            starts_at: row.starts_at,
            ends_at: row.ends_at,
            mode: row.mode,
            town: row.town,
            location: row.location,
            host_institution_id: row.host_institution_id,
            quorum_required: row.quorum_required,
            target_sectors: from_json(row.target_sectors)?,
            target_kinds: from_json(row.target_kinds)?,
            funding_programmes: from_json(row.funding_programmes)?,
            outputs: Vec::new(),
            external_ids: from_json(row.external_ids)?,
        };
        Ok((Versioned { head, value }, row.deleted_at))
    }

    fn to_row(&self) -> Result<row::ActiveModel, RepoError> {
        let m = self.clone();
        Ok(row::ActiveModel {
            external_ids: value(to_json(&m.external_ids)?),
            sort_key: value(domain::search::sort_key(&m.title)),
            search_key: value(domain::search::search_key(
                &[Some(m.title.as_str()), m.town.as_deref()]
                    .into_iter()
                    .flatten()
                    .collect::<Vec<_>>()
                    .join(" "),
            )),
            target_sectors: value(to_json(&m.target_sectors)?),
            target_kinds: value(to_json(&m.target_kinds)?),
            funding_programmes: value(to_json(&m.funding_programmes)?),
            partnership_id: value(m.partnership_id),
            slug: value(m.slug),
            kind: value(m.kind),
            status: value(m.status),
            body_id: value(m.body_id),
            own_role: value(m.own_role),
            title: value(m.title),
            held_on: value(m.held_on),
            starts_at: value(m.starts_at),
            ends_at: value(m.ends_at),
            mode: value(m.mode),
            town: value(m.town),
            location: value(m.location),
            host_institution_id: value(m.host_institution_id),
            quorum_required: value(m.quorum_required),
            ..Default::default()
        })
    }
}

impl Stored for Meeting {
    const NAME: Option<Column> = Some(Column::Title);

    fn public() -> Condition {
        public()
    }

    async fn load(conn: &impl Conn, page: &mut [Versioned<Self>]) -> Result<(), RepoError> {
        let ids = page.iter().map(|record| record.head.id);
        let rows = output_row::Entity::find()
            .filter(output_row::Column::MeetingId.is_in(ids))
            .order_by_asc(output_row::Column::Position)
            .all(conn.raw())
            .await?;
        let mut of: HashMap<Uuid, Vec<Uuid>> = HashMap::new();
        for row in rows {
            of.entry(row.meeting_id).or_default().push(row.output_id);
        }
        for record in page {
            record.value.outputs = of.remove(&record.head.id).unwrap_or_default();
        }
        Ok(())
    }

    async fn save(&self, tx: &Tx, id: Uuid) -> Result<(), RepoError> {
        output_row::Entity::delete_many()
            .filter(output_row::Column::MeetingId.eq(id))
            .exec(tx.raw())
            .await?;
        let rows: Vec<_> = (1..)
            .zip(&self.outputs)
            .map(|(position, child)| output_row::ActiveModel {
                meeting_id: ActiveValue::Set(id),
                output_id: ActiveValue::Set(*child),
                position: ActiveValue::Set(position),
            })
            .collect();
        if !rows.is_empty() {
            output_row::Entity::insert_many(rows)
                .exec_without_returning(tx.raw())
                .await?;
        }
        Ok(())
    }
}

/// What everybody sees: what took place or was announced.
pub fn public() -> Condition {
    Condition::all().add(Column::Status.ne("draft"))
}

/// The partnership's own.
pub fn of_partnership(id: Uuid) -> Condition {
    Condition::all().add(Column::PartnershipId.eq(id))
}

/// Those of any of the kinds.
pub fn of_kinds(codes: &[String]) -> Condition {
    Condition::all().add(Column::Kind.is_in(codes))
}

/// Those of any of the statuses.
pub fn with_statuses(codes: &[String]) -> Condition {
    Condition::all().add(Column::Status.is_in(codes))
}

/// Those of a body.
pub fn of_body(id: Uuid) -> Condition {
    Condition::all().add(Column::BodyId.eq(id))
}

/// Those in which the partnership has any of the roles.
pub fn in_roles(codes: &[String]) -> Condition {
    Condition::all().add(Column::OwnRole.is_in(codes))
}

/// Those that an institution hosts.
pub fn hosted_by(id: Uuid) -> Condition {
    Condition::all().add(Column::HostInstitutionId.eq(id))
}

/// Those that concern an institution: it hosts them, is on their list of attendance, or the body that meets is its own or has a
/// seat of its on that day.
pub fn concerning(institution: Uuid) -> Condition {
    let day = || Expr::col(Column::HeldOn.as_column_ref());
    Condition::any()
        .add(Column::HostInstitutionId.eq(institution))
        .add(Column::Id.in_subquery(attendance::meetings_of(institution)))
        .add(Column::BodyId.in_subquery(body::ids_owned_by(institution)))
        .add(Column::BodyId.in_subquery(mandate::bodies_of(institution, day())))
}

/// Those of the days from one to another, both included.
pub fn held_between(from: Option<NaiveDate>, to: Option<NaiveDate>) -> Condition {
    Condition::all()
        .add_option(from.map(|day| Column::HeldOn.gte(day)))
        .add_option(to.map(|day| Column::HeldOn.lte(day)))
}

/// Those of a title.
pub fn called(title: &str) -> Condition {
    // The key is indexed.
    let key = domain::search::sort_key(title);
    Condition::all()
        .add(Column::SortKey.eq(key))
        .add(Column::Title.eq(title))
}

/// Those whose title or town holds all words of a text.
pub fn matching(q: &str) -> Condition {
    Condition::all().add(list::contains(Column::SearchKey, q))
}

/// What is shown of those that other records refer to.
pub async fn named(conn: &impl Conn, ids: &[Uuid]) -> Result<Vec<Named>, RepoError> {
    reference::named::<Meeting>(conn, Column::Title, ids).await
}

/// The same of those that everybody sees.
pub async fn named_public(conn: &impl Conn, ids: &[Uuid]) -> Result<Vec<Named>, RepoError> {
    reference::named_within::<Meeting>(conn, Column::Title, ids, public()).await
}

/// Those that took place.
pub fn took_place() -> Condition {
    Condition::all().add(Column::Status.is_in(TOOK_PLACE))
}

/// Those whose host belonged to one of the sectors on the day of the meeting.
pub fn hosted_in_sectors(sectors: &[String]) -> Condition {
    let day = Expr::col(Column::HeldOn.as_column_ref());
    Condition::all()
        .add(Column::HostInstitutionId.in_subquery(institution::ids_in_sectors(sectors, day)))
}

/// Those that are for any of the kinds of institutions.
pub fn for_kinds(codes: &[String]) -> Condition {
    list::holds_any(Column::TargetKinds, codes)
}

/// Those about any of the funding programmes.
pub fn about_programmes(codes: &[String]) -> Condition {
    list::holds_any(Column::FundingProgrammes, codes)
}

/// The one of an id.
pub fn one(id: Uuid) -> Condition {
    Condition::all().add(Column::Id.eq(id))
}

/// Those that a report counts.
pub fn in_report() -> Condition {
    let of_kind = |(kind, own_roles): &(&str, &[&str])| in_report_as(&[kind], own_roles);
    let any = COUNTED_MEETINGS.iter().map(of_kind);
    any.fold(Condition::any(), Condition::add)
}

/// Those of the kinds that took place, in one of the roles; in any when none is named.
fn in_report_as(kinds: &[&str], own_roles: &[&str]) -> Condition {
    let own_roles =
        (!own_roles.is_empty()).then(|| Column::OwnRole.is_in(own_roles.iter().copied()));
    took_place()
        .add(Column::Kind.is_in(kinds.iter().copied()))
        .add_option(own_roles)
}

/// The ids of those of a condition, for records that refer to them. Deleted ones are among them: live records refer to none,
/// and what was deleted before them is still to be told.
fn ids(condition: Condition) -> SelectStatement {
    let mut ids = Query::select();
    ids.column(Column::Id)
        .from(row::Entity)
        .cond_where(condition);
    ids
}

/// Where others refer to one.
const REFERENCES: &[Reference] = &[
    Reference::record("agenda_item", "meeting_id"),
    Reference::record("attendance", "meeting_id"),
    Reference::record("term", "elected_at_id"),
    Reference::record("recommendation", "adopted_at_id"),
    Reference::record("implementation", "meeting_id"),
    Reference::record("fulfilment", "meeting_id"),
    Reference::part(
        "good_practice_presentation",
        "meeting_id",
        "good_practice",
        "good_practice_id",
    ),
];

/// Whether some record that was not deleted refers to it.
pub async fn is_referred_to(conn: &impl Conn, id: Uuid) -> Result<bool, RepoError> {
    reference::exists(conn, REFERENCES, id).await
}
