//! Who may do what where: the one place that says so.

use std::fmt;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// How far a permission reaches, from nowhere to everywhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// Not held.
    None,
    /// On what belongs to the grant's own institution.
    Institution,
    /// On everything in the grant's partnership.
    Partnership,
    /// On everything there is.
    Everywhere,
}

macro_rules! permissions {
    ($($(#[doc = $doc:literal])+ $name:ident = $code:literal,)+) => {
        /// Something a caller may be allowed to do. The code is also the security scope in the document.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Permission { $($(#[doc = $doc])+ $name,)+ }

        impl Permission {
            /// Every permission, in the order of the matrix.
            pub const ALL: &'static [Permission] = &[$(Permission::$name,)+];

            /// The stable code, `<what>:<verb>`.
            pub const fn code(self) -> &'static str {
                match self { $(Permission::$name => $code,)+ }
            }
        }

        /// One type per permission, so that a handler's signature and its documentation name the same thing.
        pub mod permission {
            use super::{Needs, Permission};
            $(
                $(#[doc = $doc])+
                #[derive(Clone, Copy, Debug)]
                pub struct $name;

                impl Needs for $name { const PERMISSION: Permission = Permission::$name; }

                impl std::fmt::Display for $name {
                    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        f.write_str($code)
                    }
                }
            )+
        }
    };
}

/// A type that stands for a permission.
pub trait Needs: fmt::Display + 'static {
    /// Which one.
    const PERMISSION: Permission;
}

permissions! {
    /// Read what is public.
    ReadPublic = "public:read",
    /// Read the internal view of a partnership's records.
    ReadInternal = "internal:read",
    /// Know one's own account.
    ReadSelf = "self:read",
    /// Create, change and delete institutions.
    WriteInstitutions = "institutions:write",
    /// Create and delete partnerships.
    ManagePartnerships = "partnerships:manage",
    /// Change a partnership's own data.
    WritePartnership = "partnership:write",
    /// Create, change and delete the records of a partnership.
    WriteRecords = "records:write",
    /// Report where a communiqué was posted.
    ReportPostings = "postings:report",
    /// Propose a recommendation: record its draft.
    ProposeRecommendations = "recommendations:propose",
    /// Adopt, reject or withdraw a recommendation.
    AdoptRecommendations = "recommendations:adopt",
    /// Load a data file.
    Import = "imports:run",
}

/// A part that an account plays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Nobody signed in.
    Anonymous,
    /// Representative of a signatory.
    InstitutionRep,
    /// Member of the Programme Council.
    CouncilMember,
    /// Chair of the Programme Council.
    CouncilChair,
    /// The partnership's secretariat.
    Secretariat,
    /// Auditor of a partnership.
    Auditor,
    /// The regional social policy centre's system.
    Rops,
    /// An automated reporting client.
    Reporting,
    /// Administrator of the installation.
    Admin,
}

impl Role {
    /// Every role, in the order of the matrix.
    pub const ALL: [Role; 9] = [
        Role::Anonymous,
        Role::InstitutionRep,
        Role::CouncilMember,
        Role::CouncilChair,
        Role::Secretariat,
        Role::Auditor,
        Role::Rops,
        Role::Reporting,
        Role::Admin,
    ];

