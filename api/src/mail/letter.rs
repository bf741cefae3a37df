//! The letters this program writes, in the language of whom they are for.

use std::sync::LazyLock;

use domain::access::account::Account;
use domain::language::Language;
use domain::wording::Catalogue;
use persistence::mail::{self, Mail};
use persistence::{RepoError, Tx};
use uuid::Uuid;

use crate::clock::new_id;

/// The words of letters: the value of a message is the subject, its attribute `body` the text.
pub static WORDS: LazyLock<Catalogue> = LazyLock::new(|| {
    Catalogue::new(&[
        (Language::Pl, include_str!("../../locales/pl/mail.ftl")),
        (Language::En, include_str!("../../locales/en/mail.ftl")),
    ])
});

/// A kind of letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Letter {
    /// With a link by which the invited sets a password.
    Invitation,
    /// With a link by which a new password is set.
    PasswordReset,
    /// The password was changed.
    PasswordChanged,
    /// To the new address: with a link that says it is one's own.
    ConfirmNewEmail,
    /// To the present address: with a link that says it may be replaced.
    ConfirmOldEmail,
    /// To the former address: it was replaced.
    EmailChanged,
    /// A second factor was added.
    SecondFactorAdded,
    /// The second factor was removed.
    SecondFactorRemoved,
    /// A webhook is paused, because its receiver fails.
    WebhookPaused,
}

impl Letter {
    /// Every kind.
    pub const ALL: [Letter; 9] = [
        Letter::Invitation,
        Letter::PasswordReset,
        Letter::PasswordChanged,
        Letter::ConfirmNewEmail,
        Letter::ConfirmOldEmail,
        Letter::EmailChanged,
        Letter::SecondFactorAdded,
        Letter::SecondFactorRemoved,
        Letter::WebhookPaused,
    ];

    /// Its name in the outbox and in the message files.
    pub const fn code(self) -> &'static str {
        match self {
            Letter::Invitation => "invitation",
            Letter::PasswordReset => "password-reset",
            Letter::PasswordChanged => "password-changed",
            Letter::ConfirmNewEmail => "confirm-new-email",
            Letter::ConfirmOldEmail => "confirm-old-email",
            Letter::EmailChanged => "email-changed",
            Letter::SecondFactorAdded => "second-factor-added",
            Letter::SecondFactorRemoved => "second-factor-removed",
            Letter::WebhookPaused => "webhook-paused",
        }
    }
}

/// Writes a letter down, to be sent once the transaction has committed.
pub async fn write_down(
    tx: &Tx,
    letter: Letter,
    account: &Account,
    recipient: &str,
    link_id: Option<Uuid>,
) -> Result<(), RepoError> {
    let mail = Mail {
        link_id,
        ..blank(tx, letter.code(), account.language(), recipient)
    };
    mail::insert(tx, mail).await
}

fn blank(tx: &Tx, template: &str, language: Language, recipient: &str) -> Mail {
    Mail {
        id: new_id(),
        created_at: tx.now(),
        template: template.to_owned(),
        language: language.tag().to_owned(),
        recipient: recipient.to_owned(),
        link_id: None,
        webhook_id: None,
        attempts: 0,
    }
}

/// Writes down, to be sent, that a webhook is paused.
pub async fn report_paused(
    tx: &Tx,
    webhook: Uuid,
    recipient: &str,
    language: Language,
) -> Result<(), RepoError> {
    let code = Letter::WebhookPaused.code();
    let mail = Mail {
        webhook_id: Some(webhook),
        ..blank(tx, code, language, recipient)
    };
    mail::insert(tx, mail).await
}

/// What stands in the outbox for a letter that somebody asked for, before it is known whether there is an account.
pub const RESET_REQUESTED: &str = "password-reset-requested";

/// Writes down that somebody asked for a new password, with an address that may be nobody's.
pub async fn request_reset(tx: &Tx, recipient: &str) -> Result<(), RepoError> {
    let mail = blank(tx, RESET_REQUESTED, Language::default(), recipient);
    mail::insert(tx, mail).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_letter_has_its_words_in_every_language() {
        assert_eq!(WORDS.faults(), &[] as &[String]);
        for language in Language::ALL {
            let ids = WORDS.ids(language);
            for letter in Letter::ALL {
                assert!(ids.contains(letter.code()), "{language:?} {letter:?}");
                let body = format!("{}.body", letter.code());
                assert!(ids.contains(body.as_str()), "{language:?} {letter:?}");
            }
            assert_eq!(ids, WORDS.ids(Language::Pl));
        }
    }
}
