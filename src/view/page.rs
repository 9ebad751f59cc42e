//! The page's data: what every run says, and the geometry and tables behind it, each kept once.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use serde_json::{Value, json};

use super::manifest::{LayerDef, Legend, PageDef, RunDef, Said, ShapeDef};
use super::runs::Run;
use super::tiles::archive_gzip as gzip;
use super::{Basemap, ViewError, legend, record, shapes, table, tiles};
use crate::layer::{Extent, Geometry, Layer, ZoneView};
use crate::publish::record::LayerRecord;
use crate::publish::style::COLOURS;
use crate::text::{clean, find_hidden};
use crate::workspace::config::{GeometryKind, Level};

/// Bytes that all tiles together may take, so that page and data stay below 10 MB when they are compressed to be
/// sent; as text in scripts tiles take a third more on disk.
pub const TILE_BUDGET: usize = 7_500_000;

/// The block of tiles.
const TILES: &str = "tiles";

/// A table belongs to zones if so much of its keys are theirs, percent.
const MATCHING_PCT: usize = 90;

/// How to make the page.
#[derive(Clone, Debug)]
pub struct Options {
    /// Bytes that all tiles together may take.
    pub tile_budget: usize,
    /// A background map from elsewhere; without one the page uses no network.
    pub basemap: Option<Basemap>,
}

impl Default for Options {
    fn default() -> Self {
        Self { tile_budget: TILE_BUDGET, basemap: None }
    }
}

/// The data of a page.
#[derive(Clone, Debug)]
pub struct Page {
    /// Title in Spanish and English.
    pub(super) title: [String; 2],
    /// Compressed JSON and tiles by name; `page` is the one to begin with.
    pub(super) blocks: BTreeMap<String, Vec<u8>>,
    /// The background map.
    pub(super) basemap: Option<Basemap>,
    /// How far a border may lie from where it was published, metres.
    pub within_m: f64,
    /// Runs in it.
    pub runs: usize,
    /// Layers of runs that cannot be read, which the page does without.
    pub left_out: Vec<LeftOut>,
}

/// A layer of a run that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    /// The run.
    pub run: String,
    /// The layer.
    pub layer: String,
    /// Why.
    pub reason: String,
}

/// Geometry that layers share.
struct Shape {
    name: String,
    keys: Vec<String>,
    geometry: Arc<Geometry>,
}

#[derive(Default)]
struct Gathered {
    known: HashMap<blake3::Hash, usize>,
    shapes: Vec<Shape>,
    tables: HashMap<blake3::Hash, String>,
    blocks: BTreeMap<String, Vec<u8>>,
    left_out: Vec<LeftOut>,
}

impl Page {
    /// Makes the data of a page from runs in their order. Same runs, same bytes. A layer that cannot be read, as a run of
    /// another version or one that was changed by hand may hold, is left out and told: it does not keep the others from
    /// being looked at.
    ///
    /// # Errors
    /// A [`ViewError`] with the layer or file.
    pub fn new(runs: &[Run], options: &Options) -> Result<Self, ViewError> {
        let mut gathered = Gathered::default();
        let mut told = Vec::with_capacity(runs.len());
        // From the newest, whose shapes are drawn first.
        for run in runs.iter().rev() {
            let said = gathered.run(run)?;
            // A run of which nothing can be read shows nothing.
            if !said.layers.is_empty() {
                told.push(said);
            }
        }
        told.reverse();
        let extent = Extent::of(gathered.shapes.iter().map(|shape| &*shape.geometry)).map(Extent::unrolled);
        let (shapes, within_m) = gathered.shapes(options.tile_budget)?;
        if let (true, Some(LeftOut { run, layer, reason })) = (told.is_empty(), gathered.left_out.first()) {
            let (run, layer, reason) = (run.clone(), layer.clone(), reason.clone());
            return Err(ViewError::NothingReadable { run, layer, reason });
        }
        let shown = told.len();
        let Some(newest) = runs.last().map(|run| &run.record) else {
            return Err(ViewError::NoRuns { folder: "published".into() });
        };
        let page = PageDef {
            corredor: newest.corredor.clone(),
            workspace: newest.workspace.clone(),
            title: Said::from(&newest.title),
            country: Said::from(&newest.country),
            invented: newest.invented,
            contact: newest.contact.clone(),
            licence: newest.licence.clone(),
            level: newest.level.map_or("", Level::name).to_owned(),
            colours: &COLOURS.colours,
            lines: COLOURS.lines,
            basemap: options.basemap.clone(),
            extent,
            shapes,
            runs: told,
        };
        gathered.json("page", &json!(page))?;
        let title = [newest.title.es.clone(), newest.title.en.clone()];
        Ok(Self {
            title,
            blocks: gathered.blocks,
            basemap: options.basemap.clone(),
            within_m,
            runs: shown,
            left_out: gathered.left_out,
        })
    }
}

/// Texts without hidden signs.
fn cleaned(value: &mut Value) {
    match value {
        Value::String(text) if find_hidden(text).is_some() => *text = clean(text).into_owned(),
        Value::Array(items) => items.iter_mut().for_each(cleaned),
        Value::Object(fields) => fields.values_mut().for_each(cleaned),
        _ => {}
    }
}

impl Gathered {
    fn json(&mut self, name: &str, value: &Value) -> Result<(), ViewError> {
        let mut text = value.to_string();
        // What a run of an earlier version says may hold signs that a browser obeys.
        if find_hidden(&text).is_some() || text.contains("\\u") {
            let mut value = value.clone();
            cleaned(&mut value);
            text = value.to_string();
        }
        let bytes = gzip(text.as_bytes()).map_err(ViewError::Pack)?;
        self.blocks.insert(name.to_owned(), bytes);
        Ok(())
    }

