//! The layers that stand already, for the steps that come after.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use super::cache::{Cache, Entry};
use super::seen_sites::SeenSites;
use super::{BuildError, Note};
use crate::join::{BorderIndex, Locator, OUTSIDE, Stretch, astray, overlay};
use crate::layer::{Column, Finding, Geometry, Layer, PointView, Provenance, key_fit};
use crate::protect::Key;
use crate::workspace::Displaced;
use crate::workspace::config::{LIXEL_FIELDS, LIXEL_KEY, LayerFile, Level};

/// What a step may look at.
#[derive(Clone, Debug, Default)]
pub struct Context {
    /// Folder that relative source paths start from.
    pub data: PathBuf,
    /// Seed of every random draw.
    pub seed: u64,
    /// Layer files of the plan.
    pub files: BTreeMap<String, LayerFile>,
    /// Effective level of each layer of the plan.
    pub levels: BTreeMap<String, Level>,
    /// Every layer of the plan; those that stand in memory are set. Ask [`Context::layer`], which fetches others.
    pub layers: BTreeMap<String, Arc<OnceLock<Arc<Layer>>>>,
    /// Coverage layers whose sites are displaced, and how.
    pub(super) displaced: BTreeMap<String, Displaced>,
    /// The key by which they are.
    pub(super) key: Option<Key>,
    /// Where they are seen, worked out once for all steps that ask.
    pub(super) seen: SeenSites,
    /// Layers of earlier builds that still hold, fetched when they are asked for.
    pub(super) kept: BTreeMap<String, Arc<Kept>>,
    /// Where they lie.
    pub(super) cache: Option<Arc<Cache>>,
    /// What a person should hear of at the end of the steps.
    pub(super) notes: Arc<Mutex<Vec<Note>>>,
    /// Copies of what web servers have, by the path that the layer file states.
    pub copies: BTreeMap<String, PathBuf>,
    /// SHA-256 of each local source, from the fingerprint.
    pub digests: BTreeMap<PathBuf, String>,
    /// Held while borders are dissolved, which takes some 70 bytes a vertex: one layer at a time, whose groups
    /// are parallel anyway.
    pub(super) dissolving: Arc<Mutex<()>>,
    /// Overlays that several steps ask for.
    pub(super) overlays: Arc<Mutex<Vec<Overlay>>>,
    /// What makes a layer by the step of its file; without it only what stands is given.
    pub(super) run_step: Option<RunStep>,
}

/// Makes a layer, by its name, from its file and the layers that stand.
pub(super) type RunStep = fn(&Context, &str, &LayerFile) -> Result<Layer, BuildError>;

/// A layer that was built before and need not be built again.
#[derive(Debug)]
pub(super) struct Kept {
    /// Its fingerprint.
    pub fingerprint: String,
    /// What is known of it without opening it.
    pub entry: Entry,
    /// Held while it is fetched.
    turn: Mutex<()>,
}

impl Kept {
    pub(super) fn new(fingerprint: String, entry: Entry) -> Self {
        Self { fingerprint, entry, turn: Mutex::default() }
    }
}

/// Routes over zones, as they were computed for one step.
#[derive(Debug)]
pub(super) struct Overlay {
    routes: Arc<Geometry>,
    zones: Arc<Geometry>,
    stretches: Arc<Vec<Stretch>>,
}

impl Context {
    /// A layer that stands: in memory, or kept from an earlier build. One whose file is damaged is built again.
    ///
    /// # Errors
    /// [`BuildError::NotBuilt`] where the plan has not built it before.
    pub fn layer(&self, name: &str) -> Result<&Arc<Layer>, BuildError> {
        let missing = || BuildError::NotBuilt { layer: name.to_owned() };
        let place = self.layers.get(name).ok_or_else(missing)?;
        if let Some(layer) = place.get() {
            return Ok(layer);
        }
        let kept = self.kept.get(name).ok_or_else(missing)?;
        let _turn = kept.turn.lock().unwrap_or_else(PoisonError::into_inner);
        if place.get().is_none() {
            let loaded = self.cache.as_ref().and_then(|cache| cache.load(&kept.entry).ok());
            let layer = match loaded {
                Some(layer) => layer,
                None => {
                    self.note(Note::damaged(name));
                    let layer = self.made(name)?;
                    self.keep(&kept.fingerprint, &layer, kept.entry.seconds);
                    layer
                }
            };
            // Set once: the turn is ours.
            let _ = place.set(Arc::new(layer));
        }
        place.get().ok_or_else(missing)
    }

