//! What the document says of each path, asked on every request: which methods, which parameters.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use domain::vocabulary;
use utoipa::openapi::path::{Operation, Parameter, ParameterIn};
use utoipa::openapi::schema::Schema;
use utoipa::openapi::{KnownFormat, OpenApi, RefOr, SchemaFormat};

use crate::list_format::ListFormat;

/// Every path of the document.
pub struct Contract {
    paths: matchit::Router<Path>,
}

#[derive(Default)]
struct Path {
    methods: BTreeMap<&'static str, Known>,
    /// The format of a list that it ends with.
    format: Option<ListFormat>,
}

/// What the document says of an operation.
struct Known {
    /// Its query parameters by name.
    parameters: HashMap<String, Query>,
    /// Whether it takes no token at all.
    open: bool,
}

/// What the document says of a query parameter.
struct Query {
    greatest_length: usize,
    /// Whether it is a day or an instant.
    dated: bool,
    /// Whether it takes several codes, separated by commas or one each time that it stands there.
    several: bool,
}

/// What the document says of a request.
#[derive(Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is described, and takes a token; if it is a list in another format, in which.
    Described(Option<ListFormat>),
    /// It is described, and takes none: a client that sends one by habit is not refused for its age.
    Open,
    /// There is no such path.
    NoSuchPath,
    /// The path has other methods.
    OtherMethods(String),
    /// The query has a parameter that is not described.
    UnknownParameter(String),
    /// The query has a parameter twice, one that is too long, or one that ends a span before it begins.
    InvalidParameter(String),
}

impl Contract {
    /// Learns the paths of a document.
    pub fn of(document: &OpenApi) -> Self {
        let mut paths = matchit::Router::new();
        for (path, item) in &document.paths.paths {
            let mut known = Path {
                format: list_format(document, path),
                ..Path::default()
            };
            for (method, operation) in operations(item) {
                let operation = Known {
                    parameters: query_parameters(operation),
                    open: takes_no_token(operation),
                };
                known.methods.insert(method, operation);
            }
            #[expect(
                clippy::let_underscore_must_use,
                reason = "two paths of one shape cannot both be routed; the walker in the tests would find the second unanswered"
            )]
            let _ = paths.insert(path.clone(), known);
        }
        Self { paths }
    }

    /// Judges a request. `HEAD` is described wherever `GET` is.
    pub fn judge(&self, method: &str, path: &str, query: &str) -> Verdict {
        let Ok(known) = self.paths.at(path) else {
            return Verdict::NoSuchPath;
        };
        let described = known
            .value
            .methods
            .get(if method == "HEAD" { "GET" } else { method });
        let Some(operation) = described else {
            return Verdict::OtherMethods(known.value.allow());
        };
        let mut seen = HashMap::new();
        let pairs = serde_urlencoded::from_str::<Vec<(String, String)>>(query);
        for (name, value) in pairs.unwrap_or_default() {
            let Some(known) = operation.parameters.get(&name) else {
                return Verdict::UnknownParameter(name);
            };
            let too_long = value.chars().count() > known.greatest_length;
            if too_long || (known.dated && !has_four_digit_year(&value)) {
                return Verdict::InvalidParameter(name);
            }
            let at = if known.dated { moment(&value) } else { None };
            if seen.insert(name.clone(), at).is_some() && !known.several {
                return Verdict::InvalidParameter(name);
            }
        }
        if let Some(end) = ends_before_it_begins(&seen) {
            return Verdict::InvalidParameter(end);
        }
        match operation.open {
            true => Verdict::Open,
            false => Verdict::Described(known.value.format),
        }
    }
}

/// The format of a path that is a list in another format: what it is without its suffix has pages.
fn list_format(document: &OpenApi, path: &str) -> Option<ListFormat> {
    let (list, format) = ListFormat::split(path)?;
    let list = document.paths.paths.get(list)?.get.as_ref()?;
    query_parameters(list)
        .contains_key("limit")
        .then_some(format)
}

