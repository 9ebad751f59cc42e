//! What the fields of a layer are: beside its GeoJSON and CSV as a Table Schema (Frictionless), and within a GeoPackage by
//! its schema extension. One type a field in all of them.

use std::collections::BTreeSet;

use arrow_schema::DataType;
use serde_json::{Value, json};

use super::Card;
use super::style::{DEFAULT, Style, value_words, words_of};
use crate::lang::Lang;

/// Type of a column, in words of metadata and Table Schema alike but for text.
pub(super) fn kind(data_type: &DataType) -> &'static str {
    match data_type {
        DataType::Int64 => "integer",
        DataType::Float64 => "number",
        DataType::Boolean => "boolean",
        _ => "text",
    }
}

/// Name of the sidecar of a layer.
pub(super) fn file_name(card: &Card) -> String {
    format!("{}.fields.json", card.name)
}

/// The sidecar: `name`, `type`, `title` (the alias, in the default language) and `title_en`, `unit`, `decimals` for people,
/// and `categories` of codes. `primaryKey` is the key.
pub(super) fn sidecar(card: &Card, style: &Style) -> String {
    let schema = card.layer.attributes().schema();
    let field = |field: &arrow_schema::Field| {
        let name = field.name();
        let kind = match kind(field.data_type()) {
            "text" => "string",
            kind => kind,
        };
        let mut told = json!({"name": name, "type": kind});
        if let Some(words) = words_of(style.told(), name) {
            told["title"] = json!(words.alias(DEFAULT));
            told["title_en"] = json!(words.alias(Lang::En));
            told["unit"] = json!(words.unit);
        }
        if let Some(decimals) = style.decimals.get(name) {
            told["decimals"] = json!(decimals);
        }
        let codes: Vec<Value> = value_words(name)
            .into_iter()
            .map(|(value, words)| json!({"value": value, "label": words.es, "label_en": words.en}))
            .collect();
        if !codes.is_empty() {
            told["categories"] = json!(codes);
        }
        told
    };
    let fields: Vec<Value> = schema.fields().iter().map(|one| field(one)).collect();
    let value = json!({"fields": fields, "primaryKey": card.layer.key(), "missingValues": [""]});
    // A `Value` always serialises.
    serde_json::to_string_pretty(&value).unwrap_or_default() + "\n"
}

/// SQL that makes the tables of a GeoPackage's schema extension (OGC 12-128r17, annex F.9).
pub(super) const TABLES: [&str; 5] = [
    "CREATE TABLE gpkg_data_columns (table_name TEXT NOT NULL, column_name TEXT NOT NULL, name TEXT, title TEXT, \
     description TEXT, mime_type TEXT, constraint_name TEXT, CONSTRAINT pk_gdc PRIMARY KEY (table_name, column_name), \
     CONSTRAINT gdc_tn UNIQUE (table_name, name))",
    "CREATE TABLE gpkg_data_column_constraints (constraint_name TEXT NOT NULL, constraint_type TEXT NOT NULL, \
     value TEXT, min NUMERIC, min_is_inclusive BOOLEAN, max NUMERIC, max_is_inclusive BOOLEAN, description TEXT, \
     CONSTRAINT gdcc_ntv UNIQUE (constraint_name, constraint_type, value))",
    "CREATE TABLE IF NOT EXISTS gpkg_extensions (table_name TEXT, column_name TEXT, extension_name TEXT NOT NULL, \
     definition TEXT NOT NULL, scope TEXT NOT NULL, CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name))",
    "INSERT INTO gpkg_extensions VALUES ('gpkg_data_columns', NULL, 'gpkg_schema', \
     'http://www.geopackage.org/spec121/#extension_schema', 'read-write')",
    "INSERT INTO gpkg_extensions VALUES ('gpkg_data_column_constraints', NULL, 'gpkg_schema', \
     'http://www.geopackage.org/spec121/#extension_schema', 'read-write')",
];

/// SQL that tells the fields of a layer: `name` and `title` the alias in the default language, `description` that in
/// English, and the words of codes as an enumeration. `known` holds the enumerations that are there.
pub(super) fn rows(card: &Card, style: &Style, known: &mut BTreeSet<String>) -> Vec<String> {
    let quoted = |text: &str| format!("'{}'", text.replace('\'', "''"));
    let mut sql = Vec::new();
    let mut names = BTreeSet::new();
    for field in card.layer.fields() {
        let codes = value_words(&field);
        let constraint = match codes.is_empty() {
            true => "NULL".to_owned(),
            false => quoted(&field),
        };
        if !codes.is_empty() && known.insert(field.clone()) {
            sql.extend(codes.iter().map(|(value, words)| {
                format!(
                    "INSERT INTO gpkg_data_column_constraints VALUES ({}, 'enum', {}, NULL, NULL, NULL, NULL, {})",
                    quoted(&field),
                    quoted(value),
                    quoted(words.pick(DEFAULT))
                )
            }));
        }
        let words = words_of(style.told(), &field);
        let alias = |lang: Lang| words.as_ref().map_or_else(|| field.clone(), |words| words.alias(lang));
        let title = alias(DEFAULT);
        // Names are unique in a table; two fields may be called alike by their layer file.
        let name = if names.insert(title.clone()) { title.clone() } else { format!("{title} [{field}]") };
        sql.push(format!(
            "INSERT INTO gpkg_data_columns VALUES ({}, {}, {}, {}, {}, NULL, {constraint})",
            quoted(&card.name),
            quoted(&field),
            quoted(&name),
            quoted(&title),
            quoted(&alias(Lang::En)),
        ));
    }
    sql
}
