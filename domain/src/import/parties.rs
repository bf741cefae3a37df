//! The partnership, the institutions, and who of them signed.

use std::collections::HashSet;

use chrono::NaiveDate;

use super::reader::{Object, Reader};
use super::row::Row;
use super::span::Spans;
use super::value::{boolean, code, date, line, raw, text};
use crate::agreement_version::AgreementVersion;
use crate::fault::Rule;
use crate::identifier::{EDeliveryAddress, Regon, Terc};
use crate::institution::{Address, Institution, SectorSince};
use crate::partnership::{Partnership, Secretariat};
use crate::record::Shape;

/// An institution's participation in the partnership.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MembershipRow {
    /// The institution, by slug.
    pub institution: String,
    /// The first day as a signatory.
    pub signed_on: NaiveDate,
    /// The first day no longer a signatory.
    pub withdrawn_on: Option<NaiveDate>,
    /// A code of `signatory_statuses`; whoever withdrew or was dissolved has a day for it.
    pub status: String,
    /// A code of `signing_forms`.
    pub signing_form: String,
}

/// The partnership, its agreement, and the slug of the institution that runs its secretariat.
pub(super) fn partnership(
    row: &Object<'_, '_>,
    time_zone: Option<String>,
) -> Option<(Partnership, AgreementVersion, Option<String>)> {
    row.optional("test_role", line(200));
    row.optional("name_origin", line(200));
    let (institution, secretariat) = row
        .nested("secretariat", |row| {
            // Derived from the number itself, so only read.
            row.optional("phone_display", line(50));
            let institution =
                row.optional("institution", |node| row.reader.index.institution(node));
            let secretariat = Secretariat {
                institution: None,
                unit: row.optional("contact_label", raw),
                phone: row.optional("phone", raw),
                email: row.optional("email", raw),
            };
            (institution, secretariat)
        })
        .unwrap_or_default();
    let draft = Partnership {
        slug: row.required_text("slug"),
        name: row.required_text("name"),
        founded_on: row.required("founded_on", date).unwrap_or_default(),
        founded_on_precision: row
            .optional("founded_on_precision", raw)
            .unwrap_or_default(),
        area_terc: row.optional("area_terc", raw),
        time_zone: time_zone.unwrap_or_default(),
        licence: None,
        secretariat,
        ..Partnership::default()
    };
    // What the file says of the agreement is the first version that was in force.
    let agreement = AgreementVersion {
        title: "Umowa partnerska".to_owned(),
        goal: row.optional("goal", raw),
        scope: row.list("scope", raw),
        coordination: row.optional("coordination", raw),
        in_force_from: Some(draft.founded_on),
        status: "in_force".to_owned(),
        ..AgreementVersion::default()
    };
    let agreement = row.take(
        agreement.checked(&row.reader.calendar()),
        |pointer| match pointer {
            "/in_force_from" => "/founded_on",
            same => same,
        },
    );
    let partnership = row.take(
        draft.checked(&row.reader.calendar()),
        |pointer| match pointer {
            "/secretariat/unit" => "/secretariat/contact_label",
            same => same,
        },
    )?;
    let (mut partnership, agreement) = (partnership.into_inner(), agreement?.into_inner());
    partnership.goal.clone_from(&agreement.goal);
    partnership.scope.clone_from(&agreement.scope);
    partnership.coordination.clone_from(&agreement.coordination);
    Some((partnership, agreement, institution))
}

/// The institutions before a row.
#[derive(Default)]
pub(super) struct InstitutionsSeen {
    slugs: HashSet<String>,
    regons: HashSet<Regon>,
}

/// Every institution; slugs and REGON numbers are unique.
impl Row for Institution {
    const COLLECTION: &'static str = "institutions";
    type Seen = InstitutionsSeen;

    fn read(row: &Object<'_, '_>, seen: &mut InstitutionsSeen) -> Option<Self> {
        row.unique_slug(&mut seen.slugs);
        let regon = row.optional("regon", |node| Regon::parse(text(node)?));
        if regon.is_some_and(|regon| !seen.regons.insert(regon)) {
            row.note("regon", Rule::Duplicate);
        }
        institution(row)
    }
}

