"""Locks of threads: `Lock` and `RLock`, which are thinned out where a program uses them very often."""
import _thread
from _functools import partial
from _thread import get_ident
from itertools import repeat
from time import monotonic_ns as now

from . import wire
from .around import snapshot
from .wire import (
    ACQUIRED, LATE, OP_ACQUIRE, RELEASED, THINNED, TIMED_OUT, WAIT, WAIT_ENDED, Res, creator, emit, emit_of, passes_on, site, threads,
)

real_lock = _thread.allocate_lock
real_rlock = _thread.RLock

# A lock used more often than this in a quarter of a second is thinned out for the rest of it, once the process has had as
# many more uses of such locks on record as it may: what a program of a usual size does is whole, and the slots last.
_QUARTER = 250_000_000
_MOST = 500
_MANY = 50_000
_many = [0]


def is_thinned(r):
    """Counts a use of a lock. Whether it is to be left out."""
    at = now()
    if at - r.since > _QUARTER:
        r.since, r.count = at, 0
        if r.thin:
            r.thin = False
            emit(THINNED, r.n, 0, a=r.left_out)
            r.left_out = 0
    r.count += 1
    if r.count > _MOST and not r.thin:
        if _many[0] >= _MANY:
            r.thin = True
        else:
            _many[0] += 1
    return r.thin


def _own_up(r):
    """Somebody has to wait for a lock whose owner's acquiring had been left out: it is told now."""
    if not r.held:
        return
    # Before it is taken out: its owner may give it back in this moment.
    r.told = True
    try:
        thread, at, place = r.held.pop()
    except IndexError:
        return
    emit_of(thread, ACQUIRED, r.n, place, flags=LATE, at=at)


def tell_thinned():
    """At the end of the process: what was left out."""
    for entry in list(wire._known):
        r = entry()
        if r is not None and r.left_out:
            emit(THINNED, r.n, 0, a=r.left_out)
            r.left_out = 0


def nanos(timeout):
    """A time-out in nanoseconds, -1 for none."""
    try:
        return -1 if timeout is None or timeout < 0 else min(int(timeout * 1e9), 1 << 62)
    except (TypeError, ValueError, OverflowError):
        return -1


def wait_for_lock(r, take, blocking, timeout, place, box):
    """Acquires by `take`, on record, what could not be had at once. The list `box` has a True in it once that has been acquired, also
    where a handler of a signal raises: no variable would be sure to be set by then."""
    _own_up(r)
    emit(WAIT, r.n, place, OP_ACQUIRE, nanos(timeout))
    try:
        if r.thin and timeout == -1:
            # Its owner may have been about to note that it has it.
            box.extend(map(take, (True,), (0.05,)))
            if True not in box:
                _own_up(r)
        if True not in box:
            box.extend(map(take, (blocking,), (timeout,)))
        if True in box:
            emit(ACQUIRED, r.n, place)
    except BaseException:
        if True in box and wire.newest_uses(r.n)[1] != ACQUIRED:
            emit(ACQUIRED, r.n, place)
        raise
    finally:
        if True not in box:
            emit(WAIT_ENDED, r.n, place, TIMED_OUT)


def undo(r, depth, give, place):
    """A lock was taken that had been taken `depth` times before, and a handler of a signal raised before the program had it: nobody
    would give it back."""
    try:
        if not depth:
            r.held.clear()
        if wire.newest_uses(r.n)[0] > depth:
            emit(RELEASED, r.n, place)
    finally:
        give()


def _pop(held):
    try:
        held.pop()
        return True
    except IndexError:
        return False


def tell_release(r, depth, place):
    """A handler of a signal raised while a lock was given back that was taken `depth` times: that is recorded unless it has been."""
    held, last = wire.newest_uses(r.n)
    if held >= depth or last != RELEASED:
        emit(RELEASED, r.n, place)


class Factory(type):
    """Of classes that stand for the library's: where they are sent, the library's are meant."""


class Lock(metaclass=Factory):
    """Stands for a lock of the C library's, and records what is done with it."""

    __slots__ = ("_take", "_tries", "_give", "_inner", "_r", "__weakref__")

    def __new__(cls):
        inner = real_lock()
        try:
            frame = creator(2)
            if frame is None:
                return inner
            self = object.__new__(cls)
            self._inner, self._take, self._give = inner, inner.acquire, inner.release
            self._tries = map(inner.acquire, repeat(False))
            self._r = Res("Lock", "threading.Lock", frame)
            return self
        except Exception as fault:
            passes_on(fault)
            return inner

    def acquire(self, blocking=True, timeout=-1):
        r, got, box = self._r, False, ()
        if not r.n:
            r.define(self)
        try:
            # Not by a call: after one a handler of a signal may come before its result is kept.
            for got in self._tries:
                break
            if got:
                if blocking is not True and timeout != -1:
                    # As the original complains.
                    self._give()
                    got = False
                    return self._take(blocking, timeout)
                if is_thinned(r):
                    r.left_out += 1
                    r.held.append((threads[get_ident()], now(), 0))
                else:
                    emit(ACQUIRED, r.n, site(), 1)
                    r.told = True
                    snapshot(r, False)
                return True
            if blocking:
                box = []
                wait_for_lock(r, self._take, blocking, timeout, site(), box)
                got = True in box
                if got:
                    r.told = True
                return got
        except BaseException:
            if got or True in box:
                r.told = False
                undo(r, 0, self._give, site())
            raise
        return self._take(blocking, timeout)

    __enter__ = acquire

    def release(self, *_):
        r, left_out = self._r, False
        try:
            left_out = bool(r.held) and _pop(r.held)
            if r.told and not left_out:
                # Told while it is held: whoever takes it next is stamped later.
                snapshot(r, True)
                # From as deep as an acquire: at the limit of recursion both are on record or none.
                emit(RELEASED, r.n, site())
        except BaseException:
            if r.told and not left_out:
                tell_release(r, 1, site())
            raise
        finally:
            r.told = False
            self._give()

    __exit__ = release

    def locked(self):
        return self._inner.locked()

    acquire_lock = acquire
    release_lock = release
    locked_lock = locked

    def _is_owned(self):
        if self._take(False):
            self._give()
            return False
        return True

    def _release_save(self):
        self.release()

    def _acquire_restore(self, state):
        self.acquire()

    def _at_fork_reinit(self):
        self._r.held.clear()
        self._r.told = False
        self._inner._at_fork_reinit()

    def __repr__(self):
        return repr(self._inner)

    def __reduce_ex__(self, protocol):
        raise TypeError("cannot pickle '_thread.lock' object")

    def __init_subclass__(cls, **kwargs):
        raise TypeError("type '_thread.lock' is not an acceptable base type")


