//! Estimates as tables: a row for each zone, or for the country and each state.

use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use arrow_array::{ArrayRef, Float64Array, Int64Array, RecordBatch, StringArray};
use arrow_schema::{Field, Schema};
use parquet::arrow::ArrowWriter;

use super::MirtiError;
use super::apply::{Applied, AreaEstimate, Share, TOLD, ZoneEstimate, strongest};
use super::group::NAMES;
use super::model::Model;
use crate::layer::write::{csv_header, csv_rows};
use crate::locate::Staged;

/// What a table is written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// `.csv`.
    Csv,
    /// `.parquet`.
    Parquet,
}

impl Format {
    /// The format that a name ends in.
    ///
    /// # Errors
    /// Another ending.
    pub fn of(out: &Path) -> Result<Self, MirtiError> {
        match out.extension().and_then(|e| e.to_str()).map(str::to_ascii_lowercase).as_deref() {
            Some("csv") => Ok(Self::Csv),
            Some("parquet") => Ok(Self::Parquet),
            _ => Err(MirtiError::Format { out: out.to_owned() }),
        }
    }
}

/// A table that grows column by column.
#[derive(Default)]
struct Table {
    fields: Vec<Field>,
    columns: Vec<ArrayRef>,
}

impl Table {
    fn add(&mut self, name: impl Into<String>, column: ArrayRef) {
        self.fields.push(Field::new(name, column.data_type().clone(), true));
        self.columns.push(column);
    }

    fn texts<'a>(&mut self, name: impl Into<String>, values: impl Iterator<Item = Option<&'a str>>) {
        self.add(name, Arc::new(values.collect::<StringArray>()));
    }

    fn numbers(&mut self, name: impl Into<String>, values: impl Iterator<Item = Option<f64>>) {
        self.add(name, Arc::new(values.collect::<Float64Array>()));
    }

    fn counts(&mut self, name: impl Into<String>, values: impl Iterator<Item = u64>) {
        self.add(name, Arc::new(values.map(|n| i64::try_from(n).ok()).collect::<Int64Array>()));
    }

    /// Estimate, root mean squared error, interval.
    fn share(&mut self, name: &str, of: impl Fn(usize) -> Option<Share>, rows: usize) {
        type Part = fn(Share) -> f64;
        let parts: [(&str, Part); 4] =
            [("", |s| s.value), ("_se", |s| s.rmse), ("_lo", |s| s.lo), ("_hi", |s| s.hi)];
        for (ending, part) in parts {
            self.numbers(format!("{name}{ending}"), (0..rows).map(|row| of(row).map(part)));
        }
    }

    fn finish(self) -> Result<RecordBatch, MirtiError> {
        RecordBatch::try_new(Arc::new(Schema::new(self.fields)), self.columns)
            .map_err(|error| MirtiError::Table { reason: error.to_string() })
    }
}

/// The table of zones: key, shares of all groups, the gap, counts, and the factors that push most.
///
/// # Errors
/// Where columns do not fit together.
pub fn zone_table(applied: &Applied, model: &Model, key: &str) -> Result<RecordBatch, MirtiError> {
    let zones: &[ZoneEstimate] = &applied.zones;
    let mut table = Table::default();
    table.texts(key, zones.iter().map(|zone| Some(&*zone.key)));
    for (group, name) in NAMES.iter().enumerate() {
        table.share(name, |row| zones[row].groups[group], zones.len());
    }
    table.share("gap", |row| zones[row].gap, zones.len());
    table.counts("n", zones.iter().map(|zone| zone.children));
    table.numbers("children", zones.iter().map(|zone| Some(zone.weight)));
    table.counts("n_missing", zones.iter().map(|zone| zone.incomplete));
    if model.intercepts.is_some() {
        table.counts("n_survey", zones.iter().map(|z| z.effect.map_or(0, |e| u64::from(e.children))));
        table.numbers("zone_u", zones.iter().map(|zone| zone.effect.map(|effect| effect.mean)));
        table.numbers("zone_u_se", zones.iter().map(|zone| zone.effect.map(|effect| effect.sd)));
    }
    for (word, up) in [("up", true), ("down", false)] {
        let order: Vec<Vec<usize>> = zones.iter().map(|z| strongest(&z.contributions, up)).collect();
        for rank in 0..TOLD {
            let at = |row: usize| order[row].get(rank).copied();
            let label = |row: usize| at(row).map(|k| &model.variable[k]);
            let name = format!("{word}{}", rank + 1);
            let rows = 0..zones.len();
            table.texts(&name, rows.clone().map(|row| label(row).map(|v| &*v.name)));
            table.texts(format!("{name}_es"), rows.clone().map(|row| label(row).map(|v| &*v.label_es)));
            table.texts(format!("{name}_en"), rows.clone().map(|row| label(row).map(|v| &*v.label_en)));
            table.numbers(format!("{name}_b"), rows.map(|row| at(row).map(|k| zones[row].contributions[k])));
        }
    }
    table.finish()
}

/// The table of areas: the country (no key) and the states, by the model and by the survey alone.
///
/// # Errors
/// Where columns do not fit together.
pub fn area_table(applied: &Applied) -> Result<RecordBatch, MirtiError> {
    let areas: Vec<&AreaEstimate> = std::iter::once(&applied.country).chain(&applied.states).collect();
    let mut table = Table::default();
    table.texts("state", areas.iter().map(|area| Some(&*area.key)));
    table.share("p", |row| areas[row].model, areas.len());
    table.numbers("direct", areas.iter().map(|area| area.direct.as_ref().map(|d| d.share)));
    table.numbers("direct_se", areas.iter().map(|area| area.direct.as_ref().map(|d| d.se)));
    table.counts("n_survey", areas.iter().map(|area| area.direct.as_ref().map_or(0, |d| d.children)));
    table.numbers("ratio", areas.iter().map(|area| Some(area.ratio)));
    table.numbers("children", areas.iter().map(|area| Some(area.weight)));
    table.finish()
}

/// Writes a table, whole or not at all.
///
/// # Errors
/// Where it cannot be written.
pub fn write_table(table: &RecordBatch, out: &Path) -> Result<(), MirtiError> {
    let format = Format::of(out)?;
    let mut staged = Staged::create(out).map_err(Box::new)?;
    let reason = |error: &dyn std::fmt::Display| MirtiError::Table { reason: error.to_string() };
    match format {
        Format::Csv => {
            let rows = csv_rows(table, true).map_err(|error| reason(&error))?;
            let text = [csv_header(table.schema_ref()), rows].concat();
            staged.write_all(&text).map_err(|error| Box::new(staged.fail(error)))?;
        }
        Format::Parquet => {
            let file = staged.handle().map_err(Box::new)?;
            let mut writer =
                ArrowWriter::try_new(file, table.schema(), None).map_err(|error| reason(&error))?;
            writer.write(table).map_err(|error| reason(&error))?;
            writer.close().map_err(|error| reason(&error))?;
        }
    }
    staged.finish().map_err(Box::new)?;
    Ok(())
}
