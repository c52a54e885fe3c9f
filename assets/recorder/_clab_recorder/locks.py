"""Locks of threads: `Lock` and `RLock`, which are thinned out where a program uses them very often."""
import _thread
from _functools import partial
from _thread import get_ident
from itertools import repeat
from time import monotonic_ns as now
from types import FunctionType

from . import wire
from .around import snapshot
from .wire import (
    ACQUIRED, LATE, OP_ACQUIRE, RELEASED, THINNED, TIMED_OUT, WAIT, WAIT_ENDED, Res, creator, emit, emit_of, is_recorded, passes_on,
    site, threads,
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


def _pop(held, gone):
    """Moves the use that is left out, if it still is, from `held` to the list `gone`. Both lists know at once, whatever a handler of a
    signal raises, and of two who ask one has it."""
    gone.extend(map(list.pop, filter(None, (held,))))


def _own_up(r):
    """Somebody has to wait for a lock whose owner's acquiring had been left out: it is told now."""
    if not r.held:
        return
    # Before it is taken out: its owner may give it back in this moment.
    r.told = True
    gone = []
    try:
        _pop(r.held, gone)
        for thread, at, place in gone:
            emit_of(thread, ACQUIRED, r.n, place, flags=LATE, at=at)
    except BaseException:
        for thread, at, place in gone:
            if not is_recorded(ACQUIRED, r.n, at):
                emit_of(thread, ACQUIRED, r.n, place, flags=LATE, at=at)
        raise


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


# What a handler of a signal raises comes in behind any call, also before its result is kept in a variable. What has been taken is kept
# in a list, which the call that takes it fills itself.


def wait_for_lock(r, take, blocking, timeout, place, taken):
    """Acquires by `take`, on record, what could not be had at once. The list `taken` has a True in it once that has been acquired, and
    then it is on record, also where a handler of a signal raises."""
    begun_at = at = 0
    begun = False
    try:
        _own_up(r)
        begun_at = now()
        emit(WAIT, r.n, place, OP_ACQUIRE, nanos(timeout), at=begun_at)
        begun = True
        if r.thin and timeout == -1:
            # Its owner may have been about to note that it has it.
            taken.extend(map(take, (True,), (0.05,)))
            if True not in taken:
                _own_up(r)
        if True not in taken:
            taken.extend(map(take, (blocking,), (timeout,)))
        at = now()
        if True in taken:
            emit(ACQUIRED, r.n, place, at=at)
        else:
            emit(WAIT_ENDED, r.n, place, TIMED_OUT, at=at)
    except BaseException:
        if True in taken:
            if not is_recorded(ACQUIRED, r.n, at):
                emit(ACQUIRED, r.n, place)
        elif (begun or is_recorded(WAIT, r.n, begun_at)) and not is_recorded(WAIT_ENDED, r.n, at):
            emit(WAIT_ENDED, r.n, place, TIMED_OUT)
        raise


def _tell_undone(r, taken, left_out, at):
    """Records that what a handler of a signal has kept from the program is given back. It was taken after a wait, or is `left_out`, or
    was recorded `at` a time, if at all."""
    gone = []
    if left_out is not None:
        _pop(left_out, gone)
        told = not gone
    else:
        told = len(taken) > 1 or is_recorded(ACQUIRED, r.n, at)
    if told:
        emit(RELEASED, r.n, site(3))


def _may_be_wrong(blocking, timeout):
    """Whether the original may complain of a time-out."""
    return not blocking or type(timeout) not in (int, float) or not 0 <= timeout <= _thread.TIMEOUT_MAX


def _without_arguments(leave):
    """The release of a class whose `__exit__` this is: the same code, not a call of it, before which a handler of a signal could come."""
    code = leave.__code__
    return FunctionType(code.replace(co_name="release", co_flags=code.co_flags & ~_VARARGS), globals(), "release")


# Of a function that takes any arguments, as the module `inspect` has it.
_VARARGS = 4


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
        if timeout != -1 and _may_be_wrong(blocking, timeout):
            return self._take(blocking, timeout)
        r, taken, left_out, at = self._r, [], None, 0
        if not r.n:
            r.define(self)
        try:
            taken.extend(map(self._take, (False,)))
            if True in taken:
                if is_thinned(r):
                    r.left_out += 1
                    left_out = [(threads[get_ident()], now(), 0)]
                    r.held = left_out
                else:
                    at = now()
                    emit(ACQUIRED, r.n, site(), 1, at=at)
                    r.told = True
                    snapshot(r, False)
                return True
            if not blocking:
                return False
            wait_for_lock(r, self._take, blocking, timeout, site(), taken)
            if True not in taken:
                return False
            r.told = True
            return True
        except BaseException:
            if True in taken:
                r.told = False
                # Nothing is called before it is given back that may fail: at the limit of recursion any call does.
                try:
                    _tell_undone(r, taken, left_out, at)
                finally:
                    self._give()
            raise

    __enter__ = acquire

    def __exit__(self, *_):
        r, give, at, gone = self._r, self._give, 0, []
        try:
            if r.held:
                _pop(r.held, gone)
            if r.told and not gone:
                # Told while it is held: whoever takes it next is stamped later.
                snapshot(r, True)
                at = now()
                # As deep in calls as in `acquire`: at the limit of recursion both are on record or none.
                emit(RELEASED, r.n, site(), at=at)
            r.told = False
        except BaseException:
            _pop(r.held, gone)
            if r.told and not gone and not is_recorded(RELEASED, r.n, at):
                emit(RELEASED, r.n, site())
            r.told = False
            raise
        finally:
            give()

    release = _without_arguments(__exit__)

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

    # How often its owner has it, and how many of those uses, the first ones, were left out.
    _depth = _out = 0

    def __new__(cls, *args, **kwargs):
        try:
            frame = creator(2)
            if frame is None and cls is RLock:
                return real_rlock()
            self = real_rlock.__new__(cls, *args, **kwargs)
            self._r = Res("RLock", "threading.RLock", frame)
            return self
        except Exception as fault:
            passes_on(fault)
            return real_rlock()

    def acquire(self, blocking=True, timeout=-1):
        if timeout != -1 and _may_be_wrong(blocking, timeout):
            return real_rlock.acquire(self, blocking, timeout)
        r, taken, left_out, at = self._r, [], None, 0
        if not r.n:
            r.define(self)
        depth = self._depth if self._is_owned() else 0
        try:
            taken.extend(map(real_rlock.acquire, (self,), (False,)))
            if True in taken:
                self._depth = depth + 1
                if depth and r.held:
                    # Within what is left out.
                    self._out = depth + 1
                elif not depth and is_thinned(r):
                    r.left_out += 1
                    left_out = [(threads[get_ident()], now(), 0)]
                    r.held, self._out = left_out, 1
                else:
                    at = now()
                    emit(ACQUIRED, r.n, site(), 1, at=at)
                    if not depth:
                        snapshot(r, False)
                return True
            if not blocking:
                return False
            wait_for_lock(r, partial(real_rlock.acquire, self), blocking, timeout, site(), taken)
            if True not in taken:
                return False
            self._depth = 1
            return True
        except BaseException:
            if True in taken:
                self._depth = depth
                try:
                    self._out = min(depth, self._out)
                    _tell_undone(r, taken, left_out, at)
                finally:
                    real_rlock.release(self)
            raise

    __enter__ = acquire

    def __exit__(self, *_):
        r = self._r
        if not self._is_owned():
            return real_rlock.release(self)
        depth, give, at = self._depth, partial(real_rlock.release, self), 0
        is_out = 1 < depth <= self._out
        gone = []
        try:
            if is_out:
                self._out = depth - 1
            elif depth <= 1 and r.held:
                _pop(r.held, gone)
            if not gone and not is_out:
                if depth <= 1:
                    snapshot(r, True)
                at = now()
                emit(RELEASED, r.n, site(), at=at)
            self._depth = depth - 1
        except BaseException:
            self._depth = depth - 1
            if depth <= 1:
                _pop(r.held, gone)
            if not gone and not is_out and not is_recorded(RELEASED, r.n, at):
                emit(RELEASED, r.n, site())
            raise
        finally:
            give()

    release = _without_arguments(__exit__)

    def _release_save(self):
        r, depth = self._r, self._depth
        _own_up(r)
        snapshot(r, True)
        # Those that were left out within the first stay so.
        told = range(depth - max(self._out - 1, 0))
        place, at = site(), now()
        try:
            for k in told:
                emit(RELEASED, r.n, place, at=at + k)
        except BaseException:
            # It stays where it is.
            for k in told:
                if is_recorded(RELEASED, r.n, at + k):
                    emit(ACQUIRED, r.n, place, 1)
            raise
        self._depth = self._out = 0
        return real_rlock._release_save(self)

    def _acquire_restore(self, state):
        r, depth, place, taken = self._r, state[0], 0, []
        try:
            place = site()
            taken.extend(map(real_rlock.acquire, (self,), (False,)))
            if True not in taken:
                _own_up(r)
                emit(WAIT, r.n, place, OP_ACQUIRE, -1)
        finally:
            # Whatever comes, a condition's wait ends with its lock. The library's own call lets no handler of a signal in.
            try:
                if True in taken:
                    taken.extend(map(real_rlock.acquire, repeat(self, depth - 1)))
                else:
                    real_rlock._acquire_restore(self, state)
            finally:
                self._depth, self._out = depth, 0
                at = now()
                try:
                    for k in range(depth):
                        emit(ACQUIRED, r.n, place, not k and True in taken, at=at + k)
                except BaseException:
                    for k in range(depth):
                        if not is_recorded(ACQUIRED, r.n, at + k):
                            emit(ACQUIRED, r.n, place, 1)
                    raise

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


# What has to be done once it is called, by its code, and a variable that is bound once it has begun.
_SURE = {function.__code__: (function, "gone") for cls in (Lock, RLock) for function in (cls.release, cls.__exit__)}
_SURE[RLock._acquire_restore.__code__] = RLock._acquire_restore, "taken"


def finish(frame):
    """Does what a handler of a signal has kept from beginning, in this frame, before the program sees what it has raised. From 3.11 on
    a handler may come in at the start of any function; the library's locks let it in at none of these."""
    function, begun = frame and _SURE.get(frame.f_code) or (None, None)
    if function and begun not in frame.f_locals:
        code = frame.f_code
        try:
            function(*[frame.f_locals[name] for name in code.co_varnames[:code.co_argcount]])
        except RuntimeError:
            pass  # it had not been acquired


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
