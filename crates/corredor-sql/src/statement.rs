//! One statement that reads: parsed, checked, and what it names.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use datafusion::scalar::ScalarValue;
use datafusion::sql::parser::Statement as Planned;
use datafusion::sql::resolve::resolve_table_references;
use datafusion::sql::sqlparser::ast::{
    Expr, FunctionArguments, ObjectName, ObjectNamePart, ShowStatementIn, Statement, TableFactor, Value,
    Visit, VisitMut, Visitor, VisitorMut,
};
use datafusion::sql::sqlparser::dialect::PostgreSqlDialect;
use datafusion::sql::sqlparser::keywords::Keyword;
use datafusion::sql::sqlparser::parser::{Parser, ParserError};
use datafusion::sql::sqlparser::tokenizer::Token;

use super::Fault;
use super::text::Text;
use corredor::workspace::nearest;

/// How deep brackets and subqueries may go.
const DEPTH: usize = 64;

/// Words that a statement may begin with.
const READING: [Keyword; 8] = [
    Keyword::SELECT,
    Keyword::WITH,
    Keyword::VALUES,
    Keyword::TABLE,
    Keyword::EXPLAIN,
    Keyword::SHOW,
    Keyword::DESCRIBE,
    Keyword::DESC,
];

/// What is asked for.
#[derive(Clone, Debug)]
pub(super) enum Asked {
    /// An answer of the planner: a query, its plan, or the fields of a table.
    Plan(Box<Statement>),
    /// The list of tables.
    Tables,
    /// The list of functions.
    Functions,
}

/// Parses one statement that reads.
pub(super) fn parse(text: &Text<'_>) -> Result<Asked, Fault> {
    let first = text.words().next().ok_or_else(|| Fault::new("there is no query"))?;
    let reads = match &first.token {
        Token::Word(word) => READING.contains(&word.keyword),
        token => *token == Token::LParen,
    };
    if !reads {
        let known = READING.map(|keyword| format!("{keyword:?}"));
        let near = nearest(&first.token.to_string(), known.iter().map(String::as_str));
        return Err(Fault::new("queries only read: SELECT, WITH, VALUES, EXPLAIN, SHOW or DESCRIBE")
            .at(Some(text.span_of(first)))
            .help(near.map(|near| format!("did you mean `{near}`?"))));
    }
    let dialect = PostgreSqlDialect {};
    let mut parser =
        Parser::new(&dialect).with_recursion_limit(DEPTH).with_tokens_with_locations(text.tokens().to_vec());
    let statement = parser.parse_statement().map_err(|error| syntax(text, error))?;
    while parser.consume_token(&Token::SemiColon) {}
    let next = parser.peek_token();
    if next.token != Token::EOF {
        return Err(Fault::new("one statement at a time; this does not belong to the first")
            .at(Some(text.span_of(&next))));
    }
    asked(text, statement)
}

fn asked(text: &Text<'_>, statement: Statement) -> Result<Asked, Fault> {
    match statement {
        Statement::Query(_) | Statement::ExplainTable { .. } => Ok(Asked::Plan(Box::new(statement))),
        Statement::Explain { statement: ref inner, .. } => match **inner {
            Statement::Query(_) => Ok(Asked::Plan(Box::new(statement))),
            _ => Err(Fault::new("only queries can be explained")),
        },
        Statement::ShowTables { .. } => Ok(Asked::Tables),
        Statement::ShowFunctions { .. } => Ok(Asked::Functions),
        Statement::ShowColumns { ref show_options, .. } => {
            let within = show_options.show_in.as_ref();
            match within.and_then(|within: &ShowStatementIn| within.parent_name.clone()) {
                Some(table_name) => Ok(Asked::Plan(Box::new(Statement::ExplainTable {
                    describe_alias: datafusion::sql::sqlparser::ast::DescribeAlias::Describe,
                    hive_format: None,
                    has_table_keyword: false,
                    table_name,
                }))),
                None => Err(Fault::new("SHOW COLUMNS FROM which table?")),
            }
        }
        _ => Err(Fault::new("this can be shown: TABLES, FUNCTIONS, COLUMNS FROM a table")
            .at(text.words().nth(1).map(|token| text.span_of(token)))),
    }
}

/// The parser ends its messages with the place.
fn syntax(text: &Text<'_>, error: ParserError) -> Fault {
    let message = match error {
        ParserError::TokenizerError(message) | ParserError::ParserError(message) => message,
        ParserError::RecursionLimitExceeded => {
            return Fault::new("brackets or subqueries go too deep")
                .help(Some(format!("up to {DEPTH} levels are read; name parts of the query with WITH")));
        }
    };
    let place = message.rsplit_once(" at Line: ").and_then(|(said, place)| {
        let (line, column) = place.split_once(", Column: ")?;
        Some((said.to_owned(), line.trim().parse().ok()?, column.trim().parse().ok()?))
    });
    match place {
        Some((said, line, column)) => Fault::new(lower(&said)).at(Some(text.at(line, column))),
        // It ran out of words.
        None => Fault::new(lower(&message)).at(Some(text.end())),
    }
}

/// A message of the parser as ours begin.
fn lower(message: &str) -> String {
    let mut letters = message.chars();
    match letters.next() {
        Some(first) => first.to_lowercase().chain(letters).collect(),
        None => String::new(),
    }
}

/// The tables that a statement names, and what it gives to table functions and ours as texts.
pub(super) fn names(statement: &Statement) -> BTreeSet<String> {
    let planned = Planned::Statement(Box::new(statement.clone()));
    let tables = resolve_table_references(&planned, true).map(|(tables, _)| tables).unwrap_or_default();
    let mut names: BTreeSet<String> = tables.iter().map(|table| table.table().to_owned()).collect();
    let _ = statement.visit(&mut Texts { names: &mut names });
    names
}

