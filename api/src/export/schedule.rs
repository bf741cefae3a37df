//! Schedules of exports over HTTP.

use domain::access::permission::RunExports;
use domain::export::schedule::{ExportSchedule, MOST_SCHEDULES};
use domain::fault::Faults;
use domain::record::Versioned;
use persistence::Conn;
use persistence::export::schedule::{self as store, Column};
use serde::Serialize;
use utoipa::ToSchema;

use crate::problem::{Halt, Problem};
use crate::records::{About, Orders, Resource};
use crate::site::Site;
use crate::wire::WriteTx;

/// The time zone in which a schedule is due.
#[derive(Default, Serialize, ToSchema)]
pub struct InZone {
    /// The time zone of the rule, of the IANA database.
    #[schema(example = "Europe/Warsaw")]
    time_zone: &'static str,
}

impl Resource for ExportSchedule {
    type Read = RunExports;
    type Create = RunExports;
    type Update = RunExports;
    type Delete = RunExports;
    type Computed = InZone;

    const OWNER: Option<Column> = Some(Column::Account);
    const IS_LIVE: bool = true;

    const ABOUT: About = About {
        tag: "Exports",
        collection: "export-schedules",
        one: "export_schedule",
        many: "export_schedules",
        example: "0198c0de-0000-7000-8000-000000000082",
        below: None,
        list: (
            "List schedules of exports.",
            "One's own; administrators see all.",
        ),
        read: (
            "Read one schedule of exports.",
            "With the time at which it is due next.",
        ),
        create: Some((
            (
                "Record a schedule of exports.",
                "Each time it is due an export is made for who recorded it, with what that account may see then, and no more than it \
             saw when the schedule was recorded. A time at which the account may not have an export is noted as `refused`; while \
             an export of the schedule waits no other one is made, and what was missed is not made up for. One account has ten at \
             the most (409).",
            ),
            r#"{"name": "Kopia tygodniowa", "format": "csv", "kinds": ["meeting", "attendance"],
                 "rule": "FREQ=WEEKLY;BYDAY=MO;BYHOUR=6;BYMINUTE=30", "starts_on": "2017-01-02"}"#,
        )),
        update: Some((
            (
                "Change a schedule of exports.",
                "It stays that of who recorded it.",
            ),
            r#"{"rule": "FREQ=DAILY;BYHOUR=5"}"#,
        )),
        delete: (
            "Delete a schedule of exports.",
            "The exports that it has made stay until they expire.",
        ),
    };

    const ORDERS: Orders<Self> = Orders::by_creation(&[("created_at", Column::CreatedAt)]);

    async fn prepare(
        &mut self,
        tx: &WriteTx,
        site: &Site,
        before: Option<&Versioned<Self>>,
        faults: &mut Faults,
    ) -> Result<(), Halt> {
        if before.is_none() {
            *self = std::mem::take(self).recorded_by(site.actor.account, site.view);
        }
        self.plan(&site.calendar(), tx.now(), faults);
        Ok(())
    }

    async fn rules(
        &self,
        tx: &WriteTx,
        _: &Site,
        before: Option<&Versioned<Self>>,
    ) -> Result<(), Halt> {
        tx.take_turn(self.account.id).await?;
        if before.is_none() && store::held(&**tx, self.account.id).await? >= MOST_SCHEDULES {
            return Err(Problem::conflict("too_many_export_schedules").into());
        }
        Ok(())
    }

    async fn compute(
        _: &impl Conn,
        site: &Site,
        records: &[&Versioned<Self>],
    ) -> Result<Vec<InZone>, Halt> {
        let time_zone = site.partnership.value.tz().name();
        Ok(records.iter().map(|_| InZone { time_zone }).collect())
    }
}
