//! Writes JSON: half of what an answer costs is its body.
//!
//! The names of a struct's fields are ours, and written as they are: only values and the keys of maps can
//! hold what must be escaped. Texts are looked through sixteen bytes at a time.

use std::fmt::{self, Display, Write};

use serde::Serialize;
use serde::ser::{self, Error, Serializer};

/// Appends a value.
///
/// # Errors
/// When a map has keys that are no strings, or a value refuses to be serialized.
pub(super) fn write(out: &mut Vec<u8>, value: &impl Serialize) -> fmt::Result {
    value.serialize(Json(out))
}

struct Json<'a>(&'a mut Vec<u8>);

impl<'a> Json<'a> {
    fn raw(self, text: &str) -> fmt::Result {
        self.0.extend_from_slice(text.as_bytes());
        Ok(())
    }

    fn display(self, value: impl Display) -> fmt::Result {
        write!(Unescaped(self.0), "{value}")
    }

    fn open(self, open: &str, close: &'static str) -> Result<Parts<'a>, fmt::Error> {
        self.0.extend_from_slice(open.as_bytes());
        let start = self.0.len();
        Ok(Parts {
            out: self.0,
            start,
            close,
        })
    }

    /// `{"Variant":` and what follows it.
    fn variant(self, name: &str, open: &str, close: &'static str) -> Result<Parts<'a>, fmt::Error> {
        self.0.extend_from_slice(b"{");
        field(self.0, name);
        self.open(open, close)
    }
}

/// The end of the output, for text as it is.
struct Unescaped<'a>(&'a mut Vec<u8>);

impl Write for Unescaped<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0.extend_from_slice(text.as_bytes());
        Ok(())
    }
}

fn field(out: &mut Vec<u8>, name: &str) {
    out.push(b'"');
    out.extend_from_slice(name.as_bytes());
    out.extend_from_slice(b"\":");
}

fn escape(out: &mut Vec<u8>, text: &[u8]) {
    if is_plain(text) {
        out.extend_from_slice(text);
        return;
    }
    for byte in text {
        match byte {
            b'"' => out.extend_from_slice(b"\\\""),
            b'\\' => out.extend_from_slice(b"\\\\"),
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\r' => out.extend_from_slice(b"\\r"),
            b'\t' => out.extend_from_slice(b"\\t"),
            0x08 => out.extend_from_slice(b"\\b"),
            0x0c => out.extend_from_slice(b"\\f"),
            0..0x20 => out.extend_from_slice(format!("\\u{byte:04x}").as_bytes()),
            _ => out.push(*byte),
        }
    }
}

/// Whether nothing in a text needs an escape.
fn is_plain(text: &[u8]) -> bool {
    let (chunks, rest) = text.as_chunks::<16>();
    let mut last = [b' '; 16];
    last[..rest.len()].copy_from_slice(rest);
    chunks.iter().chain([&last]).all(is_plain_chunk)
}

/// All bytes are looked at, whatever the first ones are, so that it can be done with all at once.
fn is_plain_chunk(chunk: &[u8; 16]) -> bool {
    let needs_escape = |byte: u8| (byte < 0x20) | (byte == b'"') | (byte == b'\\');
    !chunk
        .iter()
        .fold(false, |any, byte| any | needs_escape(*byte))
}

/// A list or an object that is being written.
struct Parts<'a> {
    out: &'a mut Vec<u8>,
    /// Where its inside begins.
    start: usize,
    close: &'static str,
}

impl Parts<'_> {
    fn separate(&mut self) {
        if self.out.len() > self.start {
            self.out.push(b',');
        }
    }

    fn item<T: Serialize + ?Sized>(&mut self, value: &T) -> fmt::Result {
        self.separate();
        value.serialize(Json(self.out))
    }

    fn close(self) -> fmt::Result {
        Json(self.out).raw(self.close)
    }
}

macro_rules! displayed {
    ($($name:ident: $type:ty),*) => {
        $(fn $name(self, value: $type) -> fmt::Result {
            self.display(value)
        })*
    };
}

impl<'a> Serializer for Json<'a> {
    type Ok = ();
    type Error = fmt::Error;
    type SerializeSeq = Parts<'a>;
    type SerializeTuple = Parts<'a>;
    type SerializeTupleStruct = Parts<'a>;
    type SerializeTupleVariant = Parts<'a>;
    type SerializeMap = Parts<'a>;
    type SerializeStruct = Parts<'a>;
    type SerializeStructVariant = Parts<'a>;

    displayed! {
        serialize_i8: i8, serialize_i16: i16, serialize_i32: i32, serialize_i64: i64,
        serialize_u8: u8, serialize_u16: u16, serialize_u32: u32, serialize_u64: u64
    }

    fn serialize_bool(self, value: bool) -> fmt::Result {
        self.raw(if value { "true" } else { "false" })
    }

    fn serialize_f32(self, value: f32) -> fmt::Result {
        self.serialize_f64(value.into())
    }

    fn serialize_f64(self, value: f64) -> fmt::Result {
        match value.is_finite() {
            // With a point, so that it stays a number with one.
            true => self.display(format_args!("{value:?}")),
            false => self.serialize_unit(),
        }
    }

