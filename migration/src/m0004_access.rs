//! Accounts, what they may do where, and the keys that sign their tokens.

use crate::sql::Sql;

pub const MIGRATION: Sql = Sql {
    name: "m0004_access",
    up: "
CREATE TABLE account (
    id {uuid} PRIMARY KEY,
    email {text} NOT NULL UNIQUE,
    password_hash {text} NOT NULL,
    created_at {timestamp} NOT NULL,
    disabled_at {timestamp}
) {strict};

CREATE TABLE account_role (
    id {uuid} PRIMARY KEY,
    account_id {uuid} NOT NULL REFERENCES account (id),
    role {text} NOT NULL,
    partnership_id {uuid} REFERENCES partnership (id),
    institution_id {uuid} REFERENCES institution (id),
    granted_at {timestamp} NOT NULL
) {strict};
CREATE INDEX account_role_of_account ON account_role (account_id);
CREATE INDEX account_role_in_partnership ON account_role (partnership_id);
CREATE INDEX account_role_of_institution ON account_role (institution_id);

CREATE TABLE signing_key (
    id {uuid} PRIMARY KEY,
    created_at {timestamp} NOT NULL,
    private_key {bytes} NOT NULL,
    public_key {bytes} NOT NULL
) {strict};
",
    down: "DROP TABLE signing_key; DROP TABLE account_role; DROP TABLE account;",
};
