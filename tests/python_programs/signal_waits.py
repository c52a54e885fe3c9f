import os
import signal
import socket
import threading

got = []
signal.signal(signal.SIGALRM, lambda number, frame: got.append(number))
# Again and again: the first may come before it is waited for.
signal.setitimer(signal.ITIMER_REAL, 0.01, 0.01)
signal.pause()
signal.setitimer(signal.ITIMER_REAL, 0)
print("alarm", len(got) > 0)

signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1, signal.SIGUSR2})
thread = threading.Thread(target=lambda: signal.pthread_kill(threading.main_thread().ident, signal.SIGUSR1))
thread.start()
print(signal.sigwait({signal.SIGUSR1}) == signal.SIGUSR1, signal.sigtimedwait({signal.SIGUSR2}, 0.01))
thread.join()
os.kill(os.getpid(), signal.SIGUSR2)
print(signal.sigpending() == {signal.SIGUSR2}, signal.sigwaitinfo({signal.SIGUSR2}).si_signo == signal.SIGUSR2)

near, far = socket.socketpair()
far.setblocking(False)
signal.set_wakeup_fd(far.fileno())
signal.raise_signal(signal.SIGALRM)
print(near.recv(1)[0] == signal.SIGALRM, signal.set_wakeup_fd(-1) == far.fileno())
print(signal.signal(signal.SIGALRM, signal.SIG_DFL) is not None, signal.getsignal(signal.SIGALRM) == signal.SIG_DFL)
