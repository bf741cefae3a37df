//! Recommendations over HTTP: from draft to what became of them.

use chrono::{Datelike, NaiveDate};
use domain::access::permission::{ProposeRecommendations, ReadPublic, WriteRecords};
use domain::access::{Actor, Permission};
use domain::fault::{Faults, Rule};
use domain::followup::implementation::Implementation;
use domain::followup::recommendation::{
    self as rules, Recommendation, TRANSITIONS, is_carried_out, number_in,
};
use domain::governance::body::Body as Organ;
use domain::link::Link;
use domain::meeting::Meeting;
use domain::period::Period;
use domain::record::{Kind as RecordKind, Versioned};
use domain::state::Machine;
use persistence::followup::implementation;
use persistence::followup::recommendation::{self, Column};
use persistence::list::leads_to;
use persistence::record::Stored;
use persistence::{Conn, RepoError, record};

use crate::problem::{Halt, Kind, Problem};
use crate::records::{About, Filter, Orders, Resource, Steps, Takes, WithTransitions};
use crate::records::{Stateful, TransitionIn};
use crate::site::Site;
use crate::wire::WriteTx;

impl Resource for Recommendation {
    type Read = ReadPublic;
    type Create = ProposeRecommendations;
    type Update = ProposeRecommendations;
    type Delete = WriteRecords;
    type Computed = WithTransitions;

    const ABOUT: About = About {
        tag: "Recommendations",
        collection: "recommendations",
        one: "recommendation",
        many: "recommendations",
        example: "rek-2016-1",
        below: None,
        list: (
            "List the recommendations of a partnership.",
            "Those adopted, whatever became of them; who works in the partnership sees drafts too.",
        ),
        read: (
            "Read one recommendation.",
            "With its addressees, the vote, and the states into which the caller may bring it.",
        ),
        create: Some((
            (
                "Record a recommendation.",
                "As a draft, which who proposes it may correct and put forward. It is adopted, rejected or withdrawn by a step into \
             that state.",
            ),
            r#"{"slug": "rek-2017-wizyty", "title": "Wizyty studyjne", "kind": "recommendation",
                 "text": "Zorganizowanie wizyt studyjnych dla pracowników instytucji partnerskich.",
                 "rationale": "Poznanie pracy spółdzielni socjalnych.",
                 "addressees": [{"institution": "wup-zielona-gora", "due_on": "2017-06-30"}],
                 "target_groups": ["long_term_unemployed"]}"#,
        )),
        update: Some((
            (
                "Change a recommendation.",
                "Who proposed it may, while it is a draft; otherwise it takes `records:write`. Its state, number and day of \
                 adoption are changed by steps into another state only. What was adopted keeps its kind, a vote that adopts, and \
                 a meeting that may.",
            ),
            r#"{"vote": {"for": 9, "against": 0, "abstain": 0, "present": 9, "seats": 11}}"#,
        )),
        delete: (
            "Delete a recommendation.",
            "Unless an implementation or a commitment refers to it. Its number is not given again.",
        ),
    };

    const FILTERS: &'static [Filter<Self>] = &[
        Filter {
            name: "q",
            about: "Words of the title or number, or parts of them: all, in any order.",
            example: "arteterapia",
            takes: Takes::Words(Column::SearchKey),
        },
        Filter {
            name: "kind",
            about: "Codes of the vocabulary `recommendation_kinds`, separated by commas.",
            example: "recommendation",
            takes: Takes::Code(Column::Kind, "recommendation_kinds"),
        },
        Filter {
            name: "status",
            about: "Codes of the vocabulary `recommendation_statuses`, separated by commas.",
            example: "adopted,implemented",
            takes: Takes::Code(Column::Status, "recommendation_statuses"),
        },
        Filter {
            name: "number",
            about: "The number, n/YYYY.",
            example: "1/2016",
            takes: Takes::Text(Column::Number, 20),
        },
        Filter {
            name: "adopted_at",
            about: "Id or slug of the meeting that adopted it.",
            example: "rada-2016-1",
            takes: Takes::LinkTo(Column::AdoptedAt, RecordKind::Meeting),
        },
        Filter {
            name: "addressee",
            about: "Id or slug of an institution to which it is addressed by name.",
            example: "wup-zielona-gora",
            takes: Takes::Link(recommendation::addressed_to, RecordKind::Institution),
        },
        Filter {
            name: "from",
            about: "Adopted on this day or later.",
            example: "2016-01-01",
            takes: Takes::From(Column::AdoptedOn),
        },
        Filter {
            name: "to",
            about: "Adopted on this day or earlier.",
            example: "2016-12-31",
            takes: Takes::To(Column::AdoptedOn),
        },
        Filter {
            name: "implemented_from",
            about: "Carried out, as a whole or in part, on this day or later.",
            example: "2016-01-01",
            takes: Takes::From(Column::ImplementedOn),
        },
        Filter {
            name: "implemented_to",
            about: "Carried out, as a whole or in part, on this day or earlier.",
            example: "2016-12-31",
            takes: Takes::To(Column::ImplementedOn),
        },
        Filter {
            name: "in_report",
            about: "Only what the activity report of the days from `from` to `to` counts.",
            example: "true",
            takes: Takes::Only(Self::public),
        },
    ];

    const ORDERS: Orders<Self> = Orders {
        by: &[
            ("title", Column::SortKey),
            ("created_at", Column::CreatedAt),
        ],
        default: "title",
        about: "by title",
    };

    /// Who proposed it may, while it is a draft.
    async fn check_change(
        _: &impl Conn,
        site: &Site,
        before: &Versioned<Self>,
    ) -> Result<(), Halt> {
        match before.value.is_draft_of(site.actor.account) {
            true => Ok(()),
            false => Ok(site.check(Permission::WriteRecords, None)?),
        }
    }

    async fn prepare(
        &mut self,
        _: &WriteTx,
        site: &Site,
        before: Option<&Versioned<Self>>,
        _: &mut Faults,
    ) -> Result<(), Halt> {
        if before.is_none() {
            self.proposed_by = site.actor.account;
        }
        Ok(())
    }

    /// The day of adoption is that of the meeting that adopted it.
    async fn rules(
        &self,
        tx: &WriteTx,
        _: &Site,
        before: Option<&Versioned<Self>>,
    ) -> Result<(), Halt> {
        let adopted_at = record::linked(&**tx, self.adopted_at).await?;
        let mut faults = Faults::new();
        if self
            .adopted_on
            .is_some_and(|day| !is_day_of(day, adopted_at.as_ref()))
        {
            faults.add("/adopted_at", Rule::Conflict);
        }
        if let Some(Versioned { value: before, .. }) = before
            && self.counts()
        {
            if before.implemented_on != self.implemented_on
                && self
                    .implemented_on
                    .is_some_and(|day| Some(day) < self.adopted_on)
            {
                faults.add("/implemented_on", Rule::Order);
            }
            // What was adopted stays adopted by who may. What an import brought is not asked again.
            if before.adopted_at != self.adopted_at
                && let Some(meeting) = &adopted_at
                && !may_adopt(&**tx, &meeting.value).await?
            {
                faults.add("/adopted_at", Rule::Conflict);
            }
            if before.vote != self.vote {
                self.check_vote(&mut faults);
            }
            if before.number.is_some() && before.kind != self.kind {
                faults.add("/kind", Rule::Conflict);
            }
        }
        Ok(faults.finish().map_err(Problem::from)?)
    }

    async fn compute(
        _: &impl Conn,
        site: &Site,
        records: &[&Versioned<Self>],
    ) -> Result<Vec<WithTransitions>, Halt> {
        Ok(WithTransitions::of(site, records))
    }
}

