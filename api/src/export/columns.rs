//! The columns of a table: the fields of a record's shape, as the document describes it, whatever the rows hold.

use std::collections::HashMap;

use serde_json::Value;
use utoipa::ToSchema;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::Schema;

use crate::problem::{Halt, Kind, Problem};
use crate::wire::Tombstone;

/// How deep objects are taken apart; deeper ones are written as one cell.
const DEPTH: usize = 3;
/// The fields that stand first, and those that stand last; between them, by the alphabet.
const FIRST: [&str; 7] = ["id", "slug", "number", "code", "name", "title", "kind"];
const LAST: [&str; 4] = ["external_ids", "version", "created_at", "modified_at"];

/// A column.
pub struct Column {
    /// Its name: that of the field, with dots where objects stand within each other.
    pub name: String,
    /// What stands in its cells.
    pub form: Form,
    /// The fields that lead to it, from the outermost.
    pub path: Vec<String>,
}

/// What stands in the cells of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Text.
    Text,
    /// Calendar days.
    Day,
    /// Instants.
    Instant,
    /// Whole numbers.
    Integer,
    /// Truth.
    Truth,
    /// Several texts.
    Texts,
    /// What is written as one text and not read again.
    Other,
}

impl Form {
    fn of(shape: &Value) -> Self {
        let is = |shape: &Value, name: &str| match &shape["type"] {
            Value::Array(several) => several.iter().any(|one| one == name),
            one => one == name,
        };
        match shape["format"].as_str() {
            Some("date") => Self::Day,
            Some("date-time") => Self::Instant,
            _ if is(shape, "integer") => Self::Integer,
            _ if is(shape, "boolean") => Self::Truth,
            _ if is(shape, "string") => Self::Text,
            _ if is(shape, "array") && is(&shape["items"], "string") => Self::Texts,
            _ => Self::Other,
        }
    }
}

impl Column {
    /// What stands there of a record.
    pub fn cell<'a>(&self, item: &'a Value) -> &'a Value {
        self.path
            .iter()
            .fold(item, |value, field| &value[field.as_str()])
    }
}

/// The columns of a table, in order.
pub struct Columns(pub Vec<Column>);

impl Columns {
    /// Those of a shape; with tombstones, of what is left of a record, too.
    pub fn of<O: ToSchema>(tombstones: bool) -> Self {
        let mut columns = Vec::new();
        gather::<O>(&mut columns);
        if tombstones {
            let known = columns.len();
            gather::<Tombstone>(&mut columns);
            let mut place = 0;
            columns.retain(|column| {
                place += 1;
                place <= known || column.name != "id"
            });
        }
        Self(columns)
    }

    /// The line of names.
    pub fn csv_header(&self) -> Result<Vec<u8>, Halt> {
        csv([self.0.iter().map(|column| column.name.clone())])
    }

    /// A line for each record.
    pub fn csv(&self, items: &[Value]) -> Result<Vec<u8>, Halt> {
        let line = |item| self.0.iter().map(move |column| csv_cell(column.cell(item)));
        csv(items.iter().map(line))
    }
}

fn csv(lines: impl IntoIterator<Item = impl Iterator<Item = String>>) -> Result<Vec<u8>, Halt> {
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(Vec::new());
    let internal = || Problem::of(Kind::Internal);
    for line in lines {
        writer.write_record(line).map_err(|_| internal())?;
    }
    Ok(writer.into_inner().map_err(|_| internal())?)
}

/// A text that a spreadsheet would run as a formula begins with an apostrophe (OWASP, CSV injection). Numbers are written
/// by us, and stay numbers.
fn csv_cell(value: &Value) -> String {
    let text = text(value);
    let runs = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    match value.is_string() || value.is_array() || value.is_object() {
        true if runs => format!("'{text}"),
        _ => text,
    }
}

/// A value as one text: lists by what tells their items apart.
pub fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(text_of_item).collect();
            items.join("; ")
        }
        other => other.to_string(),
    }
}

fn text_of_item(item: &Value) -> String {
    let Value::Object(fields) = item else {
        return text(item);
    };
    let named = ["name", "title"]
        .into_iter()
        .find_map(|name| fields.get(name)?.as_str());
    match named {
        Some(name) => name.to_owned(),
        None => {
            let pairs = fields.iter().filter(|(_, value)| !value.is_null());
            let pairs = pairs.map(|(name, value)| format!("{name}={}", text_of_item(value)));
            pairs.collect::<Vec<_>>().join(", ")
        }
    }
}

