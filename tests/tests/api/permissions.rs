//! Every operation of the document, tried by everybody (OWASP ASVS 5, chapter 8).

use api::contract::operations;
use domain::access::{Permission, Role};
use serde_json::Value;

use crate::support::{Client, TestApp, on_both};

/// Operations that anyone may call. Grows only by hand.
const PUBLIC: [&str; 93] = [
    "list_agreement_versions",
    "read_agreement_version",
    "login",
    "refresh",
    "request_password_reset",
    "reset_password",
    "confirm_email",
    "accept_invitation",
    "inspect_link",
    "read_link_page",
    "create_token",
    "read_jwks",
    "read_authorization_server",
    "list_changes",
    "stream_changes",
    "list_partnership_changes",
    "stream_partnership_changes",
    "read_atom_feed",
    "read_json_feed",
    "read_linked_calendar",
    "read_oparl_system",
    "list_oparl_bodies",
    "read_oparl_body",
    "list_oparl_objects",
    "read_oparl_object",
    "read_catalog",
    "read_harvest",
    "read_harvest_sum",
    "read_partnership_calendar",
    "read_body_calendar",
    "read_meeting_calendar",
    "list_institutions",
    "read_institution",
    "list_partnerships",
    "read_partnership",
    "list_signatories",
    "read_signatory",
    "list_bodies",
    "read_body",
    "list_terms",
    "read_term",
    "list_mandates",
    "read_mandate",
    "list_funding_programmes",
    "read_funding_programme",
    "list_recommendations",
    "read_recommendation",
    "list_implementations",
    "read_implementation",
    "list_commitments",
    "read_commitment",
    "list_fulfilments",
    "read_fulfilment",
    "list_effects",
    "read_effect",
    "list_meetings",
    "read_meeting",
    "list_agenda_items",
    "list_partnership_agenda_items",
    "read_agenda_item",
    "list_outputs",
    "read_output",
    "list_good_practices",
    "read_good_practice",
    "list_communiques",
    "read_communique",
    "list_postings",
    "read_posting",
    "list_partnership_postings",
    "list_coverage",
    "read_activity_report",
    "read_activity_report_md",
    "read_activity_report_html",
    "read_activity_report_docx",
    "read_activity_report_pdf",
    "read_activity_report_xlsx",
    "list_reports",
    "read_report",
    "read_report_json",
    "read_report_md",
    "read_report_html",
    "read_report_docx",
    "read_report_pdf",
    "read_report_xlsx",
    "compare_reports",
    "list_partnership_terms",
    "list_vocabularies",
    "read_vocabulary",
    "list_problems",
    "read_problem",
    "read_liveness",
    "read_readiness",
    "read_document",
];

struct Operation {
    id: String,
    method: &'static str,
    path: String,
    permission: Option<Permission>,
}

impl Operation {
    /// A list is public in every format, or in none.
    fn is_public_by_name(&self) -> bool {
        let mut formats = ["_csv", "_xlsx", "_ndjson"].into_iter();
        let list = formats.find_map(|format| self.id.strip_suffix(format));
        PUBLIC.contains(&list.unwrap_or(&self.id))
    }
}

fn every_operation() -> Vec<Operation> {
    let document = api::document();
    let mut found = Vec::new();
    for (path, item) in &document.paths.paths {
        for (method, operation) in operations(item) {
            let id = operation.operation_id.clone().unwrap();
            let security = serde_json::to_value(&operation.security).unwrap();
            let scope = security
                .as_array()
                .into_iter()
                .flatten()
                .find_map(|way| way["bearer"][0].as_str().map(str::to_owned));
            let permission = scope.map(|scope| {
                *Permission::ALL
                    .iter()
                    .find(|permission| permission.code() == scope)
                    .unwrap()
            });
            let nil = "00000000-0000-0000-0000-000000000000";
            let path = path
                .split('/')
                .map(|part| match part.split_once('}') {
                    Some((_, suffix)) => format!("{nil}{suffix}"),
                    None => part.to_owned(),
                })
                .collect::<Vec<_>>()
                .join("/");
            found.push(Operation {
                id,
                method,
                path,
                permission,
            });
        }
    }
    assert!(
        found.len() >= 19,
        "the walker lost its way: {}",
        found.len()
    );
    found
}

async fn status(client: &Client, operation: &Operation) -> (u16, String) {
    let mut request = client.request(operation.method, &operation.path);
    if ["POST", "PATCH"].contains(&operation.method) {
        // The caller's rights come before the body is read.
        request = request
            .header("content-type", "application/json")
            .body("{not json");
    }
    if operation.path.ends_with("/stream") {
        // It does not end.
        return (
            request.send().await.unwrap().status().as_u16(),
            String::new(),
        );
    }
    let answer = client.send(request).await;
    let code = serde_json::from_str::<Value>(&answer.text)
        .ok()
        .and_then(|body| body["code"].as_str().map(str::to_owned));
    (answer.status, code.unwrap_or_default())
}

#[test]
fn operations_are_public_by_name_only() {
    for operation in every_operation() {
        let public = operation
            .permission
            .is_none_or(|permission| Role::Anonymous.grants(permission));
        assert_eq!(public, operation.is_public_by_name(), "{}", operation.id);
    }
}

on_both! {
    async fn every_operation_refuses_whom_its_permission_refuses(app: TestApp) {
        let partnership = app.partnership("Partnerstwo Próbne").await;
        let institution = app.institution("PUP w Żarach").await;
        let operations = every_operation();
        let anonymous = app.anonymous();
        for operation in operations.iter().filter(|operation| !operation.is_public_by_name()) {
            assert_eq!(status(&anonymous, operation).await, (401, "unauthenticated".to_owned()), "{}", operation.id);
        }
        for role in Role::ALL.into_iter().filter(|role| *role != Role::Anonymous) {
            let client = app
                .signed_in_as(
                    role,
                    role.needs_partnership().then_some(partnership),
                    role.needs_institution().then_some(institution),
                )
                .await;
            // Signing out is tried last: nothing is allowed afterwards.
            let (last, others): (Vec<_>, Vec<_>) =
                operations.iter().partition(|operation| operation.id == "logout");
            for operation in others.into_iter().chain(last) {
                let Some(permission) = operation.permission else { continue };
                let (status, code) = status(&client, operation).await;
                assert_eq!(status == 403, !role.grants(permission), "{} as {role:?}: {status} {code}", operation.id);
                assert!(status < 500, "{} as {role:?}: {status}", operation.id);
            }
        }
    }
}
