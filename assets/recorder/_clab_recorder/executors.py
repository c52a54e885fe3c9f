"""Executors of concurrent.futures, and their futures."""
import os
import sys
from _collections import OrderedDict
from _thread import get_ident
from itertools import islice

from . import wire
from .ends import thread_number
from .errors import in_words
from .locks import nanos, replace
from .pools import got_error, serves, start_worker, task_failed
from .wire import (
    BEGUN, CANCELLED, FAILED, FINISHED, INTERRUPTED, OP_RESULT, SUBMITTED, TAKEN, TIMED_OUT, WAIT, WAIT_ENDED, WOKEN, Res, creator, emit,
    ended_by, item, passes_on, site, text,
)

# A pool of threads, each of which has an interpreter.
_INTERPRETERS = ("concurrent/futures/interpreter.py",)

# Of how many futures is asked whether one is through, each time that the next one is taken of many.
_LOOKED_AT = 256

_submitting = {}


def _end_of(r):
    return r.n or r.define()


def _has_threads(executor):
    return not executor.cls.endswith("ProcessPoolExecutor")


def base_(module):
    """Takes part in concurrent.futures._base: futures."""
    cls = module.Future

    @replace(cls, "__init__")
    def _(old):
        def __init__(self):
            old(self)
            made = _submitting.pop(get_ident(), None)
            if made is None:
                return
            try:
                executor, r, place, value, calls, function = made
                key = r.count if _has_threads(r) else executor._queue_count
                r.count += 1
                self._clab = (r, key, function)
                flags, a, words = item(value)
                emit(SUBMITTED, r.n or r.define(executor), place, a, calls, words, flags=flags, c=key)
            except Exception as fault:
                passes_on(fault)

        return __init__

    def known(self):
        return self.__dict__.get("_clab")

    @replace(cls, "set_running_or_notify_cancel")
    def _(old):
        def set_running_or_notify_cancel(self):
            going = old(self)
            mark = known(self)
            if going and mark is not None and _has_threads(mark[0]):
                worker = _worker_here()
                if worker is not None:
                    worker.goes_on()
                emit(BEGUN, mark[0].n, wire.site_of(mark[2]), c=mark[1])
                # What the library lets go of is not kept.
                self._clab = mark[:2]
            return going

        return set_running_or_notify_cancel

    def _worker_here():
        threading = sys.modules["threading"]
        return wire.mark_of(threading._active.get(get_ident()), "_clab_pool")

    @replace(cls, "set_result")
    def _(old):
        def set_result(self, result):
            mark = known(self)
            if mark is None or not _has_threads(mark[0]):
                return old(self, result)
            flags, a, words = item(result)
            emit(FINISHED, mark[0].n, 0, a, text=words, flags=flags, c=mark[1])
            done = old(self, result)
            worker = _worker_here()
            if worker is not None:
                worker.wait()
            return done

        return set_result

    @replace(cls, "set_exception")
    def _(old):
        def set_exception(self, exception):
            mark = known(self)
            if mark is None:
                return old(self, exception)
            n, key = mark[0].n, mark[1]
            if _has_threads(mark[0]):
                task_failed(n, key, exception)
                done = old(self, exception)
                worker = _worker_here()
                if worker is not None:
                    worker.wait()
                return done
            if type(exception).__name__ == "BrokenProcessPool":
                emit(FAILED, n, 0, text=text(in_words(exception)), c=key)
            elif sys._getframe(1).f_code.co_name != "process_result_item":
                # It did not get as far as a worker, who would have told: it could not be pickled, say.
                task_failed(n, key, exception)
            return old(self, exception)

        return set_exception

    @replace(cls, "cancel")
    def _(old):
        def cancel(self):
            mark = known(self)
            before = self._state
            done = old(self)
            if mark is not None and done and before == "PENDING":
                emit(CANCELLED, mark[0].n, site(), c=mark[1])
            return done

        return cancel

    def waits(old, raises):
        def wait_for(self, timeout=None):
            mark = known(self)
            if mark is None:
                return old(self, timeout)
            n, key = mark[0].n, mark[1]
            place = site()
            waited = not self.done()
            if waited:
                emit(WAIT, n, place, OP_RESULT, nanos(timeout), c=key)
            try:
                value = old(self, timeout)
            except BaseException as error:
                # Its own, or that it was cancelled: any other came in from elsewhere.
                failed = error is self._exception
                if waited:
                    ended = failed or isinstance(error, module.CancelledError)
                    emit(WAIT_ENDED, n, place, WOKEN if ended else ended_by(error, module.TimeoutError))
                if failed:
                    emit(TAKEN, n, place, b=1, c=key)
                    got_error(n, key, error, place)
                # The frame must not keep the exception, which keeps the frame.
                self = None
                raise
            if waited:
                emit(WAIT_ENDED, n, place, WOKEN)
            emit(TAKEN, n, place, b=1, c=key)
            return value

        return wait_for

    replace(cls, "result")(lambda old: waits(old, True))
    replace(cls, "exception")(lambda old: waits(old, False))
    _wait_functions(module)


