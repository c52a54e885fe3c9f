# Has a select of its own, which the library needs up to Python 3.13, and from 3.14 on does not.
try:
    import socket

    near, far = socket.socketpair()
    far.sendall(b"hello")
    print(near.recv(16))
except AttributeError:
    print("no socket")

try:
    import multiprocessing

    with multiprocessing.get_context("fork").Lock():
        print("held")
except AttributeError:
    print("no multiprocessing")
