//! Who may do what where: the one place that says so.

pub mod account;
pub mod audience;
pub mod calendar_link;
pub mod client_secret;
pub mod grant;
pub mod link;
pub mod password;
pub mod session;
pub mod throttle;

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

            /// The permission of a code.
            pub fn from_code(code: &str) -> Option<Permission> {
                Self::ALL.iter().copied().find(|permission| permission.code() == code)
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
    /// Read, in the internal view, what may speak of persons.
    ReadPersonal = "personal:read",
    /// Take a snapshot of all that one may read.
    TakeSnapshots = "snapshots:read",
    /// Have all that one may read of a partnership made into a file, once or by a schedule.
    RunExports = "exports:run",
    /// Know one's own account and sessions.
    ReadSelf = "self:read",
    /// Change one's own password, address, second factor and sessions.
    WriteSelf = "self:write",
    /// Create institutions, and change and delete those that one's partnership keeps.
    WriteInstitutions = "institutions:write",
    /// Create and delete partnerships.
    ManagePartnerships = "partnerships:manage",
    /// Change a partnership's own data.
    WritePartnership = "partnership:write",
    /// Create, change and delete the records of a partnership.
    WriteRecords = "records:write",
    /// Record people: one's colleagues, or anybody who works in the partnership.
    WritePeople = "people:write",
    /// Report where a communiqué was posted.
    ReportPostings = "postings:report",
    /// Enter a good practice: record its draft and hand it in for review.
    ProposePractices = "practices:propose",
    /// Propose a recommendation: record its draft, correct it and put it forward.
    ProposeRecommendations = "recommendations:propose",
    /// Adopt, reject or withdraw a recommendation.
    AdoptRecommendations = "recommendations:adopt",
    /// Approve a report, or open it again.
    ApproveReports = "reports:approve",
    /// Acknowledge a report that was submitted, or return it.
    AnswerReports = "reports:answer",
    /// Load a data file.
    Import = "imports:run",
    /// Invite people, give roles and take them.
    ManageAccounts = "accounts:manage",
    /// Run accounts of services, their secrets and what they may ask for.
    ManageServices = "services:manage",
    /// Have oneself told what changed, at an address of one's own.
    ManageWebhooks = "webhooks:manage",
    /// Give oneself addresses at which calendar programs read one's meetings.
    ManageCalendarLinks = "calendar-links:manage",
    /// See who may do what in a partnership, and when they last did.
    ReviewAccess = "access-review:read",
    /// Read the audit trail.
    ReadAudit = "audit:read",
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
            (P::TakeSnapshots | P::ReadSelf | P::WriteSelf, Role::Anonymous) => Reach::None,
            (P::TakeSnapshots | P::ReadSelf | P::WriteSelf, _) => Reach::Everywhere,
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
                P::ReadPersonal,
                Role::InstitutionRep
                | Role::CouncilMember
                | Role::CouncilChair
                | Role::Secretariat
                | Role::Auditor,
            ) => Reach::Partnership,
            (
                P::WriteInstitutions
                | P::WritePartnership
                | P::WriteRecords
                | P::WritePeople
                | P::ReportPostings
                | P::ProposePractices,
                Role::Secretariat,
            ) => Reach::Partnership,
            (
                P::WriteInstitutions | P::WritePeople | P::ReportPostings | P::ProposePractices,
                Role::InstitutionRep,
            ) => Reach::Institution,
            (
                P::ProposeRecommendations,
                Role::Secretariat | Role::CouncilChair | Role::CouncilMember,
            ) => Reach::Partnership,
            (
                P::AdoptRecommendations | P::ApproveReports,
                Role::Secretariat | Role::CouncilChair,
            ) => Reach::Partnership,
            (P::AnswerReports, Role::Rops) => Reach::Partnership,
            (P::ManageAccounts, Role::Secretariat) => Reach::Partnership,
            (P::ManageAccounts, Role::InstitutionRep) => Reach::Institution,
            (P::RunExports, Role::Secretariat | Role::Auditor | Role::Rops | Role::Reporting) => {
                Reach::Partnership
            }
            (P::ReviewAccess, Role::Secretariat | Role::Auditor) => Reach::Partnership,
            (P::ReadAudit, Role::Auditor) => Reach::Partnership,
            (
                P::ManageCalendarLinks,
                Role::CouncilMember | Role::CouncilChair | Role::Secretariat,
            ) => Reach::Partnership,
            (P::ManageCalendarLinks, Role::InstitutionRep) => Reach::Institution,
            (P::ManageWebhooks, Role::Rops | Role::Reporting) => Reach::Partnership,
            (
                P::ReadInternal
                | P::ReadPersonal
                | P::WriteInstitutions
                | P::ManagePartnerships
                | P::WritePartnership
                | P::WriteRecords
                | P::WritePeople
                | P::ReportPostings
                | P::ProposePractices
                | P::ProposeRecommendations
                | P::AdoptRecommendations
                | P::ApproveReports
                | P::AnswerReports
                | P::Import
                | P::ManageAccounts
                | P::ManageServices
                | P::ManageWebhooks
                | P::ManageCalendarLinks
                | P::RunExports
                | P::ReviewAccess
                | P::ReadAudit,
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
    /// What it was granted and holds today.
    pub grants: Vec<Grant>,
    /// What it may do at the most, where it asked for less than it was granted.
    pub scopes: Option<Vec<Permission>>,
    /// The session of a person; services have none.
    pub session: Option<Uuid>,
    /// Whether a second factor was given in the session.
    pub second_factor: bool,
    /// What it was granted besides, but holds only in a session with a second factor.
    pub withheld: Vec<Grant>,
}

