//! Funding programmes over HTTP, with their calls for applications.

use domain::access::permission::{ReadPublic, WriteRecords};
use domain::funding_programme::FundingProgramme;
use persistence::funding_programme::{self as store, Column};

use crate::records::{About, Filter, Nothing, Orders, Resource, Takes};

impl Resource for FundingProgramme {
    type Read = ReadPublic;
    type Create = WriteRecords;
    type Update = WriteRecords;
    type Delete = WriteRecords;
    type Computed = Nothing;

    const ABOUT: About = About {
        tag: "Funding programmes",
        collection: "funding-programmes",
        one: "funding_programme",
        many: "funding_programmes",
        example: "rpo_l2020",
        below: None,
        list: (
            "List the funding programmes that a partnership follows.",
            "All that ever were, or those that ran on a day with `as_of`.",
        ),
        read: (
            "Read one funding programme.",
            "With its calls, as they were announced.",
        ),
        create: Some((
            (
                "Record a funding programme.",
                "One of the vocabulary `funding_programmes` takes its name from there when none is given.",
            ),
            r#"{"code": "fers_2021_2027", "starts_on": "2021-01-01", "ends_on": "2027-12-31"}"#,
        )),
        update: Some((
            (
                "Change a funding programme.",
                "Also to record its calls: `calls` is replaced as a whole.",
            ),
            r#"{"ends_on": "2023-12-31"}"#,
        )),
        delete: (
            "Delete a funding programme.",
            "For what was recorded by mistake; one that is over stays.",
        ),
    };

    const KEY: (&'static str, usize) = ("Id or code", 60);

    const FILTERS: &'static [Filter<Self>] = &[
        Filter {
            name: "q",
            about: "Words of the name or code, or parts of them: all, in any order.",
            example: "lubuskie",
            takes: Takes::Words(Column::SearchKey),
        },
        Filter {
            name: "as_of",
            about: "Only what ran on this day.",
            example: "2016-12-31",
            takes: Takes::Day(store::running_on),
        },
        Filter {
            name: "sector",
            about: "Codes of the vocabulary `sectors`, separated by commas: who may apply.",
            example: "ngo",
            takes: Takes::Codes(store::for_sectors, "sectors"),
        },
    ];

    const ORDERS: Orders<Self> = Orders {
        by: &[
            ("name", Column::SortKey),
            ("starts_on", Column::StartsOn),
            ("created_at", Column::CreatedAt),
        ],
        default: "name",
        about: "by name",
    };
}
