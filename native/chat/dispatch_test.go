package chat

import (
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// eventLoop is a dispatcher whose event loop runs when its test says so.
func eventLoop() (d *dispatcher, turn func()) {
	callbacks := make(chan func() error, 1)
	d = newDispatcher(func() func(func() error) {
		return func(callback func() error) { callbacks <- callback }
	})
	return d, func() { _ = (<-callbacks)() }
}

func TestWhoPostsMoreThanTheEventLoopTakesWaits(t *testing.T) {
	d, turn := eventLoop()
	var posted, called atomic.Int64
	over, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		for range 10 * mostQueued {
			posted.Add(1)
			d.post(func() error {
				called.Add(1)
				return nil
			})
			d.waitForRoom(over)
		}
	}()
	for lot := int64(1); lot <= 10; lot++ {
		require.Eventually(t, func() bool { return posted.Load() == lot*mostQueued }, time.Second, time.Millisecond)
		time.Sleep(2 * time.Millisecond)
		require.Equal(t, lot*mostQueued, posted.Load())
		turn()
		require.Equal(t, lot*mostQueued, called.Load())
	}
	<-done
}

func TestNobodyWaitsForAnEventLoopThatTakesNoMore(t *testing.T) {
	full := func(d *dispatcher) {
		for range mostQueued {
			d.post(func() error { return nil })
		}
	}
	for name, end := range map[string]func(d *dispatcher, over chan struct{}){
		"over":        func(_ *dispatcher, over chan struct{}) { close(over) },
		"taken now":   func(d *dispatcher, _ chan struct{}) { _ = d.now() },
		"closed soon": func(d *dispatcher, _ chan struct{}) { d.close(func() error { return nil }) },
	} {
		t.Run(name, func(t *testing.T) {
			d, _ := eventLoop()
			full(d)
			over, done := make(chan struct{}), make(chan struct{})
			end(d, over)
			go func() {
				d.waitForRoom(over)
				close(done)
			}()
			select {
			case <-done:
			case <-time.After(time.Second):
				t.Fatal("it waits for ever")
			}
		})
	}
}

func TestWhatTellsTheSameIsCounted(t *testing.T) {
	d, turn := eventLoop()
	var heard []string
	tell := func(what string) {
		d.postCounted(what, func(count int) error {
			heard = append(heard, fmt.Sprint(what, " ", count))
			return nil
		})
	}
	for range 3 {
		tell("a")
	}
	tell("b")
	d.post(func() error {
		heard = append(heard, "c")
		return nil
	})
	tell("b")
	turn()
	tell("b")
	turn()
	require.Equal(t, []string{"a 3", "b 1", "c", "b 1", "b 1"}, heard)
}
