"""Locks of threads, which are thinned out where a program uses them very often: what all have in common, and `Lock`."""
import _thread
import sys
from _thread import get_ident
from time import monotonic_ns as now

from . import handlers, wire
from .around import snapshot
from .wire import (
    ACQUIRED, FUNCTIONS, INTERRUPTED, LATE, OP_ACQUIRE, RELEASED, THINNED, TIMED_OUT, WAIT, WAIT_ENDED, Res, creator, emit, emit_of,
    is_recorded, passes_on, site, threads,
)

real_lock = _thread.allocate_lock

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
            wire.before_fork = own_up_to_all
        else:
            _many[0] += 1
    return r.thin


def pop(held, gone):
    """Moves the use that is left out, if it still is, from `held` to the list `gone`. Both lists know at once, whatever a handler of a
    signal raises, and of two who ask one has it."""
    gone.extend(map(list.pop, filter(None, (held,))))


def own_up(r):
    """Somebody has to wait for a lock whose owner's acquiring had been left out: it is told now."""
    if not r.held:
        return
    # Before it is taken out: its owner may give it back in this moment.
    r.told = True
    gone = []
    try:
        pop(r.held, gone)
        for thread, at, place in gone:
            emit_of(thread, ACQUIRED, r.n, place, flags=LATE, at=at)
    except BaseException:
        for thread, at, place in gone:
            if not is_recorded(ACQUIRED, r.n, at):
                emit_of(thread, ACQUIRED, r.n, place, flags=LATE, at=at)
        raise


def own_up_to_all():
    """A process is about to be forked, and gets a copy of each lock as it is: whoever has one, that is told now."""
    for entry in list(wire._known):
        r = entry()
        if r is not None and r.held and r.kind in ("Lock", "RLock") and not r.extra.get("shared"):
            own_up(r)


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
        own_up(r)
        begun_at = now()
        emit(WAIT, r.n, place, OP_ACQUIRE, nanos(timeout), at=begun_at)
        begun = True
        if r.thin and timeout == -1:
            # Its owner may have been about to note that it has it.
            taken.extend(map(take, (True,), (0.05,)))
            if True not in taken:
                own_up(r)
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
            emit(WAIT_ENDED, r.n, place, INTERRUPTED)
        raise


def tell_undone(r, taken, left_out, at):
    """Records that what a handler of a signal has kept from the program is given back. It was taken after a wait, or is `left_out`, or
    was recorded `at` a time, if at all."""
    gone = []
    if left_out is not None:
        pop(left_out, gone)
        told = not gone
    else:
        told = len(taken) > 1 or is_recorded(ACQUIRED, r.n, at)
    if told:
        emit(RELEASED, r.n, site(3))


def may_be_wrong(blocking, timeout):
    """Whether the original may complain of its arguments."""
    if type(blocking) not in (bool, int):
        return True
    return timeout != -1 and (not blocking or type(timeout) not in (int, float) or not 0 <= timeout <= _thread.TIMEOUT_MAX)


def without_arguments(leave):
    """The release of a class whose `__exit__` this is: the same code, not a call of it, before which a handler of a signal could come."""
    code = leave.__code__
    return FUNCTIONS[0](code.replace(co_name="release", co_flags=code.co_flags & ~_VARARGS), leave.__globals__, "release")


# Of a function that takes any arguments, as the module `inspect` has it.
_VARARGS = 4


class Factory(type):
    """Of classes that stand for the library's: where they are sent, the library's are meant."""

    # What Python complains of has the whole name.
    __name__ = property(lambda cls: cls.__qualname__)

    if hasattr(type, "__or__"):
        # A function is no part of a union of types.
        def __or__(cls, other):
            return NotImplemented if _is_function(cls) else type.__or__(cls, other)

        def __ror__(cls, other):
            return NotImplemented if _is_function(cls) else type.__ror__(cls, other)


class FunctionFactory(Factory):
    """Of those that stand for a function of the library's."""


def _is_function(cls):
    return type(cls) is FunctionFactory or cls is Lock and sys.version_info < (3, 13)


_set_name = type.__dict__["__name__"].__set__
# As the library's are called where the brackets were forgotten.
_set_name(Factory, "type" if sys.version_info >= (3, 13) else "builtin_function_or_method")
_set_name(FunctionFactory, "function")


def called(cls, name):
    """Gives a class the library's name."""
    cls.__module__, cls.__qualname__ = "_thread", name
    _set_name(cls, "_thread." + name)


class Lock(metaclass=Factory):
    """Stands for a lock of the C library's, and records what is done with it."""

    _stands_for = "threading.Lock"

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
        if (timeout != -1 or blocking is not True) and may_be_wrong(blocking, timeout):
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
            snapshot(r, False)
            return True
        except BaseException:
            if True in taken:
                r.told = False
                # Nothing is called before it is given back that may fail: at the limit of recursion any call does.
                try:
                    tell_undone(r, taken, left_out, at)
                finally:
                    self._give()
            raise

    __enter__ = acquire

    def __exit__(self, *_):
        r, give, at, gone = self._r, self._give, 0, []
        try:
            if r.held:
                pop(r.held, gone)
            if r.told and not gone:
                # Told while it is held: whoever takes it next is stamped later. In a process that was forked meanwhile it is new.
                if not r.n:
                    r.define(self)
                snapshot(r, True)
                at = now()
                # As deep in calls as in `acquire`: at the limit of recursion both are on record or none.
                emit(RELEASED, r.n, site(), at=at)
            r.told = False
        except BaseException:
            pop(r.held, gone)
            if r.told and not gone and not is_recorded(RELEASED, r.n, at):
                emit(RELEASED, r.n or r.define(self), site())
            r.told = False
            raise
        finally:
            give()

    release = without_arguments(__exit__)

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


called(Lock, "lock")
for _function in Lock.release, Lock.__exit__:
    handlers.sure(_function, "gone")
handlers.begin()


def copyreg_(module):
    """Takes part in the module `copyreg`: pickles."""
    module.pickle(Factory, _sent)
    module.pickle(FunctionFactory, _sent)


def _sent(factory):
    """How a class goes to another process, which may have no recorder."""
    module, name = factory._stands_for.split(".")
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
