//! Effects.

use domain::followup::effect::Effect;

use crate::record::Stored;
use crate::table::table;

table! {
    Effect in "effect" {
        external_ids: Json,
        partnership_id: Uuid,
        slug: String,
        period_from: ChronoDate,
        period_to: ChronoDate,
        position: i32,
        report_text: String,
    }
}

impl Stored for Effect {}
