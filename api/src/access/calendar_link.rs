//! Calendar links over HTTP: addresses that calendar programs read without signing in.

use actix_web::http::header::CACHE_CONTROL;
use actix_web::{HttpResponse, post};
use domain::access::account::Account;
use domain::access::calendar_link::{CalendarLink, MOST_LINKS};
use domain::access::permission::ManageCalendarLinks;
use domain::access::{Actor, Permission, Place};
use domain::fault::{Faults, Rule};
use domain::link::Link;
use domain::partnership::Partnership;
use domain::record::Versioned;
use persistence::access::calendar_link::{self as store, Column};
use persistence::access::standing;
use persistence::record;
use serde::Serialize;
use utoipa::ToSchema;

use super::account_filter;
use crate::auth::{Require, forbidden, is_guarded, secret};
use crate::problem::{CreateProblems, Halt, Kind, Problem};
use crate::records::{
    self, About, Answer, Filter, In, InPartnership, Nothing, Orders, Resource, Shown,
};
use crate::site::Site;
use crate::state::AppState;
use crate::wire::{Body, Write, WriteTx};

const PERMISSION: Permission = Permission::ManageCalendarLinks;

/// The body that creates a calendar link.
pub type CalendarLinkIn = In<CalendarLink>;
/// A calendar link, as it is shown: without its address.
pub type CalendarLinkOut = Shown<CalendarLink>;

/// A new calendar link, with its address.
#[derive(Serialize, ToSchema)]
pub struct NewCalendarLinkOut {
    /// What to subscribe to in a calendar program, shown this once. Whoever knows it reads the calendar.
    #[schema(
        format = "uri",
        example = "https://partnerstwo.example/api/v1/calendars/Zk3nq0o1rJ7v0b2s5u8x4y6A9C1E3G5I7K9M1O3Q5S7"
    )]
    pub url: String,
    /// What is kept of it.
    pub calendar_link: CalendarLinkOut,
}

/// Who owns a link, with what its owner holds at this moment; nobody once the account is disabled, or does not hold what it
/// takes to make such a link any more.
pub async fn owner(state: &AppState, link: &CalendarLink) -> Result<Option<Actor>, Halt> {
    let today = state.clock.today();
    let standing = standing::of_person(&state.db, link.account.id, today).await?;
    let Some(standing) = standing else {
        return Ok(None);
    };
    let mut grants = standing.grants;
    grants.retain(|grant| link.second_factor || !is_guarded(state, grant));
    let owner = Actor {
        account: Some(standing.account_id),
        grants,
        second_factor: link.second_factor,
        ..Actor::default()
    };
    let place = Place {
        partnerships: &[link.partnership_id],
        institution: link.institution.map(|link| link.id),
    };
    Ok(owner.may(PERMISSION, place).then_some(owner))
}

impl Resource for CalendarLink {
    type Read = ManageCalendarLinks;
    type Create = ManageCalendarLinks;
    type Update = ManageCalendarLinks;
    type Delete = ManageCalendarLinks;
    type Computed = Nothing;

    const OWNER: Option<Column> = Some(Column::Account);
    const IS_LIVE: bool = true;

    const ABOUT: About = About {
        tag: "Feeds",
        collection: "calendar-links",
        one: "calendar_link",
        many: "calendar_links",
        example: "0198c0de-0000-7000-8000-000000000081",
        below: None,
        list: (
            "List calendar links.",
            "One's own; administrators see all. Never with their addresses, which were shown when they were made.",
        ),
        read: (
            "Read one calendar link.",
            "Never with its address, which was shown when it was made.",
        ),
        create: None,
        update: None,
        delete: (
            "Delete a calendar link.",
            "Its address shows nothing any more.",
        ),
    };

    const FILTERS: &'static [Filter<Self>] = &[account_filter(Column::Account)];

    const ORDERS: Orders<Self> = Orders::by_creation(&[("created_at", Column::CreatedAt)]);

    /// It is its maker's, and of the institution that is named, or for who represents one, of that one.
    async fn prepare(
        &mut self,
        _: &WriteTx,
        site: &Site,
        _: Option<&Versioned<Self>>,
        _: &mut Faults,
    ) -> Result<(), Halt> {
        self.account = Link::to(site.actor.account.unwrap_or_default());
        self.second_factor = site.actor.second_factor;
        if self.institution.is_some() || site.allows(PERMISSION, None) {
            let named = self.institution.map(|link| link.id);
            return Ok(site.check(PERMISSION, named)?);
        }
        let mut own = site.actor.institutions(PERMISSION);
        own.retain(|grant| grant.partnership == Some(site.id()));
        match own.as_slice() {
            [grant] => {
                self.institution = grant.institution.map(Link::to);
                Ok(())
            }
            _ => Err(Problem::of(Kind::InvalidValues)
                .at("/institution", Rule::Required)
                .into()),
        }
    }
}

/// Make a calendar link for oneself.
///
/// The answer shows its address, once: a calendar program subscribes to it without signing in. It shows the meetings of the
/// partnership that its owner sees at the moment of reading, or of these the ones that concern an institution: it hosts them, is
/// on their list of attendance, or the body that meets is its own or has a seat of its. It shows nothing once its owner's role
/// has ended. Services sign in instead. An `Idempotency-Key` is not looked at, because the answer is not kept.
#[utoipa::path(
    tag = "Feeds",
    params(InPartnership),
    request_body = CalendarLinkIn,
    responses(
        (status = 201, description = "The link; its address is shown once", body = NewCalendarLinkOut),
        CreateProblems
    ),
    security(("bearer" = [ManageCalendarLinks]))
)]
#[post("/api/v1/partnerships/{partnership}/calendar-links")]
pub async fn create_calendar_link(
    actor: Require<ManageCalendarLinks>,
    write: Write,
    body: Body<CalendarLinkIn>,
) -> Answer {
    let tx = write.begin_once().await?;
    let keys = write.keys()?;
    let site = records::site_of::<CalendarLink, _>(&*tx, &actor, &keys, write.clock()).await?;
    let person = actor.session.and(actor.account);
    let account = person.ok_or_else(|| forbidden(&actor, PERMISSION))?;
    let token = secret::fresh()?;
    let body = records::resolved(&tx, &site, body).await?;
    let check = async |In(link): CalendarLinkIn| {
        let hash = secret::digest(&token).to_vec();
        records::check(&tx, &site, None, CalendarLink { hash, ..link }).await
    };
    let link = tx.checked(body, check).await?;
    let held = record::hold::<Partnership>(&tx, site.id()).await?
        && record::hold::<Account>(&tx, account).await?;
    if !held {
        return Err(Problem::of(Kind::NotFound).into());
    }
    if store::held(&tx, account, site.id()).await?.len() >= MOST_LINKS {
        return Err(Problem::conflict("too_many_calendar_links").into());
    }
    let link = record::insert(&tx, tx.new_id(), link).await?;
    let public_url = tx.state().config.public_url();
    let body = NewCalendarLinkOut {
        url: format!("{public_url}/api/v1/calendars/{token}"),
        calendar_link: records::show_one(&*tx, &site, &link).await?,
    };
    let answer = HttpResponse::Created()
        .insert_header((CACHE_CONTROL, "no-store"))
        .json(&body);
    tx.commit(answer).await
}
