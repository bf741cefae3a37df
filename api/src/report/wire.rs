//! The JSON shape of the activity report.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use domain::partnership::Partnership;
use domain::period::Period;
use domain::record::{Kind, Versioned};
use domain::report::content::{CountedRecord, Note, Records};
use domain::report::{Figure, Figures, Selection, Value, Worded};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// How many records of a figure are shown at most.
pub const RECORDS: usize = 1000;

/// First and last day.
#[derive(Debug, Serialize, ToSchema)]
pub struct PeriodBody {
    /// First day.
    #[schema(example = "2016-01-01")]
    pub from: NaiveDate,
    /// Last day.
    #[schema(example = "2016-12-31")]
    pub to: NaiveDate,
}

/// Whose report it is.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReportPartnershipOut {
    /// Id of the partnership.
    #[schema(example = "0198c0de-0000-7000-8000-000000000002")]
    pub id: Uuid,
    /// Its slug.
    #[schema(example = "partnerstwo-lubuskie")]
    pub slug: String,
    /// Its name.
    #[schema(example = "Partnerstwo Lokalne na rzecz Ekonomii Społecznej")]
    pub name: String,
}

/// A number, a day, days, or a breakdown by code, and the records behind it.
#[derive(Debug, Serialize, ToSchema)]
pub struct FigureOut {
    /// The figure: an integer, a date, a list of dates, an object of integers by code, or null.
    #[schema(value_type = Value, required, example = 69)]
    pub value: serde_json::Value,
    /// How many records it was counted from.
    #[schema(format = Int64, example = 69)]
    pub count: usize,
    /// The list that shows exactly these records, as far as the caller sees them today.
    #[schema(example = "/api/v1/partnerships/partnerstwo-lubuskie/signatories?as_of=2016-12-31")]
    pub href: String,
    /// The first 1,000 of them, in their order; only with `include=records`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_items = 1000, nullable = false)]
    pub records: Option<Vec<CountedRecord>>,
}

/// A sentence and the figures it states.
#[derive(Debug, Serialize, ToSchema)]
pub struct SentenceOut {
    /// Stable key.
    #[schema(example = "signatories")]
    pub key: String,
    /// The sentence.
    #[schema(
        example = "Umowę partnerstwa podpisało 69 instytucji, a zakres ich współpracy partnerskiej obejmuje:"
    )]
    pub text: String,
    /// Keys of the figures it states.
    #[schema(example = json!(["signatories"]))]
    pub figures: Vec<String>,
}

/// An item of a section's list.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReportItemOut {
    /// Stable key.
    #[schema(example = "signatories.scope.1")]
    pub key: String,
    /// The item, without the punctuation of a list.
    #[schema(example = "promocję i wsparcie rozwoju ekonomii społecznej")]
    pub text: String,
}

/// A section of the report.
#[derive(Debug, Serialize, ToSchema)]
pub struct SectionOut {
    /// Stable key.
    #[schema(example = "signatories")]
    pub key: String,
    /// Heading.
    #[schema(example = "Partnerstwo")]
    pub heading: String,
    /// Sentences in order.
    pub sentences: Vec<SentenceOut>,
    /// Items of the list that follows, in order.
    pub items: Vec<ReportItemOut>,
}

/// The activity report of a period.
#[derive(Debug, Serialize, ToSchema)]
pub struct ActivityReportOut {
    /// The period.
    pub period: PeriodBody,
    /// Whose report it is.
    pub partnership: ReportPartnershipOut,
    /// The figures by key.
    pub figures: BTreeMap<String, FigureOut>,
    /// The report in words.
    pub sections: Vec<SectionOut>,
    /// Where figures disagree.
    pub warnings: Vec<Note>,
    /// Number of the latest change that was there when the report was computed.
    #[schema(example = 640)]
    pub sequence: i64,
}

impl ActivityReportOut {
    /// Shows a counted and worded report, with the records of its figures where they are to be shown.
    pub fn of(
        partnership: &Versioned<Partnership>,
        figures: &Figures,
        worded: Worded,
        records: Option<&Records<'_>>,
        sequence: i64,
    ) -> Self {
        let figure = |figure: &Figure| FigureOut {
            value: match &figure.value {
                Value::None => serde_json::Value::Null,
                value => serde_json::to_value(value).unwrap_or_default(),
            },
            count: figure.records.len(),
            href: href(&partnership.value.slug, figure.selection, figures.period()),
            records: records.map(|records| records.first(figure, RECORDS)),
        };
        let slug = &partnership.value.slug;
        let address = |kind, id| record_href(slug, kind, id);
        let period = figures.period();
        Self {
            period: PeriodBody {
                from: period.from(),
                to: period.to(),
            },
            partnership: ReportPartnershipOut {
                id: partnership.head.id,
                slug: partnership.value.slug.clone(),
                name: partnership.value.name.clone(),
            },
            figures: figures
                .iter()
                .map(|known| (known.key.as_str().to_owned(), figure(known)))
                .collect(),
            sections: worded.sections.into_iter().map(SectionOut::from).collect(),
            warnings: worded
                .warnings
                .into_iter()
                .map(|warning| Note::of(warning, &address))
                .collect(),
            sequence,
        }
    }
}