fn institution(row: &Object<'_, '_>) -> Option<Institution> {
    let edelivery_address = row.optional("edelivery_address", |node| {
        EDeliveryAddress::parse_lenient(text(node)?).map(|address| address.to_string())
    });
    voivodeship(row);
    let sector = SectorSince {
        sector: row.required_text("sector"),
        valid_from: None,
    };
    let draft = Institution {
        slug: row.required_text("slug"),
        name: row.required_text("name"),
        short_name: row.optional("short_name", raw),
        name_genitive: row.optional("name_genitive", raw),
        kind: row.required_text("type"),
        sector_history: vec![sector],
        public_body: row.required("is_public_body", boolean).unwrap_or_default(),
        nip: row.optional("nip", raw),
        regon: row.optional("regon", raw),
        krs: row.optional("krs", raw),
        seat_terc: row.optional("seat_terc", raw),
        serves_terc: row.list("serves_terc", raw),
        address: Address {
            street_address: None,
            postal_code: row.optional("postal_code", raw),
            town: row.optional("town", raw),
        },
        website: row.optional("website", raw),
        email: row.optional("email", raw),
        ..Institution::default()
    };
    let institution = row.take(
        draft.checked(&row.reader.calendar()),
        |pointer| match pointer {
            "/kind" => "/type",
            "/sector_history/0/sector" => "/sector",
            "/address/town" => "/town",
            "/address/postal_code" => "/postal_code",
            same => same,
        },
    )?;
    Some(Institution {
        edelivery_address,
        ..institution.into_inner()
    })
}

/// Said of institutions outside the region only; it follows from the seat.
fn voivodeship(row: &Object<'_, '_>) {
    let terc = |node| Terc::parse(text(node)?);
    let Some(voivodeship) = row.optional("voivodeship_terc", terc) else {
        return;
    };
    if !voivodeship.is_voivodeship() {
        row.note("voivodeship_terc", Rule::Format);
    } else if let Some(seat) = row.optional("seat_terc", terc)
        && seat.voivodeship() != voivodeship
    {
        row.note("voivodeship_terc", Rule::Conflict);
    }
}

/// The memberships before a row.
#[derive(Default)]
pub(super) struct MembershipsSeen {
    keys: HashSet<(String, NaiveDate)>,
    spans: Spans,
}

/// Who signed and when. One institution's memberships follow each other.
impl Row for MembershipRow {
    const COLLECTION: &'static str = "memberships";
    type Seen = MembershipsSeen;

    fn read(row: &Object<'_, '_>, seen: &mut MembershipsSeen) -> Option<Self> {
        let institution = row.required("institution", |node| row.reader.index.institution(node));
        let signed_on = row.required("signed_on", date);
        row.refuse_future("signed_on", signed_on);
        let status = row.required("status", code("signatory_statuses"));
        if status.as_deref() == Some("suspended") {
            // Since when is not said: since it signed.
            row.reader.warn(row.at("status"), Rule::Required);
        }
        let withdrawn_on = match status.as_deref() {
            Some("withdrawn" | "dissolved") => row.required("withdrawn_on", date),
            _ => row.optional("withdrawn_on", date),
        };
        let signing_form = row.required("signing_form", code("signing_forms"));
        let (institution, signed_on) = (institution?, signed_on?);
        if withdrawn_on.is_some_and(|day| day < signed_on) {
            row.note("withdrawn_on", Rule::Order);
        }
        if seen.keys.insert((institution.clone(), signed_on)) {
            seen.spans
                .add(&institution, signed_on, withdrawn_on, row, "signed_on");
        } else {
            row.reader.note(&row.pointer, Rule::Duplicate);
        }
        Some(Self {
            institution,
            signed_on,
            withdrawn_on,
            status: status?,
            signing_form: signing_form?,
        })
    }

    fn finish(seen: Self::Seen, reader: &Reader) {
        seen.spans.refuse_overlaps(reader);
    }
}
