//! Feeds as they are written: Atom, and JSON Feed.

use atom_syndication::{Content, Entry, Error, Generator, Link, Person, Text};
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::xml;

/// A feed, whatever it is written in.
pub struct Feed {
    /// What it is called.
    pub title: String,
    /// Where it is.
    pub url: String,
    /// Where the partnership is read.
    pub home: String,
    /// Who speaks.
    pub author: String,
    /// The newest first.
    pub entries: Vec<FeedItem>,
    /// When something last changed in it; when the partnership did, of an empty one.
    pub updated: DateTime<Utc>,
}

/// An entry of a feed.
pub struct FeedItem {
    /// The record.
    pub id: Uuid,
    /// What it is called.
    pub title: String,
    /// What it says.
    pub text: Option<String>,
    /// Where it is read.
    pub url: String,
    /// When it was recorded.
    pub published: DateTime<Utc>,
    /// When it was last changed.
    pub updated: DateTime<Utc>,
}

fn link(rel: &str, href: &str, mime_type: &str) -> Link {
    Link {
        href: href.to_owned(),
        rel: rel.to_owned(),
        mime_type: Some(mime_type.to_owned()),
        ..Link::default()
    }
}

/// RFC 4287.
pub fn atom(feed: &Feed) -> Result<Vec<u8>, Error> {
    let entry = |item: &FeedItem| Entry {
        title: Text::plain(xml::text(&item.title).into_owned()),
        id: item.id.urn().to_string(),
        updated: item.updated.into(),
        published: Some(item.published.into()),
        links: vec![link("alternate", &item.url, "application/json")],
        content: item.text.clone().map(|text| Content {
            value: Some(xml::text(&text).into_owned()),
            content_type: Some("text".to_owned()),
            ..Content::default()
        }),
        ..Entry::default()
    };
    let atom = atom_syndication::Feed {
        title: Text::plain(xml::text(&feed.title).into_owned()),
        id: feed.url.clone(),
        updated: feed.updated.into(),
        authors: vec![Person {
            name: xml::text(&feed.author).into_owned(),
            ..Person::default()
        }],
        generator: Some(Generator {
            value: "Partnerstwo".to_owned(),
            ..Generator::default()
        }),
        links: vec![
            link("self", &feed.url, "application/atom+xml"),
            link("alternate", &feed.home, "application/json"),
        ],
        lang: Some("pl".to_owned()),
        entries: feed.entries.iter().map(entry).collect(),
        ..atom_syndication::Feed::default()
    };
    atom.write_to(Vec::new())
}

/// A feed by [JSON Feed 1.1](https://www.jsonfeed.org/version/1.1/).
#[derive(Debug, Serialize, ToSchema)]
pub struct JsonFeedOut {
    /// Always `https://jsonfeed.org/version/1.1`.
    #[schema(example = "https://jsonfeed.org/version/1.1")]
    pub version: String,
    /// What it is called.
    #[schema(example = "Komunikaty – Partnerstwo Lokalne na rzecz Ekonomii Społecznej")]
    pub title: String,
    /// Where the partnership is read.
    #[schema(
        example = "http://127.0.0.1:8080/api/v1/partnerships/0198c0de-0000-7000-8000-000000000002"
    )]
    pub home_page_url: String,
    /// Where it is.
    #[schema(
        example = "http://127.0.0.1:8080/api/v1/partnerships/partnerstwo-lubuskie/feeds/communiques.json"
    )]
    pub feed_url: String,
    /// Always `pl`.
    #[schema(example = "pl")]
    pub language: String,
    /// Who speaks.
    #[schema(max_items = 1)]
    pub authors: Vec<JsonFeedAuthor>,
    /// The newest first.
    #[schema(max_items = 50)]
    pub items: Vec<JsonFeedItem>,
}

/// Who speaks in a feed.
#[derive(Debug, Serialize, ToSchema)]
pub struct JsonFeedAuthor {
    /// The partnership's name.
    #[schema(example = "Partnerstwo Lokalne na rzecz Ekonomii Społecznej")]
    pub name: String,
}

/// An entry of a feed.
#[derive(Debug, Serialize, ToSchema)]
pub struct JsonFeedItem {
    /// `urn:uuid:` and the id of the record.
    #[schema(example = "urn:uuid:0198c0de-0000-7000-8000-000000000014")]
    pub id: String,
    /// Where it is read.
    #[schema(
        example = "http://127.0.0.1:8080/api/v1/partnerships/0198c0de-0000-7000-8000-000000000002/communiques/0198c0de-0000-7000-8000-000000000014"
    )]
    pub url: String,
    /// What it is called.
    #[schema(example = "1/2016: Nabór wniosków dla podmiotów ekonomii społecznej")]
    pub title: String,
    /// What it says.
    #[schema(example = "Od 1 marca 2016 r. można składać wnioski.")]
    pub content_text: String,
    /// When it was recorded.
    #[schema(example = "2016-03-01T12:30:00Z")]
    pub date_published: DateTime<Utc>,
    /// When it was last changed.
    #[schema(example = "2016-03-01T12:30:00Z")]
    pub date_modified: DateTime<Utc>,
}

impl JsonFeedOut {
    /// Writes a feed.
    pub fn of(feed: &Feed) -> Self {
        let item = |item: &FeedItem| JsonFeedItem {
            id: item.id.urn().to_string(),
            url: item.url.clone(),
            title: item.title.clone(),
            // One of the contents must be there.
            content_text: item.text.clone().unwrap_or_else(|| item.title.clone()),
            date_published: item.published,
            date_modified: item.updated,
        };
        Self {
            version: "https://jsonfeed.org/version/1.1".to_owned(),
            title: feed.title.clone(),
            home_page_url: feed.home.clone(),
            feed_url: feed.url.clone(),
            language: "pl".to_owned(),
            authors: vec![JsonFeedAuthor {
                name: feed.author.clone(),
            }],
            items: feed.entries.iter().map(item).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use roxmltree::Document;
    use uuid::Uuid;

    use super::*;

    #[test]
    fn whatever_a_text_holds_a_feed_can_be_read() {
        let texts = xml::all_of_unicode();
        let item = |text: &String| FeedItem {
            id: Uuid::nil(),
            title: text.clone(),
            text: Some(text.clone()),
            url: "https://x.example/".to_owned(),
            published: DateTime::UNIX_EPOCH,
            updated: DateTime::UNIX_EPOCH,
        };
        let feed = Feed {
            title: texts[0].clone(),
            url: "https://x.example/feed".to_owned(),
            home: "https://x.example/".to_owned(),
            author: texts[0].clone(),
            entries: texts.iter().map(item).collect(),
            updated: DateTime::UNIX_EPOCH,
        };
        let written = String::from_utf8(atom(&feed).unwrap()).unwrap();
        let document = Document::parse(&written).unwrap();
        let named = |name: &'static str| {
            let nodes = document.descendants();
            let nodes =
                nodes.filter(move |node| node.has_tag_name(("http://www.w3.org/2005/Atom", name)));
            nodes.map(|node| node.text().unwrap_or_default().to_owned())
        };
        let expected: Vec<String> = texts.iter().map(|text| xml::as_read(text)).collect();
        assert_eq!(named("content").collect::<Vec<_>>(), expected);
        assert_eq!(named("title").skip(1).collect::<Vec<_>>(), expected);
        assert_eq!(named("name").collect::<Vec<_>>(), expected[..1]);
    }
}
