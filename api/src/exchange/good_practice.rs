//! Good practices over HTTP: what an institution does well, and where it was presented.

use domain::access::permission::{ProposePractices, ReadPublic};
use domain::access::{Actor, Permission};
use domain::exchange::good_practice::{GoodPractice, TRANSITIONS};
use domain::meeting::Meeting;
use domain::record::{Kind, Shape, Versioned};
use domain::state::Machine;
use persistence::exchange::good_practice::{self, Column};
use persistence::{Condition, Conn, list, meeting};
use uuid::Uuid;

use crate::problem::{Halt, Problem};
use crate::records::{
    self, About, Chosen, Filter, Orders, Resource, Steps, Takeable, Takes, WithTransitions,
};
use crate::records::{Stateful, TransitionIn};
use crate::site::Site;
use crate::wire::WriteTx;

impl Resource for GoodPractice {
    type Read = ReadPublic;
    type Create = ProposePractices;
    type Update = ProposePractices;
    type Delete = ProposePractices;
    type Computed = WithTransitions;

    const ABOUT: About = About {
        tag: "Good practices",
        collection: "good-practices",
        one: "good_practice",
        many: "good_practices",
        example: "dobra-praktyka-1",
        below: None,
        list: (
            "List the good practices of a partnership.",
            "Everybody sees those that are published; who works in the partnership sees all.",
        ),
        read: (
            "Read one good practice.",
            "The problem, its solution and what was learned, with the meetings at which it was presented.",
        ),
        create: Some((
            (
                "Record a good practice.",
                "As a draft. The owner may be any institution, also one that is no signatory; a representative records those of the \
             own one.",
            ),
            r#"{"slug": "mieszkania-treningowe", "title": "Mieszkania treningowe dla osób w kryzysie bezdomności",
                 "owner": "mops-nowa-sol", "problem": "Osoby po kryzysie bezdomności nie mają dokąd pójść po pracy.",
                 "solution": "Spółdzielnia socjalna prowadzi mieszkania treningowe."}"#,
        )),
        update: Some((
            (
                "Change a good practice.",
                "Also to record where it was presented; the state changes by a transition. A representative changes drafts of the \
                 own institution, the secretariat all.",
            ),
            r#"{"presented_at": ["rada-2016-4"]}"#,
        )),
        delete: (
            "Delete a good practice.",
            "For what was recorded by mistake; what is no longer followed is archived. A representative deletes drafts of the own \
             institution.",
        ),
    };

    const FILTERS: &'static [Filter<Self>] = &[
        Filter {
            name: "q",
            about: "Words of the title, or parts of them: all, in any order.",
            example: "merkury",
            takes: Takes::Words(Column::SearchKey),
        },
        Filter {
            name: "status",
            about: "Codes of the vocabulary `good_practice_statuses`, separated by commas.",
            example: "published",
            takes: Takes::Code(Column::Status, "good_practice_statuses"),
        },
        Filter {
            name: "owner",
            about: "Id or slug of the institution whose practice it is.",
            example: "fundacja-merkury-walbrzych",
            takes: Takes::LinkTo(Column::Owner, Kind::Institution),
        },
        Filter {
            name: "presented_at",
            about: "Id or slug of a meeting at which it was presented.",
            example: "rada-2016-4",
            takes: Takes::Link(good_practice::presented_at, Kind::Meeting),
        },
        Filter {
            name: "meeting_kind",
            about: "Codes of the vocabulary `meeting_kinds`, separated by commas: presented at a meeting of one of these kinds.",
            example: "council",
            takes: Takes::Together(Takeable::Codes("meeting_kinds")),
        },
        Filter {
            name: "from",
            about: "Only those presented at a meeting, of `meeting_kind`, on this day or later.",
            example: "2016-01-01",
            takes: Takes::Together(Takeable::Day),
        },
        Filter {
            name: "to",
            about: "Only those presented at a meeting, of `meeting_kind`, on this day or earlier.",
            example: "2016-12-31",
            takes: Takes::Together(Takeable::Day),
        },
        Filter {
            name: "in_report",
            about: "Only those that the activity report of the period `from`..`to` counts: published, archived since or not, and \
                    presented at a meeting, of `meeting_kind`, that took place in it.",
            example: "true",
            takes: Takes::Together(Takeable::Only),
        },
    ];

    const ORDERS: Orders<Self> = Orders {
        by: &[
            ("title", Column::SortKey),
            ("position", Column::Position),
            ("created_at", Column::CreatedAt),
        ],
        default: "title",
        about: "by title",
    };

    /// The kind and the days are those of the same meeting, of those that the caller sees.
    async fn together(chosen: &Chosen, _: &impl Conn, site: &Site) -> Result<Condition, Halt> {
        let (from, to) = (chosen.day("from"), chosen.day("to"));
        let kinds = chosen.codes("meeting_kind");
        let in_report = chosen.only("in_report");
        if from.is_none() && to.is_none() && kinds.is_none() && !in_report {
            return Ok(Condition::all());
        }
        let meetings = records::scope::<Meeting>(site)
            .add(meeting::held_between(from, to))
            .add_option(kinds.map(|kinds| list::any_of(meeting::Column::Kind, kinds)))
            .add_option(in_report.then(meeting::took_place));
        let presented = good_practice::presented_at_some(meetings);
        Ok(presented.add_option(in_report.then(good_practice::was_published)))
    }

    fn institution(&self) -> Option<Uuid> {
        Some(self.owner.id)
    }

    /// What was handed in for review is no longer its institution's to change.
    async fn check_change(
        _: &impl Conn,
        site: &Site,
        Versioned { value, .. }: &Versioned<Self>,
    ) -> Result<(), Halt> {
        match value.status.as_str() {
            "draft" => Ok(()),
            _ => Ok(site.check(Permission::WriteRecords, Some(value.owner.id))?),
        }
    }

    async fn compute(
        _: &impl Conn,
        site: &Site,
        records: &[&Versioned<Self>],
    ) -> Result<Vec<WithTransitions>, Halt> {
        Ok(WithTransitions::of(site, records))
    }
}

/// The steps of a good practice.
pub const STEPS: Steps<GoodPractice, ProposePractices> = Steps::new(
    (
        "Bring a good practice into another state.",
        "It is published after a review, which may also return it. A representative hands drafts of the own institution in for \
         review (`in_review`); the other steps need `records:write`. No state carries a day.",
    ),
    r#"{"to": "published", "reason": "Po ocenie Rady Programowej"}"#,
);

impl Stateful for GoodPractice {
    const MACHINE: Machine = TRANSITIONS;

    fn status(&self) -> &str {
        &self.status
    }

    fn permission(&self, to: &str, _: &Actor) -> Permission {
        match to {
            "in_review" => Permission::ProposePractices,
            _ => Permission::WriteRecords,
        }
    }

    async fn enter(
        _: &WriteTx,
        site: &Site,
        before: &Versioned<Self>,
        step: &TransitionIn,
    ) -> Result<Self, Halt> {
        step.undated()?;
        let mut value = before.value.clone();
        value.status.clone_from(&step.to);
        let checked = value.checked(&site.calendar()).map_err(Problem::from)?;
        Ok(checked.into_inner())
    }
}
