//! Outputs over HTTP: what came out of one or more meetings.

use std::collections::HashMap;

use domain::access::permission::{ReadPublic, WriteRecords};
use domain::link::Ref;
use domain::meeting::Meeting;
use domain::meeting::output::Output;
use domain::record::{Kind, Versioned};
use persistence::meeting::output::{self as store, Column};
use persistence::{Condition, Conn, meeting};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::problem::Halt;
use crate::records::{self, About, Chosen, Filter, Orders, Resource, Takeable, Takes};
use crate::site::Site;

/// What is shown of an output besides.
#[derive(Default, Serialize, ToSchema)]
pub struct WithMeetings {
    /// The meetings that worked on it, as far as the caller sees them, the earliest first.
    pub meetings: Vec<Ref>,
}

impl Resource for Output {
    type Read = ReadPublic;
    type Create = WriteRecords;
    type Update = WriteRecords;
    type Delete = WriteRecords;
    type Computed = WithMeetings;

    const ABOUT: About = About {
        tag: "Outputs",
        collection: "outputs",
        one: "output",
        many: "outputs",
        example: "harmonogram",
        below: None,
        list: (
            "List the outputs of meetings.",
            "One output may be that of several meetings. Outsiders see those of meetings that they see.",
        ),
        read: ("Read one output.", "With the meetings that worked on it."),
        create: Some((
            (
                "Record an output.",
                "Its meetings name it in their `outputs`.",
            ),
            r#"{"slug": "plan-promocji", "report_phrase": "opracowano plan promocji podmiotów ekonomii społecznej"}"#,
        )),
        update: Some((
            (
                "Change an output.",
                "Every meeting that worked on it shows the new phrase.",
            ),
            r#"{"report_phrase": "opracowano harmonogram działań Komitetu"}"#,
        )),
        delete: ("Delete an output.", "Only once no meeting names it."),
    };

    const FILTERS: &'static [Filter<Self>] = &[
        Filter {
            name: "meeting",
            about: "Id or slug of a meeting that worked on it.",
            example: "rkres-2016-1",
            takes: Takes::Together(Takeable::Link(Kind::Meeting)),
        },
        Filter {
            name: "meeting_kind",
            about: "Codes of the vocabulary `meeting_kinds`, separated by commas: that of the meeting.",
            example: "regional_committee",
            takes: Takes::Together(Takeable::Codes("meeting_kinds")),
        },
        Filter {
            name: "own_role",
            about: "Codes of the vocabulary `own_roles`, separated by commas: the part of the partnership itself at the meeting.",
            example: "participant,co_organizer",
            takes: Takes::Together(Takeable::Codes("own_roles")),
        },
        Filter {
            name: "from",
            about: "Only of meetings from this day on.",
            example: "2016-01-01",
            takes: Takes::Together(Takeable::Day),
        },
        Filter {
            name: "to",
            about: "Only of meetings until this day, itself included.",
            example: "2016-12-31",
            takes: Takes::Together(Takeable::Day),
        },
        Filter {
            name: "in_report",
            about: "Only what the activity report of the period from `from` to `to` counts: what came out of meetings that took \
                    place, of working groups, and of the regional committee where the partnership attended them.",
            example: "true",
            takes: Takes::Together(Takeable::Only),
        },
    ];

    const ORDERS: Orders<Self> = Orders {
        by: &[("created_at", Column::CreatedAt)],
        default: "created_at",
        about: "the oldest record first",
    };

    /// What is asked of meetings holds of one and the same. An output that no meeting names yet is listed unless something
    /// is asked.
    async fn together(chosen: &Chosen, _: &impl Conn, site: &Site) -> Result<Condition, Halt> {
        let (from, to) = (chosen.day("from"), chosen.day("to"));
        let dated = from.is_some() || to.is_some();
        let of_meetings = [
            chosen.link("meeting").map(meeting::one),
            chosen.codes("meeting_kind").map(meeting::of_kinds),
            chosen.codes("own_role").map(meeting::in_roles),
            dated.then(|| meeting::held_between(from, to)),
            chosen.only("in_report").then(store::meetings_in_report),
        ];
        let asked = of_meetings.into_iter().flatten().reduce(Condition::add);
        let worked_on =
            asked.map(|asked| store::of_meetings(records::scope::<Meeting>(site).add(asked)));
        Ok(Condition::all().add_option(worked_on))
    }

    async fn compute(
        conn: &impl Conn,
        site: &Site,
        records: &[&Versioned<Self>],
    ) -> Result<Vec<WithMeetings>, Halt> {
        let ids: Vec<Uuid> = records.iter().map(|record| record.head.id).collect();
        let mut meetings: HashMap<Uuid, Vec<Ref>> = HashMap::new();
        for (output, meeting) in
            store::worked_on_by(conn, &ids, records::scope::<Meeting>(site)).await?
        {
            meetings.entry(output).or_default().push(meeting);
        }
        let of = |id| WithMeetings {
            meetings: meetings.remove(id).unwrap_or_default(),
        };
        Ok(ids.iter().map(of).collect())
    }
}
