//! The file of an export: a ZIP with one file a kind of record, and a manifest that says what they hold. It grows on disk,
//! not in memory.

use std::fs::File;
use std::io::{self, Read, Seek, Write};

use chrono::{DateTime, Datelike, Timelike, Utc};
use domain::record::Kind;
use serde::Serialize;
use serde_json::Value;
use sha2::{Digest, Sha256};
use uuid::Uuid;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::kinds::{self, ShownRecord};
use crate::problem::{Halt, Kind as ProblemKind, Problem};

use super::Columns;

/// The shape of the archive. Grows when a reader of the one before could not read it.
const SCHEMA_VERSION: u32 = 1;

/// What the manifest says.
#[derive(Serialize)]
struct Manifest {
    schema_version: u32,
    #[serde(flatten)]
    about: About,
    records: u64,
    files: Vec<Entry>,
}

/// What an archive is about.
#[derive(Clone, Serialize)]
pub struct About {
    /// The partnership.
    pub partnership: Named,
    /// The number of the last change that it contains.
    pub seq: i64,
    /// Relative URL of the changes after it.
    pub changes: String,
    /// When it was made.
    pub made_at: DateTime<Utc>,
    /// Of whose view it is: `public`, `internal` or `personal`.
    pub view: &'static str,
    /// Code of the vocabulary `export_formats`.
    pub format: String,
}

/// A partnership by its names.
#[derive(Clone, Serialize)]
pub struct Named {
    /// Its id.
    pub id: Uuid,
    /// Its slug.
    pub slug: String,
    /// Its name.
    pub name: String,
}

/// A file of the archive.
#[derive(Serialize)]
struct Entry {
    name: String,
    kind: &'static str,
    records: u64,
    bytes: u64,
    sha256: String,
}

/// A file that is being written.
struct Open {
    entry: Entry,
    digest: Sha256,
    /// Of a table.
    columns: Option<Columns>,
}

/// An archive that is being written.
pub struct Archive {
    zip: ZipWriter<File>,
    about: About,
    files: Vec<Entry>,
    open: Option<Open>,
}

fn failed(error: impl std::error::Error) -> Halt {
    tracing::error!(%error, "An archive could not be written");
    Problem::of(ProblemKind::Internal).into()
}

/// How a file of the archive is packed: of any size, with the time of its making in UTC.
fn options(made_at: DateTime<Utc>) -> SimpleFileOptions {
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .large_file(true);
    let two_digits = |part: u32| u8::try_from(part).unwrap_or_default();
    let time = zip::DateTime::from_date_and_time(
        u16::try_from(made_at.year()).unwrap_or_default(),
        two_digits(made_at.month()),
        two_digits(made_at.day()),
        two_digits(made_at.hour()),
        two_digits(made_at.minute()),
        two_digits(made_at.second()),
    );
    match time {
        Ok(time) => options.last_modified_time(time),
        Err(_) => options,
    }
}

impl Archive {
    /// An empty one, in a file that is gone when it is closed.
    pub fn new(about: About) -> Result<Self, Halt> {
        let file = tempfile::tempfile().map_err(failed)?;
        Ok(Self {
            zip: ZipWriter::new(file),
            about,
            files: Vec::new(),
            open: None,
        })
    }

    /// How many records it holds so far.
    pub fn records(&self) -> u64 {
        let open = self.open.as_ref().map_or(0, |open| open.entry.records);
        open + self.files.iter().map(|file| file.records).sum::<u64>()
    }

    /// Begins the file of a kind.
    pub fn begin(&mut self, kind: Kind) -> Result<(), Halt> {
        self.close();
        let name = format!("{}.{}", kind.name(), self.about.format);
        self.zip
            .start_file(name.as_str(), options(self.about.made_at))
            .map_err(failed)?;
        let columns = (self.about.format == "csv").then(|| kinds::columns(kind));
        let header = columns.as_ref().map(Columns::csv_header).transpose()?;
        self.open = Some(Open {
            entry: Entry {
                name,
                kind: kind.name(),
                records: 0,
                bytes: 0,
                sha256: String::new(),
            },
            digest: Sha256::new(),
            columns,
        });
        self.put(&header.unwrap_or_default(), 0)
    }

    /// Adds records to the file that was begun.
    pub fn write(&mut self, records: &[ShownRecord]) -> Result<(), Halt> {
        let columns = self.open.as_ref().and_then(|open| open.columns.as_ref());
        let bytes = match columns {
            Some(columns) => {
                let values = records
                    .iter()
                    .map(|record| serde_json::from_str(record.json.get()));
                let values = values.collect::<Result<Vec<Value>, _>>().map_err(failed)?;
                columns.csv(&values)?
            }
            None => {
                let lines = records.iter().map(|record| [record.json.get(), "\n"]);
                lines.flatten().collect::<String>().into_bytes()
            }
        };
        self.put(&bytes, records.len() as u64)
    }

    fn put(&mut self, bytes: &[u8], records: u64) -> Result<(), Halt> {
        if let Some(open) = &mut self.open {
            open.digest.update(bytes);
            open.entry.bytes += bytes.len() as u64;
            open.entry.records += records;
        }
        self.zip.write_all(bytes).map_err(failed)
    }

    fn close(&mut self) {
        if let Some(Open { entry, digest, .. }) = self.open.take() {
            let sha256 = hex::encode(digest.finalize());
            self.files.push(Entry { sha256, ..entry });
        }
    }

    /// The whole file, from its beginning.
    pub fn finish(mut self) -> Result<File, Halt> {
        self.close();
        let options = options(self.about.made_at);
        let manifest = Manifest {
            schema_version: SCHEMA_VERSION,
            records: self.records(),
            about: self.about,
            files: self.files,
        };
        let manifest = serde_json::to_vec_pretty(&manifest).map_err(failed)?;
        self.zip
            .start_file("manifest.json", options)
            .map_err(failed)?;
        self.zip.write_all(&manifest).map_err(failed)?;
        let mut file = self.zip.finish().map_err(failed)?;
        file.rewind().map_err(failed)?;
        Ok(file)
    }
}

/// Reads a file to its end: what it measures.
pub fn measured(file: &mut File) -> io::Result<(u64, String)> {
    let (mut digest, mut bytes) = (Sha256::new(), 0);
    while let Some(part) = part(file, 64 * 1024)? {
        digest.update(&part);
        bytes += part.len() as u64;
    }
    file.rewind()?;
    Ok((bytes, hex::encode(digest.finalize())))
}

/// The next part of a file, as large as may be; nothing at its end.
pub fn part(file: &mut File, size: usize) -> io::Result<Option<Vec<u8>>> {
    let mut part = Vec::with_capacity(size);
    file.take(size as u64).read_to_end(&mut part)?;
    Ok((!part.is_empty()).then_some(part))
}
