//! The report as a page: semantic, readable without styles, with nothing to run.

use domain::language::Language;
use domain::report::content::Wording;
use domain::report::typography::non_breaking;
use domain::report::{Block, ListStyle};
use maud::{DOCTYPE, Markup, html};

/// Renders the report of a partnership.
pub fn render(partnership: &str, report: &Wording, language: Language) -> Markup {
    html! {
        (DOCTYPE)
        html lang=(language.tag()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (report.title) " – " (partnership) }
            }
            body {
                main {
                    header { h1 { (report.title) } p { (partnership) } }
                    @for section in &report.sections {
                        section aria-labelledby=(section.key) {
                            h2 id=(section.key) { (section.heading) }
                            @for block in section.blocks() { (self::block(&block)) }
                        }
                    }
                    @if !report.warnings.is_empty() {
                        section aria-labelledby="warnings" {
                            h2 id="warnings" { (report.warnings_heading) }
                            ul { @for warning in &report.warnings { li { (warning.detail) } } }
                        }
                    }
                }
            }
        }
    }
}

fn block(block: &Block<'_>) -> Markup {
    let items = |items: &[String]| html! { @for item in items { li { (non_breaking(item)) } } };
    html! {
        @match block {
            Block::Paragraph(text) => p { (non_breaking(text)) },
            Block::List(ListStyle::Sentences, list) => ol { (items(list)) },
            Block::List(_, list) => ul { (items(list)) },
        }
    }
}
