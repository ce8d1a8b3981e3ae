#!/usr/bin/env python3
"""Makes the *.nl files beside it: real replies of sock_diag to known sockets. Development only.

    unshare -n python3 Tests/Fixtures/make.py          (root; run it in a network namespace of its own)

The requests are packed here from the UAPI headers, on purpose not by the program. Each file holds the datagrams of one answer as the kernel sent
them, NLMSG_DONE included. Ports are fixed; cookies, inodes and times differ from run to run, so tests must not know them.
"""
import os, socket, struct, subprocess, time

HERE = os.environ.get("OUT", os.path.dirname(os.path.abspath(__file__)))
kept = []


def sh(line):
    subprocess.run(line, shell=True, check=True)


def ask(name, message):
    """Sends one request; keeps the answer as NAME.nl."""
    s = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 4)
    s.bind((0, 0))
    s.setsockopt(270, 11, 1)  # NETLINK_EXT_ACK
    s.send(message)
    answer = b""
    while True:
        datagram = s.recv(65536)
        answer += datagram
        at, kind, flags = 0, 0, 0
        while at < len(datagram):
            length, kind, flags = struct.unpack_from("=IHH", datagram, at)
            at += (length + 3) & ~3
        if kind in (2, 3) or not flags & 2:
            break
    with open(os.path.join(HERE, name + ".nl"), "wb") as out:
        out.write(answer)
    print(name, len(answer))


def v2(family, proto, states, ext=0, port=0, flags=0x301, extra=b""):
    ident = struct.pack(">H", port) + bytes(46)
    body = struct.pack("=BBBBI", family, proto, ext, 0, states) + ident + extra
    return struct.pack("=IHHII", 16 + len(body), 20, flags, 7, 0) + body


def v1(states, ext=0):
    body = struct.pack("=BBBB", 2, 0, 0, ext) + bytes(48) + struct.pack("=II", states, 0)
    return struct.pack("=IHHII", 16 + len(body), 18, 0x301, 7, 0) + body


def unix(states, show):
    body = struct.pack("=BBHIIIII", 1, 0, 0, states, 0, show, 0xFFFFFFFF, 0xFFFFFFFF)
    return struct.pack("=IHHII", 16 + len(body), 20, 0x301, 7, 0) + body


def tcp(address, port, family=socket.AF_INET, connect=None):
    s = socket.socket(family)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.bind((address, port))
    if connect:
        s.connect(connect)
    kept.append(s)
    return s


def server(address, port, backlog, family=socket.AF_INET):
    s = socket.socket(family)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if family == socket.AF_INET6:
        s.setsockopt(41, 26, 1)  # IPV6_V6ONLY
    s.bind((address, port))
    s.listen(backlog)
    kept.append(s)
    return s


