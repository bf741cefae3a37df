//! Communiqués over HTTP, from draft to release.

use chrono::Datelike;
use domain::access::permission::{ReadPublic, WriteRecords};
use domain::outreach::communique::{Communique, TRANSITIONS};
use domain::record::{Shape, Versioned};
use domain::state::Machine;
use persistence::outreach::communique::{self, Column};
use persistence::{Condition, Conn};

use crate::problem::Halt;
use crate::records::{
    About, Chosen, Filter, Orders, Resource, Steps, Takeable, Takes, WithTransitions,
};
use crate::records::{Stateful, TransitionIn};
use crate::site::Site;
use crate::wire::WriteTx;

impl Resource for Communique {
    type Read = ReadPublic;
    type Create = WriteRecords;
    type Update = WriteRecords;
    type Delete = WriteRecords;
    type Computed = WithTransitions;

    const ABOUT: About = About {
        tag: "Communiques",
        collection: "communiques",
        one: "communique",
        many: "communiques",
        example: "komunikat-2016-1",
        below: None,
        list: (
            "List the communiqués of a partnership.",
            "Everybody sees those that are released and not withdrawn; who works in the partnership sees all.",
        ),
        read: (
            "Read one communiqué.",
            "With its text in Markdown, not rendered.",
        ),
        create: Some((
            ("Record a communiqué.", "As a draft, without a number."),
            r#"{"slug": "komunikat-2017-2", "title": "Komunikat nr 2/2017 z działań Rady Programowej",
                 "body": "Rada Programowa spotkała się **22 marca 2017 r.**"}"#,
        )),
        update: Some((
            (
                "Change a communiqué.",
                "Its title or text; the state changes by a transition.",
            ),
            r#"{"title": "Komunikat nr 1/2016 z działań Rady Programowej"}"#,
        )),
        delete: (
            "Delete a communiqué.",
            "Only while it has no postings; otherwise withdraw it.",
        ),
    };

    const FILTERS: &'static [Filter<Self>] = &[
        Filter {
            name: "q",
            about: "Words of the title or number, or parts of them: all, in any order.",
            example: "komunikat",
            takes: Takes::Words(Column::SearchKey),
        },
        Filter {
            name: "status",
            about: "Codes of the vocabulary `communique_statuses`, separated by commas.",
            example: "released,corrected",
            takes: Takes::Code(Column::Status, "communique_statuses"),
        },
        Filter {
            name: "number",
            about: "The number, n/YYYY.",
            example: "1/2016",
            takes: Takes::Text(Column::Number, 20),
        },
        Filter {
            name: "from",
            about: "Only those released on this day or later.",
            example: "2016-01-01",
            takes: Takes::From(Column::ReleasedOn),
        },
        Filter {
            name: "to",
            about: "Only those released on this day or earlier.",
            example: "2016-12-31",
            takes: Takes::To(Column::ReleasedOn),
        },
        Filter {
            name: "in_report",
            about: "Only those that the activity report of the period `from`..`to` counts: released in it, and not withdrawn by its last \
                    day.",
            example: "true",
            takes: Takes::Together(Takeable::Only),
        },
    ];

    const ORDERS: Orders<Self> = Orders {
        by: &[
            ("created_at", Column::CreatedAt),
            ("title", Column::SortKey),
        ],
        default: "-created_at",
        about: "the newest record first",
    };

    async fn together(chosen: &Chosen, _: &impl Conn, _: &Site) -> Result<Condition, Halt> {
        let (from, to) = (chosen.day("from"), chosen.day("to"));
        let in_report = chosen.only("in_report");
        let counted = in_report.then(|| communique::released_between(from, to));
        Ok(Condition::all().add_option(counted))
    }

    async fn compute(
        _: &impl Conn,
        site: &Site,
        records: &[&Versioned<Self>],
    ) -> Result<Vec<WithTransitions>, Halt> {
        Ok(WithTransitions::of(site, records))
    }
}

/// The steps of a communiqué.
pub const STEPS: Steps<Communique, WriteRecords> = Steps::new(
    (
        "Bring a communiqué into another state.",
        "`released` takes `effective_on`, or today, as the day of release and gives the next number of its year, unless the \
         communiqué has one. `withdrawn` takes `effective_on`, or today, as the day of withdrawal: for periods that were over by then, \
         it still counts. The other states carry no day.",
    ),
    r#"{"to": "released", "effective_on": "2016-03-21"}"#,
);

impl Stateful for Communique {
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
        if step.to == "released" {
            let day = step.effective_on.unwrap_or(site.today);
            value.released_on = Some(day);
            if value.number.is_none() {
                tx.take_turn(site.id()).await?;
                let next = communique::next_number(&**tx, site.id(), day.year()).await?;
                value.number = Some(next);
            }
        } else if step.to == "withdrawn" {
            value.withdrawn_on = Some(step.effective_on.unwrap_or(site.today));
        } else {
            step.undated()?;
        }
        let dated = match step.to.as_str() {
            "withdrawn" => "/withdrawn_on",
            _ => "/released_on",
        };
        let checked = value.checked(&site.calendar());
        let checked = checked.map_err(|faults| TransitionIn::refused(dated, faults))?;
        Ok(checked.into_inner())
    }
}
