//! Building: run what changed of the plan, layer by layer, then publish the run whole or not at all.

mod accept;
mod acknowledge;
mod audit;
mod back;
pub mod cache;
mod cards;
mod checks;
mod columns;
mod compute;
mod context;
mod error;
mod fetch;
mod fingerprint;
mod guard;
mod hide;
mod history;
mod home;
mod journal;
mod known_layer;
mod limit;
mod links;
mod lock;
mod note;
mod ops;
mod outcome;
mod prepare;
mod protect;
mod run;
mod schedule;
mod seen_sites;
mod steps;
mod summary;
mod told;
mod traced_back;
mod validate;
mod view;
mod withdraw;
mod words;
mod work;

pub use accept::{Accept, Accepted};
pub use audit::audit;
pub use back::{roll_back, trends};
pub use checks::CheckFailure;
pub use compute::{compute, made_from, standing};
pub use context::Context;
pub use error::BuildError;
pub use fetch::StaleSource;
pub use fingerprint::Reason;
pub use history::{Trend, ZoneTrend, mann_kendall, trend, verify as verify_history};
pub use journal::CutOff;
pub use links::link_faults;
pub use note::Note;
pub use ops::{
    Health, LastRun, RolledBack, SourceAge, StaleAge, Standing, Status, Verdict, folder_of, in_words,
    open_to_build,
};
pub use outcome::{LayerReport, Observer, Outcome, PublishedEdition, Silent};
pub use prepare::{BuildOptions, key_fault, look_ahead};
pub use run::build;
pub use summary::Summary;
pub use told::{Audience, FAILURE_FILE, Told, finding_told};
pub use traced_back::TracedBack;
pub use withdraw::{Taken, withdraw};
pub use work::{Action, LayerWork};
