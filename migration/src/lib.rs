//! The history of the schema: one concept a migration, one SQL text for both databases.
//!
//! A migration that has been released is never edited; the next one expands or contracts.

mod sql;

mod m0001_change;
mod m0002_institution;
mod m0003_partnership;
mod m0004_access;
mod m0005_governance;
mod m0006_meeting;
mod m0007_followup;
mod m0008_exchange;
mod m0009_outreach;
mod m0010_reason;
mod m0011_creation;
mod m0012_meeting_order;
mod m0013_followup_order;
mod m0014_outreach_lists;
mod m0015_report_indexes;
mod m0016_filter_indexes;
mod m0017_identity;
mod m0018_audit;
mod m0019_person;
mod m0020_audience;
mod m0021_calendar_link;
mod m0022_export;
mod m0023_webhook;
mod m0024_bulk_import;
mod m0025_redaction;
mod m0026_write_probe;
mod m0027_tables;
mod m0028_keeping;
mod m0029_proposal;
mod m0030_membership;
mod m0031_recorded_later;
mod m0032_dated_facts;
mod m0033_agreement_version;
mod m0034_whole_year;
mod m0035_report;
mod m0036_bound_signatories;
mod m0037_attendance;
mod m0038_representation;

use sea_orm_migration::prelude::MigrationTrait;
pub use sea_orm_migration::prelude::MigratorTrait;

/// Brings a database from any released version to this one.
pub struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m0001_change::MIGRATION),
            Box::new(m0002_institution::MIGRATION),
            Box::new(m0003_partnership::MIGRATION),
            Box::new(m0004_access::MIGRATION),
            Box::new(m0005_governance::MIGRATION),
            Box::new(m0006_meeting::MIGRATION),
            Box::new(m0007_followup::MIGRATION),
            Box::new(m0008_exchange::MIGRATION),
            Box::new(m0009_outreach::MIGRATION),
            Box::new(m0010_reason::MIGRATION),
            Box::new(m0011_creation::MIGRATION),
            Box::new(m0012_meeting_order::MIGRATION),
            Box::new(m0013_followup_order::MIGRATION),
            Box::new(m0014_outreach_lists::MIGRATION),
            Box::new(m0015_report_indexes::MIGRATION),
            Box::new(m0016_filter_indexes::MIGRATION),
            Box::new(m0017_identity::MIGRATION),
            Box::new(m0018_audit::MIGRATION),
            Box::new(m0019_person::MIGRATION),
            Box::new(m0020_audience::MIGRATION),
            Box::new(m0021_calendar_link::MIGRATION),
            Box::new(m0022_export::MIGRATION),
            Box::new(m0023_webhook::MIGRATION),
            Box::new(m0024_bulk_import::MIGRATION),
            Box::new(m0025_redaction::MIGRATION),
            Box::new(m0026_write_probe::MIGRATION),
            Box::new(m0027_tables::MIGRATION),
            Box::new(m0028_keeping::MIGRATION),
            Box::new(m0029_proposal::MIGRATION),
            Box::new(m0030_membership::MIGRATION),
            Box::new(m0031_recorded_later::MIGRATION),
            Box::new(m0032_dated_facts::MIGRATION),
            Box::new(m0033_agreement_version::MIGRATION),
            Box::new(m0034_whole_year::MIGRATION),
            Box::new(m0035_report::MIGRATION),
            Box::new(m0036_bound_signatories::MIGRATION),
            Box::new(m0037_attendance::MIGRATION),
            Box::new(m0038_representation::MIGRATION),
        ]
    }
}
