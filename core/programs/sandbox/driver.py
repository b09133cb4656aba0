# SPDX-License-Identifier: Apache-2.0
"""Runs the cases of one untrusted program, each in a forked child of its own.

Started by sandbox-init inside the jail. This process never runs the program: it compiles nothing
and looks at no value. Requests come on descriptor 3, replies leave on descriptor 4, both framed as
u32 length + bytes (docs/sandbox.md). Whatever a child writes on its result pipe is only copied; it
is judged outside, by typed values that the child does not know.
"""
import sys

HERE = __file__.rpartition("/")[0]
sys.path[:] = [p for p in sys.path if p != HERE]

import gc
import posix
import resource
import select
import time

import _ctypes

REQUESTS, REPLIES, RESULT = 3, 4, 3
VALUE, RAISED, NO_VALUE, NO_FRAME, BAD_FRAME = 0, 1, 2, 3, 4
CPU_LIMIT, WALL_LIMIT, OUTPUT_LIMIT = 5, 6, 7
PRELUDE_RAISED, PROGRAM_RAISED = 10, 11
KEPT_ERRORS = 65536
MAX_VALUE = 1 << 20
MAX_DEPTH = 64
MAX_NODES = 100000
STDIO = 1


class NotAValue(Exception):
    pass


def read_exactly(fd, count):
    parts = []
    while count:
        part = posix.read(fd, min(count, 1 << 20))
        if not part:
            posix._exit(0)
        parts.append(part)
        count -= len(part)
    return b"".join(parts)


def read_frame():
    return read_exactly(REQUESTS, int.from_bytes(read_exactly(REQUESTS, 4), "little"))


def write_all(fd, data):
    view = memoryview(data)
    while view:
        view = view[posix.write(fd, view):]


def number(value, size=4):
    return value.to_bytes(size, "little")


def text(data):
    return number(len(data)) + data


class Fields:
    def __init__(self, data):
        self.data = data
        self.at = 0

    def u32(self):
        self.at += 4
        return int.from_bytes(self.data[self.at - 4:self.at], "little")

    def text(self):
        size = self.u32()
        self.at += size
        return self.data[self.at - size:self.at]


def quoted(value):
    """A JSON string in ASCII; lone surrogates are no text."""
    out = ['"']
    for c in value:
        code = ord(c)
        if c == '"' or c == "\\":
            out.append("\\" + c)
        elif 32 <= code < 127:
            out.append(c)
        elif 0xD800 <= code < 0xE000:
            raise NotAValue("str with a lone surrogate")
        elif code < 0x10000:
            out.append("\\u%04x" % code)
        else:
            code -= 0x10000
            out.append("\\u%04x\\u%04x" % (0xD800 + (code >> 10), 0xDC00 + (code & 0x3FF)))
    out.append('"')
    return "".join(out)


# Known relatives of dict, list and tuple by exact type: what they hold is read with the methods of
# the base class, so that an overridden method of a subclass is never called.
def relatives():
    found = {}
    module = sys.modules.get("collections")
    if module is not None:
        found[module.Counter] = "Counter"
        found[module.defaultdict] = "defaultdict"
        found[module.OrderedDict] = "OrderedDict"
    return found


class Encoder:
    """Typed values as JSON arrays: core/verify/code_values.h has the table."""

    def __init__(self):
        self.out = []
        self.size = 0
        self.nodes = 0
        self.dicts = relatives()
        module = sys.modules.get("collections")
        self.deque = module.deque if module is not None else None

    def put(self, part):
        self.size += len(part)
        if self.size > MAX_VALUE:
            raise NotAValue("a value of more than 1 MiB")
        self.out.append(part)

    def items(self, tag, values, depth, name):
        self.put('["%s",[' % tag)
        first = True
        for value in values:
            if not first:
                self.put(",")
            first = False
            self.value(value, depth + 1)
        self.put("]," + quoted(name) + "]" if name else "]]")

    def pairs(self, value, depth, name):
        self.put('["d",[')
        first = True
        for key, item in dict.items(value):
            if not first:
                self.put(",")
            first = False
            self.put("[")
            self.value(key, depth + 1)
            self.put(",")
            self.value(item, depth + 1)
            self.put("]")
        self.put("]," + quoted(name) + "]" if name else "]]")

    def value(self, value, depth=0):
        self.nodes += 1
        if depth > MAX_DEPTH:
            raise NotAValue("a value of more than 64 levels")
        if self.nodes > MAX_NODES:
            raise NotAValue("a value of more than 100000 parts")
        kind = type(value)
        if kind is int:
            # The decimal text of a large int is refused by Python 3.11, hexadecimal is not.
            self.put('["i","%s"]' % int.__format__(value, "x"))
        elif kind is str:
            if len(value) > MAX_VALUE:
                raise NotAValue("a value of more than 1 MiB")
            self.put('["s",' + quoted(value) + "]")
        elif kind is bool:
            self.put('["b",true]' if value else '["b",false]')
        elif kind is float:
            self.put('["f","%s"]' % float.hex(value))
        elif value is None:
            self.put('["n"]')
        elif kind is list:
            self.items("l", value, depth, "")
        elif kind is tuple:
            self.items("t", value, depth, "")
        elif kind is dict:
            self.pairs(value, depth, "")
        elif kind is set:
            self.items("S", value, depth, "")
        elif kind is frozenset:
            self.items("S", value, depth, "frozenset")
        elif kind is complex:
            self.put('["c","%s","%s"]' % (float.hex(value.real), float.hex(value.imag)))
        elif kind is bytes:
            self.put('["y","%s"]' % bytes.hex(value))
        else:
            self.relative(value, kind, depth)

    def relative(self, value, kind, depth):
        name = self.dicts.get(kind)
        if name is not None:
            self.pairs(value, depth, name)
        elif self.deque is not None and kind is self.deque:
            self.items("q", self.deque.__iter__(value), depth, "")
        elif type.__dict__["__mro__"].__get__(kind)[1:] == (tuple, object) and "_fields" in type.__dict__["__dict__"].__get__(kind):
            self.items("t", tuple.__iter__(value), depth, "namedtuple")
        else:
            raise NotAValue(type.__dict__["__name__"].__get__(kind))


