//! The limit on SQLite: prepared statements inline on the worker's own read-only connection, and one
//! thread that writes.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use anyhow::{Context, Result, anyhow};
use rusqlite::{Connection, OpenFlags, params};
use tokio::sync::oneshot;
use uuid::Uuid;

use super::figures;
use super::shape::{self, COLUMNS, NewMeeting, Page, Row};

impl Row for rusqlite::Row<'_> {
    fn id(&self, column: usize) -> Result<Uuid> {
        Ok(Uuid::from_slice(self.get_ref(column)?.as_blob()?)?)
    }

    fn number(&self, column: usize) -> Result<i32> {
        Ok(self.get(column)?)
    }

    fn flag(&self, column: usize) -> Result<bool> {
        Ok(self.get(column)?)
    }

    /// Stored as `2016-01-04 07:30:00.123456+00:00`, or with a `T` in between.
    fn instant(&self, column: usize) -> Result<String> {
        let text = self.get_ref(column)?.as_str()?;
        Ok(text.replace(' ', "T").replace("+00:00", "Z"))
    }

    fn text(&self, column: usize) -> Result<Option<&str>> {
        Ok(self.get_ref(column)?.as_str_or_null()?)
    }

    fn bytes(&self, column: usize) -> Result<&[u8]> {
        Ok(self.get_ref(column)?.as_blob()?)
    }
}

/// Opens the file as the product does, but for what only its library needs.
fn open(file: &str, read_only: bool) -> Result<Connection> {
    let flags = if read_only {
        OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX
    } else {
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX
    };
    let connection =
        Connection::open_with_flags(file, flags).with_context(|| format!("cannot open {file}"))?;
    connection.busy_timeout(Duration::from_secs(10))?;
    connection.execute_batch(
        "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA mmap_size = 268435456",
    )?;
    connection.set_prepared_statement_cache_capacity(100);
    Ok(connection)
}

/// Reads on one worker's own connection.
pub struct Reader {
    connection: Connection,
    partnership: Uuid,
}

impl Reader {
    pub fn open(file: &str) -> Result<Self> {
        let connection = open(file, true)?;
        let partnership =
            connection.query_row("SELECT id FROM partnership", [], |row| row.get(0))?;
        Ok(Self {
            connection,
            partnership,
        })
    }

    pub fn item(&self, id: Uuid, today: &str) -> Result<Vec<u8>> {
        let sql = format!("SELECT {COLUMNS} FROM institution WHERE id = ?1 AND deleted_at IS NULL");
        let mut statement = self.connection.prepare_cached(&sql)?;
        let mut rows = statement.query([id])?;
        let row = rows.next()?.context("there is no such institution")?;
        let mut body = Vec::with_capacity(1024);
        shape::institution(row, today, &mut body)?;
        Ok(body)
    }

    pub fn page(&self, kind: &str, limit: usize, today: &str) -> Result<Vec<u8>> {
        let sql = format!(
            "SELECT {COLUMNS} FROM institution WHERE kind = ?1 AND deleted_at IS NULL ORDER BY sort_key, id LIMIT ?2"
        );
        let mut statement = self.connection.prepare_cached(&sql)?;
        let mut rows = statement.query(params![kind, i64::try_from(limit + 1)?])?;
        let mut page = Page::new(limit, today);
        while let Some(row) = rows.next()? {
            page.add(row)?;
        }
        page.finish()
    }

    pub fn sync(&self, limit: usize, today: &str) -> Result<Vec<u8>> {
        let mut statement = self.connection.prepare_cached(&shape::sync())?;
        let mut rows = statement.query(params![0, i64::try_from(limit + 1)?])?;
        let mut page = Page::new(limit, today);
        while let Some(row) = rows.next()? {
            page.add(row)?;
        }
        page.finish()
    }

    pub fn figures(&self, from: &str, to: &str) -> Result<Vec<u8>> {
        let mut counted = Vec::new();
        for sql in figures::STATEMENTS {
            let mut statement = self.connection.prepare_cached(sql)?;
            statement.raw_bind_parameter(1, self.partnership)?;
            statement.raw_bind_parameter(2, to)?;
            if statement.parameter_count() == 3 {
                statement.raw_bind_parameter(3, from)?;
            }
            let mut rows = statement.raw_query();
            while let Some(row) = rows.next()? {
                counted.push((row.get(0)?, row.get(1)?, row.get(2)?));
            }
        }
        Ok(serde_json::to_vec(&figures::assemble(&counted))?)
    }
}

