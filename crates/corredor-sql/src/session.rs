//! A session: the tables and functions that queries may use, and how they run.

use std::collections::BTreeSet;
use std::fmt;
use std::path::Path;
use std::sync::{Arc, LazyLock};

use arrow_array::{RecordBatch, StringArray};
use arrow_schema::{DataType, Field, Schema};
use datafusion::config::Dialect;
use datafusion::error::DataFusionError;
use datafusion::execution::disk_manager::{DiskManagerBuilder, DiskManagerMode};
use datafusion::execution::memory_pool::FairSpillPool;
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use datafusion::execution::{SessionState, SessionStateBuilder};
use datafusion::logical_expr::LogicalPlan;
use datafusion::physical_plan::execute_stream;
use datafusion::prelude::{SQLOptions, SessionConfig, SessionContext};
use datafusion::scalar::ScalarValue;
use datafusion::sql::parser::Statement as Planned;
use futures::StreamExt;
use tokio::sync::mpsc::{Sender, channel};
use tokio::time::Instant;

use super::answer::{Answer, Message, Running};
use super::batch::BATCH_ROWS;
use super::catalog::{CORREDOR, Catalog, LAYERS, Provider};
use super::describe::{FunctionInfo, LayerUse, TableInfo, TableKind};
use super::diagnose::Known;
use super::engine::{Engine, deep};
use super::limits::{Watch, check_tables, check_text};
use super::statement::{self, Asked};
use super::table::GEOMETRY;
use super::text::Text;
use super::totals::totalled;
use super::{CancelHandle, Fault, QueryError, SessionOptions, functions, join};
use corredor::layer::{Finding, Layer};
use corredor::workspace::config::{GeometryKind, Step};
use corredor::workspace::did_you_mean;

/// The part of its memory that a sort keeps back at most, one in so many.
const SORT_SHARE: usize = 4;

/// Batches that a query may be ahead of who takes them.
const AHEAD: usize = 2;

/// Answers queries over the layers of a workspace, their past runs, and files.
///
/// Nothing is read before a query names it; layers and their indices are kept as long as the session. Queries only
/// read. The same query over the same data gives the same rows in the same order, whatever the number of threads.
///
/// ```
/// use corredor_sql::{Session, SessionOptions};
///
/// let session = Session::open(SessionOptions::default())?;
/// let answer = session.run("SELECT 1 + $more AS two", &[("more".to_owned(), 1_i64.into())])?;
/// let rows: usize = answer.map(|batch| batch.map(|batch| batch.num_rows())).sum::<Result<_, _>>()?;
/// assert_eq!(rows, 1);
/// # Ok::<(), corredor_sql::QueryError>(())
/// ```
pub struct Session {
    options: SessionOptions,
    catalog: Arc<Catalog>,
    context: SessionContext,
    engine: Engine,
    cancel: CancelHandle,
    watch: Arc<Watch>,
}

impl Session {
    /// Opens a session; the workspace is checked, no layer is read.
    ///
    /// # Errors
    /// [`QueryError::Workspace`] for a workspace that is not in order; [`QueryError::NoFile`] for a path that is
    /// allowed and not there.
    pub fn open(options: SessionOptions) -> Result<Self, QueryError> {
        let failed = |error: &dyn fmt::Display| QueryError::Failed { message: error.to_string() };
        let watch = Arc::new(Watch::new(options.memory_limit_bytes));
        let catalog = Arc::new(Catalog::open(&options, Arc::clone(&watch))?);
        let disk = DiskManagerBuilder::default().with_mode(DiskManagerMode::OsTmpDirectory);
        let runtime = RuntimeEnvBuilder::new()
            .with_memory_pool(Arc::new(FairSpillPool::new(options.memory_limit_bytes)))
            .with_disk_manager_builder(disk)
            .build_arc()
            .map_err(|error| failed(&error))?;
        let mut config = SessionConfig::new()
            .with_batch_size(BATCH_ROWS)
            .with_target_partitions(1)
            .with_information_schema(false)
            .with_create_default_catalog_and_schema(false)
            .with_default_catalog_and_schema(CORREDOR, LAYERS);
        // What a sort keeps back for merging what it spilled must leave room for sorting.
        let execution = &mut config.options_mut().execution;
        let kept_bytes = options.memory_limit_bytes / SORT_SHARE;
        execution.sort_spill_reservation_bytes = execution.sort_spill_reservation_bytes.min(kept_bytes);
        let parser = &mut config.options_mut().sql_parser;
        parser.dialect = Dialect::PostgreSQL;
        parser.collect_spans = true;
        let state = SessionStateBuilder::new_with_default_features()
            .with_config(config)
            .with_runtime_env(runtime)
            .with_physical_optimizer_rule(Arc::new(join::IndexJoinRule))
            .with_physical_optimizer_rule(Arc::new(join::InOrderRule))
            .build();
        let context = SessionContext::new_with_state(state);
        catalog.plan_with(context.state());
        context.register_catalog(CORREDOR, Arc::new(Provider(Arc::clone(&catalog))));
        functions::register(&context, &catalog, options.memory_limit_bytes);
        let engine =
            Engine::new(Arc::clone(&watch), options.memory_limit_bytes).map_err(|error| failed(&error))?;
        Ok(Self { options, catalog, context, engine, cancel: CancelHandle::default(), watch })
    }

