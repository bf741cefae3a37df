//! Objects by the schema of OParl 1.1.

use chrono::{DateTime, NaiveDate, NaiveTime, SecondsFormat, TimeZone, Utc};
use chrono_tz::Tz;
use domain::partnership::Partnership;
use domain::record::{Head, Versioned};
use domain::vocabulary;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use utoipa::ToSchema;
use uuid::Uuid;

/// The kinds of objects below a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum OparlKind {
    /// The council, the assembly, groups and forums.
    Organization,
    /// Terms of office.
    LegislativeTerm,
    /// Seats, named by the institution that holds them: nobody's personal data.
    Person,
    /// What a seat is in its organization.
    Membership,
    /// Meetings that are announced or took place.
    Meeting,
    /// Public points of agendas.
    AgendaItem,
    /// The towns of meetings.
    Location,
    /// Recommendations and communiqués.
    Paper,
}

impl OparlKind {
    /// Its name in addresses.
    const fn path(self) -> &'static str {
        match self {
            Self::Organization => "organization",
            Self::LegislativeTerm => "legislative-term",
            Self::Person => "person",
            Self::Membership => "membership",
            Self::Meeting => "meeting",
            Self::AgendaItem => "agenda-item",
            Self::Location => "location",
            Self::Paper => "paper",
        }
    }

    /// Its name in the schema.
    const fn schema(self) -> &'static str {
        match self {
            Self::Organization => "Organization",
            Self::LegislativeTerm => "LegislativeTerm",
            Self::Person => "Person",
            Self::Membership => "Membership",
            Self::Meeting => "Meeting",
            Self::AgendaItem => "AgendaItem",
            Self::Location => "Location",
            Self::Paper => "Paper",
        }
    }
}

const SCHEMA: &str = "https://schema.oparl.org/1.1/";

/// An object. Besides what is named here it has the properties of its `type`.
#[derive(Debug, Serialize, ToSchema)]
pub struct OparlObject {
    /// Where it is read.
    #[schema(max_length = 2000, example = "http://127.0.0.1:8080/oparl/1.1/system")]
    pub id: String,
    /// The schema of the rest.
    #[schema(example = "https://schema.oparl.org/1.1/System")]
    pub r#type: String,
    /// When it was recorded.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "2016-03-01T12:30:00Z")]
    pub created: Option<DateTime<Utc>>,
    /// When it was last changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "2016-03-01T12:30:00Z")]
    pub modified: Option<DateTime<Utc>>,
    /// Whether it is gone.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[schema(required = false, example = false)]
    pub deleted: bool,
    #[serde(flatten)]
    #[schema(ignore)]
    more: Map<String, Value>,
}

impl OparlObject {
    /// The object without its times.
    pub fn undated(self) -> Self {
        Self {
            created: None,
            modified: None,
            ..self
        }
    }
}

/// Where the objects of a body are.
pub struct Links {
    system: String,
    body: String,
    partnership: String,
}

impl Links {
    /// Those of one partnership.
    pub fn new(base: &str, partnership: Uuid) -> Self {
        let system = format!("{base}/oparl/1.1");
        Self {
            body: format!("{system}/body/{partnership}"),
            partnership: format!("{base}/api/v1/partnerships/{partnership}"),
            system,
        }
    }

    /// The body.
    pub fn body(&self) -> String {
        self.body.clone()
    }

    /// A list of the body.
    pub fn list(&self, kind: OparlKind) -> String {
        format!("{}/{}", self.body, kind.path())
    }

    /// A page about something of the body, by its path below the partnership.
    pub fn page(&self, path: &str) -> String {
        format!("{}/{path}", self.partnership)
    }

    /// An object of the body.
    pub fn to(&self, kind: OparlKind, id: Uuid) -> String {
        format!("{}/{id}", self.list(kind))
    }
}

/// The properties that there are; OParl leaves out what there is not.
fn present(properties: Value) -> Map<String, Value> {
    match properties {
        Value::Object(map) => map
            .into_iter()
            .filter(|(_, value)| !value.is_null())
            .collect(),
        _ => Map::new(),
    }
}

/// An object by its address, its name in the schema and, of a record, its times.
fn object(id: String, schema: &str, head: Option<&Head>, properties: Value) -> OparlObject {
    OparlObject {
        id,
        r#type: format!("{SCHEMA}{schema}"),
        created: head.map(|head| head.created_at),
        modified: head.map(|head| head.modified_at),
        deleted: false,
        more: present(properties),
    }
}

/// An object below a body.
pub fn below(links: &Links, kind: OparlKind, head: &Head, properties: Value) -> OparlObject {
    object(
        links.to(kind, head.id),
        kind.schema(),
        Some(head),
        properties,
    )
}

/// What is left of an object; without a kind, of a body.
pub fn gone(links: &Links, kind: Option<OparlKind>, id: Uuid, at: DateTime<Utc>) -> OparlObject {
    let address = kind.map_or_else(|| links.body(), |kind| links.to(kind, id));
    let schema = kind.map_or("Body", OparlKind::schema);
    OparlObject {
        modified: Some(at),
        deleted: true,
        ..object(address, schema, None, Value::Null)
    }
}

/// The entry.
pub fn system(base: &str, licence: Option<&str>) -> OparlObject {
    let properties = json!({
        "oparlVersion": SCHEMA,
        "name": "Partnerstwo",
        "body": format!("{base}/oparl/1.1/body"),
        "license": licence,
        "website": format!("{base}/docs/"),
        "product": "https://partnerstwo.example/",
    });
    let address = format!("{base}/oparl/1.1/system");
    object(address, "System", None, properties)
}

/// A partnership.
pub fn body(
    links: &Links,
    licence: Option<&str>,
    partnership: &Versioned<Partnership>,
    terms: Vec<OparlObject>,
) -> OparlObject {
    let Versioned { head, value } = partnership;
    let properties = json!({
        "system": format!("{}/system", links.system),
        "name": value.name,
        "classification": "lokalne partnerstwo na rzecz ekonomii społecznej",
        "license": licence,
        "contactEmail": value.secretariat.email,
        "organization": links.list(OparlKind::Organization),
        "person": links.list(OparlKind::Person),
        "meeting": links.list(OparlKind::Meeting),
        "paper": links.list(OparlKind::Paper),
        "agendaItem": links.list(OparlKind::AgendaItem),
        "membership": links.list(OparlKind::Membership),
        "locationList": links.list(OparlKind::Location),
        "legislativeTermList": links.list(OparlKind::LegislativeTerm),
        "legislativeTerm": terms,
    });
    object(links.body(), "Body", Some(head), properties)
}

/// The Polish label of a code.
pub fn label(vocabulary: &str, code: &str) -> String {
    let found = vocabulary::find(vocabulary).and_then(|vocabulary| vocabulary.term(code));
    found.map_or_else(|| code.to_owned(), |term| term.pl.clone())
}

/// An instant with the offset of a time zone, as OParl wants it.
pub fn instant(at: DateTime<Utc>, zone: Tz) -> String {
    at.with_timezone(&zone)
        .to_rfc3339_opts(SecondsFormat::Secs, false)
}

/// The first instant of a day in a time zone.
pub fn midnight(day: NaiveDate, zone: Tz) -> Option<DateTime<Utc>> {
    let first = zone.from_local_datetime(&day.and_time(NaiveTime::MIN));
    Some(first.earliest()?.to_utc())
}
