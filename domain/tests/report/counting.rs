//! Each rule of counting, one at a time.

use domain::language::Language;
use domain::report::facts::*;
use domain::report::{Facts, FigureKey as Key, Figures, Selection, Value, Worded, count};

use crate::rows::{self, date, id, year};

fn counted(facts: &Facts) -> Figures {
    count(facts, year(2016))
}

fn meetings(meetings: Vec<MeetingFact>) -> Facts {
    Facts {
        meetings,
        ..Facts::default()
    }
}

fn polish(facts: &Facts) -> Worded {
    Worded::of(facts, &counted(facts), Language::Pl)
}

#[test]
fn a_signatory_counts_from_its_first_day_until_it_withdrew() {
    let with = |change: &dyn Fn(&mut SignatoryFact)| {
        let mut row = rows::signatory(1);
        change(&mut row);
        counted(&Facts {
            signatories: vec![row],
            ..Facts::default()
        })
        .integer(Key::Signatories)
    };
    assert_eq!(with(&|row| row.effective_from = date("2016-12-31")), 1);
    assert_eq!(with(&|row| row.effective_from = date("2017-01-01")), 0);
    assert_eq!(with(&|row| row.withdrawn_on = Some(date("2016-12-31"))), 0);
    assert_eq!(with(&|row| row.withdrawn_on = Some(date("2017-01-01"))), 1);
    assert_eq!(with(&|row| row.counts = false), 0);
}

#[test]
fn an_institution_with_two_signatures_is_one_signatory() {
    let mut again = rows::signatory(2);
    again.institution = rows::signatory(1).institution;
    let figures = counted(&Facts {
        signatories: vec![rows::signatory(1), again],
        ..Facts::default()
    });
    assert_eq!(figures.integer(Key::Signatories), 1);
    assert_eq!(
        figures.breakdown(Key::SignatoriesBySector),
        [("ngo".to_owned(), 1)]
    );
    assert_eq!(figures.records(Key::Signatories), [id(1), id(2)]);
}

#[test]
fn a_meeting_counts_when_it_took_place_in_the_period() {
    let with = |held_on: &str, took_place: bool| {
        let row = MeetingFact {
            held_on: date(held_on),
            took_place,
            ..rows::meeting(1, "training")
        };
        counted(&meetings(vec![row])).integer(Key::Trainings)
    };
    assert_eq!([with("2016-01-01", true), with("2016-12-31", true)], [1, 1]);
    assert_eq!(
        [
            with("2015-12-31", true),
            with("2017-01-01", true),
            with("2016-06-16", false)
        ],
        [0, 0, 0]
    );
}

#[test]
fn the_own_role_decides_what_was_attended_and_what_was_organised() {
    let figure = |kind: &str, role: &str, key: Key| {
        let row = MeetingFact {
            own_role: role.to_owned(),
            ..rows::meeting(1, kind)
        };
        counted(&meetings(vec![row])).integer(key)
    };
    for (kind, key) in [
        ("regional_committee", Key::RegionalCommitteeMeetings),
        ("owes", Key::OwesMeetings),
    ] {
        let attended =
            ["participant", "co_organizer", "organizer"].map(|role| figure(kind, role, key));
        assert_eq!(attended, [1, 1, 0], "{kind}");
    }
    let information = |role, key| figure("information", role, key);
    for (role, organized, participated) in [
        ("organizer", 1, 0),
        ("co_organizer", 1, 0),
        ("participant", 0, 1),
    ] {
        assert_eq!(information(role, Key::InformationMeetings), 1);
        assert_eq!(
            information(role, Key::InformationMeetingsOrganized),
            organized
        );
        assert_eq!(
            information(role, Key::InformationMeetingsParticipated),
            participated
        );
    }
    assert_eq!(figure("council", "participant", Key::CouncilMeetings), 1);
}

#[test]
fn topics_follow_their_meetings_and_agendas() {
    let mut facts = meetings(vec![
        rows::meeting(1, "council"),
        rows::meeting(2, "council"),
    ]);
    facts.meetings[1].held_on = date("2016-02-24");
    let second = TopicFact {
        position: 2,
        ..rows::topic(11, 1, "drugiego")
    };
    let opening = TopicFact {
        report_phrase: None,
        ..rows::topic(13, 1, "")
    };
    facts.topics = vec![
        second,
        rows::topic(14, 1, "pierwszego"),
        rows::topic(12, 2, "wcześniejszego"),
        opening,
    ];
    let figures = counted(&facts);
    assert_eq!(figures.integer(Key::CouncilTopics), 3);
    assert_eq!(
        figures.records(Key::CouncilTopics),
        [id(12), id(14), id(11)]
    );
    let report = polish(&facts);
    let items: Vec<_> = report.sections[1]
        .items
        .iter()
        .map(|item| (item.key.as_str(), item.text.as_str()))
        .collect();
    let expected = [
        ("council.topic.1", "wcześniejszego"),
        ("council.topic.2", "pierwszego"),
        ("council.topic.3", "drugiego"),
    ];
    assert_eq!(items, expected);
}