    fn serialize_char(self, value: char) -> fmt::Result {
        self.serialize_str(value.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, text: &str) -> fmt::Result {
        self.0.push(b'"');
        escape(self.0, text.as_bytes());
        self.0.push(b'"');
        Ok(())
    }

    fn collect_str<T: Display + ?Sized>(self, value: &T) -> fmt::Result {
        self.0.push(b'"');
        let begin = self.0.len();
        write!(Unescaped(self.0), "{value}")?;
        // It comes in parts; to look through it once is quicker than part by part.
        if !is_plain(&self.0[begin..]) {
            let text = self.0.split_off(begin);
            escape(self.0, &text);
        }
        self.0.push(b'"');
        Ok(())
    }

    fn serialize_bytes(self, bytes: &[u8]) -> fmt::Result {
        self.collect_seq(bytes)
    }

    fn serialize_none(self) -> fmt::Result {
        self.serialize_unit()
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> fmt::Result {
        value.serialize(self)
    }

    fn serialize_unit(self) -> fmt::Result {
        self.raw("null")
    }

    fn serialize_unit_struct(self, _: &'static str) -> fmt::Result {
        self.serialize_unit()
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> fmt::Result {
        self.serialize_str(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> fmt::Result {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> fmt::Result {
        let parts = self.variant(variant, "", "}")?;
        value.serialize(Json(parts.out))?;
        parts.close()
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Parts<'a>, fmt::Error> {
        self.open("[", "]")
    }

    fn serialize_tuple(self, _: usize) -> Result<Parts<'a>, fmt::Error> {
        self.open("[", "]")
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Parts<'a>, fmt::Error> {
        self.open("[", "]")
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Parts<'a>, fmt::Error> {
        self.variant(variant, "[", "]}")
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Parts<'a>, fmt::Error> {
        self.open("{", "}")
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Parts<'a>, fmt::Error> {
        self.open("{", "}")
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Parts<'a>, fmt::Error> {
        self.variant(variant, "{", "}}")
    }
}

macro_rules! lists {
    ($($trait:ident: $item:ident),*) => {
        $(impl ser::$trait for Parts<'_> {
            type Ok = ();
            type Error = fmt::Error;

            fn $item<T: Serialize + ?Sized>(&mut self, value: &T) -> fmt::Result {
                self.item(value)
            }

            fn end(self) -> fmt::Result {
                self.close()
            }
        })*
    };
}

lists! {
    SerializeSeq: serialize_element,
    SerializeTuple: serialize_element,
    SerializeTupleStruct: serialize_field,
    SerializeTupleVariant: serialize_field
}

macro_rules! structs {
    ($($trait:ident),*) => {
        $(impl ser::$trait for Parts<'_> {
            type Ok = ();
            type Error = fmt::Error;

            fn serialize_field<T: Serialize + ?Sized>(
                &mut self,
                name: &'static str,
                value: &T,
            ) -> fmt::Result {
                self.separate();
                field(self.out, name);
                value.serialize(Json(self.out))
            }

            fn end(self) -> fmt::Result {
                self.close()
            }
        })*
    };
}

structs!(SerializeStruct, SerializeStructVariant);

impl ser::SerializeMap for Parts<'_> {
    type Ok = ();
    type Error = fmt::Error;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> fmt::Result {
        self.separate();
        let begin = self.out.len();
        key.serialize(Json(self.out))?;
        match self.out.get(begin) {
            Some(b'"') => Ok(()),
            Some(_) | None => Err(fmt::Error::custom("a key is no string")),
        }
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> fmt::Result {
        self.out.push(b':');
        value.serialize(Json(self.out))
    }

    fn end(self) -> fmt::Result {
        self.close()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Map, Value, json};

    use super::*;

    fn written(value: &impl Serialize) -> String {
        let mut out = Vec::new();
        write(&mut out, value).expect("JSON");
        String::from_utf8(out).expect("text")
    }

    fn any_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<u64>().prop_map(Value::from),
            any::<i32>().prop_map(|n| Value::from(f64::from(n) / 8.0)),
            any::<String>().prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 32, 6, |inner| {
            let object = prop::collection::vec((any::<String>(), inner.clone()), 0..6)
                .prop_map(|pairs| Value::Object(pairs.into_iter().collect::<Map<_, _>>()));
            prop_oneof![
                prop::collection::vec(inner, 0..6).prop_map(Value::from),
                object
            ]
        })
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(value in any_json()) {
            let read: Value = serde_json::from_str(&written(&value)).expect("JSON");
            prop_assert_eq!(read, value);
        }

        #[test]
        fn texts_are_escaped_as_others_escape_them(text in "[ -~\\x00-\\x1f\"\\\\é€]{0,40}") {
            prop_assert_eq!(written(&text), serde_json::to_string(&text).expect("JSON"));
            prop_assert_eq!(written(&format_args!("{text}|{text}")), written(&format!("{text}|{text}")));
        }
    }

    #[test]
    fn types_of_every_kind_are_written_as_others_write_them() {
        #[derive(Serialize)]
        struct Unit;
        #[derive(Serialize)]
        struct New(u8);
        #[derive(Serialize)]
        enum Kind {
            Unit,
            New(u8),
            Tuple(u8, char),
            Struct { a: Option<u8>, b: () },
        }
        let all = (
            (Unit, New(1), Kind::Unit, Kind::New(2)),
            (Kind::Tuple(3, '"'), Kind::Struct { a: Some(4), b: () }),
            (1.5_f32, f64::NAN, -1_i8, None::<u8>),
            json!({"a": [], "b": {}, "c": [[1, 2], {"d": "e"}]}),
        );
        assert_eq!(written(&all), serde_json::to_string(&all).expect("JSON"));
    }

    #[test]
    fn a_key_must_be_a_string() {
        let map = std::collections::BTreeMap::from([(1, 2)]);
        assert!(write(&mut Vec::new(), &map).is_err());
    }
}
