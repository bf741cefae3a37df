//! Effects over HTTP: what a partnership achieved in a period.

mod filter;
mod wire;

use actix_web::{delete, get, patch, post};
use domain::access::permission::{ReadPublic, WriteRecords};
use domain::followup::effect::Effect;
use domain::record::Versioned;
use persistence::followup::effect;
use persistence::{Condition, Conn};

use crate::auth::Require;
use crate::problem::{ChangeProblems, CreateProblems, DeleteProblems, Halt, Problem, ReadProblems};
use crate::resource::{self, Answer, InPartnership, Read, Resource, Site};
use crate::wire::{Body, IfMatch, List, MergePatch, Page, PageParams, Write, WriteParams, WriteTx};

pub use filter::{EffectFilter, EffectSort};
pub use wire::{EffectIn, EffectOut};

/// One page of effects.
pub type EffectPage = Page<EffectOut>;
/// A change of an effect.
pub type EffectPatch = MergePatch<EffectIn>;

/// List the effects of a partnership.
///
/// All, or those of periods that lie within some days, as a report of these days states them.
#[utoipa::path(
    tag = "Effects",
    params(
        InPartnership,
        EffectFilter, PageParams
    ),
    responses(
        (status = 200, description = "A page of effects", body = EffectPage,
            headers(("Link" = String, description = "The next page, `rel=next`"))),
        ReadProblems
    ),
    security((), ("bearer" = [ReadPublic]))
)]
#[get("/api/v1/partnerships/{partnership}/effects")]
pub async fn list_effects(
    actor: Require<ReadPublic>,
    at: Read,
    list: List<EffectFilter>,
) -> Answer {
    resource::list::<Effect, _, _>(&actor, &at, list).await
}

/// Read one effect.
///
/// With its period and the sentences of the report.
#[utoipa::path(
    tag = "Effects",
    params(
        InPartnership,
        ("effect" = String, Path, description = "Id or slug", max_length = 100, example = "efekt-2016-3")
    ),
    responses(
        (status = 200, description = "The effect", body = EffectOut,
            headers(("ETag" = String, description = "Version and variant"))),
        (status = 304, description = "Not changed since the version in If-None-Match"),
        ReadProblems
    ),
    security((), ("bearer" = [ReadPublic]))
)]
#[get("/api/v1/partnerships/{partnership}/effects/{effect}")]
pub async fn read_effect(actor: Require<ReadPublic>, at: Read) -> Answer {
    resource::read::<Effect, _>(&actor, &at).await
}

/// Record an effect.
///
/// For a period, with the sentences that the report of the period states.
#[utoipa::path(
    tag = "Effects",
    params(
        InPartnership,
        WriteParams
    ),
    request_body = EffectIn,
    responses(
        (status = 201, description = "Recorded", body = EffectOut, headers(
            ("Location" = String, description = "Where it can be read"),
            ("ETag" = String, description = "Version and variant"))),
        CreateProblems
    ),
    security(("bearer" = [WriteRecords]))
)]
#[post("/api/v1/partnerships/{partnership}/effects")]
pub async fn create_effect(
    actor: Require<WriteRecords>,
    write: Write,
    body: Body<EffectIn>,
) -> Answer {
    resource::create::<Effect, _>(&actor, write, body).await
}

/// Change an effect.
///
/// Its period, its place, or its sentences.
#[utoipa::path(
    tag = "Effects",
    params(
        InPartnership,
        ("effect" = String, Path, description = "Id or slug", max_length = 100, example = "efekt-2016-3"),
        IfMatch
    ),
    request_body(content = EffectPatch, content_type = "application/merge-patch+json",
        example = json!({"position": 4})),
    responses(
        (status = 200, description = "Changed", body = EffectOut,
            headers(("ETag" = String, description = "Version and variant"))),
        ChangeProblems
    ),
    security(("bearer" = [WriteRecords]))
)]
#[patch("/api/v1/partnerships/{partnership}/effects/{effect}")]
pub async fn update_effect(
    actor: Require<WriteRecords>,
    write: Write,
    if_match: IfMatch,
    patch: Body<EffectPatch>,
) -> Answer {
    resource::update::<Effect, _>(&actor, write, &if_match, patch).await
}

/// Delete an effect.
///
/// The reports of its period state it no more.
#[utoipa::path(
    tag = "Effects",
    params(
        InPartnership,
        ("effect" = String, Path, description = "Id or slug", max_length = 100, example = "efekt-2016-3"),
        IfMatch
    ),
    responses((status = 204, description = "Deleted"), DeleteProblems),
    security(("bearer" = [WriteRecords]))
)]
#[delete("/api/v1/partnerships/{partnership}/effects/{effect}")]
pub async fn delete_effect(
    actor: Require<WriteRecords>,
    write: Write,
    if_match: IfMatch,
) -> Answer {
    resource::delete::<Effect, _>(&actor, write, &if_match).await
}

impl Resource for Effect {
    type In = EffectIn;
    type Out = EffectOut;

    fn scope(site: &Site) -> Condition {
        site.seen(effect::of_partnership(site.id()), effect::public())
    }

    async fn checked(
        _: &WriteTx,
        site: &Site,
        _: Option<&Versioned<Self>>,
        body: EffectIn,
    ) -> Result<Self, Halt> {
        let draft = body.into_draft(site.id());
        Ok(draft.check(site.today).map_err(Problem::from)?)
    }

    fn slug_mut(&mut self) -> Option<&mut String> {
        Some(&mut self.slug)
    }

    async fn show(
        _: &impl Conn,
        _: &Site,
        records: &[&Versioned<Self>],
    ) -> Result<Vec<EffectOut>, Halt> {
        Ok(records
            .iter()
            .map(|record| EffectOut::from(*record))
            .collect())
    }
}
