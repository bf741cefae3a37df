//! Why a change was made, where whoever made it said so. Beside the values: it may name a person and be erased.

use crate::sql::Sql;

pub const MIGRATION: Sql = Sql {
    name: "m0010_reason",
    up: "ALTER TABLE change_value ADD COLUMN reason {text};",
    down: "ALTER TABLE change_value DROP COLUMN reason;",
};
