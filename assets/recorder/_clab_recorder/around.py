"""What goes on around the program's own objects: output, sleeps, exceptions, signals, its globals, its end."""
import atexit
import builtins
import os
import sys
import time
from _thread import get_ident
from _weakref import ref
from time import monotonic_ns as now

from . import wire
from .builtin import stands_for
from .wire import (
    AT_EXIT, CHANGED, CHILD_ENDED, ENDED, INSERTED, MESSAGE, PROCESS, REMOVED, SIGNAL_SENT, SLEEP, SLEEP_ENDED,
    FOUND, SPAWNED, THINNED, UNHANDLED, FUNCTIONS, Res, emit, is_interrupt, is_library, item, passes_on, plain_item, short, site, text,
    within,
)

_ended = False
pause = time.sleep
# How the process of multiprocessing's that this is has ended its run; the library has its own to do after that.
outcome = []


def begin():
    """Hooks what is there from the start."""
    _sleep()
    _output("stdout", 0)
    _output("stderr", wire.STDERR)
    _excepthook()
    _unraisablehook()
    _os()
    atexit.register(at_exit)
    if os.environ.get("CONCURRENCY_LAB_LINES") == "1":
        try:
            sys.stdout.reconfigure(line_buffering=True)
        except (AttributeError, ValueError):
            pass


def forked():
    """A forked child begins."""
    global _ended, _lines
    _ended = False
    _lines = 0
    outcome.clear()
    signals = sys.modules.get("_clab_recorder.signals")
    if signals is not None:
        signals.forked()
    _partial.clear()
    _seen.clear()
    _objects.clear()
    _owners.clear()
    _too_long.clear()
    for key, (table, name, before) in list(_shared.items()):
        held = _held(table.get(name))
        _shared[key] = (table, name, held[0] if held else before)
    locks = sys.modules.get("_clab_recorder.locks")
    if locks is not None:
        locks._many[0] = 0
    ends = sys.modules.get("_clab_recorder.ends")
    if ends is not None:
        ends.forked()
    threading = sys.modules.get("threading")
    if threading is not None:
        current = threading._active.get(get_ident())
        if current is not None:
            wire.attributes(current)["_clab"] = [wire.generation, 1, None]


def end(how, **fields):
    """The end of the process, said once."""
    global _ended
    if _ended:
        return
    _ended = True
    try:
        from .locks import tell_thinned

        wire._caught()
        tell_thinned()
        processes = sys.modules.get("_clab_recorder.processes")
        if processes is not None:
            processes.settle_copies(None)
        ends = sys.modules.get("_clab_recorder.ends")
        if ends is not None:
            ends.process_ends()
        _tell_left()
        for key in list(_partial):
            _flush(key)
    except Exception as fault:
        passes_on(fault)
    if outcome:
        how, fields = outcome[0]
    wire.emit_of(1, ENDED, a=how, **fields)


def at_exit():
    if wire.os.getpid() != wire.pid:
        return
    error = getattr(sys, "last_value", None)
    if error is not None and id(error) not in _told:
        _tell(error)
    end(0, flags=AT_EXIT)


# Sleeps


def _sleep():
    real = time.sleep

    def sleep(*args, **kwargs):
        if len(args) != 1 or kwargs:
            return real(*args, **kwargs)
        place = site()
        try:
            planned = max(0, int(args[0] * 1e9))
        except (TypeError, ValueError, OverflowError):
            planned = 0
        emit(SLEEP, 0, place, planned)
        try:
            return real(*args)
        finally:
            emit(SLEEP_ENDED, 0, place)

    time.sleep = stands_for(real, sleep)


# Output

_MOST_LINES = 20000
_partial = {}
_lines = 0


def _output(name, flags):
    stream = getattr(sys, name, None)
    if stream is None:
        return
    real = stream.write

    def write(words):
        # First of all it is written: to tell of it may let another thread go on, between the parts of one print.
        done = real(words)
        if _lines <= _MOST_LINES:
            try:
                if type(words) is str:
                    _wrote(words, flags)
            except Exception as fault:
                passes_on(fault)
        return done

    try:
        stream.write = write
    except (AttributeError, TypeError):
        wire.unseen("output", "Lines of output are not recorded: sys.%s does not let itself be watched." % name)


def _wrote(words, flags):
    key = (get_ident(), flags)
    if words == "\n":
        _flush(key)
        return
    if "\n" not in words:
        before = _partial.get(key, "")
        if len(before) < 4096:
            _partial[key] = before + words[:4096]
        return
    head, words = words.split("\n", 1)
    _partial[key] = _partial.get(key, "") + head[:4096]
    _flush(key)
    while words:
        line, newline, words = words.partition("\n")
        _partial[key] = line[:4096]
        if newline:
            _flush(key)
            if _lines > _MOST_LINES:
                break


