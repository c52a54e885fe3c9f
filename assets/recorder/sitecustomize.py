"""Starts the recorder of Concurrency Lab in every interpreter that finds this folder first on PYTHONPATH.

Whatever goes wrong in here, the program runs as if this file were not there. It has to parse on any Python 3.
"""
import sys


def _start():
    import os

    here = os.path.dirname(os.path.abspath(__file__))
    try:
        # The program sees its own path; children find the folder in the environment.
        sys.path[:] = [p for p in sys.path if os.path.abspath(p) != here]
        folder = os.environ.get("CONCURRENCY_LAB_RECORD")
        if folder and os.path.isdir(folder) and sys.version_info >= (3, 9) and not _is_tool() and not _is_within():
            if sys.implementation.name == "cpython":
                sys.path.insert(0, here)
                try:
                    import _clab_recorder
                finally:
                    sys.path.remove(here)
                _clab_recorder.start(folder, here)
    finally:
        _chain(here)


def _command():
    """What this interpreter was told to run."""
    words = getattr(sys, "orig_argv", None)
    if words is None:
        with open("/proc/self/cmdline", "rb") as file:
            words = file.read().decode("utf-8", "replace").split("\0")
    return words


def _is_tool():
    """Helper interpreters that are none of the program's actors."""
    words = _command()
    if any("multiprocessing.resource_tracker" in word for word in words[1:8]):
        return True
    for before, word in zip(words, words[1:8]):
        if before == "-m" and word in ("pip", "venv", "ensurepip"):
            return True
    return False


def _is_within():
    """An interpreter inside a process that has another one, whose process is on record already."""
    try:
        from _thread import _is_main_interpreter
    except ImportError:
        # Nothing documented makes one before 3.12.
        return False
    return not _is_main_interpreter()


def _chain(here):
    """Runs the sitecustomize that this one hides, if there is one."""
    import os

    for folder in sys.path:
        path = os.path.join(folder, "sitecustomize.py")
        if folder and os.path.abspath(folder) != here and os.path.isfile(path):
            sys.modules.pop("sitecustomize", None)
            import sitecustomize  # noqa: F401
            return


try:
    _start()
except ImportError as error:
    if getattr(error, "name", None) not in (None, "_clab_recorder"):
        raise
except Exception:
    pass
