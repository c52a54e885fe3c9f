"""Exceptions: what each is called, who deals with it, and where it goes on."""
import builtins
from _thread import get_ident

from . import wire
from .around import hide_frames
from .wire import CAUGHT, PROPAGATED, RAISED, UNHANDLED, emit, is_library, passes_on, site, text, threads

# What the library does with an exception that leaves a thread.
own_hook = []


def watch_errors(thread, failed):
    tell = wire.mark_of(thread, "_invoke_excepthook")
    if tell is None:
        return

    def _invoke_excepthook(who):
        import sys

        try:
            error = sys.exc_info()[1]
            if error is not None and not isinstance(error, SystemExit):
                hook = sys.modules["threading"].excepthook
                # A function of the program's own takes it.
                is_own = hook is not None and hook not in own_hook
                failed.append(raised(error, CAUGHT, wire.site_of(hook)) if is_own else raised(error, UNHANDLED))
                hide_frames(error)
        except Exception as fault:
            passes_on(fault)
        return tell(who)

    wire.attributes(thread)["_invoke_excepthook"] = _invoke_excepthook


def in_words(error):
    """An exception as `ValueError: bad record 3`; a message of the program's own making is not asked for."""
    name = type(error).__name__
    try:
        args = error.args
        if type(error).__str__ in (BaseException.__str__, Exception.__str__, OSError.__str__, KeyError.__str__, UnicodeError.__str__):
            if all(type(a) in (int, str, float, bool, type(None), bytes) for a in args):
                words = str(error)
                return "%s: %s" % (name, words) if words else name
    except Exception as fault:
        passes_on(fault)
    return name


_keys = {}


def exception_key(error, place):
    """(number of an exception, flags, resource, whether it is new). CPython gives the place of one that is gone to the next."""
    known = _keys.get(id(error))
    if known is not None and known[0] is type(error) and is_marked(error, known[4]):
        names, where, thread = known[1:4]
        # One of a task may go on in any thread.
        if (not where or where == place) and (names[1] or thread == get_ident()):
            return names + (False,)
    c = (wire.pid << 24) + (wire.number("exception") & 0xFFFFFF)
    remember(error, (c, 0, 0), place)
    return c, 0, 0, True


def remember(error, names, place):
    """Keeps by which name an exception goes, and where it was raised. Not in the exception: that would travel with it."""
    if len(_keys) > 256:
        _keys.clear()
    _keys[id(error)] = (type(error), names, place, get_ident(), mark_of(error))


_args_of = BaseException.__dict__["args"].__get__
_PLAIN = frozenset((str, int, float, bool, type(None)))


def mark_of(error):
    """What one exception has and no other, as long as it is kept: a weak reference, or its arguments, where keeping them keeps nothing
    else."""
    try:
        return wire._ref(error)
    except TypeError:
        args = _args_of(error)
        return args if args and all(type(given) in _PLAIN for given in args) else None


def is_marked(error, mark):
    """Whether a mark is that of this exception."""
    return mark() is error if type(mark) is wire._ref else mark is mark_of(error)


def raise_place(error):
    """The number of the line of the program in which an exception was raised."""
    trace, place = error.__traceback__, 0
    while trace is not None:
        path = trace.tb_frame.f_code.co_filename
        if not is_library(path):
            place = _line(path, trace.tb_lineno, trace.tb_frame)
        trace = trace.tb_next
    return place or 0


def _line(path, line, frame):
    """The number of a line of the program."""
    place = wire._sites.get((path, line))
    if place is None:
        place = wire._sites[path, line] = wire.number("site")
        wire.define("site", n=place, file=path, line=line or 0, func=frame.f_code.co_name)
    return place


def raised_on(error):
    """Where the program caught an exception, did something about it, and raised it on: the line of the `except`, that of the
    `raise`, and whether others may have learned of it there. `None` where it did not."""
    try:
        trace = _traceback_of(error)
        while trace is not None:
            frame = trace.tb_frame
            path = frame.f_code.co_filename
            if not is_library(path):
                lines = wire.source_lines(path)
                found = _handler(lines, trace.tb_lineno - 1, type(error), frame.f_globals)
                if found is not None and found[2]:
                    return _line(path, found[0] + 1, frame), _line(path, found[1] + 1, frame), found[3]
            trace = trace.tb_next
    except Exception as fault:
        passes_on(fault)
    return None


def _indent(line):
    return len(line) - len(line.lstrip())


