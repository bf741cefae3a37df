//! Calendar links, by the digests of their tokens.

use domain::access::calendar_link::CalendarLink;
use domain::record::{Head, Versioned};
use sea_orm::Condition;
use sea_orm::entity::prelude::*;

use crate::record::{self, Columns, Deleted, Row, Stored, value};
use crate::{Conn, RepoError, Tx};

/// The table.
pub mod row {
    #![expect(missing_docs, reason = "columns are what the domain type documents")]
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "calendar_link")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub version: i32,
        pub created_at: ChronoDateTimeUtc,
        pub modified_at: ChronoDateTimeUtc,
        pub deleted_at: Option<ChronoDateTimeUtc>,
        pub external_ids: Json,
        pub account_id: Uuid,
        pub partnership_id: Uuid,
        pub institution_id: Option<Uuid>,
        pub name: String,
        pub second_factor: bool,
        pub hash: Vec<u8>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub use row::Column;

impl Row for CalendarLink {
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
        let value = CalendarLink {
            account_id: row.account_id,
            partnership_id: row.partnership_id,
            institution_id: row.institution_id,
            name: row.name,
            second_factor: row.second_factor,
            hash: row.hash,
        };
        Ok((Versioned { head, value }, row.deleted_at))
    }

    fn to_row(&self) -> Result<row::ActiveModel, RepoError> {
        Ok(row::ActiveModel {
            external_ids: value(Json::Array(Vec::new())),
            account_id: value(self.account_id),
            partnership_id: value(self.partnership_id),
            institution_id: value(self.institution_id),
            name: value(self.name.clone()),
            second_factor: value(self.second_factor),
            hash: value(self.hash.clone()),
            ..Default::default()
        })
    }
}

impl Stored for CalendarLink {}

/// Those of one account.
pub fn of_account(id: Uuid) -> Condition {
    Condition::all().add(Column::AccountId.eq(id))
}

/// Those in one partnership.
pub fn in_partnership(id: Uuid) -> Condition {
    Condition::all().add(Column::PartnershipId.eq(id))
}

/// The one whose token has this digest.
pub async fn find(
    conn: &impl Conn,
    hash: &[u8],
) -> Result<Option<Versioned<CalendarLink>>, RepoError> {
    let wanted = Condition::all().add(Column::Hash.eq(hash));
    Ok(record::every(conn, wanted).await?.pop())
}

/// Those of an account in a partnership. Whoever makes another one for it meanwhile waits.
pub async fn held(
    tx: &Tx,
    account: Uuid,
    partnership: Uuid,
) -> Result<Vec<Versioned<CalendarLink>>, RepoError> {
    tx.take_turn(account).await?;
    record::every(tx, of_account(account).add(in_partnership(partnership))).await
}
