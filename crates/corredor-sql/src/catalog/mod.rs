//! What a query may name: layers of the workspace, their past runs, and files. Nothing is read before it is named.

mod allow;
mod files;
mod guard;
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
use guard::Guard;

use super::limits::Watch;
use super::table::{LayerProvider, LayerTable};
use super::{Fault, QueryError, SessionOptions};
use corredor::layer::{Finding, Layer};
use corredor::protect::{Door, sight};
use corredor::publish::Shelf;
use corredor::query::audit::AUDIT_FILE;
use corredor::workspace::config::{Level, Step};
use corredor::workspace::{PlannedLayer, Workspace, did_you_mean};

/// Name of the one catalog, and of its one schema.
pub(super) const CORREDOR: &str = "corredor";
pub(super) const LAYERS: &str = "layers";

/// Where the tables of a session come from.
#[derive(Debug)]
pub(super) struct Catalog {
    workspace: Option<Workspace>,
    allow: Allow,
    build: bool,
    /// The level of who asks; `None` sees all.
    viewer: Option<Level>,
    /// The highest level that is read without a permit.
    level: Option<Level>,
    /// How sensitive the files around the workspace are; looked up once.
    guard: OnceLock<Guard>,
    /// The levels of layers as they are made for who asks; looked up once.
    seen: OnceLock<BTreeMap<String, Level>>,
    /// Names that layers at hand were put under.
    added: Mutex<BTreeSet<String>>,
    /// What may be read above that level, by the names that queries use.
    permitted: Mutex<BTreeSet<String>>,
    /// Layers as tables, as far as they were named.
    tables: Mutex<BTreeMap<String, Arc<LayerTable>>>,
    /// What was noticed in files that were read, as long as nobody has asked.
    noticed: Mutex<Vec<(String, Finding)>>,
    /// Layers that were computed, and what they were made from.
    computed: Mutex<BTreeMap<String, Arc<Layer>>>,
    /// Whether the run that is current was made from what the workspace holds now.
    fresh: OnceLock<bool>,
    /// Told while layers are read, which takes memory that is not the query's.
    watch: Arc<Watch>,
    /// Reads the schemas of Parquet files.
    planner: OnceLock<SessionState>,
}

