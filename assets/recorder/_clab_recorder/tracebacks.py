"""Tracebacks and stacks that the program itself asks for: they have none of the recorder's frames in them."""
from .wire import is_own


def traceback_(module):
    """Takes part in the module `traceback`."""
    for name in ("walk_tb", "_walk_tb_with_full_positions"):
        walk = getattr(module, name, None)
        if walk is not None:
            setattr(module, name, _without_own(walk))
    walk_stack = module.walk_stack
    # Up to 3.13 a stack of nobody's is that of who takes the first frame: it is counted from there.
    counts = walk_stack.__code__.co_flags & _GENERATOR

    def of_stack(f):
        return walk_stack(f) if f is None and counts else (entry for entry in walk_stack(f) if not is_own(entry[0]))

    _stands_for(of_stack, walk_stack)
    module.walk_stack = of_stack


# Of a function with a `yield`, as the module `inspect` has it.
_GENERATOR = 0x20


def _without_own(walk):
    def frames(tb):
        return (entry for entry in walk(tb) if not is_own(entry[0]))

    return _stands_for(frames, walk)


def _stands_for(new, real):
    new.__doc__, new.__module__, new.__name__, new.__qualname__ = real.__doc__, real.__module__, real.__name__, real.__qualname__
    return new
