//! `serve --demo`: the reference year and an account for each role, in an empty database.

use std::io::Cursor;

use crate::auth::Hasher;
use crate::clock::Clock;
use crate::config::Config;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::access::{Grant, Role};
use domain::institution::Institution;
use domain::language::Language;
use domain::partnership::Partnership;
use persistence::access::account;
use persistence::{Db, Origin};

use super::account::{self as accounts, named};
use super::output::{Failure, print};

/// The Lubuskie partnership's 2016 (CC0, synthetic identifiers, no natural persons).
const REFERENCE_YEAR: &[u8] = include_bytes!("../../../domain/data/lubuskie-2016.json");

/// Loads the reference year and creates accounts, unless there are accounts already.
pub async fn prepare(db: &Db, config: &Config, clock: &Clock) -> Result<(), Failure> {
    if !account::all(db).await?.is_empty() {
        return Ok(());
    }
    let mut dataset = domain::import::read(Cursor::new(REFERENCE_YEAR), clock.today(), usize::MAX)?;
    let tx = db.begin(Origin::default(), clock.now()).await?;
    crate::import::apply(&tx, &mut dataset, Language::default()).await?;
    tx.commit().await?;
    db.analyze().await?;
    let slug = &dataset.partnership.slug;
    let partnership = named::<Partnership>(db, "partnership", slug).await?;
    let secretariat = dataset.secretariat.unwrap_or_default();
    let institution = named::<Institution>(db, "institution", &secretariat).await?;
    let hasher = Hasher::new(config.argon2_memory_kib)?;
    for role in Role::ALL
        .into_iter()
        .filter(|role| *role != Role::Anonymous)
    {
        let mut secret = [0; 12];
        aws_lc_rs::rand::fill(&mut secret).map_err(|_| "no randomness")?;
        let password = URL_SAFE_NO_PAD.encode(secret);
        let email = format!("{}@demo.example", role.code().replace('_', "-"));
        let grant = Grant {
            role,
            partnership: role.needs_partnership().then_some(partnership.head.id),
            institution: role.needs_institution().then_some(institution.head.id),
        };
        let account = accounts::described(&email, &None, clock.today())?;
        accounts::create(db, clock, &hasher, account, password.clone(), &[grant]).await?;
        print(serde_json::json!({"email": email, "role": role.code(), "password": password}))?;
    }
    Ok(())
}
