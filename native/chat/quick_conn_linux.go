package chat

import (
	"errors"
	"io"
	"net"
	"os"
	"sync/atomic"
	"syscall"
	"time"
	"unsafe"

	"go.k6.io/k6/v2/lib/netext"
)

// quickConn reads a connection of k6's without telling Go's scheduler of each read: it never blocks in
// one. Told of a system call, the scheduler wakes the thread that looks after calls that last, which
// sleeps where there is little to do: at the recorded pace that was a fifth of all that k6 cost here. One
// goroutine reads.
type quickConn struct {
	net.Conn
	raw       syscall.RawConn
	bytesRead *int64

	// Of the read that goes on.
	buffer []byte
	count  int
	errno  syscall.Errno
	// try is tryRead, made once.
	try func(fd uintptr) bool

	stamps kernelStamps
}

// quickly is the connection, read in this way where that is possible.
func quickly(conn net.Conn) net.Conn {
	counted, ok := conn.(*netext.Conn)
	if !ok {
		return conn
	}
	inner, ok := counted.Conn.(syscall.Conn)
	if !ok {
		return conn
	}
	raw, err := inner.SyscallConn()
	if err != nil {
		return conn
	}
	c := &quickConn{Conn: conn, raw: raw, bytesRead: counted.BytesRead}
	c.try = c.tryRead
	_ = raw.Control(askForStamps)
	return c
}

var _ stampedWire = (*quickConn)(nil)

func (c *quickConn) lastRead() (at time.Time, count int) { return c.stamps.arrivedAt, c.count }

func (c *quickConn) hasUnread() bool {
	var unread int32
	_ = c.raw.Control(func(fd uintptr) {
		_, _, _ = syscall.RawSyscall(syscall.SYS_IOCTL, fd, syscall.TIOCINQ, uintptr(unsafe.Pointer(&unread)))
	})
	return unread > 0
}

// Read has the errors of net.Conn's.
func (c *quickConn) Read(buffer []byte) (int, error) {
	if len(buffer) == 0 {
		return 0, nil
	}
	c.buffer = buffer
	err := c.raw.Read(c.try)
	c.buffer = nil
	if err != nil {
		var failed *net.OpError
		if errors.As(err, &failed) {
			failed.Op = "read"
		}
		return 0, err
	}
	if c.errno != 0 {
		return 0, &net.OpError{
			Op: "read", Net: c.RemoteAddr().Network(), Source: c.LocalAddr(), Addr: c.RemoteAddr(),
			Err: os.NewSyscallError("read", c.errno),
		}
	}
	if c.count == 0 {
		return 0, io.EOF
	}
	c.stamps.note(time.Now())
	atomic.AddInt64(c.bytesRead, int64(c.count))
	return c.count, nil
}

// tryRead returns false where nothing is there yet: then it is called again when something is.
func (c *quickConn) tryRead(fd uintptr) bool {
	for {
		count, _, errno := syscall.RawSyscall(syscall.SYS_RECVMSG, fd,
			uintptr(unsafe.Pointer(c.stamps.message(c.buffer))), 0)
		if errno != syscall.EINTR {
			c.count, c.errno = int(count), errno
			return errno != syscall.EAGAIN
		}
	}
}
