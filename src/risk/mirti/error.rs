//! What can go wrong when a model is fitted or applied.

use std::path::PathBuf;

use thiserror::Error;

use super::separation::Separated;
use crate::locate::LocateError;
use crate::risk::microdata::MicrodataError;

/// A model that could not be fitted, read or applied; nothing was written.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum MirtiError {
    /// The microdata or their codebook.
    #[error(transparent)]
    Microdata(#[from] MicrodataError),
    /// No child is left to fit on.
    #[error("no child is left to fit the model on")]
    NoChildren,
    /// A weight that is no weight.
    #[error("child {row}: weight {weight} is not above 0")]
    Weight {
        /// Row of the frame, from 0.
        row: usize,
        /// The weight.
        weight: f64,
    },
    /// All have the outcome, or none has.
    #[error("{} of the {children} children has the outcome, so there is nothing to fit",
        if *.positive { "every one" } else { "none" })]
    OneClass {
        /// Whether all have it.
        positive: bool,
        /// Number of children.
        children: usize,
    },
    /// As many coefficients as children.
    #[error("{children} children are too few for {terms} coefficients")]
    TooFewChildren {
        /// Number of children.
        children: usize,
        /// Number of coefficients.
        terms: usize,
    },
    /// A term that is the same for all.
    #[error("`{term}` is the same for every child")]
    Constant {
        /// The term.
        term: String,
    },
    /// A term that others already say.
    #[error("collinear: `{term}` is a combination of {}", .others.iter().map(|o| format!("`{o}`")).collect::<Vec<_>>().join(", "))]
    Collinear {
        /// The term.
        term: String,
        /// The terms it is a combination of.
        others: Vec<String>,
    },
    /// A term whose coefficient would be infinite.
    #[error("separation: {}", separated(term, *how))]
    Separation {
        /// The term.
        term: String,
        /// How.
        how: Separated,
    },
    /// A fit that did not settle.
    #[error("the fit did not settle in {iterations} iterations")]
    NotSettled {
        /// How many were tried.
        iterations: usize,
    },
    /// Strata with a single cluster, under the rule that refuses them.
    #[error("{strata} strat{} a single cluster, and --lonely fail was asked for", if *.strata == 1 { "um has" } else { "a have" })]
    LonelyClusters {
        /// How many strata.
        strata: usize,
    },
    /// No stratum with two clusters.
    #[error("every stratum has a single cluster, so there is no average to take for them")]
    OnlyLonely,
    /// A design without degrees of freedom for the model.
    #[error("{clusters} clusters in {strata} strata leave no degrees of freedom for {terms} coefficients")]
    NoFreedom {
        /// Number of clusters.
        clusters: usize,
        /// Number of strata.
        strata: usize,
        /// Number of coefficients.
        terms: usize,
    },
    /// A random intercept with another link than the logit.
    #[error("a zone intercept goes with the logit link only")]
    RandomProbit,
    /// A random intercept over too few zones.
    #[error("{zones} zone{} in the survey: a zone intercept needs several", if *.zones == 1 { "" } else { "s" })]
    TooFewZones {
        /// How many zones.
        zones: usize,
    },
    /// A random intercept by a codebook whose zones are the states: the survey represents nothing smaller.
    #[error(
        "the zones of the codebook `{codebook}` are its states: the survey knows no smaller place that could have an intercept of its own"
    )]
    ZonesAreStates {
        /// The codebook.
        codebook: String,
    },
    /// A model with intercepts of zones of which the census has none.
    #[error("the model has intercepts of {} zones such as `{survey}`, and none of them is a zone of the census, such as `{census}`", .zones)]
    NoCommonZones {
        /// Zones of the survey.
        zones: usize,
        /// One of them.
        survey: String,
        /// A zone of the census.
        census: String,
    },
    /// Zones that do not differ beyond their variables.
    #[error("the zones do not differ beyond what the variables say: the variance between them is 0")]
    NoZoneVariance,
    /// A variable asked for that the codebook lacks.
    #[error("the codebook `{codebook}` has no variable `{variable}`")]
    NoVariable {
        /// The codebook.
        codebook: String,
        /// The variable.
        variable: String,
        /// The nearest name.
        nearest: Option<String>,
        /// All of them.
        variables: Vec<String>,
    },
    /// A codebook that lacks what a fit needs.
    #[error("the codebook `{codebook}` states no {what}, which a fit needs")]
    CodebookLacks {
        /// The codebook.
        codebook: String,
        /// The table.
        what: &'static str,
    },
    /// A variable that the model's and the census's codebooks do not define alike.
    #[error("`{variable}` is not the same in the model and in the codebook `{codebook}`: {reason}")]
    Unlike {
        /// The variable.
        variable: String,
        /// The codebook of the census.
        codebook: String,
        /// What differs.
        reason: String,
    },
    /// A model file that cannot be read.
    #[error("{}: {reason}", .file.display())]
    ModelFile {
        /// The file.
        file: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// A covariance of coefficients that is none.
    #[error("the covariance of the coefficients is not positive definite")]
    NoCovariance,
    /// A number of draws that makes no sense.
    #[error("--draws {draws}: give from {least} to {most}")]
    Draws {
        /// As given.
        draws: usize,
        /// The least.
        least: usize,
        /// The most.
        most: usize,
    },
    /// Benchmarking without what to benchmark to.
    #[error("--benchmark {to}: the model holds no direct estimate to go by")]
    NoDirect {
        /// What was asked for.
        to: &'static str,
    },
    /// More children of distinct kinds than can be numbered.
    #[error("the census has more distinct kinds of children than can be counted ({most})")]
    TooManyKinds {
        /// The limit.
        most: usize,
    },
    /// An output format that is not known.
    #[error("{}: the name does not end in .csv or .parquet", .out.display())]
    Format {
        /// The file to write.
        out: PathBuf,
    },
    /// An output that cannot be written.
    #[error(transparent)]
    Output(#[from] Box<LocateError>),
    /// The output table could not be put together.
    #[error("the output table cannot be written: {reason}")]
    Table {
        /// What the writer said.
        reason: String,
    },
}

fn separated(term: &str, how: Separated) -> String {
    match how {
        Separated::LevelWithout => format!("no child with `{term}` has the outcome"),
        Separated::LevelOnly => format!("every child with `{term}` has the outcome"),
        Separated::Threshold => {
            format!("one value of `{term}` parts the children with the outcome from those without")
        }
        Separated::Together => {
            format!(
                "variables together foretell the outcome of some children for sure; `{term}` runs away furthest"
            )
        }
    }
}

impl MirtiError {
    /// What to do about it.
    pub fn help(&self) -> Option<String> {
        let text = match self {
            Self::Microdata(error) => return error.help(),
            Self::Output(error) => return error.help(),
            Self::NoChildren => "check the ages in [universe] and the missing codes of the codebook",
            Self::Weight { .. } => "leave the row out of the file, or correct its weight",
            Self::OneClass { .. } => "check [outcome] in the codebook: its field, codes and ages",
            Self::TooFewChildren { .. } | Self::NoFreedom { .. } => "leave variables out with --variables",
            Self::Constant { .. } => "leave it out with --variables",
            Self::Collinear { .. } => "leave one of them out with --variables",
            Self::Separation { how: Separated::LevelWithout | Separated::LevelOnly, .. } => {
                "join the level with another one in the codebook, or leave the variable out with --variables"
            }
            Self::Separation { .. } => "leave the variable out with --variables",
            Self::NotSettled { .. } => "leave variables out with --variables until it settles",
            Self::LonelyClusters { .. } | Self::OnlyLonely => {
                "choose another rule with --lonely, or join strata in the data"
            }
            Self::RandomProbit => "leave out --link probit or --random",
            Self::TooFewZones { .. } | Self::NoZoneVariance => "leave out --random",
            Self::ZonesAreStates { .. } => {
                "leave out --random; or, where states are what is to be estimated, take [state] out of the codebook"
            }
            Self::NoCommonZones { .. } => {
                "make keys in both codebooks that are alike ([zone] parts and width), or fit without --random"
            }
            Self::NoVariable { nearest: Some(near), .. } => return Some(format!("did you mean `{near}`?")),
            Self::NoVariable { variables, .. } => return Some(format!("it has: {}", variables.join(", "))),
            Self::CodebookLacks { what, .. } => {
                return Some(format!("add a table [{what}], or take the codebook of a survey"));
            }
            Self::Unlike { .. } => "bring the two codebooks in line and fit the model again",
            Self::ModelFile { .. } | Self::NoCovariance => "write it anew with `corredor mirti fit`",
            Self::Draws { .. } | Self::TooManyKinds { .. } | Self::Table { .. } => return None,
            Self::NoDirect { .. } => {
                "fit the model with a codebook that names a [state], or leave --benchmark out"
            }
            Self::Format { .. } => "name it .csv or .parquet",
        };
        Some(text.to_owned())
    }
}
