//! People in partnerships.

use domain::access::audience::Audience;
use domain::governance::representation::Representation;
use domain::identifier::Email;
use domain::person::Person;
use domain::record::{Kind, Versioned};
use domain::search;
use sea_orm::Condition;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, ExprTrait, Func};

use crate::bulk_import::rows as row_of_import;
use crate::governance::representation;
use crate::list::leads_to;
use crate::record::{self, Reference, Stored};
use crate::table::table;
use crate::{Conn, RepoError, Tx, export};

table! {
    Person in "person", no slug {
        external_ids: Json,
        partnership_id: Uuid,
        name: String,
        function: Option<String>,
        institution as "institution_id": Option<Uuid>,
        email: Option<String>,
        phone: Option<String>,
        account as "account_id": Option<Uuid>,
    }
    derived {
        sort_key: Vec<u8> = |p: &Person| search::sort_key(&p.name),
        search_key: String = searched,
    }
}

fn searched(p: &Person) -> String {
    let function = p.function.as_deref().unwrap_or_default();
    search::search_key(&format!("{} {function}", p.name))
}

impl Stored for Person {
    const NAME: Option<Column> = Some(Column::Name);
    const AUDIENCE: Audience = Audience::Personal;
    const REFERENCES: &'static [Reference] =
        &[(Kind::Institution, |id| leads_to(Column::Institution, id))];
}

/// Those of an e-mail address, in whatever case it was written.
pub fn with_email(email: &Email) -> Condition {
    // As the index has it.
    let folded = Func::lower(Expr::col(Column::Email.as_column_ref()));
    Condition::all().add(Expr::expr(folded).eq(email.folded()))
}

/// Those of a name, in whatever case it was written.
pub fn called(name: &str) -> Condition {
    // The key is indexed.
    let namesakes = search::sort_keys_of_namesakes(name);
    Condition::all()
        .add(Column::SortKey.gte(namesakes.start))
        .add(Column::SortKey.lt(namesakes.end))
}

/// Erases who a person was, also one that was deleted: in the record, in what it ever said, in tables that were imported, and in
/// files that were made, which hold records of the kinds that name people. That something was written, when and by whom, stays.
pub async fn erase(
    tx: &Tx,
    person: Versioned<Person>,
    naming_people: &[Kind],
) -> Result<(), RepoError> {
    let (id, erased) = (person.head.id, person.value.erased());
    for export in export::with_people(tx, erased.partnership_id, naming_people).await? {
        record::delete(tx, export).await?;
    }
    row_of_import::forget_record(tx, id).await?;
    // What somebody acts upon may well say who it is.
    let represented = representation::of_person(id);
    for acts in record::every_even_deleted::<Representation>(tx, represented).await? {
        let silent = Representation {
            document: None,
            ..acts.value.clone()
        };
        record::redact(tx, acts, silent).await?;
    }
    record::redact(tx, person, erased).await?;
    Ok(())
}

/// Who an account is, in each partnership that knows.
pub async fn who(conn: &impl Conn, account: Uuid) -> Result<Vec<Versioned<Person>>, RepoError> {
    let own = Condition::all().add(Column::Account.eq(account));
    record::every(conn, own).await
}
