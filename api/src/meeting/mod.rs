//! Meetings over HTTP: what took place, is announced or is being prepared.

pub mod agenda_item;
pub mod attendance;
pub mod output;
pub mod quorum;

use domain::access::permission::{ReadPublic, WriteRecords};
use domain::fault::Rule;
use domain::followup::fulfilment::Fulfilment;
use domain::followup::recommendation::Recommendation;
use domain::institution::Institution;
use domain::link::{Link, Ref};
use domain::meeting::agenda_item::AgendaItem;
use domain::meeting::{Meeting, TRANSITIONS};
use domain::record::{Kind as RecordKind, Shape, Versioned};
use domain::state::Machine;
use persistence::followup::{fulfilment, recommendation};
use persistence::meeting::{self as store, Column};
use persistence::{Condition, Conn, Tx, record};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::problem::{Halt, Kind, Problem};
use crate::records::{
    self, About, Above, Chosen, Filter, Orders, Resource, Steps, Takeable, Takes,
};
use crate::records::{Stateful, TransitionIn, allowed_transitions};
use crate::site::Site;
use crate::wire::WriteTx;

/// A meeting, below which its agenda and its attendance stand.
const ABOVE: Above = Above {
    collection: "meetings",
    one: "meeting",
    words: "meeting",
    example: "rada-2016-1",
};

/// What is shown of a meeting besides.
#[derive(Default, Serialize, ToSchema)]
pub struct MeetingMore {
    /// The statuses into which the caller may bring it.
    #[schema(max_items = 20, example = json!(["minutes_approved"]))]
    pub allowed_transitions: Vec<String>,
    /// The agenda in its order; internal points in the internal view only.
    pub agenda: Vec<AgendaPointOut>,
    /// How many institutions were present or represented, not counting those of guests.
    #[schema(minimum = 0, example = 9)]
    pub institutions_present: i64,
    /// How many people were present, listed by name or in groups, not counting guests.
    #[schema(minimum = 0, example = 0)]
    pub people_present: i64,
    /// How many guests were present, listed by name or in groups.
    #[schema(minimum = 0, example = 0)]
    pub guests_present: i64,
}

// The database builds it, by names that stand in `persistence/src/meeting/agenda_item.rs`: what may be null must be there, too.
/// A point of the agenda, as its meeting shows it.
#[derive(Serialize, Deserialize, ToSchema)]
pub struct AgendaPointOut {
    /// UUIDv7.
    #[schema(example = "0198c0de-0000-7000-8000-000000000021")]
    pub id: Uuid,
    /// Its slug, unique in the meeting.
    #[schema(example = "wnioski-i-rekomendacje")]
    pub slug: String,
    /// Its place, from one.
    #[schema(minimum = 1, maximum = 100_000, example = 1)]
    pub position: i32,
    /// Title.
    #[schema(
        example = "Wypracowanie wniosków i rekomendacji na rzecz wsparcia ekonomii społecznej"
    )]
    pub title: String,
    /// How a report words it, in the genitive.
    #[serde(deserialize_with = "Option::deserialize")]
    #[schema(
        required,
        example = "wypracowania wniosków i rekomendacji na rzecz wsparcia ekonomii społecznej"
    )]
    pub report_phrase_genitive: Option<String>,
    /// How a report words it, in the accusative.
    #[serde(deserialize_with = "Option::deserialize")]
    #[schema(
        required,
        example = "wymianę doświadczeń w działaniach na rzecz ekonomii społecznej"
    )]
    pub report_phrase_accusative: Option<String>,
    /// The institution that presents it.
    #[serde(deserialize_with = "Option::deserialize")]
    #[schema(value_type = Option<Ref>, required)]
    pub presenter: Option<Link<Institution>>,
}

impl Resource for Meeting {
    type Read = ReadPublic;
    type Create = WriteRecords;
    type Update = WriteRecords;
    type Delete = WriteRecords;
    type Computed = MeetingMore;

