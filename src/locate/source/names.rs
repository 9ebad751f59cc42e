//! Which columns hold what.

use crate::layer::nearest;
use crate::layer::read::PLACE_COLUMNS;
use crate::locate::{LocateError, Request};

/// Where places are, among columns by their position.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PlaceIn {
    /// In two columns.
    Columns { lon: usize, lat: usize },
    /// In one column of "lat, lon".
    Pair(usize),
    /// Not in columns but in the geometry.
    Geometry,
}

/// Positions of the columns that are needed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Wanted {
    pub place: PlaceIn,
    pub by: Vec<usize>,
    pub sums: Vec<usize>,
    pub days: Option<usize>,
}

/// Finds the columns that a request needs. Columns that it names come first, then a geometry, then columns
/// called as places are.
pub(super) fn find(names: &[String], geometry: bool, request: &Request) -> Result<Wanted, LocateError> {
    let column = |column: &str, option: &'static str| {
        names.iter().position(|n| n == column).ok_or_else(|| LocateError::NoColumn {
            file: request.points.clone(),
            column: column.to_owned(),
            option,
            nearest: nearest(column, names.iter().map(String::as_str)),
            columns: names.to_vec(),
        })
    };
    let all =
        |columns: &[String], option| columns.iter().map(|c| column(c, option)).collect::<Result<_, _>>();
    let place = match (&request.latlon, &request.lon, &request.lat) {
        (Some(both), ..) => PlaceIn::Pair(column(both, "latlon")?),
        (None, None, None) if geometry => PlaceIn::Geometry,
        (None, None, None) => {
            let at = |name: &str| names.iter().position(|n| n.trim().eq_ignore_ascii_case(name));
            let pair = PLACE_COLUMNS.iter().find_map(|(lon, lat)| at(lon).zip(at(lat)));
            let (lon, lat) = pair.ok_or_else(|| LocateError::NoPlace {
                file: request.points.clone(),
                columns: names.to_vec(),
            })?;
            PlaceIn::Columns { lon, lat }
        }
        (None, lon, lat) => PlaceIn::Columns {
            lon: column(lon.as_deref().unwrap_or("lon"), "lon")?,
            lat: column(lat.as_deref().unwrap_or("lat"), "lat")?,
        },
    };
    let counting = request.counting();
    Ok(Wanted {
        place,
        by: all(&counting.by, "by")?,
        sums: all(&counting.sums, "sum")?,
        days: counting.days.as_deref().map(|days| column(days, "days")).transpose()?,
    })
}

impl Wanted {
    /// All positions, ascending, each once; `geometry` is that of the geometry.
    pub fn columns(&self, geometry: Option<usize>) -> Vec<usize> {
        let place = match self.place {
            PlaceIn::Columns { lon, lat } => vec![lon, lat],
            PlaceIn::Pair(both) => vec![both],
            PlaceIn::Geometry => geometry.into_iter().collect(),
        };
        let mut columns: Vec<usize> = place
            .into_iter()
            .chain(self.by.iter().copied())
            .chain(self.sums.iter().copied())
            .chain(self.days)
            .collect();
        columns.sort_unstable();
        columns.dedup();
        columns
    }

    /// The same where only `columns` are left.
    pub fn among(&self, columns: &[usize]) -> Self {
        // Every position that is needed is among them.
        let new = |old: usize| columns.binary_search(&old).unwrap_or_default();
        Self {
            place: match self.place {
                PlaceIn::Columns { lon, lat } => PlaceIn::Columns { lon: new(lon), lat: new(lat) },
                PlaceIn::Pair(both) => PlaceIn::Pair(new(both)),
                PlaceIn::Geometry => PlaceIn::Geometry,
            },
            by: self.by.iter().map(|&c| new(c)).collect(),
            sums: self.sums.iter().map(|&c| new(c)).collect(),
            days: self.days.map(new),
        }
    }

    /// Where places are, for a person.
    pub fn place(&self, names: &[String]) -> String {
        match self.place {
            PlaceIn::Columns { lon, lat } => format!("{}, {}", names[lon], names[lat]),
            PlaceIn::Pair(both) => names[both].clone(),
            PlaceIn::Geometry => "geometry".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::locate::request::{Counting, Task};

    fn names(list: &[&str]) -> Vec<String> {
        list.iter().map(|n| (*n).to_owned()).collect()
    }

    fn request() -> Request {
        let counting = Counting { by: vec!["sex".into()], sums: vec!["n".into()], days: Some("date".into()) };
        Request::new("p.csv", Task::Count(counting), "o.csv")
    }

    #[test]
    fn stated_then_geometry_then_names() {
        let columns = names(&["Y", "n", "X", "sex", "date", "Longitude", "latitude"]);
        let found = find(&columns, false, &request()).unwrap();
        assert_eq!(found.place, PlaceIn::Columns { lon: 5, lat: 6 });
        assert_eq!((&*found.by, &*found.sums, found.days), (&[3][..], &[1][..], Some(4)));
        assert_eq!(found.columns(None), [1, 3, 4, 5, 6]);
        assert_eq!(found.among(&[1, 3, 4, 5, 6]).place, PlaceIn::Columns { lon: 3, lat: 4 });
        assert_eq!(find(&columns, true, &request()).unwrap().place, PlaceIn::Geometry);
        let mut stated = request();
        (stated.lon, stated.lat) = (Some("X".into()), Some("Y".into()));
        assert_eq!(find(&columns, true, &stated).unwrap().place, PlaceIn::Columns { lon: 2, lat: 0 });
        stated.latlon = Some("date".into());
        assert_eq!(find(&columns, true, &stated).unwrap().place, PlaceIn::Pair(4));
    }

    #[test]
    fn what_is_not_there_is_named() {
        let error = find(&names(&["a", "b"]), false, &request()).unwrap_err();
        assert!(matches!(&error, LocateError::NoPlace { columns, .. } if columns.len() == 2));
        let error = find(&names(&["lon", "lat", "sex", "n", "dates"]), false, &request()).unwrap_err();
        assert_eq!(error.help().unwrap(), "did you mean `dates`?");
    }
}