    /// A layer made by its step on the spot.
    ///
    /// # Errors
    /// As the step; [`BuildError::NotBuilt`] where no steps are at hand.
    pub(super) fn made(&self, name: &str) -> Result<Layer, BuildError> {
        let run = self.run_step.ok_or_else(|| BuildError::NotBuilt { layer: name.to_owned() })?;
        run(self, name, self.file(name)?)
    }

    /// Features and record of a layer that stands, without fetching it.
    ///
    /// # Errors
    /// As [`Context::layer`].
    pub fn record(&self, name: &str) -> Result<(usize, &Provenance), BuildError> {
        if let Some(layer) = self.layers.get(name).and_then(|place| place.get()) {
            return Ok((layer.len(), &layer.provenance));
        }
        match self.kept.get(name) {
            Some(kept) => Ok((kept.entry.features, &kept.entry.provenance)),
            None => Err(BuildError::NotBuilt { layer: name.to_owned() }),
        }
    }

    /// Keeps a layer for the next builds. That this fails costs time, not the build.
    pub(super) fn keep(&self, fingerprint: &str, layer: &Layer, seconds: f64) {
        if let Some(cache) = &self.cache
            && let Err(error) = cache.save(fingerprint, layer, seconds)
        {
            self.note(Note::not_kept(layer.name(), &error));
        }
    }

    /// Something that a person should hear of.
    pub(super) fn note(&self, note: Note) {
        self.notes.lock().unwrap_or_else(PoisonError::into_inner).push(note);
    }

    /// The notes so far, which are then forgotten; in an order that does not depend on the threads.
    pub(super) fn take_notes(&self) -> Vec<Note> {
        let mut notes = std::mem::take(&mut *self.notes.lock().unwrap_or_else(PoisonError::into_inner));
        notes.sort_by(|a, b| a.en.cmp(&b.en));
        notes.dedup();
        notes
    }

    /// The stretches of routes over zones, for the step of a layer: computed once for all steps that ask for the same geometry.
    ///
    /// # Errors
    /// As [`BorderIndex::new`] and [`overlay`].
    pub(super) fn stretches(
        &self,
        layer: &str,
        routes: &Layer,
        zones: &Layer,
    ) -> Result<Arc<Vec<Stretch>>, BuildError> {
        let (line_view, zone_view) = (routes.lines()?, zones.zones()?);
        let mut overlays = self.overlays.lock().unwrap_or_else(PoisonError::into_inner);
        // Layers derived from one another share their geometry, and so the order of their features.
        let same = |known: &&Overlay| {
            Arc::ptr_eq(&known.routes, routes.geometry()) && Arc::ptr_eq(&known.zones, zones.geometry())
        };
        if let Some(known) = overlays.iter().find(same) {
            return Ok(Arc::clone(&known.stretches));
        }
        let join = |error| BuildError::Join { layer: layer.to_owned(), error };
        let index = BorderIndex::new(&zone_view, &zones.keys()).map_err(join)?;
        let stretches = Arc::new(overlay(&line_view, &index).map_err(join)?);
        overlays.push(Overlay {
            routes: Arc::clone(routes.geometry()),
            zones: Arc::clone(zones.geometry()),
            stretches: Arc::clone(&stretches),
        });
        Ok(stretches)
    }

    /// The layer file of a planned layer.
    ///
    /// # Errors
    /// [`BuildError::NotBuilt`] where the plan has no such layer.
    pub fn file(&self, name: &str) -> Result<&LayerFile, BuildError> {
        self.files.get(name).ok_or_else(|| BuildError::NotBuilt { layer: name.to_owned() })
    }
}

/// The columns that every zone layer carries on: key, name, state; of lixels where on which route they are.
pub(super) fn identity(layer: &Layer) -> Vec<Column> {
    let of_lixels = if layer.key() == LIXEL_KEY { LIXEL_FIELDS.as_slice() } else { &[] };
    [layer.key(), "name", "state"]
        .into_iter()
        .chain(of_lixels.iter().copied())
        .filter_map(|field| {
            let values = layer.attributes().column_by_name(field)?;
            Some(Column { name: field.to_owned(), values: Arc::clone(values) })
        })
        .collect()
}

