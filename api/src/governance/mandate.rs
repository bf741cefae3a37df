//! Mandates over HTTP: which institution holds a seat, on any day.

use std::collections::HashMap;

use domain::access::View;
use domain::access::permission::{ReadPublic, WriteRecords};
use domain::fault::{Faults, Rule};
use domain::governance::body::Body;
use domain::governance::mandate::{CHAIR, Mandate, is_for_signatories};
use domain::governance::term::Term;
use domain::link::{Link, Ref};
use domain::record::{Kind as RecordKind, Versioned};
use domain::signatory::Signatory;
use persistence::governance::mandate::{self, Column};
use persistence::record::{self, Stored};
use persistence::{Condition, Conn, signatory};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::institution;
use crate::problem::{Halt, Kind, Problem};
use crate::records::{About, Chosen, Filter, Orders, Resource, Takeable, Takes};
use crate::site::Site;
use crate::wire::WriteTx;

/// What is shown of a mandate besides.
#[derive(Default, Serialize, ToSchema)]
pub struct Seat {
    /// The body.
    #[schema(value_type = Option<Ref>, required)]
    pub body: Link<Body>,
    /// Whether it is held today.
    #[schema(example = false)]
    active: bool,
}

impl Resource for Mandate {
    type Read = ReadPublic;
    type Create = WriteRecords;
    type Update = WriteRecords;
    type Delete = WriteRecords;
    type Computed = Seat;

    const ABOUT: About = About {
        tag: "Mandates",
        collection: "mandates",
        one: "mandate",
        many: "mandates",
        example: "0198c0de-0000-7000-8000-000000000009",
        below: None,
        list: (
            "List the mandates of a partnership.",
            "Those of all bodies and terms, or of one; all that ever were, or those of a day with `as_of`.",
        ),
        read: ("Read one mandate.", "With whether it is held today."),
        create: Some((
            (
                "Record a mandate.",
                "An institution holds one mandate at a time in a term, and a body has one chair at a time: 409 `not-unique` with \
             `overlap` at `/starts_on` or `/role`. In a council, an assembly or a working group the institution must be a signatory \
             on the first day.",
            ),
            r#"{"term": "rada-2014-2017", "institution": "pcpr-zagan", "role": "member", "starts_on": "2016-11-18"}"#,
        )),
        update: Some((
            (
                "Change a mandate.",
                "Also to record that it ended before its term: `ends_on` with the first day it is held no more.",
            ),
            r#"{"ends_on": "2016-06-01", "end_reason": "rezygnacja"}"#,
        )),
        delete: (
            "Delete a mandate.",
            "For what was recorded by mistake; a mandate that ends is changed, not deleted.",
        ),
    };