    /// What a run says, its geometry and tables put by.
    fn run(&mut self, run: &Run) -> Result<RunDef, ViewError> {
        let mut layers: Vec<LayerDef> = Vec::new();
        let mut tables = Vec::new();
        for described in &run.record.layers {
            let drawn =
                run.layer(described).and_then(|layer| Ok((legend::legend(&layer, described)?, layer)));
            let (legend, layer) = match drawn {
                Ok(drawn) => drawn,
                Err(error) => {
                    let (run, layer) = (run.name().to_owned(), described.layer.clone());
                    self.left_out.push(LeftOut { run, layer, reason: error.to_string() });
                    continue;
                }
            };
            let shape = match **layer.geometry() {
                Geometry::None => None,
                _ => Some(self.shape(&layer)),
            };
            if shape.is_none() {
                tables.push((layers.len(), layer.keys().into_iter().map(str::to_owned).collect::<Vec<_>>()));
            }
            layers.push(self.layer(&layer, described, shape, legend)?);
        }
        // Tables follow the zones of their run, whichever comes first in the plan.
        for (at, keys) in tables {
            layers[at].shape = self.zones_of(&keys, &layers);
        }
        let (run, sequence, published) = (run.record.run.clone(), run.sequence, run.record.published.clone());
        Ok(RunDef { run, sequence, published, layers })
    }

    /// The name of the shape of a layer; a new one where it is not known yet.
    fn shape(&mut self, layer: &Layer) -> String {
        let keys = layer.keys();
        let next = self.shapes.len();
        let at = *self.known.entry(shapes::digest(&keys, layer.geometry())).or_insert(next);
        if at == next {
            let keys = keys.into_iter().map(str::to_owned).collect();
            let geometry = Arc::clone(layer.geometry());
            self.shapes.push(Shape { name: format!("shape-{}", next + 1), keys, geometry });
        }
        self.shapes[at].name.clone()
    }

    /// The zones that a table's keys name, among the layers of its run.
    fn zones_of(&self, keys: &[String], layers: &[LayerDef]) -> Option<String> {
        let drawn: Vec<&str> = layers.iter().filter_map(|layer| layer.shape.as_deref()).collect();
        self.shapes
            .iter()
            .filter(|shape| {
                drawn.contains(&shape.name.as_str()) && matches!(*shape.geometry, Geometry::Zones(_))
            })
            .find(|shape| {
                let theirs = keys.iter().filter(|key| shape.keys.binary_search(key).is_ok()).count();
                theirs > 0 && theirs * 100 >= keys.len() * MATCHING_PCT
            })
            .map(|shape| shape.name.clone())
    }

    fn layer(
        &mut self,
        layer: &Layer,
        told: &LayerRecord,
        shape: Option<String>,
        legend: Legend,
    ) -> Result<LayerDef, ViewError> {
        let columns = table::columns(layer);
        let digest = blake3::hash(columns.to_string().as_bytes());
        let table = match self.tables.get(&digest) {
            Some(name) => name.clone(),
            None => {
                let name = format!("table-{}", self.tables.len() + 1);
                self.json(&name, &columns)?;
                self.tables.insert(digest, name.clone());
                name
            }
        };
        Ok(LayerDef {
            layer: told.layer.clone(),
            title: Said::from(&told.title),
            description: Said::from(&told.description),
            caveats: told.caveats.iter().map(Said::from).collect(),
            sources: told.sources.clone(),
            date: told.date.clone(),
            licence: told.licence.clone(),
            key: told.key.clone(),
            geometry: told.geometry,
            theme: told.theme.clone(),
            rows: layer.len(),
            shape,
            table,
            legend,
            priority_of: record::priority_of(told),
            beyond: record::beyond(told),
            displaced: told.displaced.is_some(),
            validation: record::validation(told),
        })
    }

    /// What the page is told of each shape, their blocks put by; and how exact the tiles are, in metres.
    fn shapes(&mut self, budget: usize) -> Result<(BTreeMap<String, ShapeDef>, f64), ViewError> {
        let shapes = std::mem::take(&mut self.shapes);
        // All zones in one set of tiles: states share their borders with municipalities.
        let zones: Vec<(&str, ZoneView<'_>)> = shapes
            .iter()
            .filter_map(|shape| shape.geometry.zones().map(|view| (shape.name.as_str(), view)))
            .collect();
        let tiles = match zones.is_empty() {
            true => None,
            false => Some(tiles::zones(&zones, budget).map_err(ViewError::Pack)?),
        };
        let mut told = BTreeMap::new();
        for shape in &shapes {
            let keys: Vec<&str> = shape.keys.iter().map(String::as_str).collect();
            self.json(&shape.name, &json!(shapes::describe(&keys, &shape.geometry)))?;
            let set = tiles.as_ref().filter(|_| matches!(*shape.geometry, Geometry::Zones(_)));
            let def = ShapeDef {
                kind: GeometryKind::of(&shape.geometry),
                bounds: shape.geometry.bounds(),
                tiles: set.map(|_| TILES),
                max_zoom: set.map(|set| set.max_zoom),
                within_m: set.map(|set| (set.within_m * 10.0).round() / 10.0),
            };
            told.insert(shape.name.clone(), def);
        }
        let within_m = tiles.as_ref().map_or(0.0, |set| set.within_m);
        self.blocks.extend(tiles.map(|set| (TILES.to_owned(), set.bytes)));
        Ok((told, within_m))
    }
}
