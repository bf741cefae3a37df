//! Commitments over HTTP: what is to be done so many times a year, and how that stands.

use std::collections::HashMap;

use chrono::{Datelike, NaiveDate};
use domain::access::permission::{ReadPublic, WriteRecords};
use domain::commitment_status::status_on;
use domain::fault::{Faults, Rule};
use domain::followup::commitment::Commitment;
use domain::followup::fulfilment::Fulfilment;
use domain::period::Period;
use domain::record::{Kind, Versioned};
use domain::report::facts::FulfilmentFact;
use domain::report::kept;
use persistence::followup::commitment::{self, Column};
use persistence::followup::fulfilment::Column as Done;
use persistence::list::{leads_to, within};
use persistence::{Condition, Conn, record, report};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::problem::{Halt, Problem};
use crate::records::{About, Chosen, Filter, Orders, Resource, Takeable, Takes};
use crate::site::Site;
use crate::wire::WriteTx;

/// How many fulfilments of a year are named at most.
const COUNTED: usize = 1000;

/// How a commitment stands is shown besides.
#[derive(Default, Serialize, ToSchema)]
pub struct WithPeriod {
    /// How it stands in the calendar year that is asked for, or the current one. Computed when it is read: it changes
    /// with fulfilments and with time, while the version stays.
    pub period: CommitmentPeriodOut,
}

/// How a commitment stands in a calendar year, today.
#[derive(Default, Serialize, ToSchema)]
pub struct CommitmentPeriodOut {
    /// The calendar year.
    #[schema(minimum = 1000, maximum = 9999, example = 2016)]
    pub year: i32,
    /// How many times it is to be done in the year: in proportion to the days in force, rounded up.
    #[schema(example = 2)]
    pub due: u32,
    /// How many times could be expected by today, in proportion to the time passed.
    #[schema(example = 2)]
    pub expected: u32,
    /// How many times it was done in the year.
    #[schema(example = 3)]
    pub done: u32,
    /// Code of the vocabulary `commitment_period_statuses`: `met` when nothing is due either.
    #[schema(format = "commitment_period_statuses", example = "met")]
    pub status: String,
    /// Ids of up to 1,000 fulfilments that were counted, the earliest first.
    #[schema(max_items = 1000, example = json!(["0198c0de-0000-7000-8000-000000000331"]))]
    pub counted: Vec<Uuid>,
    /// The day after which it can no longer be met.
    #[schema(example = "2016-12-31")]
    pub last_day: NaiveDate,
}

impl CommitmentPeriodOut {
    /// Counts what was done in a calendar year by a day.
    fn of(
        commitment: &Commitment,
        year: i32,
        period: Period,
        day: NaiveDate,
        fulfilments: &[FulfilmentFact],
    ) -> Self {
        let counts = |fact: &&FulfilmentFact| {
            fact.took_place && period.contains(fact.held_on) && fact.held_on <= day
        };
        let counted: Vec<_> = fulfilments.iter().filter(counts).collect();
        let days: Vec<NaiveDate> = counted.iter().map(|fact| fact.held_on).collect();
        let progress = status_on(day, commitment.promise(), period, &days);
        Self {
            year,
            due: progress.required,
            expected: progress.expected,
            done: progress.done,
            status: progress.status.code().to_owned(),
            counted: counted.iter().take(COUNTED).map(|fact| fact.id).collect(),
            last_day: progress.last_day,
        }
    }
}

impl Resource for Commitment {
    type Read = ReadPublic;
    type Create = WriteRecords;
    type Update = WriteRecords;
    type Delete = WriteRecords;
    type Computed = WithPeriod;

    const IN_TURN: bool = true;

