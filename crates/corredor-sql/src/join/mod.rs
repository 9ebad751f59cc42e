//! Joins on where things are, done by an index.
//!
//! A join on `ST_Within` and its like is planned as a loop over all pairs. [`IndexJoinRule`] puts an [`IndexJoinExec`]
//! in its place that gives the same rows: `condition` finds what an index can answer in the condition of the join,
//! `built` indexes one side, `pairs` looks the other side up in it, a batch at a time, `joiner` puts rows together, `exec` is the operator, `count` the one that counts pairs and
//! does not write them down.
//! [`InOrderExec`] reads inputs of several parts one after the other, so that rows come in one order.

mod built;
mod condition;
mod count;
mod exec;
mod in_order;
mod joiner;
mod pairs;
mod rule;
mod shape;
#[cfg(test)]
mod tests;

pub(super) use in_order::{InOrderExec, InOrderRule};
pub(super) use rule::IndexJoinRule;
