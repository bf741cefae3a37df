//! Bodies over HTTP: the council, the assembly, working groups, forums and external committees.

use domain::access::permission::{ReadPublic, WriteRecords};
use domain::fault::Rule;
use domain::governance::body::Body;
use domain::governance::mandate::{Mandate, is_for_signatories};
use domain::record::{Kind as RecordKind, Versioned};
use persistence::governance::body::{self, Column};
use persistence::governance::mandate;
use persistence::{Condition, record};

use crate::problem::{Halt, Kind, Problem};
use crate::records::{About, Filter, Nothing, Orders, Resource, Takes};
use crate::site::Site;
use crate::wire::WriteTx;

impl Resource for Body {
    type Read = ReadPublic;
    type Create = WriteRecords;
    type Update = WriteRecords;
    type Delete = WriteRecords;
    type Computed = Nothing;

    const ABOUT: About = About {
        tag: "Bodies",
        collection: "bodies",
        one: "body",
        many: "bodies",
        example: "rada-programowa",
        below: None,
        list: (
            "List the bodies of a partnership.",
            "Its own, such as the programme council and its working groups, and external ones in which it takes part.",
        ),
        read: (
            "Read one body.",
            "What it is for and how it decides, as far as that is known.",
        ),
        create: Some((
            (
                "Record a body.",
                "It may belong to another body of the same partnership, as a working group does to the council.",
            ),
            r#"{"slug": "zespol-ds-promocji", "kind": "working_group", "name": "Zespół do spraw promocji",
                 "parent": "rada-programowa"}"#,
        )),
        update: Some((
            (
                "Change a body.",
                "The body it belongs to may be neither itself nor one below it.",
            ),
            r#"{"rules": {"notice_days": 7}}"#,
        )),
        delete: (
            "Delete a body.",
            "Only while no term, meeting, recommendation or other body refers to it.",
        ),
    };

    const FILTERS: &'static [Filter<Self>] = &[
        Filter {
            name: "as_of",
            about: "The day of which the names of institutions are shown.",
            example: "2016-12-31",
            takes: Takes::AsOf(|_| Condition::all()),
        },
        Filter {
            name: "q",
            about: "Words of the name, or parts of them: all, in any order.",
            example: "rada",
            takes: Takes::Words(Column::SearchKey),
        },
        Filter {
            name: "kind",
            about: "Codes of the vocabulary `body_kinds`, separated by commas.",
            example: "council,working_group",
            takes: Takes::Code(Column::Kind, "body_kinds"),
        },
        Filter {
            name: "parent",
            about: "Id or slug of the body they belong to.",
            example: "rada-programowa",
            takes: Takes::LinkTo(Column::Parent, RecordKind::Body),
        },
        Filter {
            name: "owner",
            about: "Id or slug of the institution whose bodies they are.",
            example: "rops-zielona-gora",
            takes: Takes::LinkTo(Column::Owner, RecordKind::Institution),
        },
    ];

    const ORDERS: Orders<Self> = Orders {
        by: &[("name", Column::SortKey), ("created_at", Column::CreatedAt)],
        default: "name",
        about: "by name",
    };

    /// No body may stand above itself, nor may others than signatories hold seats that become theirs.
    async fn rules(
        &self,
        tx: &WriteTx,
        site: &Site,
        before: Option<&Versioned<Self>>,
    ) -> Result<(), Halt> {
        tx.take_turn(site.id()).await?;
        let Some(Versioned { head, value }) = before else {
            return Ok(());
        };
        if is_for_signatories(&self.kind) && !is_for_signatories(&value.kind) {
            // Who holds its seats was not asked to be a signatory.
            let held = mandate::of_body(head.id);
            if record::exists_besides::<Mandate>(&**tx, None, held).await? {
                return Err(refused(Kind::StillReferredTo, "/kind"));
            }
        }
        if let Some(parent) = self.parent
            && body::is_within(&**tx, parent.id, head.id).await?
        {
            return Err(refused(Kind::InvalidValues, "/parent"));
        }
        Ok(())
    }
}

fn refused(kind: Kind, pointer: &str) -> Halt {
    Problem::of(kind).at(pointer, Rule::Conflict).into()
}
