# finds: lost-notification
import threading

ready, condition = False, threading.Condition()


def announce():
    global ready
    with condition:
        ready = True
        condition.notify()


early = threading.Thread(target=announce)
early.start()
early.join()
with condition:
    print(condition.wait(timeout=0.3), ready)
