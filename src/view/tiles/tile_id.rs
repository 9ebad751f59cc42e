//! The numbers of tiles.

/// The number of a tile: all of the zooms above first, then along Hilbert's curve.
pub(super) fn tile_id(zoom: u8, x: u64, y: u64) -> u64 {
    let above = ((1_u64 << (2 * u32::from(zoom))) - 1) / 3;
    let (mut x, mut y, mut along) = (x, y, 0);
    let mut half = (1_u64 << zoom) / 2;
    while half > 0 {
        let (right, down) = (u64::from(x & half > 0), u64::from(y & half > 0));
        along += half * half * ((3 * right) ^ down);
        if down == 0 {
            if right == 1 {
                x = (half.wrapping_sub(1)).wrapping_sub(x);
                y = (half.wrapping_sub(1)).wrapping_sub(y);
            }
            std::mem::swap(&mut x, &mut y);
        }
        half /= 2;
    }
    above + along
}
