//! The two forms of a record's JSON, from the one type: what one sends, and what is shown.

use std::any::TypeId;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::rc::Rc;
use std::sync::{Arc, PoisonError, RwLock};

use chrono::{DateTime, Utc};
use domain::access::account::AccountRef;
use domain::link::{self, Link, Names, PersonRef, Ref};
use domain::record::{Head, Shape};
use serde::ser::Error as _;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::{Map, Value};
use utoipa::openapi::schema::{Array, ArrayItems, Object, SchemaType};
use utoipa::openapi::{ObjectBuilder, OneOfBuilder, RefOr, Schema, SchemaFormat, Type};
use utoipa::{PartialSchema, ToSchema};
use uuid::Uuid;

/// What one sends to create a record, and the base of a patch: everything but what nobody sends.
#[derive(Clone, Deserialize)]
#[serde(transparent)]
pub struct In<T>(pub T);

impl<T: Shape> From<&T> for In<T> {
    fn from(value: &T) -> Self {
        let mut value = value.clone();
        value.as_sent();
        Self(value)
    }
}

impl<T: Shape> Serialize for In<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = match serde_json::to_value(&self.0).map_err(S::Error::custom)? {
            Value::Object(fields) => fields,
            _ => Map::new(),
        };
        let never_sent = read_only::<T>();
        fields.retain(|name, value| {
            let absent = value.is_null() || value == "";
            !absent && !never_sent.contains(name)
        });
        fields.serialize(serializer)
    }
}

impl<T> fmt::Debug for In<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("In")
    }
}

/// The names of the fields that nobody sends, from the schema; built once for each type.
fn read_only<T: PartialSchema + 'static>() -> Arc<[String]> {
    static KNOWN: RwLock<BTreeMap<TypeId, Arc<[String]>>> = RwLock::new(BTreeMap::new());
    let known = KNOWN.read().unwrap_or_else(PoisonError::into_inner);
    if let Some(names) = known.get(&TypeId::of::<T>()) {
        return Arc::clone(names);
    }
    drop(known);
    let properties = match T::schema() {
        RefOr::T(Schema::Object(object)) => object.properties,
        _ => Default::default(),
    };
    let names = properties
        .into_iter()
        .filter_map(|(name, mut property)| take_read_only(&mut property).then_some(name));
    let names: Arc<[String]> = names.collect();
    let mut known = KNOWN.write().unwrap_or_else(PoisonError::into_inner);
    known.insert(TypeId::of::<T>(), Arc::clone(&names));
    names
}

/// A record as it is shown: its value, and besides what is computed.
pub struct Out<T, C> {
    /// Its identity, version and times.
    pub head: Head,
    /// What is recorded, as far as the reader sees it.
    pub value: T,
    /// What is shown besides.
    pub computed: C,
    names: Rc<Names>,
}

#[derive(Serialize)]
struct Shown<'a, T, C> {
    id: Uuid,
    #[serde(flatten)]
    value: &'a T,
    #[serde(flatten)]
    computed: &'a C,
    version: i32,
    created_at: DateTime<Utc>,
    modified_at: DateTime<Utc>,
}

impl<T: Serialize, C: Serialize> Out<T, C> {
    /// A record whose links have no names yet.
    pub fn of(head: Head, value: T, computed: C) -> Self {
        Self {
            head,
            value,
            computed,
            names: Rc::default(),
        }
    }

    /// The same with the names of what it links to, and of more perhaps.
    pub fn with_names(self, names: Rc<Names>) -> Self {
        Self { names, ..self }
    }

    /// What a record to which it links is shown as, if the reader sees that.
    pub fn name_of<L>(&self, link: Link<L>) -> Option<&Ref> {
        match self.names.get(&link.id)? {
            link::Shown::Record(shown) => Some(shown),
            link::Shown::Person(_) | link::Shown::Account(_) => None,
        }
    }

    /// What is shown, whatever its links are written as.
    fn shown(&self) -> Shown<'_, T, C> {
        Shown {
            id: self.head.id,
            value: &self.value,
            computed: &self.computed,
            version: self.head.version,
            created_at: self.head.created_at,
            modified_at: self.head.modified_at,
        }
    }

    /// Where its links lead.
    pub fn mentioned(&self) -> Vec<(domain::record::Kind, Uuid)> {
        link::mentioned(&self.shown())
    }
}

impl<T: Serialize, C: Serialize> Serialize for Out<T, C> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        link::shown(&self.names, || self.shown().serialize(serializer))
    }
}

/// What stands in what is shown of every record.
#[derive(ToSchema)]
#[expect(dead_code, reason = "documents the head")]
struct Heading {
    /// UUIDv7.
    #[schema(example = "0198c0de-0000-7000-8000-000000000341")]
    id: Uuid,
    /// Grows by one with every change; the first part of the ETag.
    #[schema(example = 1)]
    version: i32,
    /// When it was recorded.
    #[schema(example = "2017-01-09T08:00:00Z")]
    created_at: DateTime<Utc>,
    /// When it was last changed.
    #[schema(example = "2017-01-09T08:00:00Z")]
    modified_at: DateTime<Utc>,
}

