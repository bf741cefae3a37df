//! Partnerships over HTTP: read by anyone, founded by administrators, kept by their secretariats.

use domain::access::permission::{ManagePartnerships, ReadPublic, WritePartnership};
use domain::identifier::Terc;
use domain::partnership::Partnership;
use persistence::Conn;
use persistence::partnership::{self as store, Column};
use uuid::Uuid;

use crate::problem::Halt;
use crate::records::{About, Filter, Nothing, Orders, Resource, Takes};
use crate::site::Site;

impl Resource for Partnership {
    type Read = ReadPublic;
    type Create = ManagePartnerships;
    type Update = WritePartnership;
    type Delete = ManagePartnerships;
    type Computed = Nothing;

    const ABOUT: About = About {
        tag: "Partnerships",
        collection: "partnerships",
        one: "partnership",
        many: "partnerships",
        example: "partnerstwo-lubuskie",
        below: None,
        list: (
            "List partnerships.",
            "Every partnership of the installation; search by any part of a name.",
        ),
        read: (
            "Read one partnership.",
            "By id or slug, with its secretariat as a function, never a person.",
        ),
        create: Some((
            (
                "Record a partnership.",
                "Only administrators found one; its secretariat keeps it afterwards.",
            ),
            r#"{"slug": "partnerstwo-gorzowskie", "name": "Gorzowskie Partnerstwo na rzecz Ekonomii Społecznej",
                 "founded_on": "2017-03-01", "area_terc": "0861"}"#,
        )),
        update: Some((
            (
                "Change a partnership.",
                "Its secretariat and administrators may.",
            ),
            r#"{"licence": "CC0-1.0"}"#,
        )),
        delete: (
            "Delete a partnership.",
            "Only one without records; what a partnership did is not deleted with it.",
        ),
    };

    const FILTERS: &'static [Filter<Self>] = &[
        Filter {
            name: "q",
            about: "Words of the name, or parts of them: all, in any order, without regard to case or Polish diacritics.",
            example: "ekonomii spolecznej",
            takes: Takes::Words(Column::SearchKey),
        },
        Filter {
            name: "area_terc",
            about: "TERC of the area, or its beginning.",
            example: "08",
            takes: Takes::Read(
                |raw| Some(store::in_area(&Terc::parse_beginning(raw).ok()?)),
                20,
            ),
        },
    ];

    const ORDERS: Orders<Self> = Orders {
        by: &[("name", Column::SortKey), ("founded_on", Column::FoundedOn)],
        default: "name",
        about: "by name",
    };

    async fn belongs(
        _: &impl Conn,
        _: &Site,
        id: Option<Uuid>,
        _: Option<&Self>,
    ) -> Result<(Vec<Uuid>, Option<Uuid>), Halt> {
        Ok((id.into_iter().collect(), None))
    }
}
