//! Measures the product beside a hand-written limit. See README.md.

mod data;
mod limit;
mod load;
mod stand;
mod table;
mod words;
mod work;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use clap::{Args, Parser, Subcommand};

use load::{Plan, measure};
use stand::{OwnDatabase, Server, Stand};
use table::Table;
use work::{Requests, WORKS, Work};

/// Measures the product beside a hand-written limit
#[derive(Parser)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Measure and print the table
    Run(Run),
    /// Write the import file
    Data {
        /// Where to
        file: PathBuf,
        /// Divides the sizes
        #[arg(long, default_value_t = 1)]
        scale: u64,
    },
    /// Serve the limit (started by `run`)
    #[command(hide = true)]
    Limit { database: String, listen: String },
}

#[derive(Args)]
struct Run {
    /// Measure on this PostgreSQL server too; the bench makes and drops a database of its own there
    #[arg(long, value_name = "URL")]
    postgres: Option<String>,
    /// The product's binary [default: target/release/partnerstwo]
    #[arg(long, value_name = "PATH")]
    server: Option<PathBuf>,
    /// Seconds of each measurement, after a third of it to warm up
    #[arg(long, default_value_t = 9, value_parser = clap::value_parser!(u64).range(1..=60))]
    seconds: u64,
    /// How often everything is measured; the table shows medians
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u64).range(1..=99))]
    rounds: u64,
    /// Divides the sizes of the data; figures of other sizes cannot be compared
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u64).range(1..=1000))]
    scale: u64,
    /// Only works whose name begins so, separated by commas: `S1,S5`
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,
    /// Where the temporary directory is made; on the disk that is to be measured [default: the system's]
    #[arg(long, value_name = "PATH")]
    directory: Option<PathBuf>,
}

fn main() -> ExitCode {
    match dispatch() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Not with `?`: that would print a backtrace to somebody who only has to build the product.
            eprintln!("bench: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch() -> Result<()> {
    match Cli::parse().command {
        Command::Limit { database, listen } => {
            actix_web::rt::System::new().block_on(limit::serve(database, listen))
        }
        Command::Data { file, scale } => write_data(&file, scale),
        Command::Run(run) => tokio::runtime::Runtime::new()?.block_on(run.run()),
    }
}

fn write_data(file: &Path, scale: u64) -> Result<()> {
    let text = serde_json::to_vec(&data::file(scale))?;
    std::fs::write(file, text).with_context(|| format!("cannot write {}", file.display()))
}

/// Where `cargo build --release` puts the product.
fn built() -> PathBuf {
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or("target".into(), PathBuf::from);
    target.join("release/partnerstwo")
}

impl Run {
    async fn run(&self) -> Result<()> {
        let product = self.server.clone().unwrap_or_else(built);
        if !product.is_file() {
            bail!(
                "there is no {}: build it with `cargo build --release --locked -p api`, and run the bench from the \
                 directory above or name the binary with --server",
                product.display()
            );
        }
        let works: Vec<Work> = WORKS
            .into_iter()
            .filter(|work| work.is_wanted(&self.only))
            .collect();
        if works.is_empty() {
            bail!(
                "--only names no work: there are {}",
                WORKS.map(|work| work.name).join(", ")
            );
        }
        let directory = match &self.directory {
            Some(directory) => tempfile::tempdir_in(directory)?,
            None => tempfile::tempdir()?,
        };
        let mut table = Table::default();
        let done = self.everywhere(&product, directory.path(), &works, &mut table);
        let done = done.await;
        // What was measured before something went wrong was measured.
        print!("{}", table.markdown(self.seconds, self.rounds, self.scale));
        done
    }

    /// On SQLite, and on PostgreSQL if there is one.
    async fn everywhere(
        &self,
        product: &Path,
        directory: &Path,
        works: &[Work],
        table: &mut Table,
    ) -> Result<()> {
        let file = directory.join("data.json");
        write_data(&file, self.scale)?;
        // Ctrl-C ends the measuring, not the cleaning up.
        let done = self.unless_interrupted(async {
            let home = directory.join("sqlite");
            let url = format!("sqlite://{}", home.join("partnerstwo.sqlite").display());
            let stand = Stand::set_up("SQLite", product, url, home, &file)?;
            self.measure(&stand, works, table).await
        });
        done.await?;
        let Some(server) = &self.postgres else {
            return Ok(());
        };
        let own = OwnDatabase::create(server).await?;
        let done = self.unless_interrupted(async {
            let url = own.url()?;
            let home = directory.join("postgres");
            let stand = Stand::set_up("PostgreSQL", product, url.clone(), home, &file)?;
            stand::settle(&url).await?;
            self.measure(&stand, works, table).await
        });
        let done = done.await;
        own.drop().await?;
        done
    }

    async fn unless_interrupted(&self, work: impl Future<Output = Result<()>>) -> Result<()> {
        tokio::select! {
            done = work => done,
            _ = tokio::signal::ctrl_c() => bail!("interrupted"),
        }
    }

    /// All rounds on one database: what reads first, because what writes makes it grow.
    async fn measure(&self, stand: &Stand, works: &[Work], table: &mut Table) -> Result<()> {
        let requests = {
            let (product, limit) = (
                stand.start(Server::Product).await?,
                stand.start(Server::Limit).await?,
            );
            let tags = works.iter().any(|work| work.name == "S1'");
            let requests = Requests::prepare(&product, tags).await?;
            requests.compare(&product, &limit, works).await?;
            eprintln!("{}: both servers answer alike", stand.database);
            requests
        };
        let (writing, reading): (Vec<Work>, Vec<Work>) =
            works.iter().partition(|work| work.writes());
        for works in [reading, writing] {
            if works.is_empty() {
                continue;
            }
            for round in 0..self.rounds {
                // Who goes first takes turns, so that neither always has the warmer machine.
                let mut turns = [Server::Product, Server::Limit];
                turns.rotate_left((round % 2) as usize);
                for server in turns {
                    self.turn(stand, server, &works, &requests, round, table)
                        .await?;
                }
            }
        }
        Ok(())
    }

    /// One server alone, through all its works.
    async fn turn(
        &self,
        stand: &Stand,
        server: Server,
        works: &[Work],
        requests: &Requests,
        round: u64,
        table: &mut Table,
    ) -> Result<()> {
        let running = stand.start(server).await?;
        for work in works
            .iter()
            .filter(|work| work.is_of(server, stand.database))
        {
            let length = Duration::from_secs(self.seconds);
            let plan = Plan {
                connections: work.connections,
                warm_up: length / 3,
                length,
                expected: work.expected,
                beside: requests.beside(work),
            };
            let make = requests.make(work, server, running.token.as_deref());
            let measured = measure(&running.address, &plan, make, &running.cost).await;
            let measured = measured
                .with_context(|| format!("{} on {}, {server:?}", work.name, stand.database))?;
            eprintln!(
                "{} round {}: {} {server:?} {measured:.2?}",
                stand.database,
                round + 1,
                work.name
            );
            table.add(stand.database, work, server, measured);
        }
        Ok(())
    }
}
