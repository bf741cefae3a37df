//! Postings over HTTP: a communiqué on the site of an institution.

mod filter;
mod wire;

use actix_web::{delete, get, patch, post};
use domain::access::permission::{ReadPublic, ReportPostings};
use domain::access::{Actor, Permission};
use domain::institution::Institution;
use domain::outreach::communique::Communique;
use domain::outreach::posting::{Posting, PostingDraft, TRANSITIONS};
use domain::record::Versioned;
use domain::signatory::Signatory;
use domain::slug::Key;
use domain::state::Machine;
use persistence::outreach::{communique, posting};
use persistence::{Condition, Conn, RepoError, record, signatory};
use uuid::Uuid;

use crate::auth::Require;
use crate::find;
use crate::problem::{
    ChangeProblems, CreateProblems, DeleteProblems, Halt, Kind, Problem, ReadProblems,
    TransitionProblems,
};
use crate::resource::{
    self, Answer, DryRun, InPartnership, Read, Resource, Site, Stateful, TransitionIn,
};
use crate::wire::{
    Body, IfMatch, List, MergePatch, Page, PageParams, Query, Write, WriteParams, WriteTx,
};

pub use filter::{PostingFilter, PostingSort};
pub use wire::{PostingIn, PostingOut};

/// One page of postings.
pub type PostingPage = Page<PostingOut>;
/// A change of a posting.
pub type PostingPatch = MergePatch<PostingIn>;

/// List the postings of a communiqué.
///
/// One for each institution that posted it or is expected to.
#[utoipa::path(
    tag = "Postings",
    params(
        InPartnership,
        ("communique" = String, Path, description = "The communiqué: id or slug", max_length = 100, example = "komunikat-2016-1"),
        PostingFilter, PageParams
    ),
    responses(
        (status = 200, description = "A page of postings", body = PostingPage,
            headers(("Link" = String, description = "The next page, `rel=next`"))),
        ReadProblems
    ),
    security((), ("bearer" = [ReadPublic]))
)]
#[get("/api/v1/partnerships/{partnership}/communiques/{communique}/postings")]
pub async fn list_postings(
    actor: Require<ReadPublic>,
    at: Read,
    list: List<PostingFilter>,
) -> Answer {
    resource::list::<Posting, _, _>(&actor, &at, list).await
}

/// List the postings of all communiqués of a partnership.
///
/// With `in_report` exactly those that the activity report of a period counts.
#[utoipa::path(
    tag = "Postings",
    params(
        InPartnership,
        PostingFilter, PageParams
    ),
    responses(
        (status = 200, description = "A page of postings", body = PostingPage,
            headers(("Link" = String, description = "The next page, `rel=next`"))),
        ReadProblems
    ),
    security((), ("bearer" = [ReadPublic]))
)]
#[get("/api/v1/partnerships/{partnership}/postings")]
pub async fn list_partnership_postings(
    actor: Require<ReadPublic>,
    at: Read,
    list: List<PostingFilter>,
) -> Answer {
    resource::list::<Posting, _, _>(&actor, &at, list).await
}

/// Read one posting.
///
/// When and where it was posted, and whether that was verified.
#[utoipa::path(
    tag = "Postings",
    params(
        InPartnership,
        ("communique" = String, Path, description = "The communiqué: id or slug", max_length = 100, example = "komunikat-2016-1"),
        ("posting" = String, Path, description = "Id", max_length = 36, example = "0198c0de-0000-7000-8000-000000000031")
    ),
    responses(
        (status = 200, description = "The posting", body = PostingOut,
            headers(("ETag" = String, description = "Version and variant"))),
        (status = 304, description = "Not changed since the version in If-None-Match"),
        ReadProblems
    ),
    security((), ("bearer" = [ReadPublic]))
)]
#[get("/api/v1/partnerships/{partnership}/communiques/{communique}/postings/{posting}")]
pub async fn read_posting(actor: Require<ReadPublic>, at: Read) -> Answer {
    resource::read::<Posting, _>(&actor, &at).await
}

