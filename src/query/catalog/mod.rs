//! What a query may name: layers of the workspace, their past runs, and files. Nothing is read before it is named.

mod allow;
mod files;
mod layers;
mod runs;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use async_trait::async_trait;
use datafusion::catalog::{CatalogProvider, SchemaProvider, TableProvider};
use datafusion::common::{DataFusionError, Result as Planned};
use datafusion::execution::SessionState;

pub(super) use allow::Allow;

use super::table::{LayerProvider, LayerTable};
use super::{Fault, QueryError, SessionOptions};
use crate::layer::Layer;
use crate::workspace::config::Level;
use crate::workspace::{Workspace, did_you_mean};

/// Name of the one catalog, and of its one schema.
pub(super) const CORREDOR: &str = "corredor";
pub(super) const LAYERS: &str = "layers";

/// Where the tables of a session come from.
#[derive(Debug)]
pub(super) struct Catalog {
    workspace: Option<Workspace>,
    allow: Allow,
    build: bool,
    /// The highest level that is read without a permit.
    level: Option<Level>,
    /// What may be read above that level, by the names that queries use.
    permitted: Mutex<BTreeSet<String>>,
    /// Layers as tables, as far as they were named.
    tables: Mutex<BTreeMap<String, Arc<LayerTable>>>,
    /// Layers that were computed, and what they were made from.
    computed: Mutex<BTreeMap<String, Arc<Layer>>>,
    /// Whether the run that is current was made from what the workspace holds now.
    fresh: OnceLock<bool>,
    /// Reads the schemas of Parquet files.
    planner: OnceLock<SessionState>,
}

/// A table as it is found.
pub(super) enum Found {
    /// A layer, which stands in memory.
    Layer(Arc<LayerTable>),
    /// A file that is read while the query runs.
    Streamed(PathBuf),
}

impl Catalog {
    /// Opens the workspace; reads none of its layers.
    pub(super) fn open(options: &SessionOptions) -> Result<Self, QueryError> {
        let workspace = options.workspace.as_deref().map(Workspace::open).transpose()?;
        let root = match &workspace {
            Some(workspace) => workspace.root().to_owned(),
            None => std::env::current_dir()
                .map_err(|error| QueryError::Failed { message: format!("no current folder: {error}") })?,
        };
        Ok(Self {
            allow: Allow::new(&root, &options.allow_paths)?,
            workspace,
            build: options.build,
            level: options.level,
            permitted: Mutex::default(),
            tables: Mutex::default(),
            computed: Mutex::default(),
            fresh: OnceLock::new(),
            planner: OnceLock::new(),
        })
    }

    /// Lends the planner that reads schemas of files.
    pub(super) fn plan_with(&self, state: SessionState) {
        // Set once, when the session opens.
        let _ = self.planner.set(state);
    }

    /// The workspace, if there is one.
    pub(super) fn workspace(&self) -> Option<&Workspace> {
        self.workspace.as_ref()
    }

    /// Names of the layers, in the order of the plan.
    pub(super) fn layer_names(&self) -> Vec<&str> {
        let layers = self.workspace.iter().flat_map(|workspace| workspace.plan().layers());
        layers.map(|layer| layer.name.as_str()).collect()
    }

    /// The layer of a name: of the workspace, of a past run, or in a file that is read whole.
    pub(super) fn layer(&self, name: &str) -> Result<Arc<LayerTable>, QueryError> {
        match self.find(name)? {
            Found::Layer(table) => Ok(table),
            Found::Streamed(path) => Err(Fault::new(format!(
                "`{name}` is read while the query runs ({}), so it has no index",
                path.file_name().unwrap_or_default().to_string_lossy()
            ))
            .help(Some("name a layer, or join it in FROM".to_owned()))
            .into()),
        }
    }

    /// Makes a layer at hand the table of a name.
    pub(super) fn add(&self, name: &str, layer: Arc<Layer>) -> Result<(), QueryError> {
        let table = table(name, layer)?;
        self.tables.lock().unwrap_or_else(PoisonError::into_inner).insert(name.to_owned(), table);
        Ok(())
    }

    /// The table of a name.
    pub(super) fn find(&self, name: &str) -> Result<Found, QueryError> {
        self.check_level(name)?;
        if let Some(table) = self.tables.lock().unwrap_or_else(PoisonError::into_inner).get(name) {
            return Ok(Found::Layer(Arc::clone(table)));
        }
        let planned = self.workspace.as_ref().and_then(|workspace| workspace.plan().get(name));
        let layer = if let (Some(workspace), Some(planned)) = (&self.workspace, planned) {
            self.current(workspace, planned)?
        } else if files::is_file_name(name) {
            match files::open(&self.allow, name)? {
                files::File::Whole(layer) => layer,
                files::File::Streamed(path) => return Ok(Found::Streamed(path)),
            }
        } else if let (Some(workspace), Some((layer, run))) = (&self.workspace, name.split_once('@')) {
            match runs::read_of(workspace, layer, run) {
                // Not a layer that lacks runs, but no layer.
                Err(QueryError::NoRun { runs, .. })
                    if runs.is_empty() && workspace.plan().get(layer).is_none() =>
                {
                    return Err(self.unknown(layer));
                }
                read => read?,
            }
        } else {
            return Err(self.unknown(name));
        };
        let table = table(name, layer)?;
        let mut tables = self.tables.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(Found::Layer(Arc::clone(tables.entry(name.to_owned()).or_insert(table))))
    }