/// Whether the document names no token, not even as a choice.
fn takes_no_token(operation: &Operation) -> bool {
    let security = serde_json::to_value(&operation.security).unwrap_or_default();
    let ways = security.as_array();
    ways.is_some_and(|ways| ways.iter().all(|way| way.get("bearer").is_none()))
}

impl Path {
    fn allow(&self) -> String {
        let head = self.methods.contains_key("GET").then_some("HEAD");
        self.methods
            .keys()
            .copied()
            .chain(head)
            .chain(["OPTIONS"])
            .collect::<Vec<_>>()
            .join(", ")
    }
}

/// The operations of a path with their methods.
pub fn operations(item: &utoipa::openapi::PathItem) -> Vec<(&'static str, &Operation)> {
    let all = [
        ("GET", &item.get),
        ("POST", &item.post),
        ("PUT", &item.put),
        ("PATCH", &item.patch),
        ("DELETE", &item.delete),
    ];
    all.into_iter()
        .filter_map(|(method, operation)| operation.as_ref().map(|operation| (method, operation)))
        .collect()
}

fn query_parameters(operation: &Operation) -> HashMap<String, Query> {
    let parameters = operation.parameters.iter().flatten();
    parameters
        .filter_map(|parameter| match parameter {
            RefOr::T(parameter) if matches!(parameter.parameter_in, ParameterIn::Query) => {
                Some((parameter.name.clone(), Query::of(parameter)))
            }
            _ => None,
        })
        .collect()
}

impl Query {
    fn of(parameter: &Parameter) -> Self {
        let Some(RefOr::T(Schema::Object(schema))) = &parameter.schema else {
            return Self {
                greatest_length: usize::MAX,
                dated: false,
                several: false,
            };
        };
        let dates = [KnownFormat::Date, KnownFormat::DateTime].map(SchemaFormat::KnownFormat);
        let of_codes = |format: &SchemaFormat| match format {
            SchemaFormat::Custom(name) => vocabulary::find(name).is_some(),
            SchemaFormat::KnownFormat(_) => false,
        };
        Self {
            several: schema.format.as_ref().is_some_and(of_codes),
            greatest_length: schema.max_length.unwrap_or(usize::MAX),
            dated: schema
                .format
                .as_ref()
                .is_some_and(|format| dates.contains(format)),
        }
    }
}

/// How the two ends of a span are called in a query, alone or after the same words (`created_since`, `created_until`).
const SPANS: [(&str, &str); 2] = [("from", "to"), ("since", "until")];

/// The parameter that ends a span before it begins, if there is one.
fn ends_before_it_begins(parameters: &HashMap<String, Option<DateTime<Utc>>>) -> Option<String> {
    let ends = parameters.iter().filter(|(name, end)| {
        SPANS.iter().any(|(first, last)| {
            let words = name.strip_suffix(last);
            let words = words.filter(|words| words.is_empty() || words.ends_with('_'));
            let begin = words.and_then(|words| parameters.get(&format!("{words}{first}")));
            matches!((begin, end), (Some(Some(begin)), Some(end)) if begin > end)
        })
    });
    ends.map(|(name, _)| name.clone()).min()
}

/// A day or an instant; what is neither is refused where it is read.
fn moment(text: &str) -> Option<DateTime<Utc>> {
    let day = text.parse::<NaiveDate>().map(NaiveDateTime::from);
    let instant = || DateTime::parse_from_rfc3339(text).map(|instant| instant.to_utc());
    day.map(|day| day.and_utc()).or_else(|_| instant()).ok()
}

/// Whether a day or instant (RFC 3339) has a year that both databases know; the parser alone takes signs and six digits.
pub fn has_four_digit_year(text: &str) -> bool {
    let year = text.as_bytes().split(|byte| *byte == b'-').next();
    year.is_some_and(|year| year.len() == 4 && year.iter().all(u8::is_ascii_digit))
}
