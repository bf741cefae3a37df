//! Webhooks over HTTP: services are told what changed (Standard Webhooks 1.0).

mod filter;
pub mod messages;
mod network;
mod sender;
mod wire;
mod worker;

use std::collections::HashMap;

use actix_web::http::header::CACHE_CONTROL;
use actix_web::{HttpResponse, post};
use chrono::TimeDelta;
use domain::access::Needs;
use domain::access::account::{Account, AccountKind};
use domain::access::permission::ManageWebhooks;
use domain::fault::{Faults, Rule};
use domain::link::Link;
use domain::record::Versioned;
use domain::slug::Key;
use domain::state::Machine;
use domain::webhook::{TRANSITIONS, Webhook};
use persistence::access::account;
use persistence::webhook::{self as store, Column, secret, work};
use persistence::{Conn, change, record};
use uuid::Uuid;

use crate::auth::{Require, forbidden};
use crate::clock::Clock;
use crate::problem::{CreateProblems, Halt, Kind, Problem};
use crate::records::{
    self, About, Answer, Filter, In, Orders, Resource, Shown, Stateful, Steps, Takes, TransitionIn,
    allowed_transitions,
};
use crate::site::Site;
use crate::wire::{Body, Write, WriteTx};

pub use sender::Sender;
pub use wire::{Faring, NewWebhookOut, NewWebhookSecretOut};
pub use worker::{deliver, deliver_due};

/// The body that creates a webhook.
pub type WebhookIn = In<Webhook>;
/// A webhook, as it is shown.
pub type WebhookOut = Shown<Webhook>;

/// How long messages are signed with a secret that was replaced, too.
const OVERLAP: TimeDelta = TimeDelta::hours(24);

/// The webhook of a path, if the caller sees it.
async fn find_webhook(
    conn: &impl Conn,
    actor: &Require<ManageWebhooks>,
    clock: &Clock,
    key: &str,
) -> Result<Versioned<Webhook>, Halt> {
    let (_, webhook) = records::find::<Webhook, _>(conn, actor, &[key.to_owned()], clock).await?;
    Ok(webhook)
}

/// Makes a secret that signs from now on.
async fn renew_secret(tx: &WriteTx, webhook: Uuid) -> Result<String, Halt> {
    let (sealed, shown) = sender::fresh_secret(&tx.state().keys.master)?;
    secret::replace(tx, webhook, tx.new_id(), sealed, tx.now() + OVERLAP).await?;
    Ok(shown)
}

/// Make a webhook for a service.
///
/// From then on the service is told there of every change that it may see, by the rules of
/// [Standard Webhooks](https://www.standardwebhooks.com/): signed (`webhook-id`, `webhook-timestamp`, `webhook-signature`), at
/// least once, tried for about three days, in the order of the changes as long as the receiver answers with 2xx. 410 ends it,
/// `Retry-After` is respected, redirects are not followed, addresses in private networks are not called. The answer shows the
/// secret, once; an `Idempotency-Key` is not looked at, because the answer is not kept.
#[utoipa::path(
    tag = "Webhooks",
    request_body = WebhookIn,
    responses(
        (status = 201, description = "Made; the secret is shown once", body = NewWebhookOut, headers(
            ("Location" = String, description = "Where it can be read"))),
        CreateProblems
    ),
    security(("bearer" = [ManageWebhooks]))
)]
#[post("/api/v1/webhooks")]
pub async fn create_webhook(
    actor: Require<ManageWebhooks>,
    write: Write,
    body: Body<WebhookIn>,
) -> Answer {
    let tx = write.begin_once().await?;
    let site = records::site_of::<Webhook, _>(&*tx, &actor, &[], write.clock()).await?;
    let permission = ManageWebhooks::PERMISSION;
    let webhook = records::insert(&tx, &site, permission, tx.new_id(), body).await?;
    work::begin_at(&tx, webhook.head.id, change::sequence(&*tx).await?).await?;
    let shown = NewWebhookOut {
        secret: renew_secret(&tx, webhook.head.id).await?,
        webhook: records::show_one(&*tx, &site, &webhook).await?,
    };
    let answer = HttpResponse::Created()
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header(("Location", format!("/api/v1/webhooks/{}", webhook.head.id)))
        .json(&shown);
    tx.commit(answer).await
}

impl Resource for Webhook {
    type Read = ManageWebhooks;
    type Create = ManageWebhooks;
    type Update = ManageWebhooks;
    type Delete = ManageWebhooks;
    type Computed = Faring;

    const OWNER: Option<Column> = Some(Column::Account);
    const IS_LIVE: bool = true;

    const ABOUT: About = About {
        tag: "Webhooks",
        collection: "webhooks",
        one: "webhook",
        many: "webhooks",
        example: "0198c0de-0000-7000-8000-000000000071",
        below: None,
        list: (
            "List webhooks.",
            "A service sees its own, administrators all.",
        ),
        read: ("Read one webhook.", "Never with its secrets."),
        create: None,
        update: Some((
            (
                "Change a webhook.",
                "Not the service that it belongs to. What waits to be sent goes to the new address.",
            ),
            r#"{"event_types": ["meeting.*"]}"#,
        )),
        delete: (
            "Delete a webhook.",
            "Nothing is sent any more, not even what waits.",
        ),
    };

