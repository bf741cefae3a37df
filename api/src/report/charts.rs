//! What is better looked at than read: bars drawn on the server, each chart with its numbers in a table.

use std::collections::BTreeMap;

use chrono::Datelike;
use domain::language::Language;
use domain::report::Content;
use maud::{Markup, PreEscaped, html};
use plotters::coord::ranged1d::SegmentValue;
use plotters::prelude::*;

use super::figures::{label, part_label, parts};
use super::words::say;

/// Width and height of a chart.
const SIZE: (u32, u32) = (880, 340);

/// Colours that differ from each other and from white for those, too, who see few of them (Okabe and Ito).
const COLOURS: [RGBColor; 10] = [
    RGBColor(0, 114, 178),
    RGBColor(213, 94, 0),
    RGBColor(0, 120, 90),
    RGBColor(160, 80, 130),
    RGBColor(90, 90, 90),
    RGBColor(150, 110, 0),
    RGBColor(30, 30, 120),
    RGBColor(120, 40, 40),
    RGBColor(86, 180, 233),
    RGBColor(230, 159, 0),
];

/// The figures whose meetings are shown month by month.
const MEETINGS: [&str; 10] = [
    "council_meetings",
    "assemblies",
    "regional_committee_meetings",
    "owes_meetings",
    "information_meetings",
    "trainings",
    "partner_forum_meetings",
    "working_group_meetings",
    "conferences",
    "study_visits",
];

/// The figures that are shown year by year.
const YEARLY: [&str; 5] = [
    "signatories",
    "council_meetings",
    "information_meetings",
    "recommendations_adopted",
    "communiques_published",
];

/// Bars: some for each row, beside each other or on each other.
pub struct Chart {
    key: &'static str,
    /// What it shows.
    pub title: String,
    /// What the rows are.
    pub of: String,
    /// What the bars of a row are.
    pub series: Vec<String>,
    /// The rows, each with the height of its bars.
    pub rows: Vec<(String, Vec<u64>)>,
}

/// The charts of a report, those of them that show something; `earlier` are reports of earlier years that it is shown beside.
pub fn of(content: &Content, language: Language, earlier: &[Content]) -> Vec<Chart> {
    let charts = [
        meetings_by_month(content, language),
        breakdown(content, "information_meetings_by_sector", language),
        coverage(content, language),
        breakdown(content, "commitment_fulfilments", language),
        years(content, earlier, language),
    ];
    let shown = charts.into_iter().flatten();
    shown.filter(|chart| !chart.is_empty()).collect()
}

/// The charts as a section of a page.
pub fn section(charts: &[Chart], language: Language) -> Markup {
    html! {
        @if !charts.is_empty() {
            section aria-labelledby="charts" {
                h2 id="charts" { (say(language, "charts")) }
                @for chart in charts { (chart.render()) }
            }
        }
    }
}

fn meetings_by_month(content: &Content, language: Language) -> Option<Chart> {
    let mut months: BTreeMap<(i32, u32), Vec<u64>> = BTreeMap::new();
    let held = |key: &&str| {
        content
            .figures
            .get(*key)
            .filter(|figure| !figure.records.is_empty())
    };
    let kinds: Vec<&str> = MEETINGS
        .into_iter()
        .filter(|key| held(key).is_some())
        .collect();
    let (mut year, mut month) = (content.from.year(), content.from.month());
    while (year, month) <= (content.to.year(), content.to.month()) {
        months.insert((year, month), vec![0; kinds.len()]);
        (year, month) = if month == 12 {
            (year + 1, 1)
        } else {
            (year, month + 1)
        };
    }
    // More than two years would not be read month by month.
    if months.len() > 24 {
        return None;
    }
    for (place, key) in kinds.iter().enumerate() {
        let records = held(key).into_iter().flat_map(|figure| &figure.records);
        for day in records.filter_map(|record| record.on) {
            if let Some(counts) = months.get_mut(&(day.year(), day.month())) {
                counts[place] += 1;
            }
        }
    }
    Some(Chart {
        key: "meetings_by_month",
        title: say(language, "meetings_by_month").to_owned(),
        of: say(language, "month").to_owned(),
        series: kinds
            .iter()
            .map(|key| label(key, language).to_owned())
            .collect(),
        rows: months
            .into_iter()
            .map(|((year, month), counts)| (format!("{month:02}.{year}"), counts))
            .collect(),
    })
}

fn breakdown(content: &Content, key: &'static str, language: Language) -> Option<Chart> {
    let figure = content.figures.get(key)?;
    let row = |(code, number): (&str, &serde_json::Value)| {
        let named = part_label(content, key, code, language);
        (named, vec![number.as_u64().unwrap_or_default()])
    };
    Some(Chart {
        key,
        title: label(key, language).to_owned(),
        of: say(language, "name").to_owned(),
        series: vec![say(language, "value").to_owned()],
        rows: parts(key, figure).into_iter().map(row).collect(),
    })
}

fn coverage(content: &Content, language: Language) -> Option<Chart> {
    let keys = ["signatories", "communique_institutions"];
    let row = |key: &str| {
        let number = content.figures.get(key)?.value.as_u64()?;
        Some((label(key, language).to_owned(), vec![number]))
    };
    Some(Chart {
        key: "coverage",
        title: say(language, "coverage").to_owned(),
        of: say(language, "name").to_owned(),
        series: vec![say(language, "value").to_owned()],
        rows: keys.into_iter().filter_map(row).collect(),
    })
}

