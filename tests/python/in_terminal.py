"""Runs a command on a terminal of its own and copies what the terminal gets to standard output.

    in_terminal.py ROWS COLUMNS INTERRUPT_AT COMMAND ...

When INTERRUPT_AT appears (never, if it is empty), Ctrl-C is typed, once. The exit code is the
command's.
"""

import fcntl
import os
import pty
import struct
import sys
import termios

rows, columns, interrupt_at, *command = sys.argv[1:]
child, terminal = pty.fork()
if child == 0:
    size = struct.pack("HHHH", int(rows), int(columns), 0, 0)
    fcntl.ioctl(sys.stdin, termios.TIOCSWINSZ, size)
    os.execv(command[0], command)

seen = b""
while True:
    try:
        part = os.read(terminal, 65536)
    except OSError:  # Linux says EIO when the command has ended.
        break
    if not part:
        break
    sys.stdout.buffer.write(part)
    if interrupt_at:
        seen += part
        if interrupt_at.encode() in seen:
            os.write(terminal, b"\x03")
            interrupt_at = ""
sys.stdout.flush()
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
