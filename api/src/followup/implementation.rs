//! Implementations over HTTP: how recommendations are carried out.

use domain::access::permission::{ReadPublic, WriteRecords};
use domain::followup::implementation::Implementation;
use domain::record::Kind;
use persistence::followup::implementation::{Column, completed};

use crate::records::{About, Filter, Nothing, Orders, Resource, Takes};

impl Resource for Implementation {
    type Read = ReadPublic;
    type Create = WriteRecords;
    type Update = WriteRecords;
    type Delete = WriteRecords;
    type Computed = Nothing;

    const ABOUT: About = About {
        tag: "Implementations",
        collection: "implementations",
        one: "implementation",
        many: "implementations",
        example: "rek-2016-1-w1",
        below: None,
        list: (
            "List the implementations of recommendations.",
            "Those of adopted recommendations; who works in the partnership sees those of drafts too.",
        ),
        read: (
            "Read one implementation.",
            "With the recommendation, the meeting by which it is carried out, and the institution responsible.",
        ),
        create: Some((
            (
                "Record an implementation.",
                "Planned, or completed already with `completed_on`.",
            ),
            r#"{"slug": "rek-2016-1-w2", "recommendation": "rek-2016-1", "kind": "training", "owner": "wup-zielona-gora",
                 "goal_text": "Celem szkolenia było utrwalenie wiedzy z zakresu arteterapii.",
                 "report_text": "Zorganizowano drugie szkolenie z zakresu arteterapii.", "position": 2}"#,
        )),
        update: Some((
            (
                "Change an implementation.",
                "Also to record that it is completed, which brings its recommendation into no other state.",
            ),
            r#"{"completed_on": "2016-06-08"}"#,
        )),
        delete: (
            "Delete an implementation.",
            "For what was recorded by mistake.",
        ),
    };

    const FILTERS: &'static [Filter<Self>] = &[
        Filter {
            name: "recommendation",
            about: "Id or slug of a recommendation.",
            example: "rek-2016-1",
            takes: Takes::LinkTo(Column::Recommendation, Kind::Recommendation),
        },
        Filter {
            name: "meeting",
            about: "Id or slug of the meeting by which it is carried out.",
            example: "szkolenie-arteterapia-2016",
            takes: Takes::LinkTo(Column::Meeting, Kind::Meeting),
        },
        Filter {
            name: "owner",
            about: "Id or slug of the institution responsible.",
            example: "wup-zielona-gora",
            takes: Takes::LinkTo(Column::Owner, Kind::Institution),
        },
        Filter {
            name: "kind",
            about: "Codes of the vocabulary `implementation_kinds`, separated by commas.",
            example: "training",
            takes: Takes::Code(Column::Kind, "implementation_kinds"),
        },
        Filter {
            name: "completed",
            about: "Whether it is completed.",
            example: "true",
            takes: Takes::Whether(completed),
        },
        Filter {
            name: "from",
            about: "Completed on this day or later.",
            example: "2016-01-01",
            takes: Takes::From(Column::CompletedOn),
        },
        Filter {
            name: "to",
            about: "Completed on this day or earlier.",
            example: "2016-12-31",
            takes: Takes::To(Column::CompletedOn),
        },
    ];

    const ORDERS: Orders<Self> = Orders {
        by: &[
            ("position", Column::Position),
            ("created_at", Column::CreatedAt),
        ],
        default: "position",
        about: "by place",
    };
}
