//! Text printed in parallel and written in order, in bounded memory.

use std::io::{self, Write};

use rayon::prelude::*;

/// Prints windows of pieces and writes them in order; how many bytes those were.
///
/// The pieces of one window are printed in parallel while the window before is written, into buffers that are
/// used again: no more than the text of two windows is held. The first error in order is the one that is told.
pub(super) fn in_order<P: Send + Sync, E: Send + From<io::Error>>(
    out: &mut (impl Write + Send),
    windows: impl Iterator<Item = Vec<P>>,
    print: impl Fn(&P, &mut Vec<u8>) -> Result<(), E> + Sync,
) -> Result<u64, E> {
    let (mut printed, mut printing): (Vec<Vec<u8>>, Vec<Vec<u8>>) = Default::default();
    let mut ready = 0;
    let mut bytes = 0;
    for window in windows {
        if printing.len() < window.len() {
            printing.resize_with(window.len(), Vec::new);
        }
        let (wrote, results) = rayon::join(
            || write(out, &printed[..ready]),
            || {
                let one = |(piece, buffer): (&P, &mut Vec<u8>)| {
                    buffer.clear();
                    print(piece, buffer)
                };
                window.par_iter().zip(&mut printing).with_max_len(1).map(one).collect::<Vec<_>>()
            },
        );
        bytes += wrote?;
        results.into_iter().collect::<Result<(), E>>()?;
        ready = window.len();
        std::mem::swap(&mut printed, &mut printing);
    }
    Ok(bytes + write(out, &printed[..ready])?)
}

fn write(out: &mut impl Write, buffers: &[Vec<u8>]) -> io::Result<u64> {
    buffers.iter().try_fold(0, |bytes, buffer| {
        out.write_all(buffer)?;
        Ok(bytes + buffer.len() as u64)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn print(number: &usize, out: &mut Vec<u8>) -> io::Result<()> {
        if *number == 500 {
            return Err(io::Error::other("five hundred"));
        }
        writeln!(out, "{number}")
    }

    #[test]
    fn every_piece_once_and_in_order() {
        let numbers: Vec<usize> = (0..500).collect();
        let expected: String = numbers.iter().map(|n| format!("{n}\n")).collect();
        for size in [1, 7, 1000] {
            let mut out = Vec::new();
            let bytes = in_order(&mut out, numbers.chunks(size).map(<[_]>::to_vec), print).unwrap();
            assert_eq!(String::from_utf8(out).unwrap(), expected);
            assert_eq!(bytes, expected.len() as u64);
        }
        let mut out = Vec::new();
        assert_eq!(in_order(&mut out, std::iter::empty(), print).unwrap(), 0);
    }

    #[test]
    fn an_error_ends_it() {
        let mut out = Vec::new();
        let windows = (490..510).map(|n| vec![n]);
        assert_eq!(in_order(&mut out, windows, print).unwrap_err().to_string(), "five hundred");
    }
}
