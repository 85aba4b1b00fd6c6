//! Which encoding a text is in, by more names than the WHATWG list has. It knows the code pages of DOS, which that
//! list leaves out and old programs still export: they are taken when a person names them, never guessed.

use std::borrow::Cow;

use encoding_rs::{CoderResult, Decoder, Encoding};

use super::SheetError;

/// An encoding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Charset {
    /// One of the WHATWG list.
    Known(&'static Encoding),
    /// A code page of DOS.
    Dos(&'static Page),
}

/// A code page: ASCII, and what its upper half stands for.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Page {
    /// Its name, and what else it is called.
    names: [&'static str; 4],
    upper: &'static str,
}

/// As the Unicode Consortium maps them (VENDORS/MICSFT/PC/CP850.TXT, CP437.TXT).
static PAGES: [Page; 2] = [
    Page {
        names: ["cp850", "ibm850", "850", "dos"],
        upper: "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒáíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐\
             └┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u{ad}±‗¾¶§÷¸°¨·¹³²■\u{a0}",
    },
    Page {
        names: ["cp437", "ibm437", "437", "dos-us"],
        upper: "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐\
             └┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{a0}",
    },
];

impl Charset {
    /// The encoding that a person names.
    pub(super) fn by_label(file: &str, label: &str) -> Result<Self, SheetError> {
        let wanted = label.trim().to_ascii_lowercase();
        let page = PAGES
            .iter()
            .find(|page| page.names.contains(&wanted.as_str()));
        let known = || Encoding::for_label(wanted.as_bytes()).map(Self::Known);
        page.map(Self::Dos).or_else(known).ok_or_else(|| SheetError::Hint {
            file: file.to_owned(),
            why: format!("no encoding is called `{label}`"),
            help: "say utf-8, windows-1252, utf-16le, macintosh, cp850 or another name of the WHATWG list".to_owned(),
        })
    }

    /// Its name in lower case.
    pub(super) fn name(self) -> Cow<'static, str> {
        match self {
            Self::Known(encoding) => encoding.name().to_ascii_lowercase().into(),
            Self::Dos(page) => page.names[0].into(),
        }
    }

    /// Some bytes as text, without regard to a byte order mark.
    pub(super) fn text(self, bytes: &[u8]) -> Cow<'_, str> {
        match self {
            Self::Known(encoding) => encoding.decode_without_bom_handling(bytes).0,
            Self::Dos(page) => {
                let upper: Vec<char> = page.upper.chars().collect();
                let of = |byte: &u8| match byte.checked_sub(0x80) {
                    Some(place) => upper[usize::from(place)],
                    None => char::from(*byte),
                };
                bytes.iter().map(of).collect::<String>().into()
            }
        }
    }

    pub(super) fn decoder(self) -> Decoding {
        match self {
            Self::Known(encoding) => {
                Decoding::Known(Box::new(encoding.new_decoder_with_bom_removal()))
            }
            Self::Dos(page) => Decoding::Dos(page.upper.chars().collect()),
        }
    }
}

/// A decoder at work.
pub(super) enum Decoding {
    Known(Box<Decoder>),
    Dos(Vec<char>),
}

impl Decoding {
    /// Decodes into UTF-8: whether the input is used up, how much was read, how much was written.
    pub(super) fn decode(
        &mut self,
        input: &[u8],
        out: &mut [u8],
        last: bool,
    ) -> (CoderResult, usize, usize) {
        let upper = match self {
            Self::Known(decoder) => {
                let (result, read, written, _) = decoder.decode_to_utf8(input, out, last);
                return (result, read, written);
            }
            Self::Dos(upper) => upper,
        };
        let mut written = 0;
        for (read, byte) in input.iter().enumerate() {
            let beyond = byte.checked_sub(0x80).map(usize::from);
            let character = beyond.map_or(char::from(*byte), |place| upper[place]);
            let Some(room) = out.get_mut(written..written + character.len_utf8()) else {
                return (CoderResult::OutputFull, read, written);
            };
            written += character.encode_utf8(room).len();
        }
        (CoderResult::InputEmpty, input.len(), written)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_encoding_is_found_by_its_names() {
        for (label, name) in [
            ("CP850", "cp850"),
            (" ibm437 ", "cp437"),
            ("Latin1", "windows-1252"),
            ("macintosh", "macintosh"),
            ("ibm866", "ibm866"),
        ] {
            let found = Charset::by_label("x", label).expect("it is known");
            assert_eq!(found.name(), name);
        }
        assert!(Charset::by_label("x", "klingon").is_err());
    }

    #[test]
    fn a_code_page_of_dos_is_decoded() {
        let read = |label: &str, bytes: &[u8]| {
            let mut decoder = Charset::by_label("x", label)
                .expect("it is known")
                .decoder();
            let mut out = [0; 64];
            let (result, read, written) = decoder.decode(bytes, &mut out, true);
            assert_eq!((result, read), (CoderResult::InputEmpty, bytes.len()));
            String::from_utf8_lossy(&out[..written]).into_owned()
        };
        assert_eq!(
            read("cp850", b"Soci\x82t\x82 No\x89l \xd4\xff\xf0"),
            "Société Noël È\u{a0}\u{ad}"
        );
        assert_eq!(read("cp437", b"Fa\x87ade \xe1\xff"), "Façade ß\u{a0}");
        for page in &PAGES {
            assert_eq!(page.upper.chars().count(), 128, "{}", page.names[0]);
        }
        // Where there is no room, the rest waits.
        let mut decoder = Charset::Dos(&PAGES[0]).decoder();
        let mut out = [0; 3];
        assert_eq!(
            decoder.decode(b"a\x82\x82", &mut out, true),
            (CoderResult::OutputFull, 2, 3)
        );
    }
}
