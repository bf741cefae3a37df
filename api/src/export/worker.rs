//! Making exports: every replica takes those that wait, one at a time, and makes what schedules are due.

use std::time::{Duration, Instant};

use domain::access::{Actor, Permission};
use domain::export::{Export, MOST_TRIES, Made, Reason, permissions};
use domain::partnership::Partnership;
use domain::record::{Kind, Versioned};
use persistence::access::standing;
use persistence::export::work::{self, Work};
use persistence::export::{self as store, chunk, schedule};
use persistence::record::{self, Pick};
use persistence::{Origin, RepoError, Tx, change};
use tokio::time::timeout;

use super::archive::{self, About, Archive, Named};
use crate::clock::new_id;
use crate::kinds;
use crate::problem::{Halt, Kind as ProblemKind, Problem};
use crate::site::Site;
use crate::state::AppState;

/// How often what waits is looked for.
const PAUSE: Duration = Duration::from_secs(2);
/// How long an export may take.
const TAKES: Duration = Duration::from_secs(900);
/// How often it is said how far one is, at the most.
const TOLD: Duration = Duration::from_secs(5);
/// How many records are read at a time.
const PAGE: u64 = 200;

/// Makes exports for as long as the server runs.
pub async fn run(state: AppState) {
    let mut pause = actix_web::rt::time::interval(PAUSE);
    while !state.head.is_stopping() {
        pause.tick().await;
        if let Err(error) = run_due(&state).await {
            tracing::warn!(%error, "The exports could not be read");
        }
    }
}

/// Makes every export that waits or is due by a schedule, and forgets those that are kept no longer.
pub async fn run_due(state: &AppState) -> Result<(), RepoError> {
    while plan(state).await? {}
    forget(state).await?;
    // Like a snapshot, an export holds a connection that reads.
    while let Ok(_permit) = state.snapshots.try_acquire() {
        let Some(work) = work::take(&state.db, state.clock.now()).await? else {
            break;
        };
        let id = work.export.head.id;
        if let Err(halt) = serve(state, work).await {
            tracing::warn!(export.id = %id, %halt, "Work on an export stopped");
        }
    }
    Ok(())
}

/// Makes an export of a schedule that is due, unless its last one still waits; what was missed is not made up for.
async fn plan(state: &AppState) -> Result<bool, RepoError> {
    let now = state.clock.now();
    if !schedule::is_any_due(&state.db, now).await? {
        return Ok(false);
    }
    let tx = begin(state).await?;
    let Some(due) = schedule::take_due(&tx).await? else {
        return Ok(false);
    };
    let id = due.head.id;
    let partnership = record::of_ids::<Partnership>(&tx, [due.value.partnership_id]).await?;
    // Without its partnership a schedule is never due again.
    let next = partnership
        .first()
        .and_then(|partnership| due.value.next(partnership.value.tz(), now));
    schedule::set_due(&tx, id, next).await?;
    if !store::is_any_unfinished(&tx, id).await? {
        tx.because("schedule".to_owned());
        record::insert(&tx, new_id(), Export::by_schedule(id, &due.value)).await?;
    }
    tx.commit().await?;
    Ok(true)
}

/// Deletes what has expired, and the files of what is deleted.
async fn forget(state: &AppState) -> Result<(), RepoError> {
    let expired = work::expired(&state.db, state.clock.now()).await?;
    state.forget(expired).await?;
    if chunk::is_any_left(&state.db).await? {
        let tx = begin(state).await?;
        chunk::purge(&tx).await?;
        tx.commit().await?;
    }
    Ok(())
}

async fn begin(state: &AppState) -> Result<Tx, RepoError> {
    state.db.begin(Origin::default(), state.clock.now()).await
}

/// Why no file was made.
enum Stop {
    /// It cannot be made.
    Without(Reason),
    /// The export is another replica's by now, or deleted.
    Lost,
    /// Something went wrong: it is begun anew when its time is over.
    Failed(Halt),
}

impl<E: Into<Halt>> From<E> for Stop {
    fn from(error: E) -> Self {
        Self::Failed(error.into())
    }
}

/// Makes one export, or notes why that cannot be.
async fn serve(state: &AppState, mut work: Work) -> Result<(), Halt> {
    let made = match work.tries > MOST_TRIES {
        true => Err(Stop::Without(Reason::Interrupted)),
        false => match timeout(TAKES, make(state, &mut work)).await {
            Ok(made) => made,
            Err(_) => Err(Stop::Without(Reason::TooLong)),
        },
    };
    match made {
        Ok(()) | Err(Stop::Lost) => Ok(()),
        Err(Stop::Failed(halt)) => Err(halt),
        Err(Stop::Without(reason)) => {
            let tx = begin(state).await?;
            if work::hold(&tx, &mut work, 0).await? {
                let value = work.export.value.clone();
                let value = value.without_file(reason, tx.now());
                record::update(&tx, work.export, value).await?;
            }
            Ok(tx.commit().await?)
        }
    }
}

