"""Managers, their server process and their proxies."""
from _thread import get_ident
from time import monotonic_ns as now

from . import around, wire
from .errors import handed_on
from .locks import nanos, replace
from .wire import (
    ACQUIRED, BROKE, CHANGED, CLEARED, COPIED, GOT, INTERRUPTED, ITEM_DONE, OP_ACQUIRE, OP_GET, OP_PUT, OP_RESULT, OP_WAIT, PUT, REFUSED,
    RELEASED, SET, TIMED_OUT, WAIT, WAIT_ENDED, WOKEN, Res, creator, emit, ended_by, item, passes_on, plain_item, short, site,
)

# Files that only pass a wish on.
_MANAGERS = ("multiprocessing/managers.py", "multiprocessing/context.py")
_proxies = {}
_LOCKS = ("Lock", "RLock", "Semaphore", "BoundedSemaphore")
# What a queue raises where time is up.
_late = ()


def managers_(module):
    """Takes part in multiprocessing.managers: calls of proxies."""
    global _late
    _late = module.queue.Empty, module.queue.Full

    @replace(module.BaseProxy, "_callmethod")
    def _(old):
        def _callmethod(self, methodname, args=(), kwds={}):
            try:
                frame = creator(2, _MANAGERS)
                r = _proxy(self, frame) if frame is not None else None
                for given in args if r is not None else ():
                    handed_on(given)
                n = r.n or r.define(self) if r is not None else 0
            except Exception as fault:
                passes_on(fault)
                r = None
            if r is None:
                return old(self, methodname, args, kwds)
            if r.kind != "Manager":
                return _call(r, n, site(3), methodname, args, kwds, lambda: old(self, methodname, args, kwds))
            if methodname in _READS:
                settle_copies(None)
            else:
                settle_copies(r, (*args, *kwds.values()))
            value = _call(r, n, site(3), methodname, args, kwds, lambda: old(self, methodname, args, kwds))
            if methodname in _INNER and type(value) in _CONTAINERS and not any(type(a) is slice for a in args):
                _watch_copy(r, value, methodname, frame, site(3))
            return value

        return _callmethod

    @replace(module.BaseManager, "_create")
    def _(old):
        def _create(self, typeid, *args, **kwds):
            _made[get_ident()] = creator(2, _MANAGERS), args, kwds
            return old(self, typeid, *args, **kwds)

        return _create

    @replace(module.BaseProxy, "__init__")
    def _(old):
        def __init__(self, token, *args, **kwargs):
            old(self, token, *args, **kwargs)
            frame, given, named = _made.pop(get_ident(), (None, (), {}))
            if frame is not None:
                try:
                    r = _proxy(self, frame, True)
                    if r.kind == "Semaphore":
                        # Who uses it may never have seen how many permits it has.
                        permits = given[0] if given else named.get("value", 1)
                        r.extra["capacity"] = permits if type(permits) is int else None
                        r.extra["bounded"] = r.cls.endswith("BoundedSemaphore") or None
                        r.define(self)
                except Exception as fault:
                    passes_on(fault)

        return __init__


_made = {}

# Calls of a proxy that answer with a copy of something inside.
_INNER = frozenset(("__getitem__", "get", "__getattribute__", "setdefault"))
_CONTAINERS = frozenset((list, dict, set))
# Calls that change nothing.
_READS = frozenset(("__getitem__", "get", "__getattribute__", "__len__", "__contains__", "__iter__", "__str__", "__repr__", "keys",
                    "values", "items", "copy", "count", "index"))
# The last such copies of each thread, and what they were like.
_copies = {}
_MOST_COPIES = 8


def _looks(value):
    return list(value) if type(value) is list else short(value)


_CHANGES = ("append", "extend", "insert", "add", "update", "pop", "remove", "clear", "setdefault", "discard")


def _is_changed_at_once(words):
    """Whether a line of text changes what it gets out of something, without keeping it. What it puts in must come from elsewhere."""
    if ":=" in words:
        return False
    inner = words.partition("].")[2] or words.partition(").")[2]
    call, _, put = inner.partition("(")
    if call.strip() not in _CHANGES:
        target, _, put = words.partition("=")
        if "][" not in target or target.endswith(("!", "<", ">")) or put.startswith("="):
            return False
    is_taken_out = any(sign == "[" and (before.isalnum() or before in "_])") for before, sign in zip(put, put[1:]))
    return not is_taken_out and ".get(" not in put and ".setdefault(" not in put


def _watch_copy(r, value, asked, frame, place):
    # The program itself may change a copy of its own for itself; others do that for what they share.
    # A proxy's own methods are made from a text.
    while frame is not None and frame.f_code.co_filename == "<string>":
        frame = frame.f_back
    words = wire.source_line(frame.f_code.co_filename, frame.f_lineno) if frame is not None else ""
    at_once = asked != "__getattribute__" and _is_changed_at_once(words)
    if len(value) > 64 or wire.is_main and not at_once:
        return
    wire.at_end = settle_copies
    mine = _copies.setdefault(get_ident(), [])
    # Whoever wants what comes out may give back what is left in a way of its own.
    mine.append([r, value, _looks(value), place, None, at_once and ".pop(" not in words and ".setdefault(" not in words])
    del mine[:-_MOST_COPIES]


