//! What every record has, whatever it records.

use std::ops::Deref;

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::fault::{Faults, Rule};
use crate::text::Line;

/// A kind of record, as changes, reports and problems name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// An institution.
    Institution,
    /// A partnership.
    Partnership,
    /// A version of the agreement of a partnership.
    AgreementVersion,
    /// An institution's participation in a partnership.
    Signatory,
    /// A funding programme.
    FundingProgramme,
    /// A council, assembly, working group, forum or external committee.
    Body,
    /// A term of office of a body.
    Term,
    /// A seat held in a term.
    Mandate,
    /// A meeting.
    Meeting,
    /// A point of a meeting's agenda.
    AgendaItem,
    /// Presence at a meeting.
    Attendance,
    /// What came out of one or more meetings.
    Output,
    /// A good practice.
    GoodPractice,
    /// A recommendation.
    Recommendation,
    /// How a recommendation was carried out.
    Implementation,
    /// A duty to be fulfilled so many times a year.
    Commitment,
    /// One time a commitment was fulfilled.
    Fulfilment,
    /// An effect of a period.
    Effect,
    /// A communiqué.
    Communique,
    /// A communiqué posted by an institution.
    Posting,
    /// The report of a period.
    Report,
    /// A person who works in a partnership.
    Person,
    /// Who acts on behalf of an institution.
    Representation,
    /// An account of a person or a service.
    Account,
    /// A role given to an account.
    Grant,
    /// A secret that a service signs in with.
    ClientSecret,
    /// A signed link.
    Link,
    /// Where a service is told what changed.
    Webhook,
    /// An address at which calendar programs read meetings.
    CalendarLink,
    /// Everything of a partnership as one file.
    Export,
    /// When such files are made again.
    ExportSchedule,
    /// A table whose rows become records.
    BulkImport,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Kind; 32] = [
        Kind::Institution,
        Kind::Partnership,
        Kind::AgreementVersion,
        Kind::Signatory,
        Kind::FundingProgramme,
        Kind::Body,
        Kind::Term,
        Kind::Mandate,
        Kind::Meeting,
        Kind::AgendaItem,
        Kind::Attendance,
        Kind::Output,
        Kind::GoodPractice,
        Kind::Recommendation,
        Kind::Implementation,
        Kind::Commitment,
        Kind::Fulfilment,
        Kind::Effect,
        Kind::Communique,
        Kind::Posting,
        Kind::Report,
        Kind::Person,
        Kind::Representation,
        Kind::Account,
        Kind::Grant,
        Kind::ClientSecret,
        Kind::Link,
        Kind::Webhook,
        Kind::CalendarLink,
        Kind::Export,
        Kind::ExportSchedule,
        Kind::BulkImport,
    ];

    /// The kind of a name.
    pub fn from_name(name: &str) -> Option<Kind> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// The kind of the records below which those of this kind stand.
    pub const fn parent(self) -> Option<Kind> {
        match self {
            Kind::AgendaItem | Kind::Attendance => Some(Kind::Meeting),
            Kind::Term => Some(Kind::Body),
            Kind::Mandate => Some(Kind::Term),
            Kind::Implementation => Some(Kind::Recommendation),
            Kind::Fulfilment => Some(Kind::Commitment),
            Kind::Posting => Some(Kind::Communique),
            Kind::ClientSecret => Some(Kind::Account),
            _ => None,
        }
    }

    /// The stable snake_case name.
    pub const fn name(self) -> &'static str {
        match self {
            Kind::Institution => "institution",
            Kind::Partnership => "partnership",
            Kind::AgreementVersion => "agreement_version",
            Kind::Signatory => "signatory",
            Kind::FundingProgramme => "funding_programme",
            Kind::Body => "body",
            Kind::Term => "term",
            Kind::Mandate => "mandate",
            Kind::Meeting => "meeting",
            Kind::AgendaItem => "agenda_item",
            Kind::Attendance => "attendance",
            Kind::Output => "output",
            Kind::GoodPractice => "good_practice",
            Kind::Recommendation => "recommendation",
            Kind::Implementation => "implementation",
            Kind::Commitment => "commitment",
            Kind::Fulfilment => "fulfilment",
            Kind::Effect => "effect",
            Kind::Communique => "communique",
            Kind::Posting => "posting",
            Kind::Report => "report",
            Kind::Person => "person",
            Kind::Representation => "representation",
            Kind::Account => "account",
            Kind::Grant => "grant",
            Kind::ClientSecret => "client_secret",
            Kind::Link => "link",
            Kind::Webhook => "webhook",
            Kind::CalendarLink => "calendar_link",
            Kind::Export => "export",
            Kind::ExportSchedule => "export_schedule",
            Kind::BulkImport => "bulk_import",
        }
    }
}

/// Identity, version and times of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// UUIDv7.
    pub id: Uuid,
    /// Starts at 1 and grows by one with every change.
    pub version: i32,
    /// When it was first recorded.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub modified_at: DateTime<Utc>,
}

/// A stored record: what it says, with its identity and version.
#[derive(Clone, Debug, PartialEq)]
pub struct Versioned<T> {
    /// Identity, version and times.
    pub head: Head,
    /// What is recorded.
    pub value: T,
}

/// What can be stored, versioned and reported as changed.
pub trait Record: Clone + PartialEq + Serialize + Send + Sync {
    /// Which kind it is.
    const KIND: Kind;

