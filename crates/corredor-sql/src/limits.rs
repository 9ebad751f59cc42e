//! How large a query may be, and how much memory it may take while it runs.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicU64, Ordering};

use datafusion::sql::sqlparser::ast::{Query, Statement, Visit, Visitor, visit_relations};
use datafusion::sql::sqlparser::keywords::Keyword;
use datafusion::sql::sqlparser::tokenizer::{Token, TokenWithSpan};

use super::Fault;
use super::text::Text;

/// Bytes that the text of a query may have.
const LONGEST: usize = 1_000_000;

/// How deep the tree of a query may go. Each word or sign between two commas may be a level: `1+1+1` is a tree of two.
const DEEPEST: usize = 2_000;

/// Tables that a plan may read, those of a part named with WITH each time that the part is named.
const MOST_TABLES: u64 = 1_000;

/// Bytes of stack of a thread that parses, plans and runs queries of [`DEEPEST`] levels; taken as they are needed.
pub(super) const STACK: usize = 128 << 20;

/// Refuses a text whose tree would go too deep, before there is one: what parses, plans, copies and drops it goes down
/// level by level.
pub(super) fn check_text(text: &Text<'_>) -> Result<(), Fault> {
    if text.sql().len() > LONGEST {
        return Err(Fault::new(format!("the query has more than {LONGEST} bytes"))
            .help(Some("put long lists into a file, and join it".to_owned())));
    }
    // Of the brackets that are open: levels of their own so far, the highest of what they hold, and of their other items.
    let mut open: Vec<[usize; 3]> = Vec::new();
    let [mut here, mut within, mut items] = [0_usize; 3];
    let mut above = 0_usize;
    for token in text.words() {
        match &token.token {
            Token::LParen | Token::LBracket | Token::LBrace => {
                open.push([here, within, items]);
                above += here + 1;
                [here, within, items] = [0; 3];
            }
            Token::RParen | Token::RBracket | Token::RBrace => {
                let height = items.max(here + within) + 1;
                [here, within, items] = open.pop().unwrap_or_default();
                above = above.saturating_sub(here + 1);
                within = within.max(height);
            }
            // Lists are flat; that of tables is counted when there is a tree.
            Token::Comma => {
                items = items.max(here + within);
                [here, within] = [0; 2];
            }
            _ if deepens(token) => here += 1,
            _ => {}
        }
        if above + here + within > DEEPEST {
            return Err(Fault::new("the query goes too deep")
                .at(Some(text.span_of(token)))
                .help(Some(format!(
                    "about {} terms may stand in one expression; a long list goes behind IN, or into a file that is joined",
                    DEEPEST / 2
                ))));
        }
    }
    Ok(())
}

/// Whether a word or sign may be a level of its own.
fn deepens(token: &TokenWithSpan) -> bool {
    match &token.token {
        Token::Word(word) => word.keyword != Keyword::NoKeyword && word.quote_style.is_none(),
        Token::Number(..)
        | Token::SingleQuotedString(_)
        | Token::DoubleQuotedString(_)
        | Token::Placeholder(_)
        | Token::Period
        | Token::SemiColon => false,
        _ => true,
    }
}

/// Refuses a tree whose plan would read too many tables: a part named with WITH is planned each time that it is named,
/// and parts that name each other twice double with every one.
pub(super) fn check_tables(statement: &Statement) -> Result<(), Fault> {
    let mut parts = Parts::default();
    let _ = statement.visit(&mut parts);
    let all = tables_of(statement);
    let mut weights = BTreeMap::new();
    let total = all.iter().map(|name| parts.weight(name, &mut weights, 0)).fold(0, u64::saturating_add);
    match total > MOST_TABLES {
        false => Ok(()),
        true => Err(Fault::new(format!("the query reads more than {MOST_TABLES} tables")).help(Some(
            "a part named with WITH counts each time that it is named; ask in several steps".to_owned(),
        ))),
    }
}

/// The names of the tables in a part of a tree, as often as they stand there.
fn tables_of(part: &impl Visit) -> Vec<String> {
    let mut names = Vec::new();
    let _ = visit_relations(part, |name| {
        let last = name.0.last().and_then(|part| part.as_ident());
        names.push(last.map(|name| name.value.to_lowercase()).unwrap_or_default());
        ControlFlow::<()>::Continue(())
    });
    names
}

/// The parts that a statement names with WITH, by name, with the tables that each reads.
#[derive(Default)]
struct Parts(BTreeMap<String, Vec<String>>);

