package chat

import (
	"syscall"
	"time"
	"unsafe"
)

// kernelStamps asks the kernel when the bytes of each read arrived. A process that was late to read them,
// or stood still, then knows it. Of bytes that came in several segments and were read together it is the
// last one's time, so a frame before it may be said to be later than it was, but never later than it was
// read.
type kernelStamps struct {
	header    syscall.Msghdr
	part      syscall.Iovec
	control   [64]byte
	arrivedAt time.Time
}

// askForStamps is for a socket once. Where the kernel has none, no read has one.
func askForStamps(fd uintptr) {
	_ = syscall.SetsockoptInt(int(fd), syscall.SOL_SOCKET, syscall.SO_TIMESTAMPNS, 1)
}

// message is what recvmsg takes, to read into the buffer. It lasts until the next one.
func (k *kernelStamps) message(buffer []byte) *syscall.Msghdr {
	k.part.Base = &buffer[0]
	k.part.SetLen(len(buffer))
	k.header = syscall.Msghdr{Iov: &k.part, Iovlen: 1, Control: &k.control[0]}
	k.header.SetControllen(len(k.control))
	return &k.header
}

// note takes the stamp of the read that ended now. One that is later than now, or earlier by an hour,
// tells that the clock was set.
func (k *kernelStamps) note(now time.Time) {
	k.arrivedAt = now
	k.part.Base = nil
	control := (*syscall.Cmsghdr)(unsafe.Pointer(&k.control[0]))
	const size = int(unsafe.Sizeof(syscall.Timespec{}))
	if int(k.header.Controllen) < syscall.CmsgLen(size) ||
		control.Level != syscall.SOL_SOCKET || control.Type != syscall.SCM_TIMESTAMPNS {
		return
	}
	stamp := (*syscall.Timespec)(unsafe.Pointer(&k.control[syscall.CmsgLen(0)]))
	late := now.Sub(time.Unix(stamp.Unix()))
	if late > 0 && late < time.Hour {
		k.arrivedAt = now.Add(-late)
	}
}