class RLock(real_rlock, metaclass=Factory):
    """An rlock that records."""

    def __new__(cls, *args, **kwargs):
        try:
            frame = creator(2)
            if frame is None and cls is RLock:
                return real_rlock()
            self = real_rlock.__new__(cls, *args, **kwargs)
            self._r = Res("RLock", "threading.RLock", frame)
            self._depth = 0
            return self
        except Exception as fault:
            passes_on(fault)
            return real_rlock()

    def acquire(self, blocking=True, timeout=-1):
        r, got, depth, box = self._r, False, self._depth, ()
        if not r.n:
            r.define(self)
        try:
            for got in map(real_rlock.acquire, (self,), (False,)):
                break
            # Again: another thread may have had it.
            depth = self._depth
            if got:
                if blocking is not True and timeout != -1:
                    real_rlock.release(self)
                    got = False
                    return real_rlock.acquire(self, blocking, timeout)
                self._depth = depth + 1
                if not depth and is_thinned(r):
                    r.left_out += 1
                    r.held.append((threads[get_ident()], now(), 0))
                elif not r.held:
                    # Else it is taken again within what is left out.
                    emit(ACQUIRED, r.n, site(), 1)
                    if not depth:
                        snapshot(r, False)
                return True
            if blocking:
                depth, box = 0, []
                wait_for_lock(r, partial(real_rlock.acquire, self), blocking, timeout, site(), box)
                got = True in box
                if got:
                    self._depth = 1
                return got
        except BaseException:
            if got or True in box:
                self._depth = depth
                undo(r, depth, partial(real_rlock.release, self), site())
            raise
        return real_rlock.acquire(self, blocking, timeout)

    __enter__ = acquire

    def release(self, *_):
        r = self._r
        if not self._is_owned():
            return real_rlock.release(self)
        depth, left_out = self._depth, False
        try:
            left_out = bool(r.held) and (depth > 1 or _pop(r.held))
            if not left_out:
                if depth <= 1:
                    snapshot(r, True)
                emit(RELEASED, r.n, site())
        except BaseException:
            if not left_out:
                tell_release(r, depth, site())
            raise
        finally:
            self._depth = depth - 1
            real_rlock.release(self)

    __exit__ = release

    def _release_save(self):
        r = self._r
        if r.held:
            _own_up(r)
        snapshot(r, True)
        depth, place = self._depth, site()
        for _ in range(depth):
            emit(RELEASED, r.n, place)
        self._depth = 0
        real_rlock._release_save(self)
        return depth

    def _acquire_restore(self, state):
        depth, r, place = state, self._r, site()
        if real_rlock.acquire(self, False):
            emit(ACQUIRED, r.n, place, 1)
        else:
            # A condition's wait ends with its lock, whatever comes.
            wait_for_lock(r, partial(real_rlock.acquire, self), True, -1, place, [])
        for _ in range(depth - 1):
            real_rlock.acquire(self)
            emit(ACQUIRED, r.n, place, 1)
        self._depth = depth

    def _at_fork_reinit(self):
        self._depth = 0
        self._r.held.clear()
        real_rlock._at_fork_reinit(self)

    def __repr__(self):
        words = real_rlock.__repr__(self)
        return words if "_thread." in words else words.replace(" RLock object", " _thread.RLock object", 1)

    def __reduce_ex__(self, protocol):
        raise TypeError("cannot pickle '_thread.RLock' object")


for _class, _name in ((Lock, "lock"), (RLock, "RLock")):
    _class.__module__, _class.__name__, _class.__qualname__ = "_thread", _name, _name


_RELEASES = {Lock.release.__code__, RLock.release.__code__}


def release_first(frame):
    """A handler of a signal has raised where it came in, in this frame. From 3.11 on that may be the very begin of a release, which a
    lock of the library's has not: it is made good before the program sees what was raised."""
    if frame is not None and frame.f_code in _RELEASES and "left_out" not in frame.f_locals:
        try:
            frame.f_locals["self"].release()
        except RuntimeError:
            pass  # nobody has it


def sent(factory):
    """How a class goes to another process, which may have no recorder."""
    where = "threading.Lock" if factory is Lock else "threading.RLock" if factory is RLock else "queue.SimpleQueue"
    module, name = where.split(".")
    return eval, ("__import__(%r).%s" % (module, name),)


def replace(cls, name):
    """A decorator: the function stands for the method, and is called with it first."""

    def deco(make):
        old = cls.__dict__[name]
        new = make(old)
        for attribute in ("__doc__", "__name__", "__qualname__", "__module__"):
            setattr(new, attribute, getattr(old, attribute))
        setattr(cls, name, new)
        return new

    return deco
