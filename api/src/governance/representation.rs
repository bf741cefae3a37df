//! Representations over HTTP: who acts on behalf of which institution, for those who work in the partnership.

use domain::access::permission::{ReadPersonal, WritePeople};
use domain::fault::Rule;
use domain::governance::representation::Representation;
use domain::record::{Kind as RecordKind, Versioned};
use persistence::governance::representation::{self as store, Column};
use persistence::record;
use uuid::Uuid;

use crate::problem::{Halt, Kind, Problem};
use crate::records::{About, Filter, Nothing, Orders, Resource, Takes};
use crate::site::Site;
use crate::wire::WriteTx;

impl Resource for Representation {
    type Read = ReadPersonal;
    type Create = WritePeople;
    type Update = WritePeople;
    type Delete = WritePeople;
    type Computed = Nothing;

    const IN_TURN: bool = true;

    const ABOUT: About = About {
        tag: "Representations",
        collection: "representations",
        one: "representation",
        many: "representations",
        example: "0198c0de-0000-7000-8000-000000000072",
        below: None,
        list: (
            "List representations.",
            "Who acts on behalf of which institution, for those who work in the partnership. Past ones are included; `as_of` selects those of a day.",
        ),
        read: (
            "Read one representation.",
            "With where it applies and the document that it is based on.",
        ),
        create: Some((
            (
                "Record a representation.",
                "A secretariat can record one for any institution, a representative only for their own. A person may represent several institutions. \
                 Two representations of the same person, institution and scope must not overlap: 409 `not-unique` with `overlap` at `/starts_on`.",
            ),
            r#"{"person": "0198c0de-0000-7000-8000-000000000071", "on_behalf_of": "wup-zielona-gora", "capacity": "deputy",
                 "body": "rada-programowa", "starts_on": "2016-01-01", "document": "Pełnomocnictwo nr 3/2016"}"#,
        )),
        update: Some((
            (
                "Change a representation.",
                "Also to end it: `ends_on` is the first day on which it no longer applies.",
            ),
            r#"{"ends_on": "2017-01-01"}"#,
        )),
        delete: (
            "Delete a representation.",
            "For what was recorded by mistake; one that ends is changed, not deleted.",
        ),
    };

    const FILTERS: &'static [Filter<Self>] = &[
        Filter {
            name: "as_of",
            about: "Only those that apply on this day, with the names of that day.",
            example: "2016-12-31",
            takes: Takes::AsOf(store::active_on),
        },
        Filter {
            name: "person",
            about: "Id of a person.",
            example: "0198c0de-0000-7000-8000-000000000071",
            takes: Takes::LinkTo(Column::Person, RecordKind::Person),
        },
        Filter {
            name: "on_behalf_of",
            about: "Id or slug of an institution.",
            example: "wup-zielona-gora",
            takes: Takes::LinkTo(Column::OnBehalfOf, RecordKind::Institution),
        },
        Filter {
            name: "capacity",
            about: "Codes of the vocabulary `representation_capacities`, separated by commas.",
            example: "deputy,proxy",
            takes: Takes::Code(Column::Capacity, "representation_capacities"),
        },
        Filter {
            name: "body",
            about: "Id or slug of a body: only those limited to it.",
            example: "rada-programowa",
            takes: Takes::LinkTo(Column::Body, RecordKind::Body),
        },
        Filter {
            name: "meeting",
            about: "Id or slug of a meeting: only those limited to it.",
            example: "zgromadzenie-2016",
            takes: Takes::LinkTo(Column::Meeting, RecordKind::Meeting),
        },
    ];

    const ORDERS: Orders<Self> = Orders {
        by: &[
            ("starts_on", Column::StartsOn),
            ("created_at", Column::CreatedAt),
        ],
        default: "starts_on",
        about: "the oldest first",
    };

    fn institution(&self) -> Option<Uuid> {
        Some(self.on_behalf_of.id)
    }

    async fn rules(
        &self,
        tx: &WriteTx,
        _: &Site,
        before: Option<&Versioned<Self>>,
    ) -> Result<(), Halt> {
        let own = before.map(|before| before.head.id);
        match record::exists_besides::<Self>(&**tx, own, store::alongside(self)).await? {
            true => Err(Problem::of(Kind::NotUnique)
                .at("/starts_on", Rule::Overlap)
                .into()),
            false => Ok(()),
        }
    }
}
