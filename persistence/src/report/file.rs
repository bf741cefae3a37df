//! The files of frozen reports: each made once and never written again.

use sea_orm::entity::prelude::*;
use sea_orm::{ActiveValue, QueryFilter};

use crate::{Conn, RepoError, Tx};

mod row {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "report_file")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub report_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub format: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub language: String,
        pub sha256: String,
        pub content: Vec<u8>,
    }

    crate::db::without_relations!();
}

/// A file of a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// SHA-256 of it, in hexadecimal digits.
    pub sha256: String,
    /// What it holds.
    pub content: Vec<u8>,
}

/// Which file of a report.
#[derive(Clone, Copy, Debug)]
pub struct Which {
    /// The report.
    pub report: Uuid,
    /// The format, as a suffix: `md`.
    pub format: &'static str,
    /// The tag of its language, or `mul` for all of them.
    pub language: &'static str,
}

/// Stores a file. One that is there already stays, whoever made it.
pub async fn insert(tx: &Tx, which: Which, file: File) -> Result<(), RepoError> {
    let made = row::ActiveModel {
        report_id: ActiveValue::Set(which.report),
        format: ActiveValue::Set(which.format.to_owned()),
        language: ActiveValue::Set(which.language.to_owned()),
        sha256: ActiveValue::Set(file.sha256),
        content: ActiveValue::Set(file.content),
    };
    row::Entity::insert(made)
        .on_conflict_do_nothing()
        .exec_without_returning(tx.raw())
        .await?;
    Ok(())
}

/// Reads a file, where it was made.
pub async fn read(conn: &impl Conn, which: Which) -> Result<Option<File>, RepoError> {
    let found = row::Entity::find()
        .filter(row::Column::ReportId.eq(which.report))
        .filter(row::Column::Format.eq(which.format))
        .filter(row::Column::Language.eq(which.language));
    let found = found.one(conn.raw()).await?;
    Ok(found.map(|row| File {
        sha256: row.sha256,
        content: row.content,
    }))
}
