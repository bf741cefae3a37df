//! Commands. Messages for people go to standard error, data to standard output.
#![expect(
    clippy::print_stderr,
    clippy::print_stdout,
    reason = "a command line talks to its terminal"
)]

mod account;
mod audit;
mod demo;
mod import;
mod keys;
mod report;

use std::io::IsTerminal;
use std::process::ExitCode;
use std::time::Duration;

use api::config::{Config, Flags};
use api::server;
use api::state::{AppState, Clock};
use clap::{Parser, Subcommand};
use persistence::{Db, Origin};

/// Records, counts and accounts for the work of local partnerships for the social economy.
#[derive(Parser)]
#[command(name = "partnerstwo", version)]
struct Cli {
    #[command(flatten)]
    flags: Flags,
    /// Refuse an older database instead of bringing it up to date
    #[arg(long, global = true)]
    no_migrate: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the API
    Serve {
        /// Create demo accounts of every role, printed once, in an empty database
        #[arg(long)]
        demo: bool,
    },
    /// Bring the database up to date
    Migrate,
    /// Load a data file
    Import {
        /// The file
        file: std::path::PathBuf,
        /// Check and count only
        #[arg(long)]
        dry_run: bool,
        /// Print counts or faults as JSON
        #[arg(long)]
        json: bool,
    },
    /// Print the activity report of a partnership
    Report(report::ReportArgs),
    /// Copy the embedded database, also while it is served, to a new file
    Backup {
        /// The file; it must not exist
        file: std::path::PathBuf,
    },
    /// Manage accounts
    Account {
        #[command(subcommand)]
        command: account::Command,
    },
    /// Manage the keys that sign tokens
    Keys {
        #[command(subcommand)]
        command: keys::Command,
    },
    /// Check the audit trail
    Audit {
        #[command(subcommand)]
        command: audit::Command,
    },
    /// Print the OpenAPI document
    Openapi,
}

type Failure = Box<dyn std::error::Error>;

/// Runs the command: 0 done, 1 refused or failed, 2 wrong usage.
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    if matches!(cli.command, Command::Openapi) {
        print!("{}", api::document_json());
        return ExitCode::SUCCESS;
    }
    log();
    match actix_web::rt::System::new().block_on(dispatch(cli)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("partnerstwo: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn log() {
    let filter =
        tracing_subscriber::EnvFilter::try_from_env("PARTNERSTWO_LOG").unwrap_or_else(|_| {
            tracing_subscriber::EnvFilter::new("info,sqlx=warn,sea_orm_migration=warn")
        });
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .init();
}

async fn dispatch(cli: Cli) -> Result<(), Failure> {
    let config = Config::read(&cli.flags)?;
    if config.argon2_memory_kib < 19_456 {
        return Err("argon2_memory_kib must be at least 19456".into());
    }
    make_private(&config.data_dir)?;
    let db = Db::open(&config.database_url()).await?;
    if cli.no_migrate {
        db.check_version().await?
    } else {
        db.migrate().await?
    }
    match cli.command {
        Command::Serve { demo } => serve(db, config, demo).await,
        Command::Account { command } => account::run(command, &db, &config).await,
        Command::Keys { command } => keys::run(command, &db, &config).await,
        Command::Audit { command } => audit::run(command, &db).await,
        Command::Import {
            file,
            dry_run,
            json,
        } => import::run(&db, &file, dry_run, json).await,
        Command::Report(args) => report::run(&db, args).await,
        Command::Backup { file } => Ok(db.backup(&file).await?),
        Command::Migrate | Command::Openapi => Ok(()),
    }
}

/// Makes the data directory, for the owner alone: it holds accounts and the master secret.
fn make_private(directory: &std::path::Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.recursive(true).create(directory)
}

async fn serve(db: Db, config: Config, demo: bool) -> Result<(), Failure> {
    if let Err(error) = api::connection::raise_handles() {
        tracing::warn!(%error, "The limit of open files was not raised");
    }
    let clock = Clock::system();
    if demo {
        demo::prepare(&db, &config, &clock).await?;
    }
    let socket = std::net::TcpListener::bind(&config.listen)
        .map_err(|error| format!("cannot listen on {}: {error}", config.listen))?;
    let address = socket.local_addr()?;
    let state = server::state(db.clone(), config, clock).await?;
    let workers = std::thread::available_parallelism().map_or(2, usize::from);
    eprintln!("Serving on http://{address}/ (documentation: http://{address}/docs/)");
    if demo {
        eprintln!(
            "Try: curl 'http://{address}/api/v1/partnerships/partnerstwo-lubuskie/reports/activity?year=2016' -H 'Accept: text/markdown'"
        );
    }
    actix_web::rt::spawn(keep_house(state.clone()));
    actix_web::rt::spawn(api::mail::deliver(state.clone()));
    actix_web::rt::spawn(api::webhook::deliver(state.clone()));
    actix_web::rt::spawn(api::export::run(state.clone()));
    actix_web::rt::spawn(send_home(state.clone()));
    server::serve(state, socket, workers)?.await?;
    db.close().await?;
    Ok(())
}

/// When the server is told to stop, answers those who wait for changes: they would keep it waiting.
async fn send_home(state: AppState) {
    use tokio::signal::unix::{SignalKind, signal};
    let (Ok(mut terminate), Ok(mut interrupt)) = (
        signal(SignalKind::terminate()),
        signal(SignalKind::interrupt()),
    ) else {
        return;
    };
    tokio::select! {
        _ = terminate.recv() => (),
        _ = interrupt.recv() => (),
    }
    state.head.stop();
}

/// Every hour, forgets what is not needed any more, and counts the rows for the planner.
async fn keep_house(state: AppState) {
    let mut hourly = actix_web::rt::time::interval(Duration::from_secs(3600));
    loop {
        hourly.tick().await;
        state.limits.forget_idle();
        if let Err(error) = clean(&state).await {
            tracing::warn!(%error, "The hourly housekeeping failed");
        }
    }
}

/// How long sessions that are over and letters that were sent are kept: both name people.
const KEPT: chrono::TimeDelta = chrono::TimeDelta::days(30);

async fn clean(state: &AppState) -> Result<(), persistence::RepoError> {
    let now = state.clock.now();
    let tx = state.db.begin(Origin::default(), now).await?;
    persistence::idempotency::purge(&tx, now).await?;
    persistence::access::session::purge(&tx, now - KEPT).await?;
    persistence::access::throttle::purge(&tx).await?;
    persistence::mail::purge(&tx, now - KEPT).await?;
    persistence::webhook::message::purge(&tx, now - KEPT).await?;
    tx.commit().await?;
    api::bulk_import::forget(state).await?;
    state.db.analyze().await
}
