//! What lists of webhooks and of their messages can be filtered and ordered by.

use persistence::Condition;
use persistence::webhook::message;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use crate::problem::Problem;
use crate::wire::{Codes, known};

/// Orders of webhooks and of messages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
pub enum WebhookSort {
    /// The newest first.
    #[default]
    #[serde(rename = "-created_at")]
    CreatedAtDescending,
    /// The oldest first.
    #[serde(rename = "created_at")]
    CreatedAt,
}

/// Filters of the messages of a webhook.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct WebhookMessageFilter {
    /// Codes of the vocabulary `webhook_message_statuses`, separated by commas.
    #[param(format = "webhook_message_statuses", value_type = Option<String>, max_length = 200, example = "failed,pending")]
    pub status: Option<Codes>,
    /// The number of a change.
    #[param(minimum = 1, example = 1201)]
    pub seq: Option<i64>,
    /// Order; the newest first when absent.
    #[serde(default)]
    #[param(inline, required = false)]
    pub sort: WebhookSort,
}

impl WebhookMessageFilter {
    /// The condition of the filters; an unknown code is refused.
    pub fn condition(&self) -> Result<Condition, Problem> {
        let states = known(&self.status, "status", "webhook_message_statuses")?;
        Ok(Condition::all()
            .add_option(states.map(message::in_states))
            .add_option(self.seq.map(message::of_change)))
    }
}