/// How much of a record is shown, from the least to the most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum View {
    /// What anyone may see: no drafts, no persons.
    Public,
    /// What those who work with the partnership see, without what may speak of persons.
    Internal,
    /// What those who work in the partnership see.
    Personal,
}

impl View {
    /// The view of a tag.
    pub fn from_tag(tag: &str) -> Option<Self> {
        [View::Public, View::Internal, View::Personal]
            .into_iter()
            .find(|view| view.tag() == tag)
    }

    /// Tells views apart in entity tags.
    pub const fn tag(self) -> &'static str {
        match self {
            View::Public => "public",
            View::Internal => "internal",
            View::Personal => "personal",
        }
    }
}

impl Actor {
    /// Each grant with how far it carries a permission.
    fn reaches(&self, permission: Permission) -> impl Iterator<Item = (&Grant, Reach)> {
        let asked_for = self.asked_for(permission);
        self.grants
            .iter()
            .filter(move |_| asked_for)
            .map(move |grant| (grant, grant.role.reach(permission)))
    }

    fn asked_for(&self, permission: Permission) -> bool {
        self.scopes
            .as_ref()
            .is_none_or(|scopes| scopes.contains(&permission))
    }

    /// Whether some grant holds the permission somewhere.
    pub fn may_somewhere(&self, permission: Permission) -> bool {
        let own = matches!(permission, Permission::ReadSelf | Permission::WriteSelf);
        Role::Anonymous.grants(permission)
            || (own && self.account.is_some() && self.asked_for(permission))
            || self
                .reaches(permission)
                .any(|(_, reach)| reach != Reach::None)
    }

    /// Whether the permission is held on what stands at `place`.
    pub fn may(&self, permission: Permission, place: Place<'_>) -> bool {
        Role::Anonymous.grants(permission)
            || self.reaches(permission).any(|(grant, reach)| {
                let here = grant
                    .partnership
                    .is_some_and(|own| place.partnerships.contains(&own));
                match reach {
                    Reach::None => false,
                    Reach::Everywhere => true,
                    Reach::Partnership => here,
                    Reach::Institution => {
                        grant.institution.is_some()
                            && grant.institution == place.institution
                            && here
                    }
                }
            })
    }

    /// Whether the permission is held on something in a partnership.
    pub fn may_in(&self, permission: Permission, partnership: Uuid) -> bool {
        Role::Anonymous.grants(permission)
            || self.reaches(permission).any(|(grant, reach)| match reach {
                Reach::None => false,
                Reach::Everywhere => true,
                Reach::Partnership | Reach::Institution => grant.partnership == Some(partnership),
            })
    }

    /// Whether the permission is held on everything there is.
    pub fn may_everywhere(&self, permission: Permission) -> bool {
        self.reaches(permission)
            .any(|(_, reach)| reach == Reach::Everywhere)
    }

    /// The partnerships in the whole of which the permission is held.
    pub fn partnerships(&self, permission: Permission) -> Vec<Uuid> {
        self.reaches(permission)
            .filter(|(_, reach)| *reach == Reach::Partnership)
            .filter_map(|(grant, _)| grant.partnership)
            .collect()
    }

    /// The grants that carry the permission to one institution only.
    pub fn institutions(&self, permission: Permission) -> Vec<Grant> {
        self.reaches(permission)
            .filter(|(_, reach)| *reach == Reach::Institution)
            .map(|(grant, _)| *grant)
            .collect()
    }

