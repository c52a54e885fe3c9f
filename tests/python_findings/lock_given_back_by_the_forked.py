# finds:
# A process that was forked while locks were held gives back its copies of them.
import os
import threading

lock, again, plain = threading.Lock(), threading.RLock(), threading.Lock()
os.register_at_fork(before=lock.acquire, after_in_parent=lock.release, after_in_child=lock.release)


def forked(*held):
    for one in held:
        one.acquire()
    child = os.fork()
    for one in held:
        one.release()
    for one in (lock, *held):
        with one:
            print("has it", flush=True)
    if not child:
        os._exit(0)
    os.waitpid(child, 0)


forked()
forked(again, again)
forked(plain)
