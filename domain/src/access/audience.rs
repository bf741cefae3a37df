//! Who sees a record, as changes remember it: so that what appears to a caller, or disappears, is told as that.

use uuid::Uuid;

use super::{Actor, Permission, View};

/// How many see a record; whoever is of a narrower circle sees what a wider one does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Audience {
    /// Nobody: it does not exist, or not any more.
    Nobody,
    /// Administrators.
    Administrators,
    /// Those who work in the partnership.
    Personal,
    /// Those who work with it, too.
    Internal,
    /// Everybody.
    Public,
}

impl Audience {
    const ALL: [Audience; 5] = [
        Audience::Nobody,
        Audience::Administrators,
        Audience::Personal,
        Audience::Internal,
        Audience::Public,
    ];

    /// The number under which it is stored.
    pub const fn number(self) -> i32 {
        self as i32
    }

    /// The audience of a number.
    pub fn from_number(number: i32) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|audience| audience.number() == number)
    }
}

impl View {
    /// The narrowest audience that a record may have and yet be in this view.
    pub const fn narrowest(self) -> Audience {
        match self {
            View::Public => Audience::Public,
            View::Internal => Audience::Internal,
            View::Personal => Audience::Personal,
        }
    }
}

/// How much somebody sees of everything, and of which partnerships more than that.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sight {
    /// The narrowest audience of what is seen anywhere.
    pub anywhere: Audience,
    /// The same in single partnerships.
    pub in_partnerships: Vec<(Uuid, Audience)>,
}

impl Sight {
    /// The narrowest audience of what is seen in a partnership, or of what belongs to none.
    pub fn narrowest(&self, partnership: Option<Uuid>) -> Audience {
        let here = |(id, _): &&(Uuid, Audience)| Some(*id) == partnership;
        let own = self.in_partnerships.iter().find(here);
        own.map_or(self.anywhere, |(_, narrowest)| *narrowest)
    }
}

impl Actor {
    /// How much the actor sees of records, whichever partnership they belong to.
    pub fn sight(&self) -> Sight {
        let anywhere = if self.may_everywhere(Permission::ReadPersonal) {
            Audience::Personal
        } else if self.may_everywhere(Permission::ReadInternal) {
            Audience::Internal
        } else {
            Audience::Public
        };
        let mut ids: Vec<Uuid> = self
            .grants
            .iter()
            .filter_map(|grant| grant.partnership)
            .collect();
        ids.sort_unstable();
        ids.dedup();
        let in_partnership = |id: Uuid| (id, self.view(id).narrowest());
        let more = |(_, narrowest): &(Uuid, Audience)| *narrowest < anywhere;
        Sight {
            anywhere,
            in_partnerships: ids.into_iter().map(in_partnership).filter(more).collect(),
        }
    }
}

/// What happened to a record, as somebody sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seen {
    /// It was recorded.
    Created,
    /// It was changed.
    Updated,
    /// It was deleted.
    Deleted,
    /// It has become visible.
    Published,
    /// It is not visible any more.
    Unpublished,
    /// Another record has taken its place.
    Merged,
    /// What it said must not be known any more.
    Redacted,
}

impl Seen {
    /// Everything that can be seen to happen.
    pub const ALL: [Seen; 7] = [
        Seen::Created,
        Seen::Updated,
        Seen::Deleted,
        Seen::Published,
        Seen::Unpublished,
        Seen::Merged,
        Seen::Redacted,
    ];

    /// The stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Seen::Created => "created",
            Seen::Updated => "updated",
            Seen::Deleted => "deleted",
            Seen::Published => "published",
            Seen::Unpublished => "unpublished",
            Seen::Merged => "merged",
            Seen::Redacted => "redacted",
        }
    }

    /// What a change is to somebody who sees what is shown at least to `narrowest`; nothing when there is nothing to see, and
    /// `otherwise` when it was seen before and is seen after.
    pub fn of(
        narrowest: Audience,
        before: Audience,
        after: Audience,
        otherwise: Seen,
    ) -> Option<Self> {
        match (before >= narrowest, after >= narrowest) {
            (false, false) => None,
            (false, true) if before == Audience::Nobody => Some(Seen::Created),
            (false, true) => Some(Seen::Published),
            (true, false) if after == Audience::Nobody => Some(Seen::Deleted),
            (true, false) => Some(Seen::Unpublished),
            (true, true) => Some(otherwise),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_appears_and_disappears_is_told_as_that() {
        use Audience::{Internal, Nobody, Personal, Public};
        let seen = |before, after| Seen::of(Public, before, after, Seen::Updated);
        assert_eq!(seen(Nobody, Public), Some(Seen::Created));
        assert_eq!(seen(Nobody, Internal), None);
        assert_eq!(seen(Internal, Public), Some(Seen::Published));
        assert_eq!(seen(Public, Internal), Some(Seen::Unpublished));
        assert_eq!(seen(Internal, Nobody), None);
        assert_eq!(seen(Public, Nobody), Some(Seen::Deleted));
        assert_eq!(seen(Public, Public), Some(Seen::Updated));
        // Who sees more is told the same changes otherwise.
        let inside = |before, after| Seen::of(Internal, before, after, Seen::Updated);
        assert_eq!(inside(Internal, Public), Some(Seen::Updated));
        assert_eq!(inside(Personal, Internal), Some(Seen::Published));
        assert_eq!(
            Seen::of(Public, Public, Public, Seen::Merged),
            Some(Seen::Merged)
        );
    }

    #[test]
    fn who_works_in_a_partnership_sees_more_of_that_one() {
        use crate::access::{Grant, Role};
        let (own, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let with = |role, partnership| Actor {
            grants: vec![Grant {
                role,
                partnership,
                institution: None,
            }],
            ..Actor::default()
        };
        let rops = with(Role::Rops, Some(own)).sight();
        assert_eq!(rops.narrowest(Some(own)), Audience::Internal);
        assert_eq!(rops.narrowest(Some(other)), Audience::Public);
        assert_eq!(rops.narrowest(None), Audience::Public);
        let reporting = with(Role::Reporting, Some(own)).sight();
        assert_eq!(reporting, Actor::default().sight());
        let admin = with(Role::Admin, None).sight();
        assert_eq!(admin.narrowest(Some(other)), Audience::Personal);
    }

    #[test]
    fn an_audience_is_stored_by_its_number() {
        for audience in Audience::ALL {
            assert_eq!(Audience::from_number(audience.number()), Some(audience));
        }
        assert_eq!(Audience::from_number(5), None);
    }
}
