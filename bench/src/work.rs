//! The works that are measured: their requests, and that both servers answer them alike.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use crate::data::{COMMON_KIND, Dice, PARTNERSHIP};
use crate::load::{Link, Make, Request, get, post};
use crate::stand::{PASSWORD, Running, SIGNED_IN, Server};

/// A line of the table.
#[derive(Clone, Copy, Debug)]
pub struct Work {
    /// As performance.md numbers it; a prime where nothing changed and the answer is 304.
    pub name: &'static str,
    pub what: &'static str,
    pub connections: usize,
    pub expected: u16,
    request: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Item,
    Page,
    /// What changed since long ago: the first page.
    Sync,
    Report,
    Create {
        each: bool,
    },
    /// Signing in.
    Login,
    /// An institution by id, alone or while others sign in.
    Other {
        beside_logins: bool,
    },
}

const fn work(
    name: &'static str,
    what: &'static str,
    connections: usize,
    expected: u16,
    request: Kind,
) -> Work {
    Work {
        name,
        what,
        connections,
        expected,
        request,
    }
}

pub const WORKS: [Work; 15] = [
    work("S1", "institution by id", 16, 200, Kind::Item),
    work("S1'", "the same, not changed", 16, 304, Kind::Item),
    work("S2", "page of 50, one kind, by name", 16, 200, Kind::Page),
    work("S2'", "the same, not changed", 16, 304, Kind::Page),
    work("S7", "sync page of 200", 16, 200, Kind::Sync),
    work("S7'", "the same, not changed", 16, 304, Kind::Sync),
    work("S5", "report of 2016", 4, 200, Kind::Report),
    work("S5'", "the same, not changed", 4, 304, Kind::Report),
    work(
        "S6",
        "create a meeting, c=64",
        64,
        201,
        Kind::Create { each: false },
    ),
    work(
        "S6 each",
        "the same, a transaction each",
        64,
        201,
        Kind::Create { each: true },
    ),
    work(
        "S6 c=1",
        "create a meeting, c=1",
        1,
        201,
        Kind::Create { each: false },
    ),
    work(
        "S6 c=1 each",
        "the same, a transaction each",
        1,
        201,
        Kind::Create { each: true },
    ),
    work("S9", "sign in", 2, 200, Kind::Login),
    work(
        "S9 alone",
        "institution by id, c=1",
        1,
        200,
        Kind::Other {
            beside_logins: false,
        },
    ),
    work(
        "S9 beside",
        "the same while two sign in",
        1,
        200,
        Kind::Other {
            beside_logins: true,
        },
    ),
];

impl Work {
    /// Whether it is part of `--only`: `S1` means `S1'` too.
    pub fn is_wanted(&self, only: &[String]) -> bool {
        only.is_empty() || only.iter().any(|name| self.name.starts_with(name.as_str()))
    }

    pub fn writes(&self) -> bool {
        matches!(self.request, Kind::Create { .. })
    }

    /// The work of the limit that this one is compared with. What the product answers with 304 is
    /// compared with the limit's whole answer, and every way to create with the limit's faster way.
    pub fn compared_with(&self) -> &'static str {
        match self.name {
            "S1" | "S1'" => "S1",
            "S2" | "S2'" => "S2",
            "S7" | "S7'" => "S7",
            "S5" | "S5'" => "S5",
            "S6" | "S6 each" => "S6",
            "S6 c=1" | "S6 c=1 each" => "S6 c=1",
            other => other,
        }
    }

    /// The limit answers no 304; only the limit creates with a transaction each, and only on SQLite.
    pub fn is_of(&self, server: Server, database: &str) -> bool {
        match (server, self.request) {
            (Server::Product, Kind::Create { each }) => !each,
            (Server::Limit, Kind::Create { each: true }) => database == "SQLite",
            (Server::Product, _) => true,
            (Server::Limit, _) => self.expected != 304,
        }
    }
}

/// What requests are made of.
pub struct Requests {
    /// Ids of institutions with their entity tags.
    items: Arc<Vec<(String, Option<String>)>>,
    report_tag: Option<String>,
    page_tag: Option<String>,
    sync_tag: Option<String>,
    created: AtomicU64,
}

fn page_path(limit: u32) -> String {
    format!("/api/v1/institutions?kind={COMMON_KIND}&sort=name&limit={limit}")
}

/// The greatest page, of everything that ever changed.
fn sync_path() -> String {
    "/api/v1/institutions?modified_since=2000-01-01T00:00:00Z&limit=200".to_owned()
}

fn report_path() -> String {
    format!("/api/v1/partnerships/{PARTNERSHIP}/reports/activity?year=2016")
}

impl Requests {
    /// Asks the product for every id and tag that is sent later.
    pub async fn prepare(product: &Running, tags: bool) -> Result<Self> {
        let mut items = Vec::new();
        let mut next = Some("/api/v1/institutions?limit=200".to_owned());
        while let Some(path) = next {
            let (page, _) = product.read(&path).await?;
            for item in page["items"].as_array().context("a page has no items")? {
                items.push((
                    item["id"].as_str().context("an item has no id")?.to_owned(),
                    None,
                ));
            }
            next = page["next"].as_str().map(str::to_owned);
        }
        let mut link = Link::open(&product.address).await?;
        for (id, tag) in items.iter_mut().filter(|_| tags) {
            let path = format!("/api/v1/institutions/{id}");
            *tag = link
                .send(get(&path, product.token.as_deref(), None)?)
                .await?
                .etag;
        }
        let (_, report_tag) = product.read(&report_path()).await?;
        let (_, page_tag) = product.read(&page_path(50)).await?;
        let (_, sync_tag) = product.read(&sync_path()).await?;
        Ok(Self {
            items: Arc::new(items),
            report_tag,
            page_tag,
            sync_tag,
            created: AtomicU64::new(0),
        })
    }

