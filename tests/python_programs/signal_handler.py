import os
import signal
import time

got = []


def handler(number, frame):
    got.append((number, frame is not None))


before = signal.signal(signal.SIGUSR1, handler)
print(before, signal.getsignal(signal.SIGUSR1) is handler)
os.kill(os.getpid(), signal.SIGUSR1)
time.sleep(0.01)
print(got)
print(signal.signal(signal.SIGUSR1, signal.SIG_IGN) is handler, signal.getsignal(signal.SIGUSR1))
os.kill(os.getpid(), signal.SIGUSR1)
signal.signal(signal.SIGALRM, handler)
signal.setitimer(signal.ITIMER_REAL, 0.01)
time.sleep(0.05)
print(len(got))
