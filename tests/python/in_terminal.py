"""Runs a command on a terminal of its own and copies what the terminal gets to standard output.

    in_terminal.py ROWS COLUMNS STEPS COMMAND ...

STEPS is a list in JSON, each for when a pattern is found after the one before: [PATTERN] types Ctrl-C, and
[PATTERN, ROWS, COLUMNS] gives the terminal another size, which is told in the copy as terminals are told:
ESC [ 8 ; ROWS ; COLUMNS t. The exit code is the command's.
"""

import fcntl
import json
import os
import pty
import re
import select
import signal
import struct
import sys
import termios

rows, columns, steps, *command = sys.argv[1:]
steps = json.loads(steps)


def set_size(terminal, rows, columns):
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", int(rows), int(columns), 0, 0))


def copy(part):
    sys.stdout.buffer.write(part)
    return part


def resize(rows, columns):
    """While the command stands still, so that it is known what it had drawn by then."""
    os.kill(child, signal.SIGSTOP)
    os.waitpid(child, os.WUNTRACED)
    while select.select([terminal], [], [], 0)[0]:
        copy(os.read(terminal, 65536))
    set_size(terminal, rows, columns)
    copy(f"\x1b[8;{rows};{columns}t".encode())
    os.kill(child, signal.SIGCONT)


child, terminal = pty.fork()
if child == 0:
    set_size(sys.stdin, rows, columns)
    os.execv(command[0], command)

seen = b""
while True:
    try:
        part = os.read(terminal, 65536)
    except OSError:  # Linux says EIO when the command has ended.
        break
    if not part:
        break
    seen += copy(part)
    if steps and re.search(steps[0][0].encode(), seen, re.DOTALL):
        _, *size = steps.pop(0)
        seen = b""
        if size:
            resize(*size)
        else:
            os.write(terminal, b"\x03")
sys.stdout.flush()
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
