//! Records: a kind says what is its own in [`Resource`], and has its five endpoints, with their document, from that.

mod batch;
mod filter;
mod query;
mod resource;
mod routes;
mod shape;
mod step;
mod steps;

pub use batch::{Batched, Batches};
pub use filter::{Chosen, Filter, Orders, Takeable, Takes};
pub use resource::{About, Above, AlsoListed, Resource, Stateful, Words, scope};
pub use routes::{ListOfAll, Records, Steps};
pub use shape::{In, Nothing, Out};
pub use step::{DryRun, StepOf, TransitionIn};
pub use steps::{
    Answer, InPartnership, Read, Shown, WithTransitions, allowed_transitions, check, check_change,
    checked, fetch, find, found, insert, resolved, show, show_one, site_of, store_change,
};
