//! The review of access: who may do what in a partnership, and when they last did.

use actix_web::{HttpResponse, get, web};
use domain::access::Place;
use domain::access::permission::ReviewAccess;
use persistence::access::grant as store;

use super::{AccessReviewFilter, GrantPage, fetch};
use crate::auth::Require;
use crate::find;
use crate::problem::{Halt, InternalProblems};
use crate::state::AppState;
use crate::wire::{List, PageParams};

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
) -> Result<HttpResponse, Halt> {
    let partnership = find::partnership(&state.db, &key).await?.head.id;
    actor.on(Place {
        partnerships: &[partnership],
        institution: None,
    })?;
    let fetched = move |list: List<AccessReviewFilter>| {
        let state = state.clone();
        async move {
            let condition = list.filter.condition()?.add(store::reaching(partnership));
            fetch(&state, &list, condition, list.filter.sort).await
        }
    };
    list.answer(None, fetched).await
}
