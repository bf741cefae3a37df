//! What a year may have besides: told in the right numbers, and only when there is something to say.

use domain::language::Language;
use domain::report::content::WordedSection;
use domain::report::facts::*;
use domain::report::{Block, Facts, FigureKey as Key, compose, count};

use crate::rows::{self, date, id, year};

/// The paragraphs and lists of a section; nothing where it is not told.
fn told(facts: &Facts, key: &str, language: Language) -> Vec<String> {
    let (sections, _) = compose(facts, &count(facts, year(2016)), language);
    let section = sections.into_iter().find(|section| section.key == key);
    let section = section.map(WordedSection::from);
    let blocks = section.iter().flat_map(WordedSection::blocks);
    let lines = blocks.flat_map(|block| match block {
        Block::Paragraph(text) => vec![text.to_owned()],
        Block::List(_, items) => items,
    });
    lines.collect()
}

fn of_meetings(kind: &str, number: u128) -> Facts {
    Facts {
        meetings: (1..=number).map(|id| rows::meeting(id, kind)).collect(),
        ..Facts::default()
    }
}

fn changes(number: u128) -> Vec<NamedFact> {
    (1..=number)
        .map(|id| rows::named(id, "2016-07-01"))
        .collect()
}

#[test]
fn nothing_is_told_of_what_there_is_not() {
    let usual = [
        "signatories",
        "council",
        "assembly",
        "regional_committee",
        "owes",
        "recommendations",
        "commitments",
        "information",
        "communiques",
        "effects",
        "secretariat",
    ];
    let facts = Facts::default();
    let (sections, _) = compose(&facts, &count(&facts, year(2016)), Language::Pl);
    let keys: Vec<_> = sections.iter().map(|section| section.key).collect();
    assert_eq!(keys, usual);
}

#[test]
fn meetings_agree_with_their_number() {
    for (kind, section, number, polish) in [
        (
            "training",
            "trainings",
            1,
            "Odbyło się jedno szkolenie, które nie wynikało z rekomendacji:",
        ),
        (
            "training",
            "trainings",
            2,
            "Odbyły się dwa szkolenia, które nie wynikały z rekomendacji:",
        ),
        (
            "training",
            "trainings",
            5,
            "Odbyło się pięć szkoleń, które nie wynikały z rekomendacji:",
        ),
        (
            "training",
            "trainings",
            22,
            "Odbyły się 22 szkolenia, które nie wynikały z rekomendacji:",
        ),
        (
            "partner_forum",
            "partner_forum",
            3,
            "Odbyły się trzy spotkania forum wzajemnej wymiany informacji i doświadczeń:",
        ),
        (
            "partner_forum",
            "partner_forum",
            12,
            "Odbyło się 12 spotkań forum wzajemnej wymiany informacji i doświadczeń:",
        ),
        (
            "working_group",
            "working_groups",
            1,
            "Odbyło się jedno spotkanie grupy roboczej.",
        ),
        (
            "working_group",
            "working_groups",
            4,
            "Odbyły się cztery spotkania grup roboczych.",
        ),
        (
            "conference",
            "conferences",
            1,
            "Odbyła się jedna konferencja:",
        ),
        (
            "conference",
            "conferences",
            2,
            "Odbyły się dwie konferencje:",
        ),
        (
            "conference",
            "conferences",
            12,
            "Odbyło się 12 konferencji:",
        ),
        (
            "study_visit",
            "study_visits",
            1,
            "Odbyła się jedna wizyta studyjna:",
        ),
        (
            "study_visit",
            "study_visits",
            24,
            "Odbyły się 24 wizyty studyjne:",
        ),
        (
            "study_visit",
            "study_visits",
            25,
            "Odbyło się 25 wizyt studyjnych:",
        ),
        (
            "conference",
            "conferences",
            101,
            "Odbyło się 101 konferencji.",
        ),
    ] {
        let lines = told(&of_meetings(kind, number), section, Language::Pl);
        assert_eq!(lines[0], polish);
    }
    let lines = told(&of_meetings("conference", 2), "conferences", Language::Pl);
    assert_eq!(
        lines[1..],
        [
            "Spotkanie 1 (18 maja 2016 r.),",
            "Spotkanie 2 (18 maja 2016 r.)."
        ]
    );
    let english = told(&of_meetings("conference", 1), "conferences", Language::En);
    assert_eq!(
        english,
        ["One conference took place:", "Spotkanie 1 (18 May 2016)."]
    );
}

#[test]
fn a_training_is_told_once() {
    let mut facts = of_meetings("training", 2);
    facts.meetings[0].carries_out = true;
    let figures = count(&facts, year(2016));
    assert_eq!(figures.records(Key::Trainings), [id(1), id(2)]);
    assert_eq!(
        figures.records(Key::TrainingsWithoutRecommendation),
        [id(2)]
    );
}

#[test]
fn working_groups_tell_what_came_out() {
    let mut facts = of_meetings("working_group", 2);
    facts.outputs = vec![rows::output(7, 2), rows::output(7, 1), rows::output(8, 1)];
    let lines = told(&facts, "working_groups", Language::Pl);
    assert_eq!(
        lines,
        [
            "Odbyły się dwa spotkania grup roboczych, w trakcie których:",
            "ustalono 7,",
            "ustalono 8."
        ]
    );
}

