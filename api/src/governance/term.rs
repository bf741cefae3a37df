//! Terms of office over HTTP: those of one body follow each other.

use domain::access::permission::{ReadPublic, WriteRecords};
use domain::fault::{Faults, Rule};
use domain::governance::mandate::Mandate;
use domain::governance::term::Term;
use domain::meeting::Meeting;
use domain::record::Versioned;
use domain::slug::Key;
use persistence::governance::mandate;
use persistence::governance::term::{self, Column};
use persistence::record::{self, Stored};
use persistence::{Condition, Conn, meeting};
use uuid::Uuid;

use crate::problem::{Halt, Kind, Problem};
use crate::records::{
    About, Above, AlsoListed, Chosen, Filter, Nothing, Orders, Resource, Takeable, Takes, Words,
};
use crate::site::Site;
use crate::wire::WriteTx;

const AS_OF: Filter<Term> = Filter {
    name: "as_of",
    about: "Only those in which this day lies, with the names of that day.",
    example: "2016-12-31",
    takes: Takes::AsOf(term::holding_on),
};

impl AlsoListed for Term {
    const LIST: Words = (
        "List the terms of office of all bodies of a partnership.",
        "With `body_kind=council`, `from` and `to` the elections that the activity report of a period tells.",
    );

    const FILTERS_OF_ALL: &'static [Filter<Self>] = &[
        AS_OF,
        Filter {
            name: "body_kind",
            about: "Codes of the vocabulary `body_kinds`, separated by commas: that of the body.",
            example: "council",
            takes: Takes::Codes(term::of_body_kinds, "body_kinds"),
        },
        Filter {
            name: "from",
            about: "Elected on this day or later: by the day of the meeting in `elected_at`, which took place, and where none is named by the \
                    first day of the term.",
            example: "2014-01-01",
            takes: Takes::Together(Takeable::Day),
        },
        Filter {
            name: "to",
            about: "Elected on this day or earlier.",
            example: "2014-12-31",
            takes: Takes::Together(Takeable::Day),
        },
    ];

    const ORDERS_OF_ALL: Orders<Self> = Orders {
        by: &[("created_at", Column::CreatedAt)],
        default: "created_at",
        about: "the oldest record first",
    };
}

impl Resource for Term {
    type Read = ReadPublic;
    type Create = WriteRecords;
    type Update = WriteRecords;
    type Delete = WriteRecords;
    type Computed = Nothing;

    const ABOUT: About = About {
        tag: "Terms",
        collection: "terms",
        one: "term",
        many: "terms",
        example: "rada-2014-2017",
        below: Some(Above {
            collection: "bodies",
            one: "body",
            words: "body",
            example: "rada-programowa",
        }),
        list: (
            "List the terms of office of a body.",
            "All that ever were, or that of a day with `as_of`.",
        ),
        read: (
            "Read one term of office.",
            "With the rules of its quorum and majority and the meeting that elected it.",
        ),
        create: Some((
            (
                "Record a term of office.",
                "Two terms of one body have no day in common.",
            ),
            r#"{"slug": "rada-2017-2020", "starts_on": "2017-11-21", "ends_on": "2020-11-20", "seats": 11,
                 "majority_rule": "simple", "quorum_rule": "more_than_half"}"#,
        )),
        update: Some((
            (
                "Change a term of office.",
                "It cannot be made so short that a mandate lies outside it.",
            ),
            r#"{"ends_on": "2017-12-31"}"#,
        )),
        delete: ("Delete a term of office.", "Only while it has no mandates."),
    };

    const FILTERS: &'static [Filter<Self>] = &[AS_OF];

    /// Those elected in the days that are asked for.
    async fn together(chosen: &Chosen, _: &impl Conn, _: &Site) -> Result<Condition, Halt> {
        let (from, to) = (chosen.day("from"), chosen.day("to"));
        let dated = from.is_some() || to.is_some();
        let elected = dated.then(|| meeting::terms_elected_between(from, to));
        Ok(Condition::all().add_option(elected))
    }

    const ORDERS: Orders<Self> = Orders {
        by: &[
            ("starts_on", Column::StartsOn),
            ("created_at", Column::CreatedAt),
        ],
        default: "starts_on",
        about: "the oldest term first",
    };

    fn namesakes(site: &Site) -> Condition {
        record::of_partnership::<Self>(site.id())
    }

    /// It has no day in common with another term of the body, and holds all of its mandates.
    async fn rules(
        &self,
        tx: &WriteTx,
        site: &Site,
        before: Option<&Versioned<Self>>,
    ) -> Result<(), Halt> {
        if let Some(meeting) = self.elected_at {
            // A draft of a meeting is not public, but who elected a body is.
            let announced = Meeting::public();
            let found = record::refer::<Meeting>(tx, &Key::Id(meeting.id), announced).await?;
            if found.is_none() {
                return Err(Problem::of(Kind::DanglingReference)
                    .at("/elected_at", Rule::DanglingReference)
                    .into());
            }
        }
        tx.take_turn(site.id()).await?;
        let own = before.map(|before| before.head.id);
        if let Some(own) = own {
            check_mandates(&**tx, own, self).await?;
        }
        let others = term::overlapping(self.body.id, self.starts_on, self.ends_on);
        if record::exists_besides::<Self>(&**tx, own, others).await? {
            return Err(Problem::of(Kind::NotUnique)
                .at("/starts_on", Rule::Overlap)
                .into());
        }
        Ok(())
    }
}

/// No mandate of the stored term may lie outside it as it will be.
async fn check_mandates(conn: &impl Conn, id: Uuid, term: &Term) -> Result<(), Halt> {
    let mut faults = Faults::new();
    for (pointer, outside) in [
        ("/starts_on", mandate::beginning_before(term.starts_on)),
        ("/ends_on", mandate::outlasting(term.ends_on)),
    ] {
        let outside = mandate::of_term(id).add(outside);
        if record::exists_besides::<Mandate>(conn, None, outside).await? {
            faults.add(pointer, Rule::Conflict);
        }
    }
    Ok(faults.finish().map_err(Problem::from)?)
}
