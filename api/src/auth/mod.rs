//! Who is asking: tokens, passwords, keys, and the guard of every handler.

mod attempt;
mod discovery;
mod email;
mod invitation;
mod keys;
pub mod link;
mod link_page;
mod master_secret;
mod me;
mod own_password;
mod password;
mod require;
pub mod second_factor;
pub mod secret;
mod service_token;
mod session;
mod sign_in;

pub use discovery::{
    __path_read_authorization_server, __path_read_jwks, AuthorizationServerOut, JwkOut, JwksOut,
    read_authorization_server, read_jwks,
};
pub use email::{
    __path_change_email, __path_confirm_email, EmailChangeIn, EmailConfirmationOut, change_email,
    confirm_email,
};
pub use invitation::{
    __path_accept_invitation, __path_inspect_link, LinkIn, OpenedLinkOut, accept_invitation,
    inspect_link, invite,
};
pub use keys::{Bearer, Keys, Signer};
pub use link_page::{__path_read_link_page, read_link_page};
pub use master_secret::{KeysError, MasterSecret};
pub use me::{__path_read_me, HeldOut, MeOut, OwnPersonOut, OwnSecondFactorOut, read_me};
pub use own_password::{
    __path_change_password, __path_request_password_reset, __path_reset_password, NewPasswordIn,
    PasswordChangeIn, PasswordResetIn, change_password, request_password_reset, reset_password,
    send_reset,
};
pub use password::Hasher;
pub use require::{Require, bearer, forbidden, is_guarded, stands_for};
pub use second_factor::{
    __path_add_second_factor, __path_confirm_second_factor, __path_remove_own_second_factor,
    OneTimeCodeIn, OwnPasswordIn, RecoveryCodesOut, SecondFactorOut, SecondFactorRemovalIn,
    add_second_factor, confirm_second_factor, remove_own_second_factor,
};
pub use service_token::{
    __path_create_token, GrantType, OauthErrorOut, ServiceTokenIn, ServiceTokenOut, create_token,
};
pub use session::{
    __path_delete_other_sessions, __path_delete_session, __path_list_sessions, __path_logout,
    __path_refresh, RefreshIn, SessionList, SessionOut, TokenOut, delete_other_sessions,
    delete_session, end as end_session, list_sessions, logout, refresh,
};
pub use sign_in::{__path_login, LoginIn, login};