#[test]
fn what_took_place_and_is_counted_nowhere_is_noted() {
    let mut facts = meetings(vec![
        rows::meeting(1, "council"),
        rows::meeting(2, "owes"),
        rows::meeting(3, "consultation"),
    ]);
    let noted = |facts: &Facts| {
        let warnings = polish(facts).warnings.into_iter();
        let mut noted = warnings.filter(|warning| warning.code == "not_counted");
        noted.next().map(|warning| warning.detail)
    };
    let one = noted(&facts).unwrap();
    assert!(
        one.starts_with("W sprawozdaniu nie ujęto 1 spotkania,"),
        "{one}"
    );
    facts.meetings[1].kind = "other".to_owned();
    let two = noted(&facts).unwrap();
    assert!(
        two.starts_with("W sprawozdaniu nie ujęto 2 spotkań,"),
        "{two}"
    );
    facts.meetings.truncate(1);
    assert_eq!(noted(&facts), None);
}

#[test]
fn a_topic_that_returns_is_one_topic() {
    let mut facts = meetings(vec![
        rows::meeting(1, "council"),
        rows::meeting(2, "council"),
    ]);
    facts.meetings[1].held_on = date("2016-12-01");
    facts.topics = vec![
        rows::topic(11, 1, "planu promocji"),
        rows::topic(12, 2, "Planu promocji "),
        rows::topic(13, 2, "wniosków"),
    ];
    let figures = counted(&facts);
    assert_eq!(figures.integer(Key::CouncilTopics), 2);
    assert_eq!(
        figures.records(Key::CouncilTopics),
        [id(11), id(12), id(13)]
    );
    let texts = polish(&facts).sections[1].items.clone();
    let texts: Vec<_> = texts.iter().map(|item| item.text.as_str()).collect();
    assert_eq!(texts, ["planu promocji", "wniosków"]);
}

#[test]
fn a_presenter_is_counted_once_and_only_at_the_council() {
    let mut facts = meetings(vec![
        rows::meeting(1, "council"),
        rows::meeting(2, "training"),
    ]);
    facts.good_practices = vec![
        rows::practice(11, 1, 101),
        rows::practice(12, 1, 101),
        rows::practice(13, 1, 102),
        rows::practice(14, 2, 103),
    ];
    let figures = counted(&facts);
    assert_eq!(figures.integer(Key::GoodPracticePresenters), 2);
    assert_eq!(
        figures.records(Key::GoodPracticePresenters),
        [id(11), id(12), id(13)]
    );
}

