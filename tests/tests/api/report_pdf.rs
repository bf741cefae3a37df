//! Reports as PDF.

use lopdf::{Dictionary, Document, Object};
use serde_json::json;

use crate::import::reference_year;
use crate::support::{Answer, TestApp, on_both};

const REPORTS: &str = "/api/v1/partnerships/partnerstwo-lubuskie/reports";

async fn read(app: &TestApp, path: &str, language: &str) -> Answer {
    let anonymous = app.anonymous();
    let request = anonymous.request("GET", path);
    let answer = anonymous
        .send(request.header("accept-language", language))
        .await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!(answer.header("content-type"), "application/pdf");
    assert_eq!(answer.header("content-language"), language);
    answer
}

/// What can be compared however lines are broken.
fn letters(text: &str) -> String {
    let kept = text.chars().filter(|letter| !letter.is_whitespace());
    kept.filter(|letter| !matches!(letter, '-' | '\u{ad}' | '\u{2010}'))
        .collect()
}

/// The text of all pages, without the number at the foot of each.
fn text(document: &Document) -> String {
    let pages = document.get_pages();
    let page = |number: &u32| {
        let text = letters(&document.extract_text(&[*number]).unwrap());
        let foot = number.to_string();
        text.strip_suffix(&foot).map(str::to_owned).unwrap_or(text)
    };
    pages.keys().map(page).collect()
}

/// What a line of Markdown says, without the mark in front of it.
fn said(line: &str) -> String {
    let mark = line.split_once(' ').filter(|(mark, _)| {
        let number = mark.strip_suffix('.').unwrap_or_default();
        matches!(*mark, "#" | "##" | "-") || number.parse::<u32>().is_ok()
    });
    let text = mark.map_or(line, |(_, text)| text);
    letters(&text.replace('\\', ""))
}

fn dictionaries(document: &Document) -> impl Iterator<Item = &Dictionary> {
    document.objects.values().filter_map(|object| match object {
        Object::Dictionary(dictionary) => Some(dictionary),
        Object::Stream(stream) => Some(&stream.dict),
        _ => None,
    })
}

fn is_of_type(dictionary: &Dictionary, name: &str) -> bool {
    dictionary
        .get(b"Type")
        .and_then(Object::as_name)
        .is_ok_and(|of| of == name.as_bytes())
}

on_both! {
    async fn every_sentence_is_in_the_file(app: TestApp) {
        app.admin().await.post("/api/v1/imports", reference_year()).await.ok(200);
        for language in ["pl", "en"] {
            let answer = read(&app, &format!("{REPORTS}/activity.pdf?year=2016"), language).await;
            assert_eq!(answer.header("content-disposition"), "inline; filename=\"sprawozdanie-2016.pdf\"");
            let document = Document::load_mem(&answer.bytes).unwrap();
            assert!(document.get_pages().len() > 5);
            let text = text(&document);
            let anonymous = app.anonymous();
            let request = anonymous.request("GET", &format!("{REPORTS}/activity.md?year=2016"));
            let markdown = anonymous.send(request.header("accept-language", language)).await.text;
            let lines: Vec<&str> = markdown.lines().filter(|line| !line.is_empty()).collect();
            assert!(lines.len() > 50, "{}", lines.len());
            for line in lines {
                assert!(text.contains(&said(line)), "{line} is not in {text}");
            }
            let table = ["Wskaźniki", "Figures"][usize::from(language == "en")];
            assert!(text.matches(table).count() >= 2, "in the contents and above the table");
        }
    }
}

on_both! {
    async fn the_file_is_tagged_and_fit_for_an_archive(app: TestApp) {
        app.admin().await.post("/api/v1/imports", reference_year()).await.ok(200);
        let answer = read(&app, &format!("{REPORTS}/activity.pdf?year=2016"), "pl").await;
        let document = Document::load_mem(&answer.bytes).unwrap();
        let catalog = document.catalog().unwrap();
        assert_eq!(catalog.get(b"Lang").unwrap().as_str().unwrap(), b"pl");
        let marked = catalog.get(b"MarkInfo").unwrap();
        let marked = document.dereference(marked).unwrap().1.as_dict().unwrap();
        assert!(marked.get(b"Marked").unwrap().as_bool().unwrap());
        assert!(catalog.has(b"StructTreeRoot") && catalog.has(b"Outlines"));
        let metadata = catalog.get(b"Metadata").unwrap().as_reference().unwrap();
        let metadata = document.get_object(metadata).unwrap().as_stream().unwrap();
        let metadata = metadata.get_plain_content().unwrap();
        let metadata = String::from_utf8(metadata).unwrap();
        for said in ["<pdfuaid:part>1<", "<pdfaid:part>2<", "<pdfaid:conformance>A<", "Sprawozdanie z działalności w 2016 r."] {
            assert!(metadata.contains(said), "{said}: {metadata}");
        }
        // Every font is in the file.
        let fonts: Vec<_> = dictionaries(&document).filter(|known| is_of_type(known, "FontDescriptor")).collect();
        assert!(!fonts.is_empty());
        for font in fonts {
            assert!(font.has(b"FontFile2") || font.has(b"FontFile3"), "{font:?}");
        }
        // Every picture says what it shows.
        let role = |known: &Dictionary, name: &str| {
            known.get(b"S").and_then(Object::as_name).is_ok_and(|role| role == name.as_bytes())
        };
        let figures: Vec<_> = dictionaries(&document).filter(|known| role(known, "Figure")).collect();
        assert_eq!(figures.len(), 4);
        assert!(figures.iter().all(|figure| figure.has(b"Alt")));
        assert!(dictionaries(&document).filter(|known| role(known, "TH")).count() >= 3);
    }
}

on_both! {
    async fn a_frozen_report_is_the_same_file_on_another_day(app: TestApp) {
        let admin = app.admin().await;
        admin.post("/api/v1/imports", reference_year()).await.ok(200);
        admin.post(REPORTS, json!({ "from": "2016-01-01", "to": "2016-12-31" })).await.ok(201);
        let report = format!("{REPORTS}/sprawozdanie-2016");
        for to in ["in_review", "approved", "frozen"] {
            admin.step(&report, json!({ "to": to })).await.ok(200);
        }
        let first = read(&app, &format!("{report}.pdf"), "pl").await;
        app.pass(40 * 86_400);
        let later = read(&app, &format!("{report}.pdf"), "pl").await;
        assert!(first.bytes == later.bytes && first.header("etag") == later.header("etag"));
    }
}

on_both! {
    async fn a_letter_without_a_shape_is_a_box(app: TestApp) {
        let admin = app.admin().await;
        admin.post("/api/v1/imports", reference_year()).await.ok(200);
        let draft = json!({ "from": "2016-01-01", "to": "2016-12-31", "title": "Sprawozdanie 🎉 报告 2016" });
        admin.post(REPORTS, draft).await.ok(201);
        let report = format!("{REPORTS}/sprawozdanie-2016");
        for to in ["in_review", "approved", "frozen"] {
            admin.step(&report, json!({ "to": to })).await.ok(200);
        }
        let answer = read(&app, &format!("{report}.pdf"), "pl").await;
        let text = text(&Document::load_mem(&answer.bytes).unwrap());
        assert!(text.starts_with("Sprawozdanie□□□2016"), "{text}");
    }
}
