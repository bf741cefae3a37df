//! Catalogues of open data: what is described is there.

use std::collections::HashSet;

use serde_json::Value;

use crate::import::reference_year;
use crate::support::{TestApp, on_both};

fn list<'a>(value: &'a Value, name: &str) -> &'a Vec<Value> {
    value[name]
        .as_array()
        .unwrap_or_else(|| panic!("no {name} in {value}"))
}

on_both! {
    with |config| config.data_licence = Some("https://creativecommons.org/licenses/by/4.0/".to_owned());
    async fn every_data_set_is_described_and_there(app: TestApp) {
        let anonymous = app.anonymous();
        assert_eq!(anonymous.get("/api/v1/catalog.jsonld").await.ok(200)["dcat:dataset"], serde_json::json!([]));
        let admin = app.admin().await;
        admin.post("/api/v1/imports", reference_year()).await.ok(200);
        let answer = anonymous.get("/api/v1/catalog.jsonld").await;
        assert_eq!(answer.header("content-type"), "application/ld+json");
        let catalog = answer.ok(200);
        // What DCAT-AP 3 makes mandatory.
        for name in ["dct:title", "dct:description", "dct:publisher"] {
            assert!(!catalog[name].is_null(), "{name}");
        }
        assert_eq!(catalog["@type"], "dcat:Catalog");
        let sets = list(&catalog, "dcat:dataset");
        assert_eq!(sets.len(), 7);
        let mut ids = HashSet::new();
        for set in sets {
            assert!(ids.insert(set["@id"].as_str().unwrap()));
            assert_eq!(set["@type"], "dcat:Dataset");
            for name in ["dct:title", "dct:description"] {
                let languages: Vec<&str> = list(set, name).iter().map(|text| text["@language"].as_str().unwrap()).collect();
                assert_eq!(languages, ["pl", "en"]);
            }
            for distribution in list(set, "dcat:distribution") {
                assert_eq!(distribution["dct:license"]["@id"], "https://creativecommons.org/licenses/by/4.0/");
                let url = distribution["dcat:downloadURL"]["@id"].as_str().unwrap();
                let path = url.strip_prefix(&app.base).unwrap();
                let answer = anonymous.request("GET", path).send().await.unwrap();
                assert_eq!(answer.status(), 200, "{url}");
                let media_type = distribution["dcat:mediaType"]["@id"].as_str().unwrap();
                let sent = answer.headers()["content-type"].to_str().unwrap();
                assert!(media_type.ends_with(sent.split(';').next().unwrap()), "{media_type} {sent}");
            }
        }
        let again = anonymous.request("GET", "/api/v1/catalog.jsonld").header("if-none-match", answer.header("etag"));
        assert_eq!(anonymous.send(again).await.status, 304);
    }
}

on_both! {
    async fn the_harvester_reads_the_same(app: TestApp) {
        let admin = app.admin().await;
        admin.post("/api/v1/imports", reference_year()).await.ok(200);
        let anonymous = app.anonymous();
        let file = anonymous.get("/api/v1/dane-gov-pl.xml").await;
        assert_eq!((file.status, file.header("content-type")), (200, "application/xml; charset=utf-8"));
        let document = roxmltree::Document::parse(&file.text).unwrap();
        let root = document.root_element();
        assert_eq!((root.tag_name().name(), root.tag_name().namespace()), ("datasets", Some("urn:otwarte-dane:harvester:1.13")));
        let sets: Vec<_> = root.children().filter(|node| node.has_tag_name("dataset")).collect();
        assert_eq!(sets.len(), 7);
        let mut idents = HashSet::new();
        for node in document.descendants().filter(|node| node.has_tag_name("extIdent")) {
            let ident = node.text().unwrap();
            assert!(ident.len() <= 36 && idents.insert(ident), "{ident}");
        }
        // The order that the instruction gives.
        let names: Vec<&str> = sets[0].children().filter(|node| node.is_element()).map(|node| node.tag_name().name()).collect();
        assert_eq!(names, [
            "extIdent", "title", "description", "url", "updateFrequency", "hasDynamicData", "hasHighValueData",
            "hasHighValueDataFromEuropeanCommissionList", "hasResearchData", "categories", "resources", "tags",
        ]);
        for node in document.descendants().filter(|node| node.has_tag_name("resource")) {
            let url = node.children().find(|node| node.has_tag_name("url")).unwrap().text().unwrap();
            let path = url.strip_prefix(&app.base).unwrap();
            assert_eq!(anonymous.request("GET", path).send().await.unwrap().status(), 200, "{url}");
        }
        let sum = anonymous.get("/api/v1/dane-gov-pl.md5").await;
        assert_eq!(sum.text.len(), 32);
        let again = anonymous.get("/api/v1/dane-gov-pl.xml").await;
        assert_eq!(again.text, file.text);
        // Another state, another sum.
        let change = serde_json::json!({ "title": "Nowe spotkanie", "kind": "information", "held_on": "2030-01-01" });
        admin.post("/api/v1/partnerships/partnerstwo-lubuskie/communiques", serde_json::json!({ "title": "Nowy", "body": "x" })).await.ok(201);
        admin.post("/api/v1/partnerships/partnerstwo-lubuskie/meetings", change).await.ok(201);
        let asked = anonymous.request("GET", "/api/v1/dane-gov-pl.xml").header("if-none-match", file.header("etag"));
        assert_eq!(anonymous.send(asked).await.status, 200);
    }
}
