//! What the file says of itself: its format, its vocabularies, the report it expects. Read and
//! checked, not stored.

use std::collections::HashSet;

use super::reader::Object;
use super::row::Row;
use super::tree::Node;
use super::value::{boolean, code, date, line, renamed_code, text};
use crate::fault::Rule;
use crate::period::Period;
use crate::text::Prose;

const FORMAT: &str = "social-economy-partnership-seed";
const VERSION: &str = "1.0.0";

/// The collections and what identifies a row of each.
const NATURAL_KEYS: [(&str, &[&str]); 13] = [
    ("institutions", &["slug"]),
    ("memberships", &["institution", "signed_on"]),
    ("council_terms", &["slug"]),
    ("council_seats", &["term", "institution"]),
    ("meetings", &["slug"]),
    ("good_practices", &["slug"]),
    ("recommendations", &["slug"]),
    ("commitments", &["slug"]),
    ("commitment_fulfilments", &["commitment", "meeting"]),
    ("communiques", &["slug"]),
    ("communique_publications", &["communique", "institution"]),
    ("effects", &["slug"]),
    ("reporting_periods", &["slug"]),
];

/// The parts of the file that are no collections.
const SECTIONS: [&str; 4] = ["meta", "vocabularies", "partnership", "expected_report"];

/// The collection of a name.
pub(super) fn collection(name: &str) -> Option<&'static str> {
    let mut known = NATURAL_KEYS.iter().map(|(known, _)| *known);
    known.find(|known| *known == name)
}

/// The part of a name that is no collection.
pub(super) fn section(name: &str) -> Option<&'static str> {
    SECTIONS.into_iter().find(|known| *known == name)
}

/// Codes of the file and what they are called here.
type Renamed = &'static [(&'static str, &'static str)];

/// The vocabularies of the file, what they are called here, and the codes that are other words.
const VOCABULARIES: [(&str, &str, Renamed); 12] = [
    ("sectors", "sectors", &[]),
    ("institution_types", "institution_kinds", &[]),
    ("meeting_kinds", "meeting_kinds", &[]),
    ("meeting_statuses", "meeting_statuses", MEETING_STATUSES),
    ("meeting_modes", "meeting_modes", &[]),
    ("partnership_roles", "own_roles", &[]),
    ("council_roles", "mandate_roles", &[]),
    ("recommendation_statuses", "recommendation_statuses", &[]),
    ("membership_statuses", "signatory_statuses", &[]),
    (
        "communique_statuses",
        "communique_statuses",
        COMMUNIQUE_STATUSES,
    ),
    ("target_groups", "target_groups", &[]),
    ("funding_programmes", "funding_programmes", &[]),
];

/// What the file calls a meeting's states, and what we do.
pub(super) const MEETING_STATUSES: Renamed = &[("planned", "scheduled")];

/// What the file calls a communiqué's states, and what we do.
pub(super) const COMMUNIQUE_STATUSES: Renamed =
    &[("published", "released"), ("retracted", "withdrawn")];

/// Format and notices. Gives the time zone of the file's dates.
pub(super) fn meta(meta: &Object<'_, '_>) -> Option<String> {
    meta.required("format", |node| supported(node, FORMAT));
    meta.required("format_version", |node| supported(node, VERSION));
    for name in ["title", "language", "generated_by", "licence"] {
        meta.optional(name, line(300));
    }
    for name in ["notice", "identifiers_policy"] {
        meta.optional(name, prose);
    }
    meta.optional("synthetic", boolean);
    meta.nested("name_origin_values", |values| {
        values.each(|_, node| prose(node));
    });
    meta.nested("natural_keys", natural_keys);
    meta.list("load_order", |node| {
        let name = text(node)?;
        let known = collection(name).is_some();
        if known || name == "vocabularies" || name == "partnership" {
            Ok(())
        } else {
            Err(Rule::UnknownCode)
        }
    });
    meta.optional("timezone", |node| {
        let name = text(node)?;
        let zone: chrono_tz::Tz = name.parse().map_err(|_| Rule::UnknownCode)?;
        Ok(zone.name().to_owned())
    })
}

fn supported(node: &Node, only: &str) -> Result<(), Rule> {
    if text(node)? == only {
        Ok(())
    } else {
        Err(Rule::UnsupportedVersion)
    }
}

fn prose(node: &Node) -> Result<(), Rule> {
    Prose::parse(text(node)?, 5000).map(|_| ())
}

/// The keys are part of the format; a file that names others was written for another.
fn natural_keys(keys: &Object<'_, '_>) {
    for (collection, key) in NATURAL_KEYS {
        keys.optional(collection, |node| {
            let Node::List(fields) = node else {
                return Err(Rule::Type);
            };
            let fields = fields.iter().map(text).collect::<Result<Vec<_>, _>>()?;
            if fields == key {
                Ok(())
            } else {
                Err(Rule::Conflict)
            }
        });
    }
}

/// Every code must be known to the product.
pub(super) fn vocabularies(lists: &Object<'_, '_>) {
    for (theirs, ours, renamed) in VOCABULARIES {
        let mut codes = HashSet::new();
        lists.objects(theirs, |term| {
            let code_of_list = renamed_code(ours, renamed);
            if let Some(code) = term.required("code", code_of_list)
                && !codes.insert(code)
            {
                term.note("code", Rule::Duplicate);
            }
            term.required("pl", line(300));
            term.required("en", line(300));
            term.optional("report_loc", line(300));
            term.optional("sector", code("sectors"));
        });
    }
}

/// A period that effects belong to.
pub(super) struct ReportingPeriod;

impl Row for ReportingPeriod {
    const COLLECTION: &'static str = "reporting_periods";
    type Seen = HashSet<String>;

    fn read(row: &Object<'_, '_>, slugs: &mut HashSet<String>) -> Option<Self> {
        row.unique_slug(slugs);
        let starts_on = row.required("starts_on", date);
        let ends_on = row.required("ends_on", date);
        if let (Some(starts_on), Some(ends_on)) = (starts_on, ends_on)
            && let Err(rule) = Period::new(starts_on, ends_on)
        {
            row.note("ends_on", rule);
        }
        None
    }
}

/// The report that the file expects of its own year. Its figures have free names.
pub(super) fn expected_report(report: &Object<'_, '_>) {
    report.optional("period", |node| report.reader.index.reporting_period(node));
    report.optional("as_of", date);
    report.nested("figures", |figures| {
        figures.each(|name, node| match node {
            Node::Object(_) => {
                figures.reader.object(figures.at(name), node, |parts| {
                    parts.each(|_, node| figure(node));
                });
                Ok(())
            }
            node => figure(node),
        });
    });
    report.objects("sentences", |sentence| {
        sentence.required("key", line(100));
        sentence.required("pl", prose);
        sentence.optional("en", prose);
    });
}

/// A number or a date.
fn figure(node: &Node) -> Result<(), Rule> {
    match node {
        Node::Integer(_) | Node::OtherNumber | Node::Null => Ok(()),
        node => date(node).map(|_| ()),
    }
}
