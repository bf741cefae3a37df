//! Attendance over HTTP: which institutions were at a meeting, for those who work in the partnership.

use domain::access::permission::{ReadInternal, WriteRecords};
use domain::meeting::attendance::Attendance;
use persistence::meeting::attendance::Column;

use crate::institution;
use crate::meeting::ABOVE;
use crate::records::{About, Filter, Nothing, Orders, Resource, Takes};

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
            "List which institutions were at a meeting.",
            "For those who work in the partnership; everybody sees how many took part, at the meeting itself.",
        ),
        read: (
            "Read one attendance.",
            "Whether an institution was there, and how.",
        ),
        create: Some((
            ("Record an attendance.", "Each institution once a meeting."),
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
        institution::filter(Column::Institution),
    ];

    const ORDERS: Orders<Self> = Orders {
        by: &[("created_at", Column::CreatedAt)],
        default: "created_at",
        about: "the oldest record first",
    };
}
