//! Which version of the agreement a signatory signed, and versions that bind only who signs them.

use crate::sql::Sql;

pub const MIGRATION: Sql = Sql {
    name: "m0036_bound_signatories",
    up: "
ALTER TABLE agreement_version ADD COLUMN binds_only_signers {bool} NOT NULL DEFAULT FALSE;
ALTER TABLE signatory ADD COLUMN agreement_version {int};
UPDATE signatory SET agreement_version = coalesce(
    (SELECT max(v.number) FROM agreement_version v WHERE v.partnership_id = signatory.partnership_id
        AND v.status IN ('in_force', 'superseded', 'terminated') AND v.in_force_from <= signatory.signed_on),
    (SELECT min(v.number) FROM agreement_version v WHERE v.partnership_id = signatory.partnership_id
        AND v.status IN ('in_force', 'superseded', 'terminated')));
",
    down: "
ALTER TABLE signatory DROP COLUMN agreement_version;
ALTER TABLE agreement_version DROP COLUMN binds_only_signers;
",
};
