//! A text file as UTF-8: counted, decompressed, decoded.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use encoding_rs::{Decoder, DecoderResult, Encoding, UTF_8};
use flate2::read::MultiGzDecoder;

use crate::layer::read::{ReadError, irregular};
use crate::locate::request::Packing;

/// Bytes that are read and decoded at a time.
const BUFFER: usize = 1 << 16;

/// Opens a text file; the counter tells how many of its bytes were read.
///
/// A byte-order mark decides the encoding, then `encoding`, then it is UTF-8, which passes unchecked.
pub(crate) fn open(
    path: &str,
    packing: Packing,
    encoding: Option<&str>,
) -> Result<(Box<dyn Read + Send>, Arc<AtomicU64>), ReadError> {
    let broken = |error| ReadError::Io { file: path.to_owned(), error };
    let stated = match encoding {
        None => UTF_8,
        Some(label) => Encoding::for_label(label.as_bytes()).ok_or_else(|| ReadError::BadEncoding {
            file: path.to_owned(),
            encoding: label.to_owned(),
            reason: "not a known encoding",
        })?,
    };
    // A device need not end, nor need anybody write into a pipe.
    if let Some(found) = irregular(Path::new(path)) {
        let name = Path::new(path).file_name().map_or_else(String::new, |n| n.to_string_lossy().into_owned());
        return Err(ReadError::NotRegular { file: path.to_owned(), path: name, found });
    }
    let read = Arc::new(AtomicU64::new(0));
    let file = Counted { file: File::open(path).map_err(broken)?, read: Arc::clone(&read) };
    let bounded = |unpacked| Bounded { unpacked, packed: Arc::clone(&read), given: 0 };
    let mut plain: Box<dyn Read + Send> = match packing {
        Packing::None => Box::new(file),
        Packing::Gzip => {
            Box::new(bounded(Box::new(MultiGzDecoder::new(BufReader::with_capacity(BUFFER, file)))))
        }
        Packing::Zstd => Box::new(bounded(Box::new(zstd::Decoder::new(file).map_err(broken)?))),
    };
    let mut start = Vec::with_capacity(3);
    (&mut plain).take(3).read_to_end(&mut start).map_err(broken)?;
    let (encoding, mark) = Encoding::for_bom(&start).unwrap_or((stated, 0));
    start.drain(..mark);
    let whole = io::Cursor::new(start).chain(plain);
    let text: Box<dyn Read + Send> = match encoding == UTF_8 {
        true => Box::new(whole),
        false => Box::new(Decoded::new(Box::new(whole), encoding)),
    };
    Ok((text, read))
}

/// A file that counts what is read of it.
struct Counted {
    file: File,
    read: Arc<AtomicU64>,
}

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(buffer)?;
        self.read.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}

/// Bytes that any file may unpack to, and how many times its own bytes beyond: rows of numbers come to 10 or 40 times.
const ALWAYS: u64 = 1 << 30;
const GREATEST_RATIO: u64 = 250;

/// What was packed, as long as it does not grow as no table does.
struct Bounded {
    unpacked: Box<dyn Read + Send>,
    /// Bytes read of the file.
    packed: Arc<AtomicU64>,
    /// Bytes that came out.
    given: u64,
}

impl Read for Bounded {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.unpacked.read(buffer)?;
        self.given += read as u64;
        let packed = self.packed.load(Ordering::Relaxed).max(1);
        match self.given > ALWAYS && self.given / GREATEST_RATIO > packed {
            true => Err(io::Error::new(
                io::ErrorKind::InvalidData,
                format!("it unpacks to more than {GREATEST_RATIO} times its size, which no table does"),
            )),
            false => Ok(read),
        }
    }
}

/// Text in another encoding, as UTF-8.
struct Decoded {
    input: Box<dyn Read + Send>,
    decoder: Decoder,
    /// Bytes read and not decoded yet.
    raw: Vec<u8>,
    /// Text decoded and not handed on yet, from `handed`.
    text: Vec<u8>,
    handed: usize,
    ended: bool,
}