    /// Refuses what stands above the level, unless it was permitted. Every way to a layer leads through here, also
    /// that of names which a query puts together while it runs.
    fn check_level(&self, name: &str) -> Result<(), QueryError> {
        let Some(allowed) = self.level else { return Ok(()) };
        let permitted = || self.permitted.lock().unwrap_or_else(PoisonError::into_inner).contains(name);
        match self.level(name) {
            Some(level) if level > allowed && !permitted() => {
                Err(QueryError::AboveLevel { layer: name.to_owned(), level, allowed })
            }
            _ => Ok(()),
        }
    }

    /// Permits these names, and no others, above the level.
    pub(super) fn permit(&self, names: impl IntoIterator<Item = String>) {
        *self.permitted.lock().unwrap_or_else(PoisonError::into_inner) = names.into_iter().collect();
    }

    fn unknown(&self, name: &str) -> QueryError {
        let fault = Fault::new(format!("there is no layer or file `{name}`"));
        fault.help(did_you_mean(name, self.layer_names(), "the layers are")).into()
    }

    /// The level of what a name stands for; `None` for a file that is no source of a layer.
    pub(super) fn level(&self, name: &str) -> Option<Level> {
        let workspace = self.workspace.as_ref()?;
        let plan = workspace.plan();
        let layer = name.split_once('@').map_or(name, |(layer, _)| layer);
        if let Some(planned) = plan.get(layer) {
            return Some(planned.level);
        }
        // A file is as sensitive as the layers that are read from it.
        let path = self.allow.resolve(name).ok()?;
        let read_from = |source: &Path| source.canonicalize().is_ok_and(|source| source == path);
        let of_file = plan.layers().iter().filter(|layer| {
            let source = layer.file.read.as_ref().map(|read| workspace.source(read));
            source.as_ref().and_then(|source| source.local()).is_some_and(read_from)
        });
        of_file.map(|layer| layer.level).max()
    }

    /// Whether a name stands for something a query can read, without reading it.
    pub(super) fn knows(&self, name: &str) -> bool {
        let layer = name.split_once('@').map_or(name, |(layer, _)| layer);
        self.workspace.as_ref().is_some_and(|workspace| workspace.plan().get(layer).is_some())
            || (files::is_file_name(name) && self.allow.resolve(name).is_ok())
            || self.tables.lock().unwrap_or_else(PoisonError::into_inner).contains_key(name)
    }

    async fn provider(&self, name: &str) -> Result<Arc<dyn TableProvider>, QueryError> {
        match self.find(name)? {
            Found::Layer(table) => Ok(Arc::new(LayerProvider(table))),
            Found::Streamed(path) => match self.planner.get() {
                Some(planner) => files::stream(planner, name, &path).await,
                None => Err(QueryError::Failed { message: "the session is not open yet".to_owned() }),
            },
        }
    }
}

fn table(name: &str, layer: Arc<Layer>) -> Result<Arc<LayerTable>, QueryError> {
    let table = LayerTable::new(layer);
    let failed = |error| QueryError::Failed { message: format!("layer `{name}`: {error}") };
    Ok(Arc::new(table.map_err(failed)?))
}

/// The catalog as the planner takes it.
#[derive(Debug)]
pub(super) struct Provider(pub Arc<Catalog>);

#[async_trait]
impl SchemaProvider for Provider {
    fn table_names(&self) -> Vec<String> {
        self.0.layer_names().into_iter().map(str::to_owned).collect()
    }

    async fn table(&self, name: &str) -> Planned<Option<Arc<dyn TableProvider>>> {
        match self.0.provider(name).await {
            Ok(table) => Ok(Some(table)),
            Err(error) => Err(DataFusionError::External(Box::new(error))),
        }
    }

    fn table_exist(&self, name: &str) -> bool {
        self.0.knows(name)
    }
}

impl CatalogProvider for Provider {
    fn schema_names(&self) -> Vec<String> {
        vec![LAYERS.to_owned()]
    }

    fn schema(&self, name: &str) -> Option<Arc<dyn SchemaProvider>> {
        (name == LAYERS).then(|| Arc::new(Self(Arc::clone(&self.0))) as _)
    }
}
