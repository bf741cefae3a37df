//! People over HTTP: for those who work in the partnership, and for nobody else.

mod filter;
mod wire;

use actix_web::{delete, get, patch, post};
use domain::access::Needs;
use domain::access::account::Account;
use domain::access::permission::{ReadPersonal, WritePeople};
use domain::institution::Institution;
use domain::person::Person;
use domain::record::Versioned;
use persistence::{Condition, Conn, person as store, record};
use uuid::Uuid;

use crate::access::{self};
use crate::auth::Require;
use crate::find;
use crate::problem::{
    ChangeProblems, CreateProblems, DeleteProblems, Halt, InternalProblems, Kind, Problem,
    RemoveProblems,
};
use crate::resource::{self, Answer, InPartnership, Read, Resource, Site};
use crate::wire::{
    Body, IfMatch, List, MergePatch, Page, PageParams, Write, WriteParams, WriteTx, no_content,
};

pub use filter::{PersonFilter, PersonSort};
pub use wire::{PersonIn, PersonOut};

/// One page of people.
pub type PersonPage = Page<PersonOut>;
/// A change of a person.
pub type PersonPatch = MergePatch<PersonIn>;

/// List people.
///
/// Who works in a partnership, for those who do so, too. Systems (`rops`, `reporting`) do not see people.
#[utoipa::path(
    tag = "People",
    params(InPartnership, PersonFilter, PageParams),
    responses(
        (status = 200, description = "A page of people", body = PersonPage,
            headers(("Link" = String, description = "The next page, `rel=next`"))),
        InternalProblems
    ),
    security(("bearer" = [ReadPersonal]))
)]
#[get("/api/v1/partnerships/{partnership}/people")]
pub async fn list_people(
    actor: Require<ReadPersonal>,
    at: Read,
    list: List<PersonFilter>,
) -> Answer {
    resource::list::<Person, _, _>(&actor, &at, list).await
}

/// Read one person.
///
/// With the account with which the person signs in, if there is one.
#[utoipa::path(
    tag = "People",
    params(
        InPartnership,
        ("person" = String, Path, description = "Id", max_length = 36, example = "0198c0de-0000-7000-8000-000000000071")
    ),
    responses(
        (status = 200, description = "The person", body = PersonOut,
            headers(("ETag" = String, description = "Version and variant"))),
        (status = 304, description = "Not changed since the version in If-None-Match"),
        InternalProblems
    ),
    security(("bearer" = [ReadPersonal]))
)]
#[get("/api/v1/partnerships/{partnership}/people/{person}")]
pub async fn read_person(actor: Require<ReadPersonal>, at: Read) -> Answer {
    resource::read::<Person, _>(&actor, &at).await
}

/// Record a person.
///
/// A secretariat anybody, a representative colleagues of the same institution. Only what work needs: what looks like a PESEL
/// is refused.
#[utoipa::path(
    tag = "People",
    params(InPartnership, WriteParams),
    request_body = PersonIn,
    responses(
        (status = 201, description = "Recorded", body = PersonOut, headers(
            ("Location" = String, description = "Where it can be read"),
            ("ETag" = String, description = "Version and variant"))),
        CreateProblems
    ),
    security(("bearer" = [WritePeople]))
)]
#[post("/api/v1/partnerships/{partnership}/people")]
pub async fn create_person(
    actor: Require<WritePeople>,
    write: Write,
    body: Body<PersonIn>,
) -> Answer {
    resource::create::<Person, _>(&actor, write, body).await
}

/// Change a person.
///
/// Also to say with which account the person signs in.
#[utoipa::path(
    tag = "People",
    params(
        InPartnership,
        ("person" = String, Path, description = "Id", max_length = 36, example = "0198c0de-0000-7000-8000-000000000071"),
        IfMatch
    ),
    request_body(content = PersonPatch, content_type = "application/merge-patch+json",
        example = json!({"function": "Zastępczyni kierownika"})),
    responses(
        (status = 200, description = "Changed", body = PersonOut,
            headers(("ETag" = String, description = "Version and variant"))),
        ChangeProblems
    ),
    security(("bearer" = [WritePeople]))
)]
#[patch("/api/v1/partnerships/{partnership}/people/{person}")]
pub async fn update_person(
    actor: Require<WritePeople>,
    write: Write,
    if_match: IfMatch,
    patch: Body<PersonPatch>,
) -> Answer {
    resource::update::<Person, _>(&actor, write, &if_match, patch).await
}