#[test]
fn what_the_partnership_organised_alone_is_told_apart() {
    for (kind, section, attended, number, polish) in [
        (
            "owes",
            "owes_organized",
            Key::OwesMeetings,
            2,
            "Zorganizowano dwa spotkania z kadrą OWES.",
        ),
        (
            "regional_committee",
            "regional_committee_organized",
            Key::RegionalCommitteeMeetings,
            1,
            "Zorganizowano jedno spotkanie robocze z Regionalnym Komitetem Rozwoju Ekonomii Społecznej.",
        ),
        (
            "regional_committee",
            "regional_committee_organized",
            Key::RegionalCommitteeMeetings,
            5,
            "Zorganizowano pięć spotkań roboczych z Regionalnym Komitetem Rozwoju Ekonomii Społecznej.",
        ),
    ] {
        let mut facts = of_meetings(kind, number + 1);
        facts.meetings[0].own_role = "co_organizer".to_owned();
        for meeting in &mut facts.meetings[1..] {
            meeting.own_role = "organizer".to_owned();
        }
        assert_eq!(told(&facts, section, Language::Pl), [polish]);
        assert_eq!(count(&facts, year(2016)).records(attended), [id(1)]);
    }
}

#[test]
fn programmes_are_told_with_the_number_of_meetings() {
    let mut facts = of_meetings("council", 3);
    facts.meetings[0].funding_programmes = vec!["pfron".to_owned(), "rpo_l2020".to_owned()];
    facts.meetings[1].funding_programmes = vec!["rpo_l2020".to_owned()];
    facts.meetings[2].took_place = false;
    facts.meetings[2].funding_programmes = vec!["efs".to_owned()];
    let lines = told(&facts, "funding_programmes", Language::Pl);
    assert_eq!(
        lines,
        [
            "Na spotkaniach omawiano następujące programy i źródła finansowania:",
            "Regionalny Program Operacyjny – Lubuskie 2020 (2014–2020) – 2 spotkania,",
            "PFRON – 1 spotkanie."
        ]
    );
    let figures = count(&facts, year(2016));
    assert_eq!(
        figures.records(Key::FundingProgrammeMeetings),
        [id(1), id(2)]
    );
}

#[test]
fn the_council_is_elected_and_its_membership_changes() {
    let elections = vec![
        ElectionFact {
            id: id(1),
            elected_on: date("2016-11-18"),
            starts_on: date("2017-01-01"),
            ends_on: date("2019-12-31"),
        },
        ElectionFact {
            id: id(2),
            elected_on: date("2013-11-18"),
            starts_on: date("2014-01-01"),
            ends_on: date("2016-12-31"),
        },
    ];
    let mut facts = Facts {
        elections,
        mandates_begun: changes(1),
        mandates_ended: changes(5),
        ..Facts::default()
    };
    facts.mandates_begun[0].role = Some("secretary".to_owned());
    facts.mandates_ended[0].role = Some("member".to_owned());
    facts.mandates_ended[4].on = date("2017-01-01");
    let elected = told(&facts, "council_elections", Language::Pl);
    assert_eq!(
        elected,
        [
            "Wybrano Radę Programową na kadencję:",
            "od 1 stycznia 2017 r. do 31 grudnia 2019 r."
        ]
    );
    let changed = told(&facts, "council_changes", Language::Pl);
    assert_eq!(
        changed,
        [
            "W trakcie kadencji objęto jeden mandat: Fundacja 1 (sekretarz).",
            "Przed końcem kadencji wygasły cztery mandaty: Fundacja 1, Fundacja 2, Fundacja 3, Fundacja 4."
        ]
    );
}

#[test]
fn who_joined_and_who_left_is_named() {
    for (number, joined, left) in [
        (
            1,
            "Do partnerstwa przystąpiła jedna instytucja:",
            "Z partnerstwa wystąpiła jedna instytucja:",
        ),
        (
            2,
            "Do partnerstwa przystąpiły dwie instytucje:",
            "Z partnerstwa wystąpiły dwie instytucje:",
        ),
        (
            12,
            "Do partnerstwa przystąpiło 12 instytucji:",
            "Z partnerstwa wystąpiło 12 instytucji:",
        ),
    ] {
        let facts = Facts {
            accessions: changes(number),
            withdrawals: changes(number),
            ..Facts::default()
        };
        let lines = told(&facts, "accessions", Language::Pl);
        assert_eq!(lines[0], joined);
        assert_eq!(lines.len() as u128, 1 + number);
        assert_eq!(told(&facts, "withdrawals", Language::Pl)[0], left);
    }
}

#[test]
fn a_warning_leads_to_the_records() {
    let mut facts = of_meetings("council", 3);
    facts.topics = vec![
        rows::topic(
            11,
            1,
            "dobrych praktyk: {good_practice_presenters_genitive}",
        ),
        TopicFact {
            report_phrase: None,
            in_the_other_case: true,
            ..rows::topic(12, 2, "")
        },
    ];
    facts.meetings.push(rows::meeting(4, "consultation"));
    let (_, warnings) = compose(&facts, &count(&facts, year(2016)), Language::Pl);
    let found: Vec<_> = warnings
        .iter()
        .map(|warning| (warning.code, warning.records[0].1))
        .collect();
    assert_eq!(
        found,
        [
            ("presenters_missing", id(1)),
            ("phrase_in_another_case", id(2)),
            ("not_counted", id(4)),
        ]
    );
}
