//! Black-box tests: the real server over HTTP, each test with its own database, on SQLite and on PostgreSQL.
#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test fails by panicking, and runs at the time of day it is started"
)]

mod support;

mod account;
mod agenda_item;
mod agreement_version;
mod attendance;
mod audit;
mod auth;
mod body;
mod bulk_import;
mod calendar_link;
mod catalog;
mod change;
mod cli;
mod commitment;
mod communique;
mod conventions;
mod coverage;
mod derived;
mod effect;
mod export;
mod export_job;
mod feed;
mod fulfilment;
mod funding_programme;
mod gate;
mod good_practice;
mod grant;
mod houses;
mod implementation;
mod import;
mod institution;
mod later_events;
mod mandate;
mod meeting;
mod oparl;
mod outage;
mod output;
mod partnership;
mod password;
mod permissions;
mod person;
mod posting;
mod recommendation;
mod register;
mod report;
mod report_format;
#[cfg(feature = "pdf")]
mod report_pdf;
mod report_record;
mod representation;
mod second_factor;
mod service_token;
mod session;
mod signatory;
mod slug;
mod statements;
mod storage;
mod term;
mod throttle;
mod walker;
mod webhook;
mod year_end;
