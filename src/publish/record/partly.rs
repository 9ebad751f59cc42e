//! Reading what can be read of a record of another version.

use serde_json::{Map, Value};

/// Reads what can be read of an object: members that do not fit by themselves are left out. `None` where nothing fits, not
/// even none.
pub(super) fn as_far_as_it_goes<T, E>(
    members: &Map<String, Value>,
    read: impl Fn(&Map<String, Value>) -> Result<T, E>,
) -> Option<T> {
    if let Ok(whole) = read(members) {
        return Some(whole);
    }
    let fits = |(name, value): &(&String, &Value)| {
        read(&Map::from_iter([((*name).clone(), (*value).clone())])).is_ok()
    };
    let kept = members.iter().filter(fits).map(|(name, value)| (name.clone(), value.clone()));
    read(&kept.collect()).ok()
}
