//! `partnerstwo report`.

use crate::clock::Clock;
use crate::report::{Format, PeriodQuery, Wanted, render};
use chrono::NaiveDate;
use clap::Args;
use domain::language::Language;
use domain::partnership::Partnership;
use domain::slug::Key;
use persistence::{Condition, Db, change, record};

use super::output::{Failure, print, print_file};

/// Which report, and how it is written down.
#[derive(Args)]
pub struct ReportArgs {
    /// The partnership: slug or id
    partnership: String,
    /// A calendar year; the last one that is over when no period is given
    #[arg(long, conflicts_with_all = ["from", "to"])]
    year: Option<i32>,
    /// First day of the period
    #[arg(long, requires = "to")]
    from: Option<NaiveDate>,
    /// Last day of the period
    #[arg(long, requires = "from")]
    to: Option<NaiveDate>,
    /// How it is written down
    #[arg(long, value_enum, default_value_t = Format::Markdown)]
    format: Format,
    /// Language: pl or en
    #[arg(long, default_value = "pl")]
    language: String,
    /// Name the records of every figure (JSON only)
    #[arg(long)]
    records: bool,
}

/// Prints the activity report of a period.
pub async fn run(db: &Db, args: ReportArgs) -> Result<(), Failure> {
    let language = Language::from_tag(&args.language)
        .ok_or_else(|| format!("no reports in the language {}", args.language))?;
    let query = PeriodQuery {
        year: args.year,
        from: args.from,
        to: args.to,
    };
    let missing = || format!("no partnership {}", args.partnership);
    let key = Key::parse(&args.partnership).map_err(|_| missing())?;
    let partnership = record::find::<Partnership>(db, &key, Condition::all()).await?;
    let partnership = partnership.ok_or_else(missing)?;
    let today = Clock::system().today_in(partnership.value.tz());
    let period = query.period(today).map_err(|_| "no such period")?;
    let wanted = Wanted {
        period,
        language,
        format: args.format,
        with_records: args.records,
        sequence: change::sequence(db).await?,
        today,
    };
    let written = render(db, &partnership, wanted).await?;
    match String::from_utf8(written) {
        Ok(text) => print(text.trim_end()),
        Err(file) => print_file(file.as_bytes()),
    }
}
