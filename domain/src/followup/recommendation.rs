//! Recommendations, conclusions and interventions, from draft to what became of them.

use chrono::NaiveDate;
use serde::Serialize;
use uuid::Uuid;

use crate::check;
use crate::fault::{Faults, Rule};
use crate::meeting::took_place;
use crate::record::{ExternalId, Kind, Record, check_external_ids};
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

/// How a vote went.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Vote {
    /// Votes in favour.
    pub r#for: i32,
    /// Votes against.
    pub against: i32,
    /// Abstentions.
    pub abstain: i32,
    /// How many were present.
    pub present: i32,
    /// How many seats there are.
    pub seats: i32,
}

/// To whom a recommendation is addressed: a sector, an institution or a body, exactly one of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Addressee {
    /// A code of the vocabulary `sectors`.
    pub sector: Option<String>,
    /// An institution.
    pub institution_id: Option<Uuid>,
    /// A body.
    pub body_id: Option<Uuid>,
    /// By when an answer is due.
    pub due_on: Option<NaiveDate>,
}

/// A recommendation, every value valid.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Recommendation {
    /// The partnership it belongs to.
    pub partnership_id: Uuid,
    /// Stable readable identifier, unique in the partnership.
    pub slug: String,
    /// A code of the vocabulary `recommendation_kinds`.
    pub kind: String,
    /// Its number n/YYYY among those of its kind, given on adoption.
    pub number: Option<String>,
    /// Title.
    pub title: String,
    /// What is recommended.
    pub text: Option<String>,
    /// Why.
    pub rationale: Option<String>,
    /// A code of the vocabulary `recommendation_statuses`.
    pub status: String,
    /// The day of adoption.
    pub adopted_on: Option<NaiveDate>,
    /// The meeting that adopted it.
    pub adopted_at_id: Option<Uuid>,
    /// Whether what became of it was recorded later, past the rules of its steps: out of the order of adoptions, or by an
    /// import.
    pub recorded_later: bool,
    /// How the vote went.
    pub vote: Option<Vote>,
    /// Codes of the vocabulary `target_groups`: whom it is to help.
    pub target_groups: Vec<String>,
    /// To whom it is addressed, in order.
    pub addressees: Vec<Addressee>,
    /// The account that recorded it. No part of what changes tell: they say by whom each was made.
    #[serde(skip)]
    pub proposed_by: Option<Uuid>,
    /// Identifiers in other systems.
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

/// A recommendation as somebody describes it, nothing checked yet; references are resolved already.
#[derive(Clone, Debug, Default)]
pub struct RecommendationDraft {
    /// The partnership it belongs to.
    pub partnership_id: Uuid,
    /// Made from the title when absent.
    pub slug: Option<String>,
    /// Kind; a recommendation when absent.
    pub kind: Option<String>,
    /// Its number n/YYYY among those of its kind, given on adoption.
    pub number: Option<String>,
    /// Title.
    pub title: String,
    /// What is recommended.
    pub text: Option<String>,
    /// Why.
    pub rationale: Option<String>,
    /// Status; a draft when absent.
    pub status: Option<String>,
    /// The day of adoption.
    pub adopted_on: Option<NaiveDate>,
    /// The meeting that adopted it.
    pub adopted_at_id: Option<Uuid>,
    /// Whether what became of it was recorded later, past the rules of its steps: out of the order of adoptions, or by an
    /// import.
    pub recorded_later: bool,
    /// How the vote went.
    pub vote: Option<Vote>,
    /// Codes of the vocabulary `target_groups`: whom it is to help.
    pub target_groups: Vec<String>,
    /// To whom it is addressed, in order.
    pub addressees: Vec<Addressee>,
    /// Identifiers in other systems.
    pub external_ids: Vec<ExternalId>,
}

