//! Institutions over HTTP: shared by all partnerships, read by anyone.

use domain::access::Permission;
use domain::access::permission::{ReadPublic, WriteInstitutions};
use domain::identifier::{Krs, Nip, Regon, Terc};
use domain::institution::{Institution, former_name_on};
use domain::record::{Kind, Versioned};
use persistence::institution::{self as store, Column};
use persistence::record::{ColumnOf, Stored};
use persistence::{Condition, Conn, RepoError, list, signatory};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::problem::Halt;
use crate::records::{About, Chosen, Filter, Orders, Resource, Takeable, Takes};
use crate::site::Site;
use crate::wire::WriteTx;

/// What is shown of an institution besides.
#[derive(Default, Serialize, ToSchema)]
pub struct InstitutionMore {
    /// Its sector today, or on the day of `as_of`: a code of the vocabulary `sectors`.
    #[schema(format = "sectors", required, example = "labour_market_institution")]
    pub sector: Option<String>,
}

/// The filter by an institution to which a column leads.
pub const fn filter<T: Stored>(column: ColumnOf<T>) -> Filter<T> {
    Filter {
        name: "institution",
        about: "Id or slug of an institution.",
        example: "wup-zielona-gora",
        takes: Takes::LinkTo(column, Kind::Institution),
    }
}

impl Resource for Institution {
    type Read = ReadPublic;
    type Create = WriteInstitutions;
    type Update = WriteInstitutions;
    type Delete = WriteInstitutions;
    type Computed = InstitutionMore;

