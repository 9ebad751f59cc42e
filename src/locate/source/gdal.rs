//! Any other source, through GDAL's Arrow stream.

use std::sync::{Mutex, PoisonError};

use arrow_array::RecordBatch;
use arrow_schema::DataType;

use super::Batch;
use super::keep::{Keep, Kept};
use super::names::{self, PlaceIn};
use super::options::options;
use super::table::{Geometries, Table};
use super::unit::Unit;
use crate::layer::Finding;
use crate::layer::read::{Batches, Head, ToWgs84, batches};
use crate::locate::LocateError;
use crate::locate::fault::BadRows;
use crate::locate::request::Request;
use crate::locate::watch::Length;

/// A source that GDAL streams.
pub(in crate::locate) struct Stream {
    head: Head,
    table: Table,
    batches: Mutex<Option<Batches>>,
}

impl Stream {
    /// Opens a source and finds its columns.
    pub fn open(request: &Request, keep: Keep) -> Result<Self, LocateError> {
        let options = options(request);
        let (head, receiver) = batches(&options)?;
        let fields = head.schema.fields();
        let names: Vec<String> = fields.iter().map(|f| f.name().clone()).collect();
        let geometry = fields.iter().position(|field| {
            let name = field.metadata().get("ARROW:extension:name");
            name.is_some_and(|n| n.contains("wkb"))
                || (field.name() == "wkb_geometry"
                    && matches!(field.data_type(), DataType::Binary | DataType::LargeBinary))
        });
        let wanted = names::find(&names, geometry.is_some() && head.kind != "None", request)?;
        let to_wgs84 = match wanted.place {
            PlaceIn::Geometry => {
                if ["Line", "Polygon", "Curve", "Surface"].iter().any(|kind| head.kind.contains(kind)) {
                    return Err(LocateError::NotPoints {
                        file: request.points.clone(),
                        layer: head.layer,
                        found: head.kind,
                    });
                }
                ToWgs84::of(head.crs.as_ref(), &head.layer, &options)?
            }
            _ => ToWgs84::for_columns(&options)?,
        };
        let table = Table {
            file: request.points.clone(),
            schema: head.schema.clone(),
            wanted,
            geometry,
            to_wgs84,
            numerals: request.numerals,
            keep: (keep != Keep::Nothing).then_some(Geometries::BecomeColumns),
        };
        table.check()?;
        Ok(Self { head, table, batches: Mutex::new(Some(receiver)) })
    }

    /// Features, where the format says.
    pub fn length(&self) -> Length {
        self.head.features.map_or(Length::Unknown, Length::Rows)
    }

    /// Names of the columns of places, or `geometry` and its driver.
    pub fn place(&self) -> String {
        match self.table.wanted.place {
            PlaceIn::Geometry => format!("{} [{}]", self.head.layer, self.head.driver),
            _ => {
                let names: Vec<String> = self.head.schema.fields().iter().map(|f| f.name().clone()).collect();
                self.table.wanted.place(&names)
            }
        }
    }

    /// What rows look like.
    pub fn kept(&self) -> Kept<'_> {
        Kept::Table { schema: self.table.kept(), metadata: Vec::new() }
    }

    /// What was noticed when it was opened.
    pub fn findings(&self) -> &[Finding] {
        &self.head.findings
    }

    /// The batches; none the second time.
    pub fn batches(&self) -> impl Iterator<Item = Result<Unit, LocateError>> + Send + use<> {
        let batches = self.batches.lock().unwrap_or_else(PoisonError::into_inner).take();
        let mut before = 0;
        batches.into_iter().flatten().map(move |batch| {
            let batch = batch?;
            let rows = batch.num_rows() as u64;
            before += rows;
            Ok(Unit::Batch(batch, before - rows))
        })
    }

    /// The points of a batch; `before` is the number of rows before it.
    pub fn read(&self, batch: RecordBatch, before: u64, bad: &mut BadRows) -> Result<Batch, LocateError> {
        self.table.batch(batch, before, bad)
    }
}