    const ABOUT: About = About {
        tag: "Commitments",
        collection: "commitments",
        one: "commitment",
        many: "commitments",
        example: "zob-informacje",
        below: None,
        list: (
            "List the commitments of a partnership.",
            "Each with how it stands in the calendar year of `year`. A fulfilment changes how it stands, not when it was \
             modified.",
        ),
        read: (
            "Read one commitment.",
            "With how it stands in the calendar year of `year`, or the current one, and what was counted.",
        ),
        create: Some((
            (
                "Record a commitment.",
                "It may come from a recommendation that was adopted.",
            ),
            r#"{"slug": "zob-wizyty", "recommendation": "rek-2016-2", "party_kinds": ["pup", "ops", "pcpr"], "min_count": 2,
                 "channel": "cyclic_partner_meeting",
                 "report_text": "organizowanie wizyt studyjnych w podmiotach ekonomii społecznej", "position": 3,
                 "starts_on": "2016-05-18"}"#,
        )),
        update: Some((
            (
                "Change a commitment.",
                "Also to record that it ends: `ends_on` is the first day no longer in force. What fulfilled it must stay within \
                 its time.",
            ),
            r#"{"ends_on": "2018-01-01"}"#,
        )),
        delete: (
            "Delete a commitment.",
            "Unless a fulfilment refers to it; one that is over is ended, not deleted.",
        ),
    };

    const FILTERS: &'static [Filter<Self>] = &[
        Filter {
            name: "year",
            about: "The calendar year for which `period` says how each stands; the current one when absent.",
            example: "2016",
            takes: Takes::InYear,
        },
        Filter {
            name: "recommendation",
            about: "Id or slug of the recommendation they come from.",
            example: "rek-2016-2",
            takes: Takes::LinkTo(Column::Recommendation, Kind::Recommendation),
        },
        Filter {
            name: "channel",
            about: "Codes of the vocabulary `commitment_channels`, separated by commas.",
            example: "cyclic_partner_meeting",
            takes: Takes::Code(Column::Channel, "commitment_channels"),
        },
        Filter {
            name: "as_of",
            about: "In force on this day.",
            example: "2016-12-31",
            takes: Takes::Day(commitment::in_force_on),
        },
        Filter {
            name: "from",
            about: "In force on this day or later.",
            example: "2016-01-01",
            takes: Takes::Together(Takeable::Day),
        },
        Filter {
            name: "to",
            about: "In force on this day or earlier.",
            example: "2016-12-31",
            takes: Takes::Together(Takeable::Day),
        },
        Filter {
            name: "fulfilled",
            about: "Of those in force between `from` and `to`, which must both be given, the ones that were fulfilled then as \
                    often as that part of a year asks, or were not.",
            example: "true",
            takes: Takes::Together(Takeable::Whether),
        },
        Filter {
            name: "in_report",
            about: "Only what the activity report of the days from `from` to `to` counts: those in force at some time of them.",
            example: "true",
            takes: Takes::Together(Takeable::Only),
        },
    ];

    const ORDERS: Orders<Self> = Orders {
        by: &[
            ("position", Column::Position),
            ("starts_on", Column::StartsOn),
            ("created_at", Column::CreatedAt),
        ],
        default: "position",
        about: "by place",
    };

    async fn together(chosen: &Chosen, conn: &impl Conn, site: &Site) -> Result<Condition, Halt> {
        let (from, to) = (chosen.day("from"), chosen.day("to"));
        let ranged = chosen.only("in_report") || from.is_some() || to.is_some();
        let in_force = ranged.then(|| commitment::in_force_within(from, to));
        let all = Condition::all().add_option(in_force);
        let Some(wanted) = chosen.whether("fulfilled") else {
            return Ok(all);
        };
        // By the counting of the report.
        let from = from.ok_or_else(|| Problem::parameter_breaks("from", Rule::Required))?;
        let to = to.ok_or_else(|| Problem::parameter_breaks("to", Rule::Required))?;
        let refused = |rule| Problem::parameter_breaks("to", rule);
        let period = Period::new(from, to).map_err(refused)?;
        let in_force = report::commitments(conn, site.id(), period).await?;
        let found = in_force
            .iter()
            .filter(|commitment| kept(commitment, period) == wanted);
        Ok(all.add(commitment::among(found.map(|commitment| commitment.id))))
    }

    /// It comes from a recommendation that was adopted, and what fulfilled it stays within its time.
    async fn rules(
        &self,
        tx: &WriteTx,
        _: &Site,
        before: Option<&Versioned<Self>>,
    ) -> Result<(), Halt> {
        let mut faults = Faults::new();
        let source = record::linked(&**tx, self.recommendation).await?;
        if source.is_some_and(|source| !source.value.counts()) {
            faults.add("/recommendation", Rule::Conflict);
        }
        if let Some(before) = before {
            let fulfilled = async |from, to| {
                let days = within(Done::FulfilledOn, from, to);
                let own = leads_to(Done::Commitment, before.head.id).add(days);
                record::exists_besides::<Fulfilment>(&**tx, None, own).await
            };
            let too_early = self.fulfillable_from().pred_opt();
            if before.value.starts_on != self.starts_on && fulfilled(None, too_early).await? {
                faults.add("/starts_on", Rule::Conflict);
            }
            if before.value.ends_on != self.ends_on
                && self.ends_on.is_some()
                && fulfilled(self.ends_on, None).await?
            {
                faults.add("/ends_on", Rule::Conflict);
            }
        }
        Ok(faults.finish().map_err(Problem::from)?)
    }

    /// One statement for all that was done in the year, whatever the number of records.
    async fn compute(
        conn: &impl Conn,
        site: &Site,
        records: &[&Versioned<Self>],
    ) -> Result<Vec<WithPeriod>, Halt> {
        let year = site.year.unwrap_or_else(|| site.today.year());
        let period = Period::year(year).map_err(|_| Problem::parameter("year"))?;
        let mut done: HashMap<Uuid, Vec<FulfilmentFact>> = HashMap::new();
        for (commitment, fact) in report::fulfilments(conn, site.id(), period).await? {
            done.entry(commitment).or_default().push(fact);
        }
        let stands = |Versioned { head, value }: &&Versioned<Self>| {
            let done = done.remove(&head.id).unwrap_or_default();
            let period = CommitmentPeriodOut::of(value, year, period, site.today, &done);
            WithPeriod { period }
        };
        Ok(records.iter().map(stands).collect())
    }
}