/// Makes the file and stores it.
async fn make(state: &AppState, work: &mut Work) -> Result<(), Stop> {
    let refused = || Stop::Without(Reason::Permission);
    let actor = owner(state, &work.export.value)
        .await?
        .ok_or_else(refused)?;
    let reading = state.db.reading().await?;
    let seq = change::sequence(&reading).await?;
    let id = work.export.value.partnership_id;
    let found = record::of_ids::<Partnership>(&reading, [id]).await?.pop();
    let partnership = found.ok_or_else(refused)?;
    let site = Site::in_partnership(partnership, &actor, &state.clock);
    let mut archive = Archive::new(about(&site, seq, work, state))?;
    let kinds = [Kind::Institution, Kind::Partnership];
    let kinds = kinds.into_iter().chain(kinds::KINDS);
    let kinds = kinds.filter(|kind| work.export.value.wants(*kind));
    let kinds: Vec<Kind> = kinds.collect();
    let mut told = Instant::now();
    for kind in kinds {
        archive.begin(kind)?;
        let mut last = None;
        loop {
            let (clock, pick) = (&state.clock, Pick::After(last, PAGE));
            let page = kinds::of_kind(&reading, clock, Some(&site), kind, &pick).await?;
            archive.write(&page)?;
            if told.elapsed() > TOLD {
                hold(state, work, archive.records()).await?;
                told = Instant::now();
            }
            last = page.last().map(|record| record.id);
            if (page.len() as u64) < PAGE {
                break;
            }
        }
    }
    drop(reading);
    store_file(state, work, archive, &site, seq).await
}

fn about(site: &Site, seq: i64, work: &Work, state: &AppState) -> About {
    let Versioned { head, value } = &site.partnership;
    About {
        partnership: Named {
            id: head.id,
            slug: value.slug.clone(),
            name: value.name.clone(),
        },
        seq,
        changes: format!("/api/v1/partnerships/{}/changes?after={seq}", head.id),
        made_at: state.clock.now(),
        view: site.view.tag(),
        format: work.export.value.format.clone(),
    }
}

/// The owner, who may do no more than read, and see no more than when the export was asked for; nothing when the owner may
/// not have it any more.
async fn owner(state: &AppState, export: &Export) -> Result<Option<Actor>, RepoError> {
    let (account, today) = (export.account.id, state.clock.today());
    let mut scopes = permissions(export.view());
    let standing = match standing::of_service(&state.db, account, today).await? {
        Some(service) => {
            scopes.retain(|scope| service.scopes.iter().any(|code| code == scope.code()));
            Some(service)
        }
        None => standing::of_person(&state.db, account, today).await?,
    };
    let actor = standing.map(|standing| Actor {
        account: Some(account),
        grants: standing.grants,
        scopes: Some(scopes),
        ..Actor::default()
    });
    let may = |actor: &Actor| actor.may_in(Permission::RunExports, export.partnership_id);
    Ok(actor.filter(may))
}

/// Says that this replica is at work, and how far it is.
async fn hold(state: &AppState, work: &mut Work, progress: u64) -> Result<(), Stop> {
    let tx = begin(state).await?;
    let held = work::hold(&tx, work, progress).await?;
    tx.commit().await?;
    match held {
        true => Ok(()),
        false => Err(Stop::Lost),
    }
}

/// Stores the file and that it is done, together: there is never a part of one.
async fn store_file(
    state: &AppState,
    work: &mut Work,
    archive: Archive,
    site: &Site,
    seq: i64,
) -> Result<(), Stop> {
    let records = archive.records();
    let mut file = archive.finish()?;
    let internal = |error: std::io::Error| {
        tracing::error!(%error, "The file of an export could not be read");
        Halt::from(Problem::of(ProblemKind::Internal))
    };
    let (bytes, sha256) = archive::measured(&mut file).map_err(internal)?;
    let tx = begin(state).await?;
    if !work::hold(&tx, work, records).await? {
        return Err(Stop::Lost);
    }
    let (id, mut number) = (work.export.head.id, 0);
    while let Some(part) = archive::part(&mut file, chunk::SIZE).map_err(internal)? {
        chunk::insert(&tx, id, number, part).await?;
        number += 1;
    }
    let made = Made {
        seq,
        records,
        bytes,
        sha256,
    };
    let value = work.export.value.clone();
    let value = value.done(made, site.view, tx.now());
    record::update(&tx, work.export.clone(), value).await?;
    Ok(tx.commit().await?)
}
