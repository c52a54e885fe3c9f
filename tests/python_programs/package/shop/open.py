import threading

from .till import lock


def serve():
    with lock:
        print("served by", threading.current_thread().name)


t = threading.Thread(target=serve, name="assistant")
t.start()
t.join()
