//! Where the parts of a file stand: found by walking through it once, so that it is never in memory as a whole.

use std::collections::{HashMap, HashSet};
use std::io::{BufRead, BufReader, ErrorKind, Read, Seek};

use super::ImportError;
use super::about::{collection, section};
use super::reader::{LONGEST_KEY, Reader, pointer, unasked};
use super::tree::{self, Node};
use crate::fault::Rule;

/// How long a row, or another part of the file, may be. What is read of it takes much more memory for a moment.
const MOST_BYTES: u64 = 512 * 1024;

/// A part of the file that is looked at as a whole.
#[derive(Clone, Copy)]
struct Place {
    start: u64,
    length: u32,
}

/// A file whose parts can be read one by one.
pub(super) struct Outline<R> {
    source: BufReader<R>,
    /// Whether the file is an object, and has parts.
    pub(super) is_object: bool,
    sections: HashMap<&'static str, Place>,
    rows: HashMap<&'static str, Rows>,
    buffer: Vec<u8>,
}

impl<R: Read + Seek> Outline<R> {
    /// Walks through a file.
    pub(super) fn of(mut source: R, reader: &Reader) -> Result<Self, ImportError> {
        source.rewind()?;
        tree::check(BufReader::new(&mut source))?;
        source.rewind()?;
        let mut walk = Walk {
            bytes: BufReader::new(source),
            at: 0,
        };
        let is_object = walk.past_space()? == b'{';
        let (sections, rows) = match is_object {
            true => walk.members(reader)?,
            false => Places::default(),
        };
        Ok(Self {
            source: walk.bytes,
            is_object,
            sections,
            rows,
            buffer: Vec::new(),
        })
    }

    /// Whether a part is there.
    pub(super) fn has(&self, name: &str) -> bool {
        self.sections.contains_key(name) || self.rows.contains_key(name)
    }

    /// A part that is no collection.
    pub(super) fn section(&mut self, name: &str) -> Result<Option<Node>, ImportError> {
        match self.sections.get(name) {
            Some(place) => self.read(*place).map(Some),
            None => Ok(None),
        }
    }

    /// The row of a collection with a number, unless it is too long; none after the last one.
    pub(super) fn row(
        &mut self,
        collection: &str,
        number: usize,
    ) -> Result<Option<Option<Node>>, ImportError> {
        let rows = self.rows.get(collection);
        let place = rows.and_then(|rows| rows.get(number)).copied();
        let read = |place: Option<Place>| place.map(|place| self.read(place)).transpose();
        place.map(read).transpose()
    }

    fn read(&mut self, place: Place) -> Result<Node, ImportError> {
        let here = self.source.stream_position()?;
        // Rows are read in their order: what the buffer holds already is not read again.
        self.source
            .seek_relative(place.start.cast_signed() - here.cast_signed())?;
        self.buffer.resize(place.length as usize, 0);
        self.source.read_exact(&mut self.buffer)?;
        tree::parse(&self.buffer)
    }
}

/// The rows of a collection; nothing for one that is too long.
type Rows = Vec<Option<Place>>;
type Places = (HashMap<&'static str, Place>, HashMap<&'static str, Rows>);

/// Walks through JSON that is known to be well formed.
struct Walk<R> {
    bytes: BufReader<R>,
    at: u64,
}

impl<R: Read + Seek> Walk<R> {
    fn members(&mut self, reader: &Reader) -> Result<Places, ImportError> {
        let (mut sections, mut rows) = Places::default();
        let mut known = HashSet::new();
        self.step()?;
        while self.past_space()? != b'}' {
            self.past_comma()?;
            let name = self.name()?;
            // The colon.
            self.past_space()?;
            self.step()?;
            let first = self.past_space()?;
            let here = || pointer("", &name);
            let (section, collection) = (section(&name), collection(&name));
            match section.or(collection) {
                None => reader.note(here(), unasked(&name)),
                Some(name) if !known.insert(name) => reader.note(here(), Rule::Duplicate),
                // Null, which is the same as nothing.
                Some(_) if first == b'n' => {}
                Some(name) if section.is_some() => {
                    if let Some(place) = self.place(reader, here)? {
                        sections.insert(name, place);
                    }
                    continue;
                }
                Some(name) if first == b'[' => {
                    rows.insert(name, self.rows(reader, name)?);
                    continue;
                }
                Some(name) => {
                    // It is there, but nothing to read.
                    rows.insert(name, Vec::new());
                    reader.note(here(), Rule::Type);
                }
            }
            self.past_value()?;
        }
        Ok((sections, rows))
    }

