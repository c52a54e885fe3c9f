//! The objects of a manager, in the memory of its server.

use super::Call;
use crate::record::Recorder;
use crate::trace::{ActorId, EventKind, Home, Item, Resource, ResourceId, ResourceKind};
use crate::workers::Value;
use crate::workers::share::{ShareError, Who, parcel};
use std::sync::atomic::AtomicU64;

/// An object that a manager is to keep.
#[derive(Clone, Debug)]
pub struct Kept {
    res: ResourceId,
    /// A list; otherwise a number, as the value of one key of a dict.
    is_list: bool,
    initial: Vec<Value>,
}

impl Kept {
    /// A number, which `name` says where it is: `d["n"]`.
    pub fn number(recorder: &Recorder, name: &str, server: ActorId, initial: i64) -> Self {
        let resource = Resource::new(name, ResourceKind::Value).at_home(Home::Process(server));
        let res = recorder.resource(resource.with_initial(vec![Item::of(initial)]));
        Self { res, is_list: false, initial: vec![Value::Int(initial)] }
    }

    /// A list.
    pub fn list(recorder: &Recorder, name: &str, server: ActorId, initial: Vec<Value>) -> Self {
        let shown = initial.iter().map(|value| value.item(|text| recorder.text(text))).collect();
        let resource = Resource::new(name, ResourceKind::List).at_home(Home::Process(server));
        let res = recorder.resource(resource.with_initial(shown));
        Self { res, is_list: true, initial }
    }

    /// A list that is a copy of one in it, which a process makes for itself: its id in the trace.
    pub fn copy(&self, recorder: &Recorder, name: &str, process: ActorId) -> ResourceId {
        let resource = Resource::new(name, ResourceKind::List).at_home(Home::Process(process));
        recorder.resource(Resource { copy_of: Some(self.res), ..resource })
    }

    /// Its id in the trace.
    pub fn id(&self) -> ResourceId {
        self.res
    }

    pub(super) fn write(&self, out: &mut Vec<u8>) -> Result<(), ShareError> {
        let head = vec![self.res.0.into(), self.is_list.into(), self.initial.len() as i64];
        parcel::write_whole(out, &Value::Ints(head))?;
        self.initial.iter().try_for_each(|value| parcel::write_whole(out, value))
    }
}

/// An object in the server.
pub(super) struct State {
    res: ResourceId,
    last: AtomicU64,
    is_list: bool,
    values: Vec<Value>,
    /// How often it was written, of a number.
    version: u32,
}

impl State {
    pub(super) fn read(bytes: &mut &[u8]) -> Result<Self, ShareError> {
        let wrong = || ShareError::Corrupt("that is no object to serve".to_owned());
        let Value::Ints(head) = parcel::next(bytes)? else { return Err(wrong()) };
        let [res, is_list, count] = head[..] else { return Err(wrong()) };
        let values: Result<Vec<_>, _> = (0..count).map(|_| parcel::next(bytes)).collect();
        let (last, is_list) = (AtomicU64::new(0), is_list == 1);
        let res = ResourceId(u16::try_from(res).map_err(|_| wrong())?);
        Ok(Self { res, last, is_list, values: values?, version: 0 })
    }

    /// Does what a client asks for.
    pub(super) fn call(&mut self, who: &dyn Who, call: Call) -> Result<Value, String> {
        let res = self.res;
        let outside = |place: usize| format!("IndexError: there is no item {place}");
        match call {
            Call::Get if !self.is_list => {
                let value = self.values.first().cloned().unwrap_or_default();
                let (version, shown) = (self.version, parcel::item(who, &value));
                who.tell(&self.last, EventKind::ValueRead { res, version, value: shown });
                Ok(value)
            }
            Call::Set(new) if !self.is_list => {
                let old = self.values.first().map_or(Item::NOTHING, |old| parcel::item(who, old));
                self.values = vec![Value::Int(new)];
                self.version += 1;
                let (version, new) = (self.version, Item::of(new));
                who.tell(&self.last, EventKind::ValueChanged { res, version, old, new });
                Ok(Value::Nothing)
            }
            Call::Append(value) if self.is_list => {
                let (index, item) = (self.values.len() as u32, parcel::item(who, &value));
                who.tell(&self.last, EventKind::Inserted { res, index, item });
                self.values.push(value);
                Ok(Value::Nothing)
            }
            Call::At(place) if self.is_list => {
                self.values.get(place).cloned().ok_or_else(|| outside(place))
            }
            Call::PutAt(place, value) if self.is_list => {
                let cell = self.values.get_mut(place).ok_or_else(|| outside(place))?;
                let old = parcel::item(who, &std::mem::replace(cell, value.clone()));
                let (index, item) = (place as u32, parcel::item(who, &value));
                who.tell(&self.last, EventKind::Removed { res, index, item: old });
                who.tell(&self.last, EventKind::Inserted { res, index, item });
                Ok(Value::Nothing)
            }
            Call::Len => Ok(Value::Int(self.values.len() as i64)),
            _ => Err("AttributeError: the object has no such method".to_owned()),
        }
    }
}
