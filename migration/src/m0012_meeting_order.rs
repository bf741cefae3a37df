//! The orders in which meetings and what belongs to them are listed. The index that keeps an institution from being twice
//! at one meeting is named after the institution, since a refusal names the field by it.

use crate::sql::Sql;

pub const MIGRATION: Sql = Sql {
    name: "m0012_meeting_order",
    up: "
CREATE INDEX meeting_by_creation ON meeting (partnership_id, created_at, id);
CREATE INDEX agenda_item_by_creation ON agenda_item (meeting_id, created_at, id);
CREATE INDEX agenda_item_of_partnership_by_creation ON agenda_item (partnership_id, created_at, id);
CREATE INDEX attendance_by_creation ON attendance (meeting_id, created_at, id);
CREATE INDEX output_by_creation ON output (partnership_id, created_at, id);
DROP INDEX attendance_key;
CREATE UNIQUE INDEX attendance_institution ON attendance (meeting_id, institution_id) WHERE deleted_at IS NULL;
",
    down: "
DROP INDEX attendance_institution;
CREATE UNIQUE INDEX attendance_key ON attendance (meeting_id, institution_id) WHERE deleted_at IS NULL;
DROP INDEX output_by_creation;
DROP INDEX attendance_by_creation;
DROP INDEX agenda_item_of_partnership_by_creation;
DROP INDEX agenda_item_by_creation;
DROP INDEX meeting_by_creation;
",
};
