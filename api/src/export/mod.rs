//! Exports. Lists in formats other than JSON: everything that matches, read page by page and sent as it is read. Whole
//! partnerships as files that are made in the background: [`job`], [`schedule`].

mod archive;
mod columns;
mod document;
pub mod job;
pub mod schedule;
mod worker;
mod xlsx;

use std::future::Future;
use std::io;

use actix_web::http::header::{CONTENT_DISPOSITION, ETAG};
use actix_web::web::Bytes;
use actix_web::{HttpResponse, HttpResponseBuilder};
use futures_util::future::LocalBoxFuture;
use futures_util::{FutureExt, stream};
use persistence::list::Position;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::list_format::ListFormat;
use crate::problem::{Halt, Kind, Problem};
use crate::wire::{Fetched, Item, List};

pub use columns::{Column, Columns, Form, text};
pub use document::complete_lists;
pub use worker::{run, run_due};

/// How many records are read at a time.
const AT_A_TIME: u64 = 500;

/// Reads a page of a list.
type Fetch<F, O> = Box<dyn Fn(List<F>) -> LocalBoxFuture<'static, Result<Fetched<O>, Halt>>>;

/// What is still to be read of a list.
struct Rest<F, O> {
    list: List<F>,
    fetch: Fetch<F, O>,
    /// Where to go on; nothing at the beginning.
    after: Option<Position>,
    done: bool,
}

impl<F, O: Serialize> Rest<F, O> {
    /// The next records, as JSON; nothing after the last ones.
    async fn next(&mut self) -> Result<Option<Vec<Value>>, Halt> {
        if self.done {
            return Ok(None);
        }
        let page = self.list.at(self.after.take(), AT_A_TIME);
        let fetched = (self.fetch)(page).await?;
        self.done = fetched.next.is_none();
        self.after = fetched.next;
        let written = |item: Item<O>| {
            serde_json::to_value(item).map_err(|_| Problem::of(Kind::Internal).into())
        };
        let items = fetched.items.into_iter().map(written);
        Ok(Some(items.collect::<Result<_, Halt>>()?))
    }
}

impl<F> List<F> {
    /// Answers one page as JSON, or everything in another format, as it is wanted. What is `fetched` is asked for page by page;
    /// without a tag that is known before, a page is tagged with all that it says.
    pub async fn answer<O, Fut>(
        self,
        tag: Option<String>,
        fetched: impl Fn(List<F>) -> Fut + 'static,
    ) -> Result<HttpResponse, Halt>
    where
        F: 'static,
        O: Serialize + ToSchema + 'static,
        Fut: Future<Output = Result<Fetched<O>, Halt>> + 'static,
    {
        match self.format() {
            ListFormat::Json => {
                let page = fetched(self.clone()).await?;
                Ok(self.answer_items(page, tag))
            }
            format => {
                let fetch = Box::new(move |list| fetched(list).boxed_local());
                whole(format, self, tag, fetch).await
            }
        }
    }
}

/// Answers everything that matches, in a format that is not JSON. A stream that breaks off ends the connection, so that
/// nobody takes what was sent for all there is.
async fn whole<F: 'static, O: Serialize + ToSchema + 'static>(
    format: ListFormat,
    list: List<F>,
    tag: Option<String>,
    fetch: Fetch<F, O>,
) -> Result<HttpResponse, Halt> {
    let mut answer = HttpResponse::Ok();
    let file = format!("{}.{}", list.name(), format.suffix());
    answer.content_type(format.media_type()).insert_header((
        CONTENT_DISPOSITION,
        format!("attachment; filename=\"{file}\""),
    ));
    if let Some(tag) = tag {
        answer.insert_header((ETAG, tag));
    }
    let columns = Columns::of::<O>(list.page.modified_since.is_some());
    let turn = match format {
        ListFormat::Xlsx => Some(list.turn().await?),
        _ => None,
    };
    let mut rest = Rest {
        list,
        fetch,
        after: None,
        done: false,
    };
    // What can be refused is refused before anything is sent.
    let first = rest.next().await?.unwrap_or_default();
    match format {
        ListFormat::Xlsx => {
            let mut book = xlsx::Book::new(columns)?;
            let mut items = Some(first);
            while let Some(some) = items {
                book.write(&some)?;
                items = rest.next().await?;
            }
            let file = book.finish()?;
            drop(turn);
            Ok(answer.streaming(xlsx::chunks(file)))
        }
        ListFormat::Csv => {
            let mut bytes = columns.csv_header()?;
            bytes.extend(columns.csv(&first)?);
            Ok(streamed(answer, bytes, rest, move |items| {
                columns.csv(items)
            }))
        }
        ListFormat::Json | ListFormat::Ndjson => Ok(streamed(answer, lines(&first)?, rest, lines)),
    }
}

fn streamed<F: 'static, O: Serialize + 'static>(
    mut answer: HttpResponseBuilder,
    first: Vec<u8>,
    rest: Rest<F, O>,
    write: impl Fn(&[Value]) -> Result<Vec<u8>, Halt> + 'static,
) -> HttpResponse {
    let state = (Some(first), rest, write);
    let bytes = stream::try_unfold(state, |(first, mut rest, write)| async move {
        let bytes = match first {
            Some(first) => Some(first),
            None => match rest.next().await.map_err(broken)? {
                Some(items) => Some(write(&items).map_err(broken)?),
                None => None,
            },
        };
        Ok::<_, io::Error>(bytes.map(|bytes| (Bytes::from(bytes), (None, rest, write))))
    });
    answer.streaming(bytes)
}

/// Why a stream broke off, for the log.
fn broken(halt: Halt) -> io::Error {
    tracing::warn!(%halt, "An export broke off");
    io::Error::other(halt.to_string())
}

fn lines(items: &[Value]) -> Result<Vec<u8>, Halt> {
    let lines = items.iter().map(|item| format!("{item}\n"));
    Ok(lines.collect::<String>().into_bytes())
}
