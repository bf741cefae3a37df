//! Filters and orders of lists as data: one table that is parsed, refused by name, asked of the database and described.

use std::collections::HashMap;

use chrono::NaiveDate;
use domain::fault::Rule;
use domain::record::Kind;
use domain::slug::Key;
use domain::vocabulary;
use persistence::list::{self, Sort};
use persistence::record::{ColumnOf, Stored};
use persistence::{Condition, Conn, kinds};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::codes;
use crate::problem::{Halt, Problem};
use crate::site::Site;

/// A parameter by which a list is filtered.
pub struct Filter<T: Stored> {
    /// Its name.
    pub name: &'static str,
    /// What it does, for the document.
    pub about: &'static str,
    /// A value that finds something in the reference year.
    pub example: &'static str,
    /// What it takes, and which records it lets through.
    pub takes: Takes<T>,
}

/// What a filter takes, and which records it lets through.
pub enum Takes<T: Stored> {
    /// A day: those of this day or a later one.
    From(ColumnOf<T>),
    /// A day: those of this day or an earlier one.
    To(ColumnOf<T>),
    /// A day: those of a condition.
    Day(fn(NaiveDate) -> Condition),
    /// Codes of a vocabulary, separated by commas: those that have one of them.
    Code(ColumnOf<T>, &'static str),
    /// Codes of a vocabulary, separated by commas: those of a condition.
    Codes(fn(&[String]) -> Condition, &'static str),
    /// Words: those whose search key holds them all.
    Words(ColumnOf<T>),
    /// A text of at most so many characters: those that have it.
    Text(ColumnOf<T>, usize),
    /// A text of at most so many characters, from which a condition is read; one from which none can be is refused.
    Read(fn(&str) -> Option<Condition>, usize),
    /// A record of a kind, by id or slug: those that lead to it.
    LinkTo(ColumnOf<T>, Kind),
    /// The id of a record: those that lead to it, if there is one.
    Id(ColumnOf<T>),
    /// A record of a kind, by id or slug: those of a condition.
    Link(fn(Uuid) -> Condition, Kind),
    /// Whether a condition holds, either way.
    Whether(fn() -> Condition),
    /// `true`: only those of a condition.
    Only(fn() -> Condition),
    /// A calendar year, which reading one takes, too: of it is shown what is computed for a year.
    InYear,
    /// A day, which reading one takes, too: those of a condition, with the names that institutions had on that day.
    AsOf(fn(NaiveDate) -> Condition),
    /// What a kind of record makes of it, with the other parameters.
    Together(Takeable),
}

/// A kind of value that a parameter takes.
#[derive(Clone, Copy)]
pub enum Takeable {
    /// A day.
    Day,
    /// A calendar year.
    Year,
    /// Codes of a vocabulary, separated by commas.
    Codes(&'static str),
    /// A text of at most so many characters.
    Text(usize),
    /// A record, by id or slug.
    Link(Kind),
    /// An id.
    Id,
    /// `true` or `false`.
    Whether,
    /// `true`, and `false` as when it is absent.
    Only,
}

/// A value that a parameter has.
pub enum Taken {
    Day(NaiveDate),
    Year(i32),
    Codes(Vec<String>),
    Text(String),
    Link(Uuid),
    Whether(bool),
}

impl Takeable {
    /// The schema of a parameter that takes it.
    fn schema(self) -> Value {
        match self {
            Self::Day => json!({"type": "string", "format": "date"}),
            Self::Year => {
                json!({"type": "integer", "format": "int32", "minimum": 1000, "maximum": 9999})
            }
            Self::Codes(vocabulary) => {
                json!({"type": "string", "format": vocabulary, "maxLength": 500})
            }
            Self::Text(most) => json!({"type": "string", "maxLength": most}),
            Self::Link(_) => json!({"type": "string", "maxLength": 100}),
            Self::Id => json!({"type": "string", "format": "uuid"}),
            Self::Whether => json!({"type": "boolean"}),
            Self::Only => json!({"type": "boolean", "default": false}),
        }
    }

    /// The rule that a text breaks which cannot be taken.
    pub fn rule(self) -> Rule {
        match self {
            Self::Codes(_) => Rule::UnknownCode,
            Self::Link(_) => Rule::DanglingReference,
            _ => Rule::Format,
        }
    }

    /// Reads a text; nothing when it does not fit.
    pub async fn read(
        self,
        text: &str,
        conn: &impl Conn,
        site: &Site,
    ) -> Result<Option<Taken>, Halt> {
        Ok(match self {
            Self::Day => text.parse().ok().map(Taken::Day),
            Self::Year => text.parse().ok().map(Taken::Year),
            Self::Text(_) => Some(Taken::Text(text.to_owned())),
            Self::Whether | Self::Only => text.parse().ok().map(Taken::Whether),
            Self::Codes(vocabulary) => {
                let sent: Vec<String> = text.split(',').map(str::to_owned).collect();
                let known = |code: &String| vocabulary::check(vocabulary, code).is_ok();
                (sent.len() <= codes::MOST && sent.iter().all(known)).then_some(Taken::Codes(sent))
            }
            Self::Id => text.parse().ok().map(Taken::Link),
            Self::Link(kind) => match Key::parse(text) {
                Ok(key) => {
                    let public_only = site.is_public();
                    let found = kinds::find(conn, site.id(), public_only, kind, &key).await?;
                    found.map(Taken::Link)
                }
                Err(_) => None,
            },
        })
    }
}

/// The longest text of words to be found.
const MOST_WORDS: usize = 200;

impl<T: Stored> Filter<T> {
    /// The kind of value that it takes.
    pub fn takeable(&self) -> Takeable {
        match self.takes {
            Takes::From(_) | Takes::To(_) | Takes::Day(_) | Takes::AsOf(_) => Takeable::Day,
            Takes::Code(_, vocabulary) | Takes::Codes(_, vocabulary) => Takeable::Codes(vocabulary),
            Takes::Words(_) => Takeable::Text(MOST_WORDS),
            Takes::Text(_, most) | Takes::Read(_, most) => Takeable::Text(most),
            Takes::LinkTo(_, kind) | Takes::Link(_, kind) => Takeable::Link(kind),
            Takes::Id(_) => Takeable::Id,
            Takes::Whether(_) => Takeable::Whether,
            Takes::Only(_) => Takeable::Only,
            Takes::InYear => Takeable::Year,
            Takes::Together(takeable) => takeable,
        }
    }

    /// Whether reading one takes it, too.
    pub fn is_for_one(&self) -> bool {
        matches!(self.takes, Takes::InYear | Takes::AsOf(_))
    }

    /// Its parameter in the document.
    pub fn parameter(&self) -> Value {
        let takeable = self.takeable();
        let example = match takeable {
            Takeable::Year | Takeable::Whether | Takeable::Only => self.example.parse().ok(),
            _ => None,
        };
        json!({
            "name": self.name, "in": "query", "required": false, "description": self.about,
            "schema": takeable.schema(), "example": example.unwrap_or_else(|| json!(self.example)),
        })
    }

    /// Its parameter in the document of reading one.
    pub fn parameter_of_one(&self) -> Value {
        let mut parameter = self.parameter();
        if matches!(self.takes, Takes::AsOf(_)) {
            parameter["description"] =
                json!("The day of which the names of institutions are shown; today when absent.");
        }
        parameter
    }

    /// Which records it lets through.
    pub fn condition(&self, taken: &Taken) -> Result<Condition, Problem> {
        Ok(match (&self.takes, taken) {
            (Takes::From(column), Taken::Day(day)) => list::from(*column, *day),
            (Takes::To(column), Taken::Day(day)) => list::to(*column, *day),
            (Takes::Day(condition) | Takes::AsOf(condition), Taken::Day(day)) => condition(*day),
            (Takes::Code(column, _), Taken::Codes(codes)) => list::any_of(*column, codes),
            (Takes::Codes(condition, _), Taken::Codes(codes)) => condition(codes),
            (Takes::Words(column), Taken::Text(text)) => list::holds_words(*column, text),
            (Takes::Text(column, _), Taken::Text(text)) => list::is(*column, text),
            (Takes::Read(condition, _), Taken::Text(text)) => {
                condition(text).ok_or_else(|| Problem::parameter(self.name))?
            }
            (Takes::LinkTo(column, _) | Takes::Id(column), Taken::Link(id)) => {
                list::leads_to(*column, *id)
            }
            (Takes::Link(condition, _), Taken::Link(id)) => condition(*id),
            (Takes::Whether(condition) | Takes::Only(condition), Taken::Whether(true)) => {
                condition()
            }
            (Takes::Whether(condition), Taken::Whether(false)) => condition().not(),
            _ => Condition::all(),
        })
    }
}

/// What a list is ordered by.
pub struct Orders<T: Stored> {
    /// The names of the orders, each with its column; a minus before a name turns it round.
    pub by: &'static [(&'static str, ColumnOf<T>)],
    /// The order of those who do not say: a name, with a minus or without.
    pub default: &'static str,
    /// The same in words: "by place", "the latest day first".
    pub about: &'static str,
}

impl<T: Stored> Orders<T> {
    /// The newest first, or the oldest.
    pub const fn by_creation(by: &'static [(&'static str, ColumnOf<T>)]) -> Self {
        Self {
            by,
            default: "-created_at",
            about: "the newest first",
        }
    }

    /// The order of a name.
    pub fn sort(&self, text: &str) -> Option<Sort<ColumnOf<T>>> {
        let name = text.strip_prefix('-');
        let mut orders = self.by.iter();
        let (_, column) = orders.find(|(known, _)| *known == name.unwrap_or(text))?;
        Some(Sort {
            column: *column,
            descending: name.is_some(),
        })
    }

    /// Its parameter in the document.
    pub fn parameter(&self) -> Value {
        let both = |(name, _): &(&str, _)| [(*name).to_owned(), format!("-{name}")];
        let names: Vec<String> = self.by.iter().flat_map(both).collect();
        json!({
            "name": "sort", "in": "query", "required": false,
            "description": format!("Order; {} when absent.", self.about),
            "schema": {"type": "string", "enum": names},
        })
    }
}

