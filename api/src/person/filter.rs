//! What a list of people can be filtered and ordered by.

use domain::identifier::Email;
use domain::institution::Institution;
use domain::person::Person;
use persistence::list::Sort;
use persistence::person::{self as store, Column};
use persistence::{Condition, Conn};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::find::filtered;
use crate::institution::identifier;
use crate::problem::Halt;
use crate::resource::{Filter, Site};
use crate::wire::{RefIn, Sorting, sort_by};

/// Filters of people.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct PersonFilter {
    /// Words of a name or function, or parts of them: all, in any order.
    #[param(max_length = 200, example = "zurawska")]
    pub q: Option<String>,
    /// E-mail address, in whatever case: several people may share one.
    #[param(max_length = 254, example = "sekretariat@wup.example")]
    pub email: Option<String>,
    /// Id or slug of an institution.
    #[param(value_type = Option<String>, max_length = 100, example = "wup-zielona-gora")]
    pub institution: Option<RefIn>,
    /// Id of an account.
    #[param(example = "0198c0de-0000-7000-8000-000000000003")]
    pub account: Option<Uuid>,
    /// Order; by name when absent.
    #[serde(default)]
    #[param(inline, required = false)]
    pub sort: PersonSort,
}

/// Orders of people. Names in Polish alphabetical order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
pub enum PersonSort {
    /// By name.
    #[default]
    #[serde(rename = "name")]
    Name,
    /// By name, from the end.
    #[serde(rename = "-name")]
    NameDescending,
    /// The oldest record first.
    #[serde(rename = "created_at")]
    CreatedAt,
    /// The newest record first.
    #[serde(rename = "-created_at")]
    CreatedAtDescending,
}

impl Sorting for PersonSort {
    type Column = Column;

    fn column(self) -> (Column, bool) {
        match self {
            Self::Name => (Column::SortKey, false),
            Self::NameDescending => (Column::SortKey, true),
            Self::CreatedAt => (Column::CreatedAt, false),
            Self::CreatedAtDescending => (Column::CreatedAt, true),
        }
    }
}

impl Filter<Person> for PersonFilter {
    async fn condition(&self, conn: &impl Conn, _: &Site) -> Result<Condition, Halt> {
        let all = Condition::all();
        let email = identifier(&self.email, "email", |raw| Email::parse(raw.trim()))?;
        let institution =
            filtered::<Institution>(conn, "institution", all, self.institution.as_ref()).await?;
        Ok(Condition::all()
            .add_option(self.q.as_deref().map(store::matching))
            .add_option(email.as_ref().map(store::with_email))
            .add_option(institution.map(store::of_institution))
            .add_option(self.account.map(store::of_account)))
    }

    fn sort(&self) -> Sort<Column> {
        sort_by(self.sort)
    }
}
