//! Postings of communiqués.

use chrono::NaiveDate;
use domain::institution::Institution;
use domain::outreach::communique::Communique;
use domain::outreach::posting::{POSTED, Posting};
use domain::record::Kind;
use sea_orm::Condition;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, ExprTrait, Query, SelectStatement, SimpleExpr};

use crate::list::{self, leads_to};
use crate::outreach::communique;
use crate::record::{Following, Reference, Stored, behind, joined};
use crate::table::table;
use crate::{institution, signatory};

table! {
    Posting in "posting", no slug {
        external_ids: Json,
        partnership_id: Uuid,
        communique as "communique_id": Uuid,
        institution as "institution_id": Uuid,
        status: String,
        posted_on: Option<ChronoDate>,
        url: Option<String>,
    }
}

impl Stored for Posting {
    const PARENT: Option<Column> = Some(Column::Communique);
    const REFERENCES: &'static [Reference] = &[
        (Kind::Communique, |id| leads_to(Column::Communique, id)),
        (Kind::Institution, |id| leads_to(Column::Institution, id)),
    ];
    const FOLLOWS: Option<Following> = Some((Kind::Communique, of_communiques));

    /// Those of the communiqués that everybody sees.
    fn public() -> Condition {
        of_communiques(Communique::public())
    }

    /// The communiqué and the institution.
    fn natural_key() -> Option<SimpleExpr> {
        let communique = behind::<Self, Communique>(Column::Communique, communique::Column::Slug);
        let institution =
            behind::<Self, Institution>(Column::Institution, institution::Column::Slug);
        Some(joined(communique, "|", institution))
    }
}

/// Those of the communiqués of a condition; live postings belong to live communiqués.
fn of_communiques(condition: Condition) -> Condition {
    let mut ids = Query::select();
    ids.column(communique::Column::Id)
        .from(communique::row::Entity)
        .cond_where(condition);
    Condition::all().add(Column::Communique.in_subquery(ids))
}

/// Those that were made, also where the link broke afterwards.
pub fn posted() -> Condition {
    Condition::all().add(Column::Status.is_in(POSTED))
}

/// Those that the activity report counts of the days from one to another, both included: made on one of these days, by
/// a signatory of that day, of a communiqué released on one of these days.
pub fn in_report(from: Option<NaiveDate>, to: Option<NaiveDate>) -> Condition {
    posted()
        .add(list::within(Column::PostedOn, from, to))
        .add(of_communiques(communique::released_between(from, to)))
        .add(Expr::exists(signatories_of_the_day()))
}

/// The posting institution's participations on the day of the posting.
fn signatories_of_the_day() -> SelectStatement {
    use signatory::Column as S;
    let posting = |column: Column| Expr::col((row::Entity, column));
    let mut signed = Query::select();
    signed
        .expr(Expr::val(1))
        .from(signatory::row::Entity)
        .and_where(
            posting(Column::PartnershipId).equals((signatory::row::Entity, S::PartnershipId)),
        )
        .and_where(posting(Column::Institution).equals((signatory::row::Entity, S::Institution)))
        .and_where(S::DeletedAt.is_null())
        .cond_where(signatory::counting_on(posting(Column::PostedOn)));
    signed
}
