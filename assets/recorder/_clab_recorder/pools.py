"""Pools of multiprocessing: tasks, their workers, their results; and what executors share with them."""
import os
import sys
from _thread import get_ident
from time import monotonic_ns as now

from . import wire
from .ends import thread_number
from .errors import in_words, raise_place, remember
from .locks import is_thinned, nanos, replace
from .wire import (
    BEGUN, BROKE, CLOSED, FAILED, FINISHED, FOUND_EMPTY, GIVEN_UP, INTERRUPTED, KEPT, OF_TASK, OP_RESULT, OP_TASK, PROPAGATED, RAISED,
    SUBMITTED, TAKEN, TIMED_OUT, WAIT, WAIT_ENDED, WOKEN, Res, creator, emit, ended_by, item, passes_on, short, site, text,
)

_POOL_FILES = ("multiprocessing/pool.py", "multiprocessing/context.py", "multiprocessing/dummy/__init__.py")


def task_key(job, i):
    """The name of a task of a Pool."""
    return (job << 32) + i


class Worker:
    """A thread or process that waits for the tasks of a pool."""

    def __init__(self, res):
        self.res, self.idle = res, False

    def number(self):
        return self.res.n or self.res.define()

    def began(self):
        wire.of_pools.add(get_ident())
        self.wait()

    def wait(self):
        """It has nothing to do."""
        if not self.idle:
            self.idle = True
            emit(WAIT, self.number(), 0, OP_TASK, -1)

    def goes_on(self, how=WOKEN):
        if self.idle:
            self.idle = False
            emit(WAIT_ENDED, self.number(), 0, how)

    def left(self):
        wire.of_pools.discard(get_ident())
        self.goes_on(BROKE)


_worker = {}


def pool_of_thread(target, args):
    """The worker that a thread of the library's is, or `None`."""
    try:
        name, module = target.__name__, target.__module__
        if name == "_worker" and module == "concurrent.futures.thread":
            executor = args[0]()
            res = executor.__dict__.get("_clab") if executor is not None else None
        elif name == "worker" and module == "multiprocessing.pool":
            res = _thread_pools.get(id(args[0]))
        else:
            return None
        return Worker(res) if res is not None else None
    except Exception as fault:
        passes_on(fault)
        return None


def task_failed(n, key, error, at=0):
    """A task failed with an exception, which is kept until somebody asks for the result."""
    place, words = raise_place(error), text(in_words(error))
    at = at or now()
    emit(RAISED, n, place, text=words, flags=OF_TASK, c=key, at=at)
    emit(KEPT, n, place, flags=OF_TASK, c=key, at=at + 1)
    emit(FAILED, n, place, text=words, c=key, at=at + 2)
    remember(error, (key, OF_TASK, n), place)


def got_error(n, key, error, place):
    """The exception of a task goes on in the thread that asks for the result."""
    remember(error, (key, OF_TASK, n), raise_place(error))
    emit(PROPAGATED, n, place, other=wire.threads[get_ident()], flags=OF_TASK, c=key)
    wire.on_its_way[get_ident()] = (id(error), n, key)


# multiprocessing.Pool

_thread_pools = {}


class _End:
    """One end of a pool's queue, in the hand of a worker."""

    def __init__(self, end):
        self._clab_end = end

    def __getattr__(self, name):
        return getattr(self._clab_end, name)


class _Tasks(_End):
    def __init__(self, end, worker):
        _End.__init__(self, end)
        self._clab_worker = worker

    def get(self, *args, **kwargs):
        worker = self._clab_worker
        worker.wait()
        task = self._clab_end.get(*args, **kwargs)
        try:
            worker.goes_on(WOKEN if task is not None else BROKE)
            if type(task) is tuple:
                function = task[2]
                if function.__name__ in ("mapstar", "starmapstar"):
                    function = task[3][0][0]
                emit(BEGUN, worker.number(), wire.site_of(function), c=task_key(task[0], task[1]))
            elif task is not None and hasattr(task, "work_id"):
                emit(BEGUN, worker.number(), wire.site_of(task.fn), c=task.work_id)
        except Exception as fault:
            passes_on(fault)
        return task


# What carries an exception to the parent.
_WRAPPED = ("ExceptionWithTraceback", "_ExceptionWithTraceback")


