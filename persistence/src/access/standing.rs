//! What a token stands for at this moment: asked on every request, in one statement.

use chrono::{DateTime, NaiveDate, Utc};
use domain::access::account::AccountKind;
use domain::access::{Grant, Role};
use ipnet::IpNet;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Query, SelectStatement};
use sea_orm::{Condition, ConnectionTrait};
use uuid::Uuid;

use super::session::Column;
use super::session::row::Entity as Sessions;
use super::{account, client_secret, grant};
use crate::json::from_json;
use crate::{Conn, RepoError};

/// What a token stands for at this moment.
#[derive(Clone, Debug)]
pub struct Standing {
    /// The account.
    pub account_id: Uuid,
    /// Whether a second factor was given.
    pub second_factor: bool,
    /// The networks from which it may be used; anywhere when empty.
    pub networks: Vec<IpNet>,
    /// What a service may ask for now.
    pub scopes: Vec<String>,
    /// What the account holds today.
    pub grants: Vec<Grant>,
}

/// What a person's token of a session stands for; nothing once the session is over or the account disabled. One statement.
pub async fn of_session(
    conn: &impl Conn,
    session: Uuid,
    now: DateTime<Utc>,
    today: NaiveDate,
) -> Result<Option<Standing>, RepoError> {
    let mut select = of_token((Sessions, Column::AccountId), Sessions, today);
    select
        .expr_as(
            Expr::col((Sessions, Column::SecondFactor)),
            Alias::new("second_factor"),
        )
        .and_where(Expr::col((Sessions, Column::Id)).eq(session))
        .and_where(Expr::col((Sessions, Column::EndedAt)).is_null())
        .and_where(Expr::col((Sessions, Column::ExpiresAt)).gt(now));
    stands(conn, select).await
}

/// What a service's token, had with a secret, stands for; nothing once the secret or the account is over.
pub async fn of_secret(
    conn: &impl Conn,
    secret: Uuid,
    today: NaiveDate,
) -> Result<Option<Standing>, RepoError> {
    use client_secret::Column as S;
    let secrets = client_secret::row::Entity;
    let mut select = of_token((secrets, S::Account), secrets, today);
    select
        .expr_as(Expr::val(false), Alias::new("second_factor"))
        .and_where(Expr::col((secrets, S::Id)).eq(secret))
        .and_where(Expr::col((secrets, S::DeletedAt)).is_null())
        .cond_where(not_over((secrets, S::ExpiresOn), today))
        .cond_where(not_over(
            (account::row::Entity, account::Column::ExpiresOn),
            today,
        ));
    stands(conn, select).await
}

fn not_over<E: EntityTrait>(column: (E, E::Column), today: NaiveDate) -> Condition {
    Condition::any()
        .add(Expr::col(column).is_null())
        .add(Expr::col(column).gt(today))
}

/// What a service stands for by itself, for what is done in its name; nothing once its account is over.
pub async fn of_service(
    conn: &impl Conn,
    service: Uuid,
    today: NaiveDate,
) -> Result<Option<Standing>, RepoError> {
    by_itself(conn, AccountKind::Service, service, today).await
}

/// What a person stands for without a session; nothing once the account is disabled.
pub async fn of_person(
    conn: &impl Conn,
    person: Uuid,
    today: NaiveDate,
) -> Result<Option<Standing>, RepoError> {
    by_itself(conn, AccountKind::Person, person, today).await
}

async fn by_itself(
    conn: &impl Conn,
    kind: AccountKind,
    account: Uuid,
    today: NaiveDate,
) -> Result<Option<Standing>, RepoError> {
    use account::Column as A;
    let accounts = account::row::Entity;
    let mut select = Query::select();
    select
        .expr_as(Expr::val(false), Alias::new("second_factor"))
        .from(accounts)
        .and_where(Expr::col((accounts, A::Id)).eq(account))
        .and_where(Expr::col((accounts, A::Kind)).eq(kind.code()))
        .cond_where(is_active())
        .cond_where(not_over((accounts, A::ExpiresOn), today));
    with_grants(&mut select, today);
    stands(conn, select).await
}

fn is_active() -> Condition {
    use account::Column as A;
    let of_account = |column| Expr::col((account::row::Entity, column));
    Condition::all()
        .add(of_account(A::Status).eq("active"))
        .add(of_account(A::DeletedAt).is_null())
}

/// The account of what a token hangs on, with a row for each of its grants of today.
fn of_token<E: EntityTrait>(
    account_id: (E, E::Column),
    from: E,
    today: NaiveDate,
) -> SelectStatement {
    let id = Expr::col((account::row::Entity, account::Column::Id));
    let mut select = Query::select();
    select
        .from(from)
        .inner_join(account::row::Entity, is_active().add(id.equals(account_id)));
    with_grants(&mut select, today);
    select
}

/// What is asked of an account, with a row for each of its grants of today.
fn with_grants(select: &mut SelectStatement, today: NaiveDate) {
    use account::Column as A;
    use grant::Column as G;
    let of_account = |column| Expr::col((account::row::Entity, column));
    let of_grant = |column| Expr::col((grant::row::Entity, column));
    select
        .expr_as(of_account(A::Id), Alias::new("account_id"))
        .expr_as(of_account(A::Networks), Alias::new("networks"))
        .expr_as(of_account(A::Scopes), Alias::new("scopes"))
        .expr_as(of_grant(G::Role), Alias::new("role"))
        .expr_as(of_grant(G::Partnership), Alias::new("partnership_id"))
        .expr_as(of_grant(G::Institution), Alias::new("institution_id"))
        .left_join(
            grant::row::Entity,
            Condition::all()
                .add(of_grant(G::Account).equals((account::row::Entity, A::Id)))
                .add(of_grant(G::DeletedAt).is_null())
                .add(of_grant(G::Suspended).eq(false))
                .add(of_grant(G::StartsOn).lte(today))
                .add(not_over((grant::row::Entity, G::EndsOn), today)),
        )
        .order_by((grant::row::Entity, G::Id), sea_orm::sea_query::Order::Asc);
}

async fn stands(conn: &impl Conn, select: SelectStatement) -> Result<Option<Standing>, RepoError> {
    let rows = conn.raw().query_all(&select).await?;
    let Some(first) = rows.first() else {
        return Ok(None);
    };
    let mut standing = Standing {
        account_id: first.try_get("", "account_id")?,
        second_factor: first.try_get("", "second_factor")?,
        networks: from_json(first.try_get("", "networks")?)?,
        scopes: from_json(first.try_get("", "scopes")?)?,
        grants: Vec::with_capacity(rows.len()),
    };
    for row in &rows {
        let role: Option<String> = row.try_get("", "role")?;
        if let Some(role) = role.as_deref().and_then(Role::from_code) {
            standing.grants.push(Grant {
                role,
                partnership: row.try_get("", "partnership_id")?,
                institution: row.try_get("", "institution_id")?,
            });
        }
    }
    Ok(Some(standing))
}
