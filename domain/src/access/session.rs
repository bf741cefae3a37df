//! Sessions and the refresh tokens that keep them alive (RFC 9700, section 4.14).

use chrono::{DateTime, TimeDelta, Utc};

/// What is remembered of a refresh token. It is used once; the token that takes its place is its child.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RefreshToken {
    /// When it was given out.
    pub created_at: DateTime<Utc>,
    /// When it was used.
    pub used_at: Option<DateTime<Utc>>,
    /// When it was used once more, because the answer to its use was lost.
    pub replayed_at: Option<DateTime<Utc>>,
    /// When another child took its place, because its own answer seemed lost.
    pub superseded_at: Option<DateTime<Utc>>,
}

/// What happens when a refresh token is presented.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presented {
    /// It is used now, for the first time.
    Rotate,
    /// It was used before, but nobody has used its child: the answer was lost. Another child takes the place of that one.
    Replay,
    /// It is older than a session may be idle.
    Idle,
    /// Two hold what only one should: the session ends.
    Reused,
}

impl RefreshToken {
    /// Judges a token by itself and by the child that is in force, if it has one.
    pub fn presented(
        &self,
        child: Option<&RefreshToken>,
        idle: TimeDelta,
        now: DateTime<Utc>,
    ) -> Presented {
        let child_is_unused = child.is_some_and(|child| child.used_at.is_none());
        match (self.superseded_at, self.used_at, self.replayed_at) {
            (Some(_), _, _) => Presented::Reused,
            (None, None, _) if now - self.created_at >= idle => Presented::Idle,
            (None, None, _) => Presented::Rotate,
            // Its child is as old as this use, and would be idle, too.
            (None, Some(used_at), None) if now - used_at >= idle => Presented::Idle,
            (None, Some(_), None) if child_is_unused => Presented::Replay,
            (None, Some(_), _) => Presented::Reused,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minute: u32) -> DateTime<Utc> {
        format!("2016-03-01T10:{minute:02}:00Z").parse().unwrap()
    }

    fn fresh() -> RefreshToken {
        RefreshToken {
            created_at: at(0),
            used_at: None,
            replayed_at: None,
            superseded_at: None,
        }
    }

    fn used() -> RefreshToken {
        RefreshToken {
            used_at: Some(at(1)),
            ..fresh()
        }
    }

    fn judged(token: RefreshToken, child: Option<RefreshToken>) -> Presented {
        token.presented(child.as_ref(), TimeDelta::minutes(30), at(20))
    }

    #[test]
    fn a_token_is_used_once_and_a_lost_answer_is_survived_once() {
        assert_eq!(judged(fresh(), None), Presented::Rotate);
        assert_eq!(judged(used(), Some(fresh())), Presented::Replay);
        let replayed = RefreshToken {
            replayed_at: Some(at(2)),
            ..used()
        };
        assert_eq!(judged(replayed, Some(fresh())), Presented::Reused);
        assert_eq!(judged(used(), Some(used())), Presented::Reused);
        assert_eq!(judged(used(), None), Presented::Reused);
    }

    #[test]
    fn a_child_whose_place_was_taken_ends_the_session() {
        let superseded = RefreshToken {
            superseded_at: Some(at(2)),
            ..fresh()
        };
        assert_eq!(judged(superseded, None), Presented::Reused);
    }

    #[test]
    fn an_idle_session_is_over() {
        let idle = fresh().presented(None, TimeDelta::minutes(20), at(20));
        assert_eq!(idle, Presented::Idle);
        let late = used().presented(Some(&fresh()), TimeDelta::minutes(19), at(20));
        assert_eq!(late, Presented::Idle);
    }
}
