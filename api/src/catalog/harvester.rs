//! The file of the harvester of dane.gov.pl, schema 1.13 ("Instrukcja przygotowania pliku XML").

use quick_xml::SeError;
use quick_xml::se::Serializer;
use serde::Serialize;

use super::dataset::{Both, Dataset};
use crate::xml;

#[derive(Serialize)]
struct Root {
    #[serde(rename = "@xmlns:ns2")]
    namespace: &'static str,
    #[serde(rename = "@xmlns:xsi")]
    instances: &'static str,
    dataset: Vec<Described>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Described {
    #[serde(rename = "@status")]
    status: &'static str,
    ext_ident: String,
    title: Texts,
    description: Texts,
    url: String,
    update_frequency: &'static str,
    has_dynamic_data: bool,
    has_high_value_data: bool,
    has_high_value_data_from_european_commission_list: bool,
    has_research_data: bool,
    categories: Categories,
    resources: Resources,
    tags: Tags,
}

#[derive(Serialize)]
struct Texts {
    polish: String,
    english: String,
}

#[derive(Serialize)]
struct Categories {
    category: [&'static str; 1],
}

#[derive(Serialize)]
struct Resources {
    resource: Vec<Resource>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Resource {
    #[serde(rename = "@status")]
    status: &'static str,
    ext_ident: String,
    url: String,
    title: Texts,
    description: Texts,
    availability: &'static str,
    data_date: String,
    has_dynamic_data: bool,
    has_high_value_data: bool,
    has_high_value_data_from_european_commission_list: bool,
    has_research_data: bool,
    contains_protected_data: bool,
}

#[derive(Serialize)]
struct Tags {
    tag: Vec<Tag>,
}

#[derive(Serialize)]
struct Tag {
    #[serde(rename = "@lang")]
    lang: &'static str,
    #[serde(rename = "$text")]
    text: &'static str,
}

fn texts(both: &Both, more: &str) -> Texts {
    let text = |said: &str| xml::text(&format!("{said}{more}")).into_owned();
    Texts {
        polish: text(&both.pl),
        english: text(&both.en),
    }
}

fn described(dataset: &Dataset) -> Described {
    // At most 36 characters: the digits of the id and what tells the data set and its files apart.
    let ident = format!("{}-{}", dataset.partnership.simple(), dataset.letter);
    let resource = |distribution: &super::dataset::Distribution| Resource {
        status: "published",
        ext_ident: format!("{ident}{}", distribution.letter),
        url: distribution.url.clone(),
        title: texts(&dataset.title, &format!(" ({})", distribution.name)),
        description: texts(&dataset.description, ""),
        availability: "remote",
        data_date: dataset.modified.date_naive().to_string(),
        has_dynamic_data: false,
        has_high_value_data: false,
        has_high_value_data_from_european_commission_list: false,
        has_research_data: false,
        contains_protected_data: false,
    };
    Described {
        status: "published",
        resources: Resources {
            resource: dataset.distributions.iter().map(resource).collect(),
        },
        ext_ident: ident,
        title: texts(&dataset.title, ""),
        description: texts(&dataset.description, ""),
        url: dataset.home.clone(),
        update_frequency: "daily",
        has_dynamic_data: false,
        has_high_value_data: false,
        has_high_value_data_from_european_commission_list: false,
        has_research_data: false,
        categories: Categories { category: ["SOCI"] },
        tags: Tags {
            tag: vec![Tag {
                lang: "pl",
                text: "ekonomia społeczna",
            }],
        },
    }
}

/// The file.
pub fn write(datasets: &[Dataset]) -> Result<String, SeError> {
    let root = Root {
        namespace: "urn:otwarte-dane:harvester:1.13",
        instances: "http://www.w3.org/2001/XMLSchema-instance",
        dataset: datasets.iter().map(described).collect(),
    };
    let mut text = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let mut serializer = Serializer::with_root(&mut text, Some("ns2:datasets"))?;
    serializer.indent(' ', 2);
    root.serialize(serializer)?;
    text.push('\n');
    Ok(text)
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, NaiveDate};
    use roxmltree::Document;
    use uuid::Uuid;

    use super::*;

    #[test]
    fn whatever_a_text_holds_the_file_can_be_read() {
        let texts = xml::all_of_unicode();
        let dataset = |text: &String| {
            let both = || Both {
                pl: text.clone(),
                en: text.clone(),
            };
            Dataset {
                partnership: Uuid::nil(),
                letter: 's',
                title: both(),
                description: both(),
                publisher: text.clone(),
                home: "https://x.example/".to_owned(),
                modified: DateTime::UNIX_EPOCH,
                since: NaiveDate::MIN,
                distributions: Vec::new(),
            }
        };
        let datasets: Vec<Dataset> = texts.iter().map(dataset).collect();
        let written = write(&datasets).unwrap();
        let document = Document::parse(&written).unwrap();
        let said = document.descendants();
        let said = said.filter(|node| node.has_tag_name("polish"));
        let said: Vec<&str> = said.map(|node| node.text().unwrap_or_default()).collect();
        let expected: Vec<String> = texts.iter().map(|text| xml::as_read(text)).collect();
        assert_eq!(said.len(), 2 * expected.len());
        for (said, expected) in said.chunks(2).zip(&expected) {
            assert!(said.iter().all(|said| xml::as_read(said) == *expected));
        }
    }
}
