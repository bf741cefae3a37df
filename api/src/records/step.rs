//! A step of a record into another state, as it is sent.

use std::borrow::Cow;
use std::marker::PhantomData;

use chrono::NaiveDate;
use domain::fault::{Faults, Rule};
use domain::state::check_reason;
use serde::{Deserialize, Serialize};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{IntoParams, PartialSchema, ToSchema};

use crate::problem::{Kind, Problem};
use crate::wire::Body;

/// Whether to try only.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct DryRun {
    /// Answers what would change and changes nothing.
    #[serde(default)]
    #[param(default = false, required = false, example = true)]
    pub dry_run: bool,
}

/// A step into another state.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TransitionIn {
    /// The state: one of `allowed_transitions`.
    pub to: String,
    /// Why; kept with the change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 2000, example = "Zebrano wymagane kworum")]
    pub reason: Option<String>,
    /// The day from which it holds, where the state has one, such as the day of adoption; today when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "2016-02-24")]
    pub effective_on: Option<NaiveDate>,
    /// The number n/YYYY, where the state gives one and it is not to be the next: of what was adopted before something that
    /// has a number already.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 20, example = "1/2016")]
    pub number: Option<String>,
}

/// A step of a `T`, for the document: into one of the states that it has.
pub struct StepOf<T>(PhantomData<T>);

impl<T: ToSchema> ToSchema for StepOf<T> {
    fn name() -> Cow<'static, str> {
        format!("{}TransitionIn", T::name()).into()
    }
}

impl<T: ToSchema> PartialSchema for StepOf<T> {
    fn schema() -> RefOr<Schema> {
        let (mut step, of) = (TransitionIn::schema(), T::schema());
        if let (RefOr::T(Schema::Object(step)), RefOr::T(Schema::Object(of))) = (&mut step, of)
            && let Some(RefOr::T(Schema::Object(to))) = step.properties.get_mut("to")
            && let Some(RefOr::T(Schema::Object(status))) = of.properties.get("status")
        {
            to.format.clone_from(&status.format);
        }
        step
    }
}

impl TransitionIn {
    /// A step that was sent, and its reason, which is checked.
    pub fn read(sent: Body<Self>) -> Result<(Self, Option<String>), Problem> {
        sent.checked(|step| {
            let reason = check_reason(step.reason.as_deref())?;
            Ok((step, reason))
        })
    }

    /// Refuses a day, for a state that carries none.
    pub fn undated(&self) -> Result<(), Problem> {
        match self.effective_on {
            None => Ok(()),
            Some(_) => Err(Problem::of(Kind::InvalidValues).at("/effective_on", Rule::Conflict)),
        }
    }

    /// Refuses a number, for a state that gives none.
    pub fn unnumbered(&self) -> Result<(), Problem> {
        match self.number {
            None => Ok(()),
            Some(_) => Err(Problem::of(Kind::InvalidValues).at("/number", Rule::Conflict)),
        }
    }

    /// What is wrong with the record, where its day at `pointer` came from the step.
    pub fn refused(pointer: &str, faults: Faults) -> Problem {
        let mut faults = faults.into_vec();
        for fault in faults.iter_mut().filter(|fault| fault.pointer == pointer) {
            fault.pointer = "/effective_on".to_owned();
        }
        Problem::of(Kind::InvalidValues).faults(faults)
    }
}
