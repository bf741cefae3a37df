//! The reference year 2016: every figure and every sentence of `expected_report`, from data with rows that must not count.
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot read its data has to stop"
)]

mod common;

use common::{facts, reference};
use domain::language::Language;
use domain::period::Period;
use domain::report::content::{WordedSection, Wording};
use domain::report::{Block, Facts, FigureKey, Figures, Section, Worded, count, markdown};
use serde_json::Value;

fn year(year: i32) -> Period {
    Period::year(year).unwrap()
}

fn report(facts: &Facts, period: Period, language: Language) -> Worded {
    Worded::of(facts, &count(facts, period), language)
}

/// The figures as JSON, by their stable names.
fn as_json(figures: &Figures) -> serde_json::Map<String, Value> {
    figures
        .iter()
        .map(|row| {
            (
                row.key.as_str().to_owned(),
                serde_json::to_value(&row.value).unwrap(),
            )
        })
        .collect()
}

/// The reference year as a page.
fn page(language: Language) -> String {
    let worded = report(&facts(), year(2016), language);
    markdown::render(
        &worded.partnership.clone(),
        &Wording::of(worded, &|_, _| None),
    )
}

/// The text of a sentence or item.
fn text_of<'a>(sections: &'a [Section], key: &str) -> Option<&'a str> {
    let sentences = sections
        .iter()
        .flat_map(|section| &section.sentences)
        .map(|row| (row.key, row.text.as_str()));
    let items = sections
        .iter()
        .flat_map(|section| &section.items)
        .map(|row| (row.key.as_str(), row.text.as_str()));
    sentences
        .chain(items)
        .find(|(name, _)| *name == key)
        .map(|(_, text)| text)
}

/// Every text of a report that a reader sees.
fn texts(report: &Worded) -> Vec<String> {
    let mut texts = Vec::new();
    let sections = report.sections.iter().cloned().map(WordedSection::from);
    let sections: Vec<_> = sections.collect();
    for block in sections.iter().flat_map(WordedSection::blocks) {
        match block {
            Block::Paragraph(text) => texts.push(text.to_owned()),
            Block::List(_, items) => texts.extend(items),
        }
    }
    texts.extend(
        report
            .sections
            .iter()
            .flat_map(|section| &section.sentences)
            .map(|row| row.text.clone()),
    );
    texts.extend(report.warnings.iter().map(|warning| warning.detail.clone()));
    texts
}

#[test]
fn every_figure_comes_out() {
    let figures = as_json(&count(&facts(), year(2016)));
    let file = reference();
    let expected = file["expected_report"]["figures"].as_object().unwrap();
    let asked_elsewhere = ["signatories_2015_12_31", "signatories_2012_12_31"];
    for (key, value) in expected
        .iter()
        .filter(|(key, _)| !asked_elsewhere.contains(&key.as_str()))
    {
        assert_eq!(figures.get(key), Some(value), "{key}");
    }
    assert_eq!(expected.len() - asked_elsewhere.len(), 26);
    assert_eq!(figures["assembly_dates"], serde_json::json!(["2016-11-18"]));
    assert_eq!(
        figures["commitment_fulfilments"],
        serde_json::json!({ "zob-informacje": 3, "zob-dobre-praktyki": 3 })
    );
    assert_eq!(figures.len(), FigureKey::ALL.len());
}

#[test]
fn breakdowns_keep_the_order_of_the_sectors() {
    let figures = count(&facts(), year(2016));
    let sectors = |key| {
        figures
            .breakdown(key)
            .iter()
            .map(|(code, _)| code.as_str())
            .collect::<Vec<_>>()
    };
    let expected = [
        "labour_market_institution",
        "social_integration_institution",
        "ngo",
        "local_government",
        "social_economy_entity",
        "business",
        "academia",
    ];
    assert_eq!(sectors(FigureKey::SignatoriesBySector), expected);
    assert_eq!(
        sectors(FigureKey::InformationMeetingsBySector),
        expected[..5]
    );
}

