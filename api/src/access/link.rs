//! Signed links over HTTP: which were sent, and taking them back.

use domain::access::link::Link;
use domain::access::permission::ManageAccounts;
use domain::access::{Actor, View};
use domain::record::Versioned;
use persistence::access::link::{self as store, Column};
use persistence::{Condition, Conn};
use serde::Serialize;
use utoipa::ToSchema;

use super::{account_filter, find_to_change, seen};
use crate::problem::Halt;
use crate::records::{About, Filter, Orders, Resource, Takes};
use crate::site::Site;

/// What is shown of a link besides.
#[derive(Default, Serialize, ToSchema)]
pub struct Usable {
    /// Whether it can be used.
    #[schema(example = true)]
    pub usable: bool,
}

impl Resource for Link {
    type Read = ManageAccounts;
    type Create = ManageAccounts;
    type Update = ManageAccounts;
    type Delete = ManageAccounts;
    type Computed = Usable;

    const WHO_SEES_MAY_CHANGE: bool = true;
    const IS_LIVE: bool = true;

    const ABOUT: About = About {
        tag: "Accounts",
        collection: "links",
        one: "link",
        many: "links",
        example: "0198c0de-0000-7000-8000-000000000061",
        below: None,
        list: (
            "List links.",
            "Those that were sent to accounts that the caller sees. What was mailed is not kept: nobody can use a link from here.",
        ),
        read: (
            "Read one link.",
            "What was mailed is not kept: nobody can use a link from here.",
        ),
        create: None,
        update: None,
        delete: ("Take a link back.", "It opens nothing any more."),
    };

    const FILTERS: &'static [Filter<Self>] = &[
        account_filter(Column::ResourceId),
        Filter {
            name: "action",
            about: "Codes of the vocabulary `link_actions`, separated by commas.",
            example: "accept_invitation",
            takes: Takes::Code(Column::Action, "link_actions"),
        },
        Filter {
            name: "used",
            about: "Only those that were used, or only those that were not.",
            example: "false",
            takes: Takes::Whether(store::used),
        },
    ];

    const ORDERS: Orders<Self> = Orders::by_creation(&[
        ("created_at", Column::CreatedAt),
        ("expires_at", Column::ExpiresAt),
    ]);

    fn seen(actor: &Actor, _: View) -> Condition {
        store::about_accounts(seen(actor))
    }

    /// Who may change an account takes its links back.
    async fn check_change(
        conn: &impl Conn,
        site: &Site,
        before: &Versioned<Self>,
    ) -> Result<(), Halt> {
        let id = before.value.resource_id.to_string();
        find_to_change(conn, &site.actor, &id).await.map(drop)
    }

    async fn compute(
        _: &impl Conn,
        site: &Site,
        records: &[&Versioned<Self>],
    ) -> Result<Vec<Usable>, Halt> {
        let usable = |link: &&Versioned<Self>| Usable {
            usable: link.value.is_usable(site.now),
        };
        Ok(records.iter().map(usable).collect())
    }
}
