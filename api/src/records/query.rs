//! The parameters of a list of records, as they are sent.

use std::collections::{BTreeMap, HashMap};
use std::marker::PhantomData;

use chrono::NaiveDate;
use persistence::list::Sort;
use persistence::record::ColumnOf;
use persistence::{Condition, Conn};
use serde::Deserialize;

use super::filter::{Chosen, Filter, Orders};
use super::resource::Resource;
use crate::problem::{Halt, Problem};
use crate::site::Site;

/// The parameters of a list of `T`, besides those that all lists have.
#[derive(Deserialize)]
#[serde(transparent)]
pub struct Sent<T> {
    texts: BTreeMap<String, String>,
    #[serde(skip)]
    of: PhantomData<fn() -> T>,
}

impl<T> Sent<T> {
    /// A day that was sent, as of which records are shown.
    pub fn as_of(&self) -> Result<Option<NaiveDate>, Problem> {
        let day = self.texts.get("as_of").map(|text| text.parse());
        let day = day.transpose().ok();
        day.ok_or_else(|| Problem::parameter("as_of"))
    }

    /// A calendar year that was sent.
    pub fn year(&self) -> Result<Option<i32>, Problem> {
        let year = self.texts.get("year").map(|text| text.parse());
        let year = year.transpose().ok();
        year.ok_or_else(|| Problem::parameter("year"))
    }
}

impl<T: Resource> Sent<T> {
    /// The condition of the filters that were sent; what names no existing code or record is refused.
    pub async fn condition(
        &self,
        filters: &'static [Filter<T>],
        orders: &'static Orders<T>,
        conn: &impl Conn,
        site: &Site,
    ) -> Result<Condition, Halt> {
        let sort = self.texts.get("sort");
        if sort.is_some_and(|sort| orders.sort(sort).is_none()) {
            return Err(Problem::parameter("sort").into());
        }
        let mut chosen = Chosen(HashMap::new());
        let mut all = Condition::all();
        for filter in filters {
            let Some(text) = self.texts.get(filter.name) else {
                continue;
            };
            let takeable = filter.takeable();
            let taken = takeable.read(text, conn, site).await?;
            let refused = || Problem::parameter_breaks(filter.name, takeable.rule());
            let taken = taken.ok_or_else(refused)?;
            all = all.add(filter.condition(&taken)?);
            chosen.0.insert(filter.name, taken);
        }
        Ok(all.add(T::together(&chosen, conn, site).await?))
    }

    /// The order that was asked for, or the default.
    pub fn sort(&self, orders: &Orders<T>) -> Sort<ColumnOf<T>> {
        let sent = self.texts.get("sort").and_then(|text| orders.sort(text));
        let sort = sent.or_else(|| orders.sort(orders.default));
        sort.unwrap_or(Sort {
            column: T::COLUMNS.created_at,
            descending: false,
        })
    }
}
