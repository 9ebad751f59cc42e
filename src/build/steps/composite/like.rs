//! What another composite keeps for others to be scored like it.

use crate::build::{BuildError, Context};
use crate::publish::record::Parameters;
use crate::risk::composite::Frozen;

/// What a composite keeps for others to be scored like it.
pub(super) struct Like {
    /// Scales and weights.
    pub frozen: Frozen,
    /// Cut points of each rule.
    pub cuts: Vec<Vec<f64>>,
}

/// Reads the record of another composite.
pub(super) fn like(context: &Context, name: &str, like: &str) -> Result<Like, BuildError> {
    let lacks = || BuildError::Like { layer: name.to_owned(), like: like.to_owned() };
    let Parameters::Composite(own) = Parameters::of_layer(&context.layer(like)?.provenance) else {
        return Err(lacks());
    };
    let cuts = own.classes.into_iter().map(|class| class.cuts).collect();
    Ok(Like { frozen: own.kept.ok_or_else(lacks)?, cuts })
}
