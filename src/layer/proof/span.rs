//! One ring among the rings to be proven.

/// One ring: its positions and its place in the polygons.
#[derive(Clone, Copy, Debug)]
pub(super) struct Span {
    /// First position.
    pub(super) start: usize,
    /// Segments; one less than positions, since the last position repeats the first.
    pub(super) segments: usize,
    /// Number of the ring that is the shell of the same polygon.
    pub(super) shell: usize,
}
