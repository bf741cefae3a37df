//! Versions of the agreement over HTTP, from draft to the end of their force.

use domain::access::permission::{ReadPublic, WriteRecords};
use domain::agreement_version::{AgreementVersion, TRANSITIONS};
use domain::fault::{Faults, Rule};
use domain::partnership::Partnership;
use domain::record::Versioned;
use domain::state::Machine;
use persistence::agreement_version::{self as store, Column};
use persistence::{Conn, record};
use uuid::Uuid;

use crate::problem::{Halt, Problem};
use crate::records::{About, Filter, Orders, Resource, Steps, Takes, WithTransitions};
use crate::records::{Stateful, TransitionIn};
use crate::site::Site;
use crate::wire::WriteTx;

impl Resource for AgreementVersion {
    type Read = ReadPublic;
    type Create = WriteRecords;
    type Update = WriteRecords;
    type Delete = WriteRecords;
    type Computed = WithTransitions;

    const IN_TURN: bool = true;
    const ABOUT: About = About {
        tag: "Agreement versions",
        collection: "agreement-versions",
        one: "agreement_version",
        many: "agreement_versions",
        example: "0198c0de-0000-7000-8000-000000000011",
        below: None,
        list: (
            "List the versions of the agreement.",
            "Everybody sees those that are or were in force; `as_of` finds the one of a day.",
        ),
        read: (
            "Read one version of the agreement.",
            "With its text, and what the report says of it.",
        ),
        create: Some((
            (
                "Record a version of the agreement.",
                "As a draft, with the next number.",
            ),
            r#"{"title": "Umowa partnerska, wersja druga", "text": "§ 1. Strony współpracują na rzecz ekonomii społecznej.",
                 "goal": "Celem partnerstwa jest wspólne promowanie idei ekonomii społecznej.",
                 "scope": ["promocję i wsparcie rozwoju ekonomii społecznej"], "signed_on": "2017-11-20"}"#,
        )),
        update: Some((
            (
                "Change a version of the agreement.",
                "Of one in force, to correct it: the partnership shows its goal, its scope and its coordination.",
            ),
            r#"{"signed_on": "2008-06-18"}"#,
        )),
        delete: (
            "Delete a version of the agreement.",
            "A draft, or one that was not signed (409).",
        ),
    };

    const FILTERS: &'static [Filter<Self>] = &[
        Filter {
            name: "status",
            about: "Codes of the vocabulary `agreement_version_statuses`, separated by commas.",
            example: "in_force",
            takes: Takes::Code(Column::Status, "agreement_version_statuses"),
        },
        Filter {
            name: "as_of",
            about: "Only the one in force on this day.",
            example: "2016-12-31",
            takes: Takes::Day(store::in_force_on),
        },
    ];

    const ORDERS: Orders<Self> = Orders {
        by: &[
            ("number", Column::Number),
            ("created_at", Column::CreatedAt),
        ],
        default: "-number",
        about: "the latest version first",
    };

    async fn prepare(
        &mut self,
        tx: &WriteTx,
        site: &Site,
        before: Option<&Versioned<Self>>,
        _: &mut Faults,
    ) -> Result<(), Halt> {
        if before.is_none() {
            self.number = store::next_number(&**tx, site.id()).await?;
        }
        Ok(())
    }

    async fn updated(tx: &WriteTx, _: &Self, after: &Versioned<Self>) -> Result<(), Halt> {
        match after.value.status.as_str() {
            "in_force" => show(tx, after.value.partnership_id, &after.value).await,
            _ => Ok(()),
        }
    }

    async fn deleted(_: &WriteTx, _: &Site, before: &Versioned<Self>) -> Result<(), Halt> {
        match before.value.in_force_from {
            Some(_) => Err(Problem::conflict("was_in_force").into()),
            None => Ok(()),
        }
    }

    async fn compute(
        _: &impl Conn,
        site: &Site,
        records: &[&Versioned<Self>],
    ) -> Result<Vec<WithTransitions>, Halt> {
        Ok(WithTransitions::of(site, records))
    }
}

/// The steps of a version.
pub const STEPS: Steps<AgreementVersion, WriteRecords> = Steps::new(
    (
        "Bring a version of the agreement into another state.",
        "`in_force` takes `effective_on`, or today, as its first day, on which the version that was in force is `superseded`; the partnership \
         shows its goal, its scope and its coordination from then on. `terminated` takes `effective_on`, or today, as the first day on \
         which no agreement is in force. The other states carry no day.",
    ),
    r#"{"to": "open_for_signature", "reason": "Przyjęta przez Radę Programową"}"#,
);

impl Stateful for AgreementVersion {
    const MACHINE: Machine = TRANSITIONS;

    fn status(&self) -> &str {
        &self.status
    }

    async fn enter(
        tx: &WriteTx,
        site: &Site,
        before: &Versioned<Self>,
        step: &TransitionIn,
    ) -> Result<Self, Halt> {
        let mut value = before.value.clone();
        value.status.clone_from(&step.to);
        let day = step.effective_on.unwrap_or(site.today);
        let mut faults = Faults::new();
        if day > site.today {
            faults.add("/effective_on", Rule::Future);
        }
        match step.to.as_str() {
            "in_force" => {
                tx.take_turn(site.id()).await?;
                let signed_later = value.signed_on.is_some_and(|signed_on| day < signed_on);
                let current = store::in_force(&**tx, site.id()).await?;
                let began = current.as_ref().and_then(|one| one.value.in_force_from);
                if signed_later || began.is_some_and(|began| day <= began) {
                    faults.add("/effective_on", Rule::Order);
                }
                faults.finish().map_err(Problem::from)?;
                if let Some(current) = current {
                    let mut ended = current.value.clone();
                    ended.status = "superseded".to_owned();
                    ended.in_force_to = Some(day);
                    record::update(tx, current, ended).await?;
                }
                value.in_force_from = Some(day);
                show(tx, site.id(), &value).await?;
            }
            "terminated" => {
                tx.take_turn(site.id()).await?;
                if value.in_force_from.is_some_and(|began| day <= began) {
                    faults.add("/effective_on", Rule::Order);
                }
                faults.finish().map_err(Problem::from)?;
                value.in_force_to = Some(day);
                show(tx, site.id(), &Self::default()).await?;
            }
            _ => step.undated()?,
        }
        Ok(value)
    }
}

/// Has the partnership show what is agreed.
async fn show(tx: &WriteTx, partnership: Uuid, agreed: &AgreementVersion) -> Result<(), Halt> {
    let found = record::of_ids::<Partnership>(&**tx, [partnership]).await?;
    for before in found {
        let mut value = before.value.clone();
        value.goal.clone_from(&agreed.goal);
        value.scope.clone_from(&agreed.scope);
        value.coordination.clone_from(&agreed.coordination);
        record::update(tx, before, value).await?;
    }
    Ok(())
}
