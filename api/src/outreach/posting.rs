//! Postings over HTTP: a communiqué on the site of an institution.

use chrono::NaiveDate;
use domain::access::permission::{ReadPublic, ReportPostings};
use domain::access::{Actor, Permission};
use domain::fault::Faults;
use domain::outreach::posting::{Posting, TRANSITIONS};
use domain::record::{Shape, Versioned};
use domain::signatory::Signatory;
use domain::state::Machine;
use persistence::outreach::posting::{Column, in_report};
use persistence::{Condition, Conn, RepoError, record, signatory};
use uuid::Uuid;

use crate::institution;
use crate::problem::Halt;
use crate::records::{
    About, Above, AlsoListed, Chosen, Filter, Orders, Resource, Steps, Takeable, Takes,
    WithTransitions, Words,
};
use crate::records::{Stateful, TransitionIn};
use crate::site::Site;
use crate::wire::WriteTx;

impl Resource for Posting {
    type Read = ReadPublic;
    type Create = ReportPostings;
    type Update = ReportPostings;
    type Delete = ReportPostings;
    type Computed = WithTransitions;

    const ABOUT: About = About {
        tag: "Postings",
        collection: "postings",
        one: "posting",
        many: "postings",
        example: "0198c0de-0000-7000-8000-000000000031",
        below: Some(Above {
            collection: "communiques",
            one: "communique",
            words: "communiqué",
            example: "komunikat-2016-1",
        }),
        list: (
            "List the postings of a communiqué.",
            "One for each institution that posted it or is expected to.",
        ),
        read: (
            "Read one posting.",
            "When and where it was posted, and whether that was verified.",
        ),
        create: Some((
            (
                "Record a posting.",
                "Of a released communiqué, one for each institution: reported when it says the day, otherwise expected. The \
             institution is a signatory on that day, or on that of the release: otherwise 422 `conflict` at `/institution`. The \
             secretariat records any, a representative those of its own institution.",
            ),
            r#"{"institution": "fundacja-pozniejsza-wschowa", "posted_on": "2017-02-20",
                 "url": "https://fundacja-pozniejsza-wschowa.example/komunikat-2016-1"}"#,
        )),
        update: Some((
            (
                "Change a posting.",
                "Its day or address; the state changes by a transition. The address of a posting that is expected is told here, \
                 before it is reported.",
            ),
            r#"{"url": "https://wup-zielona-gora.example/komunikat-2016-1"}"#,
        )),
        delete: (
            "Delete a posting.",
            "For what was recorded by mistake; a link that is gone makes the posting `broken`.",
        ),
    };

    const FILTERS: &'static [Filter<Self>] = &[
        Filter {
            name: "status",
            about: "Codes of the vocabulary `posting_statuses`, separated by commas.",
            example: "reported,verified",
            takes: Takes::Code(Column::Status, "posting_statuses"),
        },
        institution::filter(Column::Institution),
        Filter {
            name: "from",
            about: "Only those posted on this day or later.",
            example: "2016-01-01",
            takes: Takes::From(Column::PostedOn),
        },
        Filter {
            name: "to",
            about: "Only those posted on this day or earlier.",
            example: "2016-12-31",
            takes: Takes::To(Column::PostedOn),
        },
        Filter {
            name: "in_report",
            about: "Only those that the activity report of the period `from`..`to` counts: posted in it, by who was a signatory \
                    on that day, of communiqués released in it and not withdrawn by its last day.",
            example: "true",
            takes: Takes::Together(Takeable::Only),
        },
    ];

    const ORDERS: Orders<Self> = Orders {
        by: &[("created_at", Column::CreatedAt)],
        default: "created_at",
        about: "the oldest record first",
    };

    fn institution(&self) -> Option<Uuid> {
        Some(self.institution.id)
    }

    /// What the secretariat verified or waived is no longer the reporter's to change.
    async fn check_change(
        _: &impl Conn,
        site: &Site,
        Versioned { value, .. }: &Versioned<Self>,
    ) -> Result<(), Halt> {
        match value.status.as_str() {
            "verified" | "waived" => {
                Ok(site.check(Permission::WriteRecords, Some(value.institution.id))?)
            }
            _ => Ok(()),
        }
    }

    async fn together(chosen: &Chosen, _: &impl Conn, _: &Site) -> Result<Condition, Halt> {
        let counted = || in_report(chosen.day("from"), chosen.day("to"));
        let counted = chosen.only("in_report").then(counted);
        Ok(Condition::all().add_option(counted))
    }

    async fn prepare(
        &mut self,
        tx: &WriteTx,
        _: &Site,
        before: Option<&Versioned<Self>>,
        faults: &mut Faults,
    ) -> Result<(), Halt> {
        let communique = record::linked(&**tx, self.communique).await?;
        // While it is not withdrawn.
        let released = communique.filter(|communique| communique.value.counts());
        let released_on = released.and_then(|communique| communique.value.released_on);
        let by_signatory = is_by_signatory(tx, self, released_on, before).await?;
        self.check_release(released_on, by_signatory, faults);
        Ok(())
    }

    async fn compute(
        _: &impl Conn,
        site: &Site,
        records: &[&Versioned<Self>],
    ) -> Result<Vec<WithTransitions>, Halt> {
        Ok(WithTransitions::of(site, records))
    }
}

