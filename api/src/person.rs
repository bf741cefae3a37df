//! People over HTTP: for those who work in the partnership, and for nobody else.

use actix_web::post;
use domain::access::Needs;
use domain::access::account::Account;
use domain::access::permission::{ReadPersonal, WritePeople};
use domain::fault::{Faults, Rule};
use domain::identifier::Email;
use domain::person::Person;
use domain::record::Versioned;
use domain::slug::Key;
use persistence::person::{self as store, Column};
use persistence::{Condition, kinds, record};
use uuid::Uuid;

use crate::access;
use crate::auth::Require;
use crate::institution;
use crate::problem::{Halt, Kind, Problem, RemoveProblems};
use crate::records::{self, Answer, InPartnership};
use crate::records::{About, Filter, Nothing, Orders, Resource, Takes};
use crate::site::Site;
use crate::wire::{Write, WriteTx, no_content};

impl Resource for Person {
    type Read = ReadPersonal;
    type Create = WritePeople;
    type Update = WritePeople;
    type Delete = WritePeople;
    type Computed = Nothing;

    const ABOUT: About = About {
        tag: "People",
        collection: "people",
        one: "person",
        many: "people",
        example: "0198c0de-0000-7000-8000-000000000071",
        below: None,
        list: (
            "List people.",
            "Who works in a partnership, for those who do so, too. Systems (`rops`, `reporting`) do not see people.",
        ),
        read: (
            "Read one person.",
            "With the account with which the person signs in, if there is one.",
        ),
        create: Some((
            (
                "Record a person.",
                "A secretariat anybody, a representative colleagues of the same institution. Only what work needs: what looks like a \
             PESEL is refused.",
            ),
            r#"{"name": "Zofia Żurawska", "institution": "wup-zielona-gora", "function": "Kierowniczka działu",
                 "email": "z.zurawska@wup.example", "phone": "+48684565610"}"#,
        )),
        update: Some((
            (
                "Change a person.",
                "Also to say with which account the person signs in.",
            ),
            r#"{"function": "Zastępczyni kierownika"}"#,
        )),
        delete: ("Delete a person.", "The account, if there is one, stays."),
    };

    const FILTERS: &'static [Filter<Self>] = &[
        Filter {
            name: "q",
            about: "Words of a name or function, or parts of them: all, in any order.",
            example: "zurawska",
            takes: Takes::Words(Column::SearchKey),
        },
        Filter {
            name: "email",
            about: "E-mail address, in whatever case: several people may share one.",
            example: "sekretariat@wup.example",
            takes: Takes::Read(of_address, 254),
        },
        institution::filter(Column::Institution),
        access::account_filter(Column::Account),
    ];

    const ORDERS: Orders<Self> = Orders {
        by: &[("name", Column::SortKey), ("created_at", Column::CreatedAt)],
        default: "name",
        about: "by name",
    };

    fn institution(&self) -> Option<Uuid> {
        self.institution.map(|link| link.id)
    }

    /// An account is bound by who sees it, and stays bound. One that is not seen is told like one that does not exist, whatever
    /// else is wrong.
    async fn prepare(
        &mut self,
        tx: &WriteTx,
        site: &Site,
        before: Option<&Versioned<Self>>,
        _: &mut Faults,
    ) -> Result<(), Halt> {
        let bound = before.and_then(|before| before.value.account);
        if let Some(account) = self.account
            && bound != self.account
        {
            let seen = access::seen(&site.actor);
            let found = record::refer::<Account>(tx, &Key::Id(account.id), seen).await?;
            if found.is_none() {
                return Err(Problem::of(Kind::DanglingReference)
                    .at("/account", Rule::DanglingReference)
                    .into());
            }
        }
        Ok(())
    }
}

fn of_address(raw: &str) -> Option<Condition> {
    let email = Email::parse(raw.trim()).ok()?;
    Some(store::with_email(&email))
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
    let site = records::site_of::<Person, _>(&*tx, &actor, partnership, write.clock()).await?;
    let id: Uuid = key.parse().map_err(|_| missing())?;
    let found =
        record::find_even_deleted::<Person>(&*tx, id, records::scope::<Person>(&site)).await?;
    let person = found.ok_or_else(missing)?;
    records::check_change(&*tx, &site, WritePeople::PERMISSION, &person).await?;
    store::erase(&tx, person, &kinds::naming_people()).await?;
    tx.commit(no_content()).await
}