    const FILTERS: &'static [Filter<Self>] = &[
        Filter {
            name: "account",
            about: "Id of the account of a service.",
            example: "0198c0de-0000-7000-8000-000000000031",
            takes: Takes::Id(Column::Account),
        },
        Filter {
            name: "status",
            about: "Codes of the vocabulary `webhook_statuses`, separated by commas.",
            example: "active,paused",
            takes: Takes::Code(Column::Status, "webhook_statuses"),
        },
    ];

    const ORDERS: Orders<Self> = Orders::by_creation(&[("created_at", Column::CreatedAt)]);

    /// It is a service's, and stays so; others' are for who manages all.
    async fn prepare(
        &mut self,
        tx: &WriteTx,
        site: &Site,
        before: Option<&Versioned<Self>>,
        faults: &mut Faults,
    ) -> Result<(), Halt> {
        self.check_encryption(tx.state().webhooks.reaches_internal(), faults);
        let own = Link::to(site.actor.account.unwrap_or_default());
        if let Some(before) = before {
            if before.value.account != self.account {
                faults.add("/account", Rule::Conflict);
            }
            return Ok(());
        }
        "active".clone_into(&mut self.status);
        if self.account == Link::default() {
            self.account = own;
        }
        // Before it is looked for: whether there is an account is not told to others.
        if self.account != own && !site.actor.may_everywhere(ManageWebhooks::PERMISSION) {
            return Err(forbidden(&site.actor, ManageWebhooks::PERMISSION).into());
        }
        let services = account::of_kind(AccountKind::Service);
        let found = record::refer::<Account>(tx, &Key::Id(self.account.id), services).await?;
        match found {
            Some(_) => Ok(()),
            None => Err(Problem::of(Kind::DanglingReference)
                .at("/account", Rule::DanglingReference)
                .into()),
        }
    }

    async fn deleted(tx: &WriteTx, _: &Site, before: &Versioned<Self>) -> Result<(), Halt> {
        Ok(store::message::give_up(tx, before.head.id).await?)
    }

    async fn compute(
        conn: &impl Conn,
        site: &Site,
        records: &[&Versioned<Self>],
    ) -> Result<Vec<Faring>, Halt> {
        let ids: Vec<Uuid> = records.iter().map(|webhook| webhook.head.id).collect();
        let faring = work::faring(conn, &ids).await?.into_iter();
        let faring: HashMap<Uuid, work::Faring> =
            faring.map(|faring| (faring.id, faring)).collect();
        let computed = |webhook: &&Versioned<Self>| {
            let faring = faring.get(&webhook.head.id);
            Faring {
                allowed_transitions: allowed_transitions(site, &webhook.value),
                seq: faring.map_or(0, |faring| faring.cursor),
                failing_since: faring.and_then(|faring| faring.failing_since),
            }
        };
        Ok(records.iter().map(computed).collect())
    }
}

/// The steps of a webhook.
pub const STEPS: Steps<Webhook, ManageWebhooks> = Steps::new(
    (
        "Pause a webhook, or go on with it.",
        "What happens while it is paused is told when it goes on. One that has ended stays so.",
    ),
    r#"{"to": "paused", "reason": "Przerwa techniczna odbiorcy"}"#,
);

impl Stateful for Webhook {
    const MACHINE: Machine = TRANSITIONS;

    fn status(&self) -> &str {
        &self.status
    }

    async fn enter(
        tx: &WriteTx,
        _: &Site,
        before: &Versioned<Self>,
        step: &TransitionIn,
    ) -> Result<Self, Halt> {
        step.undated()?;
        if step.to == "active" {
            work::resume(tx, before.head.id).await?;
        }
        Ok(before.value.clone().entered(&step.to))
    }
}

/// Replace the secret of a webhook.
///
/// For 24 hours messages carry the signatures of both, so that the receiver can change over without losing any. The answer
/// shows the new one, once; an `Idempotency-Key` is not looked at, because the answer is not kept.
#[utoipa::path(
    tag = "Webhooks",
    params(("webhook" = String, Path, description = "Id", max_length = 36, example = "0198c0de-0000-7000-8000-000000000071")),
    responses(
        (status = 201, description = "The secret, shown once", body = NewWebhookSecretOut),
        CreateProblems
    ),
    security(("bearer" = [ManageWebhooks]))
)]
#[post("/api/v1/webhooks/{webhook}/secrets")]
pub async fn create_webhook_secret(actor: Require<ManageWebhooks>, write: Write) -> Answer {
    let tx = write.begin_once().await?;
    let (_, webhook) =
        records::find::<Webhook, _>(&*tx, &actor, &write.keys()?, write.clock()).await?;
    let shown = NewWebhookSecretOut {
        secret: renew_secret(&tx, webhook.head.id).await?,
        former_valid_until: tx.now() + OVERLAP,
    };
    let answer = HttpResponse::Created()
        .insert_header((CACHE_CONTROL, "no-store"))
        .json(&shown);
    tx.commit(answer).await
}