/// Delete a person.
///
/// The account, if there is one, stays.
#[utoipa::path(
    tag = "People",
    params(
        InPartnership,
        ("person" = String, Path, description = "Id", max_length = 36, example = "0198c0de-0000-7000-8000-000000000071"),
        IfMatch
    ),
    responses((status = 204, description = "Deleted"), DeleteProblems),
    security(("bearer" = [WritePeople]))
)]
#[delete("/api/v1/partnerships/{partnership}/people/{person}")]
pub async fn delete_person(actor: Require<WritePeople>, write: Write, if_match: IfMatch) -> Answer {
    resource::delete::<Person, _>(&actor, write, &if_match).await
}

/// Erase a person's data.
///
/// For who asks to be forgotten (GDPR, art. 17), also after the record was deleted. The record says no more than that there was
/// somebody, and so do the audit trail, tables that were imported, and exports that hold people, which are deleted; who follows the
/// changes is told `redacted`. That something was written, when and by whom, stays. It cannot be undone, nor does it matter which
/// version the caller has read. The account, if there is one, stays. `email` of the list finds every record with the address of somebody.
#[utoipa::path(
    tag = "People",
    params(
        InPartnership,
        ("person" = String, Path, description = "Id", max_length = 36, example = "0198c0de-0000-7000-8000-000000000071")
    ),
    responses((status = 204, description = "Erased"), RemoveProblems),
    security(("bearer" = [WritePeople]))
)]
#[post("/api/v1/partnerships/{partnership}/people/{person}/erasure")]
pub async fn erase_person(actor: Require<WritePeople>, write: Write) -> Answer {
    let tx = write.begin().await?;
    let keys = write.keys()?;
    let missing = || Problem::of(Kind::NotFound);
    let (key, partnership) = keys.split_last().ok_or_else(missing)?;
    let site = Site::of::<Person, _>(&*tx, &actor, partnership, write.clock()).await?;
    let id: Uuid = key.parse().map_err(|_| missing())?;
    let found = record::find_even_deleted::<Person>(&*tx, id, Person::scope(&site)).await?;
    let person = found.ok_or_else(missing)?;
    resource::check_change(&*tx, &site, WritePeople::PERMISSION, &person).await?;
    store::erase(&tx, person).await?;
    tx.commit(no_content()).await
}

impl Resource for Person {
    type In = PersonIn;
    type Out = PersonOut;

    fn scope(site: &Site) -> Condition {
        store::of_partnership(site.id())
    }

    async fn checked(
        tx: &WriteTx,
        site: &Site,
        before: Option<&Versioned<Self>>,
        body: PersonIn,
    ) -> Result<Self, Halt> {
        let all = Condition::all();
        let institution = body.institution.as_ref();
        let institution =
            find::optional_reference::<Institution>(tx, "/institution", all, institution).await?;
        // An account is bound by who sees it, and stays bound.
        let bound = before.and_then(|before| before.value.account_id);
        let kept = bound.filter(|id| {
            body.account
                .as_ref()
                .is_some_and(|named| named.0 == id.to_string())
        });
        let account = match kept {
            Some(id) => Some(id),
            None => {
                let seen = access::seen(&site.actor);
                find::optional_reference::<Account>(tx, "/account", seen, body.account.as_ref())
                    .await?
            }
        };
        let draft = body.into_draft(site.id(), institution, account);
        Ok(draft.check().map_err(Problem::from)?)
    }

    async fn show(
        conn: &impl Conn,
        _site: &Site,
        records: &[&Versioned<Self>],
    ) -> Result<Vec<PersonOut>, Halt> {
        let institutions = records.iter().map(|record| record.value.institution_id);
        let names = find::institutions(conn, institutions).await?;
        let ids = records.iter().filter_map(|record| record.value.account_id);
        let accounts = find::accounts(conn, ids).await?;
        let show = |record: &&Versioned<Self>| PersonOut::of(record, &names, &accounts);
        Ok(records.iter().map(show).collect())
    }

    fn institution(&self) -> Option<Uuid> {
        self.institution_id
    }
}
