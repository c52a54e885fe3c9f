"""`RLock`, which its owner can acquire again."""
import _thread
from _functools import partial
from _thread import get_ident
from itertools import repeat
from time import monotonic_ns as now

from . import handlers
from .around import snapshot
from .locks import FunctionFactory, called, is_thinned, may_be_wrong, own_up, pop, tell_undone, wait_for_lock, without_arguments
from .wire import ACQUIRED, OP_ACQUIRE, RELEASED, WAIT, Res, creator, emit, is_recorded, passes_on, site, threads

real_rlock = _thread.RLock


class RLock(real_rlock, metaclass=FunctionFactory):
    """An rlock that records."""

    _stands_for = "threading.RLock"

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
        if (timeout != -1 or blocking is not True) and may_be_wrong(blocking, timeout):
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
            snapshot(r, False)
            return True
        except BaseException:
            if True in taken:
                self._depth = depth
                try:
                    self._out = min(depth, self._out)
                    tell_undone(r, taken, left_out, at)
                finally:
                    real_rlock.release(self)
            raise

    __enter__ = acquire

    def __exit__(self, *_):
        r = self._r
        # One that was acquired with odd arguments, which some versions take, was not recorded.
        if not self._is_owned() or not self._depth:
            return real_rlock.release(self)
        depth, give, at = self._depth, partial(real_rlock.release, self), 0
        is_out = 1 < depth <= self._out
        gone = []
        try:
            if is_out:
                self._out = depth - 1
            elif depth <= 1 and r.held:
                pop(r.held, gone)
            if not gone and not is_out:
                # New in a process that was forked while it was held.
                if not r.n:
                    r.define(self)
                if depth <= 1:
                    snapshot(r, True)
                at = now()
                emit(RELEASED, r.n, site(), at=at)
            self._depth = depth - 1
        except BaseException:
            self._depth = depth - 1
            if depth <= 1:
                pop(r.held, gone)
            if not gone and not is_out and not is_recorded(RELEASED, r.n, at):
                emit(RELEASED, r.n or r.define(self), site())
            raise
        finally:
            give()

    release = without_arguments(__exit__)

    def _release_save(self):
        r, depth = self._r, self._depth
        if not r.n:
            r.define(self)
        own_up(r)
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
                own_up(r)
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


called(RLock, "RLock")
for _function, _begun in (RLock.release, "gone"), (RLock.__exit__, "gone"), (RLock._acquire_restore, "taken"):
    handlers.sure(_function, _begun)
