//! The names of the figures.

/// Declares the keys once: the order of the report, the stable names and the list of all.
macro_rules! figure_keys {
    ($($(#[$doc:meta])+ $key:ident = $name:literal,)+) => {
        /// Which figure.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum FigureKey {
            $($(#[$doc])+ $key,)+
        }

        impl FigureKey {
            /// Every figure in the order of the report.
            pub const ALL: &[FigureKey] = &[$(FigureKey::$key,)+];

            /// The stable name, snake_case.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(FigureKey::$key => $name,)+
                }
            }
        }
    };
}

figure_keys! {
    /// Institutions bound by the agreement on the last day.
    Signatories = "signatories",
    /// The same by sector.
    SignatoriesBySector = "signatories_by_sector",
    /// Council meetings.
    CouncilMeetings = "council_meetings",
    /// Topics of the council meetings.
    CouncilTopics = "council_topics",
    /// Institutions that presented good practices to the council.
    GoodPracticePresenters = "good_practice_presenters",
    /// Meetings of all signatories.
    Assemblies = "assemblies",
    /// The date of the first of them.
    AssemblyDate = "assembly_date",
    /// The dates of all of them.
    AssemblyDates = "assembly_dates",
    /// Regional committee meetings attended.
    RegionalCommitteeMeetings = "regional_committee_meetings",
    /// What those meetings produced.
    RegionalCommitteeOutputs = "regional_committee_outputs",
    /// Meetings with OWES staff attended.
    OwesMeetings = "owes_meetings",
    /// Recommendations adopted.
    RecommendationsAdopted = "recommendations_adopted",
    /// Recommendations carried out, whenever adopted.
    RecommendationsImplemented = "recommendations_implemented",
    /// Recommendations carried out in part, whenever adopted.
    RecommendationsPartiallyImplemented = "recommendations_partially_implemented",
    /// Trainings.
    Trainings = "trainings",
    /// Commitments in force at some time.
    Commitments = "commitments",
    /// Those of them that were kept.
    CommitmentsFulfilled = "commitments_fulfilled",
    /// Fulfilments of the least fulfilled commitment.
    CommitmentFulfilmentsEach = "commitment_fulfilments_each",
    /// Fulfilments by commitment.
    CommitmentFulfilments = "commitment_fulfilments",
    /// Meetings of the partner forum.
    PartnerForumMeetings = "partner_forum_meetings",
    /// Information meetings.
    InformationMeetings = "information_meetings",
    /// Information meetings by the sector of the host.
    InformationMeetingsBySector = "information_meetings_by_sector",
    /// Information meetings organised.
    InformationMeetingsOrganized = "information_meetings_organized",
    /// Information meetings taken part in.
    InformationMeetingsParticipated = "information_meetings_participated",
    /// Sectors that hosted information meetings.
    InformationMeetingHostSectors = "information_meeting_host_sectors",
    /// Communiqués released.
    CommuniquesPublished = "communiques_published",
    /// Institutions that posted all of them.
    CommuniqueInstitutions = "communique_institutions",
    /// Postings of them.
    CommuniquePublications = "communique_publications",
    /// Effects.
    Effects = "effects",
    /// Conclusions adopted.
    ConclusionsAdopted = "conclusions_adopted",
    /// Conclusions carried out, whenever adopted.
    ConclusionsImplemented = "conclusions_implemented",
    /// Conclusions carried out in part, whenever adopted.
    ConclusionsPartiallyImplemented = "conclusions_partially_implemented",
    /// Interventions adopted.
    InterventionsAdopted = "interventions_adopted",
    /// Interventions carried out, whenever adopted.
    InterventionsImplemented = "interventions_implemented",
    /// Interventions carried out in part, whenever adopted.
    InterventionsPartiallyImplemented = "interventions_partially_implemented",
    /// Trainings that carry out no recommendation.
    TrainingsWithoutRecommendation = "trainings_without_recommendation",
    /// Meetings of working groups.
    WorkingGroupMeetings = "working_group_meetings",
    /// What those meetings produced.
    WorkingGroupOutputs = "working_group_outputs",
    /// Conferences.
    Conferences = "conferences",
    /// Study visits.
    StudyVisits = "study_visits",
    /// Meetings that discussed funding programmes, by programme.
    FundingProgrammeMeetings = "funding_programme_meetings",
    /// Regional committee meetings that the partnership organised alone.
    RegionalCommitteeMeetingsOrganized = "regional_committee_meetings_organized",
    /// Meetings with OWES staff that the partnership organised alone.
    OwesMeetingsOrganized = "owes_meetings_organized",
    /// Elections to the council.
    CouncilElections = "council_elections",
    /// Mandates in the council that began within a term.
    CouncilMandatesBegun = "council_mandates_begun",
    /// Mandates in the council that ended before their term.
    CouncilMandatesEnded = "council_mandates_ended",
    /// Institutions that joined the partnership.
    Accessions = "accessions",
    /// Institutions that left the partnership.
    Withdrawals = "withdrawals",
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_unique() {
        let names: std::collections::BTreeSet<_> =
            FigureKey::ALL.iter().map(|key| key.as_str()).collect();
        assert_eq!(names.len(), FigureKey::ALL.len());
    }

    #[test]
    fn every_figure_is_a_code() {
        let figures = crate::vocabulary::find("report_figures").unwrap();
        let codes: Vec<_> = figures.terms.iter().map(|term| &term.code).collect();
        let keys: Vec<_> = FigureKey::ALL.iter().map(|key| key.as_str()).collect();
        assert_eq!(codes, keys);
    }
}