impl Decoded {
    fn new(input: Box<dyn Read + Send>, encoding: &'static Encoding) -> Self {
        let decoder = encoding.new_decoder_without_bom_handling();
        Self { input, decoder, raw: Vec::new(), text: Vec::new(), handed: 0, ended: false }
    }

    /// Decodes the next piece.
    fn decode(&mut self) -> io::Result<()> {
        let read = (&mut self.input).take(BUFFER as u64).read_to_end(&mut self.raw)?;
        self.ended = read == 0;
        let room =
            self.decoder.max_utf8_buffer_length_without_replacement(self.raw.len()).unwrap_or(4 * BUFFER);
        self.text.resize(room, 0);
        let (result, taken, written) =
            self.decoder.decode_to_utf8_without_replacement(&self.raw, &mut self.text, self.ended);
        self.raw.drain(..taken);
        self.text.truncate(written);
        self.handed = 0;
        match result {
            DecoderResult::Malformed(..) => Err(io::Error::new(
                io::ErrorKind::InvalidData,
                format!("the bytes are not {}", self.decoder.encoding().name()),
            )),
            _ => Ok(()),
        }
    }
}

impl Read for Decoded {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.handed == self.text.len() && !self.ended {
            self.decode()?;
        }
        let n = buffer.len().min(self.text.len() - self.handed);
        buffer[..n].copy_from_slice(&self.text[self.handed..self.handed + n]);
        self.handed += n;
        Ok(n)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn read(bytes: &[u8], packing: Packing, encoding: Option<&str>) -> io::Result<(String, u64)> {
        let mut file = tempfile::NamedTempFile::new()?;
        file.write_all(bytes)?;
        let path = file.path().to_string_lossy().into_owned();
        let (mut text, read) = open(&path, packing, encoding).map_err(io::Error::other)?;
        let mut all = String::new();
        text.read_to_string(&mut all)?;
        Ok((all, read.load(Ordering::Relaxed)))
    }

    fn gzip(text: &[u8]) -> Vec<u8> {
        let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        out.write_all(text).unwrap();
        out.finish().unwrap()
    }

    #[test]
    fn compressed_in_one_part_or_several() {
        let gz = [gzip(b"a,b\n"), gzip(b"1,2\n")].concat();
        assert_eq!(read(&gz, Packing::Gzip, None).unwrap(), ("a,b\n1,2\n".to_owned(), gz.len() as u64));
        let zst = [zstd::encode_all(&b"a,b\n"[..], 1).unwrap(), zstd::encode_all(&b"1,2\n"[..], 1).unwrap()];
        assert_eq!(read(&zst.concat(), Packing::Zstd, None).unwrap().0, "a,b\n1,2\n");
        assert!(read(&gz[..gz.len() - 4], Packing::Gzip, None).is_err(), "cut off");
    }

    #[test]
    fn encodings_and_marks() {
        assert_eq!(read(b"M\xe9xico", Packing::None, Some("ISO-8859-1")).unwrap().0, "México");
        assert_eq!(read("\u{feff}é".as_bytes(), Packing::None, Some("ISO-8859-1")).unwrap().0, "é");
        assert_eq!(read(b"\xff\xfea\0\n\0", Packing::None, None).unwrap().0, "a\n");
        assert_eq!(read(b"", Packing::None, None).unwrap().0, "");
        assert!(read(b"\xff\xfea\0\n", Packing::None, None).is_err(), "half a code unit");
        assert!(read(b"a", Packing::None, Some("klingon")).is_err());
        let long = "é€x".repeat(BUFFER);
        let (utf16, _, _) = encoding_rs::WINDOWS_1252.encode(&long);
        assert_eq!(read(&utf16, Packing::None, Some("windows-1252")).unwrap().0, long);
    }
}