#[test]
fn figures_carry_the_records_they_count() {
    let figures = count(&facts(), year(2016));
    let plain = [
        (FigureKey::Signatories, 69),
        (FigureKey::SignatoriesBySector, 69),
        (FigureKey::CouncilTopics, 4),
        (FigureKey::GoodPracticePresenters, 6),
        (FigureKey::AssemblyDate, 1),
        (FigureKey::RegionalCommitteeOutputs, 3),
        (FigureKey::CommitmentFulfilmentsEach, 6),
        (FigureKey::InformationMeetingHostSectors, 24),
        (FigureKey::CommuniqueInstitutions, 69),
        (FigureKey::CommuniquePublications, 276),
    ];
    for (key, records) in plain {
        assert_eq!(figures.records(key).len(), records, "{}", key.as_str());
    }
}

#[test]
fn signatories_are_counted_as_of_the_last_day() {
    let signatories =
        |year_number| count(&facts(), year(year_number)).integer(FigureKey::Signatories);
    assert_eq!(
        [signatories(2012), signatories(2015), signatories(2016)],
        [67, 68, 69]
    );
}

#[test]
fn every_sentence_comes_out() {
    let report = report(&facts(), year(2016), Language::Pl);
    let file = reference();
    let expected = file["expected_report"]["sentences"].as_array().unwrap();
    assert_eq!(expected.len(), 10);
    for sentence in expected {
        let (key, pl) = (
            sentence["key"].as_str().unwrap(),
            sentence["pl"].as_str().unwrap(),
        );
        let text = text_of(&report.sections, key).unwrap_or_else(|| panic!("no {key}"));
        match key {
            "commitments" | "communiques" => assert!(text.contains(pl), "{key}: {text}"),
            _ => assert_eq!(text, pl, "{key}"),
        }
    }
    assert_eq!(report.warnings, []);
}

#[test]
fn the_page_reads_as_the_report() {
    let page = page(Language::Pl);
    assert_eq!(page, include_str!("reference_year.pl.md"));
}

#[test]
fn the_english_page_reads_as_the_report() {
    let page = page(Language::En);
    assert_eq!(page, include_str!("reference_year.en.md"));
}

#[test]
fn a_year_of_nothing_is_told_in_sentences_and_never_in_noughts() {
    let facts = Facts::default();
    for language in Language::ALL {
        let report = report(&facts, year(2016), language);
        for text in texts(&report) {
            assert!(!text.split_whitespace().any(|word| word == "0"), "{text}");
        }
        assert_eq!(report.sections.len(), 11);
        assert!(
            report
                .sections
                .iter()
                .all(|section| section.items.is_empty() && section.sentences.len() == 1)
        );
        assert_eq!(report.warnings, []);
    }
    let polish = report(&facts, year(2016), Language::Pl);
    let zero = |key| text_of(&polish.sections, key).unwrap();
    for key in [
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
    ] {
        assert!(
            zero(key).starts_with("W okresie sprawozdawczym nie "),
            "{}",
            zero(key)
        );
    }
    assert_eq!(
        zero("council"),
        "W okresie sprawozdawczym nie odbyło się żadne spotkanie Rady Programowej."
    );
    let figures = count(&facts, year(2016));
    assert_eq!(as_json(&figures)["assembly_date"], Value::Null);
    assert!(figures.iter().all(|figure| figure.records.is_empty()));
}

#[test]
fn a_year_without_records_has_no_noughts_either() {
    // 2013: signatories and nothing else, so the coverage of communiqués does not match.
    let report = report(&facts(), year(2013), Language::Pl);
    for text in texts(&report)
        .iter()
        .filter(|text| !text.contains("tel. 95 000 00 00"))
    {
        assert!(!text.split_whitespace().any(|word| word == "0"), "{text}");
    }
    let codes: Vec<_> = report.warnings.iter().map(|warning| warning.code).collect();
    assert_eq!(codes, ["communique_coverage"]);
}