    fn rows(&mut self, reader: &Reader, collection: &str) -> Result<Rows, ImportError> {
        let mut rows = Vec::new();
        let mut number = 0;
        self.step()?;
        while self.past_space()? != b']' {
            self.past_comma()?;
            let here = || format!("/{collection}/{number}");
            let place = self.place(reader, here)?;
            // Of what is too much, and makes the file unusable, nothing is kept.
            if reader.count(1, || format!("/{collection}")) {
                rows.push(place);
            }
            number += 1;
        }
        self.step()?;
        Ok(rows)
    }

    /// The place of the value that begins here, unless it is too long.
    fn place(
        &mut self,
        reader: &Reader,
        pointer: impl FnOnce() -> String,
    ) -> Result<Option<Place>, ImportError> {
        let start = self.at;
        self.past_value()?;
        let length = self.at - start;
        match u32::try_from(length) {
            Ok(length) if u64::from(length) <= MOST_BYTES => Ok(Some(Place { start, length })),
            _ => {
                reader.note(pointer(), Rule::Length);
                Ok(None)
            }
        }
    }

    /// Goes on to the next value of a list, or key of an object.
    fn past_comma(&mut self) -> Result<(), ImportError> {
        if self.past_space()? == b',' {
            self.step()?;
            self.past_space()?;
        }
        Ok(())
    }

    /// Goes on to the next byte that is no space, and says which it is.
    fn past_space(&mut self) -> Result<u8, ImportError> {
        self.past(|byte| byte.is_ascii_whitespace())
    }

    /// Goes on to the first byte that is not one of those that are passed over.
    fn past(&mut self, passed: impl Fn(u8) -> bool) -> Result<u8, ImportError> {
        loop {
            let bytes = self.bytes.fill_buf()?;
            let found = bytes.iter().copied().enumerate();
            let mut found = found.filter(|(_, byte)| !passed(*byte));
            let (length, found) = match found.next() {
                Some((length, byte)) => (length, Some(byte)),
                None => (bytes.len(), None),
            };
            let is_end = bytes.is_empty();
            self.bytes.consume(length);
            self.at += length as u64;
            match found {
                Some(byte) => return Ok(byte),
                None if is_end => return Err(ErrorKind::UnexpectedEof.into()),
                None => {}
            }
        }
    }

    /// Goes on by a byte.
    fn step(&mut self) -> Result<(), ImportError> {
        self.bytes.fill_buf()?;
        self.bytes.consume(1);
        self.at += 1;
        Ok(())
    }

    /// Passes over the value that begins here.
    fn past_value(&mut self) -> Result<(), ImportError> {
        let mut depth = 0_usize;
        loop {
            match self.past_space()? {
                b'"' => self.past_text(|_| ())?,
                b'[' | b'{' => {
                    self.step()?;
                    depth += 1;
                    continue;
                }
                b']' | b'}' => {
                    self.step()?;
                    depth = depth.saturating_sub(1);
                }
                b',' | b':' => {
                    self.step()?;
                    continue;
                }
                // A number or a word.
                _ => {
                    self.past(|byte| !byte.is_ascii_whitespace() && !b",]}".contains(&byte))?;
                }
            }
            if depth == 0 {
                return Ok(());
            }
        }
    }

    /// Passes over the text that begins here, and gives what stands between its quotes.
    fn past_text(&mut self, mut take: impl FnMut(u8)) -> Result<(), ImportError> {
        self.step()?;
        loop {
            let byte = self.past(|_| false)?;
            self.step()?;
            if byte == b'"' {
                return Ok(());
            }
            take(byte);
            if byte == b'\\' {
                take(self.past(|_| false)?);
                self.step()?;
            }
        }
    }

    /// A key; of one that is too long to be repeated, so much that this can be seen.
    fn name(&mut self) -> Result<String, ImportError> {
        let mut written = vec![b'"'];
        // Six bytes write a character at the most: `\u0041`.
        let most = 6 * (LONGEST_KEY + 2);
        self.past_text(|byte| {
            if written.len() < most {
                written.push(byte);
            }
        })?;
        written.push(b'"');
        match serde_json::from_slice(&written) {
            Ok(name) => Ok(name),
            // Cut off within a character: longer than what is repeated in any case.
            Err(_) => Ok("?".repeat(LONGEST_KEY + 1)),
        }
    }
}
