"""Ends of threads, and of the main thread's work: the library waits then for the threads that are left. That is told without taking
part in it, so that main has ended for whoever asks, and nothing of the program's is called."""
import sys
from _thread import get_ident

from . import wire
from .wire import INTERRUPTED, OP_JOIN, WAIT, WAIT_ENDED, WOKEN, Res, emit_of, mark_of, threads

# Main's number, once its work is at its end.
_leaving = []
# The end that main waits for, by the number of the thread. Whoever takes it out tells of it.
_awaited = {}
# The threads that wait for main's end.
_for_main = []


def forked():
    """A forked child begins: what it has a copy of is its parent's."""
    for kept in (_leaving, _awaited, _for_main):
        kept.clear()


def thread_number(thread):
    """The number of a Thread object, in this process; 0 where it is none of this process."""
    mark = mark_of(thread)
    return mark[1] if mark is not None and mark[0] == wire.generation else 0


def end_of(thread):
    """The end of a thread, as something to wait for: its number."""
    mark = mark_of(thread)
    if mark[2] is None:
        with wire._defining:
            if mark[2] is None:
                mark[2] = Res("Future", "end", None, of={"thread": mark[1]}, name="end of " + str(mark_of(thread, "_name")))
    return mark[2].n or mark[2].define()


def main_leaves():
    """The main thread's work is at its end."""
    _leaving.append(threads[get_ident()])
    # Who waits for main goes on at once, before main waits for anybody.
    if not _for_main:
        _wait_for_next()


def waits_for_main():
    """A thread begins to wait for main's end."""
    _for_main.append(get_ident())


def waited_for_main():
    """It does so no longer."""
    _for_main.remove(get_ident())
    if _leaving and not _for_main and not _awaited:
        _wait_for_next()


def has_ended(n):
    """The thread of this number has ended."""
    if _awaited and _is_over(n, WOKEN):
        _wait_for_next()


def process_ends():
    """Whoever is left."""
    for n in list(_awaited):
        _is_over(n, INTERRUPTED)


def _at_work():
    return list(sys.modules["threading"]._active.values())


def _wait_for_next():
    for thread in _at_work():
        n = thread_number(thread)
        if n < 2 or mark_of(thread, "_daemonic"):
            continue
        end = end_of(thread)
        # No line of the program's waits here.
        emit_of(_leaving[0], WAIT, end, 0, OP_JOIN, -1)
        _awaited[n] = end
        # It may have ended before that stood there.
        if any(other is thread for other in _at_work()) or not _is_over(n, WOKEN):
            return


def _is_over(n, how):
    end = _awaited.pop(n, None)
    if end is None:
        return False
    emit_of(_leaving[0], WAIT_ENDED, end, 0, how)
    return True
