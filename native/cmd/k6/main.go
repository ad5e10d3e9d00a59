// Command k6 is k6 with k6/x/nuc in it, so that plain `go build ./cmd/k6` makes it.
package main

import (
	"go.k6.io/k6/v2/cmd"

	_ "nuc-k6/native"
)

func main() {
	cmd.Execute()
}
