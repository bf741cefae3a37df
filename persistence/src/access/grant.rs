//! Which account holds which role where.

use chrono::NaiveDate;
use domain::access::account::{Account, AccountKind};
use domain::access::audience::Audience;
use domain::access::grant::{GIVEN_BY_SECRETARIATS, RoleGrant};
use domain::access::{Grant, Role};
use domain::record::{Kind, Versioned};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, ExprTrait, Query, SelectStatement, SimpleExpr};
use sea_orm::{Condition, QueryFilter, QueryOrder};

use super::account;
use crate::record::{self, ColumnOf, Reference, Row, Stored, behind};
use crate::table::table;
use crate::{Conn, RepoError, Tx};

table! {
    RoleGrant in "role_grant", no slug {
        external_ids: Json,
        account as "account_id": Uuid,
        role: String,
        partnership as "partnership_id": Option<Uuid>,
        institution as "institution_id": Option<Uuid>,
        starts_on: ChronoDate,
        ends_on: Option<ChronoDate>,
        suspended: bool,
        granted_by: Option<Uuid>,
    }
}

impl Stored for RoleGrant {
    const AUDIENCE: Audience = Audience::Administrators;
    const OF_PARTNERSHIP: bool = false;
    const REFERENCES: &'static [Reference] = &[(Kind::Institution, of_institution)];

    fn joined_key(column: ColumnOf<Self>) -> Option<SimpleExpr> {
        // The holder's name stands with the account.
        matches!(column, Column::Account)
            .then(|| behind::<Self, Account>(Column::Account, account::Column::SortKey))
    }
}

/// What an account holds on a day.
pub async fn held(
    conn: &impl Conn,
    account: Uuid,
    day: NaiveDate,
) -> Result<Vec<Grant>, RepoError> {
    let rows = row::Entity::find()
        .filter(Column::DeletedAt.is_null())
        .filter(of_account(account))
        .filter(holding_on(day))
        .filter(Column::Suspended.eq(false))
        .order_by_asc(Column::Id)
        .all(conn.raw())
        .await?;
    let mut held = Vec::with_capacity(rows.len());
    for row in rows {
        let grant = RoleGrant::from_row(row)?.0.value.grant();
        if grant.role != Role::Anonymous {
            held.push(grant);
        }
    }
    Ok(held)
}

/// Whether the account holds the same role already on some day of the grant. Waits for others who give it roles.
pub async fn repeats(tx: &Tx, own: Option<Uuid>, wanted: &RoleGrant) -> Result<bool, RepoError> {
    tx.take_turn(wanted.account.id).await?;
    let known = record::every::<RoleGrant>(tx, of_account(wanted.account.id)).await?;
    Ok(known
        .iter()
        .any(|known| Some(known.head.id) != own && known.value.repeats(wanted)))
}

/// The accounts that hold or held a role in one of the partnerships.
pub(crate) fn holders(partnerships: &[Uuid]) -> SelectStatement {
    accounts(Condition::all().add(Column::Partnership.is_in(partnerships.iter().copied())))
}

/// A grant of an account in one of the partnerships that stood at an instant, also where it was withdrawn since.
pub(crate) fn held_at(partnerships: &[Uuid], account: Expr, at: Expr) -> SelectStatement {
    let column = |column: Column| Expr::col((row::Entity, column));
    let mut held = Query::select();
    held.expr(Expr::val(1))
        .from(row::Entity)
        .and_where(column(Column::Partnership).is_in(partnerships.iter().copied()))
        .and_where(column(Column::Account).eq(account))
        .and_where(column(Column::CreatedAt).lte(at.clone()))
        .cond_where(
            Condition::any()
                .add(column(Column::DeletedAt).is_null())
                .add(column(Column::DeletedAt).gte(at)),
        );
    held
}

/// The accounts that hold or held a role for the institution of a grant, in its partnership.
pub(crate) fn colleagues(own: &Grant) -> SelectStatement {
    accounts(for_institution(own))
}

/// The accounts that hold or held a role, suspended or not, which the secretariats of some partnerships and the representatives
/// of some institutions there may give and take.
pub(crate) fn holders_by_gift(
    partnerships: &[Uuid],
    institutions: &[Grant],
    suspended: bool,
) -> SelectStatement {
    let roles = GIVEN_BY_SECRETARIATS.map(Role::code);
    let here = Condition::all()
        .add(Column::Partnership.is_in(partnerships.iter().copied()))
        .add(Column::Role.is_in(roles));
    let own = |own: &Grant| for_institution(own).add(Column::Role.eq(own.role.code()));
    let given = institutions
        .iter()
        .map(own)
        .fold(Condition::any().add(here), Condition::add);
    accounts(
        Condition::all()
            .add(given)
            .add(Column::Suspended.eq(suspended)),
    )
}

fn accounts(condition: Condition) -> SelectStatement {
    let mut ids = Query::select();
    ids.column((row::Entity, Column::Account))
        .from(row::Entity)
        .and_where(Column::DeletedAt.is_null())
        .cond_where(condition);
    ids
}

fn for_institution(own: &Grant) -> Condition {
    Condition::all()
        .add(Column::Partnership.eq(own.partnership))
        .add(Column::Institution.eq(own.institution))
}

/// Those in one of the partnerships, or for one of the institutions there.
pub fn within(partnerships: &[Uuid], institutions: &[Grant]) -> Condition {
    let here = Column::Partnership.is_in(partnerships.iter().copied());
    institutions
        .iter()
        .map(for_institution)
        .fold(Condition::any().add(here), Condition::add)
}

/// Those that reach into a partnership: given in it, or for everything there is.
pub fn reaching(partnership: Uuid) -> Condition {
    Condition::any()
        .add(Column::Partnership.eq(partnership))
        .add(Column::Partnership.is_null())
}

/// Those of one account.
pub fn of_account(id: Uuid) -> Condition {
    Condition::all().add(Column::Account.eq(id))
}

/// Those of some accounts.
pub fn of_accounts(ids: &[Uuid]) -> Condition {
    Condition::all().add(Column::Account.is_in(ids.iter().copied()))
}

/// Those for one institution.
fn of_institution(id: Uuid) -> Condition {
    Condition::all().add(Column::Institution.eq(id))
}

/// Those of some roles.
pub fn of_roles(codes: &[String]) -> Condition {
    Condition::all().add(Column::Role.is_in(codes))
}

/// Those given for a day, those included that are suspended now.
pub fn holding_on(day: NaiveDate) -> Condition {
    Condition::all().add(Column::StartsOn.lte(day)).add(
        Condition::any()
            .add(Column::EndsOn.is_null())
            .add(Column::EndsOn.gt(day)),
    )
}

/// The accounts of people who hold a role on a day and can act.
pub async fn people_holding(
    conn: &impl Conn,
    role: Role,
    day: NaiveDate,
) -> Result<Vec<Versioned<Account>>, RepoError> {
    let held = of_roles(&[role.code().to_owned()])
        .add(holding_on(day))
        .add(Column::Suspended.eq(false));
    let held = record::every::<RoleGrant>(conn, held).await?;
    let active = account::in_states(&["active".to_owned()])
        .add(account::of_kind(AccountKind::Person))
        .add(account::Column::Id.is_in(held.iter().map(|grant| grant.value.account.id)));
    record::every(conn, active).await
}