fn gather<O: ToSchema>(columns: &mut Vec<Column>) {
    let mut schemas = Vec::new();
    O::schemas(&mut schemas);
    let written = |schema: &RefOr<Schema>| serde_json::to_value(schema).unwrap_or_default();
    let known: HashMap<String, Value> = schemas
        .iter()
        .map(|(name, schema)| (name.clone(), written(schema)))
        .collect();
    let shape = written(&O::schema());
    descend(&shape, &known, &mut Vec::new(), columns);
}

fn descend(
    shape: &Value,
    known: &HashMap<String, Value>,
    path: &mut Vec<String>,
    columns: &mut Vec<Column>,
) {
    let shape = resolved(shape, known);
    if let Some(fields) = shape["properties"]
        .as_object()
        .filter(|_| path.len() < DEPTH)
    {
        let mut fields: Vec<(&String, &Value)> = fields.iter().collect();
        fields.sort_by_key(|(name, _)| rank(name));
        for (name, field) in fields {
            path.push(name.clone());
            descend(field, known, path, columns);
            path.pop();
        }
    } else {
        columns.push(Column {
            name: path.join("."),
            form: Form::of(shape),
            path: path.clone(),
        });
    }
}

fn rank(name: &str) -> (usize, &str) {
    let first = FIRST.iter().position(|known| *known == name);
    let last = LAST.iter().position(|known| *known == name);
    let place = match (first, last) {
        (Some(place), _) => place,
        (None, Some(place)) => FIRST.len() + 1 + place,
        (None, None) => FIRST.len(),
    };
    (place, name)
}

/// The shape that a reference means, or the one of several that is not null.
fn resolved<'a>(shape: &'a Value, known: &'a HashMap<String, Value>) -> &'a Value {
    if let Some(name) = shape["$ref"].as_str() {
        let name = name.rsplit('/').next().unwrap_or_default();
        return known
            .get(name)
            .map_or(shape, |shape| resolved(shape, known));
    }
    let mut several = ["oneOf", "anyOf", "allOf"].into_iter();
    let several = several.find_map(|name| shape[name].as_array());
    let some = several.and_then(|shapes| shapes.iter().find(|shape| shape["type"] != "null"));
    some.map_or(shape, |shape| resolved(shape, known))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::records::Shown;
    use domain::institution::Institution;

    fn cells(value: Value) -> String {
        csv_cell(&value)
    }

    #[test]
    fn what_a_spreadsheet_would_run_is_text() {
        assert_eq!(cells(json!("=1+1")), "'=1+1");
        assert_eq!(cells(json!("+48 68 123 45 67")), "'+48 68 123 45 67");
        assert_eq!(cells(json!("-")), "'-");
        assert_eq!(cells(json!("@SUM(A1)")), "'@SUM(A1)");
        assert_eq!(cells(json!("\t=1")), "'\t=1");
        assert_eq!(cells(json!(["=1", "b"])), "'=1; b");
        assert_eq!(cells(json!(-5)), "-5");
        assert_eq!(cells(json!("Żary")), "Żary");
        assert_eq!(cells(json!(null)), "");
        assert_eq!(cells(json!(true)), "true");
    }

    #[test]
    fn lists_are_told_by_what_tells_their_items_apart() {
        assert_eq!(
            text(&json!([{ "id": 1, "name": "PUP Żary" }, { "name": "WUP" }])),
            "PUP Żary; WUP"
        );
        assert_eq!(
            text(&json!([{ "system": "rops", "id": "7" }])),
            "id=7, system=rops"
        );
        assert_eq!(text(&json!([])), "");
    }

    #[test]
    fn columns_are_those_of_the_shape() {
        let columns = Columns::of::<Shown<Institution>>(false);
        let names: Vec<&str> = columns
            .0
            .iter()
            .map(|column| column.name.as_str())
            .collect();
        assert_eq!(names[..2], ["id", "slug"]);
        assert_eq!(names.last(), Some(&"modified_at"));
        assert!(names.contains(&"address.town"), "{names:?}");
        assert!(!names.contains(&"address"));
        let with_tombstones = Columns::of::<Shown<Institution>>(true);
        assert_eq!(with_tombstones.0.len(), names.len() + 2);
    }
}