def syn(source, sport, target, dport):
    """A SYN whose answer gets lost: a half-open connection."""
    s4, d4 = socket.inet_aton(source), socket.inet_aton(target)
    head = struct.pack(">HHIIBBHHH", sport, dport, 1000, 0, 5 << 4, 2, 65535, 0, 0)
    pseudo = s4 + d4 + struct.pack(">BBH", 0, 6, len(head)) + head
    total = sum(struct.unpack(">%dH" % (len(pseudo) // 2), pseudo))
    total = (total & 0xFFFF) + (total >> 16)
    check = ~((total & 0xFFFF) + (total >> 16)) & 0xFFFF
    head = head[:16] + struct.pack(">H", check) + head[18:]
    raw = socket.socket(socket.AF_INET, socket.SOCK_RAW, 255)
    raw.setsockopt(0, 3, 1)  # IP_HDRINCL
    raw.sendto(struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(head), 1, 0, 64, 6, 0, s4, d4) + head, (target, 0))
    raw.close()


sh("ip link set lo up && ip link add d0 type veth peer name d1 && ip addr add 10.9.0.1/24 dev d0 && ip link set d0 up && ip link set d1 up")
sh("ip neigh add 10.9.0.2 lladdr 02:00:00:00:00:02 dev d0")
L, E, SS, SR, F1, F2, TW, CL, CW, BOUND = (1 << n for n in (10, 1, 2, 3, 4, 5, 6, 7, 8, 13))
EXT = 0x7F

# 1: a listener with one connection that waits, 10 bytes unread, its client.
server("127.0.0.1", 8080, 5)
tcp("127.0.0.1", 40001, connect=("127.0.0.1", 8080)).send(b"0123456789")
ask("tcp-listen", v2(2, 6, L, EXT))
ask("tcp-estab", v2(2, 6, E, EXT))
ask("tcp-v1", v1(L | E, 0))
# 2: both ends in IPv6, v6 only, with a class.
l6 = server("::1", 8086, 7, socket.AF_INET6)
c6 = socket.socket(socket.AF_INET6)
c6.setsockopt(41, 67, 0x20)  # IPV6_TCLASS
c6.bind(("::1", 40006))
c6.connect(("::1", 8086))
kept.append((c6, l6.accept()))
ask("tcp6", v2(10, 6, L | E, EXT))
# 3: mini-sockets and a half-close.
m = server("127.0.0.1", 8081, 5)
c = tcp("127.0.0.1", 40002, connect=("127.0.0.1", 8081))
a, _ = m.accept()
c.close()
kept.append(a)
time.sleep(0.1)
ask("tcp-finwait2-mini", v2(2, 6, F2, EXT))
ask("tcp-closewait", v2(2, 6, CW, EXT))
a.close()
time.sleep(0.1)
ask("tcp-timewait", v2(2, 6, TW, EXT))
c = tcp("127.0.0.1", 40003, connect=("127.0.0.1", 8081))
kept.append(m.accept())
c.shutdown(socket.SHUT_WR)
time.sleep(0.1)
ask("tcp-finwait2-half", v2(2, 6, F2, EXT))
# 4: handshakes that get no answer.
server("10.9.0.1", 8082, 5)
syn("10.9.0.2", 40004, "10.9.0.1", 8082)
s = socket.socket()
s.setblocking(False)
s.bind(("10.9.0.1", 40005))
s.connect_ex(("10.9.0.2", 9999))
kept.append(s)
time.sleep(0.1)
ask("tcp-synrecv", v2(2, 6, SR, EXT))
ask("tcp-synsent", v2(2, 6, SS, EXT))
# 5: bound, and nothing more.
tcp("127.0.0.1", 7777)
ask("tcp-bound", v2(2, 6, BOUND, EXT))
# 6: datagrams.
u = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
u.bind(("127.0.0.1", 5353))
w = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
w.bind(("127.0.0.1", 40007))
w.connect(("127.0.0.1", 5353))
w.send(b"x" * 100)
u6 = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
u6.bind(("::", 5354))
kept += [u, w, u6]
ask("udp", v2(2, 17, 0xFFF, EXT))
ask("udp6", v2(10, 17, 0xFFF, EXT))
try:
    p = socket.socket(socket.AF_INET, socket.SOCK_DGRAM, 136)
    p.bind(("127.0.0.1", 5355))
    kept.append(p)
    ask("udplite", v2(2, 136, 0xFFF, EXT))
except OSError as error:
    print("udplite:", error)
# 7: unix.
path = "/tmp/sockexplain-fixture.sock"
if os.path.exists(path):
    os.unlink(path)
x = socket.socket(socket.AF_UNIX)
x.bind(path)
x.listen(3)
y = socket.socket(socket.AF_UNIX)
y.connect(path)
z = socket.socket(socket.AF_UNIX)
z.connect(path)
z.close()
d = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
d.bind("\0abstract\0name\0")
pair = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
pair[0].send(b"y" * 100)
pair[1].shutdown(socket.SHUT_WR)
kept += [x, y, d, pair, socket.socket(socket.AF_UNIX)]
ask("unix", unix(0x482, 0x7F))
os.unlink(path)
# 8: refusals: a short bytecode attribute (with the kernel's sentence, if it has one), a protocol nobody knows, an exact query for nothing.
ask("refused-bytecode", v2(2, 6, L, 0, extra=struct.pack("=HHBBH", 8, 1, 0, 3, 7)))
ask("refused-protocol", v2(2, 99, L))
ask("refused-exact", v2(2, 6, 0, port=9, flags=1))