/// Nothing is shown besides.
#[derive(Default, Serialize, ToSchema)]
pub struct Nothing {}

/// A form of a schema.
#[derive(Clone, Copy, PartialEq)]
enum Form {
    In,
    Out,
}

impl Form {
    fn suffix(self) -> &'static str {
        match self {
            Form::In => "In",
            Form::Out => "Out",
        }
    }

    /// A whole shape in this form.
    fn whole<T: ToSchema>(self) -> RefOr<Schema> {
        let mut parts = Vec::new();
        T::schemas(&mut parts);
        self.of(T::schema(), &changed(&parts))
    }

    /// The parts of a shape in this form, by their names.
    fn parts<T: ToSchema>(self, schemas: &mut Vec<(String, RefOr<Schema>)>) {
        let mut parts = Vec::new();
        T::schemas(&mut parts);
        let changed = changed(&parts);
        schemas.extend(
            parts
                .into_iter()
                .map(|(name, schema)| match changed.contains(&name) {
                    true => (name + self.suffix(), self.of(schema, &changed)),
                    false => (name, schema),
                }),
        );
    }

    /// A schema in this form; `changed` are the parts that have two, each with a name of its own.
    fn of(self, schema: RefOr<Schema>, changed: &[String]) -> RefOr<Schema> {
        match schema {
            RefOr::T(Schema::Object(object)) => match Leads::of(&object) {
                Some(leads) => self.of_link(object, leads),
                None => RefOr::T(Schema::Object(self.of_object(object, changed))),
            },
            RefOr::T(Schema::Array(array)) => {
                RefOr::T(Schema::Array(self.of_array(array, changed)))
            }
            RefOr::T(Schema::OneOf(mut one)) => {
                let items = one.items.into_iter();
                one.items = items.map(|item| self.of(item, changed)).collect();
                RefOr::T(Schema::OneOf(one))
            }
            RefOr::Ref(mut reference) => {
                let name = reference.ref_location.rsplit('/').next();
                if changed.iter().any(|changed| name == Some(changed)) {
                    reference.ref_location += self.suffix();
                }
                RefOr::Ref(reference)
            }
            other => other,
        }
    }

    /// A list. Links to what the caller does not see are left out of it, so that it holds no nulls.
    fn of_array(self, mut array: Array, changed: &[String]) -> Array {
        if let ArrayItems::RefOrSchema(items) = array.items {
            let leads = match &*items {
                RefOr::T(Schema::Object(item)) => Leads::of(item),
                _ => None,
            };
            array.items = match (self, leads) {
                // What the reader does not see is left out.
                (Form::Out, Some(leads)) => {
                    array.example = None;
                    RefOr::Ref(leads.shown(None)).into()
                }
                _ => self.of(*items, changed).into(),
            };
            if leads.is_some() && self == Form::In {
                let described = array.description.take();
                array.description = described.map(|about| format!("{about} Slugs or ids."));
            }
        }
        array
    }

    fn of_object(self, mut object: Object, changed: &[String]) -> Object {
        if self == Form::Out {
            object.additional_properties = None;
        }
        for (name, mut property) in std::mem::take(&mut object.properties) {
            let extended = take_extension(&mut property);
            let in_a_view = extended == Some("x-view");
            if extended == Some("x-sent-only") && self == Form::Out {
                continue;
            }
            let required = object.required.contains(&name);
            if take_read_only(&mut property) && self == Form::In {
                object.required.retain(|required| *required != name);
                continue;
            }
            let mut property = self.of(property, changed);
            if let (Form::Out, RefOr::T(Schema::Object(property))) = (self, &mut property) {
                property.default = None;
            }
            match self {
                Form::In if !required => allow_null(&mut property),
                Form::Out if !required && !in_a_view => object.required.push(name.clone()),
                _ => {}
            }
            object.properties.insert(name, property);
        }
        object
    }

    /// A link: its name in a request, and what it leads to in an answer, or null where the caller does not see that.
    fn of_link(self, mut link: Object, leads: Leads) -> RefOr<Schema> {
        link.format = None;
        let description = link.description.take();
        match self {
            Form::In => {
                let (words, longest) = leads.named_by();
                link.description = description.map(|about| format!("{about} {words}."));
                link.max_length = Some(longest);
                RefOr::T(Schema::Object(link))
            }
            Form::Out if leads.is_always_seen() => RefOr::Ref(leads.shown(description)),
            Form::Out => {
                let null = ObjectBuilder::new().schema_type(Type::Null);
                let either = OneOfBuilder::new().item(leads.shown(description));
                let either = either.item(null).build();
                RefOr::T(Schema::OneOf(either))
            }
        }
    }
}

/// Where a link leads: a link is a text of one of these formats.
#[derive(Clone, Copy)]
enum Leads {
    /// To a record that not every caller may see: `link`.
    Record,
    /// To a record that everybody sees: `public-link`.
    PublicRecord,
    /// To a person: `person`.
    Person,
    /// To an account: `account`.
    Account,
    /// To an account that a request may also name by its address: `account-or-email`.
    AccountOrEmail,
}

