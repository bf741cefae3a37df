//! Commands. Messages for people go to standard error, data to standard output: both by [`output`].

mod account;
mod audit;
mod demo;
mod import;
mod keys;
mod output;
mod report;
mod signals;

use std::io::IsTerminal;
use std::process::ExitCode;
use std::time::Duration;

use crate::clock::Clock;
use crate::config::{Config, Flags, SettingError, make_private};
use crate::server;
use crate::state::AppState;
use clap::{Parser, Subcommand};
use mimalloc::MiMalloc;
use output::{Failure, ReaderGone, print, tell};
use persistence::{Db, Origin};

/// Gives memory back that is not used any more: the one of glibc keeps what many threads took in turn (ADR 0018).
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

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

/// Runs the command: 0 done, 1 refused or failed, 2 wrong usage, which settings are, too.
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    let done = match cli.command {
        Command::Openapi => print(crate::document_json().trim_end()),
        _ => match start(&cli.flags) {
            Ok(config) => actix_web::rt::System::new().block_on(dispatch(cli, config)),
            Err(errors) => {
                for error in errors {
                    tell(format_args!("partnerstwo: {error}"));
                }
                return ExitCode::from(2);
            }
        },
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        // Whoever has read enough has got what they wanted.
        Err(failure) if failure.is::<ReaderGone>() => ExitCode::SUCCESS,
        Err(failure) => {
            tell(format_args!("partnerstwo: {failure}"));
            ExitCode::FAILURE
        }
    }
}

/// Reads the settings, and brings about what everything else stands on.
fn start(flags: &Flags) -> Result<Config, Vec<SettingError>> {
    let config = Config::read(flags)?;
    let filter = config.log_filter().map_err(|error| vec![error])?;
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        // A log that cannot be written, on a full disk perhaps, must not end what it tells of.
        .log_internal_errors(false)
        .init();
    // It holds accounts and the master secret.
    make_private(&config.data_dir).map_err(|error| {
        let reason = format!("{} cannot be made: {error}", config.data_dir.display());
        vec![SettingError {
            name: "data_dir",
            reason,
        }]
    })?;
    Ok(config)
}

async fn dispatch(cli: Cli, config: Config) -> Result<(), Failure> {
    let url = config.database_url();
    let opened = async {
        let db = Db::open(&url).await?;
        match cli.no_migrate {
            true => db.check_version().await?,
            false => db.migrate().await?,
        }
        Ok::<_, persistence::db::OpenError>(db)
    };
    // The name of a file is no secret, but other addresses have passwords.
    let place = if url.starts_with("sqlite:") {
        &url
    } else {
        "PostgreSQL"
    };
    let unusable = |error| format!("database_url: {place}: {error}");
    let db = opened.await.map_err(unusable)?;
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

async fn serve(db: Db, config: Config, demo: bool) -> Result<(), Failure> {
    if let Err(error) = crate::connection::raise_handles() {
        tracing::warn!(%error, "The limit of open files was not raised");
    }
    let clock = Clock::system();
    if demo {
        demo::prepare(&db, &config, &clock).await?;
    }
    let socket = std::net::TcpListener::bind(&config.listen)
        .map_err(|error| format!("listen: {}: {error}", config.listen))?;
    let address = socket.local_addr()?;
    let state = server::state(db.clone(), config, clock).await?;
    let workers = std::thread::available_parallelism().map_or(2, usize::from);
    // Before anybody is told that it serves: whoever knows may stop it.
    let signals = signals::listen()?;
    tell(format_args!(
        "Serving on http://{address}/ (documentation: http://{address}/docs/)"
    ));
    if demo {
        tell(format_args!(
            "Try: curl 'http://{address}/api/v1/partnerships/partnerstwo-lubuskie/reports/activity.md?year=2016'"
        ));
    }
    actix_web::rt::spawn(keep_house(state.clone()));
    actix_web::rt::spawn(crate::mail::deliver(state.clone()));
    actix_web::rt::spawn(crate::webhook::deliver(state.clone()));
    actix_web::rt::spawn(crate::export::run(state.clone()));
    let head = state.head.clone();
    let server = server::serve(state, socket, workers)?;
    actix_web::rt::spawn(signals::obey(signals, head, server.handle()));
    server.await?;
    db.close().await?;
    Ok(())
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
    crate::bulk_import::forget(state).await?;
    state.db.analyze().await
}