/// What a name stands for. Decided here alone, so that nothing can be judged as one thing and read as another.
enum Named<'a> {
    /// A layer at hand.
    Added,
    /// A layer of the plan.
    Layer(&'a Workspace, &'a PlannedLayer),
    /// A file.
    File,
    /// A past run of a layer.
    Run(&'a Workspace, &'a str, &'a str),
    /// Nothing.
    Nothing,
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
    pub(super) fn open(options: &SessionOptions, watch: Arc<Watch>) -> Result<Self, QueryError> {
        let workspace = options.workspace.as_deref().map(Workspace::open).transpose()?;
        let root = match &workspace {
            Some(workspace) => workspace.root().to_owned(),
            None => std::env::current_dir()
                .map_err(|error| QueryError::Failed { message: format!("no current folder: {error}") })?,
        };
        let mut allow = Allow::new(&root, &options.allow_paths)?;
        if let Some(workspace) = &workspace {
            let own = [".corredor", ".corredor.lock", AUDIT_FILE];
            allow.keep_back(own.iter().map(|name| workspace.root().join(name)));
        }
        Ok(Self {
            watch,
            allow,
            viewer: options.viewer.or(options.level),
            guard: OnceLock::new(),
            seen: OnceLock::new(),
            added: Mutex::default(),
            workspace,
            build: options.build,
            level: options.level,
            permitted: Mutex::default(),
            tables: Mutex::default(),
            noticed: Mutex::default(),
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
        self.added.lock().unwrap_or_else(PoisonError::into_inner).insert(name.to_owned());
        self.tables.lock().unwrap_or_else(PoisonError::into_inner).insert(name.to_owned(), table);
        Ok(())
    }

    /// The table of a name.
    pub(super) fn find(&self, name: &str) -> Result<Found, QueryError> {
        self.check_level(name)?;
        if let Some(table) = self.tables.lock().unwrap_or_else(PoisonError::into_inner).get(name) {
            return Ok(Found::Layer(Arc::clone(table)));
        }
        let _reading = self.watch.reading();
        let layer = match self.named(name) {
            Named::Layer(workspace, planned) => {
                let layer = self.current(workspace, planned)?;
                if matches!(planned.file.step(), Some(Step::Read(_))) {
                    self.notice(name, &layer, |finding| matches!(finding, Finding::Dropped { .. }));
                }
                layer
            }
            Named::File => match files::open(&self.allow, name)? {
                files::File::Whole(layer) => {
                    self.notice(name, &layer, |_| true);
                    layer
                }
                files::File::Streamed(path) => return Ok(Found::Streamed(path)),
            },
            Named::Run(workspace, layer, run) => match runs::read_of(&self.shelf(workspace), layer, run) {
                // Not a layer that lacks runs, but no layer.
                Err(QueryError::NoRun { runs, .. })
                    if runs.is_empty() && workspace.plan().get(layer).is_none() =>
                {
                    return Err(self.unknown(layer));
                }
                read => read?,
            },
            Named::Added | Named::Nothing => return Err(self.unknown(name)),
        };
        let table = table(name, layer)?;
        let mut tables = self.tables.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(Found::Layer(Arc::clone(tables.entry(name.to_owned()).or_insert(table))))
    }

    /// Keeps what was noticed in a source, to be told: in a file all of it, in a layer what its build kept out.
    fn notice(&self, name: &str, layer: &Layer, is_told: impl Fn(&Finding) -> bool) {
        let findings = layer.provenance.findings.iter().filter(|finding| is_told(finding));
        let findings = findings.map(|finding| (name.to_owned(), finding.clone()));
        self.noticed.lock().unwrap_or_else(PoisonError::into_inner).extend(findings);
    }

    /// What was noticed in files since it was asked last, by the name of the file.
    pub(super) fn take_noticed(&self) -> Vec<(String, Finding)> {
        std::mem::take(&mut *self.noticed.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// What a name stands for.
    fn named<'a>(&'a self, name: &'a str) -> Named<'a> {
        if self.added.lock().unwrap_or_else(PoisonError::into_inner).contains(name) {
            return Named::Added;
        }
        let planned =
            self.workspace.as_ref().and_then(|workspace| Some((workspace, workspace.plan().get(name)?)));
        match (planned, &self.workspace, name.split_once('@')) {
            (Some((workspace, layer)), ..) => Named::Layer(workspace, layer),
            _ if files::is_file_name(name) => Named::File,
            (None, Some(workspace), Some((layer, run))) => Named::Run(workspace, layer, run),
            _ => Named::Nothing,
        }
    }

    /// The level of the readers that layers are made for: where none is stated, those that the workspace publishes to.
    pub(super) fn made_for(&self, workspace: &Workspace) -> Level {
        self.viewer.unwrap_or_else(|| lowest_level(workspace))
    }

    /// Where runs stand that who asks may see.
    fn shelf(&self, workspace: &Workspace) -> Shelf {
        Shelf::seen_by(workspace.root(), workspace.file(), self.viewer.unwrap_or(Level::Strict))
    }

    /// How sensitive a layer is as it is made for who asks. Who may see more than others gets what the layer is made
    /// from as it is, in the layer too: then it is as sensitive as that.
    fn level_of(&self, workspace: &Workspace, planned: &PlannedLayer) -> Level {
        let (Some(viewer), Some(allowed)) = (self.viewer, self.level) else { return planned.level };
        if sight(Door::SqlLayer, allowed, viewer).is_whole() {
            return planned.level;
        }
        let seen = self.seen.get_or_init(|| {
            let plan = workspace.plan_for(viewer);
            plan.layers().iter().map(|layer| (layer.name.clone(), layer.level)).collect()
        });
        seen.get(&planned.name).copied().unwrap_or(planned.level).max(planned.level)
    }

    /// Refuses what stands above the level, unless it was permitted. Every way to a layer leads through here, also
    /// that of names which a query puts together while it runs.
    pub(super) fn check_level(&self, name: &str) -> Result<(), QueryError> {
        let (Some(allowed), Some(viewer)) = (self.level, self.viewer) else { return Ok(()) };
        let Some(level) = self.level_told(name)? else { return Ok(()) };
        let door = match self.named(name) {
            Named::File => Door::SqlFile,
            Named::Run(..) => Door::SqlRun,
            _ => Door::SqlLayer,
        };
        let permitted = || self.permitted.lock().unwrap_or_else(PoisonError::into_inner).contains(name);
        let seen = |viewer: Level| sight(door, viewer, level).is_whole();
        match seen(allowed) || (seen(viewer) && permitted()) {
            true => Ok(()),
            false => Err(QueryError::AboveLevel { layer: name.to_owned(), level, allowed }),
        }
    }

    /// Permits these names, and no others, above the level.
    pub(super) fn permit(&self, names: impl IntoIterator<Item = String>) {
        *self.permitted.lock().unwrap_or_else(PoisonError::into_inner) = names.into_iter().collect();
    }

    fn unknown(&self, name: &str) -> QueryError {
        if self.allow.resolve(name).is_ok_and(|path| path.is_file()) {
            return Fault::new(format!("`{name}` cannot be queried")).help(Some(files::kinds())).into();
        }
        let fault = Fault::new(format!("there is no layer or file `{name}`"));
        fault.help(did_you_mean(name, self.layer_names(), "the layers are")).into()
    }

    /// The level of what a name stands for; `None` for what has nothing to do with the workspace. What cannot be
    /// looked at is as sensitive as can be.
    pub(super) fn level(&self, name: &str) -> Option<Level> {
        self.level_told(name).unwrap_or(Some(Level::Strict))
    }

    fn level_told(&self, name: &str) -> Result<Option<Level>, QueryError> {
        match self.named(name) {
            Named::Added | Named::Nothing => Ok(None),
            Named::Layer(workspace, planned) => Ok(Some(self.level_of(workspace, planned))),
            Named::Run(workspace, layer, run) => {
                let planned = workspace.plan().get(layer).map(|planned| planned.level);
                Ok(planned.max(runs::level(&self.shelf(workspace), layer, run)?))
            }
            Named::File => {
                let Some(workspace) = &self.workspace else { return Ok(None) };
                let path = self.allow.resolve(name)?;
                self.guard.get_or_init(|| Guard::new(workspace)).level(&self.allow, &path)
            }
        }
    }

    /// Whether a path is a source of a layer, under whatever name.
    pub(super) fn is_source(&self, path: &Path) -> bool {
        let guard = |workspace| self.guard.get_or_init(|| Guard::new(workspace));
        self.workspace.as_ref().is_some_and(|workspace| guard(workspace).is_source(path))
    }

    /// Whether a name stands for something a query can read, without reading it.
    pub(super) fn knows(&self, name: &str) -> bool {
        match self.named(name) {
            Named::Added | Named::Layer(..) => true,
            Named::File => self.allow.resolve(name).is_ok(),
            Named::Run(workspace, layer, run) => {
                workspace.plan().get(layer).is_some()
                    || runs::level(&self.shelf(workspace), layer, run).is_ok_and(|level| level.is_some())
            }
            Named::Nothing => false,
        }
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

/// The level of the readers who may see least of what the workspace publishes.
pub fn lowest_level(workspace: &Workspace) -> Level {
    workspace.file().editions().first().map_or(workspace.file().publish.level, |edition| edition.level)
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