impl Leads {
    fn of(object: &Object) -> Option<Self> {
        match &object.format {
            Some(SchemaFormat::Custom(format)) => match format.as_str() {
                "link" => Some(Self::Record),
                "public-link" => Some(Self::PublicRecord),
                "person" => Some(Self::Person),
                "account" => Some(Self::Account),
                "account-or-email" => Some(Self::AccountOrEmail),
                _ => None,
            },
            _ => None,
        }
    }

    /// Whether it is shown to everybody, never as null.
    fn is_always_seen(self) -> bool {
        matches!(self, Self::PublicRecord)
    }

    /// What names it in a request, and how long that may be.
    fn named_by(self) -> (&'static str, usize) {
        match self {
            Self::Record | Self::PublicRecord => ("Slug or id", 100),
            Self::Person | Self::Account => ("Id", 36),
            Self::AccountOrEmail => ("Id or e-mail address", 254),
        }
    }

    /// What it is shown as, where the reader sees it.
    fn shown(self, description: Option<String>) -> utoipa::openapi::Ref {
        let name = match self {
            Self::Record | Self::PublicRecord => Ref::name(),
            Self::Person => PersonRef::name(),
            Self::Account | Self::AccountOrEmail => AccountRef::name(),
        };
        utoipa::openapi::Ref::builder()
            .ref_location_from_schema_name(name)
            .description(description)
            .build()
    }
}

/// Whether a field is one that nobody sends; what it is shown as does not say so. Of a list, its items say it.
fn take_read_only(property: &mut RefOr<Schema>) -> bool {
    match property {
        RefOr::T(Schema::Object(object)) => object.read_only.take() == Some(true),
        RefOr::T(Schema::Array(array)) => match &mut array.items {
            ArrayItems::RefOrSchema(items) => take_read_only(items),
            ArrayItems::False => false,
        },
        _ => false,
    }
}

/// What an extension says of a field, which neither form says: that it is shown to some readers only and left out for others, or
/// that it is sent and never shown.
fn take_extension(property: &mut RefOr<Schema>) -> Option<&'static str> {
    let extensions = match property {
        RefOr::T(Schema::Object(object)) => object.extensions.take(),
        RefOr::T(Schema::Array(array)) => array.extensions.take(),
        _ => None,
    }?;
    let known = ["x-view", "x-sent-only"];
    known
        .into_iter()
        .find(|name| extensions.contains_key(*name))
}

/// What may be absent may be null, unless its default is said.
fn allow_null(property: &mut RefOr<Schema>) {
    if let RefOr::T(Schema::Object(object)) = property
        && object.default.is_none()
        && let SchemaType::Type(own) = &object.schema_type
    {
        object.schema_type = SchemaType::Array(vec![own.clone(), Type::Null]);
    }
}

/// The parts that hold links: what one sends of them is not what is shown.
fn changed(parts: &[(String, RefOr<Schema>)]) -> Vec<String> {
    let holds = |(_, schema): &&(String, RefOr<Schema>)| {
        let formats = [
            "link",
            "public-link",
            "person",
            "account",
            "account-or-email",
        ];
        let of = |format: &&str| format!(r#""format":"{format}""#);
        let text = serde_json::to_string(schema).unwrap_or_default();
        formats.iter().any(|format| text.contains(&of(format)))
    };
    let holding = parts.iter().filter(holds);
    holding.map(|(name, _)| name.clone()).collect()
}

impl<T: ToSchema> ToSchema for In<T> {
    fn name() -> Cow<'static, str> {
        format!("{}In", T::name()).into()
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        Form::In.parts::<T>(schemas);
    }
}

impl<T: ToSchema> PartialSchema for In<T> {
    fn schema() -> RefOr<Schema> {
        Form::In.whole::<T>()
    }
}

impl<T: ToSchema, M: ToSchema> ToSchema for Out<T, M> {
    fn name() -> Cow<'static, str> {
        format!("{}Out", T::name()).into()
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((Ref::name().into_owned(), Ref::schema()));
        schemas.push((AccountRef::name().into_owned(), AccountRef::schema()));
        schemas.push((PersonRef::name().into_owned(), PersonRef::schema()));
        Form::Out.parts::<T>(schemas);
        M::schemas(schemas);
    }
}

impl<T: ToSchema, M: ToSchema> PartialSchema for Out<T, M> {
    fn schema() -> RefOr<Schema> {
        let mut whole = Form::Out.whole::<T>();
        for besides in [Heading::schema(), M::schema()] {
            if let (RefOr::T(Schema::Object(whole)), RefOr::T(Schema::Object(besides))) =
                (&mut whole, besides)
            {
                for name in besides.required {
                    // A name that stands there twice is no schema.
                    if !whole.required.contains(&name) {
                        whole.required.push(name);
                    }
                }
                whole.properties.extend(besides.properties);
            }
        }
        whole
    }
}
