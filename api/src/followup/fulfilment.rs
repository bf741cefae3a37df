//! Fulfilments over HTTP: the times that commitments were kept.

use domain::access::permission::{ReadPublic, WriteRecords};
use domain::fault::{Faults, Rule};
use domain::followup::fulfilment::Fulfilment;
use domain::record::{Kind, Versioned};
use persistence::followup::fulfilment::{Column, counted_between};
use persistence::list::within;
use persistence::{Condition, Conn, record};

use crate::problem::{Halt, Problem};
use crate::records::{About, Chosen, Filter, Nothing, Orders, Resource, Takeable, Takes};
use crate::site::Site;
use crate::wire::WriteTx;

impl Resource for Fulfilment {
    type Read = ReadPublic;
    type Create = WriteRecords;
    type Update = WriteRecords;
    type Delete = WriteRecords;
    type Computed = Nothing;

    const IN_TURN: bool = true;

    const ABOUT: About = About {
        tag: "Fulfilments",
        collection: "fulfilments",
        one: "fulfilment",
        many: "fulfilments",
        example: "0198c0de-0000-7000-8000-000000000331",
        below: None,
        list: (
            "List the fulfilments of commitments.",
            "All, or those of some days, of a commitment, or at a meeting.",
        ),
        read: (
            "Read one fulfilment.",
            "With the commitment and the meeting at which it was fulfilled.",
        ),
        create: Some((
            (
                "Record a fulfilment.",
                "At a meeting that took place, on its day; or on a day of its own, without one.",
            ),
            r#"{"commitment": "zob-informacje", "fulfilled_on": "2016-11-16", "note": "Prezentacja oferty wsparcia OPS"}"#,
        )),
        update: Some((
            (
                "Change a fulfilment.",
                "Its day, its meeting, or how it was done.",
            ),
            r#"{"note": "Prezentacja oferty wsparcia OPS"}"#,
        )),
        delete: (
            "Delete a fulfilment.",
            "For what was recorded by mistake; the commitment counts one less.",
        ),
    };

    const FILTERS: &'static [Filter<Self>] = &[
        Filter {
            name: "commitment",
            about: "Id or slug of a commitment.",
            example: "zob-informacje",
            takes: Takes::LinkTo(Column::Commitment, Kind::Commitment),
        },
        Filter {
            name: "meeting",
            about: "Id or slug of a meeting.",
            example: "forum-2016-1",
            takes: Takes::LinkTo(Column::Meeting, Kind::Meeting),
        },
        Filter {
            name: "from",
            about: "Fulfilled on this day or later.",
            example: "2016-01-01",
            takes: Takes::Together(Takeable::Day),
        },
        Filter {
            name: "to",
            about: "Fulfilled on this day or earlier.",
            example: "2016-12-31",
            takes: Takes::Together(Takeable::Day),
        },
        Filter {
            name: "in_report",
            about: "Only what the activity report of the days from `from` to `to` counts: at meetings that took place then, or \
                    without one, for commitments then in force.",
            example: "true",
            takes: Takes::Together(Takeable::Only),
        },
    ];

    const ORDERS: Orders<Self> = Orders {
        by: &[
            ("fulfilled_on", Column::FulfilledOn),
            ("created_at", Column::CreatedAt),
        ],
        default: "fulfilled_on",
        about: "the earliest day first",
    };

    async fn together(chosen: &Chosen, _: &impl Conn, _: &Site) -> Result<Condition, Halt> {
        let (from, to) = (chosen.day("from"), chosen.day("to"));
        Ok(match chosen.only("in_report") {
            true => counted_between(from, to),
            false => within(Column::FulfilledOn, from, to),
        })
    }

    /// It lies within the time of its commitment, and on the day of its meeting, which took place. That a meeting counts
    /// once for a commitment is held by the database.
    async fn rules(&self, tx: &WriteTx, _: &Site, _: Option<&Versioned<Self>>) -> Result<(), Halt> {
        let mut faults = Faults::new();
        let commitment = record::linked(&**tx, self.commitment).await?;
        if commitment.is_some_and(|it| !it.value.fulfillable_on(self.fulfilled_on)) {
            faults.add("/fulfilled_on", Rule::Range);
        }
        if let Some(Versioned { value: meeting, .. }) = record::linked(&**tx, self.meeting).await? {
            if !meeting.took_place() {
                faults.add("/meeting", Rule::Conflict);
            }
            if meeting.held_on != self.fulfilled_on {
                faults.add("/fulfilled_on", Rule::Conflict);
            }
        }
        Ok(faults.finish().map_err(Problem::from)?)
    }
}
