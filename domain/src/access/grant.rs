//! Grants as records: which role an account holds where, from when to when, and who gave it.

use chrono::NaiveDate;
use serde::Serialize;
use uuid::Uuid;

use super::{Actor, Grant, Permission, Reach, Role};
use crate::fault::{Faults, Rule};
use crate::record::{ExternalId, Kind, Record, check_external_ids};

/// The roles that a secretariat gives in its partnership. Who audits it or reads it from outside is for administrators to say.
pub const GIVEN_BY_SECRETARIATS: [Role; 4] = [
    Role::InstitutionRep,
    Role::CouncilMember,
    Role::CouncilChair,
    Role::Secretariat,
];

/// A role given to an account, every value valid.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RoleGrant {
    /// Who holds it.
    pub account_id: Uuid,
    /// Which role, where, and for which institution.
    #[serde(flatten)]
    pub grant: Grant,
    /// The first day.
    pub starts_on: NaiveDate,
    /// The first day on which it is not held any more.
    pub ends_on: Option<NaiveDate>,
    /// Whether its holder is disabled where it was given: then it is not held.
    pub suspended: bool,
    /// The account that gave it; none where it was given on the command line.
    pub granted_by: Option<Uuid>,
    /// Identifiers in other systems.
    pub external_ids: Vec<ExternalId>,
}

impl Record for RoleGrant {
    const KIND: Kind = Kind::Grant;

    fn partnership_id(&self) -> Option<Uuid> {
        self.grant.partnership
    }
}

/// A grant as somebody describes it, nothing checked yet; references are resolved already.
#[derive(Clone, Debug)]
pub struct RoleGrantDraft {
    /// Who is to hold it.
    pub account_id: Uuid,
    /// Code of the role.
    pub role: String,
    /// In which partnership, where the role needs one.
    pub partnership: Option<Uuid>,
    /// For which institution, where the role needs one.
    pub institution: Option<Uuid>,
    /// The first day.
    pub starts_on: NaiveDate,
    /// The first day on which it is not held any more.
    pub ends_on: Option<NaiveDate>,
    /// The account that gives it.
    pub granted_by: Option<Uuid>,
    /// Identifiers in other systems.
    pub external_ids: Vec<ExternalId>,
}

impl RoleGrantDraft {
    /// Checks every value and reports all that is wrong at once, by the names of the API.
    pub fn check(self) -> Result<RoleGrant, Faults> {
        let mut f = Faults::new();
        let role = Role::from_code(&self.role);
        match role {
            None => f.add("/role", Rule::UnknownCode),
            Some(role) => {
                let needs = [
                    (
                        "/partnership",
                        role.needs_partnership(),
                        self.partnership.is_some(),
                    ),
                    (
                        "/institution",
                        role.needs_institution(),
                        self.institution.is_some(),
                    ),
                ];
                for (pointer, needed, given) in needs {
                    match (needed, given) {
                        (true, false) => f.add(pointer, Rule::Required),
                        (false, true) => f.add(pointer, Rule::Conflict),
                        _ => {}
                    }
                }
            }
        }
        if self.ends_on.is_some_and(|end| end <= self.starts_on) {
            f.add("/ends_on", Rule::Order);
        }
        let grant = RoleGrant {
            account_id: self.account_id,
            grant: Grant {
                role: role.unwrap_or(Role::Anonymous),
                partnership: self.partnership,
                institution: self.institution,
            },
            starts_on: self.starts_on,
            ends_on: self.ends_on,
            suspended: false,
            granted_by: self.granted_by,
            external_ids: check_external_ids(self.external_ids, &mut f),
        };
        f.finish().map(|()| grant)
    }
}

impl RoleGrant {
    /// Whether it is held on a day.
    pub fn holds_on(&self, day: NaiveDate) -> bool {
        !self.suspended && self.starts_on <= day && self.ends_on.is_none_or(|end| day < end)
    }

    /// Whether some day lies in both, so that the same role would be held twice.
    pub fn repeats(&self, other: &Self) -> bool {
        self.account_id == other.account_id
            && self.grant == other.grant
            && other.ends_on.is_none_or(|end| self.starts_on < end)
            && self.ends_on.is_none_or(|end| other.starts_on < end)
    }
}

impl Actor {
    /// Whether this caller sees a role that somebody holds: an administrator all of them, a secretariat those in its partnership,
    /// a representative those for the same institution there.
    pub fn sees_grant(&self, held: &Grant) -> bool {
        self.reaches(Permission::ManageAccounts)
            .any(|(own, reach)| match reach {
                Reach::None => false,
                Reach::Everywhere => true,
                Reach::Partnership => own.partnership == held.partnership,
                Reach::Institution => {
                    own.partnership == held.partnership && own.institution == held.institution
                }
            })
    }

