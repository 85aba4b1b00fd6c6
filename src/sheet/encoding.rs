//! Bytes to text: which encoding a file is in, and its text as a stream of UTF-8. Every textual format is decoded in
//! one way: byte order mark, pattern of NULs, strict UTF-8, then a guess.

use std::io::{self, Read};

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{CoderResult, Encoding, MACINTOSH, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::charset::{Charset, Decoding};
use super::lines::CHUNK;
use super::readings;

/// How many bytes from the first that is not UTF-8 on are shown to the guesser.
const SHOWN: usize = 1 << 20;

/// The encoding of a text: from its byte order mark, or from all of its bytes.
pub(super) fn detect(bytes: &mut impl Read) -> io::Result<&'static Encoding> {
    Ok(judged(bytes)?.0)
}

/// The same, and why it is not sure, if it is not.
pub(super) fn judge(bytes: &mut impl Read) -> io::Result<(Charset, Option<String>)> {
    let (encoding, guessed_by) = judged(bytes)?;
    let charset = Charset::Known(encoding);
    let doubt = readings::doubt(&guessed_by, charset);
    Ok((charset, doubt))
}

/// The encoding, and the bytes that it was guessed by; none where it was not guessed.
fn judged(bytes: &mut impl Read) -> io::Result<(&'static Encoding, Vec<u8>)> {
    let sure = |encoding| Ok((encoding, Vec::new()));
    let mut chunk = vec![0; CHUNK];
    let mut filled = fill(bytes, &mut chunk)?;
    if let Some((encoding, _)) = Encoding::for_bom(&chunk[..filled]) {
        return sure(encoding);
    }
    if let Some(encoding) = by_nuls(&chunk[..filled]) {
        return sure(encoding);
    }
    loop {
        let last = filled < chunk.len();
        match std::str::from_utf8(&chunk[..filled]) {
            Ok(_) if last => return sure(UTF_8),
            Ok(_) => filled = fill(bytes, &mut chunk)?,
            Err(error) if error.error_len().is_none() && !last => {
                let kept = filled - error.valid_up_to();
                chunk.copy_within(error.valid_up_to()..filled, 0);
                filled = kept + fill(bytes, &mut chunk[kept..])?;
            }
            Err(_) => return guess(&chunk[..filled], bytes),
        }
    }
}

/// UTF-16 without a mark: Latin text has a NUL in nearly every other byte.
fn by_nuls(bytes: &[u8]) -> Option<&'static Encoding> {
    let pairs = bytes.len() / 2;
    let nuls = |at: usize| {
        bytes
            .iter()
            .skip(at)
            .step_by(2)
            .filter(|byte| **byte == 0)
            .count()
    };
    match (nuls(0) * 10, nuls(1) * 10) {
        _ if pairs < 4 => None,
        (even, odd) if odd > pairs * 6 && even < pairs => Some(UTF_16LE),
        (even, odd) if even > pairs * 6 && odd < pairs => Some(UTF_16BE),
        _ => None,
    }
}

fn guess(first: &[u8], rest: &mut impl Read) -> io::Result<(&'static Encoding, Vec<u8>)> {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(first, false);
    let mut more = Vec::new();
    rest.take(SHOWN as u64).read_to_end(&mut more)?;
    let all = [first, &more].concat();
    if is_damaged_utf8(&all) {
        return Ok((UTF_8, Vec::new()));
    }
    detector.feed(&more, true);
    let guessed = detector.guess(None, Utf8Detection::Deny);
    // A single-byte guess from the neighbours is a stray one on the few accents of a short list.
    let neighbour = [
        "windows-1254",
        "windows-1257",
        "windows-1258",
        "ISO-8859-4",
        "ISO-8859-10",
    ];
    let guessed = if neighbour.contains(&guessed.name()) {
        WINDOWS_1252
    } else {
        guessed
    };
    let (mac, own) = (likeness(&all, MACINTOSH), likeness(&all, guessed));
    // The guesser knows nothing of the Mac, and takes its accents for western or central European signs.
    let western = guessed == WINDOWS_1252 && mac > own.max(0);
    let strange = all.iter().filter(|byte| !byte.is_ascii()).count();
    let central = guessed.name() == "windows-1250" && usize::try_from(mac) == Ok(2 * strange);
    let found = if western || central {
        MACINTOSH
    } else {
        guessed
    };
    Ok((found, all))
}

/// The accented letters of the western languages, as names and addresses have them.
const ACCENTS: &str = "éèêëàâäáãåçïîíìôöóòõøùûüúñæœßÉÈÊÀÂÄÁÅÇÎÏÔÖÓØÙÛÜÚÑŒ°’«»€–—…‘“”•£§©®™";

/// How well a text of one byte a character reads in an encoding: accents speak for it, other signs against.
fn likeness(bytes: &[u8], encoding: &'static Encoding) -> i64 {
    let (text, _) = encoding.decode_without_bom_handling(bytes);
    let strange = text.chars().filter(|c| !c.is_ascii());
    strange
        .map(|c| match c {
            c if ACCENTS.contains(c) => 2,
            c if c.is_alphabetic() => 0,
            _ => -2,
        })
        .sum()
}

