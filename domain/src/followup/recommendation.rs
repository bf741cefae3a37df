//! Recommendations, conclusions and interventions, from draft to what became of them.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::check;
use crate::fault::{Faults, Rule};
use crate::governance::body::Body;
use crate::institution::Institution;
use crate::link::Link;
use crate::meeting::{Meeting, took_place};
use crate::record::{Calendar, ExternalId, Kind, Record, Shape, given, never};
use crate::state::Machine;
use crate::vocabulary;

/// Which status may follow which.
pub const TRANSITIONS: Machine = Machine(&[
    ("draft", &["under_consultation", "rejected", "withdrawn"]),
    ("under_consultation", &["adopted", "rejected", "withdrawn"]),
    ("adopted", &["in_implementation"]),
    ("rejected", &[]),
    ("withdrawn", &[]),
    (
        "in_implementation",
        &["implemented", "partially_implemented", "abandoned"],
    ),
    ("implemented", &[]),
    ("partially_implemented", &[]),
    ("abandoned", &[]),
]);

/// The statuses that may follow.
pub fn allowed(from: &str) -> &'static [&'static str] {
    TRANSITIONS.allowed(from)
}

/// The statuses from adoption on.
pub const ADOPTED: [&str; 5] = [
    "adopted",
    "in_implementation",
    "implemented",
    "partially_implemented",
    "abandoned",
];

/// Whether a recommendation of this status was adopted, so that it counts for the period of its adoption.
pub fn counts(status: &str) -> bool {
    ADOPTED.contains(&status)
}

/// How a vote on a recommendation went.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = VoteTally)]
pub struct Vote {
    /// Votes in favour.
    #[schema(minimum = 0, maximum = 100_000, example = 9)]
    pub r#for: i32,
    /// Votes against.
    #[schema(minimum = 0, maximum = 100_000, example = 0)]
    pub against: i32,
    /// Abstentions.
    #[schema(minimum = 0, maximum = 100_000, example = 0)]
    pub abstain: i32,
    /// How many were present; no fewer than votes were cast.
    #[schema(minimum = 0, maximum = 100_000, example = 9)]
    pub present: i32,
    /// How many seats there are; no fewer than were present.
    #[schema(minimum = 0, maximum = 100_000, example = 11)]
    pub seats: i32,
}

/// To whom a recommendation is addressed: a sector, an institution or a body, exactly one of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Addressee {
    /// Code of the vocabulary `sectors`.
    #[schema(format = "sectors", example = "labour_market_institution")]
    pub sector: Option<String>,
    /// An institution.
    #[schema(value_type = Option<String>, format = "link", example = "wup-zielona-gora")]
    pub institution: Option<Link<Institution>>,
    /// A body of the partnership.
    #[schema(value_type = Option<String>, format = "link", example = "rada-programowa")]
    pub body: Option<Link<Body>>,
    /// By when an answer is due.
    #[schema(example = "2016-06-30")]
    pub due_on: Option<NaiveDate>,
}