def close_doors(filter_bytes, cpu_seconds, memory):
    """No further process, no longer than cpu_seconds, not without this driver; all for good."""
    if _ctypes.call_function(PRCTL, (1, 9, 0, 0, 0)) != 0:
        posix._exit(99)
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    head = sys.getsizeof(b"") - 1
    program = number(len(filter_bytes) // 8, 8) + number(id(filter_bytes) + head, 8)
    if _ctypes.call_function(PRCTL, (22, 2, program, 0, 0)) != 0:
        posix._exit(99)


def describe(error):
    name = type(error).__name__
    try:
        words = str(error)
    except BaseException:
        words = ""
    return (name + (": " + words if words else ""))[:300].encode("utf-8", "replace")


def run_child(job, kind, setup, call, flush, reply):
    """In the child: the program, then the call. Never returns."""
    end, data = VALUE, b""
    script = kind == STDIO
    module = type(sys)("__main__" if script else "program")
    sys.modules["__main__"] = module
    sys.modules[module.__name__] = module
    space = module.__dict__
    stage = PRELUDE_RAISED
    try:
        if job.prelude:
            exec(compile(job.prelude, "<prelude>", "exec"), space)
        # The program has not run yet: from here on it is to blame, whatever it writes.
        reply(RESULT, b"P")
        stage = RAISED if script else PROGRAM_RAISED
        exec(compile(job.program, "<program>", "exec"), space)
        stage = RAISED
        if not script:
            if setup:
                exec(compile(setup, "<setup>", "exec"), space)
            value = eval(compile(call, "<call>", "eval"), space)
            encoder = Encoder()
            encoder.value(value)
            data = "".join(encoder.out).encode("ascii")
    except NotAValue as error:
        end, data = NO_VALUE, describe(error)
    except SystemExit as error:
        if not script or error.code not in (None, 0):
            end, data = stage, b"SystemExit"
    except BaseException as error:
        end, data = stage, describe(error)
    try:
        flush()
    except BaseException:
        pass
    reply(RESULT, number(end) + text(data))
    posix._exit(0)


class Job:
    def __init__(self, fields):
        self.case_cpu = fields.u32()
        self.case_wall = fields.u32() / 1000.0
        self.max_output = fields.u32()
        self.memory = fields.u32() << 20
        self.filter = bytes(fields.text())
        for name in fields.text().decode().split():
            __import__(name)
        self.prelude = fields.text()
        self.program = fields.text()


def fork_case(job, fields):
    kind = fields.u32()
    setup, call, stdin = fields.text(), fields.text(), fields.text()
    in_r, in_w = posix.pipe()
    out_r, out_w = posix.pipe()
    err_r, err_w = posix.pipe()
    res_r, res_w = posix.pipe()
    pid = posix.fork()
    if pid == 0:
        posix.dup2(in_r, 0)
        posix.dup2(out_w, 1)
        posix.dup2(err_w, 2)
        posix.dup2(res_w, RESULT)
        posix.closerange(RESULT + 1, 64)
        if "random" in sys.modules:
            sys.modules["random"].seed(0)
        flush_out = sys.stdout.flush
        close_doors(job.filter, job.case_cpu, job.memory)
        run_child(job, kind, setup.decode(), call.decode(), flush_out, write_all)
    for fd in (in_r, out_w, err_w, res_w):
        posix.close(fd)
    return pid, kind, stdin, in_w, out_r, err_r, res_r


def drain(fd, into, limit):
    """Reads what is there. False at the end of the stream."""
    try:
        part = posix.read(fd, 65536)
    except BlockingIOError:
        return True
    if part:
        room = limit - len(into)
        into += part[:room] if room > 0 else b""
        if len(part) > room:
            raise OverflowError
    return bool(part)


def watch_case(job, pid, stdin, in_w, out_r, err_r, res_r):
    """Feeds and drains the child until it has ended. Returns (limit that was hit, out, err, reply)."""
    deadline = time.monotonic() + job.case_wall
    out, err, reply = bytearray(), bytearray(), bytearray()
    limits = {out_r: (out, job.max_output), err_r: (err, job.max_output),
              res_r: (reply, MAX_VALUE + 64)}
    for fd in (in_w, out_r, err_r, res_r):
        posix.set_blocking(fd, False)
    end_fd = posix.pidfd_open(pid, 0)
    poller = select.poll()
    for fd in (out_r, err_r, res_r, end_fd):
        poller.register(fd, select.POLLIN)
    pending = memoryview(stdin)
    open_in = True
    if pending:
        poller.register(in_w, select.POLLOUT)
    else:
        posix.close(in_w)
        open_in = False
    hit = None
    running = True
    while running and hit is None:
        left = deadline - time.monotonic()
        if left <= 0:
            hit = WALL_LIMIT
            break
        for fd, _ in poller.poll(left * 1000.0 + 1.0):
            if fd == end_fd:
                running = False
            elif fd == in_w:
                try:
                    pending = pending[posix.write(in_w, pending[:65536]):]
                except BlockingIOError:
                    continue
                except OSError:
                    pending = pending[:0]
                if not pending:
                    poller.unregister(in_w)
                    posix.close(in_w)
                    open_in = False
            else:
                into, limit = limits[fd]
                try:
                    if not drain(fd, into, limit):
                        poller.unregister(fd)
                except OverflowError:
                    hit = BAD_FRAME if fd == res_r else OUTPUT_LIMIT
    if hit is not None:
        posix.kill(pid, 9)
    _, status, usage = posix.wait4(pid, 0)
    # The writers are dead: what is still in the pipes ends with an end of stream.
    for fd, (into, limit) in limits.items():
        try:
            while drain(fd, into, limit):
                pass
        except OverflowError:
            hit = hit or (BAD_FRAME if fd == res_r else OUTPUT_LIMIT)
        posix.close(fd)
    posix.close(end_fd)
    if open_in:
        posix.close(in_w)
    cpu = int((usage.ru_utime + usage.ru_stime) * 1e6)
    return hit, status, cpu, bytes(out), bytes(err[:KEPT_ERRORS]), bytes(reply)


def judge_reply(job, kind, hit, status, cpu, reply):
    """(end, value, detail) of a case from how its child ended and what it sent."""
    if not reply.startswith(b"P"):
        return PRELUDE_RAISED, b"", reply[8:1208]
    reply = reply[1:]
    if hit is not None:
        return hit, b"", b""
    signal = status & 0x7F
    if signal in (9, 24) and cpu >= job.case_cpu * 1000000 - 100000:
        return CPU_LIMIT, b"", b""
    if not reply:
        if kind == STDIO and status == 0:
            return VALUE, b"", b""
        words = "signal %d" % signal if signal else "exit code %d" % (status >> 8)
        return NO_FRAME, b"", words.encode()
    if len(reply) < 8 or len(reply) != 8 + int.from_bytes(reply[4:8], "little"):
        return BAD_FRAME, b"", b""
    end = int.from_bytes(reply[:4], "little")
    if end not in (VALUE, RAISED, NO_VALUE, PROGRAM_RAISED):
        return BAD_FRAME, b"", b""
    if end == VALUE:
        return VALUE, reply[8:], b""
    return end, b"", reply[8:8 + 1200]


def warm_up():
    """What the interpreter does only once, done before the forks: a case costs a third less."""
    space = {}
    exec(compile("def f(x: int):\n    return [x, {'a': (1.5, None)}]\n", "<program>", "exec"), space)
    Encoder().value(eval(compile("f(1)", "<call>", "eval"), space))


def main():
    write_all(REPLIES, number(0))
    job = Job(Fields(read_frame()))
    warm_up()
    gc.collect()
    gc.freeze()
    while True:
        pid, kind, stdin, *fds = fork_case(job, Fields(read_frame()))
        hit, status, cpu, out, err, reply = watch_case(job, pid, stdin, *fds)
        end, value, detail = judge_reply(job, kind, hit, status, cpu, reply)
        body = number(end) + text(value) + text(detail) + text(out) + text(err) + number(cpu, 8)
        write_all(REPLIES, text(body))


PRCTL = _ctypes.dlsym(_ctypes.dlopen(None, 0), "prctl")
main()