/// UTF-8 in which a few bytes are broken: a text of one byte a character has hardly a valid sequence by chance.
fn is_damaged_utf8(bytes: &[u8]) -> bool {
    let (mut sound, mut broken) = (0, 0);
    for chunk in bytes.utf8_chunks() {
        sound += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        broken += usize::from(!chunk.invalid().is_empty());
    }
    sound > 2 * broken
}

/// Reads until the buffer is full or the end is reached; how many bytes there are.
pub(super) fn fill(bytes: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match bytes.read(&mut buffer[filled..]) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

/// A text as UTF-8, decoded as it is read; its byte order mark is left out. What cannot be decoded becomes
/// U+FFFD.
pub(super) struct Decoded<R> {
    inner: R,
    decoder: Decoding,
    bytes: Vec<u8>,
    from: usize,
    filled: usize,
    ended: bool,
    /// Whether the decoder has said its last word; it must not be asked again.
    done: bool,
}

impl<R: Read> Decoded<R> {
    pub(super) fn new(inner: R, encoding: Charset) -> Self {
        let decoder = encoding.decoder();
        Self {
            inner,
            decoder,
            bytes: vec![0; CHUNK],
            from: 0,
            filled: 0,
            ended: false,
            done: false,
        }
    }
}

impl<R: Read> Read for Decoded<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        // A character takes up to four bytes: less room than that makes no progress.
        if out.len() < 4 {
            return Err(io::Error::other("the buffer is too small to decode into"));
        }
        loop {
            if self.done {
                return Ok(0);
            }
            if self.from == self.filled && !self.ended {
                self.filled = self.inner.read(&mut self.bytes)?;
                self.from = 0;
                self.ended = self.filled == 0;
            }
            let input = &self.bytes[self.from..self.filled];
            let (result, read, written) = self.decoder.decode(input, out, self.ended);
            self.from += read;
            self.done = self.ended && result == CoderResult::InputEmpty;
            if written > 0 {
                return Ok(written);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> (String, &'static str) {
        let encoding = detect(&mut &*bytes).expect("memory can be read");
        let mut text = vec![0; 4 * bytes.len() + 4];
        let mut decoded =
            io::BufReader::with_capacity(16, Decoded::new(bytes, Charset::Known(encoding)));
        let filled = fill(&mut decoded, &mut text).expect("memory can be read");
        text.truncate(filled);
        (
            String::from_utf8(text).expect("decoded text is UTF-8"),
            encoding.name(),
        )
    }

    fn utf16(text: &str, order: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(order).collect()
    }

    #[test]
    fn an_encoding_is_found_and_decoded() {
        let text = "Prénom;Nom\r\nAnaïs;Lefèvre\r\n";
        let latin = text
            .chars()
            .map(|c| u8::try_from(u32::from(c)).expect("Latin-1"))
            .collect();
        let cases: [(Vec<u8>, &str); 6] = [
            (text.as_bytes().to_vec(), "UTF-8"),
            ([b"\xef\xbb\xbf", text.as_bytes()].concat(), "UTF-8"),
            (
                [vec![0xff, 0xfe], utf16(text, u16::to_le_bytes)].concat(),
                "UTF-16LE",
            ),
            (
                [vec![0xfe, 0xff], utf16(text, u16::to_be_bytes)].concat(),
                "UTF-16BE",
            ),
            (utf16(text, u16::to_le_bytes), "UTF-16LE"),
            (latin, "windows-1252"),
        ];
        for (bytes, name) in cases {
            assert_eq!(read(&bytes), (text.to_owned(), name));
        }
        // One broken byte does not make the accents of every other row wrong.
        let damaged = [text.repeat(3).as_bytes(), b"Ana\xefs;Roy\r\n"].concat();
        assert_eq!(
            read(&damaged),
            (format!("{}Ana\u{fffd}s;Roy\r\n", text.repeat(3)), "UTF-8")
        );
        assert_eq!(read(b"Soci\xe9t\xe9\nMoney\x80\n").0, "Société\nMoney€\n");
        assert_eq!(read(b"a \x96 b\x85\n").1, "windows-1252");
        // What the Mac wrote before it wrote UTF-8.
        let (mac, _, _) = MACINTOSH.encode("Prénom;Société\nAnaïs;Générale d'à côté\n");
        assert_eq!(
            read(&mac),
            (
                "Prénom;Société\nAnaïs;Générale d'à côté\n".to_owned(),
                "macintosh"
            )
        );
    }

    #[test]
    fn an_accent_far_down_is_found() {
        let plain = "Name,Phone\n".repeat(20_000);
        assert_eq!(read(format!("{plain}é").as_bytes()).1, "UTF-8");
        let mut latin = plain.into_bytes();
        latin.extend(b"Ana\xefs,1\n");
        assert_eq!(read(&latin).1, "windows-1252");
        // One byte before the chunk's end, so that the character lies across it.
        let across = format!("{}é", "a".repeat(CHUNK - 1));
        assert_eq!(read(across.as_bytes()), (across.clone(), "UTF-8"));
    }
}
