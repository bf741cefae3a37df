//! The catalogue: every kind of problem this server can answer with.

macro_rules! problems {
    ($($name:ident = $status:literal, $slug:literal;)+) => {
        /// A kind of problem. Title and explanation stand under its slug in the message files.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Kind { $($name,)+ }

        impl Kind {
            /// Every kind, by status.
            pub const ALL: &'static [Kind] = &[$(Kind::$name,)+];

            /// HTTP status.
            pub const fn status(self) -> u16 {
                match self { $(Kind::$name => $status,)+ }
            }

            /// Stable name: the last segment of `type`, and `code`.
            pub const fn slug(self) -> &'static str {
                match self { $(Kind::$name => $slug,)+ }
            }
        }
    };
}

problems! {
    MalformedRequest = 400, "malformed-request";
    UnknownParameter = 400, "unknown-parameter";
    InvalidParameter = 400, "invalid-parameter";
    Unauthenticated = 401, "unauthenticated";
    BadCredentials = 401, "bad-credentials";
    SessionEnded = 401, "session-ended";
    SecondFactorRequired = 401, "second-factor-required";
    Forbidden = 403, "forbidden";
    SecondFactorMissing = 403, "second-factor-missing";
    NotFound = 404, "not-found";
    MethodNotAllowed = 405, "method-not-allowed";
    NotAcceptable = 406, "not-acceptable";
    RequestTimeout = 408, "request-timeout";
    NotUnique = 409, "not-unique";
    DanglingReference = 409, "dangling-reference";
    StillReferredTo = 409, "still-referred-to";
    InvalidTransition = 409, "invalid-transition";
    Conflict = 409, "conflict";
    RequestInProgress = 409, "request-in-progress";
    LinkNotValid = 410, "link-not-valid";
    SnapshotRequired = 410, "snapshot-required";
    Stale = 412, "stale";
    TooLarge = 413, "too-large";
    UnsupportedMediaType = 415, "unsupported-media-type";
    InvalidValues = 422, "invalid-values";
    KeyReused = 422, "key-reused";
    PreconditionRequired = 428, "precondition-required";
    TooManyRequests = 429, "too-many-requests";
    Internal = 500, "internal";
    NotImplemented = 501, "not-implemented";
    Unavailable = 503, "unavailable";
    StorageFull = 503, "storage-full";
    RegisterUnavailable = 503, "register-unavailable";
}