    const ABOUT: About = About {
        tag: "Meetings",
        collection: "meetings",
        one: "meeting",
        many: "meetings",
        example: "rada-2016-1",
        below: None,
        list: (
            "List the meetings of a partnership.",
            "Of every kind and status, drafts for those who work in the partnership only. Titles go in Polish alphabetical order.\n\n\
             `modified_since` also tells meetings whose agenda or attendance changed.",
        ),
        read: (
            "Read one meeting.",
            "With its agenda, its outputs, and how many institutions, people and guests were present.",
        ),
        create: Some((
            (
                "Record a meeting.",
                "It begins as a draft; its status changes by transitions.",
            ),
            r#"{"slug": "rada-2017-2", "title": "II spotkanie Rady Programowej w 2017 r.", "kind": "council",
                 "body": "rada-programowa", "held_on": "2017-03-22", "mode": "onsite", "host": "wup-zielona-gora",
                 "own_role": "organizer", "town": "Zielona Góra"}"#,
        )),
        update: Some((
            (
                "Change a meeting.",
                "In any status; the rules of its status hold: what took place does not lie in the future.",
            ),
            r#"{"town": "Gorzów Wielkopolski", "host": "pup-gorzow-wielkopolski"}"#,
        )),
        delete: (
            "Delete a meeting.",
            "For what was recorded by mistake; a meeting that does not take place is cancelled. Its agenda and attendance go \
             first.",
        ),
    };

    const FILTERS: &'static [Filter<Self>] = &[
        Filter {
            name: "q",
            about: "Words of the title or the town, or parts of them: all, in any order, without regard to case or Polish \
                    diacritics.",
            example: "zielona gora",
            takes: Takes::Words(Column::SearchKey),
        },
        Filter {
            name: "kind",
            about: "Codes of the vocabulary `meeting_kinds`, separated by commas.",
            example: "council,assembly",
            takes: Takes::Code(Column::Kind, "meeting_kinds"),
        },
        Filter {
            name: "status",
            about: "Codes of the vocabulary `meeting_statuses`, separated by commas.",
            example: "held,minutes_approved,closed",
            takes: Takes::Code(Column::Status, "meeting_statuses"),
        },
        Filter {
            name: "own_role",
            about: "Codes of the vocabulary `own_roles`, separated by commas: the part of the partnership itself.",
            example: "organizer",
            takes: Takes::Code(Column::OwnRole, "own_roles"),
        },
        Filter {
            name: "body",
            about: "Id or slug of the body that met.",
            example: "rada-programowa",
            takes: Takes::LinkTo(Column::Body, RecordKind::Body),
        },
        Filter {
            name: "host",
            about: "Id or slug of the institution that hosts it.",
            example: "wup-zielona-gora",
            takes: Takes::LinkTo(Column::Host, RecordKind::Institution),
        },
        Filter {
            name: "host_sector",
            about: "Codes of the vocabulary `sectors`, separated by commas: that of the host on the day of the meeting.",
            example: "labour_market_institution",
            takes: Takes::Codes(store::hosted_in_sectors, "sectors"),
        },
        Filter {
            name: "target_kind",
            about: "Codes of the vocabulary `institution_kinds`, separated by commas: whom it is for.",
            example: "pup,ops",
            takes: Takes::Codes(store::for_kinds, "institution_kinds"),
        },
        Filter {
            name: "funding_programme",
            about: "Codes of the vocabulary `funding_programmes`, separated by commas: what it is about.",
            example: "rpo_l2020",
            takes: Takes::Codes(store::about_programmes, "funding_programmes"),
        },
        Filter {
            name: "has_funding_programme",
            about: "Whether it is about any funding programme.",
            example: "true",
            takes: Takes::Whether(store::about_any_programme),
        },
        Filter {
            name: "carries_out",
            about: "Whether an implementation of a recommendation that was completed by the day of `to`, or by today, names it.",
            example: "true",
            takes: Takes::Together(Takeable::Whether),
        },
        Filter {
            name: "from",
            about: "Only from this day on.",
            example: "2016-01-01",
            takes: Takes::From(Column::HeldOn),
        },
        Filter {
            name: "to",
            about: "Only until this day, itself included.",
            example: "2016-12-31",
            takes: Takes::To(Column::HeldOn),
        },
        Filter {
            name: "in_report",
            about: "Only what the activity report of the period from `from` to `to` counts.",
            example: "true",
            takes: Takes::Only(store::in_report),
        },
    ];

    const ORDERS: Orders<Self> = Orders {
        by: &[
            ("held_on", Column::HeldOn),
            ("title", Column::SortKey),
            ("created_at", Column::CreatedAt),
        ],
        default: "-held_on",
        about: "the latest day first",
    };

    async fn together(chosen: &Chosen, _: &impl Conn, site: &Site) -> Result<Condition, Halt> {
        let carrying_out = store::carrying_out(chosen.day("to").unwrap_or(site.today));
        Ok(match chosen.whether("carries_out") {
            Some(true) => carrying_out,
            Some(false) => carrying_out.not(),
            None => Condition::all(),
        })
    }

    /// What was adopted or fulfilled at a meeting keeps its day, and what was adopted its body.
    async fn rules(
        &self,
        tx: &WriteTx,
        site: &Site,
        before: Option<&Versioned<Self>>,
    ) -> Result<(), Halt> {
        let Some(Versioned { head, value }) = before else {
            return Ok(());
        };
        if value.held_on != self.held_on {
            check_stays(tx, site, head.id, "/held_on").await?;
        }
        let changed = [
            (value.kind != self.kind, "/kind"),
            (value.body != self.body, "/body"),
        ];
        if let Some((_, pointer)) = changed.into_iter().find(|(changed, _)| *changed) {
            check_stays(tx, site, head.id, pointer).await?;
        }
        Ok(())
    }

    fn hide(&mut self, site: &Site, _: &Self::Computed) {
        if site.is_public() {
            self.location = None;
            self.quorum_required = None;
        }
    }

    async fn compute(
        conn: &impl Conn,
        site: &Site,
        records: &[&Versioned<Self>],
    ) -> Result<Vec<MeetingMore>, Halt> {
        let ids: Vec<Uuid> = records.iter().map(|record| record.head.id).collect();
        let seen = records::scope::<AgendaItem>(site);
        let mut agendas = store::agenda_item::with_agendas(conn, &ids, seen).await?;
        let of = |record: &&Versioned<Self>| {
            let (present, agenda) = agendas.remove(&record.head.id).unwrap_or_default();
            MeetingMore {
                allowed_transitions: allowed_transitions(site, &record.value),
                agenda,
                institutions_present: present.institutions,
                people_present: present.people,
                guests_present: present.guests,
            }
        };
        Ok(records.iter().map(of).collect())
    }
}

