"""Tracebacks and stacks that the program itself asks for: they have none of the recorder's frames in them."""
from .wire import is_own


def traceback_(module):
    """Takes part in the module `traceback`."""
    # By a filter, which has no frame: a stack of nobody's is counted from who takes its first entry.
    for name in ("walk_tb", "_walk_tb_with_full_positions"):
        if hasattr(module, name):
            _replace(module, name, lambda walk: lambda tb: filter(_is_programs, walk(tb)))
    _replace(module, "walk_stack", lambda walk: lambda f: filter(_is_programs, walk(f)))


def inspect_(module):
    """Takes part in the module `inspect`."""
    _replace(module, "getinnerframes", lambda walk: lambda tb, context=1: list(filter(_is_programs, walk(tb, context))))
    _replace(module, "getouterframes", lambda walk: lambda frame, context=1: list(filter(_is_programs, walk(frame, context))))


def _replace(module, name, make):
    real = getattr(module, name)
    new = make(real)
    for told in ("__doc__", "__module__", "__name__", "__qualname__"):
        setattr(new, told, getattr(real, told))
    setattr(module, name, new)


def _is_programs(entry):
    return not is_own(entry[0])