fn years(content: &Content, earlier: &[Content], language: Language) -> Option<Chart> {
    if earlier.is_empty() {
        return None;
    }
    let reports: Vec<_> = earlier.iter().chain([content]).collect();
    let of = |report: &Content, key: &str| {
        let figure = report.figures.get(key);
        figure
            .and_then(|figure| figure.value.as_u64())
            .unwrap_or_default()
    };
    let row = |key: &&str| {
        let counts = reports.iter().map(|report| of(report, key));
        (label(key, language).to_owned(), counts.collect())
    };
    Some(Chart {
        key: "years",
        title: say(language, "years").to_owned(),
        of: say(language, "figure").to_owned(),
        series: reports
            .iter()
            .map(|report| report.to.year().to_string())
            .collect(),
        rows: YEARLY.iter().map(row).collect(),
    })
}

impl Chart {
    fn is_empty(&self) -> bool {
        self.rows
            .iter()
            .all(|(_, counts)| counts.iter().all(|count| *count == 0))
    }

    fn render(&self) -> Markup {
        let id = format!("chart-{}", self.key);
        html! {
            figure aria-labelledby=(id) {
                figcaption id=(id) { (self.title) }
                // The table says the same, and which colour is which.
                div class="chart" role="img" aria-labelledby=(id) { (PreEscaped(self.svg())) }
                table {
                    thead { tr {
                        th scope="col" { (self.of) }
                        @for (place, name) in self.series.iter().enumerate() {
                            th scope="col" {
                                @if self.series.len() > 1 { (swatch(place)) " " }
                                (name)
                            }
                        }
                    } }
                    tbody { @for (name, counts) in &self.rows { tr {
                        th scope="row" { (name) }
                        @for count in counts { td { (count) } }
                    } } }
                }
            }
        }
    }

    /// The bars: those of a row on each other, those of years beside each other.
    pub fn svg(&self) -> String {
        let mut svg = String::new();
        let drawn = match self.key {
            "years" => self.draw(&mut svg, Side::Beside),
            _ => self.draw(&mut svg, Side::Upon),
        };
        match drawn {
            Ok(()) => svg,
            Err(error) => {
                tracing::error!(%error, "A chart could not be drawn");
                String::new()
            }
        }
    }

    fn draw(&self, svg: &mut String, side: Side) -> Result<(), Box<dyn std::error::Error>> {
        let root = SVGBackend::with_string(svg, SIZE).into_drawing_area();
        let sum = |counts: &Vec<u64>| match side {
            Side::Upon => counts.iter().sum::<u64>(),
            Side::Beside => counts.iter().copied().max().unwrap_or_default(),
        };
        let highest = self.rows.iter().map(|(_, counts)| sum(counts)).max();
        let last = self.rows.len().saturating_sub(1);
        let mut chart = ChartBuilder::on(&root)
            .margin(8)
            .x_label_area_size(32)
            .y_label_area_size(40)
            .build_cartesian_2d((0..last).into_segmented(), 0..highest.unwrap_or(0).max(1))?;
        let named = |value: &SegmentValue<usize>| match value {
            SegmentValue::CenterOf(place) => {
                self.rows.get(*place).map_or(String::new(), |(name, _)| {
                    // Whoever wants the whole name finds it in the table.
                    let longest = 84 / self.rows.len().max(1);
                    name.chars().take(longest.max(3)).collect()
                })
            }
            _ => String::new(),
        };
        chart
            .configure_mesh()
            .disable_x_mesh()
            .x_labels(self.rows.len())
            .label_style(("sans-serif", 15))
            .x_label_formatter(&named)
            .draw()?;
        for place in 0..self.series.len() {
            let colour = COLOURS[place % COLOURS.len()];
            let rows = self.rows.iter().enumerate();
            let shown = rows.filter(|(_, (_, counts))| counts[place] > 0);
            let bars = shown.map(|(row, (_, counts))| {
                let below = match side {
                    Side::Upon => counts[..place].iter().sum(),
                    Side::Beside => 0,
                };
                let corners = [
                    (SegmentValue::Exact(row), below),
                    (SegmentValue::Exact(row + 1), below + counts[place]),
                ];
                let mut bar = Rectangle::new(corners, colour.filled());
                let (left, right) = side.margins(place, self.series.len(), self.rows.len());
                bar.set_margin(0, 0, left, right);
                bar
            });
            chart.draw_series(bars)?;
        }
        root.present()?;
        Ok(())
    }
}

/// The colour of a series.
pub fn colour(place: usize) -> String {
    let RGBColor(red, green, blue) = COLOURS[place % COLOURS.len()];
    format!("#{red:02x}{green:02x}{blue:02x}")
}

fn swatch(place: usize) -> Markup {
    html! {
        svg width="12" height="12" aria-hidden="true" {
            rect width="12" height="12" fill=(colour(place)) {}
        }
    }
}

/// How the bars of a row stand.
#[derive(Clone, Copy)]
enum Side {
    Upon,
    Beside,
}

impl Side {
    /// What is left free to the left and to the right of a bar, in pixels.
    fn margins(self, place: usize, of: usize, rows: usize) -> (u32, u32) {
        let width = SIZE.0.saturating_sub(60) / u32::try_from(rows.max(1)).unwrap_or(1);
        let edge = width / 10;
        match self {
            Side::Upon => (edge, edge),
            Side::Beside => {
                let (place, of) = (place as u32, of.max(1) as u32);
                let each = (width - 2 * edge) / of;
                (edge + place * each, edge + (of - 1 - place) * each)
            }
        }
    }
}
