//! Calendar links, by the digests of their tokens.

use domain::access::audience::Audience;
use domain::access::calendar_link::CalendarLink;
use domain::record::Versioned;
use sea_orm::Condition;
use sea_orm::entity::prelude::*;

use crate::record::{self, Stored};
use crate::table::table;
use crate::{Conn, RepoError, Tx};

table! {
    CalendarLink in "calendar_link", no slug {
        external_ids: Json,
        account as "account_id": Uuid,
        partnership_id: Uuid,
        institution as "institution_id": Option<Uuid>,
        name: String,
        second_factor: bool,
        hash: Vec<u8>,
    }
}

impl Stored for CalendarLink {
    const AUDIENCE: Audience = Audience::Administrators;
}

/// Those of one account.
fn of_account(id: Uuid) -> Condition {
    Condition::all().add(Column::Account.eq(id))
}

/// Those in one partnership.
fn in_partnership(id: Uuid) -> Condition {
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
