//! The groups of children that estimates are given for.

use super::collapse::CELLS;

/// Groups, in the order of the output: all; girls, boys; 5-11, 12-14, 15-17; urban, rural.
pub const GROUPS: usize = 8;

/// Names of the groups, as columns of the output begin.
pub const NAMES: [&str; GROUPS] = ["p", "girls", "boys", "a05_11", "a12_14", "a15_17", "urban", "rural"];

/// Position of all children, of girls and of boys.
pub const ALL: usize = 0;
/// Girls.
pub const GIRLS: usize = 1;
/// Boys.
pub const BOYS: usize = 2;

/// Sums over the cells of each group.
pub fn sums(cells: &[f64; CELLS]) -> [f64; GROUPS] {
    let mut sums = [0.0; GROUPS];
    for (cell, value) in cells.iter().enumerate() {
        let (sex, ages, area) = (cell / 9, cell / 3 % 3, cell % 3);
        sums[ALL] += value;
        if sex < 2 {
            sums[GIRLS + sex] += value;
        }
        sums[3 + ages] += value;
        if area < 2 {
            sums[6 + area] += value;
        }
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_cell_is_in_its_groups() {
        let mut cells = [0.0; CELLS];
        // A girl of 12 to 14 in a rural place, a child of 5 to 11 of unknown sex and area.
        cells[3 + 1] = 1.0;
        cells[18 + 2] = 10.0;
        assert_eq!(sums(&cells), [11.0, 1.0, 0.0, 10.0, 1.0, 0.0, 0.0, 1.0]);
    }
}
