//! What was measured, as a Markdown table.

use std::fmt::Write;

use crate::load::Measured;
use crate::stand::Server;
use crate::work::{WORKS, Work};

/// Every measurement, in the order of the rounds.
#[derive(Default)]
pub struct Table(Vec<Cell>);

struct Cell {
    database: &'static str,
    work: Work,
    server: Server,
    measured: Measured,
}

impl Table {
    pub fn add(&mut self, database: &'static str, work: &Work, server: Server, measured: Measured) {
        self.0.push(Cell {
            database,
            work: *work,
            server,
            measured,
        });
    }

    /// One measurement a round.
    fn rounds<'a>(
        &'a self,
        database: &'a str,
        work: &'a str,
        server: Server,
    ) -> impl Iterator<Item = Measured> + 'a {
        let cells = self.0.iter();
        let of = move |cell: &&Cell| {
            cell.database == database && cell.work.name == work && cell.server == server
        };
        cells.filter(of).map(|cell| cell.measured)
    }

    pub fn markdown(&self, seconds: u64, rounds: u64, scale: u64) -> String {
        let cores = std::thread::available_parallelism().map_or(0, usize::from);
        let mut text = format!(
            "Medians of {rounds} rounds of {seconds} s, {cores} cores, data of 1/{scale} of the size.\n\n\
             | Database | Work | Server | requests/s | p50 ms | p99 ms | CPU/op us | requests/s : limit | CPU/op : limit |\n\
             |---|---|---|---:|---:|---:|---:|---:|---:|\n"
        );
        for database in ["SQLite", "PostgreSQL"] {
            for work in WORKS {
                for server in [Server::Product, Server::Limit] {
                    // Writing to a String cannot fail.
                    let _ = self.line(&mut text, database, &work, server);
                }
            }
        }
        text
    }

    fn line(
        &self,
        text: &mut String,
        database: &str,
        work: &Work,
        server: Server,
    ) -> std::fmt::Result {
        let measured: Vec<Measured> = self.rounds(database, work.name, server).collect();
        if measured.is_empty() {
            return Ok(());
        }
        let of = |value: fn(&Measured) -> f64| median(measured.iter().map(value));
        let limit: Vec<Measured> = self
            .rounds(database, work.compared_with(), Server::Limit)
            .collect();
        let ratio = |value: fn(&Measured) -> f64| {
            median(
                measured
                    .iter()
                    .zip(&limit)
                    .map(|(one, limit)| value(one) / value(limit)),
            )
        };
        let name = format!("{} {}", work.name, work.what);
        let server = format!("{server:?}").to_lowercase();
        let per_second: fn(&Measured) -> f64 = |m| m.per_second;
        let cpu: fn(&Measured) -> f64 = |m| m.cpu_us;
        writeln!(
            text,
            "| {database} | {name} | {server} | {:.0} | {:.2} | {:.2} | {:.0} | {:.2} | {:.2} |",
            of(per_second),
            of(|m| m.p50_ms),
            of(|m| m.p99_ms),
            of(cpu),
            ratio(per_second),
            ratio(cpu),
        )
    }
}

/// The middle value, or the middle between the two in the middle.
fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    match values.len() {
        0 => f64::NAN,
        odd if odd % 2 == 1 => values[odd / 2],
        even => f64::midpoint(values[even / 2 - 1], values[even / 2]),
    }
}