def _handler(lines, at, kind, names):
    """The `except` around line `at` that catches a kind of exception and raises: its line, that of the `raise`, whether it does
    more, and whether others may learn of the exception by that."""
    depth = _indent(lines[at])
    for i in range(at - 1, -1, -1):
        head = lines[i].strip()
        if not head or head[0] == "#" or _indent(lines[i]) >= depth:
            continue
        depth = _indent(lines[i])
        if head.split("#")[0].strip() != "try:":
            if head.startswith(("def ", "async def ", "class ")) and depth < _indent(lines[at]):
                return None
            continue
        catches, raises, more, tells = None, None, False, False
        for j in range(at + 1, len(lines)):
            words = lines[j].strip()
            if not words or words[0] == "#":
                continue
            if _indent(lines[j]) <= depth:
                # Of several the first that catches it counts.
                if catches is not None or not words.startswith("except"):
                    break
                catches = j if _catches(words[6:], kind, names) else None
                name = words.split("#")[0].rpartition(" as ")[2].strip(" :") if " as " in words else ""
            elif catches is not None:
                if words.split(None, 1)[0] == "raise":
                    raises = j
                else:
                    more, tells = True, tells or _tells(words, name)
        if catches is not None and raises is not None:
            return catches, raises, more, tells
    return None


# What only a person reads.
_PRINTS = frozenset(("print", "log", "logger", "logging", "traceback", "warnings", "stderr", "stdout", "_log", "_logger"))
# Calls by which others learn of something.
_CALLS = (".set(", ".put(", ".put_nowait(", ".append(", ".add(", ".send(", ".notify(", ".notify_all(", ".abort(", ".release(")


def _tells(words, name):
    """Whether a statement of an `except` may tell others of the exception called so: it keeps it, hands it to somebody, or sets
    something that they look at. A log is no such thing."""
    called = [part for part in words.partition("(")[0].split(".") if part not in ("self", "sys")]
    if called[:1] and called[0] in _PRINTS:
        return False
    head, equals, rest = words.partition("=")
    is_kept = bool(equals) and rest[:1] != "=" and head[-1:] not in "!<>" and "(" not in head
    names = "".join([ch if ch.isalnum() or ch == "_" else " " for ch in words]).split()
    return is_kept or any(call in words for call in _CALLS) or name in names or "exc_info" in words


def _block(lines, at, here):
    """The line of the `except` that line `here` is in, where that is one of a `try` around line `at`; -1 where there is none."""
    depth = _indent(lines[here]) + (lines[here].strip().startswith(("except ", "except:")))
    for i in range(here, -1, -1):
        words = lines[i].strip()
        if not words or words[0] == "#" or _indent(lines[i]) >= depth:
            continue
        depth = _indent(lines[i])
        if words.startswith(("except ", "except:", "except(", "except*")):
            for j in range(i - 1, -1, -1):
                head = lines[j].split("#")[0].strip()
                if head == "try:" and _indent(lines[j]) == depth:
                    if j < at < i:
                        return i
                    break
        elif words.startswith(("def ", "async def ", "class ")):
            break
    return -1


# Of an exception, the line that it came from and the one that deals with it: what that is.
_blocks = {}
_traceback_of = BaseException.__dict__["__traceback__"].__get__
_cause_of = BaseException.__dict__["__cause__"].__get__
# By those something says what it has, and nothing is wrong.
no_errors = [StopIteration, StopAsyncIteration]


def _dealing(frame, trace, kind):
    """What the program does about an exception where it is now, in this frame: the place of the `except` that it is in, 0 where that
    is none, and whether that one raises."""
    path = frame.f_code.co_filename
    key = path, trace.tb_lineno, frame.f_lineno, kind
    known = _blocks.get(key)
    if known is None:
        known = 0, False
        lines = wire.source_lines(path)
        at, here = trace.tb_lineno - 1, frame.f_lineno - 1
        if 0 <= at < len(lines) and 0 <= here < len(lines):
            block = _block(lines, at, here)
            if block >= 0:
                raises = _handler(lines, at, kind, frame.f_globals)
                known = _line(path, block + 1, frame), raises is not None and raises[0] == block
        if len(_blocks) > 4096:
            _blocks.clear()
        _blocks[key] = known
    return known


def look_at_error(error, at):
    """A thread does something on record, now or `at`, while it deals with an exception: one that goes on, or is caught and may be
    raised on, is on record from then on."""
    kind, me = type(error), get_ident()
    if not issubclass(kind, Exception) or issubclass(kind, tuple(no_errors)) or me in wire.of_pools:
        return
    trace = _traceback_of(error)
    if trace is None or is_library(trace.tb_frame.f_code.co_filename):
        return
    block, raises = _dealing(trace.tb_frame, trace, kind)
    known = wire.dealt_with.get(me)
    same = known is not None and known[0] == id(error) and is_marked(error, known[3])
    goes_on = wire.on_its_way.get(me)
    goes_on = goes_on is not None and goes_on[0] == id(error)
    if same and known[1] == block or block and not raises and not same and not goes_on:
        return
    place = raise_place(error)
    c, flags, res, new = exception_key(error, place)
    wire.dealt_with[me] = id(error), block, c, mark_of(error)
    if new or same and known[1]:
        emit(RAISED, res, place, text=text(in_words(error)), flags=flags, c=c, at=at)
    if block:
        wire.on_its_way.pop(me, None)
        emit(CAUGHT, res, block, flags=flags, c=c, at=at)
    elif not goes_on:
        wire.on_its_way[me] = id(error), res, c