class _Results(_End):
    def __init__(self, end, worker):
        _End.__init__(self, end)
        self._clab_worker = worker

    def put(self, result, *args, **kwargs):
        end = self._clab_end
        lock = getattr(end, "_wlock", None)
        if lock is None:
            self._tell(result)
            return end.put(result, *args, **kwargs)
        # As the queue does it; told once it is known that it can be sent, and before it is: the pool may end its worker then.
        data = sys.modules["multiprocessing.queues"]._ForkingPickler.dumps(result)
        self._tell(result)
        with lock:
            end._writer.send_bytes(data)

    def _tell(self, result):
        try:
            n, at = self._clab_worker.number(), now()
            if type(result) is tuple:
                job, i, (good, value) = result
                self._ended(n, task_key(job, i), good, value, at)
            elif hasattr(result, "work_id"):
                error = result.exception
                self._ended(n, result.work_id, error is None, error if error is not None else result.result, at)
        except Exception as fault:
            passes_on(fault)

    def _ended(self, n, key, good, value, at):
        if good:
            # map's result is a list of each call's.
            if type(value) is list and len(value) == 1:
                value = value[0]
            flags, a, words = _several(value) if type(value) is list else item(value)
            emit(FINISHED, n, 0, a, text=words, flags=flags, c=key, at=at)
        else:
            task_failed(n, key, value.exc if type(value).__name__ in _WRAPPED else value, at)


def _several(values):
    """Results that travel together, as an item: all of them, where that is not too long."""
    if len(values) <= 100:
        words = "[%s]" % ", ".join([short(value, 1) for value in values])
        if len(words) <= wire.MOST_TEXT:
            return 2, 0, text(words)
    return item(values)


def start_worker(inqueue, outqueue, name):
    """The recording ends of a worker's queues."""
    known = _thread_pools.get(id(inqueue))
    if known is not None:
        thread = sys.modules["threading"].current_thread()
        worker = wire.mark_of(thread, "_clab_pool") or Worker(known)
    else:
        for queue in (inqueue, outqueue):
            queue.__dict__["_clab"] = None
        res = Res("Pool", name, None, uid="pool:%d" % os.fstat(inqueue._reader._handle).st_ino, shared=True)
        worker = Worker(res)
        wire.define("process", pid=wire.pid, role="work", pool=res.uid)
        wire.of_pools.add(get_ident())
    return _Tasks(inqueue, worker), _Results(outqueue, worker)


def pool_(module):
    """Takes part in multiprocessing.pool."""
    real = module.worker

    def worker(inqueue, outqueue, *args, **kwargs):
        try:
            ends = start_worker(inqueue, outqueue, "multiprocessing.Pool")
        except Exception as fault:
            passes_on(fault)
            ends = inqueue, outqueue
        return real(*ends, *args, **kwargs)

    worker.__doc__, worker.__module__, worker.__qualname__ = real.__doc__, real.__module__, real.__qualname__
    module.worker = worker
    cls = module.Pool

    @replace(cls, "_setup_queues")
    def _(old):
        def _setup_queues(self):
            old(self)
            _set_up(self)

        return _setup_queues

    @replace(module.ThreadPool, "_setup_queues")
    def _(old):
        def _setup_queues(self):
            old(self)
            _set_up(self, True)

        return _setup_queues

    @replace(cls, "__init__")
    def _(old):
        def __init__(self, *args, **kwargs):
            frame = creator(2, _POOL_FILES)
            if frame is not None:
                self._clab_frame = frame.f_code.co_filename, frame.f_lineno
            elif wire.quiet:
                # A manager's, which stands for no line.
                self._clab_frame = None, 0
            old(self, *args, **kwargs)
            r = self.__dict__.get("_clab")
            if r is not None:
                r.extra["capacity"] = self._processes

        return __init__

    @replace(cls, "_repopulate_pool")
    def _(old):
        def _repopulate_pool(self):
            r = self.__dict__.get("_clab")
            if r is not None and not r.n:
                # Its workers are told of as they are started.
                r.extra["capacity"] = self._processes
                r.define(self)
            return old(self)

        return _repopulate_pool

    @replace(cls, "apply_async")
    def _(old):
        def apply_async(self, func, args=(), *rest, **kwargs):
            at, place = now(), site()
            result = old(self, func, args, *rest, **kwargs)
            try:
                r = self.__dict__.get("_clab")
                if r is not None:
                    value = args[0] if type(args) in (tuple, list) and len(args) == 1 else tuple(args) if args else None
                    flags, a, words = item(value)
                    emit(SUBMITTED, _number(self, r), place, a, 1, words, flags=flags, c=task_key(result._job, 0), at=at)
                    result._clab = (r, 1)
            except Exception as fault:
                passes_on(fault)
            return result

        return apply_async

    @replace(cls, "_map_async")
    def _(old):
        def _map_async(self, func, iterable, *rest, **kwargs):
            at, place = now(), site()
            if not hasattr(iterable, "__len__"):
                iterable = list(iterable)
            result = old(self, func, iterable, *rest, **kwargs)
            try:
                r = self.__dict__.get("_clab")
                if r is not None:
                    _submitted_map(r, _number(self, r), result, iterable, place, at)
            except Exception as fault:
                passes_on(fault)
            return result

        return _map_async

    @replace(cls, "_guarded_task_generation")
    def _(old):
        def _guarded_task_generation(self, result_job, func, iterable):
            tasks = old(self, result_job, func, iterable)
            r = self.__dict__.get("_clab")
            if r is None or sys._getframe(1).f_code.co_name != "imap" and "imap" not in sys._getframe(1).f_code.co_name:
                return tasks
            return _submitted_lazily(tasks, r, _number(self, r), site())

        return _guarded_task_generation

    @replace(cls, "terminate")
    def _(old):
        def terminate(self):
            r = self.__dict__.get("_clab")
            # Whoever leaves because of an exception means to.
            if r is not None and r.n and sys.exc_info()[1] is None:
                if creator(2) is not None:
                    emit(GIVEN_UP, r.n, site())
                emit(CLOSED, r.n, site())
            return old(self)

        return terminate

    _results(module)