    const ABOUT: About = About {
        tag: "Institutions",
        collection: "institutions",
        one: "institution",
        many: "institutions",
        example: "wup-zielona-gora",
        below: None,
        list: (
            "List institutions.",
            "Of all partnerships. Filter by kind, by the sector of a day, by identifiers; search by any part of a name or town.",
        ),
        read: (
            "Read one institution.",
            "By id or slug, with its sectors over time and its identifiers.",
        ),
        create: Some((
            (
                "Record an institution.",
                "The slug is made from the name, with a number where another institution has it, and the sector from the kind when \
             they are absent. Until somebody signs it, the secretariat that recorded it may change it; then see \
             `update_institution`.",
            ),
            r#"{"name": "Spółdzielnia Socjalna „Pod Lipą” w Żarach", "kind": "social_cooperative",
                 "address": {"street_address": "ul. Lipowa 3", "postal_code": "68-200", "town": "Żary"}}"#,
        )),
        update: Some((
            (
                "Change an institution.",
                "Administrators may, and in the partnership that keeps it: its secretariat, and who represents the institution \
                 there. That is the partnership whose signature of it was recorded first and still stands, whatever day of \
                 signing somebody states; until one has signed it, the one whose secretariat recorded it. All others read it: \
                 403.",
            ),
            r#"{"phone": "+48680000001"}"#,
        )),
        delete: (
            "Delete an institution.",
            "By who may change it, and only while no other record refers to it; otherwise give it a status instead.",
        ),
    };

    const FILTERS: &'static [Filter<Self>] = &[
        Filter {
            name: "q",
            about: "Words of a name or town, or parts of them: all, in any order, without regard to case or Polish diacritics: \
                    `lodz` finds Łódź.",
            example: "zielonej gorze",
            takes: Takes::Words(Column::SearchKey),
        },
        Filter {
            name: "kind",
            about: "Codes of the vocabulary `institution_kinds`, separated by commas.",
            example: "wup,pup",
            takes: Takes::Code(Column::Kind, "institution_kinds"),
        },
        Filter {
            name: "sector",
            about: "Codes of the vocabulary `sectors`, separated by commas: the sector on the day of `as_of`.",
            example: "labour_market_institution",
            takes: Takes::Together(Takeable::Codes("sectors")),
        },
        Filter {
            name: "as_of",
            about: "The day of which names and sector are shown, and of which the sector is asked for; today when absent.",
            example: "2016-12-31",
            takes: Takes::AsOf(|_| Condition::all()),
        },
        Filter {
            name: "status",
            about: "Codes of the vocabulary `institution_statuses`, separated by commas.",
            example: "active",
            takes: Takes::Code(Column::Status, "institution_statuses"),
        },
        Filter {
            name: "nip",
            about: "Tax number, as bodies may have it: `999-000-00-14` is the same.",
            example: "9990000014",
            takes: Takes::Read(
                |raw| Some(list::is(Column::Nip, Nip::parse(raw).ok()?.as_str())),
                20,
            ),
        },
        Filter {
            name: "regon",
            about: "REGON, 9 or 14 digits.",
            example: "990000016",
            takes: Takes::Read(
                |raw| Some(store::of_regon(Regon::parse(raw).ok()?.as_str())),
                20,
            ),
        },
        Filter {
            name: "krs",
            about: "KRS, 10 digits.",
            example: "0009900001",
            takes: Takes::Read(
                |raw| Some(list::is(Column::Krs, Krs::parse(raw).ok()?.as_str())),
                20,
            ),
        },
        Filter {
            name: "seat_terc",
            about: "TERC of the seat, or its beginning: `08` for the whole voivodeship.",
            example: "08",
            takes: Takes::Read(
                |raw| Some(store::seated_in(&Terc::parse_beginning(raw).ok()?)),
                20,
            ),
        },
    ];

    const ORDERS: Orders<Self> = Orders {
        by: &[("name", Column::SortKey), ("created_at", Column::CreatedAt)],
        default: "name",
        about: "by name",
    };

    async fn together(chosen: &Chosen, _: &impl Conn, site: &Site) -> Result<Condition, Halt> {
        let day = chosen.day("as_of").unwrap_or(site.today);
        let sectors = chosen.codes("sector");
        let in_sectors = sectors.map(|sectors| store::in_sectors(sectors, day));
        Ok(Condition::all().add_option(in_sectors))
    }

    /// Of a day it shows what it was called then.
    fn hide(&mut self, site: &Site, _: &Self::Computed) {
        let former = site
            .as_of
            .and_then(|day| former_name_on(&self.other_names, day));
        if let Some(former) = former.cloned() {
            self.name = former.name;
            self.short_name = former.short_name;
            self.name_genitive = former.name_genitive;
        }
    }

    /// A new one is nobody's yet, so that a secretariat may record one, but a representative, who has its own already, may
    /// not. What there is belongs to the partnerships that keep it.
    async fn belongs(
        conn: &impl Conn,
        site: &Site,
        id: Option<Uuid>,
        _: Option<&Self>,
    ) -> Result<(Vec<Uuid>, Option<Uuid>), Halt> {
        let partnerships = match id {
            Some(id) => signatory::keepers_of(conn, id, site.today).await?,
            None => {
                let grants = site.actor.grants.iter();
                grants.filter_map(|grant| grant.partnership).collect()
            }
        };
        Ok((partnerships, id))
    }

    /// It was recorded by the secretariat of the partnership where that happened, or by those of who recorded it.
    async fn inserted(
        tx: &WriteTx,
        site: &Site,
        record: &Versioned<Self>,
    ) -> Result<(), RepoError> {
        let by = match site.is_shared() {
            true => site.actor.partnerships(Permission::WriteInstitutions),
            false => vec![site.id()],
        };
        store::note_recorders(tx, record.head.id, &by).await
    }

    async fn compute(
        _: &impl Conn,
        site: &Site,
        records: &[&Versioned<Self>],
    ) -> Result<Vec<InstitutionMore>, Halt> {
        let day = site.as_of.unwrap_or(site.today);
        let more = |record: &&Versioned<Self>| InstitutionMore {
            sector: record.value.sector_on(day).map(str::to_owned),
        };
        Ok(records.iter().map(more).collect())
    }
}
