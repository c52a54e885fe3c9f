"""The files of one process: slots for events, lines for definitions. See FORMAT.md.

No lock, no thread, no file descriptor below the program's own: numbers come from counters that the interpreter steps
atomically, a slot is one memory write with its mark last, and a definition is one append.
"""
import sys

# Files of the program's may have these names: then they are not here when the program looks for them.
_HIDDEN = [name for name in ("fcntl", "mmap") if name not in sys.modules]

import errno
import itertools
import mmap
import os
from _json import encode_basestring_ascii as _quoted
from _struct import Struct
from _thread import RLock, get_ident
from _weakref import ref as _ref
from time import monotonic_ns as now, time_ns

try:
    import fcntl
except ImportError:
    fcntl = None
for _name in _HIDDEN:
    sys.modules.pop(_name, None)

STARTED, ENDED, SPAWNED, AT, CHILD_ENDED, END_SEEN = range(1, 7)
WAIT, ACQUIRED, RELEASED, WAIT_ENDED, NOTIFIED, SET, CLEARED, PASSED, BROKEN, REFUSED = range(10, 20)
PUT, GOT, ITEM_DONE, CLOSED, INSERTED, REMOVED, FOUND_EMPTY, READ, SEEN, CHANGED, SLOT = range(20, 31)
SUBMITTED, ASSIGNED, BEGUN, FINISHED, FAILED, CANCELLED, TAKEN, GIVEN_UP = range(40, 48)
RAISED, CAUGHT, PROPAGATED, KEPT, UNHANDLED = range(50, 55)
SIGNAL_SENT, SIGNAL_HANDLED, SLEEP, SLEEP_ENDED, IO, IO_ENDED, ALARM = range(60, 67)
MESSAGE, DROPPED, THINNED, COPIED = range(70, 74)

OP_ACQUIRE, OP_WAIT, OP_PUT, OP_GET, OP_JOIN, OP_RESULT, OP_TASK = range(7)
WOKEN, TIMED_OUT, STOPPED, BROKE, INTERRUPTED = range(5)
PROCESS, STDERR, OF_TASK, AT_EXIT, FOUND, LATE = 0x10, 0x20, 0x40, 0x80, 0x100, 0x8000

HEADER = 4096
MOST_TEXT = 400
SLOT_STRUCT = Struct("<QIIqqIIIHHqQ")
_pack = SLOT_STRUCT.pack_into
_header_number = Struct("<Q").pack_into

folder = None
home = None
limit = 1 << 20
generation = 0
# A process of the library's own, whose threads are nobody's business: they count as one.
quiet = False
# The program itself, not a process that it has started.
is_main = False
key = ""
pid = 0
# What a thread that has to do with managers does at its end.
at_end = None
# What is done before a process is forked, once locks are thinned out.
before_fork = None

_ring = None
_ready = 0
_slots = itertools.count()
_claim = _slots.__next__
_lost = itertools.count(1).__next__
_defs = -1
_defs_file = None
_defs_path = None


