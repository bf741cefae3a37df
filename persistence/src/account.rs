//! Accounts and what they were granted.

use chrono::{DateTime, Utc};
use domain::access::{Grant, Role};
use sea_orm::entity::prelude::*;
use sea_orm::{ActiveValue, QueryFilter, QueryOrder};

use crate::{Conn, RepoError, Tx};

mod row {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "account")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub email: String,
        pub password_hash: String,
        pub created_at: ChronoDateTimeUtc,
        pub disabled_at: Option<ChronoDateTimeUtc>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

mod role_row {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "account_role")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub account_id: Uuid,
        pub role: String,
        pub partnership_id: Option<Uuid>,
        pub institution_id: Option<Uuid>,
        pub granted_at: ChronoDateTimeUtc,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// An account. Its password hash stays here.
#[derive(Clone, Debug)]
pub struct Account {
    /// Its id: the subject of its tokens.
    pub id: Uuid,
    /// What it signs in with, lower case.
    pub email: String,
    /// PHC string of its password.
    pub password_hash: String,
    /// When it was created.
    pub created_at: DateTime<Utc>,
    /// When it was disabled, if it was.
    pub disabled_at: Option<DateTime<Utc>>,
}

impl From<row::Model> for Account {
    fn from(row: row::Model) -> Self {
        Self {
            id: row.id,
            email: row.email,
            password_hash: row.password_hash,
            created_at: row.created_at,
            disabled_at: row.disabled_at,
        }
    }
}

/// One form of an address, whatever case it was typed in.
pub fn normalized(email: &str) -> String {
    email.trim().to_lowercase()
}

/// Finds an account by its address.
pub async fn find_by_email(conn: &impl Conn, email: &str) -> Result<Option<Account>, RepoError> {
    let row = row::Entity::find()
        .filter(row::Column::Email.eq(normalized(email)))
        .one(conn.raw())
        .await?;
    Ok(row.map(Account::from))
}

/// Finds an account by its id.
pub async fn find(conn: &impl Conn, id: Uuid) -> Result<Option<Account>, RepoError> {
    Ok(row::Entity::find_by_id(id)
        .one(conn.raw())
        .await?
        .map(Account::from))
}

/// Every account, by address.
pub async fn list(conn: &impl Conn) -> Result<Vec<Account>, RepoError> {
    let rows = row::Entity::find()
        .order_by_asc(row::Column::Email)
        .all(conn.raw())
        .await?;
    Ok(rows.into_iter().map(Account::from).collect())
}

/// What an account was granted.
pub async fn grants(conn: &impl Conn, account: Uuid) -> Result<Vec<Grant>, RepoError> {
    let rows = role_row::Entity::find()
        .filter(role_row::Column::AccountId.eq(account))
        .order_by_asc(role_row::Column::Id)
        .all(conn.raw())
        .await?;
    Ok(rows
        .into_iter()
        .filter_map(|row| {
            let role = Role::from_code(&row.role)?;
            Some(Grant {
                role,
                partnership: row.partnership_id,
                institution: row.institution_id,
            })
        })
        .collect())
}

/// Creates an account.
pub async fn insert(
    tx: &Tx,
    id: Uuid,
    email: &str,
    password_hash: String,
) -> Result<(), RepoError> {
    row::Entity::insert(row::ActiveModel {
        id: ActiveValue::Set(id),
        email: ActiveValue::Set(normalized(email)),
        password_hash: ActiveValue::Set(password_hash),
        created_at: ActiveValue::Set(tx.now()),
        disabled_at: ActiveValue::Set(None),
    })
    .exec_without_returning(tx.raw())
    .await?;
    Ok(())
}

/// Grants a role.
pub async fn grant(tx: &Tx, id: Uuid, account: Uuid, grant: Grant) -> Result<(), RepoError> {
    role_row::Entity::insert(role_row::ActiveModel {
        id: ActiveValue::Set(id),
        account_id: ActiveValue::Set(account),
        role: ActiveValue::Set(grant.role.code().to_owned()),
        partnership_id: ActiveValue::Set(grant.partnership),
        institution_id: ActiveValue::Set(grant.institution),
        granted_at: ActiveValue::Set(tx.now()),
    })
    .exec_without_returning(tx.raw())
    .await?;
    Ok(())
}

/// Disables an account. `false` when there is none of this id.
pub async fn disable(tx: &Tx, account: Uuid) -> Result<bool, RepoError> {
    let done = row::Entity::update_many()
        .set(row::ActiveModel {
            disabled_at: ActiveValue::Set(Some(tx.now())),
            ..Default::default()
        })
        .filter(row::Column::Id.eq(account))
        .exec(tx.raw())
        .await?;
    Ok(done.rows_affected == 1)
}
