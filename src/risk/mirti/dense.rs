//! Small dense matrices: the normal equations of a model have as many rows as coefficients.

/// A square matrix by rows.
#[derive(Clone, Debug, PartialEq)]
pub struct Square {
    n: usize,
    cells: Vec<f64>,
}

impl Square {
    /// All zero.
    pub fn zero(n: usize) -> Self {
        Self { n, cells: vec![0.0; n * n] }
    }

    /// From rows of equal length; `None` where they are not a square.
    pub fn from_rows(rows: &[Vec<f64>]) -> Option<Self> {
        let n = rows.len();
        rows.iter().all(|row| row.len() == n).then(|| Self { n, cells: rows.concat() })
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        self.n
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.n == 0
    }

    /// The value of row `i`, column `j`.
    pub fn at(&self, i: usize, j: usize) -> f64 {
        self.cells[i * self.n + j]
    }

    /// Sets row `i`, column `j`.
    pub fn set(&mut self, i: usize, j: usize, value: f64) {
        self.cells[i * self.n + j] = value;
    }

    /// Row `i`.
    pub fn row(&self, i: usize) -> &[f64] {
        &self.cells[i * self.n..(i + 1) * self.n]
    }

    /// Rows as vectors.
    pub fn rows(&self) -> Vec<Vec<f64>> {
        (0..self.n).map(|i| self.row(i).to_vec()).collect()
    }

    /// Adds `weight x xᵀ`, the lower triangle only; [`Square::mirror`] fills the rest.
    pub fn add_outer(&mut self, weight: f64, x: &[f64]) {
        for (i, &xi) in x.iter().enumerate() {
            let scaled = weight * xi;
            for (cell, &xj) in self.cells[i * self.n..].iter_mut().zip(&x[..=i]) {
                *cell += scaled * xj;
            }
        }
    }

    /// Copies the lower triangle to the upper one.
    pub fn mirror(&mut self) {
        for i in 0..self.n {
            for j in 0..i {
                self.set(j, i, self.at(i, j));
            }
        }
    }

    /// Adds another matrix of the same size, times `scale`.
    pub fn add(&mut self, other: &Self, scale: f64) {
        for (cell, value) in self.cells.iter_mut().zip(&other.cells) {
            *cell += scale * value;
        }
    }

    /// `self x`.
    pub fn times(&self, x: &[f64]) -> Vec<f64> {
        (0..self.n).map(|i| dot(self.row(i), x)).collect()
    }

    /// The sandwich `self middle self`, for symmetric matrices.
    pub fn around(&self, middle: &Self) -> Self {
        let n = self.n;
        let mut half = Self::zero(n);
        for i in 0..n {
            for j in 0..n {
                half.set(i, j, (0..n).map(|k| self.at(i, k) * middle.at(k, j)).sum());
            }
        }
        let mut whole = Self::zero(n);
        for i in 0..n {
            for j in 0..=i {
                whole.set(i, j, (0..n).map(|k| half.at(i, k) * self.at(k, j)).sum());
            }
        }
        whole.mirror();
        whole
    }

    /// The Cholesky factor of a symmetric, positive definite matrix; `Err` is the row where it stops being one.
    pub fn cholesky(&self) -> Result<Lower, usize> {
        let n = self.n;
        let mut l = Self::zero(n);
        for i in 0..n {
            for j in 0..=i {
                let rest = self.at(i, j) - dot(&l.row(i)[..j], &l.row(j)[..j]);
                if i != j {
                    l.set(i, j, rest / l.at(j, j));
                } else if rest > 0.0 {
                    l.set(i, i, rest.sqrt());
                } else {
                    return Err(i);
                }
            }
        }
        Ok(Lower(l))
    }

