//! The report as a page: semantic, with a style for paper, and nothing to run. Every figure leads to its records.

use std::sync::LazyLock;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::language::Language;
use domain::report::content::{WordedSentence, Wording};
use domain::report::edit::number_spans;
use domain::report::typography::non_breaking;
use domain::report::{Block, Content, ListStyle};
use maud::{DOCTYPE, Markup, PreEscaped, html};
use sha2::{Digest, Sha256};

use super::words::say;
use super::{charts, figures};

const STYLE: &str = include_str!("report.css");

/// Nothing styles the page but what is written here, and nothing runs.
pub static POLICY: LazyLock<String> = LazyLock::new(|| {
    let hash = STANDARD.encode(Sha256::digest(STYLE));
    format!(
        "default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; frame-ancestors 'none'; form-action 'none'"
    )
});

/// Renders the report of a partnership; `earlier` are reports of earlier years that it is shown beside.
pub fn render(
    content: &Content,
    report: &Wording,
    language: Language,
    earlier: &[Content],
) -> Markup {
    let partnership = &content.partnership.name;
    html! {
        (DOCTYPE)
        html lang=(language.tag()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (report.title) " – " (partnership) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                main {
                    header { h1 { (report.title) } p { (partnership) } }
                    @for section in &report.sections {
                        section aria-labelledby=(section.key) {
                            h2 id=(section.key) { (section.heading) }
                            @for block in section.blocks() {
                                (self::block(&block, &section.sentences, content))
                            }
                        }
                    }
                    @if !report.warnings.is_empty() {
                        section aria-labelledby="warnings" {
                            h2 id="warnings" { (report.warnings_heading) }
                            ul { @for warning in &report.warnings { li { (warning.detail) } } }
                        }
                    }
                    (charts::section(&charts::of(content, language, earlier), language))
                    (table(content, language))
                }
            }
        }
    }
}

fn block(block: &Block<'_>, sentences: &[WordedSentence], content: &Content) -> Markup {
    let items = |items: &[String]| html! { @for item in items { li { (non_breaking(item)) } } };
    html! {
        @match block {
            Block::Paragraph(text) => p { (linked(text, sentences, content)) },
            Block::List(ListStyle::Sentences, list) => ol { (items(list)) },
            Block::List(_, list) => ul { (items(list)) },
        }
    }
}

/// A paragraph in which each number that is a figure leads to the records that it counts.
fn linked(text: &str, sentences: &[WordedSentence], content: &Content) -> Markup {
    let is_said = |sentence: &&WordedSentence| {
        sentence.text == text || sentence.lead.as_deref() == Some(text)
    };
    let figures = sentences
        .iter()
        .find(is_said)
        .map(|sentence| &sentence.figures);
    let mut figures: Vec<_> = figures
        .into_iter()
        .flatten()
        .filter_map(|key| content.figures.get(key))
        .filter(|figure| figure.value.is_u64())
        .collect();
    let mut parts = Vec::new();
    let mut rest = 0;
    for (span, number) in number_spans(text) {
        let place = figures
            .iter()
            .position(|figure| figure.value.as_u64() == Some(number));
        if let Some(place) = place {
            let figure = figures.remove(place);
            parts.push((
                &text[rest..span.start],
                Some((&text[span.clone()], &figure.href)),
            ));
            rest = span.end;
        }
    }
    parts.push((&text[rest..], None));
    html! {
        @for (before, link) in parts {
            (non_breaking(before))
            @if let Some((number, href)) = link { a href=(href) { (number) } }
        }
    }
}

/// All figures, each with a link to its records.
fn table(content: &Content, language: Language) -> Markup {
    html! {
        section aria-labelledby="figures" {
            h2 id="figures" { (say(language, "figures")) }
            table {
                thead { tr {
                    @for name in ["figure", "value", "records"] { th scope="col" { (say(language, name)) } }
                } }
                tbody { @for (key, figure) in figures::in_order(content) {
                    @for shown in figures::values(content, key, figure, language) { tr {
                        th scope="row" { (shown.label) }
                        td { a href=(figure.href) { @if shown.value.is_empty() { "–" } @else { (shown.value) } } }
                        td { (figure.records.len()) }
                    } }
                } }
            }
        }
    }
}