def _flush(key):
    global _lines
    line = _partial.pop(key, "")
    _lines += 1
    if _lines > _MOST_LINES:
        if _lines == _MOST_LINES + 1:
            wire.unseen("lines", "The program prints very much: of a process the first %d lines are recorded." % _MOST_LINES)
        return
    emit(MESSAGE, 0, site(4), text=text(line), flags=key[1])


# Exceptions

_told = set()


_GROUP = getattr(builtins, "BaseExceptionGroup", None)


def hide_frames(error, depth=0):
    """Takes the recorder's own frames out of the traceback of an exception that is about to be shown."""
    try:
        trace = error.__traceback__
        while trace is not None and wire.is_own(trace.tb_frame):
            trace = trace.tb_next
        error.__traceback__ = trace
        while trace is not None:
            after = trace.tb_next
            while after is not None and wire.is_own(after.tb_frame):
                after = after.tb_next
            if after is not trace.tb_next:
                trace.tb_next = after
            trace = after
        if depth < 10:
            parts = _GROUP.exceptions.__get__(error) if _GROUP is not None and isinstance(error, _GROUP) else ()
            for other in (error.__cause__, error.__context__, *parts):
                if other is not None:
                    hide_frames(other, depth + 1)
    except Exception as fault:
        passes_on(fault)
    return error.__traceback__


def _tell(error):
    from .errors import raised

    if isinstance(error, (SystemExit, GeneratorExit)):
        return
    _told.add(id(error))
    raised(error, UNHANDLED)


def _excepthook():
    real = sys.excepthook
    if real is not sys.__excepthook__:
        return

    def excepthook(kind, error, trace):
        try:
            _tell(error)
            trace = hide_frames(error)
        except Exception as fault:
            passes_on(fault)
        return real(kind, error, trace)

    excepthook.__doc__ = real.__doc__
    sys.excepthook = excepthook


def _unraisablehook():
    real = sys.unraisablehook
    if real is not sys.__unraisablehook__:
        return

    def unraisablehook(unraisable, /):
        try:
            kind, error, trace, words, thing = unraisable
            if error is not None and trace is error.__traceback__:
                shown = hide_frames(error)
                if shown is None and trace is not None:
                    # Raised by a handler in place of Python's own, which has no frame: the library's is made to be one.
                    frame = trace.tb_frame
                    while frame is not None and wire.is_own(frame):
                        frame = frame.f_back
                    if frame is not None:
                        shown = error.__traceback__ = type(trace)(None, frame, frame.f_lasti, frame.f_lineno)
                unraisable = type(unraisable)((kind, error, shown, words, thing))
        except Exception as fault:
            passes_on(fault)
        return real(unraisable)

    sys.unraisablehook = stands_for(real, unraisablehook)


# Processes by hand


def _os():
    def hook(name, make):
        real = getattr(os, name, None)
        if real is not None:
            setattr(os, name, stands_for(real, make(real)))

    def kill(real):
        def kill(*args, **kwargs):
            pid, sig = args if len(args) == 2 and not kwargs else (None, 0)
            # One process, and no group of them.
            if type(pid) is not int or pid < 1 or not isinstance(sig, int) or not 0 < sig < 128:
                return real(*args, **kwargs)
            place, at = site(), now()
            if pid == wire.pid:
                # It may not come back.
                emit(SIGNAL_SENT, 0, place, pid, int(sig), at=at)
                return real(*args, **kwargs)
            done = real(*args, **kwargs)
            emit(SIGNAL_SENT, 0, place, pid, int(sig), at=at)
            if sig in (9, 15):
                _look_at_killed(pid, sig, real)
            return done

        return kill

    def fork(real):
        def fork(*args, **kwargs):
            if wire.before_fork is not None:
                wire.before_fork()
            at, place, frame = now(), site(), sys._getframe()
            while frame is not None and wire.is_own(frame):
                frame = frame.f_back
            if frame is None or args or kwargs:
                return real(*args, **kwargs)
            try:
                pid = _as_from(frame, real)
            except OSError as error:
                if is_interrupt(error):
                    raise
                raise error.with_traceback(None)
            if pid:
                wire.started(pid)
                emit(SPAWNED, 0, place, pid, flags=PROCESS, at=at)
            return pid

        return fork

    def waitpid(real):
        def waitpid(*args, **kwargs):
            got, status = real(*args, **kwargs)
            if got:
                child_ended(got, status)
            return got, status

        return waitpid

    def wait(real):
        def wait(*args, **kwargs):
            got, status = real(*args, **kwargs)
            child_ended(got, status)
            return got, status

        return wait

    def _exit(real):
        def _exit(*args, **kwargs):
            status = args[0] if args else kwargs.get("status")
            if os.getpid() == wire.pid and type(status) is int:
                end(2 if status else 0, b=status)
            return real(*args, **kwargs)

        return _exit

    for name, make in (("kill", kill), ("fork", fork), ("waitpid", waitpid), ("wait", wait), ("_exit", _exit)):
        hook(name, make)


