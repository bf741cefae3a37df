//! Communiqués.

use chrono::NaiveDate;
use domain::outreach::communique::{Communique, RELEASED};
use domain::search;
use sea_orm::Condition;
use sea_orm::entity::prelude::*;

use crate::record::{self, Stored, of_partnership};
use crate::table::table;
use crate::{Conn, RepoError, list};

table! {
    Communique in "communique" {
        external_ids: Json,
        partnership_id: Uuid,
        slug: String,
        number: Option<String>,
        title: String,
        body: Option<String>,
        status: String,
        released_on: Option<ChronoDate>,
        withdrawn_on: Option<ChronoDate>,
    }
    derived {
        sort_key: Vec<u8> = |c: &Communique| search::sort_key(&c.title),
        search_key: String = searched,
    }
}

fn searched(c: &Communique) -> String {
    let number = c.number.as_deref().unwrap_or_default();
    search::search_key(format!("{} {number}", c.title).trim_end())
}

impl Stored for Communique {
    const NAME: Option<Column> = Some(Column::Title);

    /// What is released and not withdrawn.
    fn public() -> Condition {
        Condition::all().add(Column::Status.is_in(RELEASED))
    }
}

/// Those that count for the days from one to another: released on one of them, and not withdrawn by the last.
pub fn released_between(from: Option<NaiveDate>, to: Option<NaiveDate>) -> Condition {
    let later = to.map(|to| Column::WithdrawnOn.gt(to));
    let stands = Condition::any().add(Column::WithdrawnOn.is_null());
    Condition::all()
        .add(Column::ReleasedOn.is_not_null())
        .add(list::within(Column::ReleasedOn, from, to))
        .add(stands.add_option(later))
}

/// The next running number of a year; a number once given is not given again.
pub async fn next_number(
    conn: &impl Conn,
    partnership: Uuid,
    year: i32,
) -> Result<String, RepoError> {
    let own = of_partnership::<Communique>(partnership);
    record::next_number::<Communique>(conn, Column::Number, own, year).await
}