/// Brings fields of a layer along, by the row that each feature has there; those that stand already are not brought twice.
///
/// # Errors
/// [`BuildError::Layer`] for a field that the layer lacks.
pub(super) fn brought(
    columns: &mut Vec<Column>,
    from: &Layer,
    rows: &[Option<usize>],
    fields: &[String],
) -> Result<(), BuildError> {
    let rows: arrow_array::UInt64Array = rows.iter().map(|row| row.map(|row| row as u64)).collect();
    for field in fields {
        if columns.iter().any(|column| column.name == *field) {
            continue;
        }
        let values = arrow_select::take::take(from.column(field)?, &rows, None)
            .map_err(|error| BuildError::Layer(error.into()))?;
        columns.push(Column { name: field.clone(), values });
    }
    Ok(())
}

/// The record of a derived layer.
pub(super) fn derived(step: &str, inputs: &[&str]) -> Provenance {
    Provenance {
        step: step.to_owned(),
        inputs: inputs.iter().map(|&i| i.to_owned()).collect(),
        ..Provenance::default()
    }
}

/// Rows of `right` for each row of `left`, by key; and what does not match. `layer` is the one that is made.
///
/// # Errors
/// [`BuildError::NoKeyMatches`] where none does: nothing would come of it.
pub(super) fn matched(layer: &str, left: &Layer, right: &Layer) -> Result<Matched, BuildError> {
    let positions = right.positions();
    let rows: Vec<Option<usize>> = left.keys().iter().map(|key| positions.get(key).copied()).collect();
    let there = left.positions();
    let only = |layer: &Layer, other: &std::collections::HashMap<&str, usize>| -> Vec<String> {
        layer.keys().into_iter().filter(|key| !other.contains_key(key)).map(str::to_owned).collect()
    };
    let (only_left, only_right) = (only(left, &positions), only(right, &there));
    if only_left.is_empty() && only_right.is_empty() {
        return Ok((rows, None));
    }
    let fit = key_fit(&only_left, &only_right);
    if let (true, Some(first), Some(other)) =
        (rows.iter().all(Option::is_none), only_left.first(), only_right.first())
    {
        return Err(BuildError::NoKeyMatches {
            layer: layer.to_owned(),
            left: left.name().to_owned(),
            right: right.name().to_owned(),
            examples: [first.clone(), other.clone()],
            fit,
        });
    }
    let finding = Finding::Unmatched {
        left: left.name().to_owned(),
        left_count: left.len(),
        only_left,
        right: right.name().to_owned(),
        right_count: right.len(),
        only_right,
        fit,
    };
    Ok((rows, Some(finding)))
}

/// Rows by key, and what does not match.
pub(super) type Matched = (Vec<Option<usize>>, Option<Finding>);

/// Where places lie among zones, [`OUTSIDE`] outside all of them, and the index that found it. `layer` is the one that is
/// made.
///
/// # Errors
/// What [`Locator`] cannot do.
pub(super) fn zones_at(
    layer: &str,
    zones: &Layer,
    places: &PointView<'_>,
) -> Result<(Locator, Vec<u32>), BuildError> {
    let join = |error| BuildError::Join { layer: layer.to_owned(), error };
    let index = Locator::for_points(&zones.zones()?, &zones.keys(), places.len() as u64).map_err(join)?;
    let mut located = vec![OUTSIDE; places.len()];
    index.locate_many(places.lon, places.lat, &mut located).map_err(join)?;
    Ok((index, located))
}

/// Where points lie among zones, and what to say of those outside. `layer` is the one that is made.
///
/// # Errors
/// [`BuildError::AllOutside`] where none lies inside: nothing would come of it; and what [`Locator`] cannot do.
pub(super) fn located(
    layer: &str,
    zones: &Layer,
    points: &Layer,
) -> Result<(Vec<u32>, Option<Finding>), BuildError> {
    let join = |error| BuildError::Join { layer: layer.to_owned(), error };
    let (view, places) = (zones.zones()?, points.points()?);
    let (index, located) = zones_at(layer, zones, &places)?;
    let count = located.iter().filter(|&&zone| zone == OUTSIDE).count();
    if count == 0 {
        return Ok((located, None));
    }
    let why = astray(&view, &index, &places, &located).map_err(join)?;
    let (points, zones, of) = (points.name().to_owned(), zones.name().to_owned(), located.len());
    if count == of {
        return Err(BuildError::AllOutside { layer: layer.to_owned(), points, zones, of, why });
    }
    Ok((located, Some(Finding::Outside { points, count, of, zones, why })))
}
