//! What goes through pipes between processes: four bytes of length, one that says what it is, and the value.

use super::ShareError;
use crate::trace::Item;
use crate::workers::Value;

/// The longest message, in bytes, without its head.
pub const LONGEST: usize = 16 << 20;
/// Bytes of the head.
pub(super) const HEAD: usize = 5;
/// Bytes of more than so many are not copied to be sent.
pub(super) const LONG: usize = 16 << 10;

const NOTHING: u8 = 0;
const INT: u8 = 1;
const FLOAT: u8 = 2;
const TEXT: u8 = 3;
const INTS: u8 = 4;
const BYTES: u8 = 5;

/// What a head says: what follows, and how many bytes of it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Head {
    kind: u8,
    pub(super) length: usize,
}

/// Appends a message. A label does not travel. Long bytes are left to be written behind it: those are answered.
///
/// # Errors
/// It is too long; `out` is then as it was.
pub(super) fn write<'a>(out: &mut Vec<u8>, value: &'a Value) -> Result<&'a [u8], ShareError> {
    let start = out.len();
    out.extend_from_slice(&[0; HEAD]);
    let mut behind = &[][..];
    let kind = match value {
        Value::Nothing => NOTHING,
        Value::Int(value) => {
            out.extend_from_slice(&value.to_le_bytes());
            INT
        }
        Value::Float(value) => {
            out.extend_from_slice(&value.to_le_bytes());
            FLOAT
        }
        Value::Text(text) => {
            out.extend_from_slice(text.as_bytes());
            TEXT
        }
        Value::Ints(values) | Value::Labelled(_, values) => {
            values.iter().for_each(|value| out.extend_from_slice(&value.to_le_bytes()));
            INTS
        }
        Value::Bytes(bytes) if bytes.len() > LONG => {
            behind = bytes;
            BYTES
        }
        Value::Bytes(bytes) => {
            out.extend_from_slice(bytes);
            BYTES
        }
    };
    let length = out.len() - start - HEAD + behind.len();
    if length > LONGEST {
        out.truncate(start);
        let error = format!("a message of {length} bytes is too long: {LONGEST} are the most");
        return Err(ShareError::Failed(error));
    }
    out[start..start + 4].copy_from_slice(&(length as u32).to_le_bytes());
    out[start + 4] = kind;
    Ok(behind)
}

/// [`write`], all of it.
///
/// # Errors
/// As there.
pub(super) fn write_whole(out: &mut Vec<u8>, value: &Value) -> Result<(), ShareError> {
    let behind = write(out, value)?;
    out.extend_from_slice(behind);
    Ok(())
}

/// What a head says.
///
/// # Errors
/// It is none.
pub(super) fn head(head: [u8; HEAD]) -> Result<Head, ShareError> {
    let [a, b, c, d, kind] = head;
    let length = u32::from_le_bytes([a, b, c, d]) as usize;
    match length {
        0..=LONGEST if kind <= BYTES => Ok(Head { kind, length }),
        _ => Err(ShareError::Corrupt(format!("the head of a message of {length} bytes is none"))),
    }
}

/// The value that follows a head.
///
/// # Errors
/// It is none.
pub(super) fn read(head: Head, bytes: &[u8]) -> Result<Value, ShareError> {
    let wrong = || {
        ShareError::Corrupt(match bytes.len() {
            1 => "1 byte that is no message".to_owned(),
            length => format!("{length} bytes that are no message"),
        })
    };
    let eight = || <[u8; 8]>::try_from(bytes).map_err(|_| wrong());
    match head.kind {
        NOTHING if bytes.is_empty() => Ok(Value::Nothing),
        INT => eight().map(|bytes| Value::Int(i64::from_le_bytes(bytes))),
        FLOAT => eight().map(|bytes| Value::Float(f64::from_le_bytes(bytes))),
        TEXT => std::str::from_utf8(bytes).map(Value::from).map_err(|_| wrong()),
        INTS if bytes.len().is_multiple_of(8) => {
            let (numbers, _) = bytes.as_chunks::<8>();
            Ok(Value::Ints(numbers.iter().map(|bytes| i64::from_le_bytes(*bytes)).collect()))
        }
        BYTES => Ok(Value::Bytes(bytes.to_vec())),
        _ => Err(wrong()),
    }
}

/// [`read`], without a copy where it is bytes.
///
/// # Errors
/// As there.
pub(super) fn read_owned(head: Head, bytes: Vec<u8>) -> Result<Value, ShareError> {
    if head.kind == BYTES { Ok(Value::Bytes(bytes)) } else { read(head, &bytes) }
}

/// The first message of several, which is taken away.
///
/// # Errors
/// There is none.
pub(super) fn next(bytes: &mut &[u8]) -> Result<Value, ShareError> {
    let wrong = || ShareError::Corrupt("a message is cut short".to_owned());
    let (first, rest) = bytes.split_first_chunk::<HEAD>().ok_or_else(wrong)?;
    let head = head(*first)?;
    let (body, rest) = rest.split_at_checked(head.length).ok_or_else(wrong)?;
    *bytes = rest;
    read(head, body)
}

/// As a trace shows it.
pub(super) fn item(who: &dyn super::Who, value: &Value) -> Item {
    if !who.records() {
        return Item::NOTHING;
    }
    value.item(|text| who.text(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() -> Result<(), ShareError> {
        let all = [
            Value::Nothing,
            Value::Int(-7),
            Value::Float(0.5),
            Value::from("ä text"),
            Value::Ints(vec![1, -2, 3]),
            Value::Bytes(vec![0; 1000]),
            Value::Bytes(vec![1; LONG + 1]),
        ];
        let mut messages = Vec::new();
        all.iter().try_for_each(|value| write_whole(&mut messages, value))?;
        let mut rest = &messages[..];
        for value in all {
            assert_eq!(next(&mut rest)?, value);
        }
        assert!(rest.is_empty());
        Ok(())
    }

    #[test]
    fn whatever_else_arrives_is_an_error() {
        let of = |kind, bytes: &[u8]| read(Head { kind, length: bytes.len() }, bytes);
        for (kind, bytes) in
            [(9, &[1][..]), (INT, &[1, 2]), (TEXT, &[0xff]), (INTS, &[1]), (NOTHING, &[0])]
        {
            assert!(matches!(of(kind, bytes), Err(ShareError::Corrupt(_))), "{bytes:?}");
        }
        let long = (LONGEST as u32 + 1).to_le_bytes();
        for wrong in [[0, 0, 0, 0, 9], [long[0], long[1], long[2], long[3], INT], [255; 5]] {
            assert!(head(wrong).is_err());
        }
    }
}