/// A meeting to insert, and who waits for it.
struct Job {
    meeting: NewMeeting,
    id: Uuid,
    done: oneshot::Sender<Result<()>>,
}

/// Hands meetings to the one thread that writes.
#[derive(Clone)]
pub struct Writer(Sender<Job>);

impl Writer {
    /// `most` is how many requests may share a transaction: one, or all that wait.
    pub fn start(file: &str, most: usize) -> Result<Self> {
        let connection = open(file, false)?;
        let given = Given::read(&connection)?;
        let (sender, receiver) = channel();
        std::thread::spawn(move || write_all(&connection, &given, &receiver, most));
        Ok(Self(sender))
    }

    pub async fn insert(&self, id: Uuid, meeting: NewMeeting) -> Result<()> {
        let (done, answer) = oneshot::channel();
        let job = Job { meeting, id, done };
        self.0
            .send(job)
            .map_err(|_| anyhow!("the writer has ended"))?;
        answer.await.context("the writer has ended")?
    }
}

/// What a new row has besides its title, taken from a stored one: nothing is computed.
struct Given {
    partnership: Uuid,
    at: String,
    sort_key: Vec<u8>,
    search_key: String,
}

impl Given {
    fn read(connection: &Connection) -> Result<Self> {
        let sql = "SELECT partnership_id, created_at, sort_key, search_key FROM meeting LIMIT 1";
        Ok(connection.query_row(sql, [], |row| {
            Ok(Self {
                partnership: row.get(0)?,
                at: row.get(1)?,
                sort_key: row.get(2)?,
                search_key: row.get(3)?,
            })
        })?)
    }
}

fn write_all(connection: &Connection, given: &Given, jobs: &Receiver<Job>, most: usize) {
    while let Ok(first) = jobs.recv() {
        let group: Vec<Job> = std::iter::once(first)
            .chain(jobs.try_iter().take(most - 1))
            .collect();
        let outcomes = write(connection, given, &group);
        if outcomes.is_err() {
            // There may be no transaction to roll back; then there is nothing to undo either.
            let _ = connection.execute_batch("ROLLBACK");
        }
        match outcomes {
            Ok(outcomes) => {
                for (job, outcome) in group.into_iter().zip(outcomes) {
                    // Whoever gave up waiting needs no answer.
                    let _ = job.done.send(outcome);
                }
            }
            Err(error) => {
                for job in group {
                    let _ = job.done.send(Err(anyhow!("{error:#}")));
                }
            }
        }
    }
}

/// One transaction. In a group each insert has its savepoint, so that one that fails takes no other with it.
fn write(connection: &Connection, given: &Given, group: &[Job]) -> Result<Vec<Result<()>>> {
    let run = |sql: &str| -> Result<()> {
        connection.prepare_cached(sql)?.execute([])?;
        Ok(())
    };
    run("BEGIN IMMEDIATE")?;
    let mut outcomes = Vec::with_capacity(group.len());
    for job in group {
        if group.len() > 1 {
            run("SAVEPOINT one")?;
        }
        let outcome = insert(connection, given, job);
        if group.len() > 1 {
            if outcome.is_err() {
                run("ROLLBACK TO one")?;
            }
            run("RELEASE one")?;
        }
        outcomes.push(outcome);
    }
    run("COMMIT")?;
    Ok(outcomes)
}

fn insert(connection: &Connection, given: &Given, job: &Job) -> Result<()> {
    let mut statement = connection.prepare_cached(
        "INSERT INTO meeting (id, version, created_at, modified_at, external_ids, partnership_id, slug, kind, status,
             own_role, title, held_on, mode, target_sectors, target_kinds, funding_programmes, sort_key, search_key)
         VALUES (?1, 1, ?2, ?2, '[]', ?3, ?4, ?5, 'scheduled', 'organizer', ?6, ?7, 'onsite', '[]', '[]', '[]', ?8, ?9)",
    )?;
    let NewMeeting {
        title,
        kind,
        held_on,
        slug,
    } = &job.meeting;
    let day = held_on.to_string();
    statement.execute(params![
        job.id,
        given.at,
        given.partnership,
        slug,
        kind,
        title,
        day,
        given.sort_key,
        given.search_key
    ])?;
    Ok(())
}