def begin(**process):
    """Makes this process's files. Called at the start, and in each forked child."""
    global _ring, _ready, _spare, _slots, _claim, _lost, _defs, _defs_path, generation, key, pid, is_main, _defining
    generation += 1
    # A thread that is not in the child may have had it.
    _defining = RLock()
    is_main = process.get("role") == "main"
    _ring, _ready, _spare = None, 0, None
    pid = os.getpid()
    started = now()
    key = "%d.%x" % (pid, started)
    _slots = itertools.count()
    _claim = _slots.__next__
    _lost = itertools.count(1).__next__
    for table in (_texts, _sites):
        table.clear()
    _numbers.clear()
    on_its_way.clear()
    dealt_with.clear()
    starting.clear()
    of_pools.clear()
    for entry in list(_known):
        res = entry()
        if res is not None:
            res.forked()
    _known.clear()
    _defs, _defs_path = -1, os.path.join(folder, key + ".defs")
    _open_defs()
    define("process", pid=pid, start=started, **process)
    threads.clear()
    threads[get_ident()] = n = number("thread")
    define("thread", n=n, name="main", role=process.get("role"))
    fd = os.open(os.path.join(folder, key + ".ring"), os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.ftruncate(fd, HEADER + limit * 64)
        _allocate(fd, 0, HEADER)
        options = {"trackfd": False} if sys.version_info >= (3, 13) else {}
        # The descriptor stays out of the program's way: the mapping's own copy is the only one where Python keeps one.
        ring = mmap.mmap(fd, HEADER + limit * 64, **options)
    finally:
        os.close(fd)
    Struct("<IIQQQQ").pack_into(ring, 8, 64, HEADER, limit, pid, started, time_ns())
    _header_number(ring, 64, _WAITS)
    # Last: a reader that finds it takes the rest for written.
    ring[0:8] = b"CLABREC1"
    _ring = ring
    # An old mapping is kept: to close it would close a descriptor that may be the program's by now.
    _kept.append(ring)


_kept = []


def _allocate(fd, offset, length):
    # A hole in a mapped file on a full disk would be a SIGBUS for the program.
    if hasattr(os, "posix_fallocate"):
        os.posix_fallocate(fd, offset, length)


def _grow(i):
    """Makes room for slot `i`. Whether there is."""
    global _ready
    ring = _ring
    if ring is None or i >= limit - _SPARE:
        return False
    begin_at, step = _ready, min(max(1024, _ready), 1 << 14)
    end = min(limit - _SPARE, max(i + 1, begin_at + step))
    if not _make_room(begin_at, end):
        return False
    if _ring is ring:
        _ready = max(_ready, end)
    return True


def _make_room(begin_at, end):
    try:
        fd = os.open(os.path.join(folder, key + ".ring"), os.O_RDWR)
        try:
            _allocate(fd, HEADER + begin_at * 64, (end - begin_at) * 64)
        finally:
            os.close(fd)
    except OSError:
        _full()
        return False
    return True


# The last slots are not for everybody: some are for the begins and ends of threads and processes, and the very last ones for what each
# thread waits for now.
_SPARE, _WAITS = 512, 64
_LIVES = frozenset((STARTED, ENDED, SPAWNED, CHILD_ENDED))
_spare = None


def _no_room(kind, at, thread, *fields):
    """An event for which there is no slot."""
    global _spare
    ring = _ring
    if ring is None:
        return
    if _spare is None:
        _spare = itertools.count(limit - _SPARE).__next__ if _make_room(limit - _SPARE, limit) else False
    if _spare:
        if kind in _LIVES:
            i = _spare()
            if i < limit - _WAITS:
                _pack(ring, HEADER + (i << 6), at, thread, *fields, i + 1)
                return
        i = limit - _WAITS + thread % _WAITS
        place = HEADER + (i << 6)
        if kind == WAIT:
            _pack(ring, place, at, thread, *fields, i + 1)
        elif int.from_bytes(ring[place + 8:place + 12], "little") == thread:
            # Whatever it waited for, it goes on.
            _header_number(ring, place + 56, 0)
    _header_number(ring, 48, _lost())


# The process that each thread is about to start: what is told of it once it has a PID.
starting = {}


def started(child):
    """Tells of a process that the calling thread has just started."""
    told = starting.get(get_ident())
    if told is not None:
        define("child", pid=child, parent=pid, **told)


# Threads that got an exception, of a task or out of a queue, of which nobody knows yet whether it is caught: the exception, the pool
# (0: none) and its number.
on_its_way = {}
# The exception that each thread was last seen to deal with: it, the place of its `except` (0: it goes on), its number and resource.
dealt_with = {}
# Threads that work for a pool: what they raise is told of as their task's.
of_pools = set()


# The exception that the calling thread deals with: in an `except`, a `finally`, or at the end of a `with`.
current_error = getattr(sys, "exception", None) or (lambda: sys.exc_info()[1])
_context_of = BaseException.__dict__["__context__"].__get__
# What looks at an exception that a thread deals with while it does something on record.
look_at_error = None


def _caught():
    """Whoever does something else meanwhile has caught the exception that went on in it."""
    ident = get_ident()
    known = on_its_way.get(ident)
    if known is None:
        return
    error = current_error()
    # Another one may be raised and dealt with on its way.
    for _ in range(8):
        if error is None:
            break
        if id(error) == known[0]:
            return
        error = _context_of(error)
    del on_its_way[ident]
    emit(CAUGHT, known[1], 0, flags=OF_TASK if known[1] else 0, c=known[2])


# What calls the program's handlers of signals: its code is in the traceback of what they raise.
handler_code = None


def is_of_handler(error):
    """Whether a handler of a signal has raised it, wherever it came in."""
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code is handler_code:
            return True
        trace = trace.tb_next
    return False


def is_interrupt(error):
    """Whether an exception came in from outside of what a call does: a handler of a signal has raised it, or it ends the thread."""
    return not isinstance(error, Exception) or is_of_handler(error)


def passes_on(fault):
    """Raises on what a handler of a signal has raised while the recorder was at work: that is no fault of the recorder's own."""
    if handler_code is not None and is_of_handler(fault):
        raise fault


def ended_by(error, late):
    """How a wait ended that an exception has ended: `late` is the one that says that its time has passed."""
    return TIMED_OUT if isinstance(error, late) and not is_interrupt(error) else INTERRUPTED


def is_recorded(kind, obj, at):
    """Whether an event of an object at a time, 0 for none, is among the newest slots. What a handler of a signal raises may come into an
    event or right behind it, and no variable would be sure to know whether it was recorded."""
    ring = _ring
    if ring is None or not at:
        return False
    past = min(int(repr(_slots)[len("count("):-1]), _ready)
    for i in range(past - 1, max(past - _NEWEST, 0) - 1, -1):
        slot = SLOT_STRUCT.unpack_from(ring, HEADER + (i << 6))
        if slot[0] == at and slot[2] == obj and slot[8] == kind and slot[11] == i + 1:
            return True
    return False


# As many as a handler and the other threads may have recorded meanwhile.
_NEWEST = 1 << 16


def emit(kind, obj=0, site=0, a=0, b=0, text=0, other=0, flags=0, c=0, at=0):
    """Records an event of the calling thread, now or `at`."""
    i = -1
    try:
        if on_its_way and kind != RELEASED:
            _caught()
        if look_at_error is not None and current_error() is not None:
            try:
                look_at_error(current_error(), at)
            except Exception as fault:
                # What happened is still to be recorded. Nothing is called that need not be: at the limit of recursion any call fails.
                if handler_code is not None:
                    passes_on(fault)
        # Before a slot is taken: one that is taken and not written is a hole.
        thread = threads[get_ident()]
        # Not by a call: after one a handler of a signal may come before its result is kept.
        for i in _slots:
            break
        if i >= _ready and not _grow(i):
            return _no_room(kind, at or now(), thread, obj, a, b, text, site, other, kind, flags, c)
        _pack(_ring, 4096 + (i << 6), at or now(), thread, obj, a, b, text, site, other, kind, flags, c, i + 1)
    except BaseException as error:
        if isinstance(error, Exception) and (handler_code is None or not is_of_handler(error)):
            return
        # Raised by a handler of a signal, in here: what happened has happened all the same.
        try:
            thread = threads[get_ident()]
            i = i if i >= 0 else _claim()
            if i < _ready or _grow(i):
                _pack(_ring, 4096 + (i << 6), at or now(), thread, obj, a, b, text, site, other, kind, flags, c, i + 1)
        except Exception as fault:
            passes_on(fault)
        raise


def emit_of(thread, kind, obj=0, site=0, a=0, b=0, text=0, other=0, flags=0, c=0, at=0):
    """Records an event of another thread."""
    try:
        i = _claim()
        if i >= _ready and not _grow(i):
            return _no_room(kind, at or now(), thread, obj, a, b, text, site, other, kind, flags, c)
        _pack(_ring, 4096 + (i << 6), at or now(), thread, obj, a, b, text, site, other, kind, flags, c, i + 1)
    except Exception as fault:
        passes_on(fault)


# Definitions


def _open_defs():
    global _defs, _defs_file
    fd = os.open(_defs_path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        # High up, where no program looks for its own descriptors.
        most = os.sysconf("SC_OPEN_MAX")
        _defs = fcntl.fcntl(fd, fcntl.F_DUPFD_CLOEXEC, 900 if most < 0 or most > 916 else max(most - 16, 3))
        os.close(fd)
    except (AttributeError, ValueError, OSError):
        _defs = fd
    _defs_file = _file_of(_defs)


_status = os.fstat


def _file_of(fd):
    status = _status(fd)
    return status.st_dev, status.st_ino


def _json(value):
    if value is True:
        return "true"
    if value is False:
        return "false"
    if value is None:
        return "null"
    if isinstance(value, int):
        return int.__repr__(value)
    if isinstance(value, dict):
        return "{" + ",".join(_quoted(k) + ":" + _json(v) for k, v in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ",".join(map(_json, value)) + "]"
    words = str(value)
    try:
        words.encode()
    except UnicodeEncodeError:
        # Half a character, which is no text.
        words = words.encode("utf-8", "replace").decode()
    return _quoted(words)


def define(what, /, **fields):
    """Writes a definition."""
    line = '{"d":' + _quoted(what)
    for name, value in fields.items():
        if value is not None:
            line += "," + _quoted(name) + ":" + _json(value)
    line = (line + "}\n").encode("ascii", "replace")
    if _torn:
        line = b"\n" + line
    try:
        _write(line)
    except OSError as error:
        if error.errno == errno.ENOSPC:
            return _full()
        try:
            # The program closed it.
            _open_defs()
            _write(line)
        except OSError:
            pass


_torn = False


def _write(line):
    global _torn
    if _file_of(_defs) != _defs_file:
        # The program closed it, and opened a file of its own.
        raise OSError(errno.EBADF, "not the recorder's")
    done = os.write(_defs, line)
    _torn = done != len(line)
    if _torn:
        _full()


def _full():
    """The disk is full: the header says so."""
    if _ring is not None:
        _header_number(_ring, 56, 1)


_numbers = {}


def number(what):
    """The next number of a kind of definition."""
    n = _numbers.get(what)
    if n is None:
        n = _numbers.setdefault(what, itertools.count(1))
    return next(n)


_texts = {}


def text(words):
    """The number of a text."""
    n = _texts.get(words)
    if n is None:
        if len(_texts) > 20000:
            _texts.clear()
        n = number("text")
        if len(words) > MOST_TEXT:
            define("text", n=n, text=words[:MOST_TEXT], cut=True)
        else:
            define("text", n=n, text=words)
            _texts[words] = n
    return n


def short(value, depth=0):
    """A value in words, where it is built in; of any other only its class is told: `repr` might be the program's."""
    kind = type(value)
    if kind is str:
        return repr(value) if len(value) <= 60 else repr(value[:40])[:-1] + "\u2026' (%d characters)" % len(value)
    if kind is bytes:
        return repr(value) if len(value) <= 40 else "%d bytes" % len(value)
    if value is None or kind is bool or kind is float or kind is complex:
        return repr(value)
    if kind is int:
        # What fits in a text; the digits of a huge one take long to make.
        return repr(value) if -(1 << 1300) < value < 1 << 1300 else "a number of %d bits" % value.bit_length()
    if depth < 3:
        if kind is list or kind is tuple or kind is set or kind is frozenset:
            ends = {list: "[]", tuple: "()", set: "{}", frozenset: "{}"}[kind]
            some = [short(v, depth + 1) for v in itertools.islice(value, 8)]
            if len(value) > 8:
                some.append("\u2026 %d in all" % len(value))
            elif kind is tuple and len(value) == 1:
                some.append("")
            return ends[0] + ", ".join(some).rstrip(" ") + ends[1]
        if kind is dict:
            some = [short(k, depth + 1) + ": " + short(v, depth + 1) for k, v in itertools.islice(value.items(), 8)]
            if len(value) > 8:
                some.append("\u2026 %d in all" % len(value))
            return "{" + ", ".join(some) + "}"
    return kind.__name__


def item(value):
    """An item as (flag, number, text)."""
    kind = type(value)
    if kind is int and -(1 << 62) <= value < 1 << 62:
        return 1, value, 0
    if value is None:
        return 0, 0, 0
    try:
        # A text of its own is told without quotes.
        if kind is str and len(value) <= 60:
            return 2, 0, text(value)
        return 2, 0, text(short(value))
    except Exception as fault:
        passes_on(fault)
        return 2, 0, text(kind.__name__)


def plain_item(value):
    """An item as JSON has it, for what something holds at the start."""
    kind = type(value)
    if kind is int and -(1 << 62) <= value < 1 << 62 or value is None:
        return value
    return value if kind is str and len(value) <= 60 else short(value)


# Places in the program

_inside = {}
_library = ()
_OWN = __file__[:-len("wire.py")]


def is_own(frame):
    """Whether a frame is the recorder's."""
    return frame.f_code.co_filename.startswith(_OWN)


_mro_of = type.__dict__["__mro__"].__get__
_names_of = type.__dict__["__dict__"].__get__
_FIELD = type(type.__dict__["__dict__"])


def attributes(thing):
    """What an object keeps itself, `None` where that is nothing. No code of the program's runs, as its `__getattr__` would."""
    for cls in _mro_of(type(thing)):
        field = _names_of(cls).get("__dict__")
        if field is not None:
            return field.__get__(thing) if type(field) is _FIELD else None
    return None


def mark_of(thing, name="_clab"):
    """What the recorder keeps with an object that a class of the program's may be the class of."""
    kept = attributes(thing)
    return kept.get(name) if kept is not None else None


def is_library(path):
    """Whether a file is the standard library's, an installed package's, or the recorder's own."""
    known = _inside.get(path)
    if known is None:
        known = path.startswith(_library) or "site-packages" in path or "dist-packages" in path or path.startswith("<frozen")
        _inside[path] = known
    return known


def of_library(name):
    """A module of the standard library; `None` where a file of the program has its name, which only the program may execute."""
    from _frozen_importlib import BuiltinImporter
    from _frozen_importlib_external import PathFinder

    spec = BuiltinImporter.find_spec(name) or PathFinder.find_spec(name)
    if spec is None or spec.origin != "built-in" and not (spec.origin and is_library(spec.origin)):
        return None
    return __import__(name)


_sites = {}


def site(depth=2):
    """The number of the line of the program that the caller's caller was called from."""
    try:
        frame = sys._getframe(depth)
    except ValueError:
        return 0
    while frame is not None:
        path = frame.f_code.co_filename
        if not (_inside[path] if path in _inside else is_library(path)):
            place = (path, frame.f_lineno)
            n = _sites.get(place)
            try:
                return n if n is not None else _new_site(place, frame)
            except RecursionError:
                return 0  # at the limit a line has no number yet
        frame = frame.f_back
    return 0


def _new_site(place, frame):
    n = number("site")
    path, line = place
    code = frame.f_code
    define("site", n=n, file=path if path.startswith("<") else os.path.abspath(path), line=line or 0,
           func=getattr(code, "co_qualname", code.co_name))
    _sites[place] = n
    return n


def within(function):
    """What functools.partial calls in the end. Nothing else is asked for its func: to answer may be the program's own code."""
    for _ in range(8):
        if type(function).__module__ != "functools" or not hasattr(function, "func"):
            break
        inner = function.func
        function = function.args[0] if type(inner) in FUNCTIONS and inner.__name__ == "_process_chunk" else inner
    return function


FUNCTIONS = (type(within), type(within.__get__(0)))


def code_of(function):
    """The code of a function or method; None of anything else."""
    return function.__code__ if type(function) in FUNCTIONS else None


def site_of(function):
    """The number of the line in which a function of the program begins; 0 for any other."""
    try:
        function = within(function)
        code = code_of(function)
        if code is None:
            return 0
        path = code.co_filename
        if is_library(path):
            return 0
        place = (path, code.co_firstlineno)
        n = _sites.get(place)
        if n is None:
            n = _sites[place] = number("site")
            define("site", n=n, file=path if path.startswith("<") else os.path.abspath(path), line=place[1], func=code.co_name)
        return n
    except Exception as fault:
        passes_on(fault)
        return 0


def creator(depth, passing=()):
    """The frame that makes an object, or `None` where a library makes it for itself. Files in `passing` only pass it on."""
    frame = sys._getframe(depth)
    while frame is not None and frame.f_code.co_filename.endswith(passing):
        frame = frame.f_back
    if frame is None or is_library(frame.f_code.co_filename):
        return None
    return frame


_sources = {}


def source_line(path, line):
    """A line of the program's text."""
    lines = source_lines(path)
    return lines[line - 1] if 0 < line <= len(lines) else ""


def source_lines(path):
    """The lines of a file of the program's."""
    lines = _sources.get(path)
    if lines is None:
        lines = []
        try:
            with open(path, "rb") as file:
                lines = file.read(1 << 20).decode("utf-8", "replace").splitlines()
        except (OSError, ValueError):
            pass
        _sources[path] = lines
    return lines


def _assigned(words, what, nth):
    """The name that a line of text gives to the `nth` thing of a class that it makes."""
    made = [(part, i) for part in _split(words, ";") for i in range(_calls(part, what))]
    if made:
        # How often a loop makes one is not known.
        if made[0][0] is not made[-1][0] and "for " in words:
            return None
        words, inner = made[nth % len(made)]
        nth = nth if made[0][0] is made[-1][0] else inner
    words = words.strip()
    if words.startswith(("with ", "async with ")) and " as " in words:
        name = words.rsplit(" as ", 1)[1].split(":")[0].split(",")[0].strip(" )(")
        return name if name.isidentifier() else None
    parts = _split(words, "=")
    if len(parts) < 2 or not parts[1]:
        return None
    names = [name.split(":")[0].strip() for name in _split(parts[0].strip(" ()"), ",")]
    values = _split(parts[-1].strip(), ",")
    if len(names) > 1 and len(names) == len(values):
        made = [i for i, value in enumerate(values) if value.split("(")[0].strip().split(".")[-1] == what]
        if not made:
            return None
        names = [names[made[nth % len(made)]]]
    if len(names) != 1 or not all(part.isidentifier() for part in names[0].split(".")):
        return None
    # A list's name is not that of what is in it.
    return None if parts[-1].strip().startswith(("[", "{", "(")) else names[0]


def _calls(words, what):
    """How often a line of text calls something of a name."""
    before = words.split(what + "(")[:-1]
    return sum(1 for part in before if not (part[-1:].isalnum() or part[-1:] == "_"))


def _split(words, by):
    """Splits a line of text where no bracket and no quote is open."""
    parts, depth, begin, quote = [], 0, 0, ""
    for i, ch in enumerate(words):
        if quote:
            quote = "" if ch == quote else quote
        elif ch in "'\"":
            quote = ch
        elif ch in "([{":
            depth += 1
        elif ch in ")]}":
            depth -= 1
        elif ch == by and depth == 0:
            if by == "=" and (words[i + 1:i + 2] == "=" or words[i - 1:i] in tuple("=!<>+-*/%&|^:")):
                return [words]
            parts.append(words[begin:i])
            begin = i + 1
    parts.append(words[begin:])
    return parts


_named = {}
_made = {}
_defining = RLock()


class Res:
    """What is known of an object that actors share."""

    __slots__ = ("n", "kind", "cls", "path", "line", "glob", "uid", "name", "extra", "since", "count", "thin", "left_out",
                 "held", "told", "state", "copy_of", "nth", "__weakref__")

    def __init__(self, kind, cls, frame, uid=None, name=None, **extra):
        self.n = 0
        self.kind, self.cls, self.uid, self.name, self.extra = kind, cls, uid, name, extra
        if frame is not None:
            self.path, self.line, self.glob = frame.f_code.co_filename, frame.f_lineno, frame.f_globals
            place = (self.path, self.line, cls)
            self.nth = _made[place] = _made.get(place, -1) + 1
        else:
            self.path, self.line, self.glob, self.nth = None, 0, None, 0
        self.since = self.count = self.left_out = 0
        self.thin = False
        self.held = []
        # Whether somebody has it, and that is on record.
        self.told = False
        self.state = None
        self.copy_of = None

    def forked(self):
        """Another process: what is not shared is a copy now, with a number of its own."""
        self.n = 0
        if not self.extra.get("shared"):
            self.copy_of, self.uid = self.uid, None
        self.thin = False
        self.since = self.count = self.left_out = 0
        if self.kind != "Condition":
            # It was the parent's, and numbered as its threads are.
            self.held = []

    def define(self, obj=None):
        """Tells of it, when it is first used. Its number."""
        if self.n:
            return self.n
        # Several threads may use it first at once.
        with _defining:
            return self.n or self._define(obj)

    def _define(self, obj):
        # First: a process that is forked meanwhile has a copy, which is not this one.
        _known.append(_ref(self))
        of = self.state
        if type(of) is Res and self.kind in ("Lock", "RLock"):
            # A condition's own lock: it goes by the condition's name.
            if of.name is None:
                of.name = of._find_name(of.held[0]() if of.held else None)
            self.name = "%s's lock" % of.name
        n = number("res")
        if self.uid is None:
            self.uid = "%s.%d" % (key, n)
        try:
            name = self.name or self._find_name(obj)
        except Exception as fault:
            passes_on(fault)
            name = None
        self.name, self.glob = name, None
        extra = dict(self.extra)
        shared = extra.pop("shared", False)
        at = 0
        if self.path is not None:
            place = (self.path, self.line)
            at = _sites.get(place) or 0
            if not at:
                at = number("site")
                path = self.path if self.path.startswith("<") else os.path.abspath(self.path)
                define("site", n=at, file=path, line=self.line)
                _sites[place] = at
        define("res", n=n, kind=self.kind, name=name, site=at or None, home="shared" if shared else "process", uid=self.uid,
               copy_of=self.copy_of, **{"class": self.cls}, **extra)
        self.n = n
        return n

    def _find_name(self, obj):
        what = self.cls.rsplit(".", 1)[-1]
        if self.path is None:
            return what
        name = _assigned(source_line(self.path, self.line), what, self.nth)
        if name is None and obj is not None and self.glob is not None:
            name = _global_name(obj, self.glob)
            if name is not None:
                return name
        if name is None:
            name = "%s at %s:%d" % (what, os.path.basename(self.path), self.line)
        elif name.startswith("self."):
            name = name[5:]
        taken = _named.get(name, 0) + 1
        _named[name] = taken
        return name if taken == 1 else "%s %d" % (name, taken)


_known = []


def _global_name(obj, table):
    for name, value in list(table.items()):
        if value is obj:
            return name
    for name, value in list(table.items()):
        if type(value) in (list, tuple) and len(value) <= 256:
            for i, part in enumerate(value):
                if part is obj:
                    return "%s[%d]" % (name, i)
        elif type(value) is dict and len(value) <= 256:
            for k, part in list(value.items()):
                if part is obj and type(k) in (int, str):
                    return "%s[%s]" % (name, repr(k))
    return None


class _Threads(dict):
    """Numbers of threads, by their ident."""

    def __missing__(self, ident):
        if quiet:
            return 1
        n = number("thread")
        define("thread", n=n, name="thread %d" % n, role="work", raw=True)
        self[ident] = n
        return n


threads = _Threads()


def unseen(what, words, said=set()):
    """Says once what the recorder cannot see."""
    if what not in said:
        said.add(what)
        define("unseen", what=what, text=words)