    /// Makes a layer at hand a table of this session, under a name that then stands for nothing else. Its index is made
    /// when a query first needs it.
    ///
    /// ```
    /// use std::sync::Arc;
    ///
    /// use corredor::layer::{Column, Layer, Provenance, points};
    /// use corredor_sql::{Session, SessionOptions};
    ///
    /// let codes = vec![Column::texts("code", vec![Some("a"), Some("b")])];
    /// let places = Arc::new(points(vec![-92.2, -99.1], vec![14.9, 19.4])?);
    /// let sites = Layer::new("sites", "code", codes, places, Provenance::default())?;
    /// let session = Session::open(SessionOptions::default())?;
    /// session.add_layer("sites", Arc::new(sites))?;
    /// let answer = session.run("SELECT code FROM sites WHERE ST_X(geom) < -95", &[])?;
    /// let rows: usize = answer.map(|batch| batch.map(|batch| batch.num_rows())).sum::<Result<_, _>>()?;
    /// assert_eq!(rows, 1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`QueryError::Failed`] where its columns cannot be a table.
    pub fn add_layer(&self, name: &str, layer: Arc<Layer>) -> Result<(), QueryError> {
        self.catalog.add(name, layer)
    }

    /// Begins to answer a query. `$name` in the text stands for the value of that name in `parameters`: values are
    /// bound, never pasted into the text.
    ///
    /// # Errors
    /// A [`QueryError`], with the place in the text where it is about one. What goes wrong later comes out of the
    /// answer.
    pub fn run(&self, sql: &str, parameters: &[(String, ScalarValue)]) -> Result<Answer, QueryError> {
        self.cancel.reset();
        self.watch.begin();
        let deadline = self.options.timeout.map(|limit| (Instant::now() + limit, limit));
        let statement = match self.parse(sql, parameters)? {
            Asked::Plan(statement) => *statement,
            Asked::Tables => return self.show_tables(),
            Asked::Functions => return self.show_functions(),
        };
        let (sender, messages) = channel(AHEAD);
        let query = Query {
            sql: sql.to_owned(),
            statement: Planned::Statement(Box::new(statement)),
            parameters: parameters.to_vec(),
            state: self.state(),
            memory_limit_bytes: self.options.memory_limit_bytes,
        };
        let task = self.engine.handle().spawn(query.answer(sender)).abort_handle();
        Answer::of(Running {
            engine: self.engine.clone(),
            messages,
            cancel: self.cancel.clone(),
            deadline,
            task,
        })
    }

    /// What was noticed in files that queries have read since it was asked last: rows and features that were kept out,
    /// repairs, by the name of the file. Each file is read, and told, once.
    pub fn take_noticed(&self) -> Vec<(String, Finding)> {
        self.catalog.take_noticed()
    }

    /// Stops what the session is answering.
    pub fn cancel_handle(&self) -> CancelHandle {
        self.cancel.clone()
    }

    /// The layers that queries may name, in the order of the plan. Their fields are those that the files of the
    /// workspace tell; a source may hold more.
    pub fn tables(&self) -> Vec<TableInfo> {
        let Some(workspace) = self.catalog.workspace() else { return Vec::new() };
        let fields = workspace.plan().fields();
        let table = |layer: &corredor::workspace::PlannedLayer| {
            let (mut names, mut place) = (Vec::new(), true);
            if let Some(known) = fields.get(&layer.name) {
                names.extend(known.key.clone());
                names.extend(known.names.iter().filter(|name| Some(*name) != known.key.as_ref()).cloned());
            }
            let kind = match layer.file.step() {
                Some(Step::Read(read)) => {
                    place = read.geometry != GeometryKind::None;
                    TableKind::Read
                }
                _ if layer.file.publish => TableKind::Published,
                _ => TableKind::Derived,
            };
            names.extend(place.then(|| GEOMETRY.to_owned()));
            TableInfo { name: layer.name.clone(), kind, level: layer.level, fields: names }
        };
        workspace.plan().layers().iter().map(table).collect()
    }

