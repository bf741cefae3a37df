//! The document (OpenAPI), generated from the handlers without a database.

use actix_web::{App, HttpResponse, get, web};
use domain::access::account::Account;
use domain::access::calendar_link::CalendarLink;
use domain::access::client_secret::ClientSecret;
use domain::access::grant::RoleGrant;
use domain::access::link::Link;
use domain::access::permission::ReadPublic;
use domain::agreement_version::AgreementVersion;
use domain::bulk_import::BulkImport;
use domain::exchange::good_practice::GoodPractice;
use domain::export::Export;
use domain::export::schedule::ExportSchedule;
use domain::followup::commitment::Commitment;
use domain::followup::effect::Effect;
use domain::followup::fulfilment::Fulfilment;
use domain::followup::implementation::Implementation;
use domain::followup::recommendation::Recommendation;
use domain::funding_programme::FundingProgramme;
use domain::governance::body::Body;
use domain::governance::mandate::Mandate;
use domain::governance::representation::Representation;
use domain::governance::term::Term;
use domain::institution::Institution;
use domain::meeting::Meeting;
use domain::meeting::agenda_item::AgendaItem;
use domain::meeting::attendance::Attendance;
use domain::meeting::output::Output;
use domain::outreach::communique::Communique;
use domain::outreach::posting::Posting;
use domain::partnership::Partnership;
use domain::person::Person;
use domain::report::Report;
use domain::signatory::Signatory;
use domain::vocabulary;
use domain::webhook::Webhook;
use serde::Serialize;
use serde_json::ser::PrettyFormatter;
use utoipa::openapi::security::{
    ClientCredentials, Flow, HttpAuthScheme, HttpBuilder, OAuth2, Scopes, SecurityScheme,
};
use utoipa::{Modify, OpenApi};
use utoipa_actix_web::AppExt;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::access::{account, calendar_link, client_secret, grant};
use crate::auth::Require;
use crate::codes::enumerate;
use crate::components::{
    add_limits, admit_services, drop_unused, leave_out_defaults, move_examples, share,
};
use crate::exchange::good_practice;
use crate::followup::recommendation;
use crate::outreach::{communique, coverage, posting};
use crate::problem::{FaultBody, ProblemBody, ReadProblems};
use crate::records::{Batches, ListOfAll, Records};
use crate::{
    agreement_version, audit, auth, bulk_import, calendar, catalog, change, export, feed, health,
    import, meeting, oparl, person, problem, register, report, snapshot, webhook,
};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Partnerstwo",
        description = "Records, counts and accounts for the work of local partnerships for the social economy.\n\n\
            Lists answer `{items, next}`; follow `next` until it is null. Writes take the `ETag` that was read in \
            `If-Match`, creations an `Idempotency-Key`. Problems are RFC 9457. `Accept-Language` chooses Polish \
            (default) or English texts.\n\n\
            With `.csv`, `.xlsx` or `.ndjson` after its path a list is everything that matches, in one answer. Tables have a column for \
            each field (`host.name` for one within another); in CSV, a text that a spreadsheet would run as a formula begins with an \
            apostrophe. With `modified_since`, what is gone stands among the rows, with `deleted_at` and `deletion`.",
        license(name = "Apache-2.0", identifier = "Apache-2.0"),
        contact(name = "Partnerstwo", url = "https://partnerstwo.example/")
    ),
    servers((url = "/", description = "This server (local or production: the document is served by the server it describes)")),
    tags(
        (name = "Sign-in", description = "Sessions, passwords, second factors and the signed-in account"),
        (name = "OAuth", description = "Tokens for other systems, and how they are verified"),
        (name = "Accounts", description = "Accounts of people and services, with what they sign in with"),
        (name = "Grants", description = "Who holds which role where"),
        (name = "Audit", description = "Who did what, from where"),
        (name = "Changes", description = "Keeping a copy: snapshots, and everything that happened since, in one order"),
        (name = "Exports", description = "Whole partnerships as files, made in the background, once or by a schedule"),
        (name = "Bulk imports", description = "Tables whose rows become records: tried, looked at, applied and taken back as a whole"),
        (name = "Webhooks", description = "Telling services what changed, as it happens (Standard Webhooks)"),
        (name = "Registers", description = "Looking institutions up in public registers, to fill in forms"),
        (name = "Institutions", description = "Institutions, shared by all partnerships"),
        (name = "Partnerships", description = "Local partnerships for the social economy"),
        (name = "Agreement versions", description = "What was agreed, and on which days it was in force"),
        (name = "Signatories", description = "Who signed the agreement, on any day"),
        (name = "Bodies", description = "The council, the assembly, working groups, forums and external committees"),
        (name = "Terms", description = "Terms of office of a body"),
        (name = "Mandates", description = "Which institution holds a seat, on any day"),
        (name = "Representations", description = "Who acts on behalf of which institution, for those who work in the partnership"),
        (name = "People", description = "Who works in a partnership, as far as work needs to know"),
        (name = "Funding programmes", description = "Programmes that a partnership follows, with their calls"),
        (name = "Recommendations", description = "What the partnership recommends, from draft to what became of it"),
        (name = "Implementations", description = "How recommendations are carried out"),
        (name = "Commitments", description = "What is to be done so many times a year, and how that stands"),
        (name = "Fulfilments", description = "The times that commitments were kept"),
        (name = "Effects", description = "What a partnership achieved in a period"),
        (name = "Meetings", description = "What took place, is announced or is being prepared"),
        (name = "Agenda items", description = "What was on the agenda of a meeting"),
        (name = "Attendance", description = "Which institutions were at a meeting"),
        (name = "Outputs", description = "What came out of meetings"),
        (name = "Good practices", description = "What institutions do well, and where it was presented"),
        (name = "Communiques", description = "What the partnership tells others, from draft to release"),
        (name = "Postings", description = "Which institution posted which communiqué"),
        (name = "Imports", description = "Loading data files"),
        (name = "Feeds", description = "Atom, JSON Feed and calendars, to subscribe to"),
        (name = "Catalogue", description = "The public data sets, for portals of open data"),
        (name = "OParl", description = "What everybody may read, by OParl 1.1"),
        (name = "Reports", description = "What a partnership did, counted and worded"),
        (name = "Vocabularies", description = "Coded lists with Polish and English labels"),
        (name = "System", description = "Health, problems and this document")
    ),
    components(schemas(ProblemBody, FaultBody)),
    modifiers(&Security)
)]
struct Base;