/// The parameters that were sent, read.
pub struct Chosen(pub HashMap<&'static str, Taken>);

impl Chosen {
    /// A day.
    pub fn day(&self, name: &str) -> Option<NaiveDate> {
        match self.0.get(name) {
            Some(Taken::Day(day)) => Some(*day),
            _ => None,
        }
    }

    /// A calendar year.
    pub fn year(&self, name: &str) -> Option<i32> {
        match self.0.get(name) {
            Some(Taken::Year(year)) => Some(*year),
            _ => None,
        }
    }

    /// Codes.
    pub fn codes(&self, name: &str) -> Option<&[String]> {
        match self.0.get(name) {
            Some(Taken::Codes(codes)) => Some(codes),
            _ => None,
        }
    }

    /// A text.
    pub fn text(&self, name: &str) -> Option<&str> {
        match self.0.get(name) {
            Some(Taken::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// The id of a record that is named.
    pub fn link(&self, name: &str) -> Option<Uuid> {
        match self.0.get(name) {
            Some(Taken::Link(id)) => Some(*id),
            _ => None,
        }
    }

    /// Whether something is wanted, or wanted not to be.
    pub fn whether(&self, name: &str) -> Option<bool> {
        match self.0.get(name) {
            Some(Taken::Whether(wanted)) => Some(*wanted),
            _ => None,
        }
    }

    /// Whether only something is wanted.
    pub fn only(&self, name: &str) -> bool {
        self.whether(name) == Some(true)
    }
}
