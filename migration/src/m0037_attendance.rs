//! Attendance of people and of groups, and for how many institutions each counts.
//!
//! SQLite cannot let a column be null that was not: the table is made anew.

use crate::sql::Sql;

pub const MIGRATION: Sql = Sql {
    name: "m0037_attendance",
    up: "
ALTER TABLE attendance RENAME TO attendance_before;
DROP INDEX attendance_institution;
DROP INDEX attendance_by_status;
DROP INDEX attendance_of_institution;
DROP INDEX attendance_by_creation;
CREATE TABLE attendance_of_many (
    {record},
    partnership_id {uuid} NOT NULL REFERENCES partnership (id),
    meeting_id {uuid} NOT NULL REFERENCES meeting (id),
    person_id {uuid} REFERENCES person (id),
    institution_id {uuid} REFERENCES institution (id),
    group_name {text},
    head_count {int},
    capacity {text},
    presides {bool} NOT NULL,
    status {text} NOT NULL,
    CHECK (group_name IS NOT NULL OR person_id IS NOT NULL OR institution_id IS NOT NULL),
    CHECK ((group_name IS NULL) = (head_count IS NULL))
) {strict};
INSERT INTO attendance_of_many (id, version, created_at, modified_at, deleted_at, external_ids, partnership_id, meeting_id,
                                institution_id, presides, status)
    SELECT id, version, created_at, modified_at, deleted_at, external_ids, partnership_id, meeting_id, institution_id, false, status
    FROM attendance_before;
DROP TABLE attendance_before;
ALTER TABLE attendance_of_many RENAME TO attendance;
CREATE UNIQUE INDEX attendance_person ON attendance (meeting_id, person_id) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX attendance_institution ON attendance (meeting_id, institution_id) WHERE deleted_at IS NULL AND person_id IS NULL;
CREATE UNIQUE INDEX attendance_group ON attendance (meeting_id, group_name) WHERE deleted_at IS NULL;
CREATE INDEX attendance_by_status ON attendance (meeting_id, status, institution_id);
CREATE INDEX attendance_of_institution ON attendance (institution_id);
CREATE INDEX attendance_of_person ON attendance (person_id);
CREATE INDEX attendance_by_creation ON attendance (meeting_id, created_at, id);
CREATE TABLE attendance_for (
    attendance_id {uuid} NOT NULL REFERENCES attendance (id),
    institution_id {uuid} NOT NULL REFERENCES institution (id),
    position {int} NOT NULL,
    PRIMARY KEY (attendance_id, institution_id)
) {strict};
CREATE INDEX attendance_for_institution ON attendance_for (institution_id, attendance_id);
INSERT INTO attendance_for (attendance_id, institution_id, position) SELECT id, institution_id, 0 FROM attendance;
",
    down: "
DROP TABLE attendance_for;
DELETE FROM attendance WHERE institution_id IS NULL OR person_id IS NOT NULL;
DROP INDEX attendance_person;
DROP INDEX attendance_institution;
DROP INDEX attendance_group;
DROP INDEX attendance_by_status;
DROP INDEX attendance_of_institution;
DROP INDEX attendance_of_person;
DROP INDEX attendance_by_creation;
CREATE TABLE attendance_before (
    {record},
    partnership_id {uuid} NOT NULL REFERENCES partnership (id),
    meeting_id {uuid} NOT NULL REFERENCES meeting (id),
    institution_id {uuid} NOT NULL REFERENCES institution (id),
    status {text} NOT NULL
) {strict};
INSERT INTO attendance_before (id, version, created_at, modified_at, deleted_at, external_ids, partnership_id, meeting_id,
                               institution_id, status)
    SELECT id, version, created_at, modified_at, deleted_at, external_ids, partnership_id, meeting_id, institution_id, status
    FROM attendance;
DROP TABLE attendance;
ALTER TABLE attendance_before RENAME TO attendance;
CREATE UNIQUE INDEX attendance_institution ON attendance (meeting_id, institution_id) WHERE deleted_at IS NULL;
CREATE INDEX attendance_by_status ON attendance (meeting_id, status, institution_id);
CREATE INDEX attendance_of_institution ON attendance (institution_id);
CREATE INDEX attendance_by_creation ON attendance (meeting_id, created_at, id);
",
};