/// The steps of a recommendation.
pub const STEPS: Steps<Recommendation, ProposeRecommendations> = Steps::new(
    (
        "Bring a recommendation into another state.",
        "Adoption needs a vote with more for it than against it (422 at `/vote`), and where it names a meeting in `adopted_at`, \
         one of the council or the assembly that took place. It has the day of `effective_on`, otherwise that of the meeting, \
         otherwise today, and gets the next number of its kind and year. Dated before one that has a number already it is 409 \
         `conflict` with `order` at `/effective_on`, which names that number, unless `number` gives a free one: then it says \
         `recorded_later`. `implemented` and `partially_implemented` need an implementation (409), and have the day of `effective_on`, otherwise that on which \
         the last implementation was completed, otherwise today. Other states have no day and no number. Who may adopt may also reject and withdraw; who proposed it puts the draft forward (`under_consultation`); \
         the other steps need `records:write`.",
    ),
    r#"{"to": "adopted", "effective_on": "2016-02-24"}"#,
);

impl Stateful for Recommendation {
    const MACHINE: Machine = TRANSITIONS;

    fn status(&self) -> &str {
        &self.status
    }

    fn permission(&self, to: &str, actor: &Actor) -> Permission {
        match to {
            "adopted" | "rejected" | "withdrawn" => Permission::AdoptRecommendations,
            _ if self.is_draft_of(actor.account) => Permission::ProposeRecommendations,
            _ => Permission::WriteRecords,
        }
    }

    fn takes_number(to: &str) -> bool {
        to == "adopted"
    }