/// Record a posting.
///
/// Of a released communiqué, one for each institution: reported when it says the day, otherwise expected. The institution is a
/// signatory on that day, or on that of the release: otherwise 422 `conflict` at `/institution`. The secretariat records any, a
/// representative those of its own institution.
#[utoipa::path(
    tag = "Postings",
    params(
        InPartnership,
        ("communique" = String, Path, description = "The communiqué: id or slug", max_length = 100, example = "komunikat-2016-1"),
        WriteParams
    ),
    request_body = PostingIn,
    responses(
        (status = 201, description = "Recorded", body = PostingOut, headers(
            ("Location" = String, description = "Where it can be read"),
            ("ETag" = String, description = "Version and variant"))),
        CreateProblems
    ),
    security(("bearer" = [ReportPostings]))
)]
#[post("/api/v1/partnerships/{partnership}/communiques/{communique}/postings")]
pub async fn create_posting(
    actor: Require<ReportPostings>,
    write: Write,
    body: Body<PostingIn>,
) -> Answer {
    resource::create::<Posting, _>(&actor, write, body).await
}

/// Change a posting.
///
/// Its day or address; the state changes by a transition. The address of a posting that is expected is told here, before it
/// is reported.
#[utoipa::path(
    tag = "Postings",
    params(
        InPartnership,
        ("communique" = String, Path, description = "The communiqué: id or slug", max_length = 100, example = "komunikat-2016-1"),
        ("posting" = String, Path, description = "Id", max_length = 36, example = "0198c0de-0000-7000-8000-000000000031"),
        IfMatch
    ),
    request_body(content = PostingPatch, content_type = "application/merge-patch+json",
        example = json!({"url": "https://wup-zielona-gora.example/komunikat-2016-1"})),
    responses(
        (status = 200, description = "Changed", body = PostingOut,
            headers(("ETag" = String, description = "Version and variant"))),
        ChangeProblems
    ),
    security(("bearer" = [ReportPostings]))
)]
#[patch("/api/v1/partnerships/{partnership}/communiques/{communique}/postings/{posting}")]
pub async fn update_posting(
    actor: Require<ReportPostings>,
    write: Write,
    if_match: IfMatch,
    patch: Body<PostingPatch>,
) -> Answer {
    resource::update::<Posting, _>(&actor, write, &if_match, patch).await
}

/// Delete a posting.
///
/// For what was recorded by mistake; a link that is gone makes the posting `broken`.
#[utoipa::path(
    tag = "Postings",
    params(
        InPartnership,
        ("communique" = String, Path, description = "The communiqué: id or slug", max_length = 100, example = "komunikat-2016-1"),
        ("posting" = String, Path, description = "Id", max_length = 36, example = "0198c0de-0000-7000-8000-000000000031"),
        IfMatch
    ),
    responses((status = 204, description = "Deleted"), DeleteProblems),
    security(("bearer" = [ReportPostings]))
)]
#[delete("/api/v1/partnerships/{partnership}/communiques/{communique}/postings/{posting}")]
pub async fn delete_posting(
    actor: Require<ReportPostings>,
    write: Write,
    if_match: IfMatch,
) -> Answer {
    resource::delete::<Posting, _>(&actor, write, &if_match).await
}

/// Bring a posting into another state.
///
/// `reported` takes `effective_on` as the day of posting, or the day it has, or today; it needs an address. The other states
/// carry no day. Only the secretariat verifies, finds broken or waives.
#[utoipa::path(
    tag = "Postings",
    params(
        InPartnership,
        ("communique" = String, Path, description = "The communiqué: id or slug", max_length = 100, example = "komunikat-2016-1"),
        ("posting" = String, Path, description = "Id", max_length = 36, example = "0198c0de-0000-7000-8000-000000000031"),
        IfMatch, WriteParams, DryRun
    ),
    request_body(content = TransitionIn, example = json!({"to": "reported", "effective_on": "2016-03-22"})),
    responses(
        (status = 200, description = "In the other state, or with `dry_run` what it would be", body = PostingOut,
            headers(("ETag" = String, description = "Version and variant"))),
        TransitionProblems
    ),
    security(("bearer" = [ReportPostings]))
)]
#[post(
    "/api/v1/partnerships/{partnership}/communiques/{communique}/postings/{posting}/transitions"
)]
pub async fn transition_posting(
    actor: Require<ReportPostings>,
    write: Write,
    if_match: IfMatch,
    trial: Query<DryRun>,
    step: Body<TransitionIn>,
) -> Answer {
    resource::transition::<Posting, _>(&actor, write, &if_match, trial, step).await
}

impl Resource for Posting {
    type In = PostingIn;
    type Out = PostingOut;

    fn scope(site: &Site) -> Condition {
        let all =
            posting::of_partnership(site.id()).add_option(site.parent.map(posting::of_communique));
        site.seen(all, posting::public())
    }

    async fn parent(conn: &impl Conn, site: &Site, key: &str) -> Result<Uuid, Halt> {
        find::parent::<Communique>(conn, Communique::scope(site), key).await
    }

