//! The formats in which a report is handed in.

use std::io::{Cursor, Read};

use calamine::{Data, Reader, Xlsx};
use roxmltree::Document;
use serde_json::json;
use zip::ZipArchive;

use crate::import::reference_year;
use crate::support::{Answer, TestApp, on_both};

const LIVE: &str = "/api/v1/partnerships/partnerstwo-lubuskie/reports/activity";

async fn read(app: &TestApp, suffix: &str, language: &str) -> Answer {
    let anonymous = app.anonymous();
    let request = anonymous.request("GET", &format!("{LIVE}.{suffix}?year=2016"));
    let answer = anonymous
        .send(request.header("accept-language", language))
        .await;
    assert_eq!(answer.status, 200, "{suffix}: {}", answer.text);
    assert_eq!(answer.header("content-language"), language);
    answer
}

fn part(archive: &[u8], name: &str) -> String {
    let mut archive = ZipArchive::new(Cursor::new(archive)).unwrap();
    let mut text = String::new();
    let mut part = archive.by_name(name).unwrap();
    part.read_to_string(&mut text).unwrap();
    text
}

on_both! {
    async fn a_workbook_has_figures_and_their_records(app: TestApp) {
        app.admin().await.post("/api/v1/imports", reference_year()).await.ok(200);
        let answer = read(&app, "xlsx", "pl").await;
        assert_eq!(answer.header("content-disposition"), "attachment; filename=\"sprawozdanie-2016.xlsx\"");
        assert_eq!(answer.header("content-type"), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet");
        let mut book: Xlsx<_> = Xlsx::new(Cursor::new(answer.bytes)).unwrap();
        let names = book.sheet_names();
        assert_eq!(names[..2], ["Wskaźniki", "1 Sygnatariusze"]);
        let figures = book.worksheet_range("Wskaźniki").unwrap();
        let row = |label: &str| figures.rows().find(|row| row[0] == Data::String(label.to_owned())).map(<[Data]>::to_vec);
        let signatories = row("Sygnatariusze").unwrap();
        assert_eq!(signatories[1..], [Data::Float(69.0), Data::Float(69.0), Data::String("1 Sygnatariusze".to_owned())]);
        let business = row("Sygnatariusze według sektora: środowisko biznesu").unwrap();
        assert_eq!(business[1], Data::Float(2.0));
        assert_eq!(row("Data spotkania sygnatariuszy").unwrap()[1], Data::String("18.11.2016".to_owned()));
        let records = book.worksheet_range("1 Sygnatariusze").unwrap();
        assert_eq!(records.height(), 70);
        let council = names.iter().find(|name| name.contains("Spotkania Rady")).unwrap().clone();
        let council = book.worksheet_range(&council).unwrap();
        let meetings: Vec<&Data> = council.rows().skip(1).map(|row| &row[1]).collect();
        let expected = [1, 2, 3, 4].map(|number| Data::String(format!("rada-2016-{number}")));
        assert_eq!(meetings, expected.iter().collect::<Vec<_>>());
        let english = read(&app, "xlsx", "en").await;
        let book: Xlsx<_> = Xlsx::new(Cursor::new(english.bytes)).unwrap();
        assert_eq!(book.sheet_names()[0], "Figures");
    }
}

on_both! {
    async fn a_document_has_headings_lists_and_a_table(app: TestApp) {
        app.admin().await.post("/api/v1/imports", reference_year()).await.ok(200);
        let answer = read(&app, "docx", "pl").await;
        assert_eq!(answer.header("content-disposition"), "attachment; filename=\"sprawozdanie-2016.docx\"");
        let text = part(&answer.bytes, "word/document.xml");
        let document = Document::parse(&text).unwrap();
        let named = |name: &'static str| document.descendants().filter(move |node| node.has_tag_name((W, name)));
        const W: &str = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
        let paragraph_text = |paragraph: roxmltree::Node<'_, '_>| {
            let texts = paragraph.descendants().filter(|node| node.has_tag_name((W, "t")));
            texts.filter_map(|node| node.text().map(str::to_owned)).collect::<String>().replace('\u{a0}', " ")
        };
        let styled = |style: &str| {
            let of_style = |node: &roxmltree::Node<'_, '_>| {
                let mut styles = node.descendants().filter(|node| node.has_tag_name((W, "pStyle")));
                styles.any(|node| node.attribute((W, "val")) == Some(style))
            };
            named("p").filter(of_style).map(paragraph_text).collect::<Vec<_>>()
        };
        assert_eq!(styled("Title"), ["Sprawozdanie z działalności w 2016 r."]);
        let headings = styled("Heading1");
        assert_eq!((headings[0].as_str(), headings.last().unwrap().as_str()), ("Umowa partnerstwa", "Wskaźniki"));
        let numbered = named("p").filter(|node| node.descendants().any(|node| node.has_tag_name((W, "numPr"))));
        let items: Vec<String> = numbered.map(paragraph_text).collect();
        assert!(items.contains(&"promocję i wsparcie rozwoju ekonomii społecznej,".to_owned()), "{items:?}");
        assert_eq!(named("tbl").count(), 1);
        assert!(named("tr").count() > 40);
        // Every part can be read, and every style that is named is there.
        let styles = part(&answer.bytes, "word/styles.xml");
        assert!(styles.contains("w:styleId=\"Heading1\"") && styles.contains("w:styleId=\"Title\""));
        let mut archive = ZipArchive::new(Cursor::new(&answer.bytes)).unwrap();
        let names: Vec<String> = archive.file_names().map(|name| name.unwrap().into_owned()).collect();
        for name in names.iter().filter(|name| name.ends_with(".xml") || name.ends_with(".rels")) {
            let mut text = String::new();
            archive.by_name(name).unwrap().read_to_string(&mut text).unwrap();
            assert!(Document::parse(&text).is_ok(), "{name}");
        }
    }
}

on_both! {
    async fn every_figure_of_the_page_leads_to_its_records(app: TestApp) {
        let admin = app.admin().await;
        admin.post("/api/v1/imports", reference_year()).await.ok(200);
        let answer = read(&app, "html", "pl").await;
        assert!(answer.header("content-security-policy").contains("style-src 'sha256-"));
        let page = answer.text.replace("<!DOCTYPE html>", "").replace("<meta charset=\"utf-8\">", "");
        let page = page.replace("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">", "");
        let page = Document::parse(&page).unwrap();
        let links: Vec<(&str, String)> = page
            .descendants()
            .filter(|node| node.has_tag_name("a"))
            .map(|node| (node.attribute("href").unwrap(), node.text().unwrap_or_default().to_owned()))
            .collect();
        let in_text = |number: &str, list: &str| links.iter().any(|(href, text)| text == number && href.contains(list));
        for (number, list) in [("69", "/signatories?as_of"), ("cztery", "kind=council"), ("24", "kind=information"), ("4", "/communiques?")] {
            assert!(in_text(number, list), "{number} {list}: {links:?}");
        }
        // The list of each is there, for everybody.
        let hrefs: std::collections::BTreeSet<&str> = links.iter().map(|(href, _)| *href).collect();
        assert!(hrefs.len() > 30, "{hrefs:?}");
        for href in hrefs {
            app.anonymous().get(href).await.ok(200);
        }
        // Each chart has its numbers beside it.
        let charts: Vec<_> = page.descendants().filter(|node| node.has_tag_name("figure")).collect();
        assert_eq!(charts.len(), 4);
        for chart in &charts {
            assert!(chart.descendants().any(|node| node.tag_name().name() == "svg"));
            assert!(chart.descendants().filter(|node| node.has_tag_name("td")).count() > 1);
        }
        // Beside frozen reports of earlier years it shows them, too.
        let p = "/api/v1/partnerships/partnerstwo-lubuskie/reports";
        let earlier = admin.post(p, json!({ "from": "2015-01-01", "to": "2015-12-31" })).await;
        earlier.ok(201);
        for to in ["in_review", "approved", "frozen"] {
            admin.step(earlier.header("location"), json!({ "to": to })).await.ok(200);
        }
        let beside = read(&app, "html", "en").await;
        assert!(beside.text.contains("id=\"chart-years\"") && beside.text.contains(" 2015</th>"));
    }
}

#[cfg(not(feature = "pdf"))]
on_both! {
    async fn a_server_that_was_built_without_pdf_says_so(app: TestApp) {
        app.admin().await.post("/api/v1/imports", reference_year()).await.ok(200);
        app.anonymous().get(&format!("{LIVE}.pdf?year=2016")).await.problem(501, "not-implemented");
    }
}