impl Parts {
    /// How many tables are read for one.
    fn weight(&self, name: &str, known: &mut BTreeMap<String, u64>, depth: usize) -> u64 {
        if let Some(&weight) = known.get(name) {
            return weight;
        }
        let Some(tables) = self.0.get(name).filter(|_| depth < DEEPEST) else { return 1 };
        // One that names itself is not followed.
        known.insert(name.to_owned(), 1);
        let weight = tables.iter().map(|table| self.weight(table, known, depth + 1));
        let weight = weight.fold(0, u64::saturating_add).max(1);
        known.insert(name.to_owned(), weight);
        weight
    }
}

impl Visitor for Parts {
    type Break = ();

    fn pre_visit_query(&mut self, query: &Query) -> ControlFlow<()> {
        for part in query.with.iter().flat_map(|with| &with.cte_tables) {
            let tables = tables_of(&part.query);
            self.0.entry(part.alias.name.value.to_lowercase()).or_default().extend(tables);
        }
        ControlFlow::Continue(())
    }
}

/// Memory beyond the limit that is put down to what is held besides: indices, batches on their way, what the allocator keeps.
const BESIDES: u64 = 1_000_000_000;

/// Watches how much memory the process takes while a query runs: what no operator asks leave for.
#[derive(Debug)]
pub(super) struct Watch {
    /// Bytes that the process took when the query began, with what was read for it since.
    base: AtomicU64,
    /// Bytes that it may take beyond.
    more: u64,
    /// Readers at work, whose memory is not the query's.
    reading: AtomicU64,
}

impl Watch {
    /// A watch over queries of a memory limit.
    pub(super) fn new(limit_bytes: usize) -> Self {
        let limit = limit_bytes as u64;
        let more = limit.saturating_add(limit.max(BESIDES));
        Self { base: AtomicU64::new(u64::MAX), more, reading: AtomicU64::new(0) }
    }

    /// A query begins.
    pub(super) fn begin(&self) {
        self.base.store(resident().unwrap_or(u64::MAX), Ordering::SeqCst);
    }

    /// Whether more is taken than may be.
    pub(super) fn exceeded(&self) -> bool {
        let base = self.base.load(Ordering::SeqCst);
        self.reading.load(Ordering::SeqCst) == 0
            && resident().is_some_and(|now| now > base.saturating_add(self.more))
    }

    /// Layers are read: what that takes is held besides, as long as the value lives.
    pub(super) fn reading(&self) -> Reading<'_> {
        self.reading.fetch_add(1, Ordering::SeqCst);
        Reading { watch: self, before: resident().unwrap_or(0) }
    }
}

/// Reading at work.
pub(super) struct Reading<'a> {
    watch: &'a Watch,
    before: u64,
}

impl Drop for Reading<'_> {
    fn drop(&mut self) {
        let taken = resident().unwrap_or(0).saturating_sub(self.before);
        let add = |base: u64| Some(base.saturating_add(taken));
        // It always gives a value.
        let _ = self.watch.base.fetch_update(Ordering::SeqCst, Ordering::SeqCst, add);
        self.watch.reading.fetch_sub(1, Ordering::SeqCst);
    }
}

/// Bytes of memory that the process takes; `None` where the system does not say.
fn resident() -> Option<u64> {
    /// Linux counts in pages of this size on all that Corredor is built for.
    const PAGE: u64 = 4096;
    let text = std::fs::read_to_string("/proc/self/statm").ok()?;
    text.split(' ').nth(1)?.parse::<u64>().ok().map(|pages| pages * PAGE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_wide_and_chains_are_deep() {
        let check = |sql: &str| check_text(&Text::new(sql).unwrap());
        let terms = |n: usize| format!("SELECT 1{}", "+1".repeat(n - 1));
        assert!(check(&terms(1_900)).is_ok());
        for deep in [terms(2_500), terms(100_000)] {
            assert!(check(&deep).unwrap_err().message.contains("too deep"));
        }
        assert!(check(&format!("SELECT {}1", "1,".repeat(20_000))).is_ok());
        assert!(check(&format!("SELECT x IN ({}1) FROM t", "'a',".repeat(20_000))).is_ok());
        for part in
            ["NOT ", "CASE WHEN ", "- ", "INTERVAL ", "(", "ARRAY[", "SELECT 1 UNION ", "CAST(1 AS STRUCT<"]
        {
            assert!(check(&format!("SELECT {}", part.repeat(100_000))).is_err(), "{part}");
        }
        // Deep by turns, in brackets and beside them.
        let both = format!("SELECT {}1{}", "(1+".repeat(900), ")+1".repeat(900));
        assert!(check(&both).is_err());
    }
}
