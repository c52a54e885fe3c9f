"""Values, arrays and other memory that processes share."""
import os
import sys

from . import wire
from .locks import is_thinned, replace
from .semlocks import mark_semlock, semlock_res
from .wire import CHANGED, READ, SLOT, Res, creator, emit, item, passes_on, plain_item, site

# Files that only pass a wish on.
_CTYPES = ("multiprocessing/context.py", "multiprocessing/sharedctypes.py")


def sharedctypes_(module):
    """Takes part in multiprocessing.sharedctypes."""
    base = module.SynchronizedBase

    @replace(base, "__init__")
    def _(old):
        def __init__(self, obj, lock=None, ctx=None):
            old(self, obj, lock, ctx)
            try:
                _mark_value(self)
            except Exception as fault:
                passes_on(fault)

        return __init__

    def attribute(kind):
        plain = kind.__dict__["value"]

        def get(self):
            r = self.__dict__.get("_clab")
            if r is None:
                return plain.fget(self)
            return _in_lock(self, lambda: _read(self, r))

        def put(self, value):
            r = self.__dict__.get("_clab")
            if r is None:
                return plain.fset(self, value)
            return _in_lock(self, lambda: _write(self, r, value))

        kind.value = property(get, put, doc=plain.__doc__)

    attribute(module.Synchronized)

    @replace(module.SynchronizedArray, "__setitem__")
    def _(old):
        def __setitem__(self, i, value):
            r = self.__dict__.get("_clab")
            if r is None:
                return old(self, i, value)
            old(self, i, value)
            try:
                place = site()
                if type(i) is int and not is_thinned(r):
                    flags, a, words = item(value)
                    emit(SLOT, r.n or r.define(self), place, a, i % len(self._obj), words, flags=flags)
                elif type(i) is slice and len(self._obj) <= 256:
                    for j in range(*i.indices(len(self._obj))):
                        flags, a, words = item(self._obj[j])
                        emit(SLOT, r.n or r.define(self), place, a, j, words, flags=flags)
            except Exception as fault:
                passes_on(fault)

        return __setitem__


def _mark_value(self):
    frame = creator(3, _CTYPES)
    sent = frame is None and sys._getframe(3).f_code.co_filename.endswith(
        ("reduction.py", "spawn.py", "queues.py", "connection.py", "forkserver.py"))
    if frame is None and not sent:
        return
    is_array = hasattr(type(self), "__setitem__")
    if not is_array and not hasattr(type(self), "value"):
        return
    arena, start = self._obj._wrapper._state[0][:2]
    uid = "mem:%d:%d" % (os.fstat(arena.fd).st_ino, start)
    extra = {"initial": [plain_item(v) for v in (self._obj[:256] if is_array else [self._obj.value])]}
    if is_array:
        extra["capacity"] = len(self._obj)
    r = Res("Array" if is_array else "Value", "multiprocessing." + ("Array" if is_array else "Value"), frame, uid=uid,
            shared=True, **extra)
    self._clab = r
    lock = self._lock
    if "_semlock" in lock.__dict__:
        if lock.__dict__.get("_clab") is None:
            inner = semlock_res(lock, type(lock).__name__, "multiprocessing." + type(lock).__name__, frame)
            inner.state = r
            mark_semlock(lock, inner)
        if not is_array:
            _is_partial(lock)
        self.acquire, self.release = lock.acquire, lock.release


def _is_partial(lock):
    """Whoever reads or writes a value by `value` alone takes its lock, and that is on record only after a wait: the definition says so."""
    r = lock.__dict__["_clab"]
    if "partial" not in r.extra:
        r.extra["partial"] = True
        if r.n:
            wire.define("res", n=r.n, uid=r.uid, partial=True)


def _in_lock(self, do):
    """Reads or writes under the value's own lock, which is on record only where one has to wait for it."""
    lock = getattr(self._lock, "_semlock", None)
    if lock is not None and lock.acquire(False):
        try:
            return do()
        finally:
            lock.release()
    self.acquire()
    try:
        return do()
    finally:
        self.release()


def _read(self, r):
    value = self._obj.value
    if is_thinned(r):
        r.left_out += 1
    else:
        flags, a, words = item(value)
        emit(READ, r.n or r.define(self), site(5), a, text=words, flags=flags)
    return value


def _write(self, r, value):
    before = self._obj.value
    self._obj.value = value
    if r.thin:
        r.left_out += 1
        return
    f1, a, w1 = item(before)
    f2, b, w2 = item(self._obj.value)
    emit(CHANGED, r.n or r.define(self), site(5), a, b, w1, w2, f1 | f2 << 2)


def shared_memory_(module):
    """Takes part in multiprocessing.shared_memory."""

    @replace(module.SharedMemory, "__init__")
    def _(old):
        def __init__(self, *args, **kwargs):
            old(self, *args, **kwargs)
            if creator(2) is not None:
                wire.unseen("shared_memory", "What is written in a block of shared memory is not recorded: Python does not tell of it.")

        return __init__