    const FILTERS: &'static [Filter<Self>] = &[
        Filter {
            name: "as_of",
            about: "Only what was held on this day, with the names of that day.",
            example: "2016-12-31",
            takes: Takes::AsOf(mandate::active_on),
        },
        Filter {
            name: "body",
            about: "Id or slug of a body.",
            example: "rada-programowa",
            takes: Takes::Link(mandate::of_body, RecordKind::Body),
        },
        Filter {
            name: "term",
            about: "Id or slug of a term of office.",
            example: "rada-2014-2017",
            takes: Takes::LinkTo(Column::Term, RecordKind::Term),
        },
        institution::filter(Column::Institution),
        Filter {
            name: "role",
            about: "Codes of the vocabulary `mandate_roles`, separated by commas.",
            example: "chair,vice_chair",
            takes: Takes::Code(Column::Role, "mandate_roles"),
        },
        Filter {
            name: "body_kind",
            about: "Codes of the vocabulary `body_kinds`, separated by commas: that of the body.",
            example: "council",
            takes: Takes::Codes(mandate::in_bodies_of_kinds, "body_kinds"),
        },
        Filter {
            name: "begun_from",
            about: "Begun within its term, after the first day, on this day or later.",
            example: "2014-01-01",
            takes: Takes::Together(Takeable::Day),
        },
        Filter {
            name: "begun_to",
            about: "Begun within its term, after the first day, on this day or earlier.",
            example: "2016-12-31",
            takes: Takes::Together(Takeable::Day),
        },
        Filter {
            name: "ended_from",
            about: "Ended before its term: `ends_on` is this day or later.",
            example: "2014-01-01",
            takes: Takes::Together(Takeable::Day),
        },
        Filter {
            name: "ended_to",
            about: "Ended before its term: `ends_on` is this day or earlier.",
            example: "2016-12-31",
            takes: Takes::Together(Takeable::Day),
        },
    ];

    async fn together(chosen: &Chosen, _: &impl Conn, _: &Site) -> Result<Condition, Halt> {
        let asked = |names: [&str; 2], condition: fn(_, _) -> Condition| {
            let [from, to] = names.map(|name| chosen.day(name));
            (from.is_some() || to.is_some()).then(|| condition(from, to))
        };
        Ok(Condition::all()
            .add_option(asked(["begun_from", "begun_to"], mandate::begun_between))
            .add_option(asked(["ended_from", "ended_to"], mandate::ended_between)))
    }

    const ORDERS: Orders<Self> = Orders {
        by: &[
            ("starts_on", Column::StartsOn),
            ("created_at", Column::CreatedAt),
        ],
        default: "starts_on",
        about: "the oldest mandate first",
    };

    /// It lies within its term and is held by who may hold it.
    async fn prepare(
        &mut self,
        tx: &WriteTx,
        site: &Site,
        _: Option<&Versioned<Self>>,
        faults: &mut Faults,
    ) -> Result<(), Halt> {
        tx.take_turn(site.id()).await?;
        if tx.lacks("/term") {
            return Ok(());
        }
        let term = one::<Term>(&**tx, self.term.id).await?;
        let body = one::<Body>(&**tx, term.body.id).await?;
        let signed = record::of_partnership::<Signatory>(site.id())
            .add(signatory::of_institution(self.institution.id))
            .add(signatory::active_on(self.starts_on));
        let may_hold_it = tx.lacks("/starts_on")
            || !is_for_signatories(&body.kind)
            || record::exists_besides::<Signatory>(&**tx, None, signed).await?;
        self.check_seat(&term, may_hold_it, faults);
        Ok(())
    }

    /// It has no day in common with another one of the institution in the term, nor has one chair with another of the body.
    async fn rules(
        &self,
        tx: &WriteTx,
        _: &Site,
        before: Option<&Versioned<Self>>,
    ) -> Result<(), Halt> {
        if tx.lacks("/term") {
            return Ok(());
        }
        let own = before.map(|before| before.head.id);
        let mut taken = Problem::of(Kind::NotUnique);
        if record::exists_besides::<Self>(&**tx, own, mandate::alongside(self)).await? {
            taken = taken.at("/starts_on", Rule::Overlap);
        }
        if self.role == CHAIR {
            let term = one::<Term>(&**tx, self.term.id).await?;
            let chairs = mandate::chairs(term.body.id, self.starts_on, self.last_day(&term));
            if record::exists_besides::<Self>(&**tx, own, chairs).await? {
                taken = taken.at("/role", Rule::Overlap);
            }
        }
        match taken.has_faults() {
            true => Err(taken.into()),
            false => Ok(()),
        }
    }

    /// Why it ended may speak of a person.
    fn hide(&mut self, site: &Site, _: &Self::Computed) {
        if site.view != View::Personal {
            self.end_reason = None;
        }
    }

    async fn compute(
        conn: &impl Conn,
        site: &Site,
        records: &[&Versioned<Self>],
    ) -> Result<Vec<Seat>, Halt> {
        let terms = records.iter().map(|record| record.value.term.id);
        let terms = record::of_ids::<Term>(conn, terms).await?.into_iter();
        let terms: HashMap<Uuid, Term> = terms.map(|term| (term.head.id, term.value)).collect();
        let seat = |record: &&Versioned<Self>| {
            let term = terms.get(&record.value.term.id);
            let term = term.ok_or_else(|| Problem::of(Kind::Internal))?;
            Ok(Seat {
                body: term.body,
                active: record.value.active_on(site.today, term),
            })
        };
        records.iter().map(seat).collect()
    }
}

/// A record that another one leads to.
async fn one<T: Stored>(conn: &impl Conn, id: Uuid) -> Result<T, Halt> {
    let found = record::of_ids::<T>(conn, [id]).await?.pop();
    Ok(found.ok_or_else(|| Problem::of(Kind::Internal))?.value)
}