def _wait_functions(module):
    real_wait, real_completed = module.wait, module.as_completed
    through = (module.CANCELLED, module.CANCELLED_AND_NOTIFIED, module.FINISHED)

    def first_pending(fs):
        for future in fs:
            mark = wire.mark_of(future)
            if mark is not None and not future.done():
                return mark
        return None

    def is_any_through(fs):
        """Whether one of the first ones is: those that come later are seldom through before these."""
        return any(future._state in through for future in islice(fs, _LOOKED_AT))

    def has_come(done, rest, what):
        if what == module.FIRST_COMPLETED:
            return bool(done)
        return not rest or what == module.FIRST_EXCEPTION and any(f._exception is not None for f in done)

    def wait(fs, timeout=None, return_when=module.ALL_COMPLETED):
        try:
            fs = list(fs)
            mark = first_pending(fs)
        except Exception as fault:
            passes_on(fault)
            mark = None
        if mark is None:
            return real_wait(fs, timeout, return_when)
        n, place = mark[0].n, site()
        emit(WAIT, n, place, OP_RESULT, nanos(timeout), c=mark[1])
        how = INTERRUPTED
        try:
            result = real_wait(fs, timeout, return_when)
            how = WOKEN if has_come(*result, return_when) else TIMED_OUT
            return result
        finally:
            emit(WAIT_ENDED, n, place, how)

    def as_completed(fs, timeout=None):
        fs = list(fs)
        futures = real_completed(fs, timeout)
        # Whatever else is among them is the library's to complain of.
        left = OrderedDict((future, None) for future in fs if wire.mark_of(future) is not None)
        # What is through is not kept.
        del fs
        while True:
            mark = None if is_any_through(left) else first_pending(left)
            if mark is not None:
                n, place = mark[0].n, site()
                emit(WAIT, n, place, OP_RESULT, nanos(timeout), c=mark[1])
            how = INTERRUPTED
            try:
                future = next(futures)
                how = WOKEN
            except StopIteration:
                how = WOKEN
                return
            except BaseException as error:
                how = ended_by(error, module.TimeoutError)
                raise
            finally:
                if mark is not None:
                    emit(WAIT_ENDED, n, place, how)
            left.pop(future, None)
            yield future
            del future

    for new, real in ((wait, real_wait), (as_completed, real_completed)):
        new.__doc__, new.__module__, new.__qualname__ = real.__doc__, real.__module__, real.__qualname__
    module.wait, module.as_completed = wait, as_completed


def _executor(cls, what):
    @replace(cls, "__init__")
    def _(old):
        def __init__(self, *args, **kwargs):
            old(self, *args, **kwargs)
            frame = creator(2, _INTERPRETERS)
            if frame is not None:
                try:
                    uid = None
                    shared = what == "ProcessPoolExecutor"
                    made = "InterpreterPoolExecutor" if sys._getframe(1).f_code.co_filename.endswith(_INTERPRETERS) else what
                    if shared:
                        uid = "pool:%d" % os.fstat(self._call_queue._reader._handle).st_ino
                    self._clab = Res("Pool", "concurrent.futures." + made, frame, uid=uid, shared=shared,
                                     capacity=self._max_workers)
                except Exception as fault:
                    passes_on(fault)

        return __init__

    @replace(cls, "submit")
    def _(old):
        def submit(self, fn, /, *args, **kwargs):
            r = self.__dict__.get("_clab")
            if r is None:
                return old(self, fn, *args, **kwargs)
            value, calls = args[0] if len(args) == 1 else args if args else None, 1
            is_chunk = type(fn).__module__ == "functools" and getattr(getattr(fn, "func", None), "__name__", "") == "_process_chunk"
            if is_chunk and args and type(args[0]) in (tuple, list):
                calls = len(args[0])
                value = args[0][0] if calls else None
                value = value[0] if type(value) is tuple and len(value) == 1 else value
            _submitting[get_ident()] = (self, r, site(), value, calls, fn)
            try:
                return old(self, fn, *args, **kwargs)
            finally:
                _submitting.pop(get_ident(), None)
                manager = self.__dict__.get("_executor_manager_thread")
                if manager is not None and r.n and r.state != thread_number(manager):
                    r.state = thread_number(manager)
                    serves(manager, r)

        return submit


def thread_(module):
    """Takes part in concurrent.futures.thread."""
    _executor(module.ThreadPoolExecutor, "ThreadPoolExecutor")


def process_(module):
    """Takes part in concurrent.futures.process."""
    _executor(module.ProcessPoolExecutor, "ProcessPoolExecutor")
    real = module._process_worker

    def _process_worker(call_queue, result_queue, *args, **kwargs):
        try:
            ends = start_worker(call_queue, result_queue, "concurrent.futures.ProcessPoolExecutor")
        except Exception as fault:
            passes_on(fault)
            ends = call_queue, result_queue
        return real(*ends, *args, **kwargs)

    _process_worker.__doc__, _process_worker.__module__ = real.__doc__, real.__module__
    _process_worker.__qualname__ = real.__qualname__
    module._process_worker = _process_worker
