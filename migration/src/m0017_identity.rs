//! Accounts as records, of people and of services; what they sign in with; what they hold, from when to when and by whom.

use crate::sql::Sql;

pub const MIGRATION: Sql = Sql {
    name: "m0017_identity",
    // `account` and `account_role` are made anew, because a service has no address and no password.
    up: "
CREATE TABLE account_new (
    {record},
    kind {text} NOT NULL CHECK (kind IN ('person', 'service')),
    status {text} NOT NULL CHECK (status IN ('invited', 'active', 'disabled')),
    name {text} NOT NULL,
    email {text},
    language {text} NOT NULL,
    scopes {json} NOT NULL,
    networks {json} NOT NULL,
    expires_on {date},
    sort_key {bytes} NOT NULL,
    search_key {text} NOT NULL,
    CHECK ((kind = 'person') = (email IS NOT NULL))
) {strict};
INSERT INTO account_new (id, version, created_at, modified_at, external_ids, kind, status, name, email, language, scopes,
    networks, sort_key, search_key)
    SELECT id, 1, created_at, created_at, '[]', 'person',
        CASE WHEN disabled_at IS NULL THEN 'active' ELSE 'disabled' END,
        email, email, 'pl', '[]', '[]', {bytes_of:email}, email
    FROM account;

CREATE TABLE credential (
    account_id {uuid} PRIMARY KEY REFERENCES account_new (id),
    password_hash {text},
    password_set_at {timestamp},
    totp_secret {bytes},
    totp_confirmed_at {timestamp},
    totp_step {bigint} NOT NULL,
    recovery_codes {json} NOT NULL
) {strict};
INSERT INTO credential (account_id, password_hash, password_set_at, totp_step, recovery_codes)
    SELECT id, password_hash, created_at, 0, '[]' FROM account;

CREATE TABLE role_grant (
    {record},
    account_id {uuid} NOT NULL REFERENCES account_new (id),
    role {text} NOT NULL,
    partnership_id {uuid} REFERENCES partnership (id),
    institution_id {uuid} REFERENCES institution (id),
    starts_on {date} NOT NULL,
    ends_on {date},
    granted_by {uuid},
    CHECK (ends_on IS NULL OR ends_on > starts_on)
) {strict};
INSERT INTO role_grant (id, version, created_at, modified_at, external_ids, account_id, role, partnership_id, institution_id,
    starts_on)
    SELECT id, 1, granted_at, granted_at, '[]', account_id, role, partnership_id, institution_id, {day_of:granted_at}
    FROM account_role;

DROP TABLE account_role;
DROP TABLE account;
ALTER TABLE account_new RENAME TO account;
CREATE UNIQUE INDEX account_email ON account (email) WHERE deleted_at IS NULL;
CREATE INDEX account_by_name ON account (sort_key, id);
CREATE INDEX account_by_creation ON account (created_at, id);
CREATE INDEX account_by_change ON account (modified_at, id);
CREATE INDEX role_grant_of_account ON role_grant (account_id);
CREATE INDEX role_grant_in_partnership ON role_grant (partnership_id, account_id);
CREATE INDEX role_grant_of_institution ON role_grant (institution_id);
CREATE INDEX role_grant_by_creation ON role_grant (created_at, id);
CREATE INDEX role_grant_by_start ON role_grant (starts_on, id);

CREATE TABLE client_secret (
    {record},
    account_id {uuid} NOT NULL REFERENCES account (id),
    name {text} NOT NULL,
    hash {bytes} NOT NULL UNIQUE,
    expires_on {date},
    last_used_at {timestamp}
) {strict};
CREATE INDEX client_secret_of_account ON client_secret (account_id, created_at, id);

CREATE TABLE session (
    id {uuid} PRIMARY KEY,
    account_id {uuid} NOT NULL REFERENCES account (id),
    created_at {timestamp} NOT NULL,
    last_used_at {timestamp} NOT NULL,
    expires_at {timestamp} NOT NULL,
    ended_at {timestamp},
    second_factor {bool} NOT NULL,
    address {text},
    user_agent {text}
) {strict};
CREATE INDEX session_of_account ON session (account_id, created_at);
CREATE INDEX session_expiry ON session (expires_at);

CREATE TABLE refresh_token (
    hash {bytes} PRIMARY KEY,
    session_id {uuid} NOT NULL REFERENCES session (id),
    parent {bytes},
    created_at {timestamp} NOT NULL,
    used_at {timestamp},
    replayed_at {timestamp},
    superseded_at {timestamp}
) {strict};
CREATE INDEX refresh_token_of_session ON refresh_token (session_id);
CREATE INDEX refresh_token_parent ON refresh_token (parent);

CREATE TABLE link (
    {record},
    action {text} NOT NULL,
    resource_kind {text} NOT NULL,
    resource_id {uuid} NOT NULL,
    recipient {text},
    email {text},
    twin_id {uuid},
    expires_at {timestamp} NOT NULL,
    used_at {timestamp}
) {strict};
CREATE INDEX link_of_resource ON link (resource_id, action);
CREATE INDEX link_by_creation ON link (created_at, id);
CREATE INDEX link_by_expiry ON link (expires_at, id);

CREATE TABLE throttle (
    key {bytes} PRIMARY KEY,
    failures {int} NOT NULL,
    failed_at {timestamp} NOT NULL,
    blocked_until {timestamp} NOT NULL
) {strict};
CREATE INDEX throttle_failed_at ON throttle (failed_at);

CREATE TABLE mail (
    id {uuid} PRIMARY KEY,
    created_at {timestamp} NOT NULL,
    template {text} NOT NULL,
    language {text} NOT NULL,
    recipient {text} NOT NULL,
    link_id {uuid} REFERENCES link (id),
    attempts {int} NOT NULL,
    due_at {timestamp},
    sent_at {timestamp},
    error {text}
) {strict};
CREATE INDEX mail_due ON mail (due_at);

ALTER TABLE signing_key ADD COLUMN retired_at {timestamp};
",
    down: "
ALTER TABLE signing_key DROP COLUMN retired_at;
DROP TABLE mail;
DROP TABLE throttle;
DROP TABLE link;
DROP TABLE refresh_token;
DROP TABLE session;
DROP TABLE client_secret;
CREATE TABLE account_old (
    id {uuid} PRIMARY KEY,
    email {text} NOT NULL UNIQUE,
    password_hash {text} NOT NULL,
    created_at {timestamp} NOT NULL,
    disabled_at {timestamp}
) {strict};
INSERT INTO account_old (id, email, password_hash, created_at, disabled_at)
    SELECT account.id, account.email, credential.password_hash, account.created_at,
        CASE WHEN account.status = 'disabled' THEN account.modified_at END
    FROM account JOIN credential ON credential.account_id = account.id
    WHERE account.deleted_at IS NULL AND account.email IS NOT NULL AND credential.password_hash IS NOT NULL;
CREATE TABLE account_role (
    id {uuid} PRIMARY KEY,
    account_id {uuid} NOT NULL REFERENCES account_old (id),
    role {text} NOT NULL,
    partnership_id {uuid} REFERENCES partnership (id),
    institution_id {uuid} REFERENCES institution (id),
    granted_at {timestamp} NOT NULL
) {strict};
INSERT INTO account_role (id, account_id, role, partnership_id, institution_id, granted_at)
    SELECT id, account_id, role, partnership_id, institution_id, created_at
    FROM role_grant
    WHERE deleted_at IS NULL AND ends_on IS NULL AND account_id IN (SELECT id FROM account_old);
DROP TABLE role_grant;
DROP TABLE credential;
DROP TABLE account;
ALTER TABLE account_old RENAME TO account;
CREATE INDEX account_role_of_account ON account_role (account_id);
CREATE INDEX account_role_in_partnership ON account_role (partnership_id);
CREATE INDEX account_role_of_institution ON account_role (institution_id);
",
};