#[test]
fn the_placeholder_names_the_presenters_of_its_meeting() {
    let phrase = "praktyk: {good_practice_presenters_genitive}";
    let mut facts = meetings(vec![
        rows::meeting(1, "council"),
        rows::meeting(2, "council"),
        rows::meeting(3, "council"),
    ]);
    facts.topics = vec![
        rows::topic(11, 1, phrase),
        rows::topic(12, 2, phrase),
        rows::topic(13, 3, phrase),
    ];
    let texts = |facts: &Facts| {
        polish(facts).sections[1]
            .items
            .iter()
            .map(|item| item.text.clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(texts(&facts)[0], "praktyk: (nie wskazano instytucji)");
    facts.good_practices = vec![
        GoodPracticeFact {
            position: 2,
            ..rows::practice(21, 1, 101)
        },
        rows::practice(22, 1, 102),
        rows::practice(23, 2, 103),
    ];
    let expected = [
        "praktyk: Fundacji 102, Fundacji 101",
        "praktyk: Fundacji 103",
        // Nobody presented at the third meeting: everybody of the period.
        "praktyk: Fundacji 102, Fundacji 101, Fundacji 103",
    ];
    assert_eq!(texts(&facts), expected);
}

#[test]
fn a_name_without_a_genitive_is_noted() {
    let mut facts = meetings(vec![rows::meeting(1, "council")]);
    facts.topics = vec![rows::topic(
        11,
        1,
        "praktyk: {good_practice_presenters_genitive}",
    )];
    facts.good_practices = vec![GoodPracticeFact {
        presenter_genitive: None,
        ..rows::practice(21, 1, 101)
    }];
    let report = polish(&facts);
    assert_eq!(report.sections[1].items[0].text, "praktyk: Fundacja 101");
    assert_eq!(report.warnings[0].code, "genitive_missing");
    assert_eq!(
        report.warnings[0].detail,
        "Brak nazwy w dopełniaczu, użyto mianownika: Fundacja 101."
    );
}

#[test]
fn assemblies_have_an_earliest_date_and_all_dates() {
    let mut facts = meetings(vec![
        rows::meeting(1, "assembly"),
        rows::meeting(2, "assembly"),
    ]);
    facts.meetings[0].held_on = date("2016-11-22");
    facts.meetings[1].held_on = date("2016-03-15");
    let figures = counted(&facts);
    assert_eq!(
        figures.get(Key::AssemblyDate).unwrap().value,
        Value::Date(date("2016-03-15"))
    );
    let dates = Value::Dates(vec![date("2016-03-15"), date("2016-11-22")]);
    assert_eq!(figures.get(Key::AssemblyDates).unwrap().value, dates);
    assert_eq!(figures.records(Key::Assemblies), [id(2), id(1)]);
}

#[test]
fn an_output_of_two_meetings_is_one_output() {
    let mut facts = meetings(vec![
        rows::meeting(1, "regional_committee"),
        rows::meeting(2, "regional_committee"),
    ]);
    facts.outputs = vec![
        rows::output(12, 2),
        rows::output(11, 1),
        rows::output(11, 2),
    ];
    assert_eq!(
        counted(&facts).records(Key::RegionalCommitteeOutputs),
        [id(11), id(12)]
    );
}

#[test]
fn unknown_hosts_are_noted() {
    let mut facts = meetings(vec![
        rows::meeting(1, "information"),
        rows::meeting(2, "information"),
    ]);
    facts.meetings[1].host_sector = None;
    let figures = counted(&facts);
    assert_eq!(
        figures.breakdown(Key::InformationMeetingsBySector),
        [("ngo".to_owned(), 1)]
    );
    let warnings = polish(&facts).warnings;
    assert_eq!(warnings[0].code, "host_sector_unknown");
    assert_eq!(
        warnings[0].detail,
        "Nie jest znany sektor gospodarza 1 spotkania informacyjnego."
    );
}

#[test]
fn every_figure_names_the_list_that_shows_it() {
    let figures = counted(&Facts::default());
    let selection = |key| figures.get(key).unwrap().selection;
    let attended: &[&str] = &["participant", "co_organizer"];
    assert_eq!(
        selection(Key::OwesMeetings),
        Selection::Meetings {
            kind: "owes",
            own_roles: attended
        }
    );
    assert_eq!(
        selection(Key::CouncilTopics),
        Selection::AgendaItems { kind: "council" }
    );
    assert_eq!(
        selection(Key::RecommendationsImplemented),
        Selection::CarriedOut {
            kind: "recommendation",
            status: "implemented"
        }
    );
    assert_eq!(selection(Key::CommuniqueInstitutions), Selection::Coverage);
    assert!(Key::ALL.iter().all(|key| figures.get(*key).is_some()));
}

#[test]
fn the_secretariat_is_told_by_what_is_known_of_it() {
    let with = |unit: Option<&str>, institution: Option<&str>, phone: Option<&str>| {
        let own = |text: Option<&str>| text.map(str::to_owned);
        let mut facts = Facts::default();
        facts.partnership.secretariat = SecretariatFacts {
            institution: own(institution),
            unit: own(unit),
            phone: own(phone),
            email: None,
        };
        polish(&facts).sections[10].sentences[0].text.clone()
    };
    let kept = "Sekretariat partnerstwa prowadzi:";
    assert_eq!(
        with(Some("Biuro"), Some("WUP"), Some("95 1")),
        format!("{kept} Biuro; tel. 95 1")
    );
    assert_eq!(with(None, Some("WUP"), None), format!("{kept} WUP"));
    assert_eq!(
        with(None, None, Some("95 1")),
        "Sekretariat partnerstwa; tel. 95 1"
    );
    assert_eq!(
        with(None, None, None),
        "Nie wskazano sekretariatu partnerstwa."
    );
}
