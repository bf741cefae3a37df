//! `serve --demo`: the partnership, its institutions and an account for each role, in an empty database.
#![expect(clippy::print_stdout, reason = "the accounts are printed once, as JSON lines")]

use api::auth::Hasher;
use api::config::Config;
use api::state::{Clock, new_id};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::access::{Grant, Role};
use persistence::{Db, account, record};

use super::{Failure, account as accounts};

/// Loads the reference year's partnership and institutions and creates accounts, unless there are accounts already.
pub async fn prepare(db: &Db, config: &Config, clock: &Clock) -> Result<(), Failure> {
    if !account::list(db).await?.is_empty() {
        return Ok(());
    }
    let year = domain::import::reference_year(clock.today())?;
    let tx = db.begin(None, clock.now()).await?;
    let mut institutions = Vec::with_capacity(year.institutions.len());
    for institution in year.institutions {
        institutions.push(record::insert(&tx, new_id(), institution).await?);
    }
    let mut partnership = year.partnership;
    let secretariat = institutions.iter().find(|known| Some(&known.value.slug) == year.secretariat_institution.as_ref());
    partnership.secretariat.institution_id = secretariat.map(|known| known.head.id);
    let partnership = record::insert(&tx, new_id(), partnership).await?;
    tx.commit().await?;
    let representative = secretariat.map(|known| known.head.id);
    let hasher = Hasher::new(config.argon2_memory_kib)?;
    for role in Role::ALL.into_iter().filter(|role| *role != Role::Anonymous) {
        let mut secret = [0; 12];
        aws_lc_rs::rand::fill(&mut secret).map_err(|_| "no randomness")?;
        let password = URL_SAFE_NO_PAD.encode(secret);
        let email = format!("{}@demo.example", role.code().replace('_', "-"));
        let grant = Grant {
            role,
            partnership: role.needs_partnership().then_some(partnership.head.id),
            institution: if role.needs_institution() { representative } else { None },
        };
        accounts::create(db, clock, &hasher, &email, password.clone(), &[grant]).await?;
        println!("{}", serde_json::json!({"email": email, "role": role.code(), "password": password}));
    }
    Ok(())
}