    /// The functions that queries may call, ours first, then by name.
    pub fn functions(&self) -> Vec<FunctionInfo> {
        functions::list(&self.context)
    }

    /// What a query reads, without running it. Layers that are tables of the query are read or built, to know their
    /// fields.
    ///
    /// # Errors
    /// As [`Session::run`].
    pub fn plan_layers(
        &self,
        sql: &str,
        parameters: &[(String, ScalarValue)],
    ) -> Result<Vec<LayerUse>, QueryError> {
        self.cancel.reset();
        self.watch.begin();
        let Asked::Plan(statement) = self.parse(sql, parameters)? else { return Ok(Vec::new()) };
        let names = deep(|| Ok(statement::names(&statement)))?;
        let texts: BTreeSet<&str> =
            parameters.iter().filter_map(|(_, value)| value.try_as_str().flatten()).collect();
        let known = |name: &&str| self.catalog.knows(name);
        let named: BTreeSet<&str> = names.iter().map(String::as_str).chain(texts).filter(known).collect();
        if named.is_empty() {
            return Ok(Vec::new());
        }
        let query = Query {
            sql: sql.to_owned(),
            statement: Planned::Statement(statement),
            parameters: parameters.to_vec(),
            state: self.state(),
            memory_limit_bytes: self.options.memory_limit_bytes,
        };
        let plan = self.wait_for(query.plan())?;
        let totals = totalled(&plan);
        let layer = |name: &str| self.layer_use(name, !totals.contains(name));
        Ok(named.into_iter().map(layer).collect())
    }

    /// Waits for what a task makes, unless it is stopped or its time is over first.
    fn wait_for<T: Send + 'static>(
        &self,
        making: impl Future<Output = Result<T, QueryError>> + Send + 'static,
    ) -> Result<T, QueryError> {
        let deadline = self.options.timeout.map(|limit| (Instant::now() + limit, limit));
        let (sender, mut made) = channel(1);
        let task = self.engine.handle().spawn(async move {
            // Nobody waits for it any more where this fails.
            let _ = sender.send(making.await).await;
        });
        let made = self.engine.next(&mut made, &self.cancel, deadline);
        task.abort();
        made?.unwrap_or_else(|| {
            Err(QueryError::Failed {
                message: "planning broke off: a fault of Corredor, please report it".to_owned(),
            })
        })
    }

    /// What a query names, with its level: layers, their past runs, and files. Nothing is planned or read.
    ///
    /// # Errors
    /// [`QueryError::Sql`] where the text is no query.
    pub fn names(
        &self,
        sql: &str,
        parameters: &[(String, ScalarValue)],
    ) -> Result<Vec<LayerUse>, QueryError> {
        let Asked::Plan(statement) = self.parse(sql, parameters)? else { return Ok(Vec::new()) };
        let names = deep(move || Ok(statement::names(&statement)))?;
        let texts = parameters.iter().filter_map(|(_, value)| value.try_as_str().flatten());
        let named: BTreeSet<&str> = names.iter().map(String::as_str).chain(texts).collect();
        let known = named.into_iter().filter(|name| self.catalog.knows(name));
        Ok(known.map(|name| self.layer_use(name, true)).collect())
    }

    /// Permits these names, as [`Session::names`] gives them, above the level of the session; no others from now on.
    pub fn permit(&self, names: impl IntoIterator<Item = LayerUse>) {
        self.catalog.permit(names.into_iter().map(|used| match used.run {
            Some(run) => format!("{}@{run}", used.name),
            None => used.name,
        }));
    }

    /// Whether a path is a source of a layer, under whatever name.
    pub fn is_source(&self, path: &Path) -> bool {
        self.catalog.is_source(path)
    }

    fn layer_use(&self, name: &str, rows: bool) -> LayerUse {
        let is_layer = |layer: &str| self.catalog.workspace().is_some_and(|w| w.plan().get(layer).is_some());
        let (layer, run) = match name.split_once('@') {
            Some((layer, run)) if is_layer(layer) => (layer, Some(run.to_owned())),
            _ => (name, None),
        };
        LayerUse { name: layer.to_owned(), run, level: self.catalog.level(name), rows }
    }

    /// Parses a query and sees to it that its parameters have values.
    fn parse(&self, sql: &str, parameters: &[(String, ScalarValue)]) -> Result<Asked, QueryError> {
        deep(|| parsed(sql, parameters))
    }

    fn state(&self) -> SessionState {
        let mut state = self.context.state();
        state.mark_start_execution();
        state
    }

    fn show_tables(&self) -> Result<Answer, QueryError> {
        let tables = self.tables();
        ready([
            ("table", tables.iter().map(|t| t.name.clone()).collect()),
            ("kind", tables.iter().map(|t| t.kind.word().to_owned()).collect()),
            ("level", tables.iter().map(|t| t.level.name().to_owned()).collect()),
            ("fields", tables.iter().map(|t| t.fields.join(", ")).collect()),
        ])
    }

    fn show_functions(&self) -> Result<Answer, QueryError> {
        let functions = self.functions();
        ready([
            ("function", functions.iter().map(|f| f.name.clone()).collect()),
            ("kind", functions.iter().map(|f| f.kind.word().to_owned()).collect()),
            ("signature", functions.iter().map(|f| f.signature.clone()).collect()),
            ("doc", functions.iter().map(|f| f.doc.clone()).collect()),
        ])
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session").field("options", &self.options).finish_non_exhaustive()
    }
}