    async fn hold_parent(tx: &WriteTx, id: Uuid) -> Result<bool, RepoError> {
        record::hold::<Communique>(tx, id).await
    }

    /// What the secretariat verified or waived is no longer the reporter's to change.
    fn protected_from(&self, _: &Actor) -> Option<Permission> {
        matches!(self.status.as_str(), "verified" | "waived").then_some(Permission::WriteRecords)
    }

    async fn checked(
        tx: &WriteTx,
        site: &Site,
        before: Option<&Versioned<Self>>,
        body: PostingIn,
    ) -> Result<Self, Halt> {
        let all = Condition::all();
        let institution =
            find::reference::<Institution>(tx, "/institution", all, &body.institution).await?;
        let mut draft = body.into_draft(site.id(), institution);
        draft.status = before.map(|before| before.value.status.clone());
        let communique = communique_of(tx, site).await?;
        draft.communique_id = communique.head.id;
        draft.released_on = released_on(&communique);
        let before = before.map(|before| &before.value);
        let by_signatory = is_by_signatory(tx, &draft, before).await?;
        Ok(draft
            .check(site.today, by_signatory)
            .map_err(Problem::from)?)
    }

    async fn show(
        conn: &impl Conn,
        site: &Site,
        records: &[&Versioned<Self>],
    ) -> Result<Vec<PostingOut>, Halt> {
        let communiques = records
            .iter()
            .map(|record| Some(record.value.communique_id));
        let institutions = records
            .iter()
            .map(|record| Some(record.value.institution_id));
        let mut names = find::institutions(conn, institutions).await?;
        names.extend(find::names(conn, communiques, communique::named).await?);
        let show = |record: &&Versioned<Self>| PostingOut::of(record, &names, site);
        Ok(records.iter().map(show).collect())
    }

    fn institution(&self) -> Option<Uuid> {
        Some(self.institution_id)
    }
}

impl Stateful for Posting {
    const MACHINE: Machine = TRANSITIONS;

    fn status(&self) -> &str {
        &self.status
    }

    fn permission(&self, to: &str, _: &Actor) -> Permission {
        match to {
            "verified" | "broken" | "waived" => Permission::WriteRecords,
            _ => Permission::ReportPostings,
        }
    }

    async fn enter(
        tx: &WriteTx,
        site: &Site,
        before: &Versioned<Self>,
        step: &TransitionIn,
    ) -> Result<Self, Halt> {
        let value = &before.value;
        let mut draft = PostingIn::from(value).into_draft(site.id(), value.institution_id);
        draft.status = Some(step.to.clone());
        if step.to == "reported" {
            // What was posted and broke keeps its day, by which reports count it.
            let day = step.effective_on.or(value.posted_on);
            draft.posted_on = Some(day.unwrap_or(site.today));
        } else {
            step.undated()?;
        }
        let communique = communique_of(tx, site).await?;
        draft.communique_id = communique.head.id;
        draft.released_on = released_on(&communique);
        let by_signatory = is_by_signatory(tx, &draft, Some(value)).await?;
        let checked = draft.check(site.today, by_signatory);
        Ok(checked.map_err(|faults| TransitionIn::refused("/posted_on", faults))?)
    }
}

/// The communiqué of the path.
async fn communique_of(tx: &WriteTx, site: &Site) -> Result<Versioned<Communique>, Halt> {
    let missing = || Problem::of(Kind::NotFound);
    let key = Key::Id(site.parent.ok_or_else(missing)?);
    let found = record::find(&**tx, &key, Communique::scope(site)).await?;
    Ok(found.ok_or_else(missing)?)
}

/// Whether the institution of a posting is a signatory on its day. What stands, as an import may have brought it, is not
/// asked again.
async fn is_by_signatory(
    tx: &WriteTx,
    draft: &PostingDraft,
    before: Option<&Posting>,
) -> Result<bool, RepoError> {
    let stands = before.is_some_and(|before| {
        (before.institution_id, before.posted_on) == (draft.institution_id, draft.posted_on)
    });
    let Some(day) = draft.signatory_on().filter(|_| !stands) else {
        return Ok(true);
    };
    let signed = record::of_partnership::<Signatory>(draft.partnership_id)
        .add(signatory::of_institution(draft.institution_id))
        .add(signatory::active_on(day));
    record::exists_besides::<Signatory>(&**tx, None, signed).await
}

/// The day it was released, while it is not withdrawn.
fn released_on(communique: &Versioned<Communique>) -> Option<chrono::NaiveDate> {
    let value = &communique.value;
    value.released_on.filter(|_| value.counts())
}