/// A recommendation, conclusion or intervention.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Recommendation {
    /// The partnership it belongs to.
    #[serde(skip)]
    pub partnership_id: Uuid,
    /// Stable readable identifier; made from the title when absent.
    #[serde(default, deserialize_with = "given")]
    #[schema(max_length = 100, example = "rek-2016-1")]
    pub slug: String,
    /// Code of the vocabulary `recommendation_kinds`; `recommendation` when absent.
    #[serde(default, deserialize_with = "given")]
    #[schema(format = "recommendation_kinds", example = "recommendation")]
    pub kind: String,
    /// Its number n/YYYY among those of its kind, given on adoption.
    #[serde(default, deserialize_with = "never")]
    #[schema(read_only, example = "1/2016")]
    pub number: Option<String>,
    /// Title.
    #[schema(
        max_length = 300,
        example = "Szkolenie „Arteterapia sposobem na stres”"
    )]
    pub title: String,
    /// What is recommended.
    #[schema(
        max_length = 20_000,
        example = "Zorganizowanie szkolenia dla pracowników instytucji partnerskich."
    )]
    pub text: Option<String>,
    /// Why.
    #[schema(
        max_length = 20_000,
        example = "Zdobycie wiedzy z zakresu arteterapii."
    )]
    pub rationale: Option<String>,
    /// Code of the vocabulary `recommendation_statuses`.
    #[serde(default, deserialize_with = "never")]
    #[schema(format = "recommendation_statuses", read_only, example = "implemented")]
    pub status: String,
    /// The day of adoption.
    #[serde(default, deserialize_with = "never")]
    #[schema(read_only, example = "2016-02-24")]
    pub adopted_on: Option<NaiveDate>,
    /// The day it became `implemented` or `partially_implemented`: the day of that step, unless it is corrected. Null in other states, and
    /// where an import did not know it.
    #[serde(default)]
    #[schema(example = "2016-06-08")]
    pub implemented_on: Option<NaiveDate>,
    /// The meeting that adopted it. The day of adoption is that of the meeting.
    #[schema(value_type = Option<String>, format = "link", example = "rada-2016-1")]
    pub adopted_at: Option<Link<Meeting>>,
    /// Whether what became of it was recorded later, past the rules of the steps: its adoption after that of one of a later
    /// day, with a `number` of its own; or all of it, by an import of a year that is over.
    #[serde(default, deserialize_with = "never")]
    #[schema(read_only, example = false)]
    pub recorded_later: bool,
    /// How the vote went.
    pub vote: Option<Vote>,
    /// To whom it is addressed, in order.
    #[serde(default)]
    #[schema(max_items = 200)]
    pub addressees: Vec<Addressee>,
    /// Codes of the vocabulary `target_groups`: whom it is to help.
    #[serde(default)]
    #[schema(format = "target_groups", max_items = 200, example = json!(["long_term_unemployed"]))]
    pub target_groups: Vec<String>,
    /// The account that recorded it. No part of what changes tell: they say by whom each was made.
    #[serde(skip)]
    pub proposed_by: Option<Uuid>,
    /// Identifiers in other systems.
    #[serde(default)]
    #[schema(max_items = 20)]
    pub external_ids: Vec<ExternalId>,
}

impl Record for Recommendation {
    const KIND: Kind = Kind::Recommendation;

    fn partnership_id(&self) -> Option<Uuid> {
        Some(self.partnership_id)
    }
}

impl Recommendation {
    /// Whether it was adopted, so that it counts for the period of its adoption.
    pub fn counts(&self) -> bool {
        counts(&self.status)
    }

    /// Whether it is still the draft of an account, which proposed it.
    pub fn is_draft_of(&self, account: Option<Uuid>) -> bool {
        self.status == "draft" && account.is_some() && self.proposed_by == account
    }

    /// Notes what keeps its vote from adopting it.
    pub fn check_vote(&self, f: &mut Faults) {
        match &self.vote {
            None => f.add("/vote", Rule::Required),
            Some(vote) if !carries(vote.r#for, vote.against) => f.add("/vote/for", Rule::Conflict),
            Some(_) => {}
        }
    }
}

/// Whether these votes adopt: more of them for it than against it.
pub fn carries(r#for: i32, against: i32) -> bool {
    r#for > against
}

/// The kinds of body whose meetings adopt.
const ADOPTING: [&str; 2] = ["council", "assembly"];

/// Whether a meeting of this status, of a body of this kind, may adopt: one that took place, of the council or of the
/// assembly.
pub fn may_adopt(meeting_status: &str, body_kind: &str) -> bool {
    took_place(meeting_status) && ADOPTING.contains(&body_kind)
}

/// Whether a recommendation of this status was carried out at least in part, so that there is an implementation.
pub fn is_carried_out(status: &str) -> bool {
    matches!(status, "implemented" | "partially_implemented")
}

/// A number n/YYYY that somebody gives to an adoption in a year.
pub fn number_in(year: i32, raw: &str) -> Result<String, Rule> {
    match check::yearly_number(raw.trim())? {
        (number, of) if of == year => Ok(number),
        _ => Err(Rule::Conflict),
    }
}

impl Shape for Recommendation {
    fn place(&mut self, partnership: Uuid, _parent: Option<Uuid>) {
        self.partnership_id = partnership;
    }

    fn slug_mut(&mut self) -> Option<&mut String> {
        Some(&mut self.slug)
    }

    fn keep(&mut self, stored: &Self) {
        self.number.clone_from(&stored.number);
        self.status.clone_from(&stored.status);
        self.adopted_on = stored.adopted_on;
        self.recorded_later = stored.recorded_later;
        self.proposed_by = stored.proposed_by;
    }

