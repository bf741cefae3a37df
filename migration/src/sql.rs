//! A migration written as SQL that both databases understand, but for the names of the types.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

/// One step of the schema's history.
///
/// The texts name types in braces (`{uuid}`, `{timestamp}`, ...); SQLite tables are `STRICT`
/// (`{strict}`), so that a wrong type is refused there as it is on PostgreSQL.
pub struct Sql {
    /// Recorded in the database; never changes.
    pub name: &'static str,
    /// Statements that make the step.
    pub up: &'static str,
    /// Statements that take it back.
    pub down: &'static str,
}

/// What stands at the head of every record's table: identity, version, times, soft deletion.
const RECORD: &str = "
    id {uuid} PRIMARY KEY,
    version {int} NOT NULL CHECK (version > 0),
    created_at {timestamp} NOT NULL,
    modified_at {timestamp} NOT NULL,
    deleted_at {timestamp},
    external_ids {json} NOT NULL";

const TYPES: [(&str, &str, &str); 10] = [
    // token, PostgreSQL, SQLite
    ("{uuid}", "uuid", "BLOB"),
    ("{text}", "text", "TEXT"),
    ("{int}", "integer", "INTEGER"),
    ("{bigint}", "bigint", "INTEGER"),
    ("{bool}", "boolean", "INTEGER"),
    ("{bytes}", "bytea", "BLOB"),
    ("{json}", "jsonb", "TEXT"),
    ("{date}", "date", "TEXT"),
    ("{timestamp}", "timestamptz", "TEXT"),
    // Of version 4: a record that the program makes has one of version 7, which no statement makes.
    (
        "{new_uuid}",
        "gen_random_uuid()",
        "CAST(randomblob(6) || x'41' || randomblob(1) || x'81' || randomblob(7) AS BLOB)",
    ),
];

/// What a token of the form `{name:argument}` stands for: where the databases differ by more than a type's name.
const TEMPLATES: [(&str, &str, &str); 4] = [
    // token, PostgreSQL, SQLite
    ("{bytes_of:", "convert_to(@, 'UTF8')", "CAST(@ AS BLOB)"),
    (
        "{day_of:",
        "(@ AT TIME ZONE 'Europe/Warsaw')::date",
        "date(@)",
    ),
    (
        "{append_only:",
        "CREATE OR REPLACE FUNCTION refuse_rewrite() RETURNS trigger LANGUAGE plpgsql AS $body$
    BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $body$;
CREATE TRIGGER @_append_only BEFORE UPDATE OR DELETE ON @ FOR EACH ROW EXECUTE FUNCTION refuse_rewrite();
CREATE TRIGGER @_not_emptied BEFORE TRUNCATE ON @ FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewrite();",
        "CREATE TRIGGER @_not_updated BEFORE UPDATE ON @ BEGIN SELECT RAISE(ABORT, '@ is append-only'); END;
CREATE TRIGGER @_not_deleted BEFORE DELETE ON @ BEGIN SELECT RAISE(ABORT, '@ is append-only'); END;",
    ),
    (
        "{rewritable:",
        "DROP TRIGGER @_append_only ON @; DROP TRIGGER @_not_emptied ON @;",
        "DROP TRIGGER @_not_updated; DROP TRIGGER @_not_deleted;",
    ),
];

fn dialect(text: &str, backend: DbBackend) -> String {
    let sqlite = backend == DbBackend::Sqlite;
    let mut text = text.to_owned();
    for (token, postgres, lite) in TEMPLATES {
        while let Some((before, rest)) = text.split_once(token) {
            let (argument, after) = rest.split_once('}').unwrap_or((rest, ""));
            let written = if sqlite { lite } else { postgres }.replace('@', argument);
            text = format!("{before}{written}{after}");
        }
    }
    let text = text
        .replace("{record}", RECORD)
        .replace("{strict}", if sqlite { "STRICT" } else { "" });
    TYPES.iter().fold(text, |text, (token, postgres, lite)| {
        text.replace(token, if sqlite { lite } else { postgres })
    })
}

impl MigrationName for Sql {
    fn name(&self) -> &str {
        self.name
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Sql {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let connection = manager.get_connection();
        connection
            .execute_unprepared(&dialect(self.up, manager.get_database_backend()))
            .await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .get_connection()
            .execute_unprepared(&dialect(self.down, manager.get_database_backend()))
            .await?;
        Ok(())
    }
}
