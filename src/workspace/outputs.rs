//! The fields of a layer, as far as the files alone tell.

use std::collections::{BTreeMap, BTreeSet};

/// Key of lixels.
pub const LIXEL_KEY: &str = "lixel_id";

/// What layers derived from lixels bring along of them.
pub(crate) const LIXEL_FIELDS: [&str; 6] = ["route", "route_name", "zone", "from_km", "to_km", "km"];

/// The fields of a layer as the files tell them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OutputFields {
    /// The key field, where known.
    pub key: Option<String>,
    /// The fields that are known, the key among them.
    pub names: BTreeSet<String>,
    /// Whether these are all: a source that is read whole may hold more.
    pub complete: bool,
}

impl OutputFields {
    /// Whether the layer may have the field.
    pub fn may_have(&self, field: &str) -> bool {
        !self.complete || self.names.contains(field)
    }

    /// Fields of a layer made per feature of this one: its key, `name` and `state`, then `own`.
    pub(super) fn zonal<'a>(&self, own: impl IntoIterator<Item = &'a str>) -> Self {
        let of_lixels = if self.key.as_deref() == Some(LIXEL_KEY) { LIXEL_FIELDS.as_slice() } else { &[] };
        let brought = ["name", "state"].iter().chain(of_lixels).copied().filter(|field| self.may_have(field));
        let names = brought.chain(own).map(str::to_owned).chain(self.key.clone()).collect();
        // Without its key the list has a hole.
        Self { key: self.key.clone(), names, complete: self.key.is_some() }
    }

    pub(super) fn keyed<'a>(key: &'a str, own: impl IntoIterator<Item = &'a str>) -> Self {
        let names = own.into_iter().chain([key]).map(str::to_owned).collect();
        Self { key: Some(key.to_owned()), names, complete: true }
    }
}

/// What a step's fields follow from: those of the layers that it uses.
pub(crate) struct Upstream<'a> {
    /// The fields of the layers that are settled.
    pub(super) settled: &'a BTreeMap<&'a str, OutputFields>,
    /// By layer of stretches, the zones that it was cut by.
    pub(super) cut_by: &'a BTreeMap<&'a str, &'a str>,
    /// Whether the layer's file lowers its level.
    pub(super) lowered: bool,
}

impl<'a> Upstream<'a> {
    /// The fields of a layer; incomplete where nothing is known of it.
    pub(super) fn of(&self, layer: &str) -> OutputFields {
        self.settled.get(layer).cloned().unwrap_or_default()
    }

    /// The zones that a layer of stretches was cut by.
    pub(super) fn zones_of(&self, stretches: &str) -> Option<&'a str> {
        self.cut_by.get(stretches).copied()
    }
}
