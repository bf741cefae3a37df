//! Points of a meeting's agenda.

use chrono::NaiveDate;
use serde::Serialize;
use uuid::Uuid;

use crate::check;
use crate::fault::{Faults, Rule};
use crate::record::{ExternalId, Kind, Record, check_external_ids};

/// Who sees an item: everybody, or only those who read internal records.
pub const VISIBILITIES: [&str; 2] = ["public", "internal"];

/// A point of an agenda, every value valid.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AgendaItem {
    /// The partnership it belongs to.
    pub partnership_id: Uuid,
    /// The meeting.
    pub meeting_id: Uuid,
    /// Stable readable identifier, unique in the meeting.
    pub slug: String,
    /// Its place in the agenda, from one.
    pub position: i32,
    /// Title.
    pub title: String,
    /// How a report words it; what has none is no topic of the report.
    pub report_phrase: Option<String>,
    /// The institution that presents it.
    pub presenter_id: Option<Uuid>,
    /// `public` or `internal`.
    pub visibility: String,
    /// Identifiers in other systems.
    pub external_ids: Vec<ExternalId>,
}

impl Record for AgendaItem {
    const KIND: Kind = Kind::AgendaItem;

    fn partnership_id(&self) -> Option<Uuid> {
        Some(self.partnership_id)
    }

    fn parent_id(&self) -> Option<Uuid> {
        Some(self.meeting_id)
    }
}

/// A point of an agenda as somebody describes it, nothing checked yet; references are resolved already.
#[derive(Clone, Debug, Default)]
pub struct AgendaItemDraft {
    /// The partnership it belongs to.
    pub partnership_id: Uuid,
    /// The meeting.
    pub meeting_id: Uuid,
    /// Made from the title when absent.
    pub slug: Option<String>,
    /// Its place in the agenda, from one.
    pub position: i32,
    /// Title.
    pub title: String,
    /// How a report words it; what has none is no topic of the report.
    pub report_phrase: Option<String>,
    /// The institution that presents it.
    pub presenter_id: Option<Uuid>,
    /// Visibility; public when absent.
    pub visibility: Option<String>,
    /// Identifiers in other systems.
    pub external_ids: Vec<ExternalId>,
}

impl AgendaItemDraft {
    /// Checks every value and reports all that is wrong at once, by the names of the API.
    pub fn check(self, _today: NaiveDate) -> Result<AgendaItem, Faults> {
        let mut f = Faults::new();
        let title = check::line(&mut f, "/title", &self.title, 300);
        check::position(&mut f, self.position);
        let visibility = self.visibility.unwrap_or_else(|| "public".to_owned());
        if !VISIBILITIES.contains(&visibility.as_str()) {
            f.add("/visibility", Rule::UnknownCode);
        }
        let value = AgendaItem {
            partnership_id: self.partnership_id,
            meeting_id: self.meeting_id,
            slug: check::slug(&mut f, self.slug.as_deref(), &title),
            position: self.position,
            title,
            report_phrase: check::optional_report_text(
                &mut f,
                "/report_phrase",
                self.report_phrase.as_deref(),
            ),
            presenter_id: self.presenter_id,
            visibility,
            external_ids: check_external_ids(self.external_ids, &mut f),
        };
        f.finish().map(|()| value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::{day, expected, faults};

    #[test]
    fn all_faults_are_reported_at_once() {
        let broken = AgendaItemDraft {
            slug: Some("Otwarcie".into()),
            position: 0,
            report_phrase: Some("powitania {hosts}".into()),
            visibility: Some("secret".into()),
            ..Default::default()
        };
        assert_eq!(
            faults(broken.check(day("2016-12-31"))),
            expected(&[
                ("/position", Rule::Range),
                ("/report_phrase", Rule::Format),
                ("/slug", Rule::Format),
                ("/title", Rule::Length),
                ("/visibility", Rule::UnknownCode),
            ])
        );
    }

    #[test]
    fn an_item_is_public_unless_stated() {
        let item = AgendaItemDraft {
            position: 1,
            title: "Wymiana doświadczeń".into(),
            ..Default::default()
        };
        let item = item.check(day("2016-12-31")).unwrap();
        assert_eq!(
            (item.slug.as_str(), item.visibility.as_str()),
            ("wymiana-doswiadczen", "public")
        );
    }
}