struct Security;

impl Modify for Security {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let scheme = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .bearer_format("JWT")
            .description(Some("Access token from `/api/v1/auth/login` or `/oauth/token`: a JWT by RFC 9068 and the best practices of RFC8725 (EdDSA, 10 minutes). \
                 The scope is the permission that is needed."))
            .build();
        let components = document.components.get_or_insert_with(Default::default);
        components.add_security_scheme("bearer", SecurityScheme::Http(scheme));
        let client = HttpBuilder::new().scheme(HttpAuthScheme::Basic).description(Some(
            "`client_id` and `client_secret` of a service (RFC 6749, section 2.3.1), at the token endpoint alone.",
        ));
        components.add_security_scheme("client", SecurityScheme::Http(client.build()));
        let permissions = vocabulary::find("permissions").into_iter();
        let permissions = permissions.flat_map(|permissions| &permissions.terms);
        let scopes = permissions.map(|term| (term.code.clone(), term.en.clone()));
        let flow = ClientCredentials::new("/oauth/token", Scopes::from_iter(scopes));
        let service = OAuth2::with_description(
            [Flow::ClientCredentials(flow)],
            "The token of a service: a JWT by RFC 9068 and RFC8725, good for minutes. Each scope is a permission that the service must have, too.",
        );
        components.add_security_scheme("service", SecurityScheme::OAuth2(service));
        components.responses = problem::components();
    }
}

