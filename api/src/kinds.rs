//! Records of any kind as their own endpoints show them: for those who read all kinds in one stream.

use domain::access::audience::Audience;
use domain::access::{Actor, View};
use domain::agreement_version::AgreementVersion;
use domain::exchange::good_practice::GoodPractice;
use domain::followup::commitment::Commitment;
use domain::followup::effect::Effect;
use domain::followup::fulfilment::Fulfilment;
use domain::followup::implementation::Implementation;
use domain::followup::recommendation::Recommendation;
use domain::funding_programme::FundingProgramme;
use domain::governance::body::Body;
use domain::governance::mandate::Mandate;
use domain::governance::representation::Representation;
use domain::governance::term::Term;
use domain::institution::Institution;
use domain::meeting::Meeting;
use domain::meeting::agenda_item::AgendaItem;
use domain::meeting::attendance::Attendance;
use domain::meeting::output::Output;
use domain::outreach::communique::Communique;
use domain::outreach::posting::Posting;
use domain::partnership::Partnership;
use domain::person::Person;
use domain::record::{Kind, Versioned};
use domain::report::Report;
use domain::signatory::Signatory;
use persistence::Conn;
use persistence::record::{self, Pick, Stored};
use serde_json::value::{RawValue, to_raw_value};
use uuid::Uuid;

use crate::clock::Clock;
use crate::export::Columns;
use crate::problem::{Halt, Kind as ProblemKind, Problem};
use crate::records::{self, Resource, Shown};
use crate::site::Site;

/// A record, as it is shown.
pub struct ShownRecord {
    /// Its id.
    pub id: Uuid,
    /// Its version.
    pub version: i32,
    /// The shape of its own endpoint.
    pub json: Box<RawValue>,
}

/// The kinds of records that belong to a partnership and are told by its feed, those first that others refer to.
pub const KINDS: [Kind; 21] = [
    Kind::AgreementVersion,
    Kind::Signatory,
    Kind::FundingProgramme,
    Kind::Body,
    Kind::Output,
    Kind::Meeting,
    Kind::AgendaItem,
    Kind::Attendance,
    Kind::Term,
    Kind::Mandate,
    Kind::Person,
    Kind::Representation,
    Kind::GoodPractice,
    Kind::Recommendation,
    Kind::Implementation,
    Kind::Commitment,
    Kind::Fulfilment,
    Kind::Effect,
    Kind::Communique,
    Kind::Posting,
    Kind::Report,
];

/// Evaluates an expression for the type of a kind of record that everybody or some may read, and another one for all other
/// kinds: the one list of their types.
macro_rules! for_kind {
    ($kind:expr, $type:ident => $known:expr, else $other:expr) => {
        for_kind!(@ $kind, $type, $known, $other,
            Institution Partnership AgreementVersion Signatory FundingProgramme Body Term Mandate Meeting AgendaItem Attendance Output
            GoodPractice Recommendation Implementation Commitment Fulfilment Effect Communique Posting Report Person Representation)
    };
    (@ $kind:expr, $type:ident, $known:expr, $other:expr, $($name:ident)+) => {
        match $kind {
            $(Kind::$name => {
                type $type = $name;
                $known
            })+
            _ => $other,
        }
    };
}

/// Records of a kind: those of a partnership, as far as the caller sees them, and the partnership itself. Institutions belong to
/// none, and without a site all partnerships are picked from; both are the same for everybody.
pub async fn of_kind(
    conn: &impl Conn,
    clock: &Clock,
    site: Option<&Site>,
    kind: Kind,
    pick: &Pick,
) -> Result<Vec<ShownRecord>, Halt> {
    let shared = Site::shared(&Actor::default(), clock);
    match (kind, site) {
        (Kind::Institution, _) => of::<Institution>(conn, &shared, pick).await,
        (Kind::Partnership, None) => of::<Partnership>(conn, &shared, pick).await,
        (Kind::Partnership, Some(site)) => {
            of::<Partnership>(conn, &shared, &Pick::Ids(vec![site.id()])).await
        }
        (kind, Some(site)) => for_kind!(kind, T => {
            match T::OF_PARTNERSHIP && may_see(T::AUDIENCE, site) {
                true => of::<T>(conn, site, pick).await,
                false => Ok(Vec::new()),
            }
        }, else Ok(Vec::new())),
        (_, None) => Ok(Vec::new()),
    }
}

/// Whether the caller sees any records for an audience: some are for those alone who see people.
fn may_see(audience: Audience, site: &Site) -> bool {
    audience != Audience::Personal || site.view == View::Personal
}

/// The columns of a table of records of a kind that a partnership's data are made of.
pub fn columns(kind: Kind) -> Columns {
    for_kind!(kind, T => Columns::of::<Shown<T>>(false), else Columns(Vec::new()))
}

async fn of<T: Resource>(
    conn: &impl Conn,
    site: &Site,
    pick: &Pick,
) -> Result<Vec<ShownRecord>, Halt> {
    let records = record::picked::<T>(conn, records::scope::<T>(site), pick).await?;
    let records: Vec<&Versioned<T>> = records.iter().collect();
    let shown = records::show(conn, site, &records).await?;
    let one = |(record, shown): (&&Versioned<T>, Shown<T>)| {
        let json = to_raw_value(&shown).map_err(|_| Problem::of(ProblemKind::Internal))?;
        Ok(ShownRecord {
            id: record.head.id,
            version: record.head.version,
            json,
        })
    };
    records.iter().zip(shown).map(one).collect()
}

/// Where a record is read, of kinds that a feed tells; `parent` is the one below which it stands.
pub fn path(
    kind: Kind,
    partnership: Option<Uuid>,
    parent: Option<Uuid>,
    id: Uuid,
) -> Option<String> {
    for_kind!(kind, T => {
        let within = match T::OF_PARTNERSHIP {
            true => format!("partnerships/{}/", partnership?),
            false => String::new(),
        };
        let below = match &T::ABOUT.below {
            Some(above) => format!("{}/{}/", above.collection, parent?),
            None => String::new(),
        };
        Some(format!("/api/v1/{within}{below}{}/{id}", T::ABOUT.collection))
    }, else None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_that_is_data_of_a_partnership_is_told() {
        let shared = [Kind::Institution, Kind::Partnership];
        let data = Kind::ALL
            .into_iter()
            .filter(|kind| domain::export::holds(*kind));
        let mut data: Vec<Kind> = data.filter(|kind| !shared.contains(kind)).collect();
        let mut told = KINDS.to_vec();
        data.sort_unstable();
        told.sort_unstable();
        assert_eq!(told, data);
        for kind in told.into_iter().chain(shared) {
            assert!(!columns(kind).0.is_empty(), "{kind:?}");
        }
    }
}
