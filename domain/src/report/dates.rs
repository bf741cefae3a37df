//! Which record, and which date of it, decides what a report says: the tables of `docs/report.md`.

use super::keys::FigureKey as Key;

/// The record that a figure counts, and what of it decides whether it belongs to a period.
const fn decides(key: Key) -> (&'static str, &'static str) {
    const HELD: &str = "it took place, and `held_on` lies in the period";
    match key {
        Key::Signatories => (
            "signatory",
            "it is in force on the last day of the period: from `effective_from` until `withdrawal.effective_on`, and on no day of a suspension, \
             unless the agreement of that day does not bind it (`agreement_version`); each institution once",
        ),
        Key::SignatoriesBySector => (
            "signatory",
            "the same, by the sector that its institution has on the last day (`sector_history`)",
        ),
        Key::CouncilMeetings
        | Key::Assemblies
        | Key::AssemblyDate
        | Key::AssemblyDates
        | Key::RegionalCommitteeMeetings
        | Key::OwesMeetings
        | Key::Trainings
        | Key::PartnerForumMeetings
        | Key::InformationMeetings
        | Key::InformationMeetingsOrganized
        | Key::InformationMeetingsParticipated
        | Key::WorkingGroupMeetings
        | Key::Conferences
        | Key::StudyVisits
        | Key::FundingProgrammeMeetings
        | Key::RegionalCommitteeMeetingsOrganized
        | Key::OwesMeetingsOrganized => ("meeting", HELD),
        Key::TrainingsWithoutRecommendation => (
            "meeting",
            "the same, and no implementation names it whose `completed_on` is the last day of the period or earlier",
        ),
        Key::InformationMeetingsBySector | Key::InformationMeetingHostSectors => (
            "meeting",
            "the same, by the sector that its host has on `held_on` (`sector_history`)",
        ),
        Key::CouncilTopics => (
            "agenda item",
            "its meeting took place, with `held_on` in the period; what returns in the same words is one topic",
        ),
        Key::RegionalCommitteeOutputs | Key::WorkingGroupOutputs => (
            "output",
            "a meeting that worked on it took place, with `held_on` in the period",
        ),
        Key::GoodPracticePresenters => (
            "good practice",
            "a meeting at which it was presented took place, with `held_on` in the period; it was published, archived since or not",
        ),
        Key::RecommendationsAdopted | Key::ConclusionsAdopted | Key::InterventionsAdopted => (
            "recommendation",
            "`adopted_on` lies in the period, whatever became of it",
        ),
        Key::RecommendationsImplemented
        | Key::RecommendationsPartiallyImplemented
        | Key::ConclusionsImplemented
        | Key::ConclusionsPartiallyImplemented
        | Key::InterventionsImplemented
        | Key::InterventionsPartiallyImplemented => (
            "recommendation",
            "`implemented_on` lies in the period, whenever it was adopted",
        ),
        Key::Commitments => (
            "commitment",
            "it is in force on some day of the period: from `starts_on` until `ends_on`",
        ),
        Key::CommitmentsFulfilled => (
            "commitment",
            "the same, with as many fulfilments in the period as `min_count` asks of the days on which it is in force",
        ),
        Key::CommitmentFulfilmentsEach | Key::CommitmentFulfilments => (
            "fulfilment",
            "`held_on` of its meeting, which took place, lies in the period; without a meeting `fulfilled_on`",
        ),
        Key::CommuniquesPublished => (
            "communiqué",
            "`released_on` lies in the period, and it was not withdrawn by the last day (`withdrawn_on`)",
        ),
        Key::CommuniqueInstitutions => (
            "institution",
            "it has a posting that counts of every communiqué that counts",
        ),
        Key::CommuniquePublications => (
            "posting",
            "`posted_on` lies in the period, its institution is a signatory on that day, and its communiqué counts",
        ),
        Key::Effects => ("effect", "`period_to` lies in the period"),
        Key::CouncilElections => (
            "term",
            "`held_on` of the meeting that elected it (`elected_at`) lies in the period; without a meeting `starts_on`",
        ),
        Key::CouncilMandatesBegun => (
            "mandate",
            "`starts_on` lies in the period, and after the first day of the term",
        ),
        Key::CouncilMandatesEnded => (
            "mandate",
            "`ends_on` lies in the period, and the term lasts longer",
        ),
        Key::Accessions => ("signatory", "`effective_from` lies in the period"),
        Key::Withdrawals => ("signatory", "`withdrawal.effective_on` lies in the period"),
    }
}

/// What sentences say besides figures: their keys, the record, and of which day it is.
const TEXTS: [(&str, &str, &str); 7] = [
    (
        "`council.topic`, `assembly.topic`, `regional_committee.output`, `working_groups.output`, `recommendations.*`, `commitments.item`, \
         `effects.item`, titles of meetings",
        "the record that is counted",
        "its own text",
    ),
    (
        "names of who presented good practices",
        "institution",
        "the name that it had on `held_on` of the meeting (`other_names`)",
    ),
    (
        "names in `council_changes.*`, `accessions.item`, `withdrawals.item`",
        "institution",
        "the name that it had on the day of the change (`other_names`)",
    ),
    (
        "what became of a recommendation",
        "recommendation, implementation",
        "what `implemented_on` and `completed_on` say by the last day of the period",
    ),
    (
        "the institution in `secretariat.*`",
        "institution",
        "the name that it had on the last day of the period (`other_names`)",
    ),
    (
        "`signatories.goal`, `signatories.coordination`, `signatories.scope`",
        "agreement version",
        "the one in force on the last day of the period, from `in_force_from` until `in_force_to`",
    ),
    (
        "unit, telephone and address in `secretariat.*`",
        "partnership",
        "those of the last day of the period (`former_secretariats`)",
    ),
];

/// The page of `docs/report.md`.
pub fn page() -> String {
    let mut page = String::from(
        "# What a report counts\n\n\
         Printed by a test from `domain/src/report/dates.rs`. A report of a period that is over says what held then: what happens later \
         changes nothing. Whoever corrects or deletes a record of the period changes its report.\n\n\
         A figure counts what held then, also where a record has since been withdrawn or archived, so that the public does not see it any \
         more.\n\n\
         ## Figures\n\n| Figure | Counts | When |\n|---|---|---|\n",
    );
    for key in Key::ALL {
        let (record, date) = decides(*key);
        page += &format!("| `{}` | {record} | {date} |\n", key.as_str());
    }
    page += "\n## Sentences\n\nA sentence that states figures holds when they do. Besides:\n\n| Text | Taken from | Of which day |\n|---|---|---|\n";
    for (text, record, day) in TEXTS {
        page += &format!("| {text} | {record} | {day} |\n");
    }
    page
}