def _number(pool, r):
    """The number of a pool; when it is first used it is told who passes on its tasks and results."""
    if not r.state:
        r.state = True
        r.define(pool)
        try:
            for handler in (pool._worker_handler, pool._task_handler, pool._result_handler):
                serves(handler, r)
        except Exception as fault:
            passes_on(fault)
    return r.n


def serves(thread, r):
    n = thread_number(thread)
    if n:
        wire.define("thread", n=n, serves=r.n)


def _set_up(pool, threads=False):
    try:
        place = pool.__dict__.pop("_clab_frame", None)
        if place is None:
            return
        what = "multiprocessing.ThreadPool" if threads else "multiprocessing.Pool"
        uid = None if threads else "pool:%d" % os.fstat(pool._inqueue._reader._handle).st_ino
        r = pool._clab = Res("Pool", what, None, uid=uid, shared=not threads)
        r.path, r.line = place
        if threads:
            _thread_pools[id(pool._inqueue)] = r
    except Exception as fault:
        passes_on(fault)


def _submitted_map(r, n, result, iterable, place, at):
    size = result._chunksize
    count = result._number_left if size > 0 else 0
    count = -(-len(iterable) // size) if size > 0 else 0
    quick = type(iterable) in (list, tuple, range)
    job = result._job
    for i in range(count):
        first = i * size
        if quick:
            flags, a, words = item(iterable[first])
        else:
            flags, a, words = 1, first, 0
        emit(SUBMITTED, n, place, a, min(size, len(iterable) - first), words, flags=flags, c=task_key(job, i), at=at + i)
    result._clab = (r, count)


def _submitted_lazily(tasks, r, n, place):
    for task in tasks:
        args = task[3]
        value = args[0] if len(args) == 1 else args
        calls = 1
        if type(value) is tuple and len(value) == 2 and type(value[1]) is tuple and callable(value[0]):
            calls = len(value[1])
            value = value[1][0] if calls else None
            value = value[0] if type(value) is tuple and len(value) == 1 else value
        flags, a, words = item(value)
        emit(SUBMITTED, n, place, a, calls, words, flags=flags, c=task_key(task[0], task[1]))
        yield task


def _results(module):
    cls = module.ApplyResult

    @replace(cls, "wait")
    def _(old):
        def wait(self, timeout=None):
            known = self.__dict__.get("_clab")
            # Several threads of a manager, which count as one, wait for others.
            if known is None or self._event.is_set() or wire.quiet:
                return old(self, timeout)
            n, place = known[0].n, site()
            emit(WAIT, n, place, OP_RESULT, nanos(timeout), c=task_key(self._job, 0))
            how = INTERRUPTED
            try:
                result = old(self, timeout)
                how = WOKEN if self._event.is_set() else TIMED_OUT
                return result
            finally:
                emit(WAIT_ENDED, n, place, how)

        return wait

    @replace(cls, "get")
    def _(old):
        def get(self, timeout=None):
            known = self.__dict__.get("_clab")
            if known is None:
                return old(self, timeout)
            place = site()
            try:
                value = old(self, timeout)
            except BaseException as error:
                # Its own: what came in from elsewhere is no result.
                if self._event.is_set() and error is self._value:
                    n = known[0].n
                    emit(TAKEN, n, place, b=known[1], c=task_key(self._job, 0))
                    # Of several that failed it is the first one's that is told.
                    got_error(n, _failed_task(self, error), error, place)
                raise
            emit(TAKEN, known[0].n, place, b=known[1], c=task_key(self._job, 0))
            return value

        return get

    @replace(cls, "ready")
    def _(old):
        def ready(self):
            is_there = old(self)
            known = self.__dict__.get("_clab")
            if not is_there and known is not None and creator(2) is not None:
                if is_thinned(known[0]):
                    known[0].left_out += 1
                else:
                    emit(FOUND_EMPTY, known[0].n, site())
            return is_there

        return ready

    @replace(cls, "successful")
    def _(old):
        def successful(self):
            good = old(self)
            known = self.__dict__.get("_clab")
            if not good and known is not None:
                emit(TAKEN, known[0].n, site(), b=known[1], c=task_key(self._job, 0))
            return good

        return successful

    @replace(cls, "_set")
    def _(old):
        def _set(self, i, obj):
            _not_sent(self, i, obj)
            _comes(self, i, obj)
            return old(self, i, obj)

        return _set

    if "_set" in module.MapResult.__dict__:

        @replace(module.MapResult, "_set")
        def _(old):
            def _set(self, i, success_result):
                _not_sent(self, i, success_result)
                _comes(self, i, success_result)
                return old(self, i, success_result)

            return _set

    lazy = module.IMapIterator

    @replace(lazy, "__init__")
    def _(old):
        def __init__(self, pool, *args):
            old(self, pool, *args)
            r = pool.__dict__.get("_clab")
            if r is not None:
                self._clab = r
                self._clab_order = []
                self._clab_taken = 0

        return __init__

    for kind in (lazy, module.IMapUnorderedIterator):

        @replace(kind, "_set")
        def _(old):
            def _set(self, i, obj):
                _not_sent(self, i, obj)
                order = self.__dict__.get("_clab_order")
                if order is not None:
                    order.append(i)
                return old(self, i, obj)

            return _set

    def following(old):
        def next(self, timeout=None):
            r = self.__dict__.get("_clab")
            if r is None:
                return old(self, timeout)
            n, place = r.n or r.define(), site()
            unordered = isinstance(self, module.IMapUnorderedIterator)
            waits = not self._items and self._index != self._length and not wire.quiet
            if waits:
                key = task_key(self._job, 0 if unordered else self._clab_taken)
                emit(WAIT, n, place, OP_RESULT, nanos(timeout), c=key)
            error, how = None, WOKEN
            try:
                return old(self, timeout)
            except BaseException as failure:
                error = failure
                # A task may have failed with the same.
                if wire.is_interrupt(failure) or timeout is not None and isinstance(failure, module.TimeoutError):
                    how = ended_by(failure, module.TimeoutError)
                raise
            finally:
                if waits:
                    emit(WAIT_ENDED, n, place, how)
                if how == WOKEN and not isinstance(error, StopIteration):
                    i, self._clab_taken = self._clab_taken, self._clab_taken + 1
                    if unordered and i < len(self._clab_order):
                        i = self._clab_order[i]
                    emit(TAKEN, n, place, b=1, c=task_key(self._job, i))
                    if error is not None:
                        got_error(n, task_key(self._job, i), error, place)
                # The frame must not keep the exception, which keeps the frame.
                error = None

        return next

    replace(lazy, "next")(following)
    lazy.__next__ = lazy.next


def _not_sent(result, i, outcome):
    """A task that could not be handed to a worker, since it cannot be pickled, say: no worker tells of it."""
    try:
        if not outcome[0] and sys._getframe(2).f_code.co_name == "_handle_tasks":
            pool = result._pool
            r = pool.__dict__.get("_clab")
            if r is not None:
                task_failed(_number(pool, r), task_key(result._job, i), outcome[1])
    except Exception as fault:
        passes_on(fault)


def _comes(result, i, outcome):
    """Notes which task of a result failed first; whoever asked to be called with its exception is about to be told of it."""
    try:
        if not outcome[0] and "_clab_failed" not in result.__dict__:
            result._clab_failed = i
        first = result.__dict__.get("_clab_failed")
        is_last = getattr(result, "_number_left", 1) == 1
        if first is None or not is_last or not result._error_callback:
            return
        known = result.__dict__.get("_clab")
        # It may be there before whoever handed its task in has noted whose it is.
        n = known[0].n if known is not None else _number(result._pool, result._pool._clab)
        if known is not None and known[1] > 1:
            emit(TAKEN, n, b=known[1], c=task_key(result._job, 0))
        emit(PROPAGATED, n, other=wire.threads[get_ident()], flags=OF_TASK, c=task_key(result._job, first))
    except Exception as fault:
        passes_on(fault)


def _failed_task(result, error):
    return task_key(result._job, result.__dict__.get("_clab_failed", 0))