    /// The stable code, as in tokens and on the command line.
    pub const fn code(self) -> &'static str {
        match self {
            Role::Anonymous => "anonymous",
            Role::InstitutionRep => "institution_rep",
            Role::CouncilMember => "council_member",
            Role::CouncilChair => "council_chair",
            Role::Secretariat => "secretariat",
            Role::Auditor => "auditor",
            Role::Rops => "rops",
            Role::Reporting => "reporting",
            Role::Admin => "admin",
        }
    }

    /// The role of a code; nobody is granted `anonymous`.
    pub fn from_code(code: &str) -> Option<Role> {
        Role::ALL
            .into_iter()
            .find(|role| role.code() == code && *role != Role::Anonymous)
    }

    /// Whether a grant of the role must name a partnership.
    pub const fn needs_partnership(self) -> bool {
        !matches!(self, Role::Anonymous | Role::Admin)
    }

    /// Whether a grant of the role must name an institution.
    pub const fn needs_institution(self) -> bool {
        matches!(self, Role::InstitutionRep)
    }

    /// How far the role's grant of a permission reaches.
    pub const fn reach(self, permission: Permission) -> Reach {
        use Permission as P;
        match (permission, self) {
            (P::ReadPublic, _) => Reach::Everywhere,
            (P::ReadSelf, Role::Anonymous) => Reach::None,
            (P::ReadSelf, _) => Reach::Everywhere,
            (_, Role::Admin) => Reach::Everywhere,
            (
                P::ReadInternal,
                Role::InstitutionRep
                | Role::CouncilMember
                | Role::CouncilChair
                | Role::Secretariat
                | Role::Auditor
                | Role::Rops,
            ) => Reach::Partnership,
            (
                P::WriteInstitutions | P::WritePartnership | P::WriteRecords | P::ReportPostings,
                Role::Secretariat,
            ) => Reach::Partnership,
            (P::WriteInstitutions | P::ReportPostings, Role::InstitutionRep) => Reach::Institution,
            (
                P::ProposeRecommendations,
                Role::Secretariat | Role::CouncilChair | Role::CouncilMember,
            ) => Reach::Partnership,
            (P::AdoptRecommendations, Role::Secretariat | Role::CouncilChair) => Reach::Partnership,
            (
                P::ReadInternal
                | P::WriteInstitutions
                | P::ManagePartnerships
                | P::WritePartnership
                | P::WriteRecords
                | P::ReportPostings
                | P::ProposeRecommendations
                | P::AdoptRecommendations
                | P::Import,
                _,
            ) => Reach::None,
        }
    }

    /// Whether the role holds the permission anywhere.
    pub const fn grants(self, permission: Permission) -> bool {
        !matches!(self.reach(permission), Reach::None)
    }
}

/// A role given to an account, in a partnership and for an institution where the role needs them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    /// The role.
    pub role: Role,
    /// In which partnership.
    pub partnership: Option<Uuid>,
    /// For which institution.
    pub institution: Option<Uuid>,
}

/// Whom a record belongs to, as far as access goes.
#[derive(Clone, Copy, Debug, Default)]
pub struct Place<'a> {
    /// The partnerships that hold it.
    pub partnerships: &'a [Uuid],
    /// The institution it is about.
    pub institution: Option<Uuid>,
}

/// Who is asking: an account with its grants, or nobody.
#[derive(Clone, Debug, Default)]
pub struct Actor {
    /// The account; `None` is the public.
    pub account: Option<Uuid>,
    /// What it was granted.
    pub grants: Vec<Grant>,
}

/// How much of a record is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum View {
    /// What anyone may see: no drafts, no persons.
    Public,
    /// What those who work in the partnership see.
    Internal,
}

impl View {
    /// Tells views apart in entity tags.
    pub const fn tag(self) -> &'static str {
        match self {
            View::Public => "public",
            View::Internal => "internal",
        }
    }
}

impl Actor {
    /// Whether some grant holds the permission somewhere.
    pub fn may_somewhere(&self, permission: Permission) -> bool {
        Role::Anonymous.grants(permission)
            || (self.account.is_some() && matches!(permission, Permission::ReadSelf))
            || self
                .grants
                .iter()
                .any(|grant| grant.role.grants(permission))
    }

    /// Whether the permission is held on what stands at `place`.
    pub fn may(&self, permission: Permission, place: Place<'_>) -> bool {
        Role::Anonymous.grants(permission)
            || self.grants.iter().any(|grant| {
                let here = grant
                    .partnership
                    .is_some_and(|own| place.partnerships.contains(&own));
                match grant.role.reach(permission) {
                    Reach::None => false,
                    Reach::Everywhere => true,
                    Reach::Partnership => here,
                    Reach::Institution => {
                        grant.institution.is_some()
                            && grant.institution == place.institution
                            && (here || place.partnerships.is_empty())
                    }
                }
            })
    }

