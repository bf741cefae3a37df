//! What the limit answers: the same JSON as the product, written straight from a row.

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use uuid::Uuid;

/// Columns of an institution in the order in which [`institution`] reads them.
pub const COLUMNS: &str = "id, version, created_at, modified_at, public_body, slug, name, short_name, name_genitive, kind, \
     nip, regon, krs, seat_terc, street_address, postal_code, town, website, email, phone, edelivery_address, status, \
     CAST(other_names AS text), CAST(sector_history AS text), CAST(serves_terc AS text), CAST(external_ids AS text), sort_key";
/// Where the sort key stands among them.
pub const SORT_KEY: usize = 26;

/// Institutions whose latest change has a number from one on, in the order of those changes: `?1` is the number, `?2` how many.
/// The bench asks since before the first change.
pub fn sync() -> String {
    format!(
        "SELECT {COLUMNS} FROM (
           SELECT i.*, c.seq FROM change c JOIN institution i ON i.id = c.record_id
           WHERE c.kind = 'institution' AND c.seq >= ?1 AND NOT EXISTS (
             SELECT 1 FROM change n WHERE n.kind = c.kind AND n.record_id = c.record_id AND n.seq > c.seq)
           ORDER BY c.seq LIMIT ?2) AS changed
         ORDER BY seq"
    )
}

/// A row of either database.
pub trait Row {
    fn id(&self, column: usize) -> Result<Uuid>;
    fn number(&self, column: usize) -> Result<i32>;
    fn flag(&self, column: usize) -> Result<bool>;
    fn instant(&self, column: usize) -> Result<String>;
    fn text(&self, column: usize) -> Result<Option<&str>>;
    fn bytes(&self, column: usize) -> Result<&[u8]>;
}

/// The fields of the product's institution. `operator` and `successor` are always null: the file
/// names none, and the product looks nothing up then either.
#[derive(Serialize)]
struct Institution<'a> {
    id: Uuid,
    slug: Option<&'a str>,
    name: Option<&'a str>,
    short_name: Option<&'a str>,
    name_genitive: Option<&'a str>,
    other_names: &'a RawValue,
    kind: Option<&'a str>,
    sector: Option<&'a str>,
    sector_history: Vec<Since<'a>>,
    public_body: bool,
    nip: Option<&'a str>,
    regon: Option<&'a str>,
    krs: Option<&'a str>,
    seat_terc: Option<&'a str>,
    serves_terc: &'a RawValue,
    address: Address<'a>,
    website: Option<&'a str>,
    email: Option<&'a str>,
    phone: Option<&'a str>,
    edelivery_address: Option<&'a str>,
    operator: Option<()>,
    status: Option<&'a str>,
    successor: Option<()>,
    external_ids: &'a RawValue,
    version: i32,
    created_at: String,
    modified_at: String,
}

#[derive(Serialize)]
struct Address<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    street_address: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    postal_code: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    town: Option<&'a str>,
}

#[derive(Deserialize, Serialize)]
struct Since<'a> {
    sector: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    valid_from: Option<&'a str>,
}

/// Writes a row as JSON. `today` is `YYYY-MM-DD`, which orders as days do.
pub fn institution(row: &impl Row, today: &str, into: &mut Vec<u8>) -> Result<()> {
    let raw = |column| -> Result<&RawValue> {
        Ok(serde_json::from_str(
            row.text(column)?.context("a list is null")?,
        )?)
    };
    let sector_history: Vec<Since> = serde_json::from_str(row.text(23)?.unwrap_or("[]"))?;
    let begun = |since: &&Since| since.valid_from.is_none_or(|day| day <= today);
    let institution = Institution {
        id: row.id(0)?,
        version: row.number(1)?,
        created_at: row.instant(2)?,
        modified_at: row.instant(3)?,
        public_body: row.flag(4)?,
        slug: row.text(5)?,
        name: row.text(6)?,
        short_name: row.text(7)?,
        name_genitive: row.text(8)?,
        kind: row.text(9)?,
        nip: row.text(10)?,
        regon: row.text(11)?,
        krs: row.text(12)?,
        seat_terc: row.text(13)?,
        address: Address {
            street_address: row.text(14)?,
            postal_code: row.text(15)?,
            town: row.text(16)?,
        },
        website: row.text(17)?,
        email: row.text(18)?,
        phone: row.text(19)?,
        edelivery_address: row.text(20)?,
        status: row.text(21)?,
        other_names: raw(22)?,
        sector: sector_history
            .iter()
            .rev()
            .find(begun)
            .map(|since| since.sector),
        sector_history,
        serves_terc: raw(24)?,
        external_ids: raw(25)?,
        operator: None,
        successor: None,
    };
    Ok(serde_json::to_writer(into, &institution)?)
}

/// A page as it is written: up to `limit` items, and where the next page begins when there is one row more.
pub struct Page<'a> {
    body: Vec<u8>,
    limit: usize,
    today: &'a str,
    written: usize,
    last: String,
    more: bool,
}

impl<'a> Page<'a> {
    pub fn new(limit: usize, today: &'a str) -> Self {
        Self {
            body: b"{\"items\":[".to_vec(),
            limit,
            today,
            written: 0,
            last: String::new(),
            more: false,
        }
    }

    pub fn add(&mut self, row: &impl Row) -> Result<()> {
        if self.written == self.limit {
            self.more = true;
            return Ok(());
        }
        if self.written > 0 {
            self.body.push(b',');
        }
        institution(row, self.today, &mut self.body)?;
        self.written += 1;
        if self.written == self.limit {
            let key = row.bytes(SORT_KEY)?.iter();
            let key: String = key.map(|byte| format!("{byte:02x}")).collect();
            self.last = format!("{key}.{}", row.id(0)?);
        }
        Ok(())
    }

    /// The product seals `next` with its secret, so that only its being there can be compared.
    pub fn finish(mut self) -> Result<Vec<u8>> {
        self.body.extend_from_slice(b"],\"next\":");
        serde_json::to_writer(&mut self.body, &self.more.then_some(self.last))?;
        self.body.push(b'}');
        Ok(self.body)
    }
}

/// A meeting as S6 sends it.
#[derive(Deserialize)]
pub struct NewMeeting {
    pub title: String,
    pub kind: String,
    pub held_on: chrono::NaiveDate,
    pub slug: String,
}
