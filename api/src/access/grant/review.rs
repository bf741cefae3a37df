//! The review of access: who may do what in a partnership, and when they last did.

use std::rc::Rc;

use actix_web::{get, web};
use chrono::NaiveDate;
use domain::access::grant::RoleGrant;
use domain::access::permission::ReviewAccess;
use domain::access::{Place, View};
use persistence::Condition;
use persistence::access::grant::{self as store, Column};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::GrantOut;
use crate::auth::Require;
use crate::find;
use crate::problem::InternalProblems;
use crate::records::{self, Answer};
use crate::site::Site;
use crate::state::AppState;
use crate::wire::{Codes, List, Page, PageParams, Sorting, known, sort_by};

/// One page of grants.
pub type GrantPage = Page<GrantOut>;

/// Filters of a review of access.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct AccessReviewFilter {
    /// Codes of the vocabulary `roles`, separated by commas.
    #[param(format = "roles", value_type = Option<String>, max_length = 200, example = "secretariat,admin")]
    pub role: Option<Codes>,
    /// Only those held on this day.
    #[param(example = "2016-12-31")]
    pub as_of: Option<NaiveDate>,
    /// Order; by the name of the holder when absent.
    #[serde(default)]
    #[param(inline, required = false)]
    pub sort: AccessReviewSort,
}

/// Orders of a review of access. Names in Polish alphabetical order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
pub enum AccessReviewSort {
    /// By the name of the holder.
    #[default]
    #[serde(rename = "name")]
    Name,
    /// By the name of the holder, from the end.
    #[serde(rename = "-name")]
    NameDescending,
    /// The oldest first.
    #[serde(rename = "starts_on")]
    StartsOn,
    /// The newest first.
    #[serde(rename = "-starts_on")]
    StartsOnDescending,
}

impl Sorting for AccessReviewSort {
    type Column = Column;

    fn column(self) -> (Column, bool) {
        match self {
            Self::Name => (Column::Account, false),
            Self::NameDescending => (Column::Account, true),
            Self::StartsOn => (Column::StartsOn, false),
            Self::StartsOnDescending => (Column::StartsOn, true),
        }
    }
}

/// List who may do what in a partnership.
///
/// Every grant that reaches into it, those of administrators included, with what it allows, who gave it and when its holder last
/// signed in: for regular reviews (ISO/IEC 27001, A.5.18). Past and future grants are among them; `as_of` leaves those that are
/// held on a day. What a disabled account holds is listed, too, with the account's `status`.
#[utoipa::path(
    tag = "Grants",
    params(
        ("partnership" = String, Path, description = "Id or slug", max_length = 100, example = "partnerstwo-lubuskie"),
        AccessReviewFilter, PageParams
    ),
    responses(
        (status = 200, description = "A page of grants", body = GrantPage,
            headers(("Link" = String, description = "The next page, `rel=next`"))),
        InternalProblems
    ),
    security(("bearer" = [ReviewAccess]))
)]
#[get("/api/v1/partnerships/{partnership}/access-review")]
pub async fn list_access_review(
    actor: Require<ReviewAccess>,
    state: web::Data<AppState>,
    key: web::Path<String>,
    list: List<AccessReviewFilter>,
) -> Answer {
    let partnership = find::partnership(&state.db, &key).await?.head.id;
    actor.on(Place {
        partnerships: &[partnership],
        institution: None,
    })?;
    let site = Rc::new(Site {
        view: View::Personal,
        ..Site::shared(&actor, &state.clock)
    });
    let fetched = move |list: List<AccessReviewFilter>| {
        let (state, site) = (state.clone(), Rc::clone(&site));
        async move {
            let filter = &list.filter;
            let roles = known(&filter.role, "role", "roles")?;
            let condition = Condition::all()
                .add(store::reaching(partnership))
                .add_option(roles.map(store::of_roles))
                .add_option(filter.as_of.map(store::holding_on));
            let ask = list.ask(condition, sort_by(filter.sort))?;
            records::fetch::<RoleGrant>(&state.db, &site, ask).await
        }
    };
    list.answer(None, fetched).await
}