wire.look_at_error = look_at_error


def _catches(words, kind, names):
    """Whether the head of an `except` has a class of exceptions in it that a kind is of, or one that cannot be told."""
    words = words.split(" as ")[0].split("#")[0].strip(" (:)")
    above = [c.__name__ for c in kind.__mro__]
    for name in words.split(",") if words else ("BaseException",):
        name = name.strip().rsplit(".", 1)[-1]
        known = names.get(name)
        if known is None:
            known = getattr(builtins, name, None)
        if name in above or not issubclass(type(known), type):
            return bool(name)
    return False


def raised(error, then, there=0):
    """Records that an exception was raised, unless that is on record, and what came of it, `there` if that is known. Its text."""
    words = text(in_words(error))
    place = raise_place(error)
    _tell_causes(error)
    c, flags, res, new = exception_key(error, place)
    seen = wire.dealt_with.pop(get_ident(), None)
    seen = seen is not None and seen[0] == id(error) and seen[2] == c
    goes_on = _goes_on(error)
    if new:
        emit(RAISED, res, place, text=words, flags=flags, c=c)
    again = raised_on(error) if then == UNHANDLED else None
    # Of whom others have learned is not as if it were new.
    is_told = c in _handed
    if again is not None:
        if new or goes_on:
            emit(CAUGHT, res, again[0], flags=flags, c=c)
        if not (is_told or again[2]):
            emit(RAISED, res, again[1], text=words, flags=flags, c=c)
    elif not (new or flags or is_told or seen and goes_on):
        # It was put somewhere, and so had been caught.
        emit(RAISED, res, place, text=words, flags=flags, c=c)
    emit(then, res, there or place, flags=flags, c=c)
    _keys.pop(id(error), None)
    _handed.discard(c)
    return words


# Exceptions that were put where others may take them.
_handed = set()


def _tell_causes(error):
    """Those that were caught, and another one raised instead."""
    try:
        for _ in range(8):
            # An exception of the program's may say of itself that it is nothing.
            cause = _cause_of(error)
            error = cause if cause is not None else wire._context_of(error)
            trace = _traceback_of(error) if error is not None else None
            if trace is None or not issubclass(type(error), Exception):
                return
            place = raise_place(error)
            known = _keys.get(id(error))
            frame = trace.tb_frame
            path = frame.f_code.co_filename
            if known is not None and known[0] is type(error) and known[2] == place or is_library(path):
                continue
            found = _handler(wire.source_lines(path), trace.tb_lineno - 1, type(error), frame.f_globals)
            if found is not None:
                c, flags, res, _ = exception_key(error, place)
                emit(RAISED, res, place, text=text(in_words(error)), flags=flags, c=c)
                emit(CAUGHT, res, _line(path, found[0] + 1, frame), flags=flags, c=c)
    except Exception as fault:
        passes_on(fault)


def _goes_on(error):
    """Whether this thread got an exception of which it is not known yet whether it is caught; it is now."""
    known = wire.on_its_way.get(get_ident())
    if known is None or known[0] != id(error):
        return False
    del wire.on_its_way[get_ident()]
    return True


def handed_on(value):
    """Something is put where others may take it. An exception in there was caught: whoever takes it has it next."""
    try:
        for error in _exceptions(value):
            if wire.current_error() is error:
                look_at_error(error, 0)
            place = raise_place(error)
            c, flags, res, new = exception_key(error, place)
            if new:
                emit(RAISED, res, place, text=text(in_words(error)), flags=flags, c=c)
            if new or _goes_on(error):
                emit(CAUGHT, res, site(), flags=flags, c=c)
            if len(_handed) > 256:
                _handed.clear()
            _handed.add(c)
    except Exception as fault:
        passes_on(fault)


def taken_over(value):
    """Something was taken out. An exception in there goes on in this thread."""
    try:
        for error in _exceptions(value):
            known, me = _keys.get(id(error)), get_ident()
            if known is not None and known[0] is type(error) and known[3] != me:
                c, flags, res = known[1]
                _keys[id(error)] = known[:3] + (me, known[4])
                _handed.discard(c)
                emit(PROPAGATED, res, site(), other=threads[me], flags=flags, c=c)
                wire.on_its_way[me] = (id(error), res, c)
    except Exception as fault:
        passes_on(fault)


def _exceptions(value):
    """The exceptions that something is or has in it, of those that were raised."""
    kind = type(value)
    some = (value,)
    if kind in (tuple, list, dict) and len(value) <= 4:
        some = value.values() if kind is dict else value
    return [part for part in some if issubclass(type(part), BaseException) and part.__traceback__ is not None]
