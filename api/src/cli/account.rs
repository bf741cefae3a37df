//! `partnerstwo account`: create, grant, list, disable.
#![expect(
    clippy::print_stderr,
    clippy::print_stdout,
    reason = "a command line talks to its terminal"
)]

use std::io::Read;

use api::auth::Hasher;
use api::config::Config;
use api::state::{Clock, new_id};
use clap::{Args, Subcommand};
use domain::access::{Grant, Role};
use domain::identifier::Email;
use domain::institution::Institution;
use domain::partnership::Partnership;
use domain::slug::Key;
use persistence::{Condition, Db, RepoError, account, record};
use uuid::Uuid;

use super::Failure;

#[derive(Subcommand)]
pub enum Command {
    /// Create an account with a first role
    Create {
        #[command(flatten)]
        grant: GrantArgs,
        /// Read the password from standard input
        #[arg(long, required = true)]
        password_stdin: bool,
    },
    /// Grant an account another role
    Grant(GrantArgs),
    /// List the accounts as JSON lines
    List,
    /// Disable an account
    Disable {
        /// E-mail address
        #[arg(long)]
        email: String,
    },
}

#[derive(Args)]
pub struct GrantArgs {
    /// E-mail address
    #[arg(long)]
    email: String,
    /// admin, secretariat, council_chair, council_member, institution_rep, auditor, rops or reporting
    #[arg(long)]
    role: String,
    /// Partnership of the role: slug or id
    #[arg(long)]
    partnership: Option<String>,
    /// Institution of a representative: slug or id
    #[arg(long)]
    institution: Option<String>,
}

/// Runs an account command.
pub async fn run(command: Command, db: &Db, config: &Config) -> Result<(), Failure> {
    let clock = Clock::system();
    match command {
        Command::Create { grant, .. } => {
            let email =
                Email::parse(&grant.email).map_err(|rule| format!("--email: {}", rule.code()))?;
            let granted = resolve(db, &grant).await?;
            let mut password = String::new();
            std::io::stdin().take(1025).read_to_string(&mut password)?;
            let password = password.trim_end_matches(['\n', '\r']).to_owned();
            let hasher = Hasher::new(config.argon2_memory_kib)?;
            create(db, &clock, &hasher, email.as_str(), password, &[granted]).await?;
            eprintln!("Created {email}");
        }
        Command::Grant(grant) => {
            let granted = resolve(db, &grant).await?;
            let account = find(db, &grant.email).await?;
            let tx = db.begin(None, clock.now()).await?;
            account::grant(&tx, new_id(), account.id, granted).await?;
            tx.commit().await?;
            eprintln!("Granted {} to {}", grant.role, account.email);
        }
        Command::List => {
            for account in account::list(db).await? {
                let roles: Vec<&str> = account::grants(db, account.id)
                    .await?
                    .iter()
                    .map(|grant| grant.role.code())
                    .collect();
                let disabled = account.disabled_at;
                println!(
                    "{}",
                    serde_json::json!({"id": account.id, "email": account.email, "roles": roles, "disabled_at": disabled})
                );
            }
        }
        Command::Disable { email } => {
            let account = find(db, &email).await?;
            let tx = db.begin(None, clock.now()).await?;
            account::disable(&tx, account.id).await?;
            tx.commit().await?;
            eprintln!("Disabled {}", account.email);
        }
    }
    Ok(())
}

async fn find(db: &Db, email: &str) -> Result<account::Account, Failure> {
    Ok(account::find_by_email(db, email)
        .await?
        .ok_or_else(|| format!("there is no account {email}"))?)
}

/// Creates an account. The password has 12 to 1024 bytes (OWASP ASVS 5, 6.2.1).
pub async fn create(
    db: &Db,
    clock: &Clock,
    hasher: &Hasher,
    email: &str,
    password: String,
    grants: &[Grant],
) -> Result<Uuid, Failure> {
    if !(12..=1024).contains(&password.len()) {
        return Err("the password must have 12 to 1024 characters".into());
    }
    let hash = hasher
        .hash(password)
        .await
        .map_err(|_| "the password could not be hashed")?;
    let id = new_id();
    let tx = db.begin(None, clock.now()).await?;
    match account::insert(&tx, id, email, hash).await {
        Err(RepoError::NotUnique(_)) => {
            return Err(format!("there is an account {email} already").into());
        }
        done => done?,
    }
    for grant in grants {
        account::grant(&tx, new_id(), id, *grant).await?;
    }
    tx.commit().await?;
    Ok(id)
}

async fn resolve(db: &Db, args: &GrantArgs) -> Result<Grant, Failure> {
    let role =
        Role::from_code(&args.role).ok_or_else(|| format!("there is no role {}", args.role))?;
    if role.needs_partnership() != args.partnership.is_some() {
        return Err(format!(
            "{} {} --partnership",
            args.role,
            if role.needs_partnership() {
                "needs"
            } else {
                "takes no"
            }
        )
        .into());
    }
    if role.needs_institution() != args.institution.is_some() {
        return Err(format!(
            "{} {} --institution",
            args.role,
            if role.needs_institution() {
                "needs"
            } else {
                "takes no"
            }
        )
        .into());
    }
    let key =
        |text: &str| Key::parse(text).map_err(|_| format!("{text} is neither a slug nor an id"));
    let partnership = match &args.partnership {
        None => None,
        Some(named) => {
            let found = record::find::<Partnership>(db, &key(named)?, Condition::all()).await?;
            Some(
                found
                    .ok_or_else(|| format!("there is no partnership {named}"))?
                    .head
                    .id,
            )
        }
    };
    let institution = match &args.institution {
        None => None,
        Some(named) => {
            let found = record::find::<Institution>(db, &key(named)?, Condition::all()).await?;
            Some(
                found
                    .ok_or_else(|| format!("there is no institution {named}"))?
                    .head
                    .id,
            )
        }
    };
    Ok(Grant {
        role,
        partnership,
        institution,
    })
}
