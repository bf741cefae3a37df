//! People in partnerships.

use domain::identifier::Email;
use domain::person::Person;
use domain::record::{Head, Versioned};
use sea_orm::Condition;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, ExprTrait, Func};

use crate::bulk_import::rows as row_of_import;
use crate::record::{self, Columns, Deleted, Row, Stored, from_json, to_json, value};
use crate::{Conn, RepoError, Tx, export, list};

/// The table.
pub mod row {
    #![expect(missing_docs, reason = "columns are what the domain type documents")]
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "person")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub version: i32,
        pub created_at: ChronoDateTimeUtc,
        pub modified_at: ChronoDateTimeUtc,
        pub deleted_at: Option<ChronoDateTimeUtc>,
        pub external_ids: Json,
        pub partnership_id: Uuid,
        pub name: String,
        pub function: Option<String>,
        pub institution_id: Option<Uuid>,
        pub email: Option<String>,
        pub phone: Option<String>,
        pub account_id: Option<Uuid>,
        pub sort_key: Vec<u8>,
        pub search_key: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub use row::Column;

impl Row for Person {
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
        let value = Person {
            partnership_id: row.partnership_id,
            name: row.name,
            function: row.function,
            institution_id: row.institution_id,
            email: row.email,
            phone: row.phone,
            account_id: row.account_id,
            external_ids: from_json(row.external_ids)?,
        };
        Ok((Versioned { head, value }, row.deleted_at))
    }

    fn to_row(&self) -> Result<row::ActiveModel, RepoError> {
        let p = self.clone();
        let function = p.function.as_deref().unwrap_or_default();
        let searched = format!("{} {function}", p.name);
        Ok(row::ActiveModel {
            external_ids: value(to_json(&p.external_ids)?),
            sort_key: value(domain::search::sort_key(&p.name)),
            search_key: value(domain::search::search_key(&searched)),
            partnership_id: value(p.partnership_id),
            name: value(p.name),
            function: value(p.function),
            institution_id: value(p.institution_id),
            email: value(p.email),
            phone: value(p.phone),
            account_id: value(p.account_id),
            ..Default::default()
        })
    }
}

impl Stored for Person {}

/// The partnership's own.
pub fn of_partnership(id: Uuid) -> Condition {
    Condition::all().add(Column::PartnershipId.eq(id))
}

/// Who works for an institution.
pub fn of_institution(id: Uuid) -> Condition {
    Condition::all().add(Column::InstitutionId.eq(id))
}

/// Those of an e-mail address, in whatever case it was written.
pub fn with_email(email: &Email) -> Condition {
    // As the index has it.
    let folded = Func::lower(Expr::col(Column::Email.as_column_ref()));
    Condition::all().add(Expr::expr(folded).eq(email.folded()))
}

/// Those of a name, in whatever case it was written.
pub fn called(name: &str) -> Condition {
    // The key is indexed.
    let namesakes = domain::search::sort_keys_of_namesakes(name);
    Condition::all()
        .add(Column::SortKey.gte(namesakes.start))
        .add(Column::SortKey.lt(namesakes.end))
}

/// Who signs in with an account.
pub fn of_account(id: Uuid) -> Condition {
    Condition::all().add(Column::AccountId.eq(id))
}

/// Those whose name or function holds all words of a text.
pub fn matching(q: &str) -> Condition {
    Condition::all().add(list::contains(Column::SearchKey, q))
}

/// Erases who a person was, also one that was deleted: in the record, in what it ever said, in tables that were imported, and in
/// files that were made. That something was written, when and by whom, stays.
pub async fn erase(tx: &Tx, person: Versioned<Person>) -> Result<(), RepoError> {
    let (id, erased) = (person.head.id, person.value.erased());
    for export in export::with_people(tx, erased.partnership_id).await? {
        record::delete(tx, export).await?;
    }
    row_of_import::forget_record(tx, id).await?;
    record::redact(tx, person, erased).await?;
    Ok(())
}

/// Who an account is, in each partnership that knows.
pub async fn who(conn: &impl Conn, account: Uuid) -> Result<Vec<Versioned<Person>>, RepoError> {
    record::every(conn, of_account(account)).await
}
