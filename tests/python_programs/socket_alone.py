# Since Python 3.14 the module socket does without select, which may never have been imported then.
import selectors  # noqa: F401
import sys
import threading

sys.modules.pop("select", None)
import socket  # noqa: E402

near, far = socket.socketpair()


def answer():
    far.sendall(far.recv(16).upper())


thread = threading.Thread(target=answer)
thread.start()
near.sendall(b"hello")
print(near.recv(16).decode())
thread.join()

server = socket.create_server(("127.0.0.1", 0))


def serve():
    client, _ = server.accept()
    with client:
        client.sendall(b"bye")


thread = threading.Thread(target=serve)
thread.start()
with socket.create_connection(server.getsockname()[:2]) as client:
    print(client.recv(16).decode())
thread.join()