    /// The first column of a cross product `XᵀX` that is a linear combination of those before it, and the
    /// coefficients of these; judged on columns scaled to length 1, by what is left of the squared length.
    pub fn dependent(&self, tolerance: f64) -> Option<(usize, Vec<f64>)> {
        let length: Vec<f64> = (0..self.n).map(|i| self.at(i, i).sqrt()).collect();
        let mut l = Self::zero(self.n);
        for i in 0..self.n {
            if length[i] == 0.0 {
                return Some((i, vec![0.0; i]));
            }
            for j in 0..i {
                let scaled = self.at(i, j) / (length[i] * length[j]);
                l.set(i, j, (scaled - dot(&l.row(i)[..j], &l.row(j)[..j])) / l.at(j, j));
            }
            let left = 1.0 - dot(&l.row(i)[..i], &l.row(i)[..i]);
            if left < tolerance {
                let mut parts = l.row(i)[..i].to_vec();
                for j in (0..i).rev() {
                    let later: f64 = (j + 1..i).map(|k| l.at(k, j) * parts[k]).sum();
                    parts[j] = (parts[j] - later) / l.at(j, j);
                }
                let parts = parts.iter().enumerate().map(|(j, c)| c * length[i] / length[j]).collect();
                return Some((i, parts));
            }
            l.set(i, i, left.sqrt());
        }
        None
    }
}

/// A lower triangular matrix `L` with `L Lᵀ` the matrix it was made of.
#[derive(Clone, Debug)]
pub struct Lower(Square);

impl Lower {
    /// Solves `L Lᵀ x = b`.
    pub fn solve(&self, b: &[f64]) -> Vec<f64> {
        let (l, n) = (&self.0, self.0.n);
        let mut x = b.to_vec();
        for i in 0..n {
            x[i] = (x[i] - dot(&l.row(i)[..i], &x[..i])) / l.at(i, i);
        }
        for i in (0..n).rev() {
            let later: f64 = (i + 1..n).map(|k| l.at(k, i) * x[k]).sum();
            x[i] = (x[i] - later) / l.at(i, i);
        }
        x
    }

    /// The inverse of the matrix it was made of.
    pub fn inverse(&self) -> Square {
        let n = self.0.n;
        let mut inverse = Square::zero(n);
        let mut unit = vec![0.0; n];
        for j in 0..n {
            unit[j] = 1.0;
            for (i, value) in self.solve(&unit).into_iter().enumerate() {
                inverse.set(i, j, value);
            }
            unit[j] = 0.0;
        }
        inverse
    }

    /// `L z`: independent standard normals to normals of the covariance it was made of.
    pub fn times(&self, z: &[f64]) -> Vec<f64> {
        (0..self.0.n).map(|i| dot(&self.0.row(i)[..=i], z)).collect()
    }
}

/// The sum of products; the shorter length counts.
pub fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matrix() -> Square {
        Square::from_rows(&[vec![4.0, 2.0, 0.6], vec![2.0, 5.0, 1.5], vec![0.6, 1.5, 3.8]]).unwrap()
    }

    #[test]
    fn solves_and_inverts() {
        let a = matrix();
        let l = a.cholesky().unwrap();
        let x = l.solve(&[1.0, -2.0, 0.5]);
        for (found, wanted) in a.times(&x).iter().zip([1.0, -2.0, 0.5]) {
            assert!((found - wanted).abs() < 1e-14);
        }
        let identity = l.inverse().around(&a);
        for (found, wanted) in identity.rows().concat().iter().zip(l.inverse().rows().concat()) {
            assert!((found - wanted).abs() < 1e-14);
        }
        assert_eq!(l.times(&[1.0, 0.0, 0.0]), [2.0, 1.0, 0.3]);
    }

    #[test]
    fn what_is_no_covariance_is_told() {
        let flat = Square::from_rows(&[vec![1.0, 1.0], vec![1.0, 1.0]]).unwrap();
        assert_eq!(flat.cholesky().unwrap_err(), 1);
        assert!(Square::from_rows(&[vec![1.0], vec![1.0, 2.0]]).is_none());
    }

    #[test]
    fn a_dependent_column_is_named_with_its_parts() {
        // Third = 2 first - 3 second.
        let x = [[1.0, 0.5], [1.0, 2.0], [1.0, -1.0], [1.0, 4.0]].map(|[a, b]| [a, b, 2.0 * a - 3.0 * b]);
        let mut cross = Square::zero(3);
        for row in &x {
            cross.add_outer(1.0, row);
        }
        cross.mirror();
        let (column, parts) = cross.dependent(1e-10).unwrap();
        assert_eq!(column, 2);
        assert!((parts[0] - 2.0).abs() < 1e-8 && (parts[1] + 3.0).abs() < 1e-8, "{parts:?}");
        assert!(matrix().dependent(1e-10).is_none());
    }
}
