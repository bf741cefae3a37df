//! Signed links, by what they open. What is mailed is not stored.

use domain::access::audience::Audience;
use domain::access::link::{Link, LinkAction};
use domain::record::{Kind, Versioned};
use sea_orm::Condition;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Query;

use super::account;
use crate::record::{self, Stored};
use crate::table::{cell, table, unknown};
use crate::{RepoError, Tx};

table! {
    Link in "link", no slug {
        external_ids: Json,
        action: String,
        resource_kind: String,
        resource_id: Uuid,
        recipient: Option<String>,
        email: Option<String>,
        twin_id: Option<Uuid>,
        expires_at: ChronoDateTimeUtc,
        used_at: Option<ChronoDateTimeUtc>,
    }
}

cell! {
    LinkAction => String,
    |action: &Self| Ok(action.code().to_owned()),
    |code: String| Self::from_code(&code).ok_or_else(|| unknown(&code))
}

cell! {
    Kind => String,
    |kind: &Self| Ok(kind.name().to_owned()),
    |name: String| Self::from_name(&name).ok_or_else(|| unknown(&name))
}

impl Stored for Link {
    const OF_PARTNERSHIP: bool = false;
    const AUDIENCE: Audience = Audience::Administrators;
}

/// Those that were used.
pub fn used() -> Condition {
    Condition::all().add(Column::UsedAt.is_not_null())
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
    let codes = actions.iter().map(|action| action.code());
    let open = Condition::all()
        .add(Column::ResourceId.eq(resource))
        .add(Column::Action.is_in(codes))
        .add(Column::UsedAt.is_null());
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
