//! Points of a meeting's agenda.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::check;
use crate::fault::Faults;
use crate::institution::Institution;
use crate::link::Link;
use crate::meeting::Meeting;
use crate::record::{Calendar, ExternalId, Kind, Record, Shape, given, never};

/// A point of a meeting's agenda.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AgendaItem {
    /// The partnership it belongs to.
    #[serde(skip)]
    pub partnership_id: Uuid,
    /// Stable readable identifier, unique in the meeting; made from the title when absent.
    #[serde(default, deserialize_with = "given")]
    #[schema(
        max_length = 100,
        pattern = "^[a-z0-9]+(-[a-z0-9]+)*$",
        example = "wnioski-i-rekomendacje"
    )]
    pub slug: String,
    /// The meeting.
    #[serde(default, deserialize_with = "never")]
    #[schema(read_only, value_type = String, format = "link")]
    pub meeting: Link<Meeting>,
    /// Its place in the agenda, from one.
    #[schema(minimum = 1, maximum = 100_000, example = 1)]
    pub position: i32,
    /// Title.
    #[schema(
        min_length = 1,
        max_length = 300,
        example = "Wypracowanie wniosków i rekomendacji na rzecz wsparcia ekonomii społecznej"
    )]
    pub title: String,
    /// How a report words it after "poruszano tematykę dotyczącą:", in the genitive. An item of a council meeting without it is no topic
    /// of the report. The one placeholder that may stand in it is `{good_practice_presenters_genitive}`.
    #[schema(
        max_length = 2000,
        example = "wypracowania wniosków i rekomendacji na rzecz wsparcia ekonomii społecznej"
    )]
    pub report_phrase_genitive: Option<String>,
    /// How a report words it after "program spotkania obejmował:", in the accusative. An item of an assembly without it is no topic of the
    /// report. The one placeholder that may stand in it is `{good_practice_presenters_genitive}`.
    #[schema(
        max_length = 2000,
        example = "wymianę doświadczeń w działaniach na rzecz ekonomii społecznej"
    )]
    pub report_phrase_accusative: Option<String>,
    /// The institution that presents it.
    #[schema(value_type = Option<String>, format = "link", example = "wup-zielona-gora")]
    pub presenter: Option<Link<Institution>>,
    /// Code of the vocabulary `visibilities`: who sees it; `public` when absent.
    #[serde(default, deserialize_with = "given")]
    #[schema(format = "visibilities", example = "public")]
    pub visibility: String,
    /// Identifiers in other systems.
    #[serde(default)]
    #[schema(max_items = 20)]
    pub external_ids: Vec<ExternalId>,
}

impl Record for AgendaItem {
    const KIND: Kind = Kind::AgendaItem;

    fn partnership_id(&self) -> Option<Uuid> {
        Some(self.partnership_id)
    }

    fn parent_id(&self) -> Option<Uuid> {
        Some(self.meeting.id)
    }
}

impl Shape for AgendaItem {
    fn place(&mut self, partnership: Uuid, parent: Option<Uuid>) {
        self.partnership_id = partnership;
        self.meeting = parent.map(Link::to).unwrap_or_default();
    }

    fn slug_mut(&mut self) -> Option<&mut String> {
        Some(&mut self.slug)
    }

    fn check(&mut self, _now: &Calendar, f: &mut Faults) {
        f.line("/title", &mut self.title, 300);
        f.slug(&mut self.slug, &self.title);
        check::position(f, self.position);
        f.optional_report_text("/report_phrase_genitive", &mut self.report_phrase_genitive);
        f.optional_report_text(
            "/report_phrase_accusative",
            &mut self.report_phrase_accusative,
        );
        f.code_or(
            "/visibility",
            "visibilities",
            &mut self.visibility,
            "public",
        );
        f.external_ids(&mut self.external_ids);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::{expected, faults, on};
    use crate::fault::Rule;

    #[test]
    fn all_faults_are_reported_at_once() {
        let broken = AgendaItem {
            slug: "Otwarcie".into(),
            position: 0,
            report_phrase_genitive: Some("powitania {hosts}".into()),
            report_phrase_accusative: Some("powitanie {hosts}".into()),
            visibility: "secret".into(),
            ..Default::default()
        };
        assert_eq!(
            faults(broken.checked(&on("2016-12-31"))),
            expected(&[
                ("/position", Rule::Range),
                ("/report_phrase_accusative", Rule::Format),
                ("/report_phrase_genitive", Rule::Format),
                ("/slug", Rule::Format),
                ("/title", Rule::Length),
                ("/visibility", Rule::UnknownCode),
            ])
        );
    }

    #[test]
    fn an_item_is_public_unless_stated() {
        let item = AgendaItem {
            position: 1,
            title: "Wymiana doświadczeń".into(),
            ..Default::default()
        };
        let item = item.checked(&on("2016-12-31")).unwrap();
        assert_eq!(
            (item.slug.as_str(), item.visibility.as_str()),
            ("wymiana-doswiadczen", "public")
        );
    }
}