    /// Whether this caller may give and take a role: administrators all of them, a secretariat those of its
    /// partnership's own people, a representative that of colleagues in the same institution.
    pub fn may_grant(&self, wanted: &Grant) -> bool {
        self.reaches(Permission::ManageAccounts)
            .any(|(own, reach)| match reach {
                Reach::None => false,
                Reach::Everywhere => true,
                Reach::Partnership => {
                    own.partnership.is_some()
                        && own.partnership == wanted.partnership
                        && GIVEN_BY_SECRETARIATS.contains(&wanted.role)
                }
                Reach::Institution => own == wanted,
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::{day, expected, faults};

    fn id(number: u128) -> Uuid {
        Uuid::from_u128(number)
    }

    fn grant(role: Role, partnership: Option<u128>, institution: Option<u128>) -> Grant {
        Grant {
            role,
            partnership: partnership.map(id),
            institution: institution.map(id),
        }
    }

    fn who_holds(held: Grant) -> Actor {
        Actor {
            account: Some(id(9)),
            grants: vec![held],
            ..Actor::default()
        }
    }

    #[test]
    fn nobody_gives_more_than_what_is_theirs_to_give() {
        let admin = who_holds(grant(Role::Admin, None, None));
        let secretariat = who_holds(grant(Role::Secretariat, Some(1), None));
        let rep = who_holds(grant(Role::InstitutionRep, Some(1), Some(5)));
        let auditor = who_holds(grant(Role::Auditor, Some(1), None));
        for (wanted, by) in [
            (grant(Role::Admin, None, None), [true, false, false, false]),
            (
                grant(Role::Secretariat, Some(1), None),
                [true, true, false, false],
            ),
            (
                grant(Role::Secretariat, Some(2), None),
                [true, false, false, false],
            ),
            (
                grant(Role::Auditor, Some(1), None),
                [true, false, false, false],
            ),
            (
                grant(Role::Rops, Some(1), None),
                [true, false, false, false],
            ),
            (
                grant(Role::InstitutionRep, Some(1), Some(5)),
                [true, true, true, false],
            ),
            (
                grant(Role::InstitutionRep, Some(1), Some(6)),
                [true, true, false, false],
            ),
            (
                grant(Role::InstitutionRep, Some(2), Some(5)),
                [true, false, false, false],
            ),
        ] {
            let may = [&admin, &secretariat, &rep, &auditor].map(|actor| actor.may_grant(&wanted));
            assert_eq!(may, by, "{wanted:?}");
        }
    }

    fn draft(role: &str, partnership: Option<Uuid>, institution: Option<Uuid>) -> RoleGrantDraft {
        RoleGrantDraft {
            account_id: id(3),
            role: role.into(),
            partnership,
            institution,
            starts_on: day("2016-01-01"),
            ends_on: None,
            granted_by: None,
            external_ids: Vec::new(),
        }
    }

    #[test]
    fn a_role_is_given_where_it_needs_to_be() {
        assert!(draft("admin", None, None).check().is_ok());
        assert!(
            draft("institution_rep", Some(id(1)), Some(id(5)))
                .check()
                .is_ok()
        );
        assert_eq!(
            faults(draft("institution_rep", None, None).check()),
            expected(&[
                ("/institution", Rule::Required),
                ("/partnership", Rule::Required)
            ])
        );
        assert_eq!(
            faults(draft("admin", Some(id(1)), None).check()),
            expected(&[("/partnership", Rule::Conflict)])
        );
        assert_eq!(
            faults(draft("anonymous", None, None).check()),
            expected(&[("/role", Rule::UnknownCode)])
        );
        let backwards = RoleGrantDraft {
            ends_on: Some(day("2016-01-01")),
            ..draft("admin", None, None)
        };
        assert_eq!(
            faults(backwards.check()),
            expected(&[("/ends_on", Rule::Order)])
        );
    }

    #[test]
    fn a_grant_holds_from_its_first_day_until_the_day_it_ends() {
        let until = |end: Option<&str>| {
            let draft = RoleGrantDraft {
                ends_on: end.map(day),
                ..draft("secretariat", Some(id(1)), None)
            };
            draft.check().unwrap()
        };
        let year = until(Some("2017-01-01"));
        assert!(!year.holds_on(day("2015-12-31")) && year.holds_on(day("2016-01-01")));
        assert!(year.holds_on(day("2016-12-31")) && !year.holds_on(day("2017-01-01")));
        let later = RoleGrant {
            starts_on: day("2017-01-01"),
            ..until(None)
        };
        assert!(!year.repeats(&later) && !later.repeats(&year));
        assert!(year.repeats(&until(None)) && until(None).repeats(&later));
    }
}
