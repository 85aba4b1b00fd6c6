//! XML, as little of it as sheets and phonebooks need. It is the one door to the parser: entities that a file
//! declares are never expanded, and texts are bounded.

use std::io::{self, BufRead};

use quick_xml::XmlVersion;
use quick_xml::events::{BytesStart, Event};

/// How long the text of one element may be, in bytes.
const LONGEST: usize = 1 << 20;

/// How many bytes one tag, text or comment may have: more would all be held before any of it is looked at.
const MOST: usize = 4 << 20;

/// What stands in a document.
#[derive(Debug)]
pub(super) enum Node {
    /// An element begins: its name without prefix, and its attributes, names without prefix.
    Open(String, Vec<(String, String)>),
    /// A piece of text.
    Text(String),
    /// An element ends.
    Close(String),
    /// The document ends.
    End,
}

/// A document, read node by node.
pub(super) struct Document<R> {
    reader: quick_xml::Reader<Metered<R>>,
    buffer: Vec<u8>,
    /// The element that ends at once.
    closes: Option<String>,
    /// How many elements are open.
    depth: u64,
}

impl<R: BufRead> Document<R> {
    pub(super) fn new(input: R) -> Self {
        let mut reader = quick_xml::Reader::from_reader(Metered { input, left: MOST });
        reader.config_mut().check_end_names = false;
        reader.config_mut().allow_unmatched_ends = true;
        Self {
            reader,
            buffer: Vec::new(),
            closes: None,
            depth: 0,
        }
    }

    /// The next node; comments, declarations and instructions are passed over. A document that ends while elements are
    /// open is an error: what it was cut off from would be missed by nobody.
    pub(super) fn next(&mut self) -> io::Result<Node> {
        if let Some(name) = self.closes.take() {
            return Ok(Node::Close(name));
        }
        loop {
            self.buffer.clear();
            self.reader.get_mut().left = MOST;
            let event = self.reader.read_event_into(&mut self.buffer);
            let event = event.map_err(io::Error::other)?;
            return Ok(match event {
                Event::Start(start) => {
                    self.depth += 1;
                    opened(&start)
                }
                Event::Empty(start) => {
                    self.closes = Some(start.local_name().as_ref().to_owned());
                    opened(&start)
                }
                Event::End(end) => {
                    self.depth = self.depth.saturating_sub(1);
                    Node::Close(end.local_name().as_ref().to_owned())
                }
                Event::Text(text) => Node::Text(cut(&text.xml10_content())),
                Event::CData(text) => Node::Text(cut(&text.xml10_content())),
                Event::GeneralRef(name) => Node::Text(match name.resolve_char_ref() {
                    Ok(Some(c)) => c.to_string(),
                    _ => entity(&name),
                }),
                Event::Eof if self.depth > 0 => {
                    let why = "it ends before its elements do: it was cut off";
                    return Err(io::Error::new(io::ErrorKind::UnexpectedEof, why));
                }
                Event::Eof => Node::End,
                _ => continue,
            });
        }
    }
}

/// An input of which no more than so many bytes are taken at once.
struct Metered<R> {
    input: R,
    left: usize,
}

impl<R: BufRead> io::Read for Metered<R> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        self.input.read(bytes)
    }
}

impl<R: BufRead> BufRead for Metered<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.left == 0 {
            let why = format!("one of its texts is larger than {} MiB", MOST >> 20);
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, why));
        }
        self.input.fill_buf()
    }

    fn consume(&mut self, bytes: usize) {
        self.left = self.left.saturating_sub(bytes);
        self.input.consume(bytes);
    }
}

/// The five entities that XML knows; another one stays as it is written.
fn entity(name: &str) -> String {
    quick_xml::escape::resolve_predefined_entity(name)
        .map_or_else(|| format!("&{name};"), str::to_owned)
}

fn cut(text: &str) -> String {
    let mut end = text.len().min(LONGEST);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text[..end].to_owned()
}

fn opened(start: &BytesStart<'_>) -> Node {
    let mut attributes = start.html_attributes();
    let attributes = attributes.with_checks(false).flatten().map(|attribute| {
        let value = attribute.normalized_value(XmlVersion::Implicit1_0);
        let value = value.map_or_else(|_| attribute.value.to_string(), |value| cut(&value));
        (attribute.key.local_name().as_ref().to_owned(), value)
    });
    Node::Open(start.local_name().as_ref().to_owned(), attributes.collect())
}

/// The value of an attribute.
pub(super) fn attribute<'a>(attributes: &'a [(String, String)], name: &str) -> Option<&'a str> {
    let found = attributes.iter().find(|(known, _)| known == name);
    found.map(|(_, value)| value.as_str())
}
