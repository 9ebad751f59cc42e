//! What the library does, from the outside: joins, statistics, scores, workspaces, what is published.
#![allow(clippy::unwrap_used, reason = "a test may stop where its ground is missing")]

#[path = "../fixtures/mod.rs"]
mod fixtures;

mod arrows;
mod contiguity;
mod door_list;
mod foreign_tables;
mod geojson;
mod geometry;
mod hotspot_golden;
mod join;
mod overlay;
mod publish_files;
mod publish_kill;
mod reference_join;
mod risk;
mod steps;
mod styles;
mod words;
mod workspace;