def _as_from(frame, call):
    """Makes a call in a frame that looks like this one: that a process with threads forks, Python says of the line that its caller stands
    in, and by default only of lines of the program itself."""
    code = (lambda call: call()).__code__.replace(co_filename=frame.f_code.co_filename, co_firstlineno=frame.f_lineno or 1,
                                                co_name=frame.f_code.co_name)
    return FUNCTIONS[0](code, frame.f_globals)(call)


def _look_at_killed(pid, sig, kill):
    """Tells how a child ended that was just sent a signal: nobody may ask before others wait for what it had."""
    try:
        for _ in range(20):
            try:
                told = os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)
                if told is not None:
                    status = told.si_status if told.si_code == os.CLD_EXITED else -told.si_status
                    emit(CHILD_ENDED, 0, site(3), pid, status)
                    return
            except ChildProcessError:
                # Another process started it, as the forkserver does, which takes its end at once.
                if sig != 9:
                    return
                try:
                    kill(pid, 0)
                except ProcessLookupError:
                    emit(CHILD_ENDED, 0, site(3), pid, -9)
                    return
            pause(0.0005)
    except Exception as fault:
        passes_on(fault)


def child_ended(pid, status):
    """The system has told how a child ended."""
    try:
        if os.WIFSIGNALED(status):
            emit(CHILD_ENDED, 0, site(3), pid, -os.WTERMSIG(status))
        elif os.WIFEXITED(status):
            emit(CHILD_ENDED, 0, site(3), pid, os.WEXITSTATUS(status))
    except Exception as fault:
        passes_on(fault)


def asyncio_(module):
    """asyncio is not recorded."""
    wire.unseen("asyncio", "The tasks of asyncio are not recorded, only the threads and processes that it uses.")


def interpreters_(module):
    """What other interpreters of the process do is not recorded."""
    wire.unseen("interpreters", "What runs in an interpreter of its own inside a process is not recorded, only the thread that calls it.")


# Globals

_NUMBERS = (int, float, bool, str)
_LISTS = (list,)
_seen = {}
_names = {}
_MOST_SHOWN = 64
# So many objects may have an attribute of one name that is looked at: how many have, and whose each is.
_MOST_OBJECTS = 64
_objects, _owners = {}, {}
_too_long = set()


def _wanted(code, table):
    """Names of the globals, and of the attributes of `self`, that a function names and that may be shared."""
    key = code.co_filename, code.co_firstlineno, code.co_name
    names = _names.get(key)
    if names is None:
        # Deeper functions, a generator's expression say, name them too.
        words = list(code.co_names)
        for part in code.co_consts:
            if hasattr(part, "co_names"):
                words += part.co_names
        of_self = bool(code.co_argcount) and code.co_varnames[:1] == ("self",)
        names = _names[key] = (tuple(dict.fromkeys(words))[:24], of_self)
    return names


def snapshot(lock, released, depth=2):
    """Looks at the globals that the function around a lock names: what has changed since is on record."""
    try:
        frame = sys._getframe(depth)
        while frame is not None and is_library(frame.f_code.co_filename):
            frame = frame.f_back
        if frame is None:
            return
        table = frame.f_globals
        names, of_self = _wanted(frame.f_code, table)
        for name in names:
            value = table.get(name)
            kind = type(value)
            if kind in _KINDS and not (name[:1] == "_" or name.isupper()):
                _look(lock, name, (id(table), name), value, kind, released)
        if of_self:
            who = frame.f_locals.get("self")
            inner = wire.attributes(who)
            if type(inner) is dict:
                for name in names:
                    value = inner.get(name)
                    if type(value) in _KINDS and _is_looked_at(who, (id(who), name)):
                        _look(lock, name, (id(who), name), value, type(value), released)
    except Exception as fault:
        # At the limit of recursion any call fails, and what was done with the lock would be undone.
        if wire.handler_code is not None:
            passes_on(fault)


_KINDS = frozenset((int, float, bool, str, list, dict, set))


