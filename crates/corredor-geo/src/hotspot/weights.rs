//! Neighbour lists in compressed rows (CSR). Queen contiguity builds them today; other
//! weights that are binary and symmetric can fill the same lists.

use super::HotspotError;

/// Who is a neighbour of whom: binary and symmetric, a zone is never its own neighbour.
///
/// The neighbours of zone `i` are `neighbours[offsets[i]..offsets[i + 1]]`, ascending.
///
/// ```
/// use corredor_geo::hotspot::Contiguity;
/// let chain = Contiguity::from_pairs(4, &[(0, 1), (1, 2)])?;
/// assert_eq!(chain.of(1), [0, 2]);
/// assert_eq!(chain.edges(), 2);
/// assert_eq!(chain.islands(), [3]);
/// # Ok::<(), corredor_geo::hotspot::HotspotError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contiguity {
    offsets: Vec<usize>,
    neighbours: Vec<u32>,
}

impl Contiguity {
    /// Builds the lists of `zones` zones from pairs, in any order; each pair counts both
    /// ways, repeats count once, and a zone paired with itself is left out. O(p log p).
    ///
    /// # Errors
    /// When a pair names a zone that does not exist, or there are more than `u32::MAX` zones.
    pub fn from_pairs(zones: usize, pairs: &[(u32, u32)]) -> Result<Self, HotspotError> {
        check_count(zones)?;
        let mut links = Vec::with_capacity(pairs.len() * 2);
        for &(a, b) in pairs {
            for (zone, neighbour) in [(a, b), (b, a)] {
                if neighbour as usize >= zones {
                    return Err(HotspotError::NeighbourOutOfRange {
                        zone: zone as usize,
                        neighbour: neighbour as usize,
                        zones,
                    });
                }
                if zone != neighbour {
                    links.push((zone, neighbour));
                }
            }
        }
        links.sort_unstable();
        links.dedup();
        Ok(Self::from_sorted_links(zones, &links))
    }

    /// Lists from links that are sorted, unique, in range, and present both ways.
    pub(super) fn from_sorted_links(zones: usize, links: &[(u32, u32)]) -> Self {
        let mut offsets = vec![0; zones + 1];
        for &(zone, _) in links {
            offsets[zone as usize + 1] += 1;
        }
        for i in 0..zones {
            offsets[i + 1] += offsets[i];
        }
        Self { offsets, neighbours: links.iter().map(|&(_, neighbour)| neighbour).collect() }
    }

    /// Number of zones.
    pub fn len(&self) -> usize {
        self.offsets.len() - 1
    }

    /// Whether there are no zones.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The neighbours of one zone, ascending.
    ///
    /// # Panics
    /// When `zone` is not below [`Contiguity::len`], as indexing does.
    pub fn of(&self, zone: usize) -> &[u32] {
        &self.neighbours[self.offsets[zone]..self.offsets[zone + 1]]
    }

    /// Row offsets into [`Contiguity::neighbours`], one more than there are zones.
    pub fn offsets(&self) -> &[usize] {
        &self.offsets
    }

    /// All neighbour lists, one after the other.
    pub fn neighbours(&self) -> &[u32] {
        &self.neighbours
    }

    /// Number of neighbouring pairs, each counted once. Tools that count each pair in
    /// both directions report twice this.
    pub fn edges(&self) -> usize {
        self.neighbours.len() / 2
    }

    /// Zones without any neighbour, ascending.
    pub fn islands(&self) -> Vec<usize> {
        (0..self.len()).filter(|&i| self.of(i).is_empty()).collect()
    }

    /// The zones that `keep` marks, renumbered in order, with the links among them, and
    /// the old number of each new zone. O(zones + links).
    ///
    /// # Errors
    /// When `keep` is not as long as there are zones.
    pub fn subset(&self, keep: &[bool]) -> Result<(Self, Vec<usize>), HotspotError> {
        if keep.len() != self.len() {
            return Err(HotspotError::LengthMismatch { values: keep.len(), zones: self.len() });
        }
        let rows: Vec<usize> = (0..keep.len()).filter(|&i| keep[i]).collect();
        let mut renumbered = vec![0_u32; keep.len()];
        for (new, &old) in (0_u32..).zip(&rows) {
            renumbered[old] = new;
        }
        let mut offsets = Vec::with_capacity(rows.len() + 1);
        let mut neighbours = Vec::with_capacity(self.neighbours.len());
        offsets.push(0);
        for &old in &rows {
            let kept = self.of(old).iter().filter(|&&j| keep[j as usize]);
            neighbours.extend(kept.map(|&j| renumbered[j as usize]));
            offsets.push(neighbours.len());
        }
        let subset = Self { offsets, neighbours };
        Ok((subset, rows))
    }
}

/// Zones are numbered by `u32` in the lists.
pub(super) fn check_count(zones: usize) -> Result<(), HotspotError> {
    let limit = u32::MAX as usize;
    if zones > limit {
        return Err(HotspotError::TooManyZones { zones, limit });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_zones() {
        let none = Contiguity::from_pairs(0, &[]).unwrap();
        assert!(none.is_empty());
        assert_eq!((none.edges(), none.islands()), (0, vec![]));
        assert_eq!(none.subset(&[]).unwrap().1, Vec::<usize>::new());
    }

    #[test]
    fn repeats_and_self_count_once_and_not_at_all() {
        let c = Contiguity::from_pairs(3, &[(1, 0), (0, 1), (1, 1), (0, 1)]).unwrap();
        assert_eq!(c.neighbours(), [1, 0]);
        assert_eq!(c.offsets(), [0, 1, 2, 2]);
    }

    #[test]
    fn a_pair_outside_is_named() {
        let error = Contiguity::from_pairs(2, &[(0, 2)]).unwrap_err();
        assert_eq!(error.to_string(), "zone 0 lists neighbour 2, but there are only 2 zones");
    }

    #[test]
    fn subset_drops_links_and_renumbers() {
        let chain = Contiguity::from_pairs(5, &[(0, 1), (1, 2), (2, 3), (3, 4)]).unwrap();
        let (part, rows) = chain.subset(&[true, false, true, true, true]).unwrap();
        assert_eq!(rows, [0, 2, 3, 4]);
        assert_eq!(part.islands(), [0]);
        assert_eq!(part.of(2), [1, 3]);
        assert!(chain.subset(&[true]).is_err());
    }
}
