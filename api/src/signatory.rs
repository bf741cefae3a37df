//! Signatories over HTTP: who signed the agreement, on any day.

use domain::access::View;
use domain::access::permission::{ReadPublic, WriteRecords};
use domain::agreement_version::{AgreementVersion, number_on};
use domain::fault::{Faults, Rule};
use domain::record::Versioned;
use domain::signatory::Signatory;
use persistence::agreement_version;
use persistence::signatory::{self as store, Column};
use persistence::{Condition, Conn, record};

use crate::institution;
use crate::problem::{Halt, Kind, Problem};
use crate::records::{About, Chosen, Filter, Nothing, Orders, Resource, Takeable, Takes};
use crate::site::Site;
use crate::wire::WriteTx;

impl Resource for Signatory {
    type Read = ReadPublic;
    type Create = WriteRecords;
    type Update = WriteRecords;
    type Delete = WriteRecords;
    type Computed = Nothing;

    const ABOUT: About = About {
        tag: "Signatories",
        collection: "signatories",
        one: "signatory",
        many: "signatories",
        example: "0198c0de-0000-7000-8000-000000000006",
        below: None,
        list: (
            "List the signatories of a partnership.",
            "All that ever were, or those of a day with `as_of`.",
        ),
        read: (
            "Read one signatory.",
            "With today's status and how it left, if it did.",
        ),
        create: Some((
            (
                "Record a signatory.",
                "An institution may be a signatory once at a time; leaving and rejoining makes a second record.",
            ),
            r#"{"institution": "fundacja-merkury-walbrzych", "signed_on": "2017-03-01", "effective_from": "2017-03-01",
                 "signing_form": "accession_declaration"}"#,
        )),
        update: Some((
            (
                "Change a signatory.",
                "Also to record that it leaves: `withdrawal` with the first day it is a signatory no more; or that it is suspended for \
                 a time: `suspensions` is replaced as a whole. Whose signature it is stays: another institution's is another record.",
            ),
            r#"{"withdrawal": {"effective_on": "2016-06-30"}}"#,
        )),
        delete: (
            "Delete a signatory.",
            "For what was recorded by mistake; an institution that leaves is changed, not deleted.",
        ),
    };

    const FILTERS: &'static [Filter<Self>] = &[
        Filter {
            name: "as_of",
            about: "Only who was a signatory on this day, with the names of that day.",
            example: "2016-12-31",
            takes: Takes::AsOf(store::active_on),
        },
        Filter {
            name: "q",
            about: "Words of the institution's name or town, or parts of them: all, in any order.",
            example: "zary",
            takes: Takes::Together(Takeable::Text(200)),
        },
        Filter {
            name: "kind",
            about: "Codes of the vocabulary `institution_kinds`, separated by commas.",
            example: "pup",
            takes: Takes::Codes(store::of_kinds, "institution_kinds"),
        },
        Filter {
            name: "sector",
            about: "Codes of the vocabulary `sectors`, separated by commas: the sector on the day of `as_of`, or today.",
            example: "labour_market_institution",
            takes: Takes::Together(Takeable::Codes("sectors")),
        },
        institution::filter(Column::Institution),
        Filter {
            name: "acceded_from",
            about: "Bound from this day or a later one on.",
            example: "2016-01-01",
            takes: Takes::Day(|day| store::acceded_between(Some(day), None)),
        },
        Filter {
            name: "acceded_to",
            about: "Bound from this day or an earlier one on.",
            example: "2016-12-31",
            takes: Takes::Day(|day| store::acceded_between(None, Some(day))),
        },
        Filter {
            name: "withdrawn_from",
            about: "Bound no more from this day or a later one on.",
            example: "2013-01-01",
            takes: Takes::Day(|day| store::withdrawn_between(Some(day), None)),
        },
        Filter {
            name: "withdrawn_to",
            about: "Bound no more from this day or an earlier one on.",
            example: "2016-12-31",
            takes: Takes::Day(|day| store::withdrawn_between(None, Some(day))),
        },
    ];

    const ORDERS: Orders<Self> = Orders {
        by: &[
            ("effective_from", Column::EffectiveFrom),
            ("name", Column::Institution),
            ("created_at", Column::CreatedAt),
        ],
        default: "effective_from",
        about: "the oldest signatory first",
    };

    async fn together(chosen: &Chosen, _: &impl Conn, site: &Site) -> Result<Condition, Halt> {
        let day = chosen.day("as_of").unwrap_or(site.today);
        let in_sectors = |sectors: &[String]| store::in_sectors(sectors, day);
        Ok(Condition::all()
            .add_option(chosen.text("q").map(store::matching))
            .add_option(chosen.codes("sector").map(in_sectors)))
    }

    async fn prepare(
        &mut self,
        tx: &WriteTx,
        site: &Site,
        before: Option<&Versioned<Self>>,
        faults: &mut Faults,
    ) -> Result<(), Halt> {
        match self.agreement_version {
            None => {
                let binding = agreement_version::binding(&**tx, site.id()).await?;
                self.agreement_version = number_on(&binding, self.signed_on);
            }
            Some(number) => {
                let known = agreement_version::numbered(site.id(), number);
                if !record::exists_besides::<AgreementVersion>(&**tx, None, known).await? {
                    faults.add("/agreement_version", Rule::DanglingReference);
                }
            }
        }
        let before = before.map(|before| &before.value);
        *self = std::mem::take(self).standing_since(before, tx.now(), site.today);
        Ok(())
    }

    /// No other participation of the institution may have a day in common with it.
    async fn rules(
        &self,
        tx: &WriteTx,
        site: &Site,
        before: Option<&Versioned<Self>>,
    ) -> Result<(), Halt> {
        // How long a signature has stood is that of the institution that gave it.
        if before.is_some_and(|before| before.value.institution != self.institution) {
            return Err(Problem::of(Kind::InvalidValues)
                .at("/institution", Rule::Conflict)
                .into());
        }
        let (institution, last) = (self.institution.id, self.withdrawn_on());
        let others = store::overlapping(site.id(), institution, self.effective_from, last);
        let own = before.map(|before| before.head.id);
        tx.take_turn(site.id()).await?;
        if record::exists_besides::<Self>(&**tx, own, others).await? {
            return Err(Problem::of(Kind::NotUnique)
                .at("/effective_from", Rule::Overlap)
                .into());
        }
        Ok(())
    }

    /// Its status is today's, and why it was suspended or left is for those who see people.
    fn hide(&mut self, site: &Site, _: &Self::Computed) {
        self.status = self.status_on(site.today).to_owned();
        if site.view != View::Personal {
            let spans = self.suspensions.iter_mut().map(|span| &mut span.reason);
            let left = self.withdrawal.iter_mut().map(|left| &mut left.reason);
            spans.chain(left).for_each(|reason| *reason = None);
        }
    }
}