impl AlsoListed for Posting {
    const LIST: Words = (
        "List the postings of all communiqués of a partnership.",
        "With `in_report` exactly those that the activity report of a period counts.",
    );
}

/// The steps of a posting.
pub const STEPS: Steps<Posting, ReportPostings> = Steps::new(
    (
        "Bring a posting into another state.",
        "`reported` takes `effective_on` as the day of posting, or the day it has, or today; it needs an address. The other \
         states carry no day. Only the secretariat verifies, finds broken or waives.",
    ),
    r#"{"to": "reported", "effective_on": "2016-03-22"}"#,
);

impl Stateful for Posting {
    const MACHINE: Machine = TRANSITIONS;

    fn status(&self) -> &str {
        &self.status
    }

    fn permission(&self, to: &str, _: &Actor) -> Permission {
        match to {
            "verified" | "broken" | "waived" => Permission::WriteRecords,
            _ => Permission::ReportPostings,
        }
    }

    async fn enter(
        tx: &WriteTx,
        site: &Site,
        before: &Versioned<Self>,
        step: &TransitionIn,
    ) -> Result<Self, Halt> {
        let mut value = before.value.clone();
        value.status.clone_from(&step.to);
        if step.to == "reported" {
            // What was posted and broke keeps its day, by which reports count it.
            let day = step.effective_on.or(value.posted_on);
            value.posted_on = Some(day.unwrap_or(site.today));
        } else {
            step.undated()?;
        }
        let mut faults = Faults::new();
        value.prepare(tx, site, Some(before), &mut faults).await?;
        let checked = value.checked_with(&site.calendar(), faults);
        let checked = checked.map_err(|faults| TransitionIn::refused("/posted_on", faults))?;
        Ok(checked.into_inner())
    }
}

/// Whether the institution of a posting is a signatory on its day. What stands, as an import may have brought it, is not
/// asked again.
async fn is_by_signatory(
    tx: &WriteTx,
    posting: &Posting,
    released_on: Option<NaiveDate>,
    before: Option<&Versioned<Posting>>,
) -> Result<bool, RepoError> {
    let stands = before.is_some_and(|Versioned { value: before, .. }| {
        (before.institution, before.posted_on) == (posting.institution, posting.posted_on)
    });
    let Some(day) = posting.signatory_on(released_on).filter(|_| !stands) else {
        return Ok(true);
    };
    let signed = record::of_partnership::<Signatory>(posting.partnership_id)
        .add(signatory::of_institution(posting.institution.id))
        .add(signatory::active_on(day));
    record::exists_besides::<Signatory>(&**tx, None, signed).await
}
