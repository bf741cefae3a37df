//! `partnerstwo account`: create, grant, list, disable.

use std::io::Read;

use crate::auth::Hasher;
use crate::clock::{Clock, new_id};
use crate::config::Config;
use chrono::NaiveDate;
use clap::{Args, Subcommand};
use domain::access::account::{Account, TRANSITIONS};
use domain::access::grant::RoleGrant;
use domain::access::{Grant, Role};
use domain::institution::Institution;
use domain::partnership::Partnership;
use domain::record::{Calendar, Shape, Versioned};
use domain::slug::Key;
use persistence::access::{account, grant, membership};
use persistence::record::Stored;
use persistence::{Condition, Db, Origin, RepoError, Tx, record};
use uuid::Uuid;

use super::output::{Failure, print, tell};

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
    /// Who it is, for people; the address when absent
    #[arg(long)]
    name: Option<String>,
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
            let granted = resolve(db, &grant).await?;
            let mut password = String::new();
            std::io::stdin().take(1025).read_to_string(&mut password)?;
            let password = password.trim_end_matches(['\n', '\r']).to_owned();
            let hasher = Hasher::new(config.argon2_memory_kib)?;
            let account = described(&grant.email, &grant.name, clock.today())?;
            let email = account.email.clone().unwrap_or_default();
            create(db, &clock, &hasher, account, password, &[granted]).await?;
            tell(format_args!("Created {email}"));
        }
        Command::Grant(grant) => {
            let granted = resolve(db, &grant).await?;
            let account = find(db, &grant.email).await?;
            let tx = db.begin(Origin::default(), clock.now()).await?;
            give(&tx, account.head.id, granted, &clock).await?;
            tx.commit().await?;
            tell(format_args!(
                "Granted {} to {}",
                grant.role, account.value.name
            ));
        }
        Command::List => {
            for account in account::all(db).await? {
                let held = grant::held(db, account.head.id, clock.today()).await?;
                let roles: Vec<&str> = held.iter().map(|grant| grant.role.code()).collect();
                let Account {
                    kind,
                    name,
                    email,
                    status,
                    ..
                } = &account.value;
                print(
                    serde_json::json!({"id": account.head.id, "kind": kind, "name": name, "email": email,
                        "status": status, "roles": roles}),
                )?;
            }
        }
        Command::Disable { email } => {
            let account = find(db, &email).await?;
            let disabled = "disabled".to_owned();
            let status = &account.value.status;
            if !TRANSITIONS.permits(status, &disabled) {
                return Err(
                    format!("{email} is {status}: only an active account is disabled").into(),
                );
            }
            let tx = db.begin(Origin::default(), clock.now()).await?;
            membership::enter(&tx, account, disabled).await?;
            tx.commit().await?;
            tell(format_args!("Disabled {email}"));
        }
    }
    Ok(())
}

async fn find(db: &Db, email: &str) -> Result<Versioned<Account>, Failure> {
    Ok(account::find_by_email(db, email)
        .await?
        .ok_or_else(|| format!("there is no account {email}"))?)
}

/// A person's account, as the command line describes it.
pub fn described(email: &str, name: &Option<String>, today: NaiveDate) -> Result<Account, Failure> {
    let account = Account {
        name: name.clone().unwrap_or_default(),
        ..Account::of_person(email, "active")
    };
    let checked = account.checked(&Calendar::in_poland(today));
    let account = checked.map_err(|faults| {
        let first = faults.into_vec().into_iter().next();
        first.map_or_else(String::new, |fault| {
            let option = fault.pointer.trim_start_matches('/');
            format!("--{option}: {}", fault.rule.code())
        })
    })?;
    Ok(account.into_inner())
}

/// Opens an account with a password by the rules for all passwords.
pub async fn create(
    db: &Db,
    clock: &Clock,
    hasher: &Hasher,
    account: Account,
    password: String,
    grants: &[Grant],
) -> Result<Uuid, Failure> {
    let email = account.email.clone().unwrap_or_default();
    let about = vec![email.clone(), account.name.clone()];
    let hash = hasher.choose(password, about).await.map_err(
        |_| "the password must have 12 to 1024 characters and must not be easily guessed",
    )?;
    let id = new_id();
    let tx = db.begin(Origin::default(), clock.now()).await?;
    match account::open(&tx, id, account, Some(hash)).await {
        Err(RepoError::NotUnique(_)) => {
            return Err(format!("there is an account {email} already").into());
        }
        done => done?,
    };
    for grant in grants {
        give(&tx, id, *grant, clock).await?;
    }
    tx.commit().await?;
    Ok(id)
}

async fn give(tx: &Tx, account: Uuid, grant: Grant, clock: &Clock) -> Result<(), Failure> {
    let given = RoleGrant::of(account, grant, clock.today());
    if grant::repeats(tx, None, &given).await? {
        return Err("the account holds this role already".into());
    }
    record::insert(tx, new_id(), given).await?;
    Ok(())
}

async fn resolve(db: &Db, args: &GrantArgs) -> Result<Grant, Failure> {
    let role =
        Role::from_code(&args.role).ok_or_else(|| format!("there is no role {}", args.role))?;
    let (partnership, institution) = (&args.partnership, &args.institution);
    check_option(args, "partnership", role.needs_partnership(), partnership)?;
    check_option(args, "institution", role.needs_institution(), institution)?;
    let partnership = match partnership {
        None => None,
        Some(key) => Some(named::<Partnership>(db, "partnership", key).await?.head.id),
    };
    let institution = match institution {
        None => None,
        Some(key) => Some(named::<Institution>(db, "institution", key).await?.head.id),
    };
    Ok(Grant {
        role,
        partnership,
        institution,
    })
}

/// Refuses a role without an option that it needs, or with one that it does not take.
fn check_option(
    args: &GrantArgs,
    option: &str,
    needed: bool,
    given: &Option<String>,
) -> Result<(), Failure> {
    match (needed, given) {
        (true, None) => Err(format!("{} needs --{option}", args.role).into()),
        (false, Some(_)) => Err(format!("{} takes no --{option}", args.role).into()),
        _ => Ok(()),
    }
}

/// The record of a kind that is named by its slug or id.
pub async fn named<T: Stored>(db: &Db, kind: &str, key: &str) -> Result<Versioned<T>, Failure> {
    let parsed = Key::parse(key).map_err(|_| format!("{key} is neither a slug nor an id"))?;
    let found = record::find::<T>(db, &parsed, Condition::all()).await?;
    Ok(found.ok_or_else(|| format!("there is no {kind} {key}"))?)
}
