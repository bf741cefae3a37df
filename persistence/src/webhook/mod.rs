//! Webhooks: receivers of services, their secrets, and the messages that are sent to them.

pub mod message;
pub mod secret;
pub mod work;

use domain::record::{Head, Versioned};
use domain::webhook::Webhook;
use sea_orm::Condition;
use sea_orm::entity::prelude::*;

use crate::RepoError;
use crate::record::{Columns, Deleted, Row, Stored, from_json, to_json, value};

/// The table.
pub mod row {
    #![expect(missing_docs, reason = "columns are what the domain type documents")]
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "webhook")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub version: i32,
        pub created_at: ChronoDateTimeUtc,
        pub modified_at: ChronoDateTimeUtc,
        pub deleted_at: Option<ChronoDateTimeUtc>,
        pub external_ids: Json,
        pub account_id: Uuid,
        pub name: String,
        pub url: String,
        pub event_types: Json,
        pub partnership_id: Option<Uuid>,
        pub contact_email: Option<String>,
        pub status: String,
        pub cursor: i64,
        pub rests_until: Option<ChronoDateTimeUtc>,
        pub leased_until: Option<ChronoDateTimeUtc>,
        pub failures: i32,
        pub failing_since: Option<ChronoDateTimeUtc>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub use row::Column;

impl Row for Webhook {
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
        let value = Webhook {
            account_id: row.account_id,
            name: row.name,
            url: row.url,
            event_types: from_json(row.event_types)?,
            partnership_id: row.partnership_id,
            contact_email: row.contact_email,
            status: row.status,
            external_ids: from_json(row.external_ids)?,
        };
        Ok((Versioned { head, value }, row.deleted_at))
    }

    fn to_row(&self) -> Result<row::ActiveModel, RepoError> {
        Ok(row::ActiveModel {
            external_ids: value(to_json(&self.external_ids)?),
            account_id: value(self.account_id),
            name: value(self.name.clone()),
            url: value(self.url.clone()),
            event_types: value(to_json(&self.event_types)?),
            partnership_id: value(self.partnership_id),
            contact_email: value(self.contact_email.clone()),
            status: value(self.status.clone()),
            ..Default::default()
        })
    }
}

impl Stored for Webhook {}

/// Those of one service.
pub fn of_account(id: Uuid) -> Condition {
    Condition::all().add(Column::AccountId.eq(id))
}

/// Those in some states.
pub fn in_states(codes: &[String]) -> Condition {
    Condition::all().add(Column::Status.is_in(codes))
}