def _is_looked_at(who, key):
    """Whether this attribute of an object is one of those that are looked at. Another object may lie where one was that is gone."""
    owner = _owners.get(key)
    if owner is not None and owner() is who:
        return True
    _seen.pop(key, None)
    _too_long.discard(key)
    try:
        owner = ref(who)
    except TypeError:
        return False
    name = key[1]
    if _objects.get(name, 0) >= _MOST_OBJECTS:
        wire.unseen("attribute " + name, "More than %d objects have an attribute called %s: what later ones hold is not recorded." % (
            _MOST_OBJECTS, name))
        return False
    _objects[name] = _objects.get(name, 0) + 1
    _owners[key] = owner
    return True


def _look(lock, name, key, value, kind, released):
    known = _seen.get(key)
    if kind is list:
        if len(value) > _MOST_SHOWN:
            # What happens to it until it is short again is not known one by one.
            if key not in _too_long:
                _too_long.add(key)
                if known is not None:
                    emit(THINNED, known[2].n or known[2].define())
            return
        now_there = list(value)
    elif kind is dict or kind is set:
        if len(value) > 16:
            return
        now_there = short(value)
    else:
        now_there = value
    if known is None or known[0] is not kind and (kind is list or known[0] is list):
        res = Res("List" if kind is list else "Value", "global", None, name=name, guard=lock.n or None,
                  initial=[plain_item(v) for v in value] if kind is list else [plain_item(now_there)])
        res.state = lock
        _seen[key] = [kind, now_there, res, 0]
        if key in _too_long:
            emit(THINNED, res.define())
        return
    before, res = known[1], known[2]
    if res.state is not lock:
        # It has another guard: who changed it will be known there.
        return
    # Changed without the lock: it is seen now, and was not this thread's doing.
    found = 0 if released else FOUND
    if kind is list:
        if len(before) == len(now_there) and all(a is b for a, b in zip(before, now_there)):
            return
        changed_list(res, before, now_there, found, site(5))
    else:
        if before is now_there or type(before) is type(now_there) and before == now_there:
            return
        known[3] += 1
        f1, a, w1 = item(before)
        f2, b, w2 = item(now_there)
        emit(CHANGED, res.n or res.define(), site(4), a, b, w1, w2, f1 | f2 << 2 | found, known[3])
    known[0], known[1] = kind, now_there


def changed_list(res, before, after, found, place):
    """Tells of what was taken out of a list, and what was put in."""
    first = 0
    while first < len(before) and first < len(after) and before[first] is after[first]:
        first += 1
    last_b, last_a = len(before), len(after)
    while last_b > first and last_a > first and before[last_b - 1] is after[last_a - 1]:
        last_b, last_a = last_b - 1, last_a - 1
    n = res.n or res.define()
    for gone in before[first:last_b]:
        flags, a, words = item(gone)
        emit(REMOVED, n, place, a, first, words, flags=flags | found)
    for i in range(first, last_a):
        flags, a, words = item(after[i])
        emit(INSERTED, n, place, a, i, words, flags=flags | found)


# What is left in the end: of globals that no lock goes with nobody is told when they change.

_shared = {}
_looked_into = set()
_MOST_SHARED = 64


def shares(function):
    """Notes the globals that a thread or process will use, as the function that it runs names them, and those that it calls."""
    try:
        function = within(function)
        if type(function) not in FUNCTIONS:
            return
        function = getattr(function, "__func__", function)
        code = function.__code__
        if code in _looked_into or is_library(code.co_filename):
            return
        _looked_into.add(code)
        table = function.__globals__
        for name in _wanted(code, table)[0]:
            value = table.get(name)
            if type(value) is FUNCTIONS[0]:
                shares(value)
            elif len(_shared) < _MOST_SHARED and not (name[:1] == "_" or name.isupper()):
                held = _held(value)
                if held is not None:
                    _shared.setdefault((id(table), name), (table, name, held[0]))
    except Exception as fault:
        passes_on(fault)


def _held(value):
    """What a plain variable holds, as a tuple of one; `None` where it is not plain, or too large."""
    kind = type(value)
    try:
        if kind is list:
            return ([plain_item(v) for v in value],) if len(value) <= _MOST_SHOWN else None
        if kind in _KINDS:
            return (plain_item(value),)
        if kind.__module__ == "ctypes" and type(value.value) is int:
            return (value.value,)
    except Exception as fault:
        passes_on(fault)
    return None


def _tell_left():
    for table, name, before in list(_shared.values()):
        held = _held(table.get(name))
        if held is not None:
            wire.define("left", name=name, before=before, value=held[0])
