//! What the audit trail tells besides what was written: events of security.

/// Something that happened. Its code is stable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Event {
    /// Records were written: the changes of one transaction.
    Written,
    /// Somebody signed in.
    SignedIn,
    /// Somebody could not sign in.
    SignInFailed,
    /// So many attempts failed that further ones have to wait.
    Throttled,
    /// A service was given a token.
    TokenIssued,
    /// A service was refused a token.
    TokenRefused,
    /// A session was ended by its owner, an administrator or a change of password.
    SessionEnded,
    /// A refresh token came back that had been used; its session was ended.
    TokenReused,
    /// A caller was refused what it may not do.
    Refused,
    /// A password was changed or set anew.
    PasswordChanged,
    /// A new password was asked for.
    PasswordResetRequested,
    /// An invitation was accepted.
    InvitationAccepted,
    /// A change of address was asked for.
    EmailChangeRequested,
    /// A second factor was added.
    SecondFactorAdded,
    /// A second factor was removed.
    SecondFactorRemoved,
    /// A recovery code was used in place of the second factor.
    RecoveryCodeUsed,
    /// A link was used.
    LinkUsed,
    /// A signing key was made to replace the others.
    KeyRotated,
}

impl Event {
    /// Every event.
    pub const ALL: [Event; 18] = [
        Event::Written,
        Event::SignedIn,
        Event::SignInFailed,
        Event::Throttled,
        Event::TokenIssued,
        Event::TokenRefused,
        Event::SessionEnded,
        Event::TokenReused,
        Event::Refused,
        Event::PasswordChanged,
        Event::PasswordResetRequested,
        Event::InvitationAccepted,
        Event::EmailChangeRequested,
        Event::SecondFactorAdded,
        Event::SecondFactorRemoved,
        Event::RecoveryCodeUsed,
        Event::LinkUsed,
        Event::KeyRotated,
    ];

    /// The stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Event::Written => "written",
            Event::SignedIn => "signed_in",
            Event::SignInFailed => "sign_in_failed",
            Event::Throttled => "throttled",
            Event::TokenIssued => "token_issued",
            Event::TokenRefused => "token_refused",
            Event::SessionEnded => "session_ended",
            Event::TokenReused => "token_reused",
            Event::Refused => "refused",
            Event::PasswordChanged => "password_changed",
            Event::PasswordResetRequested => "password_reset_requested",
            Event::InvitationAccepted => "invitation_accepted",
            Event::EmailChangeRequested => "email_change_requested",
            Event::SecondFactorAdded => "second_factor_added",
            Event::SecondFactorRemoved => "second_factor_removed",
            Event::RecoveryCodeUsed => "recovery_code_used",
            Event::LinkUsed => "link_used",
            Event::KeyRotated => "key_rotated",
        }
    }

    /// The event of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|event| event.code() == code)
    }
}
