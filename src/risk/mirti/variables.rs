//! The variables of a codebook that are asked for by name.

use super::MirtiError;
use crate::layer::nearest;
use crate::risk::microdata::{Codebook, Variable};

/// The variables of a codebook by name, all of them where none is named.
///
/// # Errors
/// A name that the codebook lacks.
pub fn choose<'a>(codebook: &'a Codebook, names: &[String]) -> Result<Vec<&'a Variable>, MirtiError> {
    if names.is_empty() {
        return Ok(codebook.variable.iter().collect());
    }
    names.iter().map(|name| codebook.variable(name).ok_or_else(|| no_variable(codebook, name))).collect()
}

/// What to say of a name that the codebook lacks.
pub(super) fn no_variable(codebook: &Codebook, name: &str) -> MirtiError {
    let names = codebook.variable.iter().map(|v| v.name.as_str());
    MirtiError::NoVariable {
        codebook: codebook.name.clone(),
        variable: name.to_owned(),
        nearest: nearest(name, names.clone()),
        variables: names.map(str::to_owned).collect(),
    }
}
