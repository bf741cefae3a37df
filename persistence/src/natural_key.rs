//! What a record is called where its id would say nothing: its slug or its natural key.

use std::collections::HashMap;

use domain::record::Kind;
use sea_orm::{ConnectionTrait, FromQueryResult, Statement, Value};
use uuid::Uuid;

use crate::{Conn, RepoError};

/// The natural key of a record, unique in its partnership.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct NaturalKey {
    /// The record's id.
    pub id: Uuid,
    /// Its slug, or what takes a slug's place: `institution@day` of a signatory, `communiqué|institution` of a posting,
    /// `commitment|meeting` of a fulfilment, `meeting|slug` of an agenda item.
    pub key: String,
    /// Its slug, if it has one.
    pub slug: Option<String>,
}

/// How many ids a statement asks for at once.
const CHUNK: usize = 500;

/// The keys of records of a kind that has them; of others, none.
pub async fn natural_keys(
    conn: &impl Conn,
    kind: Kind,
    ids: &[Uuid],
) -> Result<HashMap<Uuid, NaturalKey>, RepoError> {
    let Some(select) = select(kind) else {
        return Ok(HashMap::new());
    };
    let mut found = HashMap::with_capacity(ids.len());
    let connection = conn.raw();
    for chunk in ids.chunks(CHUNK) {
        let places: Vec<String> = (1..=chunk.len()).map(|place| format!("${place}")).collect();
        let sql = format!("{select} WHERE r.id IN ({})", places.join(", "));
        let values = chunk.iter().map(|id| Value::from(*id));
        let statement =
            Statement::from_sql_and_values(connection.get_database_backend(), sql, values);
        let rows = NaturalKey::find_by_statement(statement)
            .all(connection)
            .await?;
        found.extend(rows.into_iter().map(|row| (row.id, row)));
    }
    Ok(found)
}

fn select(kind: Kind) -> Option<String> {
    let select = match kind {
        Kind::Institution
        | Kind::Meeting
        | Kind::Output
        | Kind::GoodPractice
        | Kind::Recommendation
        | Kind::Commitment
        | Kind::Communique
        | Kind::Effect => format!("SELECT r.id, r.slug AS key, r.slug FROM {} r", kind.name()),
        Kind::AgendaItem => "SELECT r.id, m.slug || '|' || r.slug AS key, r.slug
             FROM agenda_item r JOIN meeting m ON m.id = r.meeting_id"
            .to_owned(),
        Kind::Signatory => "SELECT r.id, i.slug || '@' || CAST(r.signed_on AS text) AS key, NULL AS slug
             FROM signatory r JOIN institution i ON i.id = r.institution_id"
            .to_owned(),
        Kind::Fulfilment => "SELECT r.id, c.slug || '|' || coalesce(m.slug, CAST(r.fulfilled_on AS text)) AS key, NULL AS slug
             FROM fulfilment r JOIN commitment c ON c.id = r.commitment_id LEFT JOIN meeting m ON m.id = r.meeting_id"
            .to_owned(),
        Kind::Posting => "SELECT r.id, c.slug || '|' || i.slug AS key, NULL AS slug
             FROM posting r JOIN communique c ON c.id = r.communique_id JOIN institution i ON i.id = r.institution_id"
            .to_owned(),
        _ => return None,
    };
    Some(select)
}