/// A meeting keeps its day while an adoption or a fulfilment is dated by it, and stays one of the body that adopted something
/// at it.
async fn check_stays(tx: &Tx, site: &Site, meeting: Uuid, pointer: &str) -> Result<(), Halt> {
    tx.take_turn(site.id()).await?;
    let adopted = recommendation::adopted_at(meeting).add(recommendation::adopted());
    let fulfilled = fulfilment::at_meeting(meeting);
    let stays = record::exists_besides::<Recommendation>(tx, None, adopted).await?
        || (pointer == "/held_on"
            && record::exists_besides::<Fulfilment>(tx, None, fulfilled).await?);
    let kept = Problem::of(Kind::StillReferredTo);
    match stays {
        true => Err(kept.at(pointer, Rule::Conflict).into()),
        false => Ok(()),
    }
}

/// The steps of a meeting.
pub const STEPS: Steps<Meeting, WriteRecords> = Steps::new(
    (
        "Bring a meeting into another state.",
        "draft > scheduled > invited > held > minutes_approved > closed; an announced one may be cancelled or postponed, and \
         what was recorded of it is kept. It counts from `held` on, which needs a day that is not in the future.",
    ),
    r#"{"to": "held", "reason": "Zebrano wymagane kworum"}"#,
);

impl Stateful for Meeting {
    const MACHINE: Machine = TRANSITIONS;

    fn status(&self) -> &str {
        &self.status
    }

    async fn enter(
        _tx: &WriteTx,
        site: &Site,
        before: &Versioned<Self>,
        step: &TransitionIn,
    ) -> Result<Self, Halt> {
        step.undated()?;
        let mut value = before.value.clone();
        value.status.clone_from(&step.to);
        let value = value.checked(&site.calendar()).map_err(Problem::from)?;
        Ok(value.into_inner())
    }
}
