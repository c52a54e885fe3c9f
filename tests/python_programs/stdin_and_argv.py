# stdin: Ada\nBob\n
# args: one two
import os
import sys

print(sys.argv[1:], os.path.basename(sys.argv[0]), __name__, len(sys.path) == len(set(sys.path)))
print("hello", input("name? "))
print(sys.stdin.read().strip(), __file__.endswith("stdin_and_argv.py"), os.path.basename(sys.path[0]))
