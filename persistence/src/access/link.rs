//! Signed links, by what they open. What is mailed is not stored.

use domain::access::link::{Link, LinkAction};
use domain::record::{Head, Kind, Versioned};
use sea_orm::Condition;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Query;

use super::account;
use crate::record::{self, Columns, Deleted, Row, Stored, value};
use crate::{RepoError, Tx};

/// The table.
pub mod row {
    #![expect(missing_docs, reason = "columns are what the domain type documents")]
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "link")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub version: i32,
        pub created_at: ChronoDateTimeUtc,
        pub modified_at: ChronoDateTimeUtc,
        pub deleted_at: Option<ChronoDateTimeUtc>,
        pub external_ids: Json,
        pub action: String,
        pub resource_kind: String,
        pub resource_id: Uuid,
        pub recipient: Option<String>,
        pub email: Option<String>,
        pub twin_id: Option<Uuid>,
        pub expires_at: ChronoDateTimeUtc,
        pub used_at: Option<ChronoDateTimeUtc>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub use row::Column;

impl Row for Link {
    type Entity = row::Entity;

    const COLUMNS: Columns<Column> = Columns {
        id: Column::Id,
        version: Column::Version,
        created_at: Column::CreatedAt,
        modified_at: Column::ModifiedAt,
        deleted_at: Column::DeletedAt,
        slug: None,
    };

    fn from_row(row: row::Model) -> Result<(Versioned<Self>, Deleted), RepoError> {
        let head = Head {
            id: row.id,
            version: row.version,
            created_at: row.created_at,
            modified_at: row.modified_at,
        };
        let unknown =
            |what: &str| RepoError::Other(DbErr::Type(format!("unknown {what} of a link")));
        let value = Link {
            action: LinkAction::from_code(&row.action).ok_or_else(|| unknown("action"))?,
            resource_kind: Kind::from_name(&row.resource_kind)
                .ok_or_else(|| unknown("resource"))?,
            resource_id: row.resource_id,
            recipient: row.recipient,
            email: row.email,
            twin_id: row.twin_id,
            expires_at: row.expires_at,
            used_at: row.used_at,
        };
        Ok((Versioned { head, value }, row.deleted_at))
    }

    fn to_row(&self) -> Result<row::ActiveModel, RepoError> {
        let l = self.clone();
        Ok(row::ActiveModel {
            external_ids: value(Json::Array(Vec::new())),
            action: value(l.action.code().to_owned()),
            resource_kind: value(l.resource_kind.name().to_owned()),
            resource_id: value(l.resource_id),
            recipient: value(l.recipient),
            email: value(l.email),
            twin_id: value(l.twin_id),
            expires_at: value(l.expires_at),
            used_at: value(l.used_at),
            ..Default::default()
        })
    }
}

impl Stored for Link {}

/// Those about one record.
pub fn about(id: Uuid) -> Condition {
    Condition::all().add(Column::ResourceId.eq(id))
}

/// Those for some actions.
pub fn for_actions(codes: &[String]) -> Condition {
    Condition::all().add(Column::Action.is_in(codes))
}

/// Those that were used, or those that were not.
pub fn used(used: bool) -> Condition {
    Condition::all().add(match used {
        true => Column::UsedAt.is_not_null(),
        false => Column::UsedAt.is_null(),
    })
}

/// Those about accounts of a condition.
pub fn about_accounts(accounts: Condition) -> Condition {
    let mut ids = Query::select();
    ids.column((account::row::Entity, account::Column::Id))
        .from(account::row::Entity)
        .cond_where(accounts);
    Condition::all()
        .add(Column::ResourceKind.eq(Kind::Account.name()))
        .add(Column::ResourceId.in_subquery(ids))
}

/// Takes back the unused links of some actions on a record: a newer one takes their place, or what they were for is over.
pub async fn revoke(tx: &Tx, resource: Uuid, actions: &[LinkAction]) -> Result<(), RepoError> {
    // Two that send a link at once: the second takes back what the first sent.
    tx.take_turn(resource).await?;
    let codes: Vec<String> = actions
        .iter()
        .map(|action| action.code().to_owned())
        .collect();
    let open = about(resource).add(for_actions(&codes)).add(used(false));
    for link in record::every::<Link>(tx, open).await? {
        match record::delete(tx, link).await {
            // Used or taken back meanwhile: there is nothing left to take back.
            Err(RepoError::Stale) => {}
            done => done?,
        }
    }
    Ok(())
}

/// The record of a link's twin, wherever it stands.
pub async fn twin(tx: &Tx, id: Uuid) -> Result<Option<Versioned<Link>>, RepoError> {
    Ok(record::of_ids(tx, [id]).await?.pop())
}