/// Where a record of a kind is read, if a warning leads to such.
pub fn record_href(partnership: &str, kind: Kind, id: Uuid) -> Option<String> {
    let of_partnership = |list| format!("/api/v1/partnerships/{partnership}/{list}/{id}");
    match kind {
        Kind::Institution => Some(format!("/api/v1/institutions/{id}")),
        Kind::Meeting => Some(of_partnership("meetings")),
        Kind::Commitment => Some(of_partnership("commitments")),
        Kind::Recommendation => Some(of_partnership("recommendations")),
        _ => None,
    }
}

/// The filtered list that shows exactly the records of a selection.
pub fn href(partnership: &str, selection: Selection, period: Period) -> String {
    let (from, to) = (period.from(), period.to());
    let counted = format!("in_report=true&from={from}&to={to}");
    let list = match selection {
        Selection::Signatories => format!("signatories?as_of={to}"),
        Selection::Meetings { kind, own_roles } => {
            format!("meetings?kind={kind}{}&{counted}", own_role(own_roles))
        }
        Selection::AgendaItems { kind } => format!("agenda-items?meeting_kind={kind}&{counted}"),
        Selection::Outputs { kind, own_roles } => {
            format!(
                "outputs?meeting_kind={kind}{}&{counted}",
                own_role(own_roles)
            )
        }
        Selection::GoodPractices { kind } => {
            format!("good-practices?meeting_kind={kind}&{counted}")
        }
        Selection::TrainingsWithoutRecommendation => {
            format!("meetings?kind=training&carries_out=false&{counted}")
        }
        Selection::FundingProgrammeMeetings => {
            format!("meetings?has_funding_programme=true&{counted}")
        }
        Selection::Adopted { kind } => format!("recommendations?kind={kind}&{counted}"),
        Selection::CarriedOut { kind, status } => format!(
            "recommendations?kind={kind}&status={status}&in_report=true&implemented_from={from}&implemented_to={to}"
        ),
        Selection::Elections => format!("terms?body_kind=council&from={from}&to={to}"),
        Selection::MandatesBegun => {
            format!("mandates?body_kind=council&begun_from={from}&begun_to={to}")
        }
        Selection::MandatesEnded => {
            format!("mandates?body_kind=council&ended_from={from}&ended_to={to}")
        }
        Selection::Accessions => format!("signatories?acceded_from={from}&acceded_to={to}"),
        Selection::Withdrawals => format!("signatories?withdrawn_from={from}&withdrawn_to={to}"),
        Selection::Commitments { fulfilled: true } => {
            format!("commitments?fulfilled=true&{counted}")
        }
        Selection::Commitments { fulfilled: false } => format!("commitments?{counted}"),
        Selection::Fulfilments => format!("fulfilments?{counted}"),
        Selection::Communiques => format!("communiques?{counted}"),
        Selection::Coverage => format!("coverage?complete=true&from={from}&to={to}"),
        Selection::Postings => format!("postings?{counted}"),
        Selection::Effects => format!("effects?{counted}"),
    };
    format!("/api/v1/partnerships/{partnership}/{list}")
}

fn own_role(roles: &[&str]) -> String {
    match roles {
        [] => String::new(),
        roles => format!("&own_role={}", roles.join(",")),
    }
}

impl From<domain::report::Section> for SectionOut {
    fn from(section: domain::report::Section) -> Self {
        let sentence = |sentence: domain::report::Sentence| SentenceOut {
            key: sentence.key.to_string(),
            text: sentence.text,
            figures: sentence
                .figures
                .iter()
                .map(|key| key.as_str().to_owned())
                .collect(),
        };
        Self {
            key: section.key.to_owned(),
            heading: section.heading,
            sentences: section.sentences.into_iter().map(sentence).collect(),
            items: section
                .items
                .into_iter()
                .map(|item| ReportItemOut {
                    key: item.key,
                    text: item.text,
                })
                .collect(),
        }
    }
}