impl RecommendationDraft {
    /// Checks every value and reports all that is wrong at once, by the names of the API.
    pub fn check(self, today: NaiveDate) -> Result<Recommendation, Faults> {
        let mut f = Faults::new();
        let title = check::line(&mut f, "/title", &self.title, 300);
        let kind = self.kind.as_deref().unwrap_or("recommendation");
        let status = self.status.as_deref().unwrap_or("draft");
        let status = check::code(&mut f, "/status", "recommendation_statuses", status);
        let undecided = matches!(status.as_str(), "draft" | "under_consultation");
        if counts(&status) && self.adopted_on.is_none() {
            f.add("/adopted_on", Rule::Required);
        }
        if undecided || status == "rejected" {
            if self.adopted_on.is_some() {
                f.add("/adopted_on", Rule::Conflict);
            }
            if self.number.is_some() {
                f.add("/number", Rule::Conflict);
            }
        }
        check::not_future(&mut f, "/adopted_on", self.adopted_on, today);
        if let Some(vote) = &self.vote {
            check_vote(vote, &mut f);
        }
        let value = Recommendation {
            partnership_id: self.partnership_id,
            slug: check::slug(&mut f, self.slug.as_deref(), &title),
            kind: check::code(&mut f, "/kind", "recommendation_kinds", kind),
            number: check::number(&mut f, self.number.as_deref()),
            title,
            text: check::optional_prose(&mut f, "/text", self.text.as_deref(), 20_000),
            rationale: check::optional_prose(
                &mut f,
                "/rationale",
                self.rationale.as_deref(),
                20_000,
            ),
            status,
            adopted_on: self.adopted_on,
            adopted_at_id: self.adopted_at_id,
            recorded_later: self.recorded_later,
            vote: self.vote,
            target_groups: check::codes(
                &mut f,
                "/target_groups",
                "target_groups",
                self.target_groups,
            ),
            addressees: check_addressees(self.addressees, &mut f),
            proposed_by: None,
            external_ids: check_external_ids(self.external_ids, &mut f),
        };
        f.finish().map(|()| value)
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

fn check_addressees(raw: Vec<Addressee>, f: &mut Faults) -> Vec<Addressee> {
    if raw.len() > 200 {
        f.add("/addressees", Rule::Length);
        return Vec::new();
    }
    let whom = |addressee: &Addressee| {
        let Addressee {
            sector,
            institution_id,
            body_id,
            ..
        } = addressee.clone();
        (sector, institution_id, body_id)
    };
    for (index, addressee) in raw.iter().enumerate() {
        let pointer = format!("/addressees/{index}");
        let named = [
            addressee.sector.is_some(),
            addressee.institution_id.is_some(),
            addressee.body_id.is_some(),
        ];
        match named.into_iter().filter(|named| *named).count() {
            0 => f.add(&pointer, Rule::Required),
            1 => {}
            _ => f.add(&pointer, Rule::Conflict),
        }
        if let Some(sector) = &addressee.sector {
            f.take(
                format!("{pointer}/sector"),
                vocabulary::check("sectors", sector),
            );
        }
        if raw[..index]
            .iter()
            .any(|before| whom(before) == whom(addressee))
        {
            f.add(pointer, Rule::Duplicate);
        }
    }
    raw
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::{day, expected, faults};

    fn draft() -> RecommendationDraft {
        RecommendationDraft {
            title: "Szkolenie".into(),
            ..Default::default()
        }
    }

    fn adopted(vote: [i32; 5]) -> RecommendationDraft {
        let [r#for, against, abstain, present, seats] = vote;
        RecommendationDraft {
            status: Some("implemented".into()),
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

    fn today() -> NaiveDate {
        day("2016-12-31")
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
            match adopted(vote).check(today()) {
                Ok(_) => assert_eq!(fault, None, "{vote:?}"),
                checked => assert_eq!(
                    faults(checked),
                    expected(&[(fault.unwrap(), Rule::Conflict)])
                ),
            }
        }
        let negative = adopted([-1, 0, 0, 9, 11]).check(today());
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
            adopted(vote).check(today()).unwrap().check_vote(&mut f);
            let found = f.into_vec().pop().map(|fault| fault.pointer);
            assert_eq!(found.as_deref(), fault, "{vote:?}");
        }
        let mut f = Faults::new();
        let unvoted = RecommendationDraft {
            vote: None,
            ..adopted([9, 0, 0, 9, 11])
        };
        unvoted.check(today()).unwrap().check_vote(&mut f);
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
        let undated = RecommendationDraft {
            adopted_on: None,
            ..adopted([9, 0, 0, 9, 11])
        };
        assert_eq!(
            faults(undated.check(today())),
            expected(&[("/adopted_on", Rule::Required)])
        );
        let early = RecommendationDraft {
            number: Some("1/2016".into()),
            adopted_on: Some(day("2017-01-01")),
            ..draft()
        };
        assert_eq!(
            faults(early.check(today())),
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
            body_id: Some(Uuid::nil()),
            ..sector("ngo")
        };
        let broken = RecommendationDraft {
            kind: Some("wish".into()),
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
            faults(broken.check(today())),
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
