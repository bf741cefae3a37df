//! Attendance over HTTP: who was at a meeting, for those who work in the partnership.

use domain::access::View;
use domain::access::permission::{ReadInternal, WriteRecords};
use domain::meeting::attendance::Attendance;
use domain::record::Kind as RecordKind;
use persistence::Condition;
use persistence::meeting::attendance::{self as store, Column};

use crate::meeting::ABOVE;
use crate::records::{About, Batched, Filter, Nothing, Orders, Resource, Takes, Words};
use crate::site::Site;

impl Resource for Attendance {
    type Read = ReadInternal;
    type Create = WriteRecords;
    type Update = WriteRecords;
    type Delete = WriteRecords;
    type Computed = Nothing;

    const ABOUT: About = About {
        tag: "Attendance",
        collection: "attendance",
        one: "attendance",
        many: "attendance",
        example: "0198c0de-0000-7000-8000-000000000022",
        below: Some(ABOVE),
        list: (
            "List who was at a meeting.",
            "For those who work in the partnership. The meeting itself shows everybody how many institutions, people and guests were present.",
        ),
        read: (
            "Read one attendance.",
            "Who attended, in which capacity, and on whose behalf.",
        ),
        create: Some((
            (
                "Record an attendance.",
                "A person, an institution without a named person, or a group with its head count. Each is listed once per meeting.",
            ),
            r#"{"institution": "pcpr-zagan", "status": "present"}"#,
        )),
        update: Some((
            (
                "Change an attendance.",
                "Also to note that who was missing was excused.",
            ),
            r#"{"status": "excused"}"#,
        )),
        delete: ("Delete an attendance.", "For what was recorded by mistake."),
    };

    const FILTERS: &'static [Filter<Self>] = &[
        Filter {
            name: "status",
            about: "Codes of the vocabulary `attendance_statuses`, separated by commas.",
            example: "excused,unexcused",
            takes: Takes::Code(Column::Status, "attendance_statuses"),
        },
        Filter {
            name: "capacity",
            about: "Codes of the vocabulary `attendance_capacities`, separated by commas.",
            example: "guest",
            takes: Takes::Code(Column::Capacity, "attendance_capacities"),
        },
        Filter {
            name: "institution",
            about: "Id or slug of an institution: only entries that represent it.",
            example: "wup-zielona-gora",
            takes: Takes::Link(store::standing_for, RecordKind::Institution),
        },
    ];

    const ORDERS: Orders<Self> = Orders {
        by: &[("created_at", Column::CreatedAt)],
        default: "created_at",
        about: "the oldest record first",
    };

    fn hide(&mut self, site: &Site, _: &Self::Computed) {
        if site.view != View::Personal {
            self.person = None;
        }
    }
}

impl Batched for Attendance {
    const BATCH: (Words, &'static str) = (
        (
            "Record a whole attendance list.",
            "Either all items are recorded or none. If values are invalid, the answer lists every fault with the position of its item. An entry that \
             is already on the list (the same person, else the same institution, else a group of the same name) is updated; entries that are not \
             sent stay as they are.",
        ),
        r#"{"items": [{"institution": "pcpr-zagan"}, {"institution": "wup-zielona-gora", "presides": true},
             {"group": "Uczniowie liceum ekonomicznego", "head_count": 12, "capacity": "guest"}]}"#,
    );

    fn twins(&self) -> Condition {
        store::of_the_same(self)
    }
}
