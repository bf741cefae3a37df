//! Grants as records: which role an account holds where, from when to when, and who gave it.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::account::Account;
use super::{Actor, Grant, Permission, Reach, Role};
use crate::fault::{Faults, Rule};
use crate::institution::Institution;
use crate::link::Link;
use crate::partnership::Partnership;
use crate::record::{Calendar, ExternalId, Kind, Record, Shape, UNSAID, day_given, never, unsaid};

/// The roles that a secretariat gives in its partnership. Who audits it or reads it from outside is for administrators to say.
pub const GIVEN_BY_SECRETARIATS: [Role; 4] = [
    Role::InstitutionRep,
    Role::CouncilMember,
    Role::CouncilChair,
    Role::Secretariat,
];

/// A role given to an account.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Grant)]
pub struct RoleGrant {
    /// Who holds it. Callers who are not administrators invite whom they name by an address that they do not know yet.
    #[schema(value_type = String, format = "account-or-email", example = "institution-rep@demo.example")]
    pub account: Link<Account>,
    /// Code of the vocabulary `roles`.
    #[schema(format = "roles", example = "council_member")]
    pub role: String,
    /// In which partnership, where the role needs one; everywhere when null.
    #[schema(value_type = Option<String>, format = "link", example = "partnerstwo-lubuskie")]
    pub partnership: Option<Link<Partnership>>,
    /// For which institution, of a representative.
    #[schema(value_type = Option<String>, format = "link", example = "wup-zielona-gora")]
    pub institution: Option<Link<Institution>>,
    /// The first day; today when absent.
    #[serde(default = "unsaid", deserialize_with = "day_given")]
    #[schema(example = "2016-02-24")]
    pub starts_on: NaiveDate,
    /// The first day on which it is not held any more.
    #[schema(example = "2020-02-24")]
    pub ends_on: Option<NaiveDate>,
    /// Whether its holder is disabled where it was given, so that it is not held.
    #[serde(default, deserialize_with = "never")]
    #[schema(read_only, example = false)]
    pub suspended: bool,
    /// Who gave it; null where it was given on the command line.
    #[serde(default, deserialize_with = "never")]
    #[schema(value_type = Option<String>, format = "account", read_only)]
    pub granted_by: Option<Link<Account>>,
    /// Identifiers in other systems.
    #[serde(default)]
    #[schema(max_items = 20)]
    pub external_ids: Vec<ExternalId>,
}

impl Record for RoleGrant {
    const KIND: Kind = Kind::Grant;

    fn partnership_id(&self) -> Option<Uuid> {
        self.partnership.map(|link| link.id)
    }
}

impl Shape for RoleGrant {
    fn keep(&mut self, stored: &Self) {
        self.suspended = stored.suspended;
        self.granted_by = stored.granted_by;
    }

    fn check(&mut self, now: &Calendar, f: &mut Faults) {
        match Role::from_code(&self.role) {
            None => f.add("/role", Rule::UnknownCode),
            Some(role) => {
                let (partnership, institution) = (self.partnership, self.institution);
                for (pointer, needed, given) in [
                    (
                        "/partnership",
                        role.needs_partnership(),
                        partnership.is_some(),
                    ),
                    (
                        "/institution",
                        role.needs_institution(),
                        institution.is_some(),
                    ),
                ] {
                    match (needed, given) {
                        (true, false) => f.add(pointer, Rule::Required),
                        (false, true) => f.add(pointer, Rule::Conflict),
                        _ => {}
                    }
                }
            }
        }
        if self.starts_on == UNSAID {
            self.starts_on = now.today;
        }
        if self.ends_on.is_some_and(|end| end <= self.starts_on) {
            f.add("/ends_on", Rule::Order);
        }
        f.external_ids(&mut self.external_ids);
    }
}

impl RoleGrant {
    /// A role that an account holds from a day on.
    pub fn of(account: Uuid, grant: Grant, starts_on: NaiveDate) -> Self {
        Self {
            account: Link::to(account),
            role: grant.role.code().to_owned(),
            partnership: grant.partnership.map(Link::to),
            institution: grant.institution.map(Link::to),
            starts_on,
            ..Self::default()
        }
    }

    /// Which role, where, and for which institution. A role that only a newer program knows grants nothing here.
    pub fn grant(&self) -> Grant {
        Grant {
            role: Role::from_code(&self.role).unwrap_or(Role::Anonymous),
            partnership: self.partnership.map(|link| link.id),
            institution: self.institution.map(|link| link.id),
        }
    }

    /// Whether its first day is not said yet.
    pub fn is_undated(&self) -> bool {
        self.starts_on == UNSAID
    }

    /// Whether it is held on a day.
    pub fn holds_on(&self, day: NaiveDate) -> bool {
        !self.suspended && self.starts_on <= day && self.ends_on.is_none_or(|end| day < end)
    }

    /// Whether some day lies in both, so that the same role would be held twice.
    pub fn repeats(&self, other: &Self) -> bool {
        self.account == other.account
            && self.grant() == other.grant()
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
    use crate::check::{day, expected, faults, on};

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

    fn given(role: &str, partnership: Option<Uuid>, institution: Option<Uuid>) -> RoleGrant {
        RoleGrant {
            account: Link::to(id(3)),
            role: role.into(),
            partnership: partnership.map(Link::to),
            institution: institution.map(Link::to),
            starts_on: day("2016-01-01"),
            ..RoleGrant::default()
        }
    }

    fn checked(grant: RoleGrant) -> Result<RoleGrant, Faults> {
        Ok(grant.checked(&on("2016-01-01"))?.into_inner())
    }

    #[test]
    fn a_role_is_given_where_it_needs_to_be() {
        assert!(checked(given("admin", None, None)).is_ok());
        assert!(checked(given("institution_rep", Some(id(1)), Some(id(5)))).is_ok());
        assert_eq!(
            faults(checked(given("institution_rep", None, None))),
            expected(&[
                ("/institution", Rule::Required),
                ("/partnership", Rule::Required)
            ])
        );
        assert_eq!(
            faults(checked(given("admin", Some(id(1)), None))),
            expected(&[("/partnership", Rule::Conflict)])
        );
        assert_eq!(
            faults(checked(given("anonymous", None, None))),
            expected(&[("/role", Rule::UnknownCode)])
        );
        let backwards = RoleGrant {
            ends_on: Some(day("2016-01-01")),
            ..given("admin", None, None)
        };
        assert_eq!(
            faults(checked(backwards)),
            expected(&[("/ends_on", Rule::Order)])
        );
    }

    #[test]
    fn a_grant_holds_from_its_first_day_until_the_day_it_ends() {
        let until = |end: Option<&str>| {
            let grant = RoleGrant {
                ends_on: end.map(day),
                ..given("secretariat", Some(id(1)), None)
            };
            checked(grant).unwrap()
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
