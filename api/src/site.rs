//! Where a request is and who asks: what the steps of every record go by.

use actix_web::HttpRequest;
use chrono::{DateTime, NaiveDate, Utc};
use domain::access::{Actor, Permission, Place, View};
use domain::partnership::Partnership;
use domain::record::{Calendar, Head, Versioned};
use persistence::list::Vanished;
use persistence::{Conn, change};
use uuid::Uuid;

use crate::auth::forbidden;
use crate::clock::Clock;
use crate::list_format::ListFormat;
use crate::problem::{Halt, Problem};
use crate::wire;

/// Where a request is and who asks.
pub struct Site {
    /// The partnership of the path.
    pub partnership: Versioned<Partnership>,
    /// The record between the partnership and the collection, where the path has one.
    pub parent: Option<Uuid>,
    /// Who asks.
    pub actor: Actor,
    /// What the caller sees of the partnership.
    pub view: View,
    /// The instant at which it is asked.
    pub now: DateTime<Utc>,
    /// The calendar day in the partnership's time zone.
    pub today: NaiveDate,
    /// The calendar year for which is shown what is computed for a year; the current one when absent.
    pub year: Option<i32>,
    /// The day as of which institutions are named; today when absent.
    pub as_of: Option<NaiveDate>,
}

impl Site {
    /// A partnership as somebody sees it.
    pub fn in_partnership(
        partnership: Versioned<Partnership>,
        actor: &Actor,
        clock: &Clock,
    ) -> Self {
        Self {
            view: actor.view(partnership.head.id),
            now: clock.now(),
            today: clock.today_in(partnership.value.tz()),
            partnership,
            parent: None,
            actor: actor.clone(),
            year: None,
            as_of: None,
        }
    }

    /// The place of what all partnerships share: of no partnership, by the calendar of Poland, and seen alike by everybody.
    pub fn shared(actor: &Actor, clock: &Clock) -> Self {
        let nowhere = Head {
            id: Uuid::nil(),
            version: 0,
            created_at: clock.now(),
            modified_at: clock.now(),
        };
        let partnership = Versioned {
            head: nowhere,
            value: Partnership::default(),
        };
        Self {
            view: View::Public,
            ..Self::in_partnership(partnership, actor, clock)
        }
    }

    /// Whether it is that of what all partnerships share.
    pub fn is_shared(&self) -> bool {
        self.id().is_nil()
    }

    /// The partnership's id; of what all partnerships share one that none has.
    pub fn id(&self) -> Uuid {
        self.partnership.head.id
    }

    /// Whether the caller sees only what everybody does.
    pub fn is_public(&self) -> bool {
        self.view == View::Public
    }

    /// What rules are checked by here.
    pub fn calendar(&self) -> Calendar {
        Calendar {
            today: self.today,
            zone: self.partnership.value.tz(),
        }
    }

    /// Whether the caller may do something with what belongs to an institution here, or to none.
    pub fn allows(&self, permission: Permission, institution: Option<Uuid>) -> bool {
        let place = Place {
            partnerships: &[self.id()],
            institution,
        };
        self.actor.may(permission, place)
    }

    /// The entity tag of a list here. The day is part of it, since states follow from it, and so is what the caller may do.
    pub async fn list_tag(
        &self,
        conn: &impl Conn,
        request: &HttpRequest,
        format: ListFormat,
    ) -> Result<String, Halt> {
        if self.is_shared() {
            return wire::list_tag(conn, request, self.today, format).await;
        }
        // Read before all that is shown: that is at least as new as the tag promises.
        let sequence = change::feed::sequence_of(conn, Some(self.id())).await?;
        let scopes = self.actor.scopes.iter().flatten().map(|scope| scope.code());
        let depends_on = (
            request.uri().to_string(),
            format,
            self.today,
            &self.actor.grants,
            self.actor
                .scopes
                .is_some()
                .then(|| scopes.collect::<Vec<_>>()),
        );
        Ok(wire::sequence_tag(sequence, self.view, &depends_on))
    }

    /// Of which records `modified_since` tells that the caller does not see them any more.
    pub fn vanished(&self) -> Option<Vanished> {
        (!self.is_shared()).then(|| Vanished {
            narrowest: self.view.narrowest(),
            partnership: self.id(),
            parent: self.parent,
        })
    }

    /// Refuses what is not allowed.
    pub fn check(&self, permission: Permission, institution: Option<Uuid>) -> Result<(), Problem> {
        if self.allows(permission, institution) {
            Ok(())
        } else {
            Err(forbidden(&self.actor, permission))
        }
    }
}