/// Every route. The caller adds the state.
pub fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(auth::sign_in::login)
        .service(auth::session::refresh)
        .service(auth::session::logout)
        .service(auth::me::read_me)
        .service(auth::session::list_sessions)
        .service(auth::session::delete_other_sessions)
        .service(auth::session::delete_session)
        .service(auth::own_password::change_password)
        .service(auth::own_password::request_password_reset)
        .service(auth::own_password::reset_password)
        .service(auth::email::change_email)
        .service(auth::email::confirm_email)
        .service(auth::invitation::accept_invitation)
        .service(auth::invitation::inspect_link)
        .service(auth::link_page::read_link_page)
        .service(auth::second_factor::add_second_factor)
        .service(auth::second_factor::confirm_second_factor)
        .service(auth::second_factor::remove_own_second_factor)
        .service(auth::service_token::create_token)
        .service(auth::discovery::read_jwks)
        .service(auth::discovery::read_authorization_server)
        .service(account::create_account)
        .service(Records::<Account>::new())
        .service(account::transition_account)
        .service(account::create_invitation)
        .service(account::sessions::list_account_sessions)
        .service(account::sessions::delete_account_session)
        .service(account::sessions::delete_account_sessions)
        .service(account::sessions::delete_second_factor)
        .service(client_secret::create_client_secret)
        .service(Records::<ClientSecret>::new())
        .service(grant::create_grant)
        .service(Records::<RoleGrant>::new())
        .service(grant::review::list_access_review)
        .service(Records::<Link>::new())
        .service(audit::list_audit)
        .service(change::list_changes)
        .service(change::stream::stream_changes)
        .service(change::list_partnership_changes)
        .service(change::stream::stream_partnership_changes)
        .service(snapshot::create_snapshot)
        .service(snapshot::create_partnership_snapshot)
        .service(Records::<Export>::new())
        .service(export::job::download_export)
        .service(Records::<ExportSchedule>::new())
        .service(register::read_register_entry)
        .service(bulk_import::create_bulk_import)
        .service(Records::<BulkImport>::new())
        .service(bulk_import::STEPS)
        .service(bulk_import::list_bulk_import_rows)
        .service(webhook::create_webhook)
        .service(Records::<Webhook>::new())
        .service(webhook::STEPS)
        .service(webhook::create_webhook_secret)
        .service(webhook::messages::list_webhook_messages)
        .service(webhook::messages::create_webhook_message)
        .service(webhook::messages::read_webhook_message)
        .service(webhook::messages::create_webhook_replay)
        .service(Records::<Institution>::new())
        .service(Records::<Partnership>::new())
        .service(Records::<AgreementVersion>::new())
        .service(agreement_version::STEPS)
        .service(Records::<Body>::new())
        .service(Records::<Signatory>::new())
        .service(Records::<Term>::new())
        .service(ListOfAll::<Term>::new())
        .service(Records::<Mandate>::new())
        .service(Records::<Representation>::new())
        .service(Records::<Person>::new())
        .service(person::erase_person)
        .service(Records::<FundingProgramme>::new())
        .service(Records::<Recommendation>::new())
        .service(recommendation::STEPS)
        .service(Records::<Implementation>::new())
        .service(Records::<Commitment>::new())
        .service(Records::<Fulfilment>::new())
        .service(Records::<Effect>::new())
        .service(Records::<Meeting>::new())
        .service(meeting::STEPS)
        .service(Records::<AgendaItem>::new())
        .service(ListOfAll::<AgendaItem>::new())
        .service(meeting::quorum::read_quorum)
        .service(Batches::<Attendance>::new())
        .service(Records::<Attendance>::new())
        .service(Records::<Output>::new())
        .service(Records::<GoodPractice>::new())
        .service(good_practice::STEPS)
        .service(Records::<Communique>::new())
        .service(communique::STEPS)
        .service(Records::<Posting>::new())
        .service(posting::STEPS)
        .service(ListOfAll::<Posting>::new())
        .service(coverage::list_coverage)
        .service(import::create_import)
        .service(catalog::read_catalog)
        .service(catalog::read_harvest)
        .service(catalog::read_harvest_sum)
        .service(oparl::read_oparl_system)
        .service(oparl::list_oparl_bodies)
        .service(oparl::read_oparl_body)
        .service(oparl::list_oparl_objects)
        .service(oparl::read_oparl_object)
        .service(feed::read_atom_feed)
        .service(feed::read_json_feed)
        .service(calendar::read_partnership_calendar)
        .service(calendar::read_body_calendar)
        .service(calendar::read_meeting_calendar)
        .service(calendar::read_linked_calendar)
        .service(calendar_link::create_calendar_link)
        .service(Records::<CalendarLink>::new())
        .service(report::read_activity_report)
        .service(report::read_activity_report_md)
        .service(report::read_activity_report_html)
        .service(report::read_activity_report_docx)
        .service(report::read_activity_report_pdf)
        .service(report::read_activity_report_xlsx)
        .service(report::read_report_json)
        .service(report::read_report_md)
        .service(report::read_report_html)
        .service(report::read_report_docx)
        .service(report::read_report_pdf)
        .service(report::read_report_xlsx)
        .service(report::compare_reports)
        .service(Records::<Report>::new())
        .service(report::STEPS)
        .service(crate::vocabulary::list_vocabularies)
        .service(crate::vocabulary::read_vocabulary)
        .service(problem::list_problems)
        .service(problem::read_problem)
        .service(health::read_liveness)
        .service(health::read_readiness)
        .service(read_document);
}

/// The document of every route.
pub fn document() -> utoipa::openapi::OpenApi {
    let (_, mut document) = App::new()
        .into_utoipa_app()
        .openapi(Base::openapi())
        .configure(configure)
        .split_for_parts();
    export::complete_lists(&mut document);
    document
}

/// The document as it stands in the repository.
pub fn document_json() -> String {
    let mut json = Vec::new();
    let mut writer =
        serde_json::Serializer::with_formatter(&mut json, PrettyFormatter::with_indent(b" "));
    let mut document = serde_json::to_value(document()).unwrap_or_default();
    add_limits(&mut document);
    move_examples(&mut document);
    enumerate(&mut document);
    admit_services(&mut document);
    leave_out_defaults(&mut document);
    share(&mut document);
    drop_unused(&mut document);
    let written = document.serialize(&mut writer);
    json.push(b'\n');
    match (written, String::from_utf8(json)) {
        (Ok(()), Ok(json)) => json,
        _ => String::new(),
    }
}

/// Read this document.
///
/// OpenAPI 3.1, generated from the code that serves it.
#[utoipa::path(
    tag = "System",
    responses((status = 200, description = "OpenAPI 3.1", body = Object), ReadProblems),
    security((), ("bearer" = [ReadPublic]))
)]
#[get("/openapi.json")]
pub async fn read_document(_: Require<ReadPublic>, json: web::Data<DocumentJson>) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("application/json")
        .body(json.0.clone())
}

/// The document, written once.
pub struct DocumentJson(pub String);