def settle_copies(changed, given=()):
    """What this thread has changed of its copies is on record from now on, but for those of what it changes itself: they may be given
    back by that, or what is given was made of them. One that nobody has kept is not, unless it is given as it is."""
    mine = _copies.pop(get_ident(), None)
    if not mine:
        return
    try:
        kept = []
        for entry in mine:
            r, value, before, place, copy, is_gone = entry
            after = _looks(value)
            if r is changed and (not is_gone or any(value is one for one in given)):
                if copy is not None:
                    emit(COPIED, copy.n, place)
                continue
            is_list = type(value) is list
            if is_list and len(before) == len(after) and not is_gone:
                # In another order, say.
                entry[2] = after
            elif not (len(before) == len(after) and all(a is b for a, b in zip(before, after)) if is_list else before == after):
                if copy is None:
                    copy = Res("List" if is_list else "Value", "copy", None, name="copy of what is in %s" % r.name,
                               initial=[plain_item(v) for v in before] if is_list else [before])
                    copy.copy_of = r.uid
                if is_list:
                    around.changed_list(copy, before, after, 0, place)
                else:
                    f1, a, w1 = item(before)
                    f2, b, w2 = item(after)
                    emit(CHANGED, copy.n or copy.define(), place, a, b, w1, w2, f1 | f2 << 2, 1)
                entry[2], entry[4] = after, copy
            kept.append(entry)
        if kept:
            _copies[get_ident()] = kept
    except Exception as fault:
        passes_on(fault)


def _proxy(self, frame, made=False):
    token = self._token
    uid = "mgr:%s:%s" % (token.address, token.id)
    r = _proxies.get(uid)
    if r is None:
        typeid = token.typeid
        kind = {"Lock": "Lock", "RLock": "RLock", "Semaphore": "Semaphore", "BoundedSemaphore": "Semaphore", "Event": "Event",
                "Queue": "Queue", "JoinableQueue": "Queue"}.get(typeid, "Manager")
        manager = getattr(self, "_manager", None)
        process = getattr(manager, "_process", None)
        of = {"pid": process.pid} if process is not None and kind == "Manager" else None
        r = _proxies[uid] = Res(kind, "Manager." + typeid, frame if made else None, uid=uid, shared=True, of=of)
    return r


def _call(r, n, place, name, args, kwds, do):
    kind = r.kind
    if kind in ("Lock", "RLock", "Semaphore"):
        if name == "acquire":
            emit(WAIT, n, place, OP_ACQUIRE, _limit(args, kwds))
            got, how = False, INTERRUPTED
            try:
                got = do()
                how = TIMED_OUT
                return got
            finally:
                if got:
                    emit(ACQUIRED, n, place)
                else:
                    emit(WAIT_ENDED, n, place, how)
        if name == "release" and r.cls.endswith("BoundedSemaphore"):
            at = now()
            try:
                value = do()
            except ValueError:
                emit(REFUSED, n, place, at=at)
                raise
            emit(RELEASED, n, place, at=at)
            return value
        if name == "release":
            emit(RELEASED, n, place)
        return do()
    if kind == "Queue" and name in ("put", "get", "put_nowait", "get_nowait", "task_done"):
        if name == "task_done":
            emit(ITEM_DONE, n, place)
            return do()
        puts = name.startswith("put")
        at = now()
        limit = 0 if name.endswith("_nowait") else _limit(args[1:] if puts else args, kwds)
        emit(WAIT, n, place, OP_PUT if puts else OP_GET, limit)
        how = WOKEN
        try:
            value = do()
        except BaseException as error:
            how = ended_by(error, _late) if isinstance(error, _late) or wire.is_interrupt(error) else BROKE
            raise
        finally:
            if how == WOKEN and puts:
                flags, a, words = item(args[0] if args else None)
                emit(PUT, n, place, a, text=words, flags=flags, at=at + 1)
            emit(WAIT_ENDED, n, place, how)
        if not puts:
            flags, a, words = item(value)
            emit(GOT, n, place, a, text=words, flags=flags)
        return value
    if kind == "Event" and name in ("set", "clear"):
        emit(SET if name == "set" else CLEARED, n, place)
        return do()
    op = OP_WAIT if name in ("wait", "join") else OP_RESULT
    emit(WAIT, n, place, op, nanos(args[0] if args else kwds.get("timeout")) if name == "wait" else -1, wire.text(name))
    how = WOKEN
    try:
        value = do()
        if name == "wait" and value is False:
            how = TIMED_OUT
        return value
    except BaseException as error:
        # Another one is its answer.
        if wire.is_interrupt(error):
            how = INTERRUPTED
        raise
    finally:
        emit(WAIT_ENDED, n, place, how)


def _limit(args, kwds):
    """The time limit in nanoseconds, -1 for none, of a call with (block=True, timeout=None)."""
    if not (args[0] if args else kwds.get("block", True)):
        return 0
    return nanos(args[1] if len(args) > 1 else kwds.get("timeout"))
