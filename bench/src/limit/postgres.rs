//! The limit on PostgreSQL: prepared statements, pipelined on a few connections.

use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::{Context, Result};
use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use futures_util::future::try_join_all;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, NoTls, Statement};
use uuid::Uuid;

use super::figures;
use super::shape::{self, COLUMNS, NewMeeting, Page, Row};

/// How many connections of a worker read and how many write: a commit keeps its connection waiting for the disk.
const READERS: usize = 2;
const WRITERS: usize = 8;

impl Row for tokio_postgres::Row {
    fn id(&self, column: usize) -> Result<Uuid> {
        Ok(self.try_get(column)?)
    }

    fn number(&self, column: usize) -> Result<i32> {
        Ok(self.try_get(column)?)
    }

    fn flag(&self, column: usize) -> Result<bool> {
        Ok(self.try_get(column)?)
    }

    fn instant(&self, column: usize) -> Result<String> {
        let at: DateTime<Utc> = self.try_get(column)?;
        Ok(at.to_rfc3339_opts(SecondsFormat::AutoSi, true))
    }

    fn text(&self, column: usize) -> Result<Option<&str>> {
        Ok(self.try_get(column)?)
    }

    fn bytes(&self, column: usize) -> Result<&[u8]> {
        Ok(self.try_get(column)?)
    }
}

/// A connection with its statements prepared.
struct Link {
    client: Client,
    item: Statement,
    page: Statement,
    sync: Statement,
    figures: Vec<Statement>,
    insert: Statement,
}

impl Link {
    async fn open(url: &str) -> Result<Self> {
        let (client, connection) = tokio_postgres::connect(url, NoTls)
            .await
            .context("cannot connect to PostgreSQL")?;
        tokio::spawn(connection);
        let item =
            format!("SELECT {COLUMNS} FROM institution WHERE id = $1 AND deleted_at IS NULL");
        let page = format!(
            "SELECT {COLUMNS} FROM institution WHERE kind = $1 AND deleted_at IS NULL ORDER BY sort_key, id LIMIT $2"
        );
        let insert = "INSERT INTO meeting (id, version, created_at, modified_at, external_ids, partnership_id, slug, kind,
                 status, own_role, title, held_on, mode, target_sectors, target_kinds, funding_programmes, sort_key,
                 search_key)
             VALUES ($1, 1, $2, $2, '[]', $3, $4, $5, 'scheduled', 'organizer', $6, $7, 'onsite', '[]', '[]', '[]', $8, $9)";
        let mut figures = Vec::new();
        for sql in figures::STATEMENTS {
            figures.push(client.prepare(&sql.replace('?', "$")).await?);
        }
        Ok(Self {
            item: client.prepare(&item).await?,
            page: client.prepare(&page).await?,
            sync: client.prepare(&shape::sync().replace('?', "$")).await?,
            insert: client.prepare(insert).await?,
            figures,
            client,
        })
    }
}

/// The connections of one worker, served by its own thread; whose turn it is goes round.
pub struct Pool {
    links: Vec<Link>,
    turn: AtomicUsize,
    given: Given,
}

/// What a new row has besides its title, taken from a stored one: nothing is computed.
struct Given {
    partnership: Uuid,
    at: DateTime<Utc>,
    sort_key: Vec<u8>,
    search_key: String,
}

impl Pool {
    pub async fn open(url: &str) -> Result<Self> {
        let mut links = Vec::new();
        for _ in 0..WRITERS {
            links.push(Link::open(url).await?);
        }
        let sql = "SELECT partnership_id, created_at, sort_key, search_key FROM meeting LIMIT 1";
        let row = links[0].client.query_one(sql, &[]).await?;
        let given = Given {
            partnership: row.try_get(0)?,
            at: row.try_get(1)?,
            sort_key: row.try_get(2)?,
            search_key: row.try_get(3)?,
        };
        let turn = AtomicUsize::new(0);
        Ok(Self { links, turn, given })
    }

    fn link(&self, among: usize) -> &Link {
        &self.links[self.turn.fetch_add(1, Ordering::Relaxed) % among]
    }

    pub async fn item(&self, id: Uuid, today: &str) -> Result<Vec<u8>> {
        let link = self.link(READERS);
        let row = link.client.query_opt(&link.item, &[&id]).await?;
        let mut body = Vec::with_capacity(1024);
        shape::institution(
            &row.context("there is no such institution")?,
            today,
            &mut body,
        )?;
        Ok(body)
    }

    pub async fn page(&self, kind: &str, limit: usize, today: &str) -> Result<Vec<u8>> {
        let link = self.link(READERS);
        let most = i64::try_from(limit + 1)?;
        let mut page = Page::new(limit, today);
        for row in link.client.query(&link.page, &[&kind, &most]).await? {
            page.add(&row)?;
        }
        page.finish()
    }

    pub async fn sync(&self, limit: usize, today: &str) -> Result<Vec<u8>> {
        let link = self.link(READERS);
        let most = i64::try_from(limit + 1)?;
        let mut page = Page::new(limit, today);
        for row in link.client.query(&link.sync, &[&0_i64, &most]).await? {
            page.add(&row)?;
        }
        page.finish()
    }

    /// All statements are under way at once on one connection.
    pub async fn figures(&self, from: NaiveDate, to: NaiveDate) -> Result<Vec<u8>> {
        let link = self.link(READERS);
        let values: [&(dyn ToSql + Sync); 3] = [&self.given.partnership, &to, &from];
        let queries = link.figures.iter().map(|statement| {
            let named = statement.params().len();
            link.client.query(statement, &values[..named])
        });
        let rows = try_join_all(queries).await?.into_iter().flatten();
        let counted = rows.map(|row| Ok((row.try_get(0)?, row.try_get(1)?, row.try_get(2)?)));
        let counted: Vec<_> = counted.collect::<Result<_, tokio_postgres::Error>>()?;
        Ok(serde_json::to_vec(&figures::assemble(&counted))?)
    }

    pub async fn insert(&self, id: Uuid, meeting: NewMeeting) -> Result<()> {
        let link = self.link(WRITERS);
        let Given {
            partnership,
            at,
            sort_key,
            search_key,
        } = &self.given;
        let NewMeeting {
            title,
            kind,
            held_on,
            slug,
        } = &meeting;
        let values: [&(dyn ToSql + Sync); 9] = [
            &id,
            at,
            partnership,
            slug,
            kind,
            title,
            held_on,
            sort_key,
            search_key,
        ];
        link.client.execute(&link.insert, &values).await?;
        Ok(())
    }
}