    fn check(&mut self, now: &Calendar, f: &mut Faults) {
        f.line("/title", &mut self.title, 300);
        f.slug(&mut self.slug, &self.title);
        f.code_or(
            "/kind",
            "recommendation_kinds",
            &mut self.kind,
            "recommendation",
        );
        f.code_or(
            "/status",
            "recommendation_statuses",
            &mut self.status,
            "draft",
        );
        let undecided = matches!(self.status.as_str(), "draft" | "under_consultation");
        if self.counts() && self.adopted_on.is_none() {
            f.add("/adopted_on", Rule::Required);
        }
        if undecided || self.status == "rejected" {
            if self.adopted_on.is_some() {
                f.add("/adopted_on", Rule::Conflict);
            }
            if self.number.is_some() {
                f.add("/number", Rule::Conflict);
            }
        }
        check::not_future(f, "/adopted_on", self.adopted_on, now.today);
        if !is_carried_out(&self.status) && self.implemented_on.is_some() {
            f.add("/implemented_on", Rule::Conflict);
        }
        check::not_future(f, "/implemented_on", self.implemented_on, now.today);
        f.number(&mut self.number);
        f.optional_prose("/text", &mut self.text, 20_000);
        f.optional_prose("/rationale", &mut self.rationale, 20_000);
        if let Some(vote) = &self.vote {
            check_vote(vote, f);
        }
        check_addressees(&self.addressees, f);
        f.codes("/target_groups", "target_groups", &mut self.target_groups);
        f.external_ids(&mut self.external_ids);
    }
}

fn check_vote(vote: &Vote, f: &mut Faults) {
    let counts = [
        ("/vote/for", vote.r#for),
        ("/vote/against", vote.against),
        ("/vote/abstain", vote.abstain),
        ("/vote/present", vote.present),
        ("/vote/seats", vote.seats),
    ];
    for (pointer, count) in counts {
        check::within(f, pointer, Some(count), 0..=100_000);
    }
    let cast = [vote.r#for, vote.against, vote.abstain].map(i64::from);
    if cast.iter().sum::<i64>() > i64::from(vote.present) {
        f.add("/vote/present", Rule::Conflict);
    }
    if vote.present > vote.seats {
        f.add("/vote/seats", Rule::Conflict);
    }
}

fn check_addressees(addressees: &[Addressee], f: &mut Faults) {
    if addressees.len() > 200 {
        f.add("/addressees", Rule::Length);
        return;
    }
    let whom = |addressee: &Addressee| Addressee {
        due_on: None,
        ..addressee.clone()
    };
    for (index, addressee) in addressees.iter().enumerate() {
        let pointer = format!("/addressees/{index}");
        let named = [
            addressee.sector.is_some(),
            addressee.institution.is_some(),
            addressee.body.is_some(),
        ];
        match named.into_iter().filter(|named| *named).count() {
            0 => f.add(&pointer, Rule::Required),
            1 => {}
            _ => f.add(&pointer, Rule::Conflict),
        }
        if let Some(sector) = &addressee.sector {
            let known = vocabulary::check("sectors", sector);
            f.take(format!("{pointer}/sector"), known);
        }
        let mut before = addressees[..index].iter();
        if before.any(|before| whom(before) == whom(addressee)) {
            f.add(pointer, Rule::Duplicate);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::{day, expected, faults, on};

    fn draft() -> Recommendation {
        Recommendation {
            title: "Szkolenie".into(),
            ..Default::default()
        }
    }

    fn adopted(vote: [i32; 5]) -> Recommendation {
        let [r#for, against, abstain, present, seats] = vote;
        Recommendation {
            status: "implemented".into(),
            number: Some("1/2016".into()),
            adopted_on: Some(day("2016-02-24")),
            vote: Some(Vote {
                r#for,
                against,
                abstain,
                present,
                seats,
            }),
            ..draft()
        }
    }

    fn today() -> Calendar {
        on("2016-12-31")
    }

    #[test]
    fn what_was_adopted_counts_whatever_became_of_it() {
        for (status, adopted) in [
            ("draft", false),
            ("adopted", true),
            ("abandoned", true),
            ("rejected", false),
            ("withdrawn", false),
        ] {
            assert_eq!(counts(status), adopted, "{status}");
        }
    }

    #[test]
    fn no_more_vote_than_are_present_and_no_more_are_present_than_have_seats() {
        for (vote, fault) in [
            ([9, 0, 0, 9, 11], None),
            ([7, 0, 1, 8, 11], None),
            ([11, 0, 0, 11, 11], None),
            ([7, 1, 1, 8, 11], Some("/vote/present")),
            ([1, 0, 0, 12, 11], Some("/vote/seats")),
        ] {
            match adopted(vote).checked(&today()) {
                Ok(_) => assert_eq!(fault, None, "{vote:?}"),
                checked => assert_eq!(
                    faults(checked),
                    expected(&[(fault.unwrap(), Rule::Conflict)])
                ),
            }
        }
        let negative = adopted([-1, 0, 0, 9, 11]).checked(&today());
        assert_eq!(faults(negative), expected(&[("/vote/for", Rule::Range)]));
    }

    #[test]
    fn more_votes_for_it_than_against_it_adopt() {
        for (vote, fault) in [
            ([9, 0, 0, 9, 11], None),
            ([2, 1, 5, 8, 11], None),
            ([3, 3, 0, 6, 11], Some("/vote/for")),
            ([3, 4, 0, 7, 11], Some("/vote/for")),
            ([0, 0, 5, 5, 11], Some("/vote/for")),
        ] {
            let mut f = Faults::new();
            adopted(vote).checked(&today()).unwrap().check_vote(&mut f);
            let found = f.into_vec().pop().map(|fault| fault.pointer);
            assert_eq!(found.as_deref(), fault, "{vote:?}");
        }
        let mut f = Faults::new();
        let unvoted = Recommendation {
            vote: None,
            ..adopted([9, 0, 0, 9, 11])
        };
        unvoted.checked(&today()).unwrap().check_vote(&mut f);
        assert_eq!(faults(f.finish()), expected(&[("/vote", Rule::Required)]));
    }

    #[test]
    fn the_council_and_the_assembly_adopt_once_they_met() {
        for (status, body, adopts) in [
            ("held", "council", true),
            ("closed", "assembly", true),
            ("scheduled", "council", false),
            ("cancelled", "assembly", false),
            ("held", "working_group", false),
            ("held", "external", false),
        ] {
            assert_eq!(may_adopt(status, body), adopts, "{status} {body}");
        }
    }

    #[test]
    fn a_number_is_one_of_its_year() {
        assert_eq!(number_in(2016, " 3/2016 "), Ok("3/2016".to_owned()));
        assert_eq!(number_in(2016, "3/2015"), Err(Rule::Conflict));
        assert_eq!(number_in(2016, "03/2016"), Err(Rule::Format));
    }

    #[test]
    fn adoption_has_a_day_and_a_draft_has_neither_day_nor_number() {
        let undated = Recommendation {
            adopted_on: None,
            ..adopted([9, 0, 0, 9, 11])
        };
        assert_eq!(
            faults(undated.checked(&today())),
            expected(&[("/adopted_on", Rule::Required)])
        );
        let early = Recommendation {
            number: Some("1/2016".into()),
            adopted_on: Some(day("2017-01-01")),
            ..draft()
        };
        assert_eq!(
            faults(early.checked(&today())),
            expected(&[
                ("/adopted_on", Rule::Conflict),
                ("/adopted_on", Rule::Future),
                ("/number", Rule::Conflict),
            ])
        );
    }

    #[test]
    fn an_addressee_is_one_and_named_once() {
        let sector = |code: &str| Addressee {
            sector: Some(code.into()),
            ..Default::default()
        };
        let both = Addressee {
            body: Some(Link::default()),
            ..sector("ngo")
        };
        let broken = Recommendation {
            kind: "wish".into(),
            addressees: vec![
                sector("ngo"),
                Addressee::default(),
                both,
                sector("church"),
                sector("ngo"),
            ],
            ..draft()
        };
        assert_eq!(
            faults(broken.checked(&today())),
            expected(&[
                ("/addressees/1", Rule::Required),
                ("/addressees/2", Rule::Conflict),
                ("/addressees/3/sector", Rule::UnknownCode),
                ("/addressees/4", Rule::Duplicate),
                ("/kind", Rule::UnknownCode),
            ])
        );
    }
}
