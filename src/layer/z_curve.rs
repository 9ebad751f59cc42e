//! Places in the order of a Z-curve (Morton 1966): near on it is mostly near in space.

/// The place of a cell on the curve: the bits of both coordinates in turn.
pub(crate) fn z_curve(x: u32, y: u32) -> u64 {
    spread(x) | spread(y) << 1
}

/// Puts a zero before each bit.
fn spread(bits: u32) -> u64 {
    let mut x = u64::from(bits);
    x = (x | x << 16) & 0x0000_ffff_0000_ffff;
    x = (x | x << 8) & 0x00ff_00ff_00ff_00ff;
    x = (x | x << 4) & 0x0f0f_0f0f_0f0f_0f0f;
    x = (x | x << 2) & 0x3333_3333_3333_3333;
    (x | x << 1) & 0x5555_5555_5555_5555
}

#[cfg(test)]
mod tests {
    use super::z_curve;

    #[test]
    fn bits_stand_in_turn() {
        assert_eq!(z_curve(0b101, 0b011), 0b01_10_11);
        assert_eq!(z_curve(u32::MAX, 0), 0x5555_5555_5555_5555);
        assert_eq!(z_curve(u32::MAX, u32::MAX), u64::MAX);
    }
}
