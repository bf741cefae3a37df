//! What went out to others: information meetings, communiqués, and where to reach the secretariat.

use super::{ListStyle, Section, Sentence, Writer};
use crate::report::keys::FigureKey as Key;
use crate::wording::Arg;

impl Writer<'_> {
    pub(super) fn information(&self) -> Section {
        let count = Arg::Number(self.figures.integer(Key::InformationMeetings));
        let own = [
            Key::InformationMeetingsOrganized,
            Key::InformationMeetingsParticipated,
        ];
        let role = match own.map(|key| self.figures.integer(key) > 0) {
            [true, false] => "organized",
            [false, true] => "participated",
            _ => "both",
        };
        let mut sentence = Sentence {
            key: "information",
            text: self.words.say(
                "information",
                &[("count", count), ("role", Arg::from(role))],
            ),
            figures: vec![Key::InformationMeetings],
            lead: None,
        };
        if self.figures.integer(Key::InformationMeetings) > 0 {
            sentence.figures.extend(own);
        }
        let sectors = self.host_sectors();
        if !sectors.is_empty() {
            let sectors = self.words.list(&sectors);
            let hosts = self.words.say(
                "information.hosts",
                &[("count", count), ("sectors", Arg::from(&sectors))],
            );
            sentence.text = format!("{} {hosts}", sentence.text);
            sentence.figures.push(Key::InformationMeetingsBySector);
        }
        self.section(
            "information",
            vec![sentence],
            Vec::new(),
            ListStyle::Clauses,
        )
    }

    /// The sectors of the hosts as they follow "w". One that adds to the sector before it is worded by that.
    fn host_sectors(&self) -> Vec<String> {
        let mut after = "none";
        let mut worded = Vec::new();
        for (sector, _) in self.figures.breakdown(Key::InformationMeetingsBySector) {
            let args = [("sector", Arg::from(sector)), ("after", Arg::from(after))];
            worded.push(self.words.say("information.sector", &args));
            after = sector;
        }
        worded
    }

    pub(super) fn communiques(&self) -> Section {
        let communiques = self.figures.integer(Key::CommuniquesPublished);
        let args = [
            ("communiques", Arg::Number(communiques)),
            (
                "institutions",
                Arg::Number(self.figures.integer(Key::CommuniqueInstitutions)),
            ),
        ];
        // "In 69 institutions" is true only where no other one posted some of them.
        let postings = self.figures.integer(Key::CommuniquePublications);
        let everywhere = communiques * self.figures.integer(Key::CommuniqueInstitutions);
        let message = match postings == everywhere {
            true => "communiques",
            false => "communiques.in-part",
        };
        let mut text = self.words.say(message, &args);
        if communiques > 0 {
            text = format!("{} {text}", self.posting_sites());
        }
        let figures = vec![Key::CommuniquesPublished, Key::CommuniqueInstitutions];
        let sentence = Sentence {
            key: "communiques",
            text,
            figures,
            lead: None,
        };
        self.section(
            "communiques",
            vec![sentence],
            Vec::new(),
            ListStyle::Clauses,
        )
    }

    /// Where communiqués are posted in general.
    fn posting_sites(&self) -> String {
        match &self.facts.partnership.secretariat.institution {
            Some(site) => self
                .words
                .say("communiques.site", &[("site", Arg::from(site))]),
            None => self.words.say("communiques.sites", &[]),
        }
    }

    pub(super) fn secretariat(&self) -> Section {
        let secretariat = &self.facts.partnership.secretariat;
        let unit = secretariat
            .unit
            .as_ref()
            .or(secretariat.institution.as_ref());
        let phone = secretariat.phone.as_ref().map(|phone| {
            self.words
                .say("secretariat.phone", &[("phone", phone.into())])
        });
        let email = secretariat.email.as_ref().map(|email| {
            self.words
                .say("secretariat.email", &[("email", email.into())])
        });
        let contact: Vec<_> = phone.into_iter().chain(email).collect();
        let who = match unit {
            Some(unit) => self.words.say("secretariat", &[("unit", unit.into())]),
            None if contact.is_empty() => self.words.say("secretariat.none", &[]),
            None => self.words.say("secretariat.contact", &[]),
        };
        let text = [vec![who], contact].concat().join("; ");
        self.section(
            "secretariat",
            vec![Sentence::stored("secretariat", text)],
            Vec::new(),
            ListStyle::Clauses,
        )
    }
}
