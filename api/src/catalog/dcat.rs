//! The catalogue by [DCAT-AP 3](https://semiceu.github.io/DCAT-AP/releases/3.0.0/), in JSON-LD.

use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::dataset::{Both, Dataset, Distribution};

const FILE_TYPES: &str = "http://publications.europa.eu/resource/authority/file-type/";
const MEDIA_TYPES: &str = "https://www.iana.org/assignments/media-types/";
const THEMES: &str = "http://publications.europa.eu/resource/authority/data-theme/";
const ACCESS: &str = "http://publications.europa.eu/resource/authority/access-right/PUBLIC";
const POLAND: &str = "http://publications.europa.eu/resource/authority/country/POL";
const LANGUAGES: &str = "http://publications.europa.eu/resource/authority/language/";

/// A catalogue in JSON-LD.
#[derive(Debug, Serialize, ToSchema)]
pub struct CatalogOut {
    /// What the names stand for.
    #[serde(rename = "@context")]
    #[schema(value_type = Object)]
    pub context: Value,
    /// Where the catalogue is.
    #[serde(rename = "@id")]
    #[schema(example = "http://127.0.0.1:8080/api/v1/catalog.jsonld")]
    pub id: String,
    /// Always `dcat:Catalog`.
    #[serde(rename = "@type")]
    #[schema(example = "dcat:Catalog")]
    pub r#type: String,
    /// Its title, description, publisher and data sets.
    #[serde(flatten)]
    #[schema(ignore)]
    pub properties: Value,
}

fn texts(both: &Both) -> Value {
    json!([
        { "@language": "pl", "@value": both.pl },
        { "@language": "en", "@value": both.en },
    ])
}

fn reference(url: &str) -> Value {
    json!({ "@id": url })
}

impl CatalogOut {
    /// Describes data sets.
    pub fn of(base: &str, licence: Option<&str>, datasets: &[Dataset]) -> Self {
        let title = Both {
            pl: "Otwarte dane lokalnych partnerstw na rzecz ekonomii społecznej".to_owned(),
            en: "Open data of local partnerships for the social economy".to_owned(),
        };
        let id = format!("{base}/api/v1/catalog.jsonld");
        let service = format!("{base}/api/v1");
        let mut properties = json!({
            "dct:title": texts(&title),
            "dct:description": texts(&title),
            "dct:publisher": {
                "@id": format!("{base}/#publisher"), "@type": "foaf:Agent", "foaf:name": "Partnerstwo",
            },
            "dct:language": [reference(&format!("{LANGUAGES}POL"))],
            "dcat:themeTaxonomy": reference(THEMES.trim_end_matches('/')),
            "dcat:service": [{
                "@id": service,
                "@type": "dcat:DataService",
                "dct:title": texts(&Both { pl: "Interfejs programistyczny".to_owned(), en: "API".to_owned() }),
                "dcat:endpointURL": reference(&service),
                "dcat:endpointDescription": reference(&format!("{base}/openapi.json")),
            }],
            "dcat:dataset": datasets.iter().map(|one| dataset(base, licence, one)).collect::<Vec<_>>(),
        });
        if let Some(newest) = datasets.iter().map(|dataset| dataset.modified).max() {
            properties["dct:modified"] =
                json!({ "@type": "xsd:dateTime", "@value": newest.to_rfc3339() });
        }
        if let Some(licence) = licence {
            properties["dct:license"] = reference(licence);
        }
        Self {
            context: json!({
                "dcat": "http://www.w3.org/ns/dcat#",
                "dct": "http://purl.org/dc/terms/",
                "foaf": "http://xmlns.com/foaf/0.1/",
                "xsd": "http://www.w3.org/2001/XMLSchema#",
            }),
            id,
            r#type: "dcat:Catalog".to_owned(),
            properties,
        }
    }
}

fn dataset(base: &str, licence: Option<&str>, dataset: &Dataset) -> Value {
    let id = format!("{}#{}", dataset.home, dataset.letter);
    json!({
        "@id": id,
        "@type": "dcat:Dataset",
        "dct:identifier": id,
        "dct:title": texts(&dataset.title),
        "dct:description": texts(&dataset.description),
        "dct:publisher": { "@id": dataset.home, "@type": "foaf:Agent", "foaf:name": dataset.publisher },
        "dct:language": [reference(&format!("{LANGUAGES}POL"))],
        "dct:spatial": [reference(POLAND)],
        "dct:accessRights": reference(ACCESS),
        "dct:modified": { "@type": "xsd:dateTime", "@value": dataset.modified.to_rfc3339() },
        "dcat:theme": [reference(&format!("{THEMES}SOCI"))],
        "dcat:landingPage": reference(&dataset.home),
        "dcat:distribution": dataset.distributions.iter().map(|one| distribution(base, licence, one)).collect::<Vec<_>>(),
        "dct:temporal": [{
            "@type": "dct:PeriodOfTime",
            "dcat:startDate": { "@type": "xsd:date", "@value": dataset.since.to_string() },
        }],
    })
}

fn distribution(base: &str, licence: Option<&str>, distribution: &Distribution) -> Value {
    let mut described = json!({
        "@id": format!("{}#distribution", distribution.url),
        "@type": "dcat:Distribution",
        "dct:title": distribution.name,
        "dct:format": reference(&format!("{FILE_TYPES}{}", distribution.file_type)),
        "dcat:mediaType": reference(&format!("{MEDIA_TYPES}{}", distribution.media_type)),
        "dcat:accessURL": reference(&distribution.url),
        "dcat:downloadURL": reference(&distribution.url),
        "dcat:accessService": reference(&format!("{base}/api/v1")),
    });
    if let Some(licence) = licence {
        described["dct:license"] = reference(licence);
    }
    described
}
