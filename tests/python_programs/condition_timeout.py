import threading

condition = threading.Condition()
with condition:
    print(condition.wait(timeout=0.01), condition.wait_for(lambda: False, timeout=0.01), condition.wait(0))
try:
    condition.wait()
except RuntimeError as error:
    print(error)
try:
    condition.notify()
except RuntimeError as error:
    print(error)
rlock = threading.RLock()
deep = threading.Condition(rlock)


def wake():
    with deep:
        deep.notify_all()


with rlock:
    with deep:
        t = threading.Thread(target=wake)
        t.start()
        print(deep.wait(5))
t.join()
