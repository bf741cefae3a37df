//! Quorum: whether enough of those entitled to vote are at a meeting for it to decide.

use serde::Serialize;
use utoipa::ToSchema;

use crate::governance::body::Body;
use crate::governance::term::Term;
use crate::meeting::Meeting;

/// How many of those entitled to vote are at a meeting, and whether that is enough for a decision.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct Quorum {
    /// How many institutions are entitled to vote: those with a seat on the day of the meeting or, in an assembly, all signatories. Null for any
    /// other meeting without a body.
    #[schema(required, minimum = 0, example = 11)]
    pub entitled: Option<i64>,
    /// How many of them are present or represented. An institution that sent only a guest or an observer does not count.
    #[schema(required, minimum = 0, example = 7)]
    pub present: Option<i64>,
    /// How the quorum is set: a code of the vocabulary `quorum_rules`. Null if no rule is known.
    #[schema(required, format = "quorum_rules", example = "more_than_half")]
    pub rule: Option<String>,
    /// How many must be present for a decision. Null if no rule is known.
    #[schema(required, minimum = 1, example = 6)]
    pub required: Option<i64>,
    /// Whether enough are present. Null if `required` or `present` is not known.
    #[schema(required, example = true)]
    pub reached: Option<bool>,
}

/// The rule of a number that is fixed.
const FIXED: &str = "fixed";

impl Quorum {
    /// From how many are entitled and how many of them are present, where that is known. The number that the meeting sets takes precedence over the
    /// rule of the term, and that over the rule of the body. A share is taken of the seats of the term or, if it states none, of those entitled.
    pub fn of(
        counts: Option<(i64, i64)>,
        meeting: &Meeting,
        term: Option<&Term>,
        body: Option<&Body>,
    ) -> Self {
        let of_term = term.and_then(|term| term.quorum_rule.as_deref());
        let rules = body.map(|body| &body.rules);
        let of_body = rules.and_then(|rules| rules.quorum.as_deref());
        let (rule, fixed) = match meeting.quorum_required {
            Some(fixed) => (Some(FIXED), Some(fixed)),
            None => (
                of_term.or(of_body),
                rules.and_then(|rules| rules.quorum_count),
            ),
        };
        let (entitled, present) = counts.unzip();
        let seats = term.and_then(|term| term.seats).map(i64::from);
        let seats = seats.or(entitled).unwrap_or_default();
        let required = rule.and_then(|rule| required(rule, seats, fixed));
        Self {
            entitled,
            present,
            rule: rule.map(str::to_owned),
            required,
            reached: required
                .zip(present)
                .map(|(required, present)| present >= required),
        }
    }
}

/// How many must be present: of a body with so many seats, or a fixed number.
fn required(rule: &str, seats: i64, fixed: Option<i32>) -> Option<i64> {
    match rule {
        // A share of nothing is no number.
        "at_least_half" | "more_than_half" if seats < 1 => None,
        "at_least_half" => Some(seats / 2 + seats % 2),
        "more_than_half" => Some(seats / 2 + 1),
        FIXED => fixed.map(i64::from),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::governance::body::BodyRules;

    #[test]
    fn a_quorum_of_eleven_is_six_either_way_and_of_ten_five_or_six() {
        for (rule, seats, expected) in [
            ("at_least_half", 11, Some(6)),
            ("more_than_half", 11, Some(6)),
            ("at_least_half", 10, Some(5)),
            ("more_than_half", 10, Some(6)),
            ("fixed", 10, Some(4)),
            ("all", 10, None),
            ("at_least_half", 0, None),
        ] {
            assert_eq!(
                required(rule, seats, Some(4)),
                expected,
                "{rule} of {seats}"
            );
        }
    }

    fn body(rule: &str, count: Option<i32>) -> Body {
        Body {
            rules: BodyRules {
                quorum: Some(rule.into()),
                quorum_count: count,
                ..Default::default()
            },
            ..Default::default()
        }
    }

    #[test]
    fn the_meeting_decides_before_the_term_and_the_term_before_the_body() {
        let (half, more) = (
            body("at_least_half", None),
            Some("more_than_half".to_owned()),
        );
        let term = Term {
            quorum_rule: more,
            seats: Some(12),
            ..Default::default()
        };
        let meeting = Meeting {
            quorum_required: Some(3),
            ..Default::default()
        };
        let none = Meeting::default();
        let required = |meeting: &Meeting, term: Option<&Term>| {
            let quorum = Quorum::of(Some((10, 5)), meeting, term, Some(&half));
            (
                quorum.rule.unwrap_or_default(),
                quorum.required,
                quorum.reached,
            )
        };
        assert_eq!(
            required(&none, None),
            ("at_least_half".into(), Some(5), Some(true))
        );
        assert_eq!(
            required(&none, Some(&term)),
            ("more_than_half".into(), Some(7), Some(false))
        );
        assert_eq!(
            required(&meeting, Some(&term)),
            ("fixed".into(), Some(3), Some(true))
        );
        let silent = Quorum::of(Some((10, 5)), &none, None, None);
        assert_eq!(
            (silent.rule, silent.required, silent.reached),
            (None, None, None)
        );
    }

    proptest! {
        #[test]
        fn whoever_is_more_than_half_is_at_least_half(entitled in 1_i64..200, share in 0.0..1.0) {
            #[expect(clippy::cast_possible_truncation, reason = "a share of a small number")]
            let present = (entitled as f64 * share) as i64;
            let reached = |rule: &str| {
                let quorum = Quorum::of(Some((entitled, present)), &Meeting::default(), None, Some(&body(rule, None)));
                quorum.reached.unwrap()
            };
            prop_assert!(reached("at_least_half") || !reached("more_than_half"));
            prop_assert_eq!(reached("more_than_half"), present * 2 > entitled);
            prop_assert_eq!(reached("at_least_half"), present * 2 >= entitled);
        }
    }
}