/// Parses a query, sees to it that its parameters have values, and that it is not too large.
fn parsed(sql: &str, parameters: &[(String, ScalarValue)]) -> Result<Asked, QueryError> {
    let text = Text::new(sql)?;
    check_text(&text)?;
    let mut asked = statement::parse(&text)?;
    for (name, span) in statement::placeholders(&text) {
        if parameters.iter().all(|(known, _)| *known != name) {
            let known = parameters.iter().map(|(known, _)| known.as_str());
            return Err(Fault::new(format!("the parameter `${name}` has no value"))
                .at(Some(span))
                .help(did_you_mean(&name, known, "these have values"))
                .into());
        }
    }
    if let Asked::Plan(statement) = &mut asked {
        check_tables(statement)?;
        statement::bind(statement, parameters)?;
    }
    Ok(asked)
}

/// An answer of texts.
fn ready<const N: usize>(columns: [(&str, Vec<String>); N]) -> Result<Answer, QueryError> {
    let fields = columns.each_ref().map(|(name, _)| Field::new(*name, DataType::Utf8, false));
    let columns = columns.into_iter().map(|(_, values)| Arc::new(StringArray::from(values)) as _).collect();
    let batch = RecordBatch::try_new(Arc::new(Schema::new(fields.to_vec())), columns);
    batch.map(Answer::ready).map_err(|error| QueryError::Failed { message: error.to_string() })
}

/// A query on its way to an answer.
struct Query {
    sql: String,
    statement: Planned,
    parameters: Vec<(String, ScalarValue)>,
    state: SessionState,
    memory_limit_bytes: usize,
}

/// What plans may do: read.
static READING: LazyLock<SQLOptions> = LazyLock::new(|| {
    SQLOptions::new().with_allow_ddl(false).with_allow_dml(false).with_allow_statements(false)
});

impl Query {
    /// Plans and runs the query, and tells what comes of it.
    async fn answer(self, sender: Sender<Message>) {
        let (state, sql, limit) = (self.state.clone(), self.sql.clone(), self.memory_limit_bytes);
        let last = match self.run(&sender).await {
            Ok(()) => Message::Done,
            Err(error) => Message::Failed(diagnosed(error, &state, &sql, limit)),
        };
        // Nobody waits for it where the answer was dropped.
        let _ = sender.send(last).await;
    }

    async fn run(self, sender: &Sender<Message>) -> Result<(), DataFusionError> {
        let state = self.state.clone();
        let plan = self.logical().await?;
        let physical = state.create_physical_plan(&plan).await?;
        if sender.send(Message::Fields(physical.schema())).await.is_err() {
            return Ok(());
        }
        let mut rows = execute_stream(physical, state.task_ctx())?;
        while let Some(batch) = rows.next().await {
            if sender.send(Message::Rows(batch?)).await.is_err() {
                return Ok(());
            }
        }
        Ok(())
    }

    /// The plan, with the values of its parameters; one that would write is refused.
    async fn logical(self) -> Result<LogicalPlan, DataFusionError> {
        let plan = self.state.statement_to_plan(self.statement).await?;
        let plan = plan.with_param_values(self.parameters)?;
        READING.verify_plan(&plan).map_err(|_| {
            let fault = Fault::new("queries only read; this one would write");
            DataFusionError::External(Box::new(QueryError::from(fault)))
        })?;
        Ok(plan)
    }

    async fn plan(self) -> Result<LogicalPlan, QueryError> {
        let (state, sql, limit) = (self.state.clone(), self.sql.clone(), self.memory_limit_bytes);
        self.logical().await.map_err(|error| diagnosed(error, &state, &sql, limit))
    }
}

fn diagnosed(error: DataFusionError, state: &SessionState, sql: &str, limit: usize) -> QueryError {
    let text = match Text::new(sql) {
        Ok(text) => text,
        Err(fault) => return fault.into(),
    };
    let functions = functions::names(state);
    Known { text: &text, functions: &functions, memory_limit_bytes: limit }.error(error)
}