    /// What a grant lets this actor do, in the order of the matrix.
    pub fn permissions_of(&self, grant: &Grant) -> Vec<Permission> {
        Permission::ALL
            .iter()
            .copied()
            .filter(|permission| self.asked_for(*permission) && grant.role.grants(*permission))
            .collect()
    }

    /// The one institution for which this actor acts, if all it holds is held for that.
    pub fn on_behalf_of(&self) -> Option<Uuid> {
        let own = self.grants.first()?.institution;
        self.grants
            .iter()
            .all(|grant| grant.institution == own)
            .then_some(own)?
    }

    /// What the actor sees of a partnership's records.
    pub fn view(&self, partnership: Uuid) -> View {
        let place = Place {
            partnerships: &[partnership],
            institution: None,
        };
        let sees = |permission| self.may(permission, place);
        match (
            sees(Permission::ReadInternal),
            sees(Permission::ReadPersonal),
        ) {
            (true, true) => View::Personal,
            (true, false) => View::Internal,
            (false, _) => View::Public,
        }
    }
}

/// The matrix of roles and permissions as a Markdown page, for people who do not read code.
pub fn matrix() -> String {
    let mut page = String::from(
        "# Who may do what\n\n\
         Printed by a test from `domain/src/access/mod.rs`. `everywhere`: on every record; `partnership`: in the partnership\n\
         of the grant; `institution`: on what belongs to the grant's institution there; `·`: never.\n\n\
         Institutions and accounts are shared by partnerships. An institution is changed in the partnership that keeps it: the\n\
         one whose signature of it was recorded first and still stands, or else the one whose secretariat recorded it. Of an\n\
         account, each partnership sees, gives, suspends and withdraws its own roles.\n\n| Permission |",
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
            ..Actor::default()
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
        assert_eq!(secretariat.view(own), View::Personal);
        assert_eq!(actor(Role::Rops, own, None).view(own), View::Internal);
        assert_eq!(secretariat.view(other), View::Public);
    }

    #[test]
    fn a_representative_writes_for_the_own_institution_only() {
        let (own, other) = (Uuid::from_u128(5), Uuid::from_u128(6));
        let rep = actor(Role::InstitutionRep, Uuid::from_u128(1), Some(own));
        const HERE: [Uuid; 1] = [Uuid::from_u128(1)];
        let of = |institution| Place {
            partnerships: &HERE,
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
        // What no partnership keeps is nobody's but the administrators', whoever was made its representative.
        let nowhere = Place {
            partnerships: &[],
            institution: Some(own),
        };
        assert!(!rep.may(Permission::WriteInstitutions, nowhere));
    }

    #[test]
    fn who_asked_for_less_may_do_no_more_than_that() {
        let own = Uuid::from_u128(1);
        let whole = actor(Role::Rops, own, None);
        let narrow = Actor {
            scopes: Some(vec![Permission::ReadPublic]),
            ..whole.clone()
        };
        assert!(whole.may_in(Permission::ReadInternal, own));
        assert!(!narrow.may_in(Permission::ReadInternal, own));
        assert!(!narrow.may_somewhere(Permission::ReadSelf));
        assert_eq!(narrow.view(own), View::Public);
        let wide = Actor {
            scopes: Some(Permission::ALL.to_vec()),
            ..whole
        };
        assert!(
            !wide.may_somewhere(Permission::Import),
            "a scope grants nothing"
        );
    }

    #[test]
    fn a_representative_acts_for_the_institution() {
        let (partnership, institution) = (Uuid::from_u128(1), Uuid::from_u128(5));
        let rep = actor(Role::InstitutionRep, partnership, Some(institution));
        assert_eq!(rep.on_behalf_of(), Some(institution));
        let mut both = rep;
        both.grants
            .extend(actor(Role::Secretariat, partnership, None).grants);
        assert_eq!(both.on_behalf_of(), None);
        assert_eq!(Actor::default().on_behalf_of(), None);
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
    fn auditor_rops_and_reporting_write_nothing_but_their_own_account_and_answers() {
        for role in [Role::Auditor, Role::Rops, Role::Reporting] {
            for permission in Permission::ALL {
                // What is one's own: the account, where one is told what changed, files of what one reads, and the answer to a
                // report that one was sent.
                let own = [
                    Permission::WriteSelf,
                    Permission::ManageWebhooks,
                    Permission::RunExports,
                    Permission::AnswerReports,
                ];
                let reads = permission.code().ends_with(":read") || own.contains(permission);
                assert!(
                    reads || !role.grants(*permission),
                    "{role:?} {permission:?}"
                );
            }
        }
    }
}
