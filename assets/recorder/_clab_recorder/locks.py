"""Locks of threads: `Lock` and `RLock`, which are thinned out where a program uses them very often."""
import _thread
from _functools import partial
from _thread import get_ident
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


def wait_for_lock(r, take, give, blocking, timeout, place):
    """Acquires by `take`, on record, what could not be had at once. `give` gives it back where a handler of a signal
    raises then, unless there is none."""
    _own_up(r)
    emit(WAIT, r.n, place, OP_ACQUIRE, nanos(timeout))
    got = False
    try:
        if r.thin and timeout == -1:
            # Its owner may have been about to note that it has it.
            got = take(True, 0.05)
            if not got:
                _own_up(r)
        got = got or take(blocking, timeout)
    finally:
        if got:
            try:
                emit(ACQUIRED, r.n, place)
            except BaseException:
                undo(r, 0, give, place)
                raise
        else:
            emit(WAIT_ENDED, r.n, place, TIMED_OUT)
    return got


def undo(r, depth, give, place):
    """A lock was taken that had been taken `depth` times before, and a handler of a signal raised before the program had it: nobody
    would give it back."""
    if give is None:
        return
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


def let_go(r, give, depth=1):
    """Gives a lock back that was taken `depth` times, on record, whatever a handler of a signal raises meanwhile."""
    try:
        emit(RELEASED, r.n, site(3))
    except BaseException:
        held, last = wire.newest_uses(r.n)
        if held >= depth or last != RELEASED:
            emit(RELEASED, r.n, site(3))
        raise
    finally:
        r.told = False
        give()


class Factory(type):
    """Of classes that stand for the library's: where they are sent, the library's are meant."""


class Lock(metaclass=Factory):
    """Stands for a lock of the C library's, and records what is done with it."""

    __slots__ = ("_take", "_give", "_inner", "_r", "__weakref__")

    def __new__(cls):
        inner = real_lock()
        try:
            frame = creator(2)
            if frame is None:
                return inner
            self = object.__new__(cls)
            self._inner, self._take, self._give = inner, inner.acquire, inner.release
            self._r = Res("Lock", "threading.Lock", frame)
            return self
        except Exception as fault:
            passes_on(fault)
            return inner

    def acquire(self, blocking=True, timeout=-1):
        r = self._r
        if not r.n:
            r.define(self)
        if self._take(False):
            if blocking is not True and timeout != -1:
                # As the original complains.
                self._give()
                return self._take(blocking, timeout)
            try:
                if is_thinned(r):
                    r.left_out += 1
                    r.held.append((threads[get_ident()], now(), 0))
                else:
                    emit(ACQUIRED, r.n, site(), 1)
                    r.told = True
                    snapshot(r, False)
            except BaseException:
                r.told = False
                undo(r, 0, self._give, site())
                raise
            return True
        if not blocking:
            return self._take(blocking, timeout)
        got = wait_for_lock(r, self._take, self._give, blocking, timeout, site())
        if got:
            r.told = True
        return got

    __enter__ = acquire

    def release(self, *_):
        r, left_out = self._r, False
        try:
            left_out = bool(r.held) and _pop(r.held)
            if r.told and not left_out:
                # Told while it is held: whoever takes it next is stamped later.
                snapshot(r, True)
        finally:
            # Asked again: up to 3.10 a handler of a signal may raise at any jump, so also on the way to the snapshot.
            if r.told and not left_out:
                let_go(r, self._give)
            else:
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
        r = self._r
        if not r.n:
            r.define(self)
        if real_rlock.acquire(self, False):
            if blocking is not True and timeout != -1:
                real_rlock.release(self)
                return real_rlock.acquire(self, blocking, timeout)
            depth = self._depth
            try:
                self._took(r)
            except BaseException:
                self._depth = depth
                undo(r, depth, partial(real_rlock.release, self), site())
                raise
            return True
        if not blocking:
            return real_rlock.acquire(self, blocking, timeout)
        take, give = partial(real_rlock.acquire, self), partial(real_rlock.release, self)
        got = wait_for_lock(r, take, give, blocking, timeout, site())
        if got:
            self._depth = 1
        return got

    __enter__ = acquire

    def _took(self, r):
        self._depth += 1
        if self._depth == 1 and is_thinned(r):
            r.left_out += 1
            r.held.append((threads[get_ident()], now(), 0))
        elif r.held:
            # Taken again within what is left out.
            pass
        else:
            emit(ACQUIRED, r.n, site(3), 1)
            if self._depth == 1:
                snapshot(r, False, 3)

    def release(self):
        r = self._r
        if not self._is_owned():
            return real_rlock.release(self)
        depth, left_out = self._depth, False
        last = depth <= 1
        try:
            left_out = bool(r.held) and (not last or _pop(r.held))
            if last and not left_out:
                snapshot(r, True)
        finally:
            self._depth -= 1
            if left_out:
                real_rlock.release(self)
            else:
                let_go(r, partial(real_rlock.release, self), depth)

    def __exit__(self, *error):
        self.release()

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
            wait_for_lock(r, partial(real_rlock.acquire, self), None, True, -1, place)
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