    /// Whether the permission is held on something in a partnership.
    pub fn may_in(&self, permission: Permission, partnership: Uuid) -> bool {
        Role::Anonymous.grants(permission)
            || self
                .grants
                .iter()
                .any(|grant| match grant.role.reach(permission) {
                    Reach::None => false,
                    Reach::Everywhere => true,
                    Reach::Partnership | Reach::Institution => {
                        grant.partnership == Some(partnership)
                    }
                })
    }

    /// Whether the permission is held on everything there is.
    pub fn may_everywhere(&self, permission: Permission) -> bool {
        self.grants
            .iter()
            .any(|grant| grant.role.reach(permission) == Reach::Everywhere)
    }

    /// What the actor sees of a partnership's records.
    pub fn view(&self, partnership: Uuid) -> View {
        let place = Place {
            partnerships: &[partnership],
            institution: None,
        };
        if self.may(Permission::ReadInternal, place) {
            View::Internal
        } else {
            View::Public
        }
    }
}

/// The matrix of roles and permissions as a Markdown page, for people who do not read code.
pub fn matrix() -> String {
    let mut page = String::from(
        "# Who may do what\n\n\
         Printed by a test from `domain/src/access.rs`. `everywhere`: on every record; `partnership`: in the partnership\n\
         of the grant; `institution`: on what belongs to the grant's institution; `·`: never.\n\n| Permission |",
    );
    for role in Role::ALL {
        page += &format!(" `{}` |", role.code());
    }
    page += &format!("\n|---|{}\n", "---|".repeat(Role::ALL.len()));
    for permission in Permission::ALL {
        page += &format!("| `{}` |", permission.code());
        for role in Role::ALL {
            page += match role.reach(*permission) {
                Reach::None => " · |",
                Reach::Institution => " institution |",
                Reach::Partnership => " partnership |",
                Reach::Everywhere => " everywhere |",
            };
        }
        page.push('\n');
    }
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    fn actor(role: Role, partnership: Uuid, institution: Option<Uuid>) -> Actor {
        let grant = Grant {
            role,
            partnership: Some(partnership),
            institution,
        };
        Actor {
            account: Some(Uuid::from_u128(9)),
            grants: vec![grant],
        }
    }

    #[test]
    fn a_partnerships_roles_do_not_reach_into_another() {
        let (own, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let secretariat = actor(Role::Secretariat, own, None);
        let at = |partnership: &'static [Uuid]| Place {
            partnerships: partnership,
            institution: None,
        };
        const OWN: [Uuid; 1] = [Uuid::from_u128(1)];
        const OTHER: [Uuid; 1] = [Uuid::from_u128(2)];
        assert!(secretariat.may(Permission::WriteRecords, at(&OWN)));
        assert!(!secretariat.may(Permission::WriteRecords, at(&OTHER)));
        assert_eq!(secretariat.view(own), View::Internal);
        assert_eq!(secretariat.view(other), View::Public);
    }

    #[test]
    fn a_representative_writes_for_the_own_institution_only() {
        let (own, other) = (Uuid::from_u128(5), Uuid::from_u128(6));
        let rep = actor(Role::InstitutionRep, Uuid::from_u128(1), Some(own));
        let of = |institution| Place {
            partnerships: &[],
            institution: Some(institution),
        };
        assert!(rep.may(Permission::WriteInstitutions, of(own)));
        assert!(!rep.may(Permission::WriteInstitutions, of(other)));
        assert!(!rep.may(Permission::WriteInstitutions, Place::default()));
        let elsewhere = Place {
            partnerships: &[Uuid::from_u128(2)],
            institution: Some(own),
        };
        assert!(!rep.may(Permission::ReportPostings, elsewhere));
    }

    #[test]
    fn the_public_reads_and_nothing_else() {
        for permission in Permission::ALL {
            let granted = Actor::default().may_somewhere(*permission);
            assert_eq!(
                granted,
                *permission == Permission::ReadPublic,
                "{permission:?}"
            );
        }
    }

    #[test]
    fn auditor_rops_and_reporting_write_nothing() {
        for role in [Role::Auditor, Role::Rops, Role::Reporting] {
            for permission in Permission::ALL {
                let reads = permission.code().ends_with(":read");
                assert!(
                    reads || !role.grants(*permission),
                    "{role:?} {permission:?}"
                );
            }
        }
    }
}
