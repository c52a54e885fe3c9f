//! What goes through pipes between processes: four bytes of length, one that says what it is, and the value.

use super::ShareError;
use crate::trace::Item;
use crate::workers::Value;

/// The longest message, in bytes, without its length.
pub const LONGEST: usize = 16 << 20;
/// Bytes of the length.
pub(super) const HEAD: usize = 4;

const NOTHING: u8 = 0;
const INT: u8 = 1;
const FLOAT: u8 = 2;
const TEXT: u8 = 3;
const INTS: u8 = 4;
const BYTES: u8 = 5;

/// Appends a message. A label does not travel.
///
/// # Errors
/// It is too long; `out` is then as it was.
pub(super) fn write(out: &mut Vec<u8>, value: &Value) -> Result<(), ShareError> {
    let start = out.len();
    out.extend_from_slice(&[0; HEAD]);
    match value {
        Value::Nothing => out.push(NOTHING),
        Value::Int(value) => {
            out.push(INT);
            out.extend_from_slice(&value.to_le_bytes());
        }
        Value::Float(value) => {
            out.push(FLOAT);
            out.extend_from_slice(&value.to_le_bytes());
        }
        Value::Text(text) => {
            out.push(TEXT);
            out.extend_from_slice(text.as_bytes());
        }
        Value::Ints(values) | Value::Labelled(_, values) => {
            out.push(INTS);
            values.iter().for_each(|value| out.extend_from_slice(&value.to_le_bytes()));
        }
        Value::Bytes(bytes) => {
            out.push(BYTES);
            out.extend_from_slice(bytes);
        }
    }
    let length = out.len() - start - HEAD;
    if length > LONGEST {
        out.truncate(start);
        let error = format!("a message of {length} bytes is too long: {LONGEST} are the most");
        return Err(ShareError::Failed(error));
    }
    out[start..start + HEAD].copy_from_slice(&(length as u32).to_le_bytes());
    Ok(())
}

/// How many bytes follow a length.
///
/// # Errors
/// No message is that long.
pub(super) fn length(head: [u8; HEAD]) -> Result<usize, ShareError> {
    let length = u32::from_le_bytes(head) as usize;
    match length {
        1..=LONGEST => Ok(length),
        _ => Err(ShareError::Corrupt(format!("a message of {length} bytes is none"))),
    }
}

/// The value of a message without its length.
///
/// # Errors
/// It is none.
pub(super) fn read(message: &[u8]) -> Result<Value, ShareError> {
    let wrong = || ShareError::Corrupt(format!("{} bytes that are no message", message.len()));
    let (kind, rest) = message.split_first().ok_or_else(wrong)?;
    let eight = || <[u8; 8]>::try_from(rest).map_err(|_| wrong());
    match *kind {
        NOTHING if rest.is_empty() => Ok(Value::Nothing),
        INT => eight().map(|bytes| Value::Int(i64::from_le_bytes(bytes))),
        FLOAT => eight().map(|bytes| Value::Float(f64::from_le_bytes(bytes))),
        TEXT => std::str::from_utf8(rest).map(Value::from).map_err(|_| wrong()),
        INTS if rest.len().is_multiple_of(8) => {
            let (numbers, _) = rest.as_chunks::<8>();
            Ok(Value::Ints(numbers.iter().map(|bytes| i64::from_le_bytes(*bytes)).collect()))
        }
        BYTES => Ok(Value::Bytes(rest.to_vec())),
        _ => Err(wrong()),
    }
}

/// The first message of several, which is taken away.
///
/// # Errors
/// There is none.
pub(super) fn next(bytes: &mut &[u8]) -> Result<Value, ShareError> {
    let wrong = || ShareError::Corrupt("a message is cut short".to_owned());
    let (head, rest) = bytes.split_first_chunk::<HEAD>().ok_or_else(wrong)?;
    let (body, rest) = rest.split_at_checked(length(*head)?).ok_or_else(wrong)?;
    *bytes = rest;
    read(body)
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
        ];
        for value in all {
            let mut message = Vec::new();
            write(&mut message, &value)?;
            let (head, body) = message.split_at(HEAD);
            assert_eq!(length(head.try_into().map_err(|_| ShareError::Closed)?)?, body.len());
            assert_eq!(read(body)?, value);
        }
        Ok(())
    }

    #[test]
    fn whatever_else_arrives_is_an_error() {
        for bytes in [&[][..], &[9, 1], &[INT, 1, 2], &[TEXT, 0xff], &[INTS, 1], &[NOTHING, 0]] {
            assert!(matches!(read(bytes), Err(ShareError::Corrupt(_))), "{bytes:?}");
        }
        for head in [0, LONGEST as u32 + 1, u32::MAX] {
            assert!(length(head.to_le_bytes()).is_err());
        }
    }
}