    /// The partnership it belongs to; institutions and partnerships themselves belong to none.
    fn partnership_id(&self) -> Option<Uuid>;

    /// The record below which it stands, of [`Kind::parent`]; who watches that one watches this one, too.
    fn parent_id(&self) -> Option<Uuid> {
        None
    }

    /// The records that it lists and that appear and disappear with it.
    fn listed(&self) -> Vec<(Kind, Uuid)> {
        Vec::new()
    }

    /// The record that has taken its place.
    fn merged_into(&self) -> Option<Uuid> {
        None
    }
}

/// What a record's rules are checked by: the calendar day where it belongs, and the time zone there.
#[derive(Clone, Copy, Debug)]
pub struct Calendar {
    /// The current day.
    pub today: NaiveDate,
    /// The time zone.
    pub zone: Tz,
}

impl Calendar {
    /// That of Poland, on a day.
    pub const fn in_poland(today: NaiveDate) -> Self {
        let zone = Tz::Europe__Warsaw;
        Self { today, zone }
    }
}

/// A record whose type is its JSON shape, too: what one sends to create it, and what is shown of it.
///
/// What is sent lacks the fields that are `read_only` in the schema ([`never`] refuses them); what is shown has all, those that
/// may be absent as null.
pub trait Shape: Record + Default + DeserializeOwned + ToSchema + 'static {
    /// Puts it where the path says it belongs: into a partnership, and below a record of [`Kind::parent`].
    fn place(&mut self, _partnership: Uuid, _parent: Option<Uuid>) {}

    /// Its slug, where it has one: made from a title when none is sent.
    fn slug_mut(&mut self) -> Option<&mut String> {
        None
    }

    /// Takes out of a stored record what nobody stated, because it follows from the rest: a patch that changes the rest changes it.
    fn as_sent(&mut self) {}

    /// Takes over what nobody sends, such as a state, from the record as it was stored.
    fn keep(&mut self, _stored: &Self) {}

    /// Puts every value into its one form, and notes all that is wrong, by the names of the fields.
    fn check(&mut self, now: &Calendar, faults: &mut Faults);

    /// The record, if nothing is wrong with it; otherwise all that is.
    fn checked(self, now: &Calendar) -> Result<Valid<Self>, Faults> {
        self.checked_with(now, Faults::new())
    }

    /// The same of one with which something is wrong already, for the sake of other records: all is told together.
    fn checked_with(mut self, now: &Calendar, mut faults: Faults) -> Result<Valid<Self>, Faults> {
        self.check(now, &mut faults);
        faults.finish().map(|()| Valid(self))
    }
}

/// A record that keeps every rule of its own: what [`Shape::checked`] let through.
#[derive(Clone, Debug, PartialEq)]
pub struct Valid<T>(T);

impl<T> Valid<T> {
    /// The record.
    pub fn into_inner(self) -> T {
        self.0
    }
}

impl<T> Deref for Valid<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

/// Refuses to read a field that nobody sends, such as a state.
pub(crate) fn never<'de, D: Deserializer<'de>, V>(_: D) -> Result<V, D::Error> {
    Err(serde::de::Error::custom("unknown field"))
}

/// Reads a field that may be absent or null; then it is the empty value.
pub(crate) fn given<'de, D: Deserializer<'de>, V: Default + Deserialize<'de>>(
    deserializer: D,
) -> Result<V, D::Error> {
    Ok(Option::<V>::deserialize(deserializer)?.unwrap_or_default())
}

/// A day that nobody said. A check puts another in its place.
pub(crate) const UNSAID: NaiveDate = NaiveDate::MIN;

/// The same as `serde` asks for it.
pub(crate) fn unsaid() -> NaiveDate {
    UNSAID
}

/// Reads a day that may be absent or null; then it is [`UNSAID`].
pub(crate) fn day_given<'de, D: Deserializer<'de>>(deserializer: D) -> Result<NaiveDate, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or(UNSAID))
}

/// The same record's identifier in another system.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExternalId {
    /// The other system.
    #[schema(max_length = 200, example = "rops-register")]
    pub system: String,
    /// The identifier there.
    #[schema(max_length = 200, example = "ES/08/0017")]
    pub id: String,
}

/// Checks a list of external identifiers; a system may stand in it once.
pub fn check_external_ids(raw: Vec<ExternalId>, faults: &mut Faults) -> Vec<ExternalId> {
    if raw.len() > 20 {
        faults.add("/external_ids", Rule::Length);
        return Vec::new();
    }
    let mut checked: Vec<ExternalId> = Vec::with_capacity(raw.len());
    for (index, external) in raw.into_iter().enumerate() {
        let system = faults.take(
            format!("/external_ids/{index}/system"),
            Line::parse(&external.system, 200),
        );
        let id = faults.take(
            format!("/external_ids/{index}/id"),
            Line::parse(&external.id, 200),
        );
        let (Some(system), Some(id)) = (system, id) else {
            continue;
        };
        if checked.iter().any(|known| known.system == system.as_str()) {
            faults.add(format!("/external_ids/{index}/system"), Rule::Duplicate);
        } else {
            checked.push(ExternalId {
                system: system.to_string(),
                id: id.to_string(),
            });
        }
    }
    checked
}
