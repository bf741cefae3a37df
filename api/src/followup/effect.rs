//! Effects over HTTP: what a partnership achieved in a period.

use domain::access::permission::{ReadPublic, WriteRecords};
use domain::followup::effect::Effect;
use persistence::followup::effect::Column;
use persistence::record::Stored;

use crate::records::{About, Filter, Nothing, Orders, Resource, Takes};

impl Resource for Effect {
    type Read = ReadPublic;
    type Create = WriteRecords;
    type Update = WriteRecords;
    type Delete = WriteRecords;
    type Computed = Nothing;

    const ABOUT: About = About {
        tag: "Effects",
        collection: "effects",
        one: "effect",
        many: "effects",
        example: "efekt-2016-3",
        below: None,
        list: (
            "List the effects of a partnership.",
            "All, or those of periods that lie within some days, as a report of these days states them.",
        ),
        read: (
            "Read one effect.",
            "With its period and the sentences of the report.",
        ),
        create: Some((
            (
                "Record an effect.",
                "For a period, with the sentences that the report of the period states.",
            ),
            r#"{"slug": "efekt-2017-1", "period_from": "2017-01-01", "period_to": "2017-12-31", "position": 1,
                 "report_text": "Działania partnerskie przyczyniły się do poprawy współdziałania wśród sygnatariuszy."}"#,
        )),
        update: Some((
            (
                "Change an effect.",
                "Its period, its place, or its sentences.",
            ),
            r#"{"position": 4}"#,
        )),
        delete: (
            "Delete an effect.",
            "The reports of its period state it no more.",
        ),
    };

    const FILTERS: &'static [Filter<Self>] = &[
        Filter {
            name: "from",
            about: "Of a period that ends on this day or later.",
            example: "2016-01-01",
            takes: Takes::From(Column::PeriodTo),
        },
        Filter {
            name: "to",
            about: "Of a period that ends on this day or earlier.",
            example: "2016-12-31",
            takes: Takes::To(Column::PeriodTo),
        },
        Filter {
            name: "in_report",
            about: "Only what the activity report of the days from `from` to `to` states: the effects of periods that end \
                    within them, as without it.",
            example: "true",
            takes: Takes::Only(Self::public),
        },
    ];

    const ORDERS: Orders<Self> = Orders {
        by: &[
            ("position", Column::Position),
            ("created_at", Column::CreatedAt),
        ],
        default: "position",
        about: "by place in the report",
    };
}