    /// Fails unless both servers say the same.
    pub async fn compare(&self, product: &Running, limit: &Running, works: &[Work]) -> Result<()> {
        let wanted = |kind| works.iter().any(|work| work.request == kind);
        if wanted(Kind::Item) {
            for (id, _) in self.items.iter().step_by(self.items.len() / 50 + 1) {
                let path = format!("/api/v1/institutions/{id}");
                same(
                    &path,
                    product.read(&path).await?.0,
                    limit.read(&path).await?.0,
                )?;
            }
        }
        let lists = [(Kind::Page, page_path(50)), (Kind::Sync, sync_path())];
        for (_, path) in lists.into_iter().filter(|(kind, _)| wanted(*kind)) {
            let (mut ours, mut theirs) = (product.read(&path).await?.0, limit.read(&path).await?.0);
            // The product seals it with its secret: only whether there is one can be compared.
            for page in [&mut ours, &mut theirs] {
                page["next"] = json!(page["next"].is_string());
            }
            same(&path, ours, theirs)?;
        }
        if wanted(Kind::Report) {
            let (report, theirs) = (
                product.read(&report_path()).await?.0,
                limit.read(&report_path()).await?.0,
            );
            let mut ours = report["figures"]
                .as_object()
                .context("the report has no figures")?
                .clone();
            ours.retain(|_, figure| figure["value"].is_i64() || figure["value"].is_object());
            ours.remove("funding_programme_meetings");
            let ours = ours
                .into_iter()
                .map(|(name, figure)| (name, figure["value"].clone()));
            same(&report_path(), Value::Object(ours.collect()), theirs)?;
        }
        Ok(())
    }

    /// What others do while a work is measured.
    pub fn beside(&self, work: &Work) -> Option<(usize, Make)> {
        match work.request {
            Kind::Other {
                beside_logins: true,
            } => Some((2, Arc::new(|_| sign_in()))),
            _ => None,
        }
    }

    /// The requests of a work to a server, numbered by the load.
    pub fn make(&self, work: &Work, server: Server, token: Option<&str>) -> Make {
        let (token, unchanged) = (token.map(str::to_owned), work.expected == 304);
        match work.request {
            Kind::Item => {
                let items = Arc::clone(&self.items);
                Arc::new(move |number| {
                    let (id, tag) = &items[Dice::new(number).below(items.len() as u64) as usize];
                    let tag = tag.as_deref().filter(|_| unchanged);
                    get(&format!("/api/v1/institutions/{id}"), token.as_deref(), tag)
                })
            }
            Kind::Login => Arc::new(|_| sign_in()),
            Kind::Other { .. } => {
                let items = Arc::clone(&self.items);
                Arc::new(move |number| {
                    let (id, _) = &items[Dice::new(number).below(items.len() as u64) as usize];
                    get(
                        &format!("/api/v1/institutions/{id}"),
                        token.as_deref(),
                        None,
                    )
                })
            }
            Kind::Page | Kind::Sync | Kind::Report => {
                let (path, tag) = match work.request {
                    Kind::Page => (page_path(50), &self.page_tag),
                    Kind::Sync => (sync_path(), &self.sync_tag),
                    _ => (report_path(), &self.report_tag),
                };
                let tag = tag.clone().filter(|_| unchanged);
                Arc::new(move |_| get(&path, token.as_deref(), tag.as_deref()))
            }
            Kind::Create { each } => {
                let series = self.created.fetch_add(1, Ordering::Relaxed);
                let each = if each && server == Server::Limit {
                    "?each=1"
                } else {
                    ""
                };
                let path = format!("/api/v1/partnerships/{PARTNERSHIP}/meetings{each}");
                Arc::new(move |number| {
                    let body = json!({
                        "title": "Spotkanie informacyjne: źródła finansowania", "kind": "information",
                        "held_on": "2016-05-01", "slug": format!("pomiar-{series}-{number}")
                    });
                    post(&path, token.as_deref(), body.to_string())
                })
            }
        }
    }
}

fn sign_in() -> Result<Request> {
    let body = json!({ "email": SIGNED_IN, "password": PASSWORD });
    post("/api/v1/auth/login", None, body.to_string())
}

/// Names the first place where two answers differ.
fn same(path: &str, ours: Value, theirs: Value) -> Result<()> {
    match difference(&ours, &theirs) {
        None => Ok(()),
        Some(place) => bail!("{path}: the answers differ at {place}; nothing was measured"),
    }
}

fn difference(ours: &Value, theirs: &Value) -> Option<String> {
    match (ours, theirs) {
        (Value::Object(one), Value::Object(other)) => {
            one.keys().chain(other.keys()).find_map(|name| {
                let place = match (one.get(name), other.get(name)) {
                    (Some(one), Some(other)) => difference(one, other),
                    _ => Some(": only one has it".to_owned()),
                };
                place.map(|place| format!("/{name}{place}"))
            })
        }
        (Value::Array(one), Value::Array(other)) if one.len() == other.len() => {
            let pairs = one.iter().zip(other).enumerate();
            pairs.into_iter().find_map(|(index, (one, other))| {
                difference(one, other).map(|place| format!("/{index}{place}"))
            })
        }
        _ => (ours != theirs).then(|| format!(": {ours} is not {theirs}")),
    }
}