    /// Adoption has a day and gives a number; what was carried out has an implementation and a day; no other state has one.
    async fn enter(
        tx: &WriteTx,
        site: &Site,
        before: &Versioned<Self>,
        step: &TransitionIn,
    ) -> Result<Self, Halt> {
        let mut value = before.value.clone();
        value.status.clone_from(&step.to);
        if step.to == "adopted" {
            adopt(tx, site, &mut value, step).await?;
            return Ok(value);
        }
        if !is_carried_out(&step.to) {
            step.undated()?;
            return Ok(value);
        }
        let own = leads_to(implementation::Column::Recommendation, before.head.id);
        let own = record::every::<Implementation>(&**tx, own).await?;
        if own.is_empty() {
            return Err(Problem::conflict("not_implemented")
                .at("/to", Rule::Conflict)
                .into());
        }
        let completed = own.iter().filter_map(|done| done.value.completed_on).max();
        let completed = completed
            .unwrap_or(site.today)
            .max(value.adopted_on.unwrap_or_default());
        value.implemented_on = match step.effective_on {
            Some(day) if day > site.today => return Err(refused("/effective_on", Rule::Future)),
            Some(day) if Some(day) < value.adopted_on => {
                return Err(refused("/effective_on", Rule::Order));
            }
            stated => stated.or(Some(completed)),
        };
        Ok(value)
    }
}

/// Gives a recommendation the day of its adoption, which is that of the meeting where it names one, and its number.
async fn adopt(
    tx: &WriteTx,
    site: &Site,
    value: &mut Recommendation,
    step: &TransitionIn,
) -> Result<(), Halt> {
    let mut faults = Faults::new();
    value.check_vote(&mut faults);
    let mut day = step.effective_on.unwrap_or(site.today);
    let mut is_another_day = false;
    if let Some(Link { id, .. }) = value.adopted_at {
        // It stays as it is until the transaction ends.
        record::hold::<Meeting>(tx, id).await?;
        let meeting = record::of_ids::<Meeting>(&**tx, [id]).await?.pop();
        match meeting {
            Some(Versioned { value: meeting, .. }) if may_adopt(&**tx, &meeting).await? => {
                day = step.effective_on.unwrap_or(meeting.held_on);
                is_another_day = day != meeting.held_on;
            }
            _ => faults.add("/adopted_at", Rule::Conflict),
        }
    }
    let year = day.year();
    if day > site.today {
        faults.add("/effective_on", Rule::Future);
    } else if let Err(rule) = Period::year(year) {
        faults.add("/effective_on", rule);
    } else if is_another_day {
        faults.add("/effective_on", Rule::Conflict);
    }
    let named = step.number.as_deref();
    let named = named.and_then(|raw| faults.take("/number", number_in(year, raw)));
    faults.finish().map_err(Problem::from)?;
    value.adopted_on = Some(day);
    tx.take_turn(site.id()).await?;
    let kind = value.kind.clone();
    let series = || recommendation::of_series(site.id(), &kind);
    let next = recommendation::next_number(&**tx, series(), year).await?;
    let later = recommendation::adopted_after(&**tx, series(), day).await?;
    value.recorded_later = later.is_some();
    let number = match (named, later) {
        (None, Some(later)) => {
            return Err(Problem::conflict("adopted_later")
                .with("number", later)
                .at("/effective_on", Rule::Order)
                .into());
        }
        (Some(named), Some(_)) => {
            if recommendation::is_given(&**tx, series(), &named).await? {
                let taken = Problem::of(Kind::NotUnique);
                return Err(taken.at("/number", Rule::Duplicate).into());
            }
            named
        }
        // In its order it has the next number and no other, so that none is left out.
        (Some(named), None) if named != next => return Err(refused("/number", Rule::Conflict)),
        (_, None) => next,
    };
    value.number = Some(number);
    Ok(())
}

/// Whether a meeting may adopt. One whose body is not said is of what its kind names.
async fn may_adopt(conn: &impl Conn, meeting: &Meeting) -> Result<bool, RepoError> {
    let body = match meeting.body {
        Some(body) => record::of_ids::<Organ>(conn, [body.id]).await?.pop(),
        None => None,
    };
    let kind = body.map_or_else(|| meeting.kind.clone(), |body| body.value.kind);
    Ok(rules::may_adopt(&meeting.status, &kind))
}

/// Whether something adopted on a day can have been adopted by a meeting, where there was one.
fn is_day_of(day: NaiveDate, meeting: Option<&Versioned<Meeting>>) -> bool {
    meeting.is_none_or(|meeting| meeting.value.held_on == day)
}

fn refused(pointer: &str, rule: Rule) -> Halt {
    Problem::of(Kind::InvalidValues).at(pointer, rule).into()
}
