//! Points of agendas over HTTP: those of one meeting, and the topics of a whole period.

use domain::access::permission::{ReadPublic, WriteRecords};
use domain::meeting::agenda_item::AgendaItem;
use domain::record::Kind;
use persistence::meeting::agenda_item::{self as store, Column};
use persistence::{Condition, Conn, meeting};

use crate::meeting::ABOVE;
use crate::problem::Halt;
use crate::records::{
    About, AlsoListed, Chosen, Filter, Nothing, Orders, Resource, Takeable, Takes, Words,
};
use crate::site::Site;

impl Resource for AgendaItem {
    type Read = ReadPublic;
    type Create = WriteRecords;
    type Update = WriteRecords;
    type Delete = WriteRecords;
    type Computed = Nothing;

    const ABOUT: About = About {
        tag: "Agenda items",
        collection: "agenda-items",
        one: "agenda_item",
        many: "agenda_items",
        example: "wnioski-i-rekomendacje",
        below: Some(ABOVE),
        list: (
            "List the agenda of a meeting.",
            "In its order; internal items for those who work in the partnership only.",
        ),
        read: (
            "Read one agenda item.",
            "With its meeting and who presents it.",
        ),
        create: Some((
            (
                "Record an agenda item.",
                "A topic of the report when it has a phrase and is public. Its place is stated; two items may share one.",
            ),
            r#"{"slug": "plan-promocji", "title": "Plan promocji na drugą połowę roku", "position": 9,
                 "presenter": "wup-zielona-gora", "visibility": "public"}"#,
        )),
        update: Some((
            (
                "Change an agenda item.",
                "Also to move it to another place of the agenda.",
            ),
            r#"{"position": 2, "presenter": "wup-zielona-gora"}"#,
        )),
        delete: (
            "Delete an agenda item.",
            "From the agenda it leaves no gap to be closed: only the order of places counts.",
        ),
    };

    const FILTERS: &'static [Filter<Self>] = &[PRESENTER];

    const ORDERS: Orders<Self> = Orders {
        by: &[
            ("position", Column::Position),
            ("created_at", Column::CreatedAt),
        ],
        default: "position",
        about: "that of the agenda",
    };

    /// Those of the meetings that are asked for among all.
    async fn together(chosen: &Chosen, _: &impl Conn, _: &Site) -> Result<Condition, Halt> {
        let kinds = chosen.codes("meeting_kind").map(meeting::of_kinds);
        let meetings =
            meeting::held_between(chosen.day("from"), chosen.day("to")).add_option(kinds);
        let asked = (!meetings.is_empty()).then(|| store::of_meetings(meetings));
        Ok(Condition::all().add_option(asked))
    }
}

const PRESENTER: Filter<AgendaItem> = Filter {
    name: "presenter",
    about: "Id or slug of the institution that presents it.",
    example: "wup-zielona-gora",
    takes: Takes::LinkTo(Column::Presenter, Kind::Institution),
};

impl AlsoListed for AgendaItem {
    const LIST: Words = (
        "List the agenda items of all meetings of a partnership.",
        "With `in_report=true` the topics that the activity report of a period tells.",
    );

    const FILTERS_OF_ALL: &'static [Filter<Self>] = &[
        Filter {
            name: "meeting_kind",
            about: "Codes of the vocabulary `meeting_kinds`, separated by commas: that of the meeting.",
            example: "council",
            takes: Takes::Together(Takeable::Codes("meeting_kinds")),
        },
        PRESENTER,
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
            about: "Only the topics that the activity report of the period from `from` to `to` tells: public, with a phrase, of \
                    meetings of the council and the assembly that took place.",
            example: "true",
            takes: Takes::Only(store::in_report),
        },
    ];

    const ORDERS_OF_ALL: Orders<Self> = Orders {
        by: &[("created_at", Column::CreatedAt)],
        default: "created_at",
        about: "the oldest record first",
    };
}