/// Collects texts among the arguments of functions: names of layers stand there.
struct Texts<'a> {
    names: &'a mut BTreeSet<String>,
}

impl Texts<'_> {
    fn expression(&mut self, expression: &Expr) {
        if let Expr::Value(value) = expression
            && let Some(text) = value.value.clone().into_string()
        {
            self.names.insert(text);
        }
    }
}

impl Visitor for Texts<'_> {
    type Break = ();

    fn pre_visit_expr(&mut self, expression: &Expr) -> ControlFlow<()> {
        if let Expr::Function(function) = expression
            && let FunctionArguments::List(list) = &function.args
        {
            list.args.iter().filter_map(argument).for_each(|e| self.expression(e));
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_table_factor(&mut self, table: &TableFactor) -> ControlFlow<()> {
        let args = match table {
            TableFactor::Table { args: Some(args), .. } => &args.args,
            TableFactor::Function { args, .. } => args,
            _ => return ControlFlow::Continue(()),
        };
        args.iter().filter_map(argument).for_each(|e| self.expression(e));
        ControlFlow::Continue(())
    }
}

fn argument(argument: &datafusion::sql::sqlparser::ast::FunctionArg) -> Option<&Expr> {
    use datafusion::sql::sqlparser::ast::{FunctionArg, FunctionArgExpr};
    let (FunctionArg::Unnamed(arg) | FunctionArg::Named { arg, .. } | FunctionArg::ExprNamed { arg, .. }) =
        argument;
    match arg {
        FunctionArgExpr::Expr(expression) => Some(expression),
        _ => None,
    }
}

/// Puts values where a statement has `$name`, as literals of its tree: the text is never touched.
///
/// The planner binds what stands in expressions; only arguments of table functions, and the runs of `layer@$name`,
/// must be values before.
pub(super) fn bind(statement: &mut Statement, parameters: &[(String, ScalarValue)]) -> Result<(), Fault> {
    match statement.visit(&mut Binder { parameters }) {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(fault) => Err(fault),
    }
}

struct Binder<'a> {
    parameters: &'a [(String, ScalarValue)],
}

impl VisitorMut for Binder<'_> {
    type Break = Fault;

    fn pre_visit_relation(&mut self, relation: &mut ObjectName) -> ControlFlow<Fault> {
        for part in &mut relation.0 {
            if let ObjectNamePart::Identifier(name) = part
                && let Some((layer, placeholder)) = name.value.split_once("@$")
            {
                let run = self.parameters.iter().find(|(parameter, _)| parameter == placeholder);
                let run = run.and_then(|(_, value)| value.try_as_str().flatten());
                // The name of a run or a day; then `layer@run` can be nothing else.
                let plain = |run: &&str| run.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
                match run.filter(plain) {
                    Some(run) => name.value = format!("{layer}@{run}"),
                    None => {
                        return ControlFlow::Break(Fault::new(format!(
                            "`${placeholder}` is no run of a layer"
                        )));
                    }
                }
            }
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_table_factor(&mut self, table: &mut TableFactor) -> ControlFlow<Fault> {
        as_function(table);
        use datafusion::sql::sqlparser::ast::{FunctionArg, FunctionArgExpr};
        let args = match table {
            TableFactor::Table { args: Some(args), .. } => &mut args.args,
            TableFactor::Function { args, .. } => args,
            _ => return ControlFlow::Continue(()),
        };
        for arg in args {
            let (FunctionArg::Unnamed(FunctionArgExpr::Expr(expression))
            | FunctionArg::Named { arg: FunctionArgExpr::Expr(expression), .. }
            | FunctionArg::ExprNamed { arg: FunctionArgExpr::Expr(expression), .. }) = arg
            else {
                continue;
            };
            if let Expr::Value(value) = expression
                && let Value::Placeholder(name) = &value.value
                && let Some(literal) = self.literal(name)
            {
                value.value = literal;
            }
        }
        ControlFlow::Continue(())
    }
}

/// A call where a table may stand, as the planner takes it for no table: a function may be called as a layer is.
fn as_function(table: &mut TableFactor) {
    if let TableFactor::Table { name, alias, args: Some(args), .. } = table {
        *table = TableFactor::Function {
            lateral: false,
            name: name.clone(),
            args: std::mem::take(&mut args.args),
            with_ordinality: false,
            alias: alias.take(),
        };
    }
}

impl Binder<'_> {
    fn literal(&self, placeholder: &str) -> Option<Value> {
        let name = placeholder.strip_prefix('$')?;
        let (_, value) = self.parameters.iter().find(|(parameter, _)| parameter == name)?;
        Some(match value {
            value if value.is_null() => Value::Null,
            ScalarValue::Boolean(Some(value)) => Value::Boolean(*value),
            ScalarValue::Utf8(Some(text)) | ScalarValue::LargeUtf8(Some(text)) => {
                Value::SingleQuotedString(text.clone())
            }
            value if value.data_type().is_numeric() => Value::Number(value.to_string(), false),
            value => Value::SingleQuotedString(value.to_string()),
        })
    }
}

/// The placeholders of a statement, without their sign, each with the bytes where it stands first.
pub(super) fn placeholders(text: &Text<'_>) -> Vec<(String, std::ops::Range<usize>)> {
    let mut found: Vec<(String, std::ops::Range<usize>)> = Vec::new();
    for token in text.words() {
        let name = match &token.token {
            Token::Placeholder(name) => name.strip_prefix('$'),
            Token::Word(word) => word.value.split_once("@$").map(|(_, run)| run),
            _ => None,
        };
        if let Some(name) = name
            && found.iter().all(|(known, _)| known != name)
        {
            found.push((name.to_owned(), text.span_of(token)));
        }
    }
    found
}
